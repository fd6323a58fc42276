package lexical

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func source(t testing.TB, d object) string {
	t.Helper()
	s, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(s)
}

// TestExceptions says what is made of the documents on which Ghost's renderer and this one
// do not agree.
func TestExceptions(t *testing.T) {
	tests := map[string]struct {
		html    string
		unknown []string
		left    []string
	}{
		"schemes/00": {
			`<p><a>a</a><a>b</a><a>c</a><a>d</a><a>e</a><a>f</a></p>` +
				`<figure class="kg-card kg-image-card"><a><img src="https://media.example.org/a.png" class="kg-image" alt="" loading="lazy"></a></figure>`,
			nil, []string{"an address with a scheme that is not allowed"},
		},
		"unknown/00": {
			`<p>a <strong>b</strong> c</p><p>cell one</p><h2 id="cell-two">cell two</h2><p>let x<br>= 1</p><p>after</p>`,
			[]string{"autolink", "hashtag", "table", "row", "cell", "code", "code-highlight", "drawing"}, nil,
		},
		"broken/00": {`<p>a</p><p>text</p><p>b</p><h2 id="c">c</h2>`, nil, nil},
		"names/00":  {`<h2 id="constructor">constructor</h2><h2 id="constructor-1">constructor</h2>`, nil, nil},
		"gates/00":  {"", nil, []string{"a filter of members that is none"}},
	}
	for _, s := range samples() {
		test, ok := tests[s.Name]
		if !ok {
			continue
		}
		delete(tests, s.Name)
		got, err := Render(source(t, s.Document), asGhost)
		if err != nil || got.HTML != test.html || !slices.Equal(got.Unknown, test.unknown) || !slices.Equal(got.Left, test.left) {
			t.Errorf("%s: Render = %+v, %v,\n want %+v", s.Name, got, err, test)
		}
	}
	for name := range tests {
		t.Errorf("there is no sample %s", name)
	}
}

func TestRenderRefuses(t *testing.T) {
	deep := func(n int) string {
		return `{"root":{"type":"root","children":` + strings.Repeat(`[{"type":"quote","children":`, n) + `[]` + strings.Repeat(`}]`, n) + `}}`
	}
	if _, err := Render(deep(maxDepth-1), Options{}); err != nil {
		t.Errorf("%d nodes below one another: %v", maxDepth, err)
	}
	for name, source := range map[string]string{
		"nothing": "", "no JSON": "{", "an array": "[]", "null": "null", "no root": `{"a":1}`, "root of another type": `{"root":{"type":"paragraph"}}`,
		"mobiledoc": `{"version":"0.3.1","markups":[],"atoms":[],"cards":[],"sections":[]}`, "root that is text": `{"root":"x"}`,
		"too deep": deep(maxDepth), "far too deep": deep(200_000), "too large": `{"root":{"type":"root","x":"` + strings.Repeat("x", maxSize) + `"}}`,
		"behind it": `{"root":{"type":"root"}} x`,
	} {
		if _, err := Render(source, Options{}); !errors.Is(err, ErrDocument) {
			t.Errorf("%s: Render = %v, want ErrDocument", name, err)
		}
	}
}

func TestRenderUntrusted(t *testing.T) {
	d := source(t, document(object{"type": "html", "html": "<b onclick=x()>raw</b>"}, parent("paragraph", list1(letters("after", 0)))))
	got, err := Render(d, Options{})
	if err != nil || got.HTML != "<p>after</p>" || len(got.Left) != 1 {
		t.Errorf("Render = %+v, %v", got, err)
	}
}

// TestMail goes through every card: what comes out is what a mail can carry, and says at
// least what the plain text of a page says where a card has words of its own.
func TestMail(t *testing.T) {
	m := newMaker(3)
	for range 2000 {
		typ := pick(m, cardTypes...)
		d := source(t, document(m.block(), m.card(typ)))
		got, err := Render(d, Options{Target: Email, Trusted: true})
		if err != nil {
			t.Fatal(err)
		}
		body := setInner(element("div"), got.HTML)
		each(body, func(n *html.Node) {
			if !mailKeeps[n.Data] {
				t.Errorf("%s in a mail: %s", n.Data, d)
			}
			for _, a := range n.Attr {
				if !mailAttributes[a.Key] && a.Val != "kg-blockquote-alt" && a.Key != "rel" {
					t.Errorf("attribute %s in a mail: %s", a.Key, d)
				}
			}
		})
	}
	d := source(t, document(
		parent("heading", list1(letters("Title", 0)), "tag", "h2"),
		object{"type": "image", "src": "https://e.org/a.png", "alt": "A", "width": 1200, "caption": "<p>Cap <b>b</b></p>"},
		object{"type": "button", "buttonText": "Go", "buttonUrl": "https://e.org/"},
		object{"type": "bookmark", "url": "https://e.org/x", "metadata": object{"title": "X", "description": "About"}},
		object{"type": "html", "html": "<p>only paid</p>", "visibility": object{"web": object{"nonMember": true, "memberSegment": everybody}, "email": object{"memberSegment": "status:-free"}}},
		object{"type": "html", "html": "<p onclick=\"x()\">raw</p><script>x()</script>"},
	))
	got, err := Render(d, Options{Target: Email, Trusted: true})
	want := `<h2>Title</h2><p><img src="https://e.org/a.png" alt="A" width="600"></p><p>Cap <b>b</b></p><p><a href="https://e.org/"><strong>Go</strong></a></p>` +
		`<p><a href="https://e.org/x"><strong>X</strong></a></p><p>About</p><p>raw</p>`
	if err != nil || got.HTML != want || len(got.Left) != 1 {
		t.Errorf("Render = %q, %q, %v, want %q", got.HTML, got.Left, err, want)
	}
}

// FuzzRender gives any source to both targets: nothing panics, what comes out can be read
// again, and no address in it runs.
func FuzzRender(f *testing.F) {
	m := newMaker(4)
	for range 40 {
		f.Add(source(f, m.mixed()))
	}
	for _, typ := range cardTypes {
		f.Add(source(f, document(m.card(typ))))
	}
	for _, s := range samples() {
		if strings.HasPrefix(s.Name, "schemes") || strings.HasPrefix(s.Name, "unknown") || strings.HasPrefix(s.Name, "broken") {
			f.Add(source(f, s.Document))
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, o := range []Options{{}, {SiteURL: "https://blog.example.org", SiteUUID: "u"}, {Target: Email}, {Target: Email, Trusted: true}, {Trusted: true}} {
			got, err := Render(source, o)
			if err != nil {
				if !errors.Is(err, ErrDocument) {
					t.Fatal(err)
				}
				return
			}
			if !wellGated(strings.ReplaceAll(got.HTML, "&lt;!--kg-gated-block:", "")) {
				t.Errorf("gates are broken in %q", got.HTML)
			}
			if o.Trusted && o.Target == Web {
				continue // html cards are as they were written
			}
			body := setInner(element("div"), got.HTML)
			each(body, func(n *html.Node) {
				for _, a := range n.Attr {
					if scheme, ok := schemeOf(a.Val); ok && addresses[a.Key] && (strings.HasSuffix(scheme, "script") || scheme == "data" && a.Key == "href") {
						t.Errorf("%s=%q in %q", a.Key, a.Val, got.HTML)
					}
				}
			})
		}
		if _, err := Text(source); err != nil {
			t.Fatal(err)
		}
	})
}

// wellGated tells whether every gate of a page that begins also ends before the next one,
// for a reader of letters as well as for one of elements.
func wellGated(page string) bool {
	open := false
	for _, part := range strings.SplitAfter(page, "kg-gated-block:")[1:] {
		if begins := strings.HasPrefix(part, "begin nonMember:"); begins == open || !begins && !strings.HasPrefix(part, "end-->") {
			return false
		}
		open = !open
	}
	return !open
}

func TestGates(t *testing.T) {
	closed := "<!--kg-gated-block:end-->"
	for _, card := range []object{
		{"type": "toggle", "heading": "a" + closed, "content": "<style>" + closed + "</style>"},
		{"type": "embed", "url": "x", "html": "<iframe>" + closed + "</iframe><xmp>" + closed + "</xmp><script src=x>" + closed + "</script>"},
		{"type": "image", "src": "x", "alt": closed, "caption": "b" + closed},
		{"type": "codeblock", "code": closed, "caption": "<noembed>" + closed},
		{"type": "markdown", "markdown": "c" + closed + "\n\n<style>" + closed + "</style>"},
		{"type": "html", "html": "d" + closed + "<!-- kg-gated-block:end -->", "visibility": object{"web": object{"nonMember": false, "memberSegment": "status:-free"}, "email": object{"memberSegment": ""}}},
		{"type": "call-to-action", "textValue": "<p>e" + closed + "</p>", "visibility": object{"web": object{"nonMember": false, "memberSegment": "status:-free\" --><!--kg-gated-block:end-->"}, "email": object{"memberSegment": ""}}},
	} {
		got, err := Render(source(t, document(card, parent("paragraph", list1(letters(closed, 0))))), Options{Trusted: true})
		if err != nil {
			t.Fatal(err)
		}
		if !wellGated(strings.ReplaceAll(got.HTML, "&lt;!--kg-gated-block:end--&gt;", "")) {
			t.Errorf("gates are broken in %q", got.HTML)
		}
	}
}

// BenchmarkRender renders a document of 80 cards and blocks, as many of each type.
func BenchmarkRender(b *testing.B) {
	m := newMaker(5)
	var children []any
	for i := range 80 {
		children = append(children, m.card(cardTypes[i%len(cardTypes)]))
	}
	d := source(b, document(children...))
	b.SetBytes(int64(len(d)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Render(d, asGhost); err != nil {
			b.Fatal(err)
		}
	}
}
