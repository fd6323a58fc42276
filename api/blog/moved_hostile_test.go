package blog_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db/dbtest"
)

// TestRulesTakeNoTime: two thousand rules of the worst kind, asked by long addresses.
func TestRulesTakeNoTime(t *testing.T) {
	s := blog.New(dbtest.New(t), clock.System{})
	rules := make([]contract.RedirectRule, 2000)
	for i := range rules {
		rules[i] = contract.RedirectRule{Status: 301, Pattern: fmt.Sprintf(`^/(a|aa|a.)+(.*)(.*)(.*)(.*)x%d$`, i), Target: "/$1/$2"}
		if i%2 == 0 {
			rules[i].Pattern = fmt.Sprintf(`(?i)([^/]*/)*(a{1,50}){1,20}%dx`, i)
		}
	}
	if _, _, err := s.SetRedirectRules(t.Context(), nil, rules); err != nil {
		t.Fatal(err)
	}
	for _, length := range []int{10, 1000, 8000, 200_000} {
		begin := time.Now()
		_, found, err := s.Moved(t.Context(), "/"+strings.Repeat("a", length-1))
		if took := time.Since(begin); took > time.Minute || found {
			t.Errorf("%d letters took %v: %v, %v", length, took, found, err)
		}
		if length == 1000 && problem.Code(err) != "unavailable" || length > 1000 && err != nil {
			t.Errorf("%d letters: %v", length, err)
		}
	}
}

// TestRulesLeadNowhereElse: whatever visitors type, rules lead to where their author said.
func TestRulesLeadNowhereElse(t *testing.T) {
	s := blog.New(dbtest.New(t), clock.System{})
	rules := []contract.RedirectRule{
		{Status: 301, Pattern: `^/a(.*)$`, Target: "/$1"}, {Status: 302, Pattern: `^/b(.*)$`, Target: "https://example.org/$1"},
		{Status: 302, Pattern: `^/c(.*)$`, Target: "/x?next=$1"}, {Status: 302, Pattern: `^/d/(.*)/(.*)$`, Target: "/$2/$1"}, {Status: 302, Pattern: `^/e(.*)`, Target: "$1/x"},
	}
	for i, rule := range rules[4:] {
		if _, _, err := s.SetRedirectRules(t.Context(), nil, []contract.RedirectRule{rule}); err == nil {
			t.Errorf("rule %d is taken", i+4)
		}
	}
	if _, _, err := s.SetRedirectRules(t.Context(), nil, rules[:4]); err != nil {
		t.Fatal(err)
	}
	for _, rest := range []string{
		"//evil.example", "/evil.example", "\\evil.example", "/\\evil.example", "\t//evil.example", "/\t/evil.example", "%2f%2fevil.example", "@evil.example", ".evil.example", ":evil",
		"javascript:alert(1)", "\r\nSet-Cookie: a=b", "\x00", "\u2028", "\u3002evil.example", "/..//evil.example", "/.//evil.example", "?x", "#x", "$1", "${1}", " //evil.example", "\u00a0//evil.example", "／／evil.example", ";//evil.example",
	} {
		for _, path := range []string{"/a" + rest, "/b" + rest, "/c" + rest, "/d/x/" + rest, "/d" + rest + "/", "/d/" + rest + "/evil.example"} {
			to, found, err := s.Moved(t.Context(), path)
			if err != nil {
				t.Errorf("%q: %v", path, err)
			}
			if !found {
				continue
			}
			if strings.ContainsAny(to.Location, "\r\n\t\x00\\") {
				t.Errorf("%q leads to %q", path, to.Location)
			}
			base, _ := url.Parse("https://site.example/")
			u, err := base.Parse(to.Location)
			if err != nil || u.Host != "site.example" && u.Host != "example.org" || u.Scheme != "https" || strings.HasPrefix(to.Location, "//") {
				t.Errorf("%q leads to %q, %v", path, to.Location, err)
			}
		}
	}
}
