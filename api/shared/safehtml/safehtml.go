// Package safehtml makes foreign HTML harmless: what editors write, what Ghost
// exports and what other servers send.
//
// Clean is the gate: an allow-list of elements, attributes, classes and URL
// schemes, applied last, so that nothing a rewrite does can undo it. On the way
// there Ghost's cards get markup that needs no script (cards.go), embedded frames
// become links (frames.go), and wide content (tables, code) becomes focusable so
// that it can be scrolled with the keyboard. Cleaning what is clean changes nothing.
// Active says what Clean would have to take out because it could run, so that an
// editor can be told instead of losing it silently. Text is the plain text of a
// document.
package safehtml

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ErrTooDeep says that elements are nested deeper than any document needs, or in a
// way that no two readings of them agree on.
var ErrTooDeep = errors.New("safehtml: the HTML is nested too deeply")

// maxDepth bounds the recursion over a tree; Ghost's deepest card needs 9.
const maxDepth = 200

// A bounded repeat of a Unicode class would be unrolled into megabytes of
// program; how long a document may be is bounded where it comes in.
var (
	classes = regexp.MustCompile(`^[a-zA-Z0-9 _-]+$`)
	ident   = regexp.MustCompile(`^[\p{L}\p{N}%_:.-]+$`)
	number  = regexp.MustCompile(`^[0-9]{1,5}$`)
	phrase  = regexp.MustCompile(`^[\p{L}\p{N} .,:'’-]+$`)
	address = regexp.MustCompile(`^(https?://|/)[^\s"'<>\\]*$`)
	policy  = newPolicy()
)

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "li", "dl", "dt", "dd",
		"blockquote", "pre", "code", "kbd", "em", "strong", "b", "i", "s", "u", "del", "ins", "sub", "sup",
		"mark", "small", "abbr", "cite", "q", "br", "hr", "wbr", "figure", "figcaption", "div", "span", "section", "aside",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "details", "summary", "picture")
	p.AllowAttrs("class").Matching(classes).Globally()
	p.AllowAttrs("id").Matching(ident).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[a-zA-Z-]{2,20}$`)).Globally()
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("pre", "div")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^(group|region|doc-endnotes|doc-noteref|doc-backlink)$`)).Globally()
	p.AllowAttrs("aria-label").Matching(phrase).OnElements("pre", "div", "a")
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("reversed").OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("td", "th")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(row|col)$`)).OnElements("th")
	p.AllowElements("td", "th")
	p.AllowAttrs("cite").OnElements("blockquote", "q")
	p.AllowAttrs("open").OnElements("details")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("download").Matching(regexp.MustCompile(`^[^/\\[:cntrl:]]*$`)).OnElements("a")
	p.AllowAttrs("data-members-form").Matching(regexp.MustCompile(`^signup$`)).OnElements("a")
	p.AllowAttrs("data-members-labels", "data-members-success").OnElements("a")
	p.AllowAttrs(embedSrc).Matching(frameAddress).OnElements("figure")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^[a-z ]{1,60}$`)).OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(number).OnElements("img", "video")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.AllowAttrs("decoding").Matching(regexp.MustCompile(`^async$`)).OnElements("img")
	p.AllowAttrs("src").OnElements("audio", "video")
	p.AllowAttrs("preload").Matching(regexp.MustCompile(`^(none|metadata)$`)).OnElements("audio", "video")
	p.AllowAttrs("controls", "loop", "muted", "playsinline").OnElements("audio", "video")
	p.AllowAttrs("poster").Matching(address).OnElements("video")
	p.AllowAttrs("checked", "disabled").OnElements("input")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	return p
}

// Clean returns source with everything taken out that is not on the allow-list:
// scripts, styles, handlers, forms, frames, SVG, comments, other URL schemes.
// The outcome may stand in any page, and Clean of it is the same again. It fails
// only with ErrTooDeep.
func Clean(source string) (string, error) {
	clean, err := pass(source)
	if err != nil {
		return "", err
	}
	// What is taken out can leave elements that a browser reads in another order
	// than they were written; they are read again until nothing moves.
	for range mostPasses {
		again, err := pass(clean)
		if err != nil {
			return "", err
		}
		if again == clean {
			return clean, nil
		}
		clean = again
	}
	return "", ErrTooDeep
}

// mostPasses is far more than any document needed that was not made for it.
const mostPasses = 16

// pass reads a document, rewrites it and takes out what is not allowed.
func pass(source string) (string, error) {
	nodes, err := parse(source)
	if err != nil {
		return "", err
	}
	rewritten, clean := buffer(), buffer()
	defer buffers.Put(rewritten)
	defer buffers.Put(clean)
	for _, n := range rewrite(nodes) {
		if err := html.Render(rewritten, n); err != nil {
			return "", err
		}
	}
	if err := policy.SanitizeReaderToWriter(rewritten, clean); err != nil {
		return "", err
	}
	return string(bytes.TrimSpace(clean.Bytes())), nil
}

// buffers are used again: a document is written out twice on its way.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func buffer() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

// Text returns the words of source, paragraphs apart by one blank.
func Text(source string) string {
	nodes, err := parse(source)
	if err != nil {
		return ""
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Svg:
			return
		}
		apart := n.Type == html.ElementNode && !inline[n.DataAtom]
		if apart {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if apart {
			b.WriteByte(' ')
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var inline = map[atom.Atom]bool{
	atom.A: true, atom.Em: true, atom.Strong: true, atom.B: true, atom.I: true, atom.S: true, atom.U: true,
	atom.Code: true, atom.Sub: true, atom.Sup: true, atom.Mark: true, atom.Span: true, atom.Small: true,
	atom.Abbr: true, atom.Q: true, atom.Cite: true, atom.Kbd: true, atom.Del: true, atom.Ins: true,
}

// parse reads a fragment as a browser would inside <body>.
func parse(source string) ([]*html.Node, error) {
	if TooCostly(source) {
		return nil, ErrTooDeep
	}
	nodes, err := html.ParseFragment(strings.NewReader(source), &html.Node{
		Type: html.ElementNode, Data: "body", DataAtom: atom.Body,
	})
	if err != nil {
		return nil, ErrTooDeep
	}
	for _, n := range nodes {
		if deeper(n, maxDepth) {
			return nil, ErrTooDeep
		}
	}
	return nodes, nil
}

func deeper(n *html.Node, left int) bool {
	if left == 0 {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if deeper(c, left-1) {
			return true
		}
	}
	return false
}
