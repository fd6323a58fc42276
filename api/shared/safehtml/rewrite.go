// What is done to a document before the gate: cards are dressed, frames become
// links, wide things can be scrolled, pictures load when they are near.

package safehtml

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func rewrite(nodes []*html.Node) []*html.Node {
	root := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	(&rewriter{ids: map[string]bool{}}).visit(root)
	var out []*html.Node
	for c := root.FirstChild; c != nil; c = root.FirstChild {
		root.RemoveChild(c)
		out = append(out, c)
	}
	return out
}

// mostCards is how many cards may be one in the other; what is deeper keeps the
// markup that it came with. It bounds the work on a document that is all cards.
const mostCards = 8

type rewriter struct {
	ids   map[string]bool
	cards int // that one is in
}

// visit changes what is in n. A card is dressed before what is in it.
func (r *rewriter) visit(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.ElementNode:
			r.element(n, c)
		case r.cards > 0 && unseen(n, c):
			n.RemoveChild(c)
		}
		c = next
	}
}

func (r *rewriter) element(n, c *html.Node) {
	if id := attr(c, "id"); id != "" {
		if r.ids[id] {
			drop(c, "id") // an address means the first of them
		}
		r.ids[id] = true
	}
	if hasClass(c, "kg-card") && r.cards < mostCards {
		dress(c)
		r.cards++
		defer func() { r.cards-- }()
	}
	switch c.DataAtom {
	case atom.H1:
		rename(c, atom.H2) // a page has one, and that is its title
		r.visit(c)
	case atom.Script, atom.Style, atom.Noscript, atom.Svg:
		n.RemoveChild(c)
	case atom.Iframe, atom.Embed:
		replaceFrame(n, c)
	case atom.Figure:
		checkEmbed(c)
		r.visit(c)
	case atom.Table:
		r.visit(c)
		wrapTable(n, c)
	case atom.Pre:
		// A scrollable box must be reachable by keyboard (WCAG 2.1.1).
		set(c, "tabindex", "0")
		set(c, "role", "group")
		set(c, "aria-label", "Code")
		r.visit(c)
	case atom.Img:
		if !has(c, "alt") {
			set(c, "alt", "")
		}
		set(c, "loading", "lazy")
		set(c, "decoding", "async")
	case atom.Audio, atom.Video:
		player(c)
		r.visit(c)
	case atom.Span:
		r.visit(c)
		if len(c.Attr) == 1 && c.Attr[0].Key == "style" {
			unwrap(c) // Ghost's editor writes one around every piece of a caption
		}
	case atom.Thead:
		if blank(c) {
			n.RemoveChild(c)
			break
		}
		r.visit(c)
	case atom.Td, atom.Th:
		alignClass(c)
		r.visit(c)
		if c.DataAtom == atom.Th && blank(c) {
			// A corner heads nothing, and would be read out as a heading.
			rename(c, atom.Td)
		}
	default:
		r.visit(c)
	}
}

// unseen tells that a text between the blocks of a card is the indentation of
// Ghost's templates, of which there is more than of the card.
func unseen(parent, c *html.Node) bool {
	return c.Type == html.TextNode && blocks[parent.DataAtom] && strings.TrimSpace(c.Data) == "" && (edge(c.PrevSibling) || edge(c.NextSibling))
}

func edge(n *html.Node) bool { return n == nil || n.Type == html.ElementNode && blocks[n.DataAtom] }

var blocks = map[atom.Atom]bool{
	atom.Div: true, atom.Figure: true, atom.Figcaption: true, atom.Details: true, atom.Summary: true, atom.P: true,
	atom.H2: true, atom.H3: true, atom.Ul: true, atom.Ol: true,
}

func wrapTable(parent, table *html.Node) {
	if parent.DataAtom == atom.Div && slices.Contains(strings.Fields(attr(parent, "class")), "table") {
		return
	}
	box := element(atom.Div, "class", "table", "tabindex", "0", "role", "group", "aria-label", "Table")
	parent.InsertBefore(box, table)
	parent.RemoveChild(table)
	box.AppendChild(table)
}

// alignClass keeps a column's alignment without an inline style, which the
// pages' content security policy forbids.
func alignClass(cell *html.Node) {
	align := attr(cell, "align")
	drop(cell, "style")
	drop(cell, "align")
	switch align {
	case "right", "center":
		set(cell, "class", "align-"+align)
	}
}
