// Plain text of documents and of pages, for excerpts, searches and mails.

package lexical

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Text is the plain text of a document, blocks apart by a blank line, much as Ghost's
// plaintext: without pictures, captions, footnotes, forms and players. What is gated is
// in it. It fails as Render does.
func Text(source string) (string, error) {
	rendered, err := Render(source, Options{Trusted: true})
	if err != nil {
		return "", err
	}
	return TextOf(rendered.HTML), nil
}

// TextOf is the plain text of a page that Render made, or of a part of one.
func TextOf(page string) string {
	body := setInner(element("body"), page)
	t := &texter{}
	t.children(body)
	return strings.TrimRight(t.out.String(), " \n")
}

// texter writes text; what is between words is held back until the next one comes.
type texter struct {
	out    strings.Builder
	breaks int    // line breaks before the next word
	space  bool   // a blank before it
	indent string // before each line
	prefix string // before the next word, in place of its last indent
	items  int    // of lists around
	began  bool
	raw    bool
}

// silent elements have no text that belongs to the document, by name and by class.
var (
	silent  = set("img", "svg", "script", "style", "noscript", "iframe", "audio", "video", "object", "button", "input", "select", "textarea", "figcaption", "hr", "head", "template")
	unheard = set("kg-signup-card", "kg-audio-player", "kg-video-player-container", "kg-video-overlay", "footnotes")
)

// apart is how many line breaks there are before and after an element.
var apart = map[string]int{
	"p": 2, "h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 2, "h6": 2, "ul": 2, "ol": 2, "blockquote": 2, "pre": 2, "table": 2,
	"figure": 2, "section": 2, "article": 2, "div": 1, "tr": 1, "li": 1, "dl": 2, "dt": 1, "dd": 1,
}

func (t *texter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		t.node(c)
	}
}

func (t *texter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		t.text(n.Data)
		return
	case html.ElementNode:
	default:
		return
	}
	if silent[n.Data] || attribute(n, "rel") == "footnote" {
		return
	}
	for _, class := range strings.Fields(attribute(n, "class")) {
		if unheard[class] {
			return
		}
	}
	switch n.Data {
	case "br":
		t.breaks++
		t.space = false
		return
	case "td", "th":
		t.space = true
	case "ul", "ol":
		t.list(n)
		return
	case "pre":
		t.apart(2)
		t.raw = true
		t.children(n)
		t.raw = false
		t.apart(2)
		return
	}
	t.apart(apart[n.Data])
	t.children(n)
	t.apart(apart[n.Data])
}

func (t *texter) apart(breaks int) {
	if breaks > 0 {
		t.breaks, t.space = max(t.breaks, breaks), false
	}
}

// list writes items with a star or a number, lists in lists with an indent.
func (t *texter) list(n *html.Node) {
	breaks := 2
	if t.items > 0 {
		breaks = 1
	}
	number, err := strconv.Atoi(attribute(n, "start"))
	if err != nil {
		number = 1
	}
	t.items++
	t.apart(breaks)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.Data != "li" {
			t.node(c)
			continue
		}
		mark := " * "
		if n.Data == "ol" {
			mark = " " + strconv.Itoa(number) + ". "
			number++
		}
		if t.items > 1 {
			mark = mark[1:]
		}
		outer := t.indent
		t.apart(1)
		t.prefix = outer + mark
		t.indent = outer + strings.Repeat(" ", len(mark))
		t.children(c)
		t.indent, t.prefix = outer, ""
		t.apart(1)
	}
	t.apart(breaks)
	t.items--
}

func (t *texter) text(s string) {
	if t.raw {
		t.word(s)
		return
	}
	for s != "" {
		i := strings.IndexFunc(s, blank)
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			t.word(s[:i])
			s = s[i:]
			continue
		}
		t.space = true
		s = strings.TrimLeftFunc(s, blank)
	}
}

func (t *texter) word(s string) {
	if t.began && t.breaks > 0 {
		t.out.WriteString(strings.Repeat("\n", min(t.breaks, 2)))
	}
	switch {
	case t.prefix != "":
		t.out.WriteString(t.prefix)
	case t.breaks > 0 || !t.began:
		t.out.WriteString(t.indent)
	case t.space:
		t.out.WriteByte(' ')
	}
	t.out.WriteString(s)
	t.began, t.breaks, t.space, t.prefix = true, 0, false, ""
}

// blank is what is one blank between words; a blank that does not break is a letter.
func blank(c rune) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\u200b'
}
