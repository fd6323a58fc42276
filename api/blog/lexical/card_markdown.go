// The Markdown card. Ghost reads it with markdown-it, where line breaks are kept, bare
// addresses become links, headings need no blank behind their signs, and there are notes,
// ==marks==, ~subscripts~ and ^superscripts^; here goldmark does, taught the same.

package lexical

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	markup "github.com/yuin/goldmark/renderer"
	markuphtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
)

// cardMarkdown writes Markdown as HTML. HTML within it is kept for those who may write
// any; for others its tags are left out.
func cardMarkdown(r *renderer, n node) string {
	source := n.str("markdown")
	if source == "" {
		return ""
	}
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(source)
	m := &markdown{source: []byte(source)}
	page, hasHTML := m.page()
	if hasHTML && !r.options.Trusted {
		r.leave("HTML in a Markdown card")
		m.withoutHTML(page)
	}
	var out bytes.Buffer
	if err := markdownWriter.Render(&out, m.source, page); err != nil {
		return "" // a buffer does not fail
	}
	return r.inner(setInner(element("div"), out.String()))
}

// paywalls finds comments that part a page: what is behind is for members.
var paywalls = regexp.MustCompile(`<!--\s*members-only\s*-->`)

// markdown is one text while it is read; a note that stands within a line is one of its
// own.
type markdown struct{ source []byte }

// The parsers of a text and of a note within a line, which has no blocks and no notes.
var (
	markdownParser = newMarkdownParser(true,
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(looseHeading{}, 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
		util.Prioritized(noteParser{}, 950),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	)
	markdownLine = newMarkdownParser(false, util.Prioritized(parser.NewParagraphParser(), 1000))
)

func newMarkdownParser(notes bool, blocks ...util.PrioritizedValue) parser.Parser {
	lines := []util.PrioritizedValue{
		util.Prioritized(bareAddress{}, 50),
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewRawHTMLParser(), 400),
		util.Prioritized(paired{sign: '~', tag: "s"}, 450),
		util.Prioritized(paired{sign: '=', tag: "mark"}, 451),
		util.Prioritized(parser.NewEmphasisParser(), 500),
		util.Prioritized(script{'~', "sub"}, 550),
		util.Prioritized(script{'^', "sup"}, 551),
	}
	if notes {
		lines = append(lines, util.Prioritized(noteMark{}, 150), util.Prioritized(noteInLine{}, 600))
	}
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(lines...),
		parser.WithParagraphTransformers(
			util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
			util.Prioritized(tables{extension.NewTableParagraphTransformer()}, 200),
		),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
}

var markdownWriter = markup.NewRenderer(markup.WithNodeRenderers(
	util.Prioritized(markdownHTML{}, 100),
	util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignStyle)), 500),
	util.Prioritized(markuphtml.NewRenderer(markuphtml.WithHardWraps(), markuphtml.WithUnsafe()), 1000),
))

// page reads the text; hasHTML tells whether there is HTML in it.
func (m *markdown) page() (page ast.Node, hasHTML bool) {
	pc := parser.NewContext()
	page = markdownParser.Parse(text.NewReader(m.source), parser.WithContext(pc))
	m.addresses(page)
	_ = ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock, *ast.RawHTML:
			hasHTML = true
		case *ast.Heading:
			n.SetAttributeString("id", []byte(slug(m.words(n))))
		case *noteLine:
			hasHTML = hasHTML || n.hasHTML
		case *table.Table:
			aligned(n)
		}
		return ast.WalkContinue, nil
	})
	putNotes(page)
	return page, hasHTML
}

// tables makes tables of paragraphs whose line of dashes is below one with a bar.
type tables struct{ parser.ParagraphTransformer }

func (t tables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	for i := 1; i < node.Lines().Len(); i++ {
		line, before := node.Lines().At(i), node.Lines().At(i-1)
		if dashes := bytes.TrimSpace(line.Value(reader.Source())); len(bytes.Trim(dashes, "-:| \t")) == 0 && len(dashes) > 0 {
			if bytes.IndexByte(before.Value(reader.Source()), '|') >= 0 {
				t.ParagraphTransformer.Transform(node, reader, pc)
			}
			return
		}
	}
}

// aligned aligns cells that a row did not have and that were put there.
func aligned(t *table.Table) {
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		i := 0
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			if cell, ok := c.(*table.TableCell); ok && i < len(t.Alignments) {
				cell.Alignment = t.Alignments[i]
			}
			i++
		}
	}
}

// withoutHTML takes tags out and leaves the text that is between those in lines. A
// paywall stays: without it what is behind would be everybody's.
func (m *markdown) withoutHTML(page ast.Node) {
	var out []ast.Node
	_ = ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.HTMLBlock, *ast.RawHTML:
			if entering {
				out = append(out, n)
			}
		case *noteLine:
			if n.hasHTML {
				n.page, n.hasHTML = nil, false
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range out {
		var raw []byte
		if inline, ok := n.(*ast.RawHTML); ok {
			raw = inline.Segments.Value(m.source)
		} else {
			block := n.(*ast.HTMLBlock)
			raw = block.Lines().Value(m.source)
			if block.HasClosure() {
				raw = append(slices.Clone(raw), block.ClosureLine.Value(m.source)...)
			}
		}
		if paywalls.Match(raw) {
			s := ast.NewString([]byte(cardPaywall(nil, nil)))
			s.SetCode(true)
			n.Parent().InsertBefore(n.Parent(), n, s)
		}
		n.Parent().RemoveChild(n.Parent(), n)
	}
}

// words are the text of a heading, from which its id is made.
func (m *markdown) words(n ast.Node) string {
	var s strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			if n.Kind() == ast.KindCodeSpan {
				s.Write(c.Value(m.source))
			} else {
				s.WriteString(unescapedText(string(c.Value(m.source))))
			}
		case *ast.String:
			s.Write(c.Value)
		case *ast.RawHTML:
			s.Write(c.Segments.Value(m.source))
		case *ast.AutoLink:
			s.WriteString(addressShown(string(c.Label(m.source))))
		case *bareLink:
			s.WriteString(c.label)
		case *scripted:
			s.WriteString(c.text)
		case *ast.Link:
			if _, ok := destination(c.Destination); ok {
				s.WriteString(m.words(c))
			} else {
				s.WriteString("[" + m.words(c) + "](" + string(c.Destination) + ")")
			}
		case *noteRef, *noteLine:
		default:
			s.WriteString(m.words(c))
		}
	}
	return s.String()
}

// unescapedText is what text in Markdown shows.
func unescapedText(raw string) string {
	var s strings.Builder
	for _, p := range piecesOf(raw) {
		s.WriteString(p.shown)
	}
	return s.String()
}

// piece is a part of text: letters as they stand, or one escape or reference.
type piece struct {
	start, end int
	shown      string
	special    bool
}

// piecesOf parts text at its escapes and references.
func piecesOf(raw string) []piece {
	var out []piece
	from := 0
	put := func(at, end int, shown string) {
		if at > from {
			out = append(out, piece{from, at, raw[from:at], false})
		}
		out = append(out, piece{at, end, shown, true})
		from = end
	}
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] == '\\' && i+1 < len(raw) && util.IsPunct(raw[i+1]):
			put(i, i+2, raw[i+1:i+2])
			i++
		case raw[i] == '&':
			if n := referenceLength(raw[i:]); n > 0 {
				if shown := html.UnescapeString(raw[i : i+n]); shown != raw[i:i+n] {
					put(i, i+n, shown)
					i += n - 1
				}
			}
		}
	}
	if from < len(raw) {
		out = append(out, piece{from, len(raw), raw[from:], false})
	}
	return out
}

// referenceLength is how long a reference at the start of s is; 0 where none is.
func referenceLength(s string) int {
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return 0
	}
	for i, c := range s[1:end] {
		if c >= utf8.RuneSelf || !(c == '#' && i == 0 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			return 0
		}
	}
	return end + 1
}
