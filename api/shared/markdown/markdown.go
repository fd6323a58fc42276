// Package markdown renders what editors write to HTML that may stand in a page.
//
// The dialect is GitHub's (tables, strikethrough, task lists, autolinks) with
// footnotes and typographic quotes, by goldmark. HTML inside the Markdown is
// kept where safehtml allows it; what could run is refused, not dropped, so that
// nobody loses words without being told.
package markdown

import (
	"bytes"
	"errors"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"

	"rose-ash.com/roseash/api/shared/safehtml"
)

// ActiveError says that a source holds something that could run in a reader's
// browser. What is in words of our own and may be shown to the client.
type ActiveError struct{ What string }

// Error names what was found.
func (e *ActiveError) Error() string { return "markdown: the text holds " + e.What }

var engine = goldmark.New(
	goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.Strikethrough, extension.TaskList, extension.Linkify,
		extension.Footnote, extension.Typographer,
	),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	// Raw HTML is written out here and judged by safehtml below.
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

// HTML renders source. It fails with *ActiveError where the source holds
// scripts, handlers, SVG, forms or links of other schemes, and with
// safehtml.ErrTooDeep where it is nested without end.
func HTML(source string) (string, error) {
	var b bytes.Buffer
	if err := engine.Convert([]byte(source), &b); err != nil {
		return "", err
	}
	raw := b.String()
	if what := safehtml.Active(raw); what != "" {
		return "", &ActiveError{What: what}
	}
	return safehtml.Clean(raw)
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
