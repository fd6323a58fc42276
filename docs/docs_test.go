// Tests that keep the documentation true: what it names must be there.

package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"rose-ash.com/roseash/api/shared/config"
)

// texts are the Markdown files by their path from the checkout's root.
func texts(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"../*.md", "*.md", "adr/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found[path.Join("docs", filepath.ToSlash(file))] = string(raw)
		}
	}
	for _, want := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/tour.md", "docs/operations.md"} {
		if found[want] == "" {
			t.Fatalf("%s is missing or empty", want)
		}
	}
	return found
}

// fence is a block of code; quoted is `inline code`.
var (
	fence  = regexp.MustCompile("(?ms)^```.*?^```")
	quoted = regexp.MustCompile("`([^`\n]+)`")
)

// quotes lists the inline code of a text.
func quotes(text string) (list []string) {
	for _, m := range quoted.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		list = append(list, m[1])
	}
	return list
}

// A repository path starts with one of our directories, or is a file at the top
// with an ending that only files have.
var (
	below       = regexp.MustCompile(`^(api|cmd|db|deploy|docs|e2e|openapi|queries|site-templates|ssg|\.ci)(/\S*)?$`)
	atTop       = regexp.MustCompile(`^(Makefile|Dockerfile|LICENSE|compose\.yaml|go\.(mod|sum)|[A-Z]+\.md)$`)
	placeholder = regexp.MustCompile(`<[^>]*>|…`)
)

func TestPathsExist(t *testing.T) {
	checked := 0
	for name, text := range texts(t) {
		for _, q := range quotes(text) {
			p := strings.TrimSuffix(q, "/")
			if !atTop.MatchString(p) && !(below.MatchString(p) && strings.Contains(q, "/")) {
				continue
			}
			checked++
			found, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(placeholder.ReplaceAllString(p, "*"))))
			if err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", name, q)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d paths were found in the documentation", checked)
	}
}

func TestMakeTargetsExist(t *testing.T) {
	raw, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	target := regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*):`)
	targets := map[string]bool{}
	for _, m := range target.FindAllStringSubmatch(string(raw), -1) {
		for _, name := range strings.Fields(m[1]) {
			targets[name] = true
		}
	}
	named := regexp.MustCompile(`(?m)(?:^|[ ;&])make ([a-z][a-z0-9-]*)`)
	for name, text := range texts(t) {
		code := append(quotes(text), fence.FindAllString(text, -1)...)
		for _, m := range named.FindAllStringSubmatch(strings.Join(code, "\n"), -1) {
			if !targets[m[1]] {
				t.Errorf("%s names make %s, which the Makefile does not have", name, m[1])
			}
		}
	}
}

// TestCommandsExist reads the table of commands from its source.
func TestCommandsExist(t *testing.T) {
	raw, err := os.ReadFile("../cmd/roseash/commands.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t\t\{"([a-z ]+)", "`).FindAllStringSubmatch(string(raw), -1) {
		words := strings.Fields(m[1])
		for i := range words {
			known[strings.Join(words[:i+1], " ")] = true
		}
	}
	if !known["serve"] || !known["ghost import"] {
		t.Fatalf("the table of commands cannot be read any more: %v", known)
	}
	named := regexp.MustCompile(`(?m)^(?:[A-Z_]+=\S+ )*(?:\S*/)?roseash ([a-z]+)(?: ([a-z]+))?`)
	for name, text := range texts(t) {
		code := append(quotes(text), fence.FindAllString(text, -1)...)
		for _, m := range named.FindAllStringSubmatch(strings.Join(code, "\n"), -1) {
			if !known[m[1]] || m[2] != "" && !known[m[1]+" "+m[2]] {
				t.Errorf("%s names roseash %s %s, which is no command", name, m[1], m[2])
			}
		}
	}
}

// settingRow is a row of the settings table: name, default, secret, meaning.
var settingRow = regexp.MustCompile("(?m)^\\| `([A-Z][A-Z0-9_]+)` \\|([^|]*)\\|([^|]*)\\|[^|]+\\|$")

func TestSettingsTable(t *testing.T) {
	rows := map[string][2]string{}
	for _, m := range settingRow.FindAllStringSubmatch(texts(t)["docs/operations.md"], -1) {
		rows[m[1]] = [2]string{strings.TrimSpace(m[2]), strings.TrimSpace(m[3])}
	}
	known := map[string]bool{}
	for _, s := range config.Settings() {
		known[s.Name] = true
		row, ok := rows[s.Name]
		if !ok {
			t.Errorf("docs/operations.md has no row for %s: %s", s.Name, s.About)
			continue
		}
		if s.Default != "" && row[0] != "`"+s.Default+"`" {
			t.Errorf("docs/operations.md gives %s the default %s, want `%s`", s.Name, row[0], s.Default)
		}
		if (row[1] == "yes") != s.Secret {
			t.Errorf("docs/operations.md says of %s that it is a secret: %q, want %v", s.Name, row[1], s.Secret)
		}
	}
	for name := range rows {
		if !known[name] {
			t.Errorf("docs/operations.md has a row for %s, which is no setting", name)
		}
	}
}

// forOthers are variables that the files in deploy/ read, and not the binary.
var forOthers = []string{"ROSEASH_API", "ROSEASH_IMAGE", "PG_FETCH", "PG_SYSTEMS"}

func TestVariablesAreSettings(t *testing.T) {
	known := slices.Clone(forOthers)
	for _, s := range config.Settings() {
		known = append(known, s.Name)
		if s.Secret {
			known = append(known, s.Name+"_FILE")
		}
	}
	variable := regexp.MustCompile(`\b(?:ROSEASH|GHOST|SUMUP|SMTP|REDIS|DATABASE|RUN)_[A-Z0-9_]*[A-Z0-9]\b`)
	for name, text := range texts(t) {
		for _, v := range variable.FindAllString(strings.ReplaceAll(text, "ROSEASH_SITE_<APP>_URL", ""), -1) {
			if !slices.Contains(known, v) && !strings.HasPrefix(v, "ROSEASH_TEST_") {
				t.Errorf("%s names %s, which is no setting", name, v)
			}
		}
	}
}

// TestEventsAreListed reads the kinds from the methods of package contract.
func TestEventsAreListed(t *testing.T) {
	text := texts(t)["docs/architecture.md"]
	files, err := filepath.Glob("../api/shared/contract/*.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "Kind" {
				continue
			}
			literal := fn.Body.List[0].(*ast.ReturnStmt).Results[0].(*ast.BasicLit)
			kind, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds++
			if !strings.Contains(text, "`"+kind+"`") {
				t.Errorf("docs/architecture.md does not list the event %s", kind)
			}
		}
	}
	if kinds == 0 {
		t.Error("package contract has no events")
	}
}

func TestDecisionsAreWhole(t *testing.T) {
	files, err := filepath.Glob("adr/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, number := string(raw), filepath.Base(file)[:4]
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			t.Errorf("%s is the decision number %d", file, i+1)
		}
		if !strings.HasPrefix(text, "# "+number+" ") {
			t.Errorf("%s does not begin with its number and title", file)
		}
		at := 0
		for _, heading := range []string{"\n## Context\n", "\n## Decision\n", "\n## Consequence\n"} {
			next := strings.Index(text[at:], heading)
			if next < 0 {
				t.Errorf("%s has no %q in its place", file, strings.TrimSpace(heading))
				break
			}
			at += next
		}
	}
}

// link is [text](target) and ![text](target).
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestLinksResolve(t *testing.T) {
	all := texts(t)
	for name, text := range all {
		for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			target := m[1]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(target, "#")
			file = path.Join(path.Dir(name), file)
			if strings.HasPrefix(target, "#") {
				file = name
			}
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(file))); err != nil {
				t.Errorf("%s links to %s, which is not there", name, target)
			}
			if anchor != "" && !slices.Contains(anchors(all[file]), anchor) {
				t.Errorf("%s links to %s, and there is no such heading", name, target)
			}
		}
	}
}

// anchors are the names that a forge gives a text's headings.
func anchors(text string) (list []string) {
	for line := range strings.Lines(fence.ReplaceAllString(text, "")) {
		heading := strings.TrimLeft(line, "#")
		if heading == line || !strings.HasPrefix(heading, " ") {
			continue
		}
		list = append(list, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(heading)))
	}
	return list
}
