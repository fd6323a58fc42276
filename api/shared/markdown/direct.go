// The direct way: blocks of a text that has no HTML of its own.

package markdown

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// deepest is how many blocks and inlines may be within each other on the direct
// way.
const deepest = 60

// writer appends a document to out, as sanitising goldmark's HTML of it would
// leave it. It writes elements and attributes that are spelled out here and
// nothing else; all the words and addresses of the text are escaped. Its methods
// are false where the outcome is not certain.
type writer struct {
	source []byte
	out    []byte
	depth  int
	link   bool // in a link, where there can be no other
	head   bool // in the head of a table
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

// direct writes document, or says that it has to go the other way.
func direct(document ast.Node, source []byte) (string, bool) {
	if bytes.IndexByte(source, '\r') >= 0 || bytes.IndexByte(source, 0) >= 0 || !utf8.Valid(source) {
		return "", false
	}
	buffer := buffers.Get().(*[]byte)
	w := &writer{source: source, out: (*buffer)[:0]}
	ok := w.children(document)
	out := ""
	if ok {
		out = strings.TrimSpace(string(w.out))
	}
	*buffer = w.out
	buffers.Put(buffer)
	return out, ok
}

func (w *writer) put(s string) { w.out = append(w.out, s...) }

func (w *writer) children(n ast.Node) bool {
	if w.depth++; w.depth > deepest {
		return false
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if !w.node(c) {
			return false
		}
	}
	w.depth--
	return true
}

// within writes the children of n between two pieces of HTML.
func (w *writer) within(n ast.Node, before, after string) bool {
	w.put(before)
	ok := w.children(n)
	w.put(after)
	return ok
}

func (w *writer) node(n ast.Node) bool {
	if n.Attributes() != nil && n.Kind() != ast.KindHeading {
		return false
	}
	switch n := n.(type) {
	case *ast.Text:
		return w.text(n)
	case *ast.Paragraph:
		return w.within(n, "<p>", "</p>\n")
	case *ast.TextBlock:
		ok := w.children(n)
		if n.NextSibling() != nil && n.FirstChild() != nil {
			w.put("\n")
		}
		return ok
	case *ast.Heading:
		return w.heading(n)
	case *ast.Blockquote:
		return w.within(n, "<blockquote>\n", "</blockquote>\n")
	case *ast.List:
		return w.list(n)
	case *ast.ListItem:
		w.put("<li>")
		if first := n.FirstChild(); first != nil && first.Kind() != ast.KindTextBlock {
			w.put("\n")
		}
		return w.within(n, "", "</li>\n")
	case *ast.FencedCodeBlock:
		w.out = fence(w.out, n, w.source)
		return true
	case *ast.CodeBlock:
		w.put(`<pre tabindex="0" role="group" aria-label="Code"><code>`)
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			w.out = escape(w.out, line.Value(w.source))
		}
		w.put("</code></pre>\n")
		return true
	case *ast.ThematicBreak:
		w.put("<hr/>\n")
		return true
	case *ast.HTMLBlock:
		return w.comment(n)
	case *ast.LinkReferenceDefinition:
		return true
	case *east.Table:
		return w.within(n, `<div class="table" tabindex="0" role="group" aria-label="Table"><table>`+"\n", "</table></div>\n")
	case *east.TableHeader:
		return w.tableHead(n)
	case *east.TableRow:
		ok := w.within(n, "<tr>\n", "</tr>\n")
		if n.Parent().LastChild() == n {
			w.put("</tbody>\n")
		}
		return ok
	case *east.TableCell:
		return w.cell(n)
	case *east.FootnoteList:
		return w.within(n, `<div class="footnotes" role="doc-endnotes">`+"\n<hr/>\n<ol>\n", "</ol>\n</div>\n")
	case *east.Footnote:
		w.put(`<li id="fn:`)
		w.out = strconv.AppendInt(w.out, int64(n.Index), 10)
		return w.within(n, "\">\n", "</li>\n")
	}
	return w.inline(n)
}

func (w *writer) heading(n *ast.Heading) bool {
	level := "0223456"[n.Level : n.Level+1] // h1 is the page's title
	w.put("<h" + level)
	for _, a := range n.Attributes() {
		id, ok := a.Value.([]byte)
		if string(a.Name) != "id" || !ok || !languageName(string(id)) {
			return false
		}
		w.put(` id="`)
		w.out = append(w.out, id...)
		w.put(`"`)
	}
	return w.within(n, ">", "</h"+level+">\n")
}

func (w *writer) list(n *ast.List) bool {
	if !n.IsOrdered() {
		return w.within(n, "<ul>\n", "</ul>\n")
	}
	w.put("<ol")
	if n.Start != 1 && n.Start >= 0 && n.Start <= 99_999 {
		w.put(` start="`)
		w.out = strconv.AppendInt(w.out, int64(n.Start), 10)
		w.put(`"`)
	}
	return w.within(n, ">\n", "</ol>\n")
}

// comment leaves out an HTML comment that stands for itself; of anything else
// the direct way knows nothing.
func (w *writer) comment(n *ast.HTMLBlock) bool {
	raw := n.Lines().Value(w.source)
	if n.HasClosure() {
		raw = append(raw, n.ClosureLine.Value(w.source)...)
	}
	from := bytes.IndexByte(raw, '<')
	to := bytes.LastIndexByte(raw, '>') + 1
	if from < 0 || len(bytes.TrimLeft(raw[:from], " \t")) > 0 || len(bytes.TrimSpace(raw[to:])) > 0 || !isComment(raw[from:to]) {
		return false
	}
	w.out = append(append(w.out, raw[:from]...), raw[to:]...)
	return true
}

// isComment tells whether s is one comment, which no browser reads otherwise.
func isComment(s []byte) bool {
	inner, opened := bytes.CutPrefix(s, []byte("<!--"))
	inner, closed := bytes.CutSuffix(inner, []byte("-->"))
	return opened && closed && !bytes.Contains(inner, []byte("--")) &&
		!bytes.HasPrefix(inner, []byte(">")) && !bytes.HasPrefix(inner, []byte("->")) &&
		!bytes.HasSuffix(inner, []byte("-")) && !bytes.HasSuffix(inner, []byte("<!"))
}

// tableHead writes the one row of a head. A head in which nothing is to be seen
// is left to the other way.
func (w *writer) tableHead(n *east.TableHeader) bool {
	seen := false
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		seen = seen || c.FirstChild() != nil
	}
	w.head = true
	ok := seen && w.within(n, "<thead>\n<tr>\n", "</tr>\n</thead>\n")
	w.head = false
	if n.NextSibling() != nil {
		w.put("<tbody>\n")
	}
	return ok
}

func (w *writer) cell(n *east.TableCell) bool {
	tag := "td"
	if w.head && n.FirstChild() != nil { // a corner heads nothing
		tag = "th"
		if !w.solid(n) {
			return false
		}
	}
	w.put("<" + tag)
	switch n.Alignment {
	case east.AlignRight:
		w.put(` class="align-right"`)
	case east.AlignCenter:
		w.put(` class="align-center"`)
	}
	return w.within(n, ">", "</"+tag+">\n")
}

// solid tells that there is something to see in a cell: a letter or digit of a
// text, or a picture.
func (w *writer) solid(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			for _, b := range c.Segment.Value(w.source) {
				if b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' {
					return true
				}
				if b == '&' {
					return false // an entity, perhaps of a blank
				}
			}
		case *ast.Image:
			return true
		default:
			if w.solid(c) {
				return true
			}
		}
	}
	return false
}
