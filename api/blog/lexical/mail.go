// A document as HTML for a mail: paragraphs, headings, lists, pictures and links. Cards
// become those; what needs a page of its own becomes a link to it.

package lexical

import (
	"strings"

	"golang.org/x/net/html"
)

// mailWidth is how wide a picture in a mail may be, in pixels.
const mailWidth = 600

// mail writes the document.
func (r *renderer) mail(blocks []*branch) string {
	var s strings.Builder
	for _, b := range written(blocks) {
		switch b.kind {
		case card:
			s.WriteString(r.mailCard(b.node))
		case heading:
			tag := headingTag(b.node)
			r.wrapped(&s, b, "<"+tag+">", "</"+tag+">")
		case quote, aside:
			r.wrapped(&s, b, "<blockquote><p>", "</p></blockquote>")
		default:
			r.block(&s, b)
		}
	}
	return s.String()
}

// mailCard writes a card. What not every reader of the mail may see is left out, for a
// mail is the same for all.
func (r *renderer) mailCard(n node) string {
	if n.typ() != "transistor" && r.visibility(n).mail != everybody {
		r.leave("a part that not every reader may see")
		return ""
	}
	switch n.typ() {
	case "horizontalrule":
		return "<hr>"
	case "paywall":
		return cardPaywall(r, n)
	case "image":
		return r.mailPicture(n.str("src"), n.str("alt"), n.str("href"), n.num("width")) + r.mailCaption(n)
	case "gallery":
		var s strings.Builder
		for _, image := range n.array("images") {
			s.WriteString(r.mailPicture(image.str("src"), image.str("alt"), image.str("href"), image.num("width")))
		}
		return s.String() + r.mailCaption(n)
	case "codeblock":
		if trim(n.str("code")) == "" {
			return ""
		}
		return r.outer(add(element("pre"), add(element("code"), textNode(n.str("code"))))) + r.mailCaption(n)
	case "html":
		if !r.options.Trusted {
			r.leave("an HTML card")
			return ""
		}
		return r.mailHTML(n.str("html"))
	case "markdown":
		return r.mailHTML(r.markdown(n))
	case "email":
		return r.mailHTML(n.str("html"))
	case "email-cta":
		if n.strOr("segment", "status:free") != "" {
			r.leave("a part that not every reader may see")
			return ""
		}
		return r.mailHTML(n.str("html")) + r.mailLink(n.is("showButton", false), n.str("buttonUrl"), n.str("buttonText"))
	case "button":
		return r.mailLink(true, n.str("buttonUrl"), n.str("buttonText"))
	case "callout":
		inside := setInner(element("p"), n.str("calloutText"))
		keepOnly(inside, mailInline)
		if emoji := n.str("calloutEmoji"); emoji != "" {
			inside.InsertBefore(textNode(emoji+" "), inside.FirstChild)
		}
		return "<blockquote>" + r.mailHTML(r.outer(inside)) + "</blockquote>"
	case "toggle":
		return r.mailLines("h4", n.str("heading")) + r.mailHTML(n.str("content"))
	case "call-to-action":
		return r.mailPicture(n.str("imageUrl"), "", n.str("buttonUrl"), n.num("imageWidth")) + r.mailHTML(n.str("textValue")) +
			r.mailLink(n.is("showButton", true), n.str("buttonUrl"), n.strOr("buttonText", "Learn more"))
	case "product":
		return r.mailPicture(n.str("productImageSrc"), "", "", n.num("productImageWidth")) + r.mailLines("h4", n.str("productTitle")) +
			r.mailHTML(n.str("productDescription")) + r.mailLink(n.is("productButtonEnabled", false), n.str("productUrl"), n.str("productButton"))
	case "header":
		return r.mailLines("h2", n.str("header")) + r.mailLines("p", n.str("subheader")) +
			r.mailLink(n.is("buttonEnabled", false), n.str("buttonUrl"), n.str("buttonText"))
	case "bookmark":
		meta := n.object("metadata")
		about := ""
		if d := meta.str("description"); d != "" {
			about = r.outer(add(element("p"), textNode(d)))
		}
		return r.mailLink(true, n.str("url"), meta.strOr("title", n.str("url"))) + about + r.mailCaption(n)
	case "embed":
		return r.mailLink(true, n.str("url"), n.object("metadata").strOr("title", n.str("url"))) + r.mailCaption(n)
	case "file":
		return r.mailLink(true, n.str("src"), n.strOr("fileTitle", n.strOr("fileName", n.str("src"))))
	case "audio":
		return r.mailLink(true, n.str("src"), n.strOr("title", n.str("src")))
	case "video":
		return r.mailLink(true, n.str("src"), n.strOr("fileName", n.str("src"))) + r.mailCaption(n)
	}
	return "" // signup and transistor: a mail has no forms and no frames
}

// mailPicture is a picture with its width, in a link where it has one.
func (r *renderer) mailPicture(src, alt, href string, width float64) string {
	if trim(src) == "" {
		return ""
	}
	img := element("img", "src", src, "alt", alt)
	if width > 0 {
		setAttribute(img, "width", number(min(width, mailWidth)))
	}
	if href != "" {
		return r.outer(add(element("p"), add(element("a", "href", href), img)))
	}
	return r.outer(add(element("p"), img))
}

// mailLink is a link in a paragraph of its own, in place of a button.
func (r *renderer) mailLink(shown bool, href, text string) string {
	if !shown || href == "" || text == "" {
		return ""
	}
	return r.outer(add(element("p"), add(element("a", "href", href), add(element("strong"), textNode(text)))))
}

func (r *renderer) mailCaption(n node) string { return r.mailLines("p", n.str("caption")) }

// mailLines is foreign HTML as one block: only what stands in lines is kept of it.
func (r *renderer) mailLines(tag, markup string) string {
	inside := setInner(element(tag), markup)
	keepOnly(inside, mailInline)
	if trim(textContent(inside)) == "" {
		return ""
	}
	return r.mailHTML(r.outer(inside))
}

// Elements that mails have; all others are unwrapped, and those of mailNever go with
// what is in them.
var (
	mailInline = set("a", "strong", "b", "em", "i", "u", "s", "del", "code", "mark", "sub", "sup", "br")
	mailKeeps  = set("a", "strong", "b", "em", "i", "u", "s", "del", "code", "mark", "sub", "sup", "br",
		"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "img", "table", "thead", "tbody", "tr", "th", "td")
	mailNever = set("script", "style", "iframe", "object", "embed", "applet", "form", "svg", "math", "template", "noscript", "video", "audio",
		"button", "input", "select", "textarea", "title", "xmp", "noembed", "noframes", "plaintext", "base", "link", "meta")
	mailAttributes = set("href", "src", "alt", "width", "start", "colspan", "rowspan")
)

// mailHTML is foreign HTML with nothing in it but what mails have.
func (r *renderer) mailHTML(markup string) string {
	body := setInner(element("div"), markup)
	var clean func(*html.Node)
	clean = func(n *html.Node) {
		for c := n.FirstChild; c != nil; {
			next := c.NextSibling
			if c.Type == html.CommentNode || c.Type == html.ElementNode && (mailNever[c.Data] || c.Namespace != "") {
				n.RemoveChild(c)
			} else {
				clean(c)
			}
			c = next
		}
	}
	clean(body)
	keepOnly(body, mailKeeps)
	each(body, func(n *html.Node) {
		kept := n.Attr[:0]
		for _, a := range n.Attr {
			if mailAttributes[a.Key] && a.Namespace == "" {
				kept = append(kept, a)
			}
		}
		n.Attr = kept
	})
	return r.inner(body)
}
