// How cards are written: text with holes, each hole filled in the way in which Ghost
// fills it, and never so that it ends the element or the attribute that it stands in.

package lexical

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// writer writes one card.
type writer struct {
	strings.Builder
	r *renderer
	// again says that the card has an element where none of its kind can be, so that a
	// browser would read another one than stands there.
	again bool
	// holes are where HTML of an editor stands; leaks says that one of them does not end
	// what it begins, which shows in what comes behind it.
	holes []hole
	leaks bool
	// oneLine says that Ghost takes white space out of the whole card.
	oneLine bool
}

// hole is where in a card HTML stands, and how it was written by the editor.
type hole struct {
	start, end int
	markup     string
}

func (r *renderer) writer() *writer { return &writer{r: r} }

// put writes what is HTML as it stands.
func (w *writer) put(parts ...string) *writer {
	for _, part := range parts {
		w.WriteString(part)
	}
	return w
}

// text writes text.
func (w *writer) text(s string) *writer {
	textEscapes.WriteString(w, s)
	return w
}

// set writes an attribute as setAttribute sets it; an address that may not be there
// leaves the attribute out.
func (w *writer) set(name, value string) *writer {
	if addresses[name] && !w.r.allowed(name, value) {
		return w
	}
	w.put(" ", name, `="`)
	attributeEscapes.WriteString(w, value)
	return w.put(`"`)
}

// attr writes an attribute whose value Ghost puts into HTML without escaping it: what is
// a reference in there is read.
func (w *writer) attr(name, value string) *writer { return w.set(name, referenced(value)) }

// when writes only where the condition holds.
func (w *writer) when(condition bool, parts ...string) *writer {
	if condition {
		w.put(parts...)
	}
	return w
}

// inner writes HTML that an editor wrote as innerHTML sets it: whatever it begins ends
// with it.
func (w *writer) inner(markup string) *writer { return w.put(w.r.snippet(markup)) }

// html writes HTML that an editor wrote and that Ghost puts between its own, in an
// element that may hold any other.
func (w *writer) html(markup string) *writer {
	start := w.Len()
	w.put(w.r.snippet(markup))
	if strings.Contains(markup, "<") {
		w.holes = append(w.holes, hole{start, w.Len(), markup})
		w.leaks = w.leaks || leaking(markup)
	}
	return w
}

// phrase is html in an element that holds a line of text: a browser ends that element
// where a block begins.
func (w *writer) phrase(markup string) *writer {
	start := w.Len()
	w.html(markup)
	w.again = w.again || blockStart.MatchString(w.String()[start:])
	return w
}

// label is html in a link or a button, which hold no other.
func (w *writer) label(markup string) *writer {
	w.again = w.again || strings.Contains(markup, "<")
	return w.html(markup)
}

// card is what was written. A card with HTML that leaks is read as a whole, as in Ghost,
// if it is one element then.
func (w *writer) card() string {
	if w.leaks {
		var s strings.Builder
		at := 0
		for _, h := range w.holes {
			s.WriteString(w.String()[at:h.start] + h.markup)
			at = h.end
		}
		s.WriteString(w.String()[at:])
		if whole := only(w.lined(s.String())); whole != nil {
			w.r.unhandled(whole)
			return w.r.outer(w.r.still(whole))
		}
	}
	if w.again {
		return w.r.inner(setInner(element("div"), w.lined(w.String())))
	}
	return w.lined(w.String())
}

func (w *writer) lined(markup string) string {
	if w.oneLine {
		return oneLine(markup)
	}
	return markup
}

// leaking tells whether HTML ends what it did not begin, or the other way round. What
// stops within a tag does not leak: that tag is left out.
func leaking(markup string) bool {
	z := html.NewTokenizer(strings.NewReader(markup))
	var open []string
	length := 0
	for {
		token := z.Next()
		length += len(z.Raw())
		switch token {
		case html.ErrorToken:
			return len(open) > 0 && length == len(markup)
		case html.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return true
			}
			open = open[:len(open)-1]
		}
	}
}

// blockStart finds an element that ends a paragraph or a heading.
var blockStart = regexp.MustCompile(`<(?:address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|li|main|menu|nav|ol|p|pre|section|summary|table|ul|dd|dt|listing|xmp|plaintext|search)[ >]`)

// referenced is an attribute's value as it is read from HTML.
func referenced(value string) string {
	if !strings.Contains(value, "&") {
		return value
	}
	z := html.NewTokenizer(strings.NewReader(`<a x="` + strings.ReplaceAll(value, `"`, "&quot;") + `">`))
	z.Next()
	for _, a := range z.Token().Attr {
		return a.Val
	}
	return value
}

// snippet is HTML that an editor wrote into a card, as a browser reads and writes it.
// What runs is left out of it.
func (r *renderer) snippet(markup string) string {
	if markup == "" {
		return ""
	}
	if !strings.ContainsAny(markup, "<&\r\x00") {
		return textEscapes.Replace(markup)
	}
	return r.inner(r.still(setInner(element("div"), markup)))
}

// still takes what runs out of what is below n, and returns n.
func (r *renderer) still(n *html.Node) *html.Node {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && c.Data == "script" {
			r.leave("a script")
			n.RemoveChild(c)
		} else {
			r.unhandled(c)
			r.still(c)
		}
		c = next
	}
	return n
}

// unhandled takes the handlers of events off an element.
func (r *renderer) unhandled(n *html.Node) {
	for i := 0; i < len(n.Attr); i++ {
		if name := n.Attr[i].Key; strings.HasPrefix(name, "on") || name == "srcdoc" {
			r.leave("an attribute that runs")
			n.Attr = append(n.Attr[:i], n.Attr[i+1:]...)
			i--
		}
	}
}

// colour is the property of that name where it is a colour, and the fallback otherwise:
// it is written into styles.
func (r *renderer) colour(n node, name, fallback string) string {
	value := n.strOr(name, fallback)
	if value == fallback || colours.MatchString(value) {
		return value
	}
	r.leave("a colour that is none")
	return fallback
}

// colours are names (accent too), hex digits and the functions of numbers.
var colours = regexp.MustCompile(`^(?:[a-zA-Z][a-zA-Z\d-]{0,40}|#[\da-fA-F]{3,8}|(?:rgb|hsl)a?\([\d\s.,%/deg+-]{1,60}\))$`)

// background is an address that may stand within url() in a style; "" for another one.
func (r *renderer) background(address string) string {
	if scheme, ok := schemeOf(address); ok && scheme != "http" && scheme != "https" {
		r.leave("an address with a scheme that is not allowed")
		return ""
	}
	if strings.ContainsAny(address, "'\\()<>\n\r\f") {
		r.leave("a background that is no address")
		return ""
	}
	return address
}

// blank tells whether a property is empty or only white space.
func (n node) blank(name string) bool { return trim(n.str(name)) == "" }

// nullable is a property whose default is null, as a template literal shows it.
func (n node) nullable(name string) string {
	if !n.has(name) {
		return "null"
	}
	return n.str(name)
}

// chosen is `class` where the condition holds.
func chosen(condition bool, class string) string {
	if condition {
		return class
	}
	return ""
}
