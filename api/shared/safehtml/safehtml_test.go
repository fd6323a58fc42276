package safehtml_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/shared/safehtml"
)

func ExampleClean() {
	clean, _ := safehtml.Clean(`<p onclick="steal()">Bread <script>steal()</script><a href="javascript:steal()">today</a></p>`)
	fmt.Println(clean)
	// Output: <p>Bread today</p>
}

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"kept":          {`<p class="kg-card">a <strong>b</strong> &amp; c</p>`, `<p class="kg-card">a <strong>b</strong> &amp; c</p>`},
		"svg":           {`<svg onload="x()"><a xlink:href="javascript:x()"/></svg><p>a</p>`, `<p>a</p>`},
		"style":         {`<style>p{}</style><p style="color:red">a</p>`, `<p>a</p>`},
		"comment":       {`<p>a</p><!-- secret -->`, `<p>a</p>`},
		"frame":         {`<iframe src="https://video.example/embed/1" title="How we bake"></iframe>`, `<p class="embed-link"><a href="https://video.example/embed/1" rel="noopener">How we bake</a></p>`},
		"frame, bad":    {`<iframe src="javascript:x()"></iframe><p>a</p>`, `<p>a</p>`},
		"pre":           {`<pre><code>x</code></pre>`, `<pre tabindex="0" role="group" aria-label="Code"><code>x</code></pre>`},
		"table":         {`<table><tr><td align="right">1</td></tr></table>`, `<div class="table" tabindex="0" role="group" aria-label="Table"><table><tbody><tr><td class="align-right">1</td></tr></tbody></table></div>`},
		"corner":        {`<table><thead><tr><th></th><th>A</th></tr></thead></table>`, `<div class="table" tabindex="0" role="group" aria-label="Table"><table><thead><tr><td></td><th>A</th></tr></thead></table></div>`},
		"empty head":    {`<table><thead><tr><th> </th><th></th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>`, `<div class="table" tabindex="0" role="group" aria-label="Table"><table><tbody><tr><td>1</td></tr></tbody></table></div>`},
		"picture":       {`<img src="/media/a/b.svg" alt="A loaf" onerror="x()">`, `<img src="/media/a/b.svg" alt="A loaf" loading="lazy" decoding="async"/>`},
		"data scheme":   {`<img src="data:text/html,x" alt="">`, `<img alt="" loading="lazy" decoding="async"/>`},
		"form":          {`<form action="/x"><input name="a"><button>Go</button></form>`, `Go`},
		"unclosed":      {`<p>a<div>b`, `<p>a</p><div>b</div>`},
		"entity scheme": {`<a href="&#106;avascript:x()">a</a>`, `a`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := safehtml.Clean(c.in)
			if err != nil || got != c.want {
				t.Errorf("Clean(%q) = %q, %v, want %q", c.in, got, err, c.want)
			}
			if again, _ := safehtml.Clean(got); again != got {
				t.Errorf("Clean twice = %q, once %q", again, got)
			}
		})
	}
}

func TestCleanRefusesDeepNesting(t *testing.T) {
	if _, err := safehtml.Clean(strings.Repeat("<div>", 10_000)); !errors.Is(err, safehtml.ErrTooDeep) {
		t.Errorf("Clean of 10,000 open divs: %v, want ErrTooDeep", err)
	}
}

func TestActive(t *testing.T) {
	for in, want := range map[string]string{
		`<p>a <a href="/b">b</a></p>`:                 "",
		`<script>x</script>`:                          "a script element",
		`<p><SVG onload=x>`:                           "a svg element",
		`<img src=x onerror=y>`:                       "an event handler attribute",
		`<a href=" java&#10;script:x">a</a>`:          "a link with a scheme that is not allowed",
		`<a href="data:text/html,x">a</a>`:            "a link with a scheme that is not allowed",
		`<a href="mailto:shop@rose-ash.com">a</a>`:    "",
		`<iframe srcdoc="<script>x</script>">`:        "a frame with a document of its own",
		`<a href="https://rose-ash.com/?a=b:c">a</a>`: "",
	} {
		if got := safehtml.Active(in); got != want {
			t.Errorf("Active(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	const in = `<h2>Hello</h2><p>one <em>two</em>,<br>three</p><ul><li>four<ul><li>and a half</li></ul></li><li>five</li></ul><script>six</script>`
	if got, want := safehtml.Text(in), "Hello one two, three four and a half five"; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		`<p>a</p>`, `<svg><script>x</script></svg>`, `<math><mtext><table><mglyph><style><img src=x onerror=y>`,
		`<noscript><p title="</noscript><img src=x onerror=y>">`, `<iframe src="//h/x">`, `<a href="jav&#x09;ascript:x">`,
		"<table><td align=right><pre>x", `<!--[if IE]><script>x</script><![endif]-->`, `<div class="table"><table>`,
		`<p><iframe src="https://youtu.be/abcdefgh"></iframe></p>`, `<figure data-embed-src="https://evil.example/x">`,
		`<figure class="kg-embed-card" data-embed-src="https://player.vimeo.com/video/1?dnt=1">`, `<a><b><table><a><i>x`,
		`<div class="kg-card kg-toggle-card"><div class="kg-toggle-heading"><h4 class="kg-toggle-heading-text">x</h4><button class="kg-toggle-card-icon">`,
		`<div class="kg-card kg-signup-card" style="background-color:#fff"><form class="kg-signup-card-form"><input data-members-label value="a"><button class="kg-signup-card-button">`,
		`<div class="kg-card kg-header-card kg-style-image" data-kg-background-image="https://a.example/b.jpg"><h2 class="kg-header-card-header">x`,
		`<div class="kg-card kg-audio-card"><audio src="/a"></audio><div class="kg-audio-title">x</div><span class="kg-audio-duration">65.4</span>`,
		`<div class="kg-card kg-cta-card"><div class="kg-cta-image-container"><a href="/x"><img alt="CTA Image" data-image-dimensions="1x2"></a></div><a class="kg-cta-button" href="/x" style="background-color:#000">`,
		`<div class="kg-card kg-product-card"><div class="kg-product-card-rating"><span class="kg-product-card-rating-active kg-product-card-rating-star"></span>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, err := safehtml.Clean(s)
		if err != nil {
			return
		}
		if what := safehtml.Active(clean); what != "" {
			t.Fatalf("Clean(%q) = %q leaves %s", s, clean, what)
		}
		if again, err := safehtml.Clean(clean); err != nil || again != clean {
			t.Fatalf("Clean(%q) = %q, and of that %q, %v", s, clean, again, err)
		}
		nodes, err := html.Parse(strings.NewReader(clean))
		if err != nil {
			t.Fatal(err)
		}
		var walk func(n *html.Node)
		walk = func(n *html.Node) {
			switch n.Data {
			case "script", "style", "iframe", "object", "embed", "form", "svg", "link":
				if n.Type == html.ElementNode {
					t.Fatalf("Clean(%q) = %q leaves <%s>", s, clean, n.Data)
				}
			}
			for _, a := range n.Attr {
				switch {
				case a.Key == "style" || a.Key == "action" || a.Key == "autoplay" || strings.HasPrefix(a.Key, "on"):
					t.Fatalf("Clean(%q) = %q leaves the attribute %s", s, clean, a.Key)
				case a.Key == "data-embed-src" && !slices.ContainsFunc(safehtml.FrameOrigins(), func(o string) bool { return strings.HasPrefix(a.Val, o+"/") }):
					t.Fatalf("Clean(%q) = %q lets %s be framed", s, clean, a.Val)
				}
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
		}
		walk(nodes)
	})
}
