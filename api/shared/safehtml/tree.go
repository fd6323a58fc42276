// Small steps on a tree of elements.

package safehtml

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func element(a atom.Atom, attrs ...string) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: a.String(), DataAtom: a}
	for i := 0; i < len(attrs); i += 2 {
		set(n, attrs[i], attrs[i+1])
	}
	return n
}

func text(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

func rename(n *html.Node, a atom.Atom) { n.DataAtom, n.Data = a, a.String() }

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
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

func drop(n *html.Node, key string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func hasClass(n *html.Node, class string) bool {
	for rest := attr(n, "class"); rest != ""; {
		var one string
		if one, rest, _ = strings.Cut(rest, " "); one == class {
			return true
		}
	}
	return false
}

func addClass(n *html.Node, class string) {
	if !hasClass(n, class) {
		set(n, "class", strings.Join(append(strings.Fields(attr(n, "class")), class), " "))
	}
}

func removeClass(n *html.Node, class string) {
	if hasClass(n, class) {
		set(n, "class", strings.Join(slices.DeleteFunc(strings.Fields(attr(n, "class")), func(c string) bool { return c == class }), " "))
	}
}

func swapClass(n *html.Node, old, class string) {
	removeClass(n, old)
	addClass(n, class)
}

// collect lists the elements below n that fit, in document order.
func collect(n *html.Node, fits func(*html.Node) bool) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && fits(c) {
			list = append(list, c)
		}
		list = append(list, collect(c, fits)...)
	}
	return list
}

func withClass(n *html.Node, class string) []*html.Node {
	return collect(n, func(c *html.Node) bool { return hasClass(c, class) })
}

func elements(n *html.Node, a atom.Atom) []*html.Node {
	return collect(n, func(c *html.Node) bool { return c.DataAtom == a })
}

// first is the first element below n of a class, or nil.
func first(n *html.Node, class string) *html.Node {
	if list := withClass(n, class); len(list) > 0 {
		return list[0]
	}
	return nil
}

func firstElement(n *html.Node) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

// removeAll takes the elements of a class out, with all that is in them.
func removeAll(n *html.Node, class string) {
	for _, c := range withClass(n, class) {
		c.Parent.RemoveChild(c)
	}
}

func empty(n *html.Node) {
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
}

// adopt moves all children of from into n.
func adopt(n, from *html.Node) {
	for c := from.FirstChild; c != nil; c = from.FirstChild {
		from.RemoveChild(c)
		n.AppendChild(c)
	}
}

// unwrap puts the children of n in its place.
func unwrap(n *html.Node) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	n.Parent.RemoveChild(n)
}

// within tells whether n is inside one of some elements.
func within(n *html.Node, of ...atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if slices.Contains(of, p.DataAtom) {
			return true
		}
	}
	return false
}

// words is the text in n, in one line.
func words(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
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

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}
