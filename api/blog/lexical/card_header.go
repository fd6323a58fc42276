// Headers: a heading with a line and a button over a colour or a picture. Ghost has two
// versions of the card.

package lexical

import (
	"regexp"
	"strings"
)

// cardHeader writes the version that the card says it has.
func cardHeader(r *renderer, n node) string {
	if n.num("version") >= 2 {
		return headerV2(r, n)
	}
	return headerV1(r, n)
}

// headerV1 writes the older one, of a few styles.
func headerV1(r *renderer, n node) string {
	header, subheader := n.str("header"), n.str("subheader")
	button := n.is("buttonEnabled", false) && n.str("buttonUrl") != "" && n.str("buttonText") != ""
	if header == "" && subheader == "" && !button {
		return ""
	}
	style, image := n.strOr("style", "dark"), n.str("backgroundImageSrc")
	background := ""
	if style == "image" {
		background = "background-image: url(" + r.background(image) + ")"
	}
	w := r.writer().put("<div").attr("class", "kg-card kg-header-card kg-width-full kg-size-"+n.strOr("size", "small")+" kg-style-"+style)
	if r.allowed("src", image) {
		w.attr("data-kg-background-image", image)
	}
	w.attr("style", background).put(">\n ")
	if header != "" {
		w.put(`<h2 class="kg-header-card-header"`).set("id", words2id(header)).put(">\n ").phrase(header).put("\n </h2>")
	}
	w.put("\n ")
	if trim(lastBreaks.ReplaceAllString(subheader, "")) != "" {
		w.put(`<h3 class="kg-header-card-subheader"`).set("id", words2id(subheader)).put(">\n ").phrase(subheader).put("\n </h3>")
	}
	w.put("\n ")
	if button {
		w.put(`<a class="kg-header-card-button"`).attr("href", n.str("buttonUrl")).put(">\n ").label(n.str("buttonText")).put("\n </a>")
	}
	w.oneLine = true
	return w.put("\n </div>").card()
}

var (
	lastBreaks   = regexp.MustCompile(`(?i)(?:<br` + space + `*/?>)+$`)
	lineStarts   = regexp.MustCompile(`\n` + space + `+`)
	betweenTags  = regexp.MustCompile(`>` + space + `+<`)
	beforeTagEnd = regexp.MustCompile(space + `+>`)
	anyTag       = regexp.MustCompile(`<[^>]*>?`)
	noWord       = regexp.MustCompile(`[^\w\s\x{b}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]`)
	whiteSpace   = regexp.MustCompile(space + `+`)
)

// oneLine takes white space out of HTML as Ghost's oneline does.
func oneLine(markup string) string {
	markup = lineStarts.ReplaceAllString(markup, " ")
	markup = betweenTags.ReplaceAllString(markup, "><")
	return trim(beforeTagEnd.ReplaceAllString(markup, ">"))
}

// words2id is the id of a header: its text in small letters with dashes for blanks, and
// without whatever is no letter or digit of ASCII. It is not made different from others.
func words2id(markup string) string {
	text := noWord.ReplaceAllString(anyTag.ReplaceAllString(markup, ""), "")
	return strings.ToLower(whiteSpace.ReplaceAllString(text, "-"))
}

// headerV2 writes the newer one, of layouts and colours.
func headerV2(r *renderer, n node) string {
	layout, image := n.strOr("layout", "full"), n.str("backgroundImageSrc")
	background := r.colour(n, "backgroundColor", "#000000")
	split := layout == "split"
	w := r.writer().put("<div").attr("class", "kg-card kg-header-card kg-v2"+layoutClasses(n, layout)+" "+chosen(background == "accent", "kg-style-accent"))
	if background != "accent" && (image == "" || split) {
		w.put(` style="background-color: `, background, `;"`)
	}
	w.put(` data-background-color="`, background, `">
            `)
	picture := func() {
		if image == "" {
			return
		}
		w.put(`
            <picture><img class="kg-header-card-image"`).attr("src", image)
		if set := r.srcset(image, n.num("backgroundImageWidth")); set != "" && r.allowed("src", image) {
			w.attr("srcset", set)
		}
		w.put(` loading="lazy" alt=""></picture>
        `)
	}
	if !split {
		picture()
	}
	w.put(`
            <div class="kg-header-card-content">
                `)
	if split {
		picture()
	}
	w.put(`
                <div class="kg-header-card-text `, chosen(n.strOr("alignment", "center") == "center", "kg-align-center"), `">
                    `)
	colour := r.colour(n, "textColor", "#FFFFFF")
	line := func(tag, class, markup string) {
		if markup != "" {
			w.put("<", tag).attr("id", words2id(markup)).put(` class="`, class, `" style="color: `, colour, `;" data-text-color="`, colour, `">`)
			w.phrase(markup).put("</", tag, ">")
		}
		w.put("\n                    ")
	}
	line("h2", "kg-header-card-heading", n.str("header"))
	line("p", "kg-header-card-subheading", n.str("subheader"))
	if n.is("buttonEnabled", false) && !n.blank("buttonUrl") {
		w.headerButton(n)
	}
	return w.put(`
                </div>
            </div>
        </div>`).card()
}

func (w *writer) headerButton(n node) {
	colour, text := w.r.colour(n, "buttonColor", "#ffffff"), w.r.colour(n, "buttonTextColor", "#000000")
	w.put("<a").attr("href", n.str("buttonUrl"))
	w.put(` class="kg-header-card-button `, chosen(colour == "accent", "kg-style-accent"), `" style="`)
	w.when(colour != "accent", "background-color: ", colour, ";")
	w.put("color: ", text, `;" data-button-color="`, colour, `" data-button-text-color="`, text, `">`).label(n.str("buttonText")).put("</a>")
}

// layoutClasses are the classes of a layout, which headers and signups share.
func layoutClasses(n node, layout string) string {
	if layout != "split" {
		return " kg-width-" + layout + chosen(layout == "full", " kg-content-wide")
	}
	return " kg-layout-split kg-width-full" + chosen(n.is("swapped", false), " kg-swapped") + chosen(n.str("backgroundSize") == "contain", " kg-content-wide")
}
