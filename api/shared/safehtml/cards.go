// Ghost's cards in markup of ours: each is complete without a script and without an
// inline style, and what Ghost draws its own controls with is gone. Colours become
// classes, whose pairs the style sheet keeps readable.
//
// A card is changed where it stands: what an author put into it and is not known
// here stays. Doing it again changes nothing.

package safehtml

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cards are the classes of Ghost's cards that need more than the style sheet.
var cards = map[string]func(card *html.Node){
	"kg-audio-card":    audioCard,
	"kg-video-card":    videoCard,
	"kg-image-card":    imageCard,
	"kg-gallery-card":  galleryCard,
	"kg-bookmark-card": bookmarkCard,
	"kg-toggle-card":   toggleCard,
	"kg-file-card":     fileCard,
	"kg-product-card":  productCard,
	"kg-header-card":   headerCard,
	"kg-signup-card":   signupCard,
	"kg-cta-card":      ctaCard,
}

// dress changes one element, whose children are done, if it is a card.
func dress(n *html.Node) {
	classes := strings.Fields(attr(n, "class"))
	set(n, "class", strings.Join(classes, " "))
	for _, class := range classes {
		if card := cards[class]; card != nil {
			card(n)
			return
		}
	}
}

// toggleCard is a disclosure of the browser's own. Its heading is a line and no
// heading: Ghost's is an h4 wherever it stands.
func toggleCard(card *html.Node) {
	heading := firstElement(card)
	if card.DataAtom != atom.Div || heading == nil || !hasClass(heading, "kg-toggle-heading") {
		return
	}
	removeAll(heading, "kg-toggle-card-icon")
	for _, line := range withClass(heading, "kg-toggle-heading-text") {
		rename(line, atom.Span)
	}
	rename(heading, atom.Summary)
	rename(card, atom.Details)
	drop(card, "data-kg-toggle-state")
}

// fileCard is a link that downloads under the file's own name.
func fileCard(card *html.Node) {
	for _, link := range withClass(card, "kg-file-card-container") {
		drop(link, "title") // says "Download", instead of what
		if name := first(link, "kg-file-card-filename"); name != nil && has(link, "download") {
			set(link, "download", words(name))
		}
	}
	for _, icon := range withClass(card, "kg-file-card-icon") {
		empty(icon)
	}
}

// bookmarkCard has no empty lines, and room for its icon.
func bookmarkCard(card *html.Node) {
	for _, part := range []string{"kg-bookmark-description", "kg-bookmark-metadata", "kg-bookmark-thumbnail"} {
		for _, n := range withClass(card, part) {
			if blank(n) {
				n.Parent.RemoveChild(n)
			}
		}
	}
	for _, author := range withClass(card, "kg-bookmark-author") {
		if next := author.NextSibling; next != nil && next.Type == html.ElementNode {
			author.Parent.InsertBefore(text(" "), next) // who reads it out does not see the gap
		}
	}
	for _, icon := range withClass(card, "kg-bookmark-icon") {
		set(icon, "width", "20")
		set(icon, "height", "20")
	}
}

// productCard says in words how many stars there are. Its name is no heading, for
// the same reason as a toggle's.
func productCard(card *html.Node) {
	for _, rating := range withClass(card, "kg-product-card-rating") {
		stars := len(withClass(rating, "kg-product-card-rating-star"))
		if stars == 0 {
			continue
		}
		given := strconv.Itoa(len(withClass(rating, "kg-product-card-rating-active")))
		empty(rating)
		addClass(rating, "kg-rating-"+given)
		rating.AppendChild(text(given + " of " + strconv.Itoa(stars) + " stars"))
	}
	for _, name := range withClass(card, "kg-product-card-title") {
		if name.DataAtom == atom.H4 {
			rename(name, atom.Div)
		}
	}
	for _, description := range withClass(card, "kg-product-card-description") {
		if blank(description) {
			description.Parent.RemoveChild(description)
		}
	}
}

// ctaCard has a button whose colour is a class. Ghost gives the picture a constant
// for an alternative text and the button's address a second time.
func ctaCard(card *html.Node) {
	address := ""
	for _, button := range withClass(card, "kg-cta-button") {
		address = attr(button, "href")
		shade(button, declared(button, "background-color"))
	}
	for _, box := range withClass(card, "kg-cta-image-container") {
		for _, img := range elements(box, atom.Img) {
			if attr(img, "alt") == "CTA Image" {
				set(img, "alt", "")
			}
			if w, h, ok := strings.Cut(attr(img, "data-image-dimensions"), "x"); ok && attr(img, "width") == "" {
				set(img, "width", w)
				set(img, "height", h)
			}
			addClass(img, "kg-cta-image")
			if link := img.Parent; link.DataAtom == atom.A && attr(link, "href") == address && link.Parent != nil && words(link) == "" {
				unwrap(link)
			}
		}
	}
}

// headerCard is Ghost's header of either version, in the parts of the second: a
// picture, and a content with the text in it.
func headerCard(card *html.Node) {
	if first(card, "kg-header-card-text") == nil {
		box := element(atom.Div, "class", "kg-header-card-text kg-align-center")
		adopt(box, card)
		content := element(atom.Div, "class", "kg-header-card-content")
		content.AppendChild(box)
		card.AppendChild(content)
		if src, ok := URL(attr(card, "data-kg-background-image")); ok {
			picture := element(atom.Picture)
			picture.AppendChild(element(atom.Img, "class", "kg-header-card-image", "src", src, "alt", ""))
			card.InsertBefore(picture, content)
		}
	}
	for _, heading := range withClass(card, "kg-header-card-header") {
		swapClass(heading, "kg-header-card-header", "kg-header-card-heading")
	}
	for _, line := range withClass(card, "kg-header-card-subheader") {
		swapClass(line, "kg-header-card-subheader", "kg-header-card-subheading")
		rename(line, atom.P)
	}
	field(card, "kg-header-card-image")
	for _, button := range withClass(card, "kg-header-card-button") {
		shade(button, attr(button, "data-button-color"))
	}
}

// signupPath is where people sign up.
const signupPath = "/login/"

// signupCard has a link in the place of its form, which says what the form knew: a
// page that may take an address can make it one.
func signupCard(card *html.Node) {
	for _, form := range withClass(card, "kg-signup-card-form") {
		if form.DataAtom != atom.Form {
			continue
		}
		label, colour := "Subscribe", ""
		if button := first(form, "kg-signup-card-button"); button != nil {
			colour = declared(button, "background-color")
			if said := first(button, "kg-signup-card-button-default"); said != nil && words(said) != "" {
				label = words(said)
			}
		}
		link := element(atom.A, "class", "kg-signup-card-button", "href", signupPath, "data-members-form", "signup")
		var labels []string
		for _, input := range elements(form, atom.Input) {
			if has(input, "data-members-label") {
				labels = append(labels, attr(input, "value"))
			}
		}
		if len(labels) > 0 {
			set(link, "data-members-labels", strings.Join(labels, ","))
		}
		if said := first(form, "kg-signup-card-success"); said != nil {
			set(link, "data-members-success", words(said))
		}
		shade(link, colour)
		link.AppendChild(text(label))
		form.Parent.InsertBefore(link, form)
		form.Parent.RemoveChild(form)
	}
	drop(card, "data-lexical-signup-form")
	field(card, "kg-signup-card-image")
}

// field is a broad card's ground as a class: a picture, or the colour's shade. Ghost's
// colour of the words goes with it, because ours are chosen to be read on it.
func field(card *html.Node, image string) {
	if first(card, image) != nil && !hasClass(card, "kg-layout-split") {
		for _, style := range shades {
			removeClass(card, style)
		}
		addClass(card, "kg-style-image")
		return
	}
	colour := attr(card, "data-background-color")
	if colour == "" {
		colour = declared(card, "background-color")
	}
	shade(card, colour)
}

// shades are the classes of a card's or a button's colour: the site's own, two that
// follow what the author chose, and none.
var shades = []string{"kg-style-accent", "kg-style-dark", "kg-style-light", "kg-style-none", "kg-style-image"}

// shade gives n the class of a CSS colour, where it has none yet.
func shade(n *html.Node, colour string) {
	if slices.ContainsFunc(shades, func(class string) bool { return hasClass(n, class) }) {
		return
	}
	class := "kg-style-light"
	switch colour = strings.ToLower(strings.TrimSpace(colour)); {
	case colour == "accent" || colour == "":
		class = "kg-style-accent"
	case colour == "transparent" || colour == "none":
		class = "kg-style-none"
	case dark(colour):
		class = "kg-style-dark"
	}
	addClass(n, class)
}

// dark tells whether white is easier to read on a colour than black: where its
// relative luminance (WCAG 2.2), taken with a power of 2 for ease, is below 0.18.
func dark(colour string) bool {
	hex, ok := strings.CutPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || len(hex) != 6 || err != nil {
		return colour == "black"
	}
	part := func(shift int, weight float64) float64 {
		c := float64(n>>shift&0xff) / 255
		return weight * c * c
	}
	return part(16, 0.2126)+part(8, 0.7152)+part(0, 0.0722) < 0.18
}

var declaration = regexp.MustCompile(`(?i)(?:^|;)\s*([a-z-]+)\s*:\s*([^;]*)`)

// declared is the value of a property in n's style attribute.
func declared(n *html.Node, property string) string {
	for _, m := range declaration.FindAllStringSubmatch(attr(n, "style"), -1) {
		if strings.EqualFold(m[1], property) {
			return strings.TrimSpace(m[2])
		}
	}
	return ""
}
