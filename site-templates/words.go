// Small decisions about words and addresses that the components share.

package site

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// or is the first of the two that says something.
func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// language is the page's language, English unless told.
func (f Frame) language() string { return or(f.Lang, "en-GB") }

// locale is the language as Open Graph writes it: en_GB.
func (f Frame) locale() string { return strings.ReplaceAll(f.language(), "-", "_") }

// pages are the navigation's links without those that the header has anyway.
func (f Frame) pages() []Link {
	var links []Link
	for _, l := range f.Navigation {
		if l.URL != f.HomeURL && l.URL != f.MarketURL && l.URL != f.EventsURL {
			links = append(links, l)
		}
	}
	return links
}

// in tells whether the page is part of a section and has no entry of its own in
// the menu: one entry is marked, the nearest.
func (f Frame) in(section string) bool {
	return f.Section == section && !slices.ContainsFunc(f.pages(), func(l Link) bool { return l.Current })
}

// kind is how the style sheet knows a post from a page.
func (p PostPage) kind() string {
	if p.IsPage {
		return "page"
	}
	return "post"
}

// frame is the frame around a post. Where the script may put the rest of it, cards of any
// kind may come with that: the page allows what the header does, and tells nothing of what
// is behind the gate.
func (p PostPage) frame() Frame {
	f := p.Frame.withCalendars(p.Calendars)
	if p.GatedFor == "" || p.BodyURL == "" {
		return f.with(p.Body)
	}
	f.frames, f.gated = frameOrigins, true
	return f
}

// frame is the frame around a product that can be put into the cart from its page.
func (p ProductPage) frame() Frame {
	f := p.Frame
	f.buys = slices.ContainsFunc(p.Variants, Variant.AddForm)
	return f
}

// AddForm tells that the cart is on the page's own origin, where a form may be sent to.
func (v Variant) AddForm() bool { return strings.HasPrefix(v.AddURL, "/") }

// AddLink is where a cart on another origin asks how much of it is wanted.
func (v Variant) AddLink() string {
	return v.AddURL + "?" + url.Values{"variant": {v.ID}, "price": {v.PriceMinor}}.Encode()
}

// delivers tells whether there is a way that needs an address.
func (p CheckoutPage) delivers() bool {
	return slices.ContainsFunc(p.Methods, func(m CheckoutMethod) bool { return m.Delivers && m.Closed == "" })
}

// noted tells whether there is a note for the shop, or something wrong with it.
func (p CartPage) noted() bool {
	return p.Note.Values["note"] != "" || p.Note.has(p.Note.Errors, "note")
}

// of names the variant that allergens are those of.
func (a Allergens) of() string {
	if a.Of == "" {
		return ""
	}
	return " (" + a.Of + ")"
}

// detail is something to know of a product, in a line or several.
type detail struct {
	name   string
	values []string
}

// details are what there is to know of a product besides what is in it, facts of one
// name together.
func (p ProductPage) details() []detail {
	all := []Fact{
		{"Legal name", p.LegalName}, {"Origin", p.Origin}, {"Storage", p.Storage}, {"How to use", p.Usage},
		{"Responsible business", strings.Trim(p.BusinessName+", "+p.BusinessAddress, ", ")},
	}
	for _, source := range p.sources() {
		all = append(all, Fact{source, p.claimed(source)})
	}
	for _, v := range p.Variants {
		all = append(all, v.Numbers...)
	}
	var details []detail
	for _, f := range all {
		at := slices.IndexFunc(details, func(d detail) bool { return d.name == f.Name })
		switch {
		case f.Value == "":
		case at < 0:
			details = append(details, detail{f.Name, []string{f.Value}})
		default:
			details[at].values = append(details[at].values, f.Value)
		}
	}
	return details
}

// sources are who says that the product deserves its labels, each once.
func (p ProductPage) sources() []string {
	var sources []string
	for _, c := range p.Claims {
		if c.Source != "" && !slices.Contains(sources, c.Source) {
			sources = append(sources, c.Source)
		}
	}
	return sources
}

// claimed are the labels that one source says the product deserves.
func (p ProductPage) claimed(source string) string {
	var words []string
	for _, c := range p.Claims {
		switch {
		case c.Source != source:
		case c.Certificate != "":
			words = append(words, c.Text+" ("+c.Certificate+")")
		default:
			words = append(words, c.Text)
		}
	}
	return listed(words)
}

// anchor makes the id of a heading from what the heading leads to.
func anchor(address string) string {
	return "to" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.TrimSuffix(address, "/"))
}

// linkNames are the links' texts as a sentence lists them.
func linkNames(links []Link) string {
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = l.Text
	}
	return listed(names)
}

// listed joins words as English does: "oats, rye and wheat".
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// upperFirst is a text that begins a sentence.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// separator stands before the i-th of n names in a sentence.
func separator(i, n int) string {
	if i == n-1 {
		return " and "
	}
	return ", "
}

// host is an address as people say it: without scheme, www and final slash.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.") + strings.TrimSuffix(u.Path, "/")
}
