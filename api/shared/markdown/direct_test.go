package markdown

import (
	"os"
	"strings"
	"testing"

	"github.com/yuin/goldmark/text"

	"rose-ash.com/roseash/api/shared/safehtml"
)

// bothWays renders source directly and by goldmark and safehtml; ok is false
// where the direct way leaves it to the other.
func bothWays(source string) (one, other Rendered, ok bool, err error) {
	src := []byte(source)
	document := engine.Parser().Parse(text.NewReader(src))
	one.HTML, ok = direct(document, src)
	// A document is rendered once: transformers of goldmark leave marks in it.
	other, err = sanitised(engine.Parser().Parse(text.NewReader(src)), src, false)
	return one, other, ok, err
}

// alike fails where the two ways differ in anything.
func alike(t *testing.T, source string) (isDirect bool) {
	t.Helper()
	one, other, ok, err := bothWays(source)
	if !ok {
		return false
	}
	if err != nil {
		t.Fatalf("%q is written directly as %q, and refused by the other way: %v", source, one.HTML, err)
	}
	if one.HTML != other.HTML {
		t.Fatalf("%q is, directly,\n%q, and by the other way\n%q", source, one.HTML, other.HTML)
	}
	if again, err := safehtml.Clean(one.HTML); err != nil || again != one.HTML {
		t.Fatalf("%q is %q, and cleaned again %q, %v", source, one.HTML, again, err)
	}
	if got, want := wordsOf(one.HTML), safehtml.Text(one.HTML); got != want {
		t.Fatalf("the words of %q are %q, want %q", one.HTML, got, want)
	}
	return true
}

// texts are all that the direct way knows, and what it leaves to the other.
var texts = map[string]struct {
	source string
	direct bool
}{
	"nothing":             {"", true},
	"words":               {"a *b* **c** ***d*** ~~e~~ `f` \\*g\\* &amp; &copy; &#x41; h\\\ni  \nj\nk", true},
	"signs":               {`"Don't" -- 'tis... <<a>> --- 5 > 3 & 2 < 4 "q" 'r'`, true},
	"headings":            {"# A\n\n## A\n\nB\n=\n\n### Ünïcode *x* `y`\n\n#\n", true},
	"quotation":           {"> a\n> > b\n>\n> - c\n", true},
	"lists":               {"- a\n- b\n  - c\n\n    d\n\n3. e\n4. f\n\n0. g\n", true},
	"number too long":     {"123456. a\n", true},
	"tasks":               {"- [ ] a\n- [x] b\n", true},
	"fenced code":         {"```go\nfunc main() { s := \"a < b\" }\n```\n", true},
	"unknown language":    {"```nothing-known\na <b> & 'c' \"d\"\n```\n", true},
	"no language":         {"```\n\n\ta\n```\n", true},
	"language with signs": {"```c++\nint a;\n```\n\n~~~ x\\*y\nb\n~~~\n", true},
	"options behind it":   {"```go {linenos=true}\nvar a = 1\n```\n", true},
	"code in a list":      {"- a\n\n  ```go\n  var b\n  ```\n\n      indented\n", true},
	"indented code":       {"    a <b>\n\n    c\n", true},
	"table":               {"|a|b|c|\n|-|:-:|-:|\n|1|`x \\| y`|3|\n|4|||\n", true},
	"table, corner":       {"||b|\n|-|-|\n|1|2|\n", true},
	"table, head only":    {"|a|\n|-|\n", true},
	"table, empty head":   {"|||\n|-|-|\n|1|2|\n", false},
	"table, blank head":   {"|&nbsp;|a|\n|-|-|\n|1|2|\n", false},
	"table, picture":      {"|![](/a.png)|b|\n|-|-|\n|1|2|\n", true},
	"table in a list":     {"- |a|\n  |-|\n  |1|\n", true},
	"break":               {"a\n\n---\n\nb", true},
	"link":                {`[a *b*](/c?d=e&f=g "h 'i'") [j](<k l>) [m](https://x.example/ü#n) [o](mailto:p@q.example)`, true},
	"link, no address":    {"[a]()", false},
	"link, other scheme":  {"[a](javascript:x)", false},
	"link, blank in it":   {"[a](<java script:x>)", false},
	"link, bad escape":    {"[a](/%zz)", true},
	"reference":           {"[a][b] [b]\n\n[b]: /c \"d\"\n", true},
	"addresses":           {"https://a.example/b?c=d&e=f www.g.example, (http://h.example) i@j.example <k@l.example> <https://m.example/'n'>", true},
	"address in a link":   {"[a https://b.example](/c)", true},
	"other scheme":        {"<made-up:x>", false},
	"picture":             {"![a *b* `c` \"d\"](/e.png \"f\") ![g\nh](i.png)", true},
	"picture, data":       {"![a](data:image/png;base64,AAAA)", false},
	"footnotes":           {"a[^1] b[^2] c[^1]\n\n[^1]: d *e*\n[^2]: f\n\n    g\n", true},
	"footnote in a link":  {"[a[^1]](/b)\n\n[^1]: c\n", false},
	"comment":             {"a\n\n<!--more-->\n\nb <!-- c --> d\n\n- <!-- e -->\n", true},
	"comment and more":    {"<!-- a --> b\n", false},
	"two comments":        {"<!-- a --><!-- b -->\n", false},
	"odd comments":        {"<!--> a -->\n\n<!---> b\n", false},
	"html":                {"a <b>c</b>", false},
	"html block":          {"<div>\n\na\n\n</div>", false},
	"carriage returns":    {"a\r\nb\r\n", false},
	"entity of a return":  {"a&#13;b", false},
	"NUL":                 {"a\x00b", false},
	"not UTF-8":           {"a\xffb", false},
	"deep":                {strings.Repeat("> ", 80) + "a", false},
	"blanks":              {"a\u00a0b\u2003c &nbsp; d\u0085e", true},
	"shortcodes":          {"{{< figure src=\"a\" >}} {{% b %}} {% c %}", true},
}

func TestDirect(t *testing.T) {
	for name, c := range texts {
		t.Run(name, func(t *testing.T) {
			if got := alike(t, c.source); got != c.direct {
				_, other, _, err := bothWays(c.source)
				t.Errorf("%q is written directly: %v, want %v; the other way has %q, %v", c.source, got, c.direct, other.HTML, err)
			}
		})
	}
	post, err := os.ReadFile("testdata/post.md")
	if err != nil {
		t.Fatal(err)
	}
	if !alike(t, string(post)) {
		t.Error("a post as blogs have them is not written directly")
	}
}

// FuzzDirect looks for a text that the two ways render differently.
func FuzzDirect(f *testing.F) {
	for _, c := range texts {
		f.Add(c.source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		Configure(Options{}) // grammars are not what is looked at
		defer Configure(Options{Highlight: true})
		alike(t, source)
	})
}
