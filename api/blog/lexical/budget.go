// How much Markdown is read: readers of it take a time that grows with the square of a
// paragraph's length.

package lexical

import (
	"strings"

	"golang.org/x/net/html"
)

// markdownBudget bounds the sum of the squares of a document's Markdown paragraphs, in
// bytes, and with them its size: one of 90 kB, or 2 MB of short ones.
const markdownBudget = 1 << 33

// markdown writes a Markdown card; as plain paragraphs where it would take too long.
func (r *renderer) markdown(n node) string {
	source := n.str("markdown")
	paragraphs := paragraphsOf(source)
	for _, p := range paragraphs {
		r.spent += len(p) * (len(p) + 4000)
	}
	if r.spent <= markdownBudget {
		return cardMarkdown(r, n)
	}
	r.leave("Markdown that would take too long to read")
	body := &html.Node{Type: html.ElementNode, Data: "div"}
	for _, p := range paragraphs {
		add(body, add(element("p"), textNode(strings.ToValidUTF8(p, "\ufffd"))))
	}
	return r.inner(body)
}

// paragraphsOf are the parts of a text between lines with nothing in them.
func paragraphsOf(source string) (out []string) {
	start, end := -1, 0
	for at := 0; at < len(source); {
		next := len(source)
		if i := strings.IndexByte(source[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		if strings.TrimSpace(source[at:next]) != "" {
			if start < 0 {
				start = at
			}
			end = next
		} else if start >= 0 {
			out, start = append(out, source[start:end]), -1
		}
		at = next
	}
	if start >= 0 {
		out = append(out, source[start:end])
	}
	return out
}
