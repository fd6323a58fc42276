// A document as HTML for a page.

package lexical

import (
	"slices"
	"strings"
)

// page writes the document.
func (r *renderer) page(blocks []*branch) string {
	var s strings.Builder
	for _, b := range written(blocks) {
		if b.kind == card {
			s.WriteString(r.card(b.node))
			continue
		}
		r.block(&s, b)
	}
	return s.String()
}

// gatedCards are those that put their own gates, because Ghost's can be for some only.
var gatedCards = set("html", "call-to-action", "transistor")

// card writes a card. Where another card says who may see it, as a newer Ghost's may, it is
// for those alone.
func (r *renderer) card(n node) string {
	content := cards[n.typ()](r, n)
	if content == "" || gatedCards[n.typ()] {
		return content
	}
	return r.gated(n, content)
}

// written are the blocks that are shown: the editor keeps an empty paragraph at the end.
func written(blocks []*branch) []*branch {
	if n := len(blocks); n > 0 && blocks[n-1].kind == paragraph && trim(blocks[n-1].words()) == "" {
		return blocks[:n-1]
	}
	return blocks
}

// block writes a block that is no card.
func (r *renderer) block(s *strings.Builder, b *branch) {
	switch b.kind {
	case paragraph:
		r.wrapped(s, b, "<p>", "</p>")
	case heading:
		tag := headingTag(b.node)
		s.WriteString("<" + tag + ` id="` + r.id(b.words()) + `">`)
		r.lines(s, b)
		s.WriteString("</" + tag + ">")
	case list:
		r.list(s, b)
	case quote:
		r.wrapped(s, b, "<blockquote>", "</blockquote>")
	case aside:
		r.wrapped(s, b, `<blockquote class="kg-blockquote-alt">`, "</blockquote>")
	case link:
		r.lines(s, b) // right below the root: text
	default:
		r.lines(s, b)
	}
}

func (r *renderer) wrapped(s *strings.Builder, b *branch, start, end string) {
	s.WriteString(start)
	r.lines(s, b)
	s.WriteString(end)
}

// headingTag is the element of a heading; a heading of no level is one of the second.
func headingTag(n node) string {
	if tag := n.str("tag"); slices.Contains([]string{"h1", "h2", "h3", "h4", "h5", "h6"}, tag) {
		return tag
	}
	return "h2"
}

// list writes a list. An item that begins with a list is a part of the item before it.
func (r *renderer) list(s *strings.Builder, b *branch) {
	tag := "ul"
	if t := b.node.str("listType"); t == "number" || t == "ol" {
		tag = "ol"
	}
	s.WriteString("<" + tag)
	if start := b.node.str("start"); start != "" && start != "1" {
		s.WriteString(` start="`)
		attributeEscapes.WriteString(s, start)
		s.WriteByte('"')
	}
	s.WriteByte('>')
	open := false
	shut := func() {
		if open {
			s.WriteString("</li>")
		}
		open = false
	}
	for _, item := range b.below {
		if len(item.below) > 0 && item.below[0].kind == list {
			r.list(s, item.below[0])
			shut()
			continue
		}
		shut()
		s.WriteString("<li>")
		r.lines(s, item)
		open = true
	}
	shut()
	s.WriteString("</" + tag + ">")
}
