// Bodies of posts: a few kinds of blocks, written as Ghost's editor and renderer would.

package ghosttest

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
)

// Block is one part of a body.
type Block struct {
	kind  string // paragraph, heading, html, paywall, image
	text  string // or markup, or address
	level int
	gated bool
}

// Paragraph is one of plain text.
func Paragraph(text string) Block { return Block{kind: "paragraph", text: text} }

// Heading is one of level 2 to 6.
func Heading(level int, text string) Block { return Block{kind: "heading", text: text, level: level} }

// HTMLCard is markup as it stands.
func HTMLCard(markup string) Block { return Block{kind: "html", text: markup} }

// MembersCard is an HTML card that only members see, whatever the post's visibility is.
func MembersCard(markup string) Block { return Block{kind: "html", text: markup, gated: true} }

// Paywall ends what everybody may read of a post that is not for everybody.
func Paywall() Block { return Block{kind: "paywall"} }

// Image is a picture; an address of the site begins with __GHOST_URL__.
func Image(address string) Block { return Block{kind: "image", text: address} }

const (
	gateBegin = `<!--kg-gated-block:begin nonMember:false memberSegment:"status:free,status:-free" -->`
	gateEnd   = `<!--kg-gated-block:end-->`
	paywall   = `<!--members-only-->`
	cardBegin = `<!--kg-card-begin: html-->`
	cardEnd   = `<!--kg-card-end: html-->`
)

// SetBody writes the body: the document, and the HTML and plain text that Ghost makes of
// it.
func (p *Post) SetBody(blocks ...Block) {
	nodes, plain := []object{}, []string{}
	var markup strings.Builder
	for _, b := range blocks {
		nodes = append(nodes, b.node())
		markup.WriteString(b.html())
		if b.kind == "paragraph" || b.kind == "heading" {
			plain = append(plain, b.text)
		} else if b.kind == "html" {
			plain = append(plain, strings.Join(textsOf(b.text), " "))
		}
	}
	if len(nodes) == 0 {
		nodes = append(nodes, element("paragraph"))
	}
	p.Lexical = string(encode(object{"root": object{
		"children": nodes, "direction": "ltr", "format": "", "indent": 0, "type": "root", "version": 1,
	}}))
	p.Mobiledoc, p.HTML, p.Plaintext = "", markup.String(), strings.Join(plain, "\n\n")
}

func element(kind string, children ...object) object {
	return object{
		"children": append([]object{}, children...), "direction": "ltr", "format": "", "indent": 0, "type": kind, "version": 1,
	}
}

func (b Block) node() object {
	words := object{"detail": 0, "format": 0, "mode": "normal", "style": "", "text": b.text, "type": "extended-text", "version": 1}
	switch b.kind {
	case "paragraph":
		return element("paragraph", words)
	case "heading":
		o := element("extended-heading", words)
		o["tag"] = fmt.Sprintf("h%d", b.level)
		return o
	case "image":
		return object{"type": "image", "version": 1, "src": b.text, "width": nil, "height": nil, "title": "", "alt": "", "caption": "", "cardWidth": "regular", "href": ""}
	case "paywall":
		return object{"type": "paywall", "version": 1}
	}
	o := object{"type": "html", "version": 1, "html": b.text}
	if b.gated {
		o["visibility"] = object{
			"web":   object{"nonMember": false, "memberSegment": "status:free,status:-free"},
			"email": object{"memberSegment": "status:free,status:-free"},
		}
	}
	return o
}

func (b Block) html() string {
	switch b.kind {
	case "paragraph":
		return "<p>" + escape(b.text) + "</p>"
	case "heading":
		return fmt.Sprintf(`<h%d id="%s">%s</h%d>`, b.level, slugOf(b.text), escape(b.text), b.level)
	case "image":
		return `<figure class="kg-card kg-image-card"><img src="` + html.EscapeString(b.text) + `" class="kg-image" alt="" loading="lazy"></figure>`
	case "paywall":
		return paywall
	}
	card := "\n" + cardBegin + "\n" + b.text + "\n" + cardEnd + "\n"
	if b.gated {
		return "\n" + gateBegin + card + gateEnd + "\n"
	}
	return card
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace

// The blocks that are read from HTML; everything else becomes HTML cards.
var blockHTML = regexp.MustCompile(`(?s)` + regexp.QuoteMeta(paywall) +
	`|(<!--kg-gated-block:begin [^>]*-->\s*)?` + regexp.QuoteMeta(cardBegin) + `(.*?)` + regexp.QuoteMeta(cardEnd) +
	`(\s*` + regexp.QuoteMeta(gateEnd) + `)?` +
	`|<p>([^<]*)</p>|<h([2-6])(?: id="[^"]*")?>([^<]*)</h[2-6]>`)

// blocksOf reads HTML as Ghost does for ?source=html, more simply: paragraphs and
// headings of plain text, the paywall, HTML cards; what is between them becomes HTML
// cards too.
func blocksOf(markup string) []Block {
	var blocks []Block
	rest := 0
	between := func(to int) {
		if s := strings.TrimSpace(markup[rest:to]); s != "" {
			blocks = append(blocks, HTMLCard(s))
		}
	}
	for _, m := range blockHTML.FindAllStringSubmatchIndex(markup, -1) {
		between(m[0])
		rest = m[1]
		group := func(n int) string { return markup[m[2*n]:m[2*n+1]] }
		switch {
		case m[8] >= 0:
			blocks = append(blocks, Paragraph(html.UnescapeString(group(4))))
		case m[10] >= 0:
			blocks = append(blocks, Heading(int(group(5)[0]-'0'), html.UnescapeString(group(6))))
		case m[4] >= 0:
			blocks = append(blocks, Block{kind: "html", text: strings.TrimSpace(group(2)), gated: m[2] >= 0})
		default:
			blocks = append(blocks, Paywall())
		}
	}
	between(len(markup))
	return blocks
}

// blocksOfLexical reads a document that only has blocks of ours; ok is false for others.
func blocksOfLexical(document string) (blocks []Block, ok bool) {
	type node struct {
		Type, Text, Tag, HTML, Src string
		Children                   []node
		Visibility                 *struct {
			Web struct {
				NonMember bool `json:"nonMember"`
			}
		}
	}
	var d struct{ Root node }
	if json.Unmarshal([]byte(document), &d) != nil {
		return nil, false
	}
	for _, n := range d.Root.Children {
		var words strings.Builder
		for _, c := range n.Children {
			if c.Type != "text" && c.Type != "extended-text" {
				return nil, false
			}
			words.WriteString(c.Text)
		}
		switch n.Type {
		case "paragraph":
			blocks = append(blocks, Paragraph(words.String()))
		case "heading", "extended-heading":
			if len(n.Tag) != 2 {
				return nil, false
			}
			blocks = append(blocks, Heading(int(n.Tag[1]-'0'), words.String()))
		case "html":
			blocks = append(blocks, Block{kind: "html", text: n.HTML, gated: n.Visibility != nil && !n.Visibility.Web.NonMember})
		case "image":
			blocks = append(blocks, Image(n.Src))
		case "paywall":
			blocks = append(blocks, Paywall())
		default:
			return nil, false
		}
	}
	return blocks, true
}

// SetHTML writes the body as a client does with ?source=html: paragraphs and headings of
// plain text, <!--members-only-->, and HTML cards of everything else.
func (p *Post) SetHTML(markup string) { p.SetBody(blocksOf(markup)...) }
