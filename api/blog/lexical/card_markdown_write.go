// Markdown as HTML, where it is written otherwise than goldmark does.

package lexical

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	markup "github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// markdownHTML writes links and pictures with addresses as markdown-it has them, and
// what CommonMark does not have.
type markdownHTML struct{}

func (h markdownHTML) RegisterFuncs(on markup.NodeRendererFuncRegisterer) {
	on.Register(ast.KindLink, h.link)
	on.Register(ast.KindImage, h.image)
	on.Register(ast.KindAutoLink, h.autoLink)
	on.Register(ast.KindFencedCodeBlock, h.fence)
	on.Register(ast.KindTextBlock, h.textBlock)
	on.Register(ast.KindBlockquote, h.blockquote)
	on.Register(kindTagged, h.tagged)
	on.Register(kindScripted, h.scripted)
	on.Register(kindBareLink, h.bareLink)
	on.Register(kindNoteRef, h.noteRef)
	on.Register(kindNoteLine, h.noteLine)
	on.Register(kindNoteList, h.noteList)
	on.Register(kindNoteItem, h.noteItem)
	on.Register(kindNoteBack, h.noteBack)
}

func put(w util.BufWriter, parts ...string) (ast.WalkStatus, error) {
	for _, part := range parts {
		_, _ = w.WriteString(part)
	}
	return ast.WalkContinue, nil
}

func quoted(s string) string { return attributeEscapes.Replace(s) }

// destination is a link's address; ok is false where markdown-it takes the link for text.
func destination(raw []byte) (address string, ok bool) {
	address = addressOf(unescapedText(string(raw)))
	return address, followed(address)
}

func (markdownHTML) link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Link)
	address, ok := destination(n.Destination)
	switch {
	case !ok && entering:
		return put(w, "[")
	case !ok:
		return put(w, "](", textEscapes.Replace(unescapedText(string(n.Destination))), ")")
	case !entering:
		return put(w, "</a>")
	}
	title := ""
	if len(n.Title) > 0 {
		title = ` title="` + quoted(unescapedText(string(n.Title))) + `"`
	}
	return put(w, `<a href="`, quoted(address), `"`, title, ">")
}

func (markdownHTML) image(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Image)
	address, ok := destination(n.Destination)
	if !ok {
		if entering {
			return put(w, "![")
		}
		return put(w, "](", textEscapes.Replace(unescapedText(string(n.Destination))), ")")
	}
	if !entering {
		return ast.WalkContinue, nil
	}
	m := &markdown{source: source}
	_, _ = put(w, `<img src="`, quoted(address), `" alt="`, quoted(m.alt(n)), `"`)
	if len(n.Title) > 0 {
		_, _ = put(w, ` title="`, quoted(unescapedText(string(n.Title))), `"`)
	}
	_, _ = put(w, ` loading="lazy">`)
	return ast.WalkSkipChildren, nil
}

// alt is the text in a picture's brackets. As in markdown-it there is no code in it, and
// neither escaped signs nor references.
func (m *markdown) alt(n ast.Node) string {
	var s strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			for _, p := range piecesOf(string(c.Value(m.source))) {
				if !p.special {
					s.WriteString(p.shown)
				}
			}
			if c.SoftLineBreak() || c.HardLineBreak() {
				s.WriteByte('\n')
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
		case *ast.CodeSpan:
		default:
			s.WriteString(m.alt(c))
		}
	}
	return s.String()
}

func (markdownHTML) autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.AutoLink)
	if !entering {
		return ast.WalkContinue, nil
	}
	label := string(n.Label(source))
	address := addressOf(label)
	shown := addressShown(label)
	if n.AutoLinkType == ast.AutoLinkEmail {
		address = addressOf("mailto:" + label)
	} else if !followed(address) {
		return put(w, textEscapes.Replace("<"+label+">"))
	}
	return put(w, `<a href="`, quoted(address), `">`, textEscapes.Replace(shown), "</a>")
}

func (markdownHTML) fence(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.FencedCodeBlock)
	if !entering {
		return put(w, "</code></pre>\n")
	}
	_, _ = put(w, "<pre><code")
	if n.Info != nil {
		info := trim(unescapedText(string(n.Info.Segment.Value(source))))
		if end := strings.IndexFunc(info, isSpace); end >= 0 {
			info = info[:end]
		}
		if info != "" {
			_, _ = put(w, ` class="language-`, quoted(info), `"`)
		}
	}
	_, _ = put(w, ">")
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		code := string(line.Value(source))
		if line.Stop == len(source) && source[len(source)-1] != '\n' {
			code = strings.TrimSuffix(code, "\n") // the text ends within the code
		}
		_, _ = put(w, textEscapes.Replace(code))
	}
	return ast.WalkContinue, nil
}

// textBlock is a paragraph in a list without blank lines; code and HTML follow it on the
// same line.
func (markdownHTML) textBlock(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if next := node.NextSibling(); !entering && next != nil && node.HasChildren() {
		switch next.Kind() {
		case ast.KindFencedCodeBlock, ast.KindCodeBlock, ast.KindHTMLBlock:
		default:
			return put(w, "\n")
		}
	}
	return ast.WalkContinue, nil
}

func (markdownHTML) blockquote(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	switch {
	case !entering:
		return put(w, "</blockquote>\n")
	case node.FirstChild() == nil, node.ChildCount() == 1 && node.FirstChild().Kind() == ast.KindLinkReferenceDefinition:
		return put(w, "<blockquote>") // nothing is shown in it
	}
	return put(w, "<blockquote>\n")
}

func (markdownHTML) tagged(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if tag := node.(*tagged).tag; entering {
		return put(w, "<", tag, ">")
	} else {
		return put(w, "</", tag, ">")
	}
}

func (markdownHTML) scripted(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if n := node.(*scripted); entering {
		return put(w, "<", n.tag, ">", textEscapes.Replace(n.text), "</", n.tag, ">")
	}
	return ast.WalkContinue, nil
}

func (markdownHTML) bareLink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if n := node.(*bareLink); entering {
		return put(w, `<a href="`, quoted(n.address), `">`, textEscapes.Replace(n.label), "</a>")
	}
	return ast.WalkContinue, nil
}

func noteSign(w util.BufWriter, id, sub int) (ast.WalkStatus, error) {
	return put(w, `<sup class="footnote-ref"><a href="#fn`, noteNumber(id, 0), `" id="fnref`, noteNumber(id, sub), `">[`, noteNumber(id, sub), `]</a></sup>`)
}

func (markdownHTML) noteRef(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if n := node.(*noteRef); entering {
		return noteSign(w, n.id, n.sub)
	}
	return ast.WalkContinue, nil
}

func (markdownHTML) noteLine(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if n := node.(*noteLine); entering {
		return noteSign(w, n.id, 0)
	}
	return ast.WalkContinue, nil
}

func (markdownHTML) noteList(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		return put(w, "<hr class=\"footnotes-sep\">\n<section class=\"footnotes\">\n<ol class=\"footnotes-list\">\n")
	}
	return put(w, "</ol>\n</section>\n")
}

func (h markdownHTML) noteItem(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*noteItem)
	if !entering {
		return put(w, "</li>\n")
	}
	_, _ = put(w, `<li id="fn`, noteNumber(n.id, 0), `" class="footnote-item">`)
	if n.line == nil {
		return ast.WalkContinue, nil
	}
	// A note of a line is a paragraph of its own text.
	var s strings.Builder
	if n.line.page != nil {
		if err := markdownWriter.Render(&s, n.line.source, n.line.page); err != nil {
			return ast.WalkStop, err
		}
	}
	words := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(s.String(), "\n"), "<p>"), "</p>")
	_, _ = put(w, "<p>", words)
	_, _ = h.noteBack(w, source, &noteBack{id: n.id}, true)
	return put(w, "</p>\n")
}

func (markdownHTML) noteBack(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if n := node.(*noteBack); entering {
		return put(w, ` <a href="#fnref`, noteNumber(n.id, n.sub), `" class="footnote-backref">`, "\u21a9\ufe0e</a>")
	}
	return ast.WalkContinue, nil
}
