// Lines: text with its formats, breaks and links.

package lexical

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// format is the bits of a text's formats, as Lexical numbers them.
type format int

// formats are those that Ghost renders, in the order in which their elements nest.
var formats = [...]struct {
	bit  format
	name string
	tag  string
}{
	{1, "bold", "strong"}, {2, "italic", "em"}, {4, "strikethrough", "s"}, {8, "underline", "u"},
	{16, "code", "code"}, {32, "subscript", "sub"}, {64, "superscript", "sup"}, {128, "highlight", "mark"},
}

// formatOf reads the property: a number of bits, or the name of one.
func formatOf(value any) format {
	switch v := value.(type) {
	case float64:
		if v > 0 && v < 1<<31 {
			return format(v)
		}
	case string:
		for _, f := range formats {
			if f.name == v {
				return f.bit
			}
		}
	}
	return 0
}

func tagOf(f format) string {
	for _, known := range formats {
		if known.bit == f {
			return known.tag
		}
	}
	return ""
}

// lines writes what is below a branch in one go: elements in between leave no trace but
// their text, and formats end where they begin.
func (r *renderer) lines(s *strings.Builder, b *branch) {
	start := 0
	for i, child := range b.below {
		if child.inline() {
			continue
		}
		r.line(s, b.below[start:i])
		start = i + 1
		if child.kind != card {
			r.lines(s, child)
		}
	}
	r.line(s, b.below[start:])
}

// line writes neighbours. An element stays open for the next text that has its format;
// of those that a text opens, the one that comes again soonest comes first; and links
// close all. What is closed is the innermost element, whichever format ended: that is
// Ghost's rule, and its documents are shown so.
func (r *renderer) line(s *strings.Builder, nodes []*branch) {
	var open []format
	views := lookAhead(nodes)
	for i, b := range nodes {
		switch b.kind {
		case lineBreak:
			s.WriteString("<br>")
			continue
		case link:
			r.link(s, b)
			continue
		}
		if b.format == 0 {
			textEscapes.WriteString(s, b.text)
			continue
		}
		opened := opening(b.format, open, views[i])
		for _, f := range opened {
			s.WriteString("<" + tagOf(f) + ">")
		}
		open = append(open, opened...)
		textEscapes.WriteString(s, b.text)

		next := views[i].next
		for _, f := range slices.Clone(open) {
			if next == nil || next.kind == link || next.format&f == 0 {
				s.WriteString("</" + tagOf(open[len(open)-1]) + ">")
				open = open[:len(open)-1]
			}
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		s.WriteString("</" + tagOf(open[i]) + ">")
	}
}

// view is what comes behind a part of a line.
type view struct {
	next *branch // the next text or link
	// again is how many parts from the end of the line the next text of each format is
	// that comes before a link; 0 where there is none.
	again [len(formats)]int32
}

// lookAhead has the view of each part of a line. It is made from behind and in one go,
// for a line may have as many parts as a document.
func lookAhead(nodes []*branch) []view {
	if len(nodes) == 0 {
		return nil
	}
	views := make([]view, len(nodes))
	for i := len(nodes) - 1; i > 0; i-- {
		v := views[i]
		switch n := nodes[i]; n.kind {
		case link:
			v = view{next: n}
		case textual:
			v.next = n
			for k, known := range formats {
				if n.format&known.bit != 0 {
					v.again[k] = int32(len(nodes) - i) //nolint:gosec // documents have fewer parts
				}
			}
		}
		views[i-1] = v
	}
	return views
}

// opening are the formats that a text opens, those first that come again soonest.
func opening(f format, open []format, v view) []format {
	var out, last []format
	var soon [len(formats)]int32
	for k, known := range formats {
		if f&known.bit == 0 || slices.Contains(open, known.bit) {
			continue
		}
		if v.again[k] == 0 {
			last = append(last, known.bit)
			continue
		}
		i := len(out)
		for i > 0 && soon[i-1] < v.again[k] {
			i--
		}
		out = slices.Insert(out, i, known.bit)
		copy(soon[i+1:], soon[i:])
		soon[i] = v.again[k]
	}
	return append(out, last...)
}

// link writes a link. Target and title are never written, as in Ghost.
func (r *renderer) link(s *strings.Builder, b *branch) {
	s.WriteString("<a")
	if url := b.node.str("url"); url != "" && r.allowed("href", url) {
		s.WriteString(` href="`)
		attributeEscapes.WriteString(s, url)
		s.WriteByte('"')
	}
	if rel := b.node.str("rel"); rel != "" {
		s.WriteString(` rel="`)
		attributeEscapes.WriteString(s, rel)
		s.WriteByte('"')
	}
	s.WriteByte('>')
	var inside strings.Builder
	r.lines(&inside, b)
	if text := inside.String(); strings.Contains(text, "<a") || strings.ContainsAny(text, "\r\x00") {
		// A link in a link is read anew: no element of that name holds another one.
		s.WriteString(r.reread("a", text))
	} else {
		s.WriteString(text)
	}
	s.WriteString("</a>")
}

// reread is markup as it comes out of an element of that name.
func (r *renderer) reread(tag, markup string) string {
	parent := element(tag)
	nodes, err := html.ParseFragment(strings.NewReader(markup), parent)
	if err != nil {
		return ""
	}
	return r.inner(add(parent, nodes...))
}
