package markdown

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/alecthomas/chroma/v2"

	"rose-ash.com/roseash/api/shared/safehtml"
)

func TestHighlight(t *testing.T) {
	const open = `<pre tabindex="0" role="group" aria-label="Code">`
	for name, c := range map[string]struct{ source, want string }{
		"go":      {"```go\nvar a = \"<b>\"\n```", open + `<code class="chroma language-go"><span class="kd">var</span> a = <span class="s">&#34;&lt;b&gt;&#34;</span>` + "\n</code></pre>"},
		"alias":   {"```yml\na: 1\n```", open + `<code class="chroma language-yml"><span class="nt">a</span>: <span class="m">1</span>` + "\n</code></pre>"},
		"case":    {"```JSON\n[1]\n```", open + `<code class="chroma language-JSON">[<span class="mi">1</span>]` + "\n</code></pre>"},
		"signs":   {"```c++\nint a;\n```", open + `<code class="chroma"><span class="kt">int</span> a;` + "\n</code></pre>"},
		"unknown": {"```nothing-known\nvar a\n```", open + `<code class="language-nothing-known">var a` + "\n</code></pre>"},
		"none":    {"```\nvar a\n```", open + "<code>var a\n</code></pre>"},
		"CRLF":    {"```go\r\nvar a\r\n```\r\n", open + `<code class="chroma language-go"><span class="kd">var</span> a` + "\n</code></pre>"},
		"large":   {"```go\n" + strings.Repeat("var a\n", 6000) + "```", open + `<code class="language-go">` + strings.Repeat("var a\n", 6000) + "</code></pre>"},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // the second time it comes from the cache
				if got, err := HTML(c.source); err != nil || got != c.want {
					t.Fatalf("HTML(%.60q) = %.300q, %v, want %.300q", c.source, got, err, c.want)
				}
			}
			if !strings.Contains(c.source, "\r") {
				alike(t, c.source)
			}
		})
	}
	Configure(Options{})
	defer Configure(Options{Highlight: true})
	if got, _ := HTML("```go\nvar a\n```"); got != open+"<code class=\"language-go\">var a\n</code></pre>" {
		t.Errorf("without highlighting: %q", got)
	}
}

// TestEveryLexer: whatever language is named, the words stay and both ways agree.
func TestEveryLexer(t *testing.T) {
	const code = "# a // b /* c */ \"d\" 'e' <f g=\"h\"> 1.5 if (x) { return -1; } 'unclosed\n\tü &amp; \\n ${y}\n"
	known, seen := 0, map[chroma.Lexer]bool{}
	for name, lexer := range lexerNames() {
		if seen[lexer] {
			continue
		}
		seen[lexer] = true
		out, ok := highlighted(name, code)
		if !ok {
			continue
		}
		known++
		if got := wordsOf(out); got != strings.Join(strings.Fields(code), " ") {
			t.Errorf("%s: the words are %q", name, got)
		}
	}
	if known < 200 {
		t.Errorf("%d languages, want some hundreds", known)
	}
}

// FuzzHighlight looks for code that a grammar does not come to an end with, or
// that loses a word by it.
func FuzzHighlight(f *testing.F) {
	f.Add("go", "var a = `b\n")
	f.Add("php", "<?php echo \"{$a['b']}\"; ?><p>")
	f.Add("yaml", "a: |\n  b\n- &c *d")
	f.Add("html", "<script>a</script><style>b{}</style>")
	f.Add("bash", "cat <<EOF\n$(a `b` ${c:-d})\n")
	f.Add("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-c\n+d\n")
	f.Fuzz(func(t *testing.T, language, code string) {
		out, ok := highlighted(language, code)
		if ok && wordsOf(out) != strings.Join(strings.Fields(code), " ") {
			t.Fatalf("%q in %s is %q", code, language, out)
		}
		if again, err := safehtml.Clean("<p>" + out + "</p>"); ok && err == nil && !strings.ContainsAny(code, "\r\x00") && again != "<p>"+out+"</p>" {
			t.Fatalf("%q in %s is %q, and cleaned %q", code, language, out, again)
		}
	})
}

func TestBlocksAreForgotten(t *testing.T) {
	g := generations{limit: 10_000}
	key := func(i int) (k [32]byte) { copy(k[:], strconv.Itoa(i)); return k }
	for i := range 1000 {
		g.put(key(i), strings.Repeat("x", 100))
		if out, ok := g.get(key(0)); !ok || len(out) != 100 {
			t.Fatalf("what is asked for each time is forgotten after %d", i)
		}
		if n := len(g.young) + len(g.old); n > 2*10_000/(100+128)+2 {
			t.Fatalf("%d blocks are kept", n)
		}
	}
	if _, ok := g.get(key(1)); ok {
		t.Error("what nobody asks for is kept")
	}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for j := range 500 {
				g.put(key(j), fmt.Sprint(i, j))
				g.get(key(j / 2))
			}
		})
	}
	group.Wait()
}

const styles = "../../../site-templates/static/css/"

// TestStyles: every class has a rule, and every colour stands out from the ground
// of a block of code by 7:1 (WCAG AAA), in both schemes.
func TestStyles(t *testing.T) {
	read := func(name string) [2]string {
		raw, err := os.ReadFile(styles + name)
		if err != nil {
			t.Fatal(err)
		}
		light, dark, _ := strings.Cut(string(raw), "@media screen and (prefers-color-scheme: dark)")
		return [2]string{light, dark}
	}
	code, tokens := read("code.css"), read("tokens.css")
	for typ := range chroma.StandardTypes {
		if class := classOf(typ); class != "" && !regexp.MustCompile(`\.`+class+`\b`).MatchString(code[1]) {
			t.Errorf("code.css has no rule for .%s", class)
		}
	}
	property := regexp.MustCompile(`--([\w-]+):\s*([^;]+);`)
	grounds := map[string]string{}
	for _, m := range property.FindAllStringSubmatch(tokens[0], -1) {
		grounds[m[1]] = m[2]
	}
	ground := grounds["deep"]
	if inner, ok := strings.CutPrefix(ground, "var(--"); ok {
		ground = grounds[strings.TrimSuffix(inner, ")")]
	}
	for i, scheme := range []string{"light", "dark"} {
		if i == 1 {
			ground = regexp.MustCompile(`--deep:\s*(#\w+)`).FindStringSubmatch(tokens[1])[1]
		}
		seen := 0
		for _, m := range property.FindAllStringSubmatch(code[i], -1) {
			a, b := luminance(t, m[2]), luminance(t, ground)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 7 {
				t.Errorf("--%s, %s: %.1f:1, want 7:1", m[1], scheme, ratio)
			}
			seen++
		}
		if seen < 8 {
			t.Errorf("%d colours, %s", seen, scheme)
		}
	}
}

// luminance is the relative luminance of WCAG 2.2 of #rrggbb.
func luminance(t *testing.T, colour string) (sum float64) {
	t.Helper()
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatalf("%q: %v", colour, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
