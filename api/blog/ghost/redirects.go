// Ghost's redirects file, in its YAML and in its older JSON.

package ghost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"regexp/syntax"
	"strings"
)

// What a rule may be, as the database has it.
const (
	maxRules   = 2000
	maxPattern = 1000
	maxTarget  = 2000
)

// Redirect is a rule for addresses that nothing has. Pattern is a regular expression
// (RE2) that is looked for anywhere in a path, as Ghost does, and ends with it. In Target
// $1 stands for what the first group matched. Status is 301 or 302.
type Redirect struct {
	Status          int
	Pattern, Target string
}

// ReadRedirects reads redirects.yaml or redirects.json in the order in which Ghost tries
// its rules: those with 302 of a YAML file first. It fails with ErrFile where any rule
// cannot be used, naming its line: look-around and references back to groups are not in
// RE2.
func ReadRedirects(r io.Reader) ([]Redirect, error) {
	raw, err := readFile(r)
	if err != nil {
		return nil, err
	}
	var rules []rule
	if trimmed := bytes.TrimLeft(raw, "\ufeff \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		rules, err = rulesOfJSON(raw)
	} else {
		rules, err = rulesOfYAML(raw)
	}
	if err != nil {
		return nil, err
	}
	if len(rules) > maxRules {
		return nil, fmt.Errorf("%w: it has more than 2,000 rules", ErrFile)
	}
	redirects := make([]Redirect, len(rules))
	for i, rule := range rules {
		if redirects[i], err = rule.read(); err != nil {
			return nil, err
		}
	}
	return redirects, nil
}

// rule is a redirect as the file has it.
type rule struct {
	line      int
	from, to  string
	permanent bool
}

func rulesOfYAML(raw []byte) (rules []rule, err error) {
	root, err := readYAML(raw)
	if err != nil {
		return nil, err
	}
	for _, f := range root.fields {
		if f.key != "301" && f.key != "302" {
			return nil, fileFault(f.line, "only 301 and 302 may stand here")
		}
		if !f.value.mapping && (f.value.isPlain || f.value.list != nil) {
			return nil, fileFault(f.line, "it must hold addresses with what they lead to")
		}
	}
	if len(root.fields) == 0 {
		return nil, fmt.Errorf("%w: it has neither 301 nor 302", ErrFile)
	}
	for _, status := range []string{"302", "301"} {
		for _, f := range root.get(status).fields {
			if !f.value.isText {
				return nil, fileFault(f.line, "what it leads to must be text")
			}
			rules = append(rules, rule{f.line, f.key, f.value.text, status == "301"})
		}
	}
	return rules, nil
}

func rulesOfJSON(raw []byte) (rules []rule, err error) {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	// line is that of the last character that was read.
	line := func() int { return 1 + bytes.Count(raw[:min(int(decoder.InputOffset()), len(raw))], []byte("\n")) }
	if _, err := decoder.Token(); err != nil {
		return nil, fileFault(1, "it is no JSON that can be read")
	}
	for decoder.More() {
		var one struct {
			From      string `json:"from"`
			To        string `json:"to"`
			Permanent bool   `json:"permanent"`
		}
		if err := decoder.Decode(&one); err != nil {
			return nil, fileFault(line(), "it is no JSON that can be read, or no list of from, to and permanent")
		}
		rules = append(rules, rule{line(), one.From, one.To, one.Permanent})
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fileFault(line(), "the JSON ends in the middle")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fileFault(line(), "something follows the list")
	}
	return rules, nil
}

// read makes a rule of ours of Ghost's: /x/i is one that takes either case, a slash at
// the end does not matter, and the end of the pattern is that of the path.
func (r rule) read() (Redirect, error) {
	pattern, flags := r.from, ""
	if strings.HasPrefix(pattern, "/") && strings.HasSuffix(pattern, "/i") && len(pattern) > 3 {
		pattern, flags = pattern[1:len(pattern)-2], "(?i)"
	}
	pattern = strings.TrimSuffix(pattern, "/")
	if !strings.HasSuffix(pattern, "$") {
		pattern += "/?$"
	}
	pattern = flags + pattern
	compiled, err := regexp.Compile(pattern)
	var fault *syntax.Error
	switch {
	case errors.As(err, &fault):
		return Redirect{}, fileFault(r.line, "the pattern is no RE2 expression: "+fault.Code.String())
	case err != nil:
		return Redirect{}, fileFault(r.line, "the pattern is no RE2 expression")
	case len(pattern) > maxPattern || len(r.to) > maxTarget:
		return Redirect{}, fileFault(r.line, "the rule is too long")
	case strings.ContainsRune(pattern+r.to, 0):
		return Redirect{}, fileFault(r.line, "the rule holds a NUL character")
	case compiled.MatchString(""):
		return Redirect{}, fileFault(r.line, "the pattern matches every address")
	case !leads(r.to):
		return Redirect{}, fileFault(r.line, "it must lead to a path, or to an http or https address with a host of its own")
	}
	status := 302
	if r.permanent {
		status = 301
	}
	return Redirect{status, pattern, r.to}, nil
}

// group is a reference to what a group matched.
var group = regexp.MustCompile(`\$[0-9]+`)

// leads tells that a target is a path of this site, or an address whose host nobody but
// the file's author chooses.
func leads(to string) bool {
	u, err := url.Parse(group.ReplaceAllString(to, "x"))
	if err != nil || strings.ContainsAny(to, "\\\r\n\t") {
		return false
	}
	if u.Scheme == "" && u.Host == "" {
		return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//")
	}
	_, rest, _ := strings.Cut(to, "://")
	host, _, _ := strings.Cut(rest, "/")
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.Contains(host, "$")
}
