// HTML inside of cards, cleaned as Ghost's cards clean it.

package lexical

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// keepOnly unwraps every element below n whose name is not among tags.
func keepOnly(n *html.Node, tags map[string]bool) {
	for c := n.FirstChild; c != nil; {
		if c.Type != html.ElementNode {
			c = c.NextSibling
			continue
		}
		if tags[c.Data] {
			keepOnly(c, tags)
			c = c.NextSibling
			continue
		}
		first := c.FirstChild
		next := c.NextSibling
		for c.FirstChild != nil {
			child := c.FirstChild
			c.RemoveChild(child)
			n.InsertBefore(child, next)
		}
		n.RemoveChild(c)
		if first == nil {
			first = next
		}
		c = first
	}
}

// cleaning are the options of cleanBasic, with Ghost's names.
type cleaning struct {
	allowBr, removeCodeWrappers, firstChildInnerContent bool
}

var (
	lineBreaks   = regexp.MustCompile(`<br[\s\x{b}]?/?>`)
	blanks       = regexp.MustCompile(`(?:` + space + `|&nbsp;){2,}`)
	codeWrappers = regexp.MustCompile(`(?i)<code\b[^>]*>((?:.*?)\{.*?\}(?:.*?))</code>`)
)

// space is JavaScript's \s.
const space = `[\s\x{b}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]`

// trim is JavaScript's trim.
func trim(s string) string { return strings.TrimFunc(s, isSpace) }

func isSpace(c rune) bool {
	switch c {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff:
		return true
	}
	return 0x2000 <= c && c <= 0x200a
}

// cleanBasic is Ghost's cleanBasicHtml: no doubled blanks, no elements without text.
func (r *renderer) cleanBasic(markup string, o cleaning) string {
	if !o.allowBr || markup == "<br>" {
		markup = lineBreaks.ReplaceAllString(markup, " ")
	}
	if o.removeCodeWrappers {
		markup = codeWrappers.ReplaceAllString(markup, "$1")
	}
	markup = trim(blanks.ReplaceAllString(markup, " "))
	markup = strings.TrimPrefix(markup, "&nbsp;")
	markup = trim(strings.TrimSuffix(markup, "&nbsp"))
	if markup == "" {
		return ""
	}
	body := setInner(element("body"), markup)
	if textContent(body) == "" {
		return ""
	}
	var all []*html.Node
	each(body, func(n *html.Node) { all = append(all, n) })
	for _, n := range all {
		if n.Parent == nil {
			continue
		}
		text := textContent(n)
		if strings.ReplaceAll(trim(text), "\u200c", "") != "" {
			continue
		}
		switch {
		case o.allowBr && n.Data == "br":
		case o.allowBr && holds(n, "br"):
			replace(n, element("br"))
		case text != "":
			replace(n, textNode(" "))
		default:
			n.Parent.RemoveChild(n)
		}
	}
	if o.firstChildInnerContent {
		for c := body.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode {
				return trim(r.inner(c))
			}
		}
	}
	return trim(r.inner(body))
}

// each calls f for every element below n, in order.
func each(n *html.Node, f func(*html.Node)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			f(c)
			each(c, f)
		}
	}
}

func holds(n *html.Node, tag string) (found bool) {
	each(n, func(child *html.Node) { found = found || child.Data == tag })
	return found
}

func replace(old, with *html.Node) {
	old.Parent.InsertBefore(with, old)
	old.Parent.RemoveChild(old)
}
