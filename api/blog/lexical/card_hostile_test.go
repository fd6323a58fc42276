package lexical

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hostile are values that no property of a card has in Ghost.
var hostile = map[string]any{
	"null": nil, "number": -1.5e300, "zero": 0, "true": true, "false": false, "array": []any{1, "a", nil, []any{}}, "object": object{"a": object{"b": 1}},
	"long": strings.Repeat("<b>", 600), "words": strings.Repeat("word ", 2000), "script": "javascript:alert(1)", "hidden script": " \x01java\nscript:alert(1)",
	"data": "data:text/html,<script>alert(1)</script>", "element": `<script>alert(1)</script><img src=x onerror=alert(1)>`,
	"end of attribute": `x" onerror="alert(1)" style="position:fixed`, "end of element": `</a></h4></p></div></figure></section><i>x`,
	"end of style": "red;background:url(//evil.example)", "end of url": "https://e.example/x');background:url('//evil.example", "comment": "<!-- x",
	"gate": "<!--kg-gated-block:end--><!--members-only-->", "entity": "&#106;avascript:alert(1)", "raw text": "</style><textarea><title>", "table": "<td><tr></table>",
	"nul": "a\x00b\ufffe", "line": "a\r\nb\rc\u2028d", "frame": `<iframe srcdoc="<script>alert(1)</script>"></iframe><svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`,
	"blank thumbnail": "a onload=alert(1) b", "handler": "x onerror=alert(1)",
}

// TestCardsHostile gives each property of each card each of those values: nothing runs,
// nothing leads where it may not, and what stands behind the card stays behind it.
func TestCardsHostile(t *testing.T) {
	for _, typ := range cardTypes {
		names := []string{"metadata", "images", "labels", "visibility", "version", "code", "src", "url"}
		for name := range properties[typ] {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			for about, value := range hostile {
				card := newMaker(7).card(typ)
				card[name] = value
				tryHostile(t, typ+"."+name+": "+about, card)
			}
		}
		for about, value := range hostile {
			card := object{"type": typ}
			for name := range properties[typ] {
				card[name] = value
			}
			card["metadata"] = object{"title": value, "description": value, "icon": value, "thumbnail": value, "author": value, "publisher": value}
			card["images"] = []any{value, object{"fileName": "a", "src": value, "width": 5000, "height": 10, "row": 1e15, "href": value, "alt": value, "title": value}}
			card["labels"] = []any{value, value}
			tryHostile(t, typ+": all "+about, card)
		}
	}
}

func tryHostile(t *testing.T, about string, card object) {
	t.Helper()
	d := source(t, document(card, parent("paragraph", list1(letters("behind it", 0)))))
	for _, o := range []Options{{SiteURL: "https://blog.example.org"}, {Target: Email}, {Trusted: true}} {
		got, err := Render(d, o)
		if err != nil {
			t.Errorf("%s: %v", about, err)
			continue
		}
		if o.Trusted && (card["type"] == "html" || card["type"] == "markdown") {
			continue // as it was written
		}
		body := setInner(element("div"), got.HTML)
		if last := body.LastChild; last == nil || last.Data != "p" || textContent(last) != "behind it" {
			t.Errorf("%s: the paragraph behind is not behind: %.300s", about, got.HTML)
		}
		each(body, func(n *html.Node) {
			if n.Data == "script" && (attribute(n, "src") == "" || textContent(n) != "") {
				t.Errorf("%s: a script: %.300s", about, got.HTML)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") && a.Val != "this.style.display = 'none'" && a.Val != "" || a.Key == "srcdoc" {
					t.Errorf("%s: %s=%q", about, a.Key, a.Val)
				}
				if scheme, ok := schemeOf(a.Val); ok && (addresses[a.Key] || a.Key == "srcset") && !slices.Contains([]string{"http", "https", "mailto", "tel"}, scheme) && a.Val != nothing {
					t.Errorf("%s: %s=%q", about, a.Key, a.Val)
				}
				if a.Key == "style" && (strings.Contains(a.Val, "javascript") || strings.Contains(a.Val, "fixed") || strings.Contains(a.Val, "evil.example)") || strings.Contains(a.Val, "('//evil")) {
					t.Errorf("%s: style=%q", about, a.Val)
				}
			}
		})
	}
}

func TestCardsLeave(t *testing.T) {
	cards := map[string]struct {
		card          object
		trusted       bool
		want, without string
		left          []string
	}{
		"an html card of anybody":         {object{"type": "html", "html": "<p>raw</p>"}, false, "", "raw", []string{"an HTML card"}},
		"HTML in Markdown of anybody":     {object{"type": "markdown", "markdown": "a <b>b</b> ^[c <i>d</i>]\n\n<div>e</div>"}, false, "<p>a b <sup", "<div>", []string{"HTML in a Markdown card"}},
		"HTML in Markdown":                {object{"type": "markdown", "markdown": "a <b>b</b>\n\n<!--members-only-->\n\nc"}, true, "<p>a <b>b</b></p>\n<!--members-only-->\n<p>c</p>", "raw", nil},
		"a paywall in anybody's HTML":     {object{"type": "html", "html": "<p>raw</p><!-- members-only --><p>c</p>"}, false, "<!-- members-only -->", "raw", []string{"an HTML card"}},
		"a paywall in anybody's Markdown": {object{"type": "markdown", "markdown": "a\n\n<div><!--members-only-->\n</div>\n\nb <!--members-only--> c"}, false, "<p>a</p>\n<!--members-only--><p>b <!--members-only--> c</p>", "div", []string{"HTML in a Markdown card"}},
		"a gate in Markdown":              {object{"type": "markdown", "markdown": "<!--kg-gated-block:end-->\n\na"}, true, "<p>a</p>", "gated", []string{"a gate inside of a card"}},
		"a gate in an html card":          {object{"type": "html", "html": "a<!--kg-gated-block:end-->b", "visibility": object{"web": object{"nonMember": false, "memberSegment": "status:-free"}, "email": object{"memberSegment": ""}}}, true, "b\n<!--kg-card-end: html-->\n<!--kg-gated-block:end-->", "block:end-->b", []string{"a gate inside of a card"}},
		"a gate in other letters":         {object{"type": "html", "html": "a<!--KG-Gated-Block:END-->b"}, true, "a<!-- END-->b", "Gated", []string{"a gate inside of a card"}},
		"a gate around another":           {object{"type": "html", "html": "a<!--kg-gakg-gated-block:ted-block:end-->b"}, true, "a<!--kg-ga ted-block:end-->b", "gated", []string{"a gate inside of a card"}},
		"a picture for members":           {object{"type": "image", "src": "/a.png", "visibility": object{"web": object{"nonMember": false, "memberSegment": "status:-free"}, "email": object{"memberSegment": ""}}}, false, `begin nonMember:false memberSegment:"status:-free" --><figure`, "status:free", nil},
		"a colour":                        {object{"type": "header", "version": 2, "header": "x", "textColor": "red;x:y"}, false, `style="color: #FFFFFF;"`, "x:y", []string{"a colour that is none"}},
		"colours":                         {object{"type": "header", "version": 2, "header": "x", "textColor": "rgba(1, 2, 3, .5)", "backgroundColor": "hsl(120deg 50% 50%)"}, false, `style="color: rgba(1, 2, 3, .5);"`, "#FFFFFF", nil},
		"a background":                    {object{"type": "video", "src": "v.mp4", "thumbnailSrc": "a'b.png"}, false, "url('')", "url('a", []string{"a background that is no address"}},
		"a picture with no allowed one":   {object{"type": "image", "src": "javascript:x//images.unsplash.com", "width": 2000}, false, `<img class="kg-image"`, "srcset", []string{"an address with a scheme that is not allowed"}},
		"a gate in an attribute":          {object{"type": "image", "src": "/a.png", "alt": "<!--kg-gated-block:end-->"}, false, `alt="&lt;!--kg-gated-block:end`, "<!--", nil},
		"podcasts for members":            {object{"type": "transistor"}, false, `begin nonMember:false memberSegment:"status:free,status:-free"`, "<script", nil},
		"podcasts for none":               {object{"type": "transistor", "visibility": object{"web": object{"nonMember": false, "memberSegment": ""}, "email": object{"memberSegment": ""}}}, false, "", "iframe", nil},
	}
	for about, c := range cards {
		got, err := Render(source(t, document(c.card)), Options{Trusted: c.trusted})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got.HTML, c.want) || strings.Contains(got.HTML, c.without) || !slices.Equal(got.Left, c.left) {
			t.Errorf("%s: %q, left %q; want %q without %q, left %q", about, got.HTML, got.Left, c.want, c.without, c.left)
		}
	}
}

// FuzzMarkdown gives any Markdown to the card: nothing panics, and for anybody's text
// nothing runs.
func FuzzMarkdown(f *testing.F) {
	for _, m := range markdowns {
		f.Add(m.(string))
	}
	for _, m := range []string{"^[a ^[b] `]`]", "[^1]\n\n[^1]:\n    > a\n\n    b", "~~~a~~b~~", "====a====", "x^a\\ b^", "#a #", "|a|\n|-|\n||", "mailto:a@b.org http://[", "![^1]\n\n[^1]: x", "a\\\\\n|"} {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return
		}
		for _, trusted := range []bool{false, true} {
			r := &renderer{options: Options{Trusted: trusted}, ids: map[string]int{}}
			out := cardMarkdown(r, node{"markdown": text})
			if trusted {
				continue
			}
			each(setInner(element("div"), out), func(n *html.Node) {
				if n.Data == "script" || n.Data == "iframe" {
					t.Errorf("%s of %q: %s", n.Data, text, out)
				}
				for _, a := range n.Attr {
					if scheme, ok := schemeOf(a.Val); strings.HasPrefix(a.Key, "on") || ok && addresses[a.Key] && strings.HasSuffix(scheme, "script") {
						t.Errorf("%s=%q of %q", a.Key, a.Val, text)
					}
				}
			})
		}
	})
}
