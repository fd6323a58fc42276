// What is done to a document before the gate: frames become links, wide things
// can be scrolled, pictures load when they are near.

package safehtml

import (
	"net/url"
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
	visit(root)
	var out []*html.Node
	for c := root.FirstChild; c != nil; c = root.FirstChild {
		root.RemoveChild(c)
		out = append(out, c)
	}
	return out
}

func visit(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.DataAtom {
		case atom.Iframe, atom.Embed:
			replaceFrame(n, c)
		case atom.Table:
			visit(c)
			wrapTable(n, c)
		case atom.Pre:
			// A scrollable box must be reachable by keyboard (WCAG 2.1.1).
			set(c, "tabindex", "0")
			set(c, "role", "group")
			set(c, "aria-label", "Code")
			visit(c)
		case atom.Img:
			set(c, "loading", "lazy")
			set(c, "decoding", "async")
		case atom.Thead:
			if blank(c) {
				n.RemoveChild(c)
				break
			}
			visit(c)
		case atom.Td, atom.Th:
			alignClass(c)
			visit(c)
			if c.DataAtom == atom.Th && blank(c) {
				// A corner heads nothing, and would be read out as a heading.
				c.DataAtom, c.Data = atom.Td, "td"
			}
		default:
			visit(c)
		}
		c = next
	}
}

// replaceFrame puts a link in the place of an embedded page: nothing of another
// host is loaded before the reader asks for it.
func replaceFrame(parent, frame *html.Node) {
	defer parent.RemoveChild(frame)
	src, err := url.Parse(attr(frame, "src"))
	if err != nil || src.Host == "" || (src.Scheme != "https" && src.Scheme != "http" && src.Scheme != "") {
		return
	}
	if src.Scheme == "" {
		src.Scheme = "https"
	}
	text := attr(frame, "title")
	if text == "" {
		text = src.Host
	}
	p := element(atom.P, "class", "embed-link")
	a := element(atom.A, "href", src.String(), "rel", "noopener")
	a.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	p.AppendChild(a)
	parent.InsertBefore(p, frame)
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
	for i := 0; i < len(cell.Attr); i++ {
		if cell.Attr[i].Key == "style" || cell.Attr[i].Key == "align" {
			cell.Attr = append(cell.Attr[:i], cell.Attr[i+1:]...)
			i--
		}
	}
	switch align {
	case "right", "center":
		set(cell, "class", "align-"+align)
	}
}

// blank tells that there is nothing to see in n: no words, no picture.
func blank(n *html.Node) bool {
	if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" || n.DataAtom == atom.Img {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !blank(c) {
			return false
		}
	}
	return true
}

func element(a atom.Atom, attrs ...string) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: a.String(), DataAtom: a}
	for i := 0; i < len(attrs); i += 2 {
		set(n, attrs[i], attrs[i+1])
	}
	return n
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func set(n *html.Node, key, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}
