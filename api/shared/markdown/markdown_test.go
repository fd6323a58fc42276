package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/safehtml"
)

func ExampleHTML() {
	out, _ := markdown.HTML("# Bread\n\nBaked on *Tuesdays*.")
	fmt.Println(out)
	// Output:
	// <h2 id="bread">Bread</h2>
	// <p>Baked on <em>Tuesdays</em>.</p>
}

func TestHTML(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"table":    {"|a|b|\n|-|-:|\n|1|2|", `<td class="align-right">2</td>`},
		"footnote": {"a[^1]\n\n[^1]: b", `<div class="footnotes" role="doc-endnotes">`},
		"raw":      {"one<br>two H<sub>2</sub>O", `one<br/>two H<sub>2</sub>O`},
		"picture":  {`![A loaf](/media/a/b.svg "Fresh")`, `<img src="/media/a/b.svg" alt="A loaf" title="Fresh" loading="lazy" decoding="async"/>`},
		"code":     {"```\n<script>\n```", `&lt;script&gt;`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := markdown.HTML(c.in)
			if err != nil || !strings.Contains(got, c.want) {
				t.Errorf("HTML(%q) = %q, %v, want it to hold %q", c.in, got, err, c.want)
			}
		})
	}
}

func TestHTMLRefusesWhatCouldRun(t *testing.T) {
	for _, in := range []string{
		"hello <script>x()</script>", "<svg onload=x()></svg>", "[a](javascript:x())",
		"<img src=x onerror=x()>", strings.Repeat("<div>", 1000), strings.Repeat("> ", 3000) + "x",
	} {
		_, err := markdown.HTML(in)
		if _, ok := markdown.IsUnsafe(err); !ok {
			t.Errorf("HTML(%.40q): %v, want it refused", in, err)
		}
	}
}

func FuzzHTML(f *testing.F) {
	f.Add("# a\n\n<script>x</script>")
	f.Add("[a](javascript:x) ![b](data:text/html,x)")
	f.Add("|a|\n|-|\n|<svg>|")
	f.Fuzz(func(t *testing.T, s string) {
		out, err := markdown.HTML(s)
		if err != nil {
			return
		}
		if what := safehtml.Active(out); what != "" {
			t.Fatalf("HTML(%q) = %q leaves %s", s, out, what)
		}
	})
}
