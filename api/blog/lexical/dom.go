// Elements of a page: made, filled from HTML, and written as a browser's innerHTML
// writes them. Cards are built of them, for Ghost builds them with a DOM too.

package lexical

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rose-ash.com/roseash/api/shared/safehtml"
)

// element makes an HTML element; attributes are names and values by turns.
func element(tag string, attributes ...string) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: tag, DataAtom: atom.Lookup([]byte(tag))}
	for i := 0; i+1 < len(attributes); i += 2 {
		setAttribute(n, attributes[i], attributes[i+1])
	}
	return n
}

// textNode makes text.
func textNode(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

// add appends children and returns the parent; nil children are none.
func add(parent *html.Node, children ...*html.Node) *html.Node {
	for _, child := range children {
		if child != nil {
			parent.AppendChild(child)
		}
	}
	return parent
}

// setAttribute sets an attribute; one that is there already keeps its place.
func setAttribute(n *html.Node, name, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

// attribute is the value of an attribute; "" where it is missing.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// fragment reads HTML as it would be read inside of a div; nothing where it is too deep or
// would take too long.
func fragment(markup string) []*html.Node {
	if markup == "" {
		return nil
	}
	if !strings.ContainsAny(markup, "<&\r\x00") {
		return []*html.Node{textNode(markup)}
	}
	if safehtml.TooCostly(markup) {
		return nil
	}
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(markup), element("div"), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil
	}
	inOrder(nodes, markup)
	return nodes
}

// formatting elements have their attributes sorted by the parser.
var formatting = set("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")

// inOrder puts attributes that the parser sorted back in the order in which markup has
// them, for a browser keeps it. Elements with the same names in two orders get the first.
func inOrder(nodes []*html.Node, markup string) {
	var sorted []*html.Node
	for _, n := range nodes {
		find := func(c *html.Node) {
			if c.Type == html.ElementNode && len(c.Attr) > 1 && formatting[c.Data] {
				sorted = append(sorted, c)
			}
		}
		find(n)
		each(n, find)
	}
	if len(sorted) == 0 {
		return
	}
	key := func(tag string, attributes []html.Attribute) string {
		names := make([]string, len(attributes))
		for i, a := range attributes {
			names[i] = a.Key
		}
		slices.Sort(names)
		return tag + " " + strings.Join(names, " ")
	}
	places := map[string]map[string]int{}
	for z := html.NewTokenizer(strings.NewReader(markup)); z.Next() != html.ErrorToken; {
		t := z.Token()
		if len(t.Attr) < 2 || !formatting[t.Data] {
			continue
		}
		k := key(t.Data, t.Attr)
		if places[k] != nil {
			continue
		}
		places[k] = make(map[string]int, len(t.Attr))
		for i, a := range t.Attr {
			places[k][a.Key] = i
		}
	}
	for _, n := range sorted {
		if place := places[key(n.Data, n.Attr)]; place != nil {
			slices.SortStableFunc(n.Attr, func(a, b html.Attribute) int { return place[a.Key] - place[b.Key] })
		}
	}
}

// setInner is `n.innerHTML = markup`; it returns n.
func setInner(n *html.Node, markup string) *html.Node {
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	return add(n, fragment(markup)...)
}

// only is the one element that markup consists of, as Ghost's getFirstHtmlElement finds
// it; nil where there are more or none.
func only(markup string) *html.Node {
	container := setInner(element("div"), strings.TrimSpace(markup))
	var found *html.Node
	for c := container.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if found != nil {
			return nil
		}
		found = c
	}
	if found == nil || found.Namespace != "" {
		return nil
	}
	return found
}

// textContent is the text in an element.
func textContent(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

// withoutGates is what somebody wrote without what makes a comment a gate: one of them
// would end the gate that a card stands in. A blank takes its place, for what stood on both
// sides of it could be another one.
func (r *renderer) withoutGates(s string) string {
	if !gateMark.MatchString(s) {
		return s
	}
	r.leave("a gate inside of a card")
	return gateMark.ReplaceAllString(s, " ")
}

// outer writes an element, "" for nil. Addresses that could run leave here, whoever
// wrote them: see address.
func (r *renderer) outer(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	r.write(&b, n)
	return b.String()
}

// inner writes what is in an element.
func (r *renderer) inner(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.write(&b, c)
	}
	return b.String()
}

func (r *renderer) write(b *strings.Builder, n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if p := n.Parent; p != nil && p.Namespace == "" && raw[p.Data] {
			b.WriteString(r.withoutGates(n.Data))
			return
		}
		textEscapes.WriteString(b, n.Data)
	case html.CommentNode:
		if comment := "<!--" + n.Data + "-->"; r.withoutGates(comment) == comment {
			b.WriteString(comment)
		}
	case html.ElementNode:
		b.WriteString("<" + n.Data)
		for _, a := range n.Attr {
			if addresses[a.Key] && !r.allowed(a.Key, a.Val) {
				continue
			}
			b.WriteByte(' ')
			if a.Namespace != "" {
				b.WriteString(a.Namespace + ":")
			}
			b.WriteString(a.Key + `="`)
			attributeEscapes.WriteString(b, a.Val)
			b.WriteByte('"')
		}
		b.WriteByte('>')
		if n.Namespace == "" && void[n.Data] {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			r.write(b, c)
		}
		b.WriteString("</" + n.Data + ">")
	}
}

// Escapes of a DOM that is written as HTML.
var (
	textEscapes      = strings.NewReplacer("&", "&amp;", "\u00a0", "&nbsp;", "<", "&lt;", ">", "&gt;")
	attributeEscapes = strings.NewReplacer("&", "&amp;", "\u00a0", "&nbsp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;")
)

// void elements have no end, raw ones have text that is not escaped.
var (
	void = set("area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr")
	raw  = set("style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext")
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
