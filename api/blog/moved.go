// Where addresses lead that no page has: what has moved, and the rules for the rest.

package blog

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// maxRedirects is how many rules there may be: each is tried for every address that
// nothing has.
const maxRedirects = 2000

// maxRulePath is the longest path that rules are tried for, in bytes, and rulesTime how long
// trying all of them may take: what one expression costs grows with its length times the
// path's, and strangers choose the paths.
const (
	maxRulePath = 1000
	rulesTime   = 500 * time.Millisecond
)

// Moved says where a path of the blog leads that no page has: to the post, tag or author
// that had it, else to what the first rule that matches says, else to what Ghost had
// there under another name (feeds). found is false where it leads nowhere. It fails with 503
// where the rules take too long.
func (s *Service) Moved(ctx context.Context, path string) (to contract.Redirect, found bool, err error) {
	q := s.queries()
	if readable(path) {
		switch at, err := q.LeftPath(ctx, path); {
		case err == nil:
			return contract.Redirect{Status: 301, Location: at}, true, nil
		case !errors.Is(err, pgx.ErrNoRows):
			return to, false, err
		}
	}
	if len(path) > maxRulePath {
		return to, false, nil
	}
	rules, err := q.Redirects(ctx)
	if err != nil {
		return to, false, err
	}
	ctx, cancel := context.WithTimeout(ctx, rulesTime)
	defer cancel()
	for _, rule := range rules {
		if ctx.Err() != nil {
			return to, false, problem.Unavailable("the rules for old addresses take too long")
		}
		pattern, err := compile(rule.Pattern)
		if err != nil {
			continue // they were compiled when they were stored
		}
		match := pattern.FindStringSubmatchIndex(path)
		if match == nil {
			continue
		}
		at := string(pattern.ExpandString(nil, expandable(rule.Target), path, match))
		if at != path && safeTarget(at) {
			return contract.Redirect{Status: int(rule.Status), Location: at}, true, nil
		}
	}
	if list := ghostFeed.FindStringSubmatch(path); list != nil {
		return contract.Redirect{Status: 301, Location: urls.Feed(list[1] + "/")}, true, nil
	}
	return to, false, nil
}

// ghostFeed is where Ghost has feeds: /rss/, /tag/news/rss/, and the older /feed/.
var ghostFeed = regexp.MustCompile(`^((?:/(?:tag|author)/[a-z0-9_-]+)?)/(?:rss|feed)/?$`)

// group is a reference to a group as Ghost and JavaScript write it.
var group = regexp.MustCompile(`\$(\d+)`)

// expandable writes a target so that $1a means the first group and an a, and no other
// dollar means anything.
func expandable(target string) string {
	parts := group.FindAllStringSubmatchIndex(target, -1)
	var b strings.Builder
	last := 0
	for _, p := range parts {
		b.WriteString(strings.ReplaceAll(target[last:p[0]], "$", "$$"))
		b.WriteString("${" + target[p[2]:p[3]] + "}")
		last = p[1]
	}
	b.WriteString(strings.ReplaceAll(target[last:], "$", "$$"))
	return b.String()
}

// safeTarget tells what a browser may be sent to: a path of this site or an http or
// https address. What a visitor typed stands in some, so that //host must not pass.
func safeTarget(at string) bool {
	u, err := url.Parse(at)
	if err != nil || strings.ContainsAny(at, "\\\r\n\t") {
		return false
	}
	if u.Scheme == "" && u.Host == "" {
		return strings.HasPrefix(at, "/") && !strings.HasPrefix(at, "//")
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// compiled are the rules' patterns of this process. They are few, and nobody but an
// editor can add one.
var compiled sync.Map // of *regexp.Regexp by pattern

func compile(pattern string) (*regexp.Regexp, error) {
	if re, ok := compiled.Load(pattern); ok {
		return re.(*regexp.Regexp), nil
	}
	re, err := regexp.Compile(pattern)
	if err == nil {
		compiled.Store(pattern, re)
	}
	return re, err
}

// RedirectRules returns the rules in the order in which they are tried, and the version
// that SetRedirectRules wants.
func (s *Service) RedirectRules(ctx context.Context) ([]contract.RedirectRule, int64, error) {
	rows, err := s.queries().Redirects(ctx)
	return shaped(rows, toRule), rulesVersion(rows), err
}

// SetRedirectRules replaces all rules. It fails with 412 where version is not theirs, and
// with 422 on a pattern that is no RE2 expression, a target that leads to neither a path
// nor an http address, and on more than 2,000 rules. A nil version replaces what there is.
func (s *Service) SetRedirectRules(ctx context.Context, version *int64, rules []contract.RedirectRule) ([]contract.RedirectRule, int64, error) {
	if len(rules) > maxRedirects {
		return nil, 0, problem.Unprocessable("there are too many rules").WithField("body.items", "at most 2,000")
	}
	rows := make([]blogdb.CopyRedirectsParams, len(rules))
	for i, rule := range rules {
		if err := checkRule(i, rule); err != nil {
			return nil, 0, err
		}
		rows[i] = blogdb.CopyRedirectsParams{Position: int32(i), Status: int32(rule.Status), Pattern: rule.Pattern, Target: rule.Target}
	}
	err := db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		if err := q.LockRedirects(ctx); err != nil {
			return err
		}
		if version != nil {
			was, err := q.Redirects(ctx)
			if err != nil {
				return err
			}
			if rulesVersion(was) != *version {
				return problem.PreconditionFailed("somebody has changed the rules since you read them")
			}
		}
		if err := q.DeleteRedirects(ctx); err != nil {
			return err
		}
		_, err := q.CopyRedirects(ctx, rows)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return s.RedirectRules(ctx)
}

// checkRule refuses a rule that could not be applied.
func checkRule(i int, rule contract.RedirectRule) error {
	field := "body.items[" + strconv.Itoa(i) + "]"
	refused := problem.Unprocessable("a rule cannot be used")
	if rule.Status != 301 && rule.Status != 302 {
		return refused.WithField(field+".status", "must be 301 or 302")
	}
	if re, err := regexp.Compile(rule.Pattern); err != nil || rule.Pattern == "" || len(rule.Pattern) > 1000 {
		return refused.WithField(field+".pattern", "must be an RE2 expression")
	} else if re.MatchString("") {
		return refused.WithField(field+".pattern", "must not match every address")
	}
	// A group stands for a letter: where the host is one, a visitor would choose it.
	if sample := group.ReplaceAllString(rule.Target, "x"); len(rule.Target) > 2000 || !safeTarget(sample) || hostOfGroup(rule.Target) {
		return refused.WithField(field+".target", "must be a path, or an http or https address with a host of its own")
	}
	return nil
}

// hostOfGroup tells that what a visitor typed would be the host that a target leads to.
func hostOfGroup(target string) bool {
	_, rest, _ := strings.Cut(target, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.Contains(host, "$")
}

func toRule(r blogdb.RedirectRow) contract.RedirectRule {
	return contract.RedirectRule{Status: int(r.Status), Pattern: r.Pattern, Target: r.Target}
}

// rulesVersion is the same for the same rules.
func rulesVersion(rows []blogdb.RedirectRow) int64 {
	h := fnv.New64a()
	if err := json.NewEncoder(h).Encode(rows); err != nil {
		panic(err) // they are texts and numbers
	}
	return int64(h.Sum64() >> 1)
}
