// Package markdown renders what editors write to HTML that may stand in a page.
//
// The dialect is GitHub's (tables, strikethrough, task lists, autolinks) with
// footnotes, typographic quotes and coloured code. HTML inside the Markdown is
// kept where safehtml allows it; what could run is refused, not dropped, so that
// nobody loses words without being told.
//
// There are two ways from a parsed text to its HTML. A text with HTML of its own
// is rendered by goldmark and goes through safehtml. Most texts have none: they
// are written out directly, from elements that are known here and from escaped
// words, in a third of the time. Both give the same bytes, which the tests hold
// them to; where the direct way is not sure, it leaves the text to the other.
package markdown

import (
	"bytes"
	"errors"
	"sync/atomic"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"rose-ash.com/roseash/api/shared/safehtml"
)

// Options of the whole process, for measurements and for programs that do not
// want what costs extra.
type Options struct {
	Highlight bool // fenced code in a known language is coloured; the default
}

var options atomic.Pointer[Options]

func init() { Configure(Options{Highlight: true}) }

// Configure sets the options of every rendering that begins later. What is
// stored keeps the look it was rendered with.
func Configure(o Options) { options.Store(&o) }

// ActiveError says that a source holds something that could run in a reader's
// browser. What is in words of our own and may be shown to the client.
type ActiveError struct{ What string }

// Error names what was found.
func (e *ActiveError) Error() string { return "markdown: the text holds " + e.What }

// Rendered is a text as it may stand in a page.
type Rendered struct {
	HTML string // sanitised
	Text string // the words of HTML, as safehtml.Text has them
	// Plain says that the source had no HTML of its own. HTML is then as
	// sanitising it again would leave it.
	Plain bool
	// Left names the first part of the source that could run in a reader's browser
	// and is not in HTML, in words of our own; empty where there was none.
	Left string
}

// quotes are the signs themselves instead of their entities.
var quotes = extension.WithTypographicSubstitutions(map[extension.TypographicPunctuation]string{
	extension.LeftSingleQuote: "‘", extension.RightSingleQuote: "’", extension.LeftDoubleQuote: "“",
	extension.RightDoubleQuote: "”", extension.EnDash: "–", extension.EmDash: "—", extension.Ellipsis: "…",
	extension.LeftAngleQuote: "«", extension.RightAngleQuote: "»", extension.Apostrophe: "’",
})

var engine = goldmark.New(
	goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.Strikethrough, extension.TaskList, extension.Footnote, extension.NewTypographer(quotes),
	),
	goldmark.WithParserOptions(
		parser.WithAutoHeadingID(),
		parser.WithInlineParsers(util.Prioritized(newLinkify(), 999)),
	),
	// Raw HTML is written out here and judged by safehtml below.
	goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(codeRenderer{}, 1))),
)

// HTML renders source. It fails with *ActiveError where the source holds
// scripts, handlers, SVG, forms or links of other schemes, and with
// safehtml.ErrTooDeep where it is nested without end.
func HTML(source string) (string, error) {
	out, err := render(source, false)
	return out.HTML, err
}

// Render is HTML with the words of the text beside it.
func Render(source string) (Rendered, error) {
	out, err := render(source, false)
	if err == nil {
		out.words()
	}
	return out, err
}

// RenderForeign is Render for texts of an existing site, whose words are kept:
// what could run is taken out and named in Left. It fails with
// safehtml.ErrTooDeep only.
func RenderForeign(source string) (Rendered, error) {
	out, err := render(source, true)
	if err == nil {
		out.words()
	}
	return out, err
}

func render(source string, foreign bool) (Rendered, error) {
	src := []byte(source)
	document := engine.Parser().Parse(text.NewReader(src))
	if out, ok := direct(document, src); ok {
		return Rendered{HTML: out, Plain: true}, nil
	}
	return sanitised(document, src, foreign)
}

// sanitised is the way of texts that have HTML of their own.
func sanitised(document ast.Node, src []byte, foreign bool) (Rendered, error) {
	var b bytes.Buffer
	if err := engine.Renderer().Render(&b, src, document); err != nil {
		return Rendered{}, err
	}
	raw := b.String()
	left := safehtml.Active(raw)
	if left != "" && !foreign {
		return Rendered{}, &ActiveError{What: left}
	}
	clean, err := safehtml.Clean(raw)
	return Rendered{HTML: clean, Left: left}, err
}

// words fills in Text.
func (r *Rendered) words() {
	if r.Plain {
		r.Text = wordsOf(r.HTML)
	} else {
		r.Text = safehtml.Text(r.HTML)
	}
}

// IsUnsafe says whether err is about the source rather than about us, and in
// which words to tell the client.
func IsUnsafe(err error) (what string, ok bool) {
	var active *ActiveError
	switch {
	case errors.As(err, &active):
		return active.What, true
	case errors.Is(err, safehtml.ErrTooDeep):
		return "elements nested too deeply", true
	}
	return "", false
}
