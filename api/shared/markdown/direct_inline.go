// The direct way: words, links and pictures.

package markdown

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"rose-ash.com/roseash/api/shared/safehtml"
)

func (w *writer) inline(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.String:
		return w.sign(n)
	case *ast.Emphasis:
		if n.Level == 2 {
			return w.within(n, "<strong>", "</strong>")
		}
		return w.within(n, "<em>", "</em>")
	case *ast.CodeSpan:
		return w.code(n)
	case *ast.Link:
		return w.anchor(n)
	case *ast.AutoLink:
		return w.autoLink(n)
	case *ast.Image:
		return w.image(n)
	case *ast.RawHTML:
		return isComment(n.Segments.Value(w.source))
	case *east.Strikethrough:
		return w.within(n, "<del>", "</del>")
	case *east.TaskCheckBox:
		w.put("<input ")
		if n.IsChecked {
			w.put(`checked="" `)
		}
		w.put(`disabled="" type="checkbox"/> `)
		return true
	case *east.FootnoteLink:
		return w.footnote(n)
	case *east.FootnoteBacklink:
		w.put("\u00a0" + `<a class="footnote-backref" href="#fnref`)
		w.reference(n.RefIndex, n.Index)
		w.put(`" role="doc-backlink">` + "\u21a9\ufe0e</a>")
		return true
	}
	return false
}

func (w *writer) text(n *ast.Text) bool {
	value := n.Segment.Value(w.source)
	if n.IsRaw() {
		w.out = escape(w.out, value)
		return true
	}
	if !w.words(value) {
		return false
	}
	switch {
	case n.HardLineBreak():
		w.put("<br/>\n")
	case n.SoftLineBreak():
		w.put("\n")
	}
	return true
}

// words writes text with its entities and backslashes resolved.
func (w *writer) words(value []byte) bool {
	if bytes.IndexByte(value, '&') < 0 && bytes.IndexByte(value, '\\') < 0 {
		w.out = escape(w.out, value)
		return true
	}
	var b strings.Builder
	resolved := resolver{&b}
	html.DefaultWriter.Write(resolved, value)
	out := b.String()
	if strings.IndexByte(out, '\r') >= 0 || strings.IndexByte(out, 0) >= 0 || !utf8.ValidString(out) {
		return false
	}
	// Goldmark has escaped it by its own spelling.
	w.put(spelling.Replace(out))
	return true
}

var spelling = strings.NewReplacer("&quot;", "&#34;", "'", "&#39;")

// resolver is a strings.Builder as goldmark wants a writer to be.
type resolver struct{ *strings.Builder }

func (resolver) Available() int { return 0 }
func (resolver) Buffered() int  { return 0 }
func (resolver) Flush() error   { return nil }

// sign writes what the typographer puts in the place of plain signs.
func (w *writer) sign(n *ast.String) bool {
	if !n.IsCode() || bytes.ContainsAny(n.Value, "&<>\"'") {
		return false
	}
	w.out = append(w.out, n.Value...)
	return true
}

func (w *writer) code(n *ast.CodeSpan) bool {
	w.put("<code>")
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if !ok {
			return false
		}
		value := t.Segment.Value(w.source)
		if line, ends := bytes.CutSuffix(value, []byte("\n")); ends {
			w.out = append(escape(w.out, line), ' ')
		} else {
			w.out = escape(w.out, value)
		}
	}
	w.put("</code>")
	return true
}

// address appends an attribute with an address, spelled as safehtml spells it.
func (w *writer) address(name string, destination []byte) bool {
	spelled, ok := safehtml.URL(string(destination))
	if !ok {
		return false
	}
	w.put(name + `="`)
	w.out = escape(w.out, spelled)
	w.put(`"`)
	return true
}

func (w *writer) title(title []byte) bool {
	if title == nil {
		return true
	}
	w.put(` title="`)
	ok := w.words(title)
	w.put(`"`)
	return ok
}

func (w *writer) anchor(n *ast.Link) bool {
	if w.link {
		return false
	}
	w.link = true
	w.put("<a ")
	ok := w.address("href", util.URLEscape(n.Destination, true)) && w.title(n.Title) && w.within(n, ">", "</a>")
	w.link = false
	return ok
}

func (w *writer) autoLink(n *ast.AutoLink) bool {
	if w.link {
		return false
	}
	destination := util.URLEscape(n.URL(w.source), false)
	if n.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(destination), []byte("mailto:")) {
		destination = append([]byte("mailto:"), destination...)
	}
	w.put("<a ")
	ok := w.address("href", destination)
	w.put(">")
	w.out = escape(w.out, n.Label(w.source))
	w.put("</a>")
	return ok
}

func (w *writer) image(n *ast.Image) bool {
	w.put("<img ")
	if !w.address("src", util.URLEscape(n.Destination, true)) {
		return false
	}
	w.put(` alt="`)
	if !w.alternative(n) {
		return false
	}
	w.put(`"`)
	ok := w.title(n.Title)
	w.put(` loading="lazy" decoding="async"/>`)
	return ok
}

// alternative writes the words of a picture's description.
func (w *writer) alternative(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		ok := false
		switch c := c.(type) {
		case *ast.Text:
			ok = !c.HardLineBreak() && w.text(c)
		case *ast.String:
			ok = w.sign(c)
		case *ast.Emphasis, *ast.CodeSpan, *ast.Link, *ast.Image, *east.Strikethrough:
			ok = w.alternative(c)
		}
		if !ok {
			return false
		}
	}
	return true
}

func (w *writer) footnote(n *east.FootnoteLink) bool {
	if w.link {
		return false
	}
	w.put(`<sup id="fnref`)
	w.reference(n.RefIndex, n.Index)
	index := strconv.Itoa(n.Index)
	w.put(`"><a class="footnote-ref" href="#fn:` + index + `" role="doc-noteref">` + index + "</a></sup>")
	return true
}

// reference writes which footnote is meant, and which of several places that
// refer to it.
func (w *writer) reference(place, index int) {
	if place > 0 {
		w.out = strconv.AppendInt(w.out, int64(place), 10)
	}
	w.put(":")
	w.out = strconv.AppendInt(w.out, int64(index), 10)
}

// escaped are the bytes that text and attributes cannot hold as they are.
var escaped = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// escape appends s with its signs of HTML escaped.
func escape[T string | []byte](b []byte, s T) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		if e := escaped[s[i]]; e != "" {
			b = append(append(b, s[from:i]...), e...)
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}

// between are the elements that part no words, as in safehtml.Text.
var between = map[string]bool{"a": true, "em": true, "strong": true, "code": true, "sup": true, "del": true, "span": true}

// wordsOf is safehtml.Text of what the direct way writes, where every element is
// closed and every < and > is one of a tag.
func wordsOf(document string) string {
	b := make([]byte, 0, len(document))
	blank := false
	add := func(s string) {
		if blank && len(b) > 0 {
			b = append(b, ' ')
		}
		blank = false
		b = append(b, s...)
	}
	for i := 0; i < len(document); {
		switch c := document[i]; {
		case c == '<':
			end := i + strings.IndexByte(document[i:], '>')
			name, closes := strings.CutPrefix(document[i+1:end], "/")
			if closes && !between[name] || strings.HasSuffix(name, "/") {
				blank = true
			}
			i = end + 1
		case c == '&':
			end := i + strings.IndexByte(document[i:], ';')
			add(entities[document[i:end+1]])
			i = end + 1
		case c == ' ' || c >= '\t' && c <= '\r':
			blank = true
			i++
		case c < ' ': // a control character, which is no blank
			add(document[i : i+1])
			i++
		default:
			end := i
			for end < len(document) && !stops[document[end]] {
				end++
			}
			// Beyond ASCII there are blanks too.
			for end < len(document) && document[end] >= utf8.RuneSelf {
				r, size := utf8.DecodeRuneInString(document[end:])
				if unicode.IsSpace(r) {
					break
				}
				end += size
			}
			if end == i {
				_, size := utf8.DecodeRuneInString(document[i:])
				blank = true
				i += size
				break
			}
			add(document[i:end])
			i = end
		}
	}
	return string(b)
}

// stops end a run of letters: blanks, tags, entities and what is not ASCII.
var stops = func() (stops [256]bool) {
	for c := range stops {
		stops[c] = c <= ' ' || c == '<' || c == '&' || c >= utf8.RuneSelf
	}
	return stops
}()

var entities = map[string]string{"&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": `"`, "&#39;": "'"}
