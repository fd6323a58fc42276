// The tree of a document as Ghost's editor would hold it: what stands in the JSON, put
// together by the rules of Lexical's lists and of Ghost's half-written links.

package lexical

import (
	"slices"
	"strings"
)

// kind is what a node is to the renderer.
type kind int

const (
	unknown kind = iota
	textual
	lineBreak
	link
	halfLink // a search for a link that was left open; it is never shown
	paragraph
	heading
	list
	listItem
	quote
	aside
	card
)

// kinds are the types of nodes that Ghost writes, without its cards.
var kinds = map[string]kind{
	"text": textual, "extended-text": textual, "tk": textual, "zwnj": textual, "tab": textual, "at-link-search": textual,
	"linebreak": lineBreak, "link": link, "at-link": halfLink, "paragraph": paragraph,
	"heading": heading, "extended-heading": heading, "list": list, "listitem": listItem,
	"quote": quote, "extended-quote": quote, "aside": aside,
}

// branch is a node with what is below it.
type branch struct {
	kind   kind
	node   node
	text   string
	format format
	simple bool // a text that may become one with its neighbours
	below  []*branch
}

// inline tells whether a branch is a part of a line.
func (b *branch) inline() bool {
	return b.kind == textual || b.kind == lineBreak || b.kind == link || b.kind == halfLink
}

// grow makes the branch of a node, nil for one with nothing in it.
func (r *renderer) grow(n node) *branch {
	b := &branch{kind: kinds[n.typ()], node: n}
	if cards[n.typ()] != nil {
		b.kind = card
		return b
	}
	switch b.kind {
	case lineBreak:
		return b
	case textual:
		b.text, b.format = n.str("text"), formatOf(n["format"])
		switch n.typ() {
		case "tab":
			b.text = "\t"
		case "at-link-search":
			b.format = 0
		case "tk":
		default:
			b.simple = n.str("mode") == "normal" && int(n.num("detail"))&2 == 0
		}
		return b
	case unknown:
		r.strange(n.typ())
		if _, ok := n["children"].([]any); !ok {
			b.kind, b.text, b.format = textual, n.str("text"), formatOf(n["format"])
			if b.text == "" {
				return nil
			}
			return b
		}
	}
	for _, child := range n.children() {
		if c := r.grow(child); c != nil {
			b.append(c)
		}
	}
	return b
}

// append puts a branch below another one. Of a type that is not known only what is below
// it is kept; lists put all but items in items, and items keep no paragraphs.
func (b *branch) append(child *branch) {
	switch {
	case child.kind == unknown, b.kind == listItem && (child.kind == paragraph || child.kind == listItem):
		for _, c := range child.below {
			b.append(c)
		}
		return
	case b.kind == list && child.kind != listItem:
		item := &branch{kind: listItem, node: node{}}
		if child.kind == list || child.inline() && child.kind != link && child.kind != halfLink || child.kind == card {
			item.append(child)
		} else {
			item.append(&branch{kind: textual, text: child.words(), simple: true})
		}
		child = item
	}
	b.below = append(b.below, child)
}

// settle does what Lexical does before a document is read: empty texts go, neighbours of
// one format become one text, and searches for links go with one of the blanks around.
// It tells whether the branch goes itself: a link does that nothing is left of.
func (b *branch) settle() (gone bool) {
	had := len(b.below)
	b.below = slices.DeleteFunc(b.below, (*branch).settle)
	b.below = joined(b.below)
	kept := b.below[:0]
	for i, child := range b.below {
		switch {
		case child.kind != halfLink:
			kept = append(kept, child)
		case len(kept) > 0:
			if before := kept[len(kept)-1]; before.kind == textual {
				before.text = strings.TrimSuffix(before.text, " ")
			}
		case i+1 < len(b.below) && b.below[i+1].kind == textual:
			b.below[i+1].text = strings.TrimPrefix(b.below[i+1].text, " ")
		}
	}
	if len(kept) < len(b.below) {
		kept = joined(kept)
	}
	b.below = kept
	return b.kind == link && had > 0 && len(b.below) == 0
}

// joined are neighbours without the empty ones, and with those of one format as one.
func joined(nodes []*branch) []*branch {
	out := nodes[:0]
	for i := 0; i < len(nodes); i++ {
		n := nodes[i]
		if !n.simple {
			out = append(out, n)
			continue
		}
		var more strings.Builder
		for i+1 < len(nodes) && nodes[i+1].simple && (nodes[i+1].text == "" || n.text == "" || n.like(nodes[i+1])) {
			i++
			if n.text == "" {
				n = nodes[i]
			} else if nodes[i].text != "" {
				if more.Len() == 0 {
					more.WriteString(n.text)
				}
				more.WriteString(nodes[i].text)
			}
		}
		if more.Len() > 0 {
			n.text = more.String()
		}
		if n.text != "" {
			out = append(out, n)
		}
	}
	return out
}

// like tells whether two texts look the same.
func (b *branch) like(other *branch) bool {
	return b.format == other.format && b.node.str("style") == other.node.str("style")
}

// words is the text of a branch as Lexical's getTextContent gives it.
func (b *branch) words() string {
	var s strings.Builder
	b.writeWords(&s)
	return s.String()
}

func (b *branch) writeWords(s *strings.Builder) {
	switch b.kind {
	case textual:
		s.WriteString(b.text)
	case lineBreak:
		s.WriteByte('\n')
	case halfLink:
		return
	}
	for i, child := range b.below {
		child.writeWords(s)
		if !child.inline() && child.kind != card && i < len(b.below)-1 {
			s.WriteString("\n\n")
		}
	}
}

// blocks are the branches right below the root. Lines that stand there alone get a
// paragraph.
func (r *renderer) blocks(root node) []*branch {
	var out []*branch
	var line *branch // the paragraph that lines are put in
	var put func(*branch)
	put = func(b *branch) {
		switch {
		case b.kind == halfLink:
		case b.kind == unknown:
			line = nil
			for _, child := range b.below {
				put(child)
			}
			line = nil
		case b.inline() && b.kind != link:
			if line == nil {
				line = &branch{kind: paragraph}
				out = append(out, line)
			}
			line.append(b)
		default:
			line = nil
			out = append(out, b)
		}
	}
	for _, n := range root.children() {
		if b := r.grow(n); b != nil {
			put(b)
		}
	}
	return slices.DeleteFunc(out, (*branch).settle)
}
