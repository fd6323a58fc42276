// The card that asks for something: a text with a button, a picture and a sponsor.

package lexical

import "regexp"

// ctaColours are what Ghost takes for a colour of this card.
var ctaColours = regexp.MustCompile(`^(?:[a-zA-Z\d-]+|#(?:[a-fA-F\d]{3}|[a-fA-F\d]{6}))$`)

// cardCallToAction writes the card with the gates that it has.
func cardCallToAction(r *renderer, n node) string {
	background := n.strOr("backgroundColor", "grey")
	if !ctaColours.MatchString(background) {
		background = "white"
	}
	layout, image, text := n.strOr("layout", "minimal"), n.str("imageUrl"), n.str("textValue")
	button := n.is("showButton", true)
	w := r.writer().put("<div").attr("class", "kg-card kg-cta-card kg-cta-bg-"+background+" kg-cta-"+layout+
		" "+chosen(!n.is("showDividers", true), "kg-cta-no-dividers")+
		" "+chosen(image != "", "kg-cta-has-img")+
		" "+chosen(n.str("linkColor") == "accent", "kg-cta-link-accent")+
		" "+chosen(n.str("alignment") == "center", "kg-cta-centered"))
	w.attr("data-layout", layout).put(">\n            ")
	if n.is("hasSponsorLabel", true) {
		label := n.strOr("sponsorLabel", `<p><span style="white-space: pre-wrap;">SPONSORED</span></p>`)
		w.put(`
                <div class="kg-cta-sponsor-label-wrapper">
                    <div class="kg-cta-sponsor-label">
                        `).html(r.cleanBasic(label, cleaning{firstChildInnerContent: true})).put(`
                    </div>
                </div>
            `)
	}
	w.put(`
            <div class="kg-cta-content">
                `)
	if image != "" {
		w.put(`
                    <div class="kg-cta-image-container">
                        `)
		w.ctaImage(n, image, button && n.str("buttonUrl") != "")
		w.put(`
                    </div>
                `)
	}
	w.put(`
                `)
	if text != "" || button {
		w.put(`
                    <div class="kg-cta-content-inner">
                    `)
		if text != "" {
			w.put(`
                        <div class="kg-cta-text">
                            `).html(text).put(`
                        </div>
                    `)
		}
		w.put(`
                    `)
		if button && n.str("buttonUrl") != "" {
			w.ctaButton(n)
		}
		w.put(`
                    </div>
                `)
	}
	return r.gated(n, w.put(`
            </div>
        </div>`).card())
}

func (w *writer) ctaImage(n node, image string, linked bool) {
	if linked {
		w.put("<a").attr("href", n.str("buttonUrl")).put(">")
	}
	w.put("<img").attr("src", image).put(` alt="CTA Image"`)
	if n.truthy("imageWidth") && n.truthy("imageHeight") {
		w.attr("data-image-dimensions", n.str("imageWidth")+"x"+n.str("imageHeight"))
	}
	w.put(">").when(linked, "</a>")
}

func (w *writer) ctaButton(n node) {
	colour, class, style := n.strOr("buttonColor", "#000000"), "", ""
	if !ctaColours.MatchString(colour) {
		colour = "accent"
	}
	if colour == "accent" {
		class = "kg-style-accent"
	} else {
		style = "background-color: " + colour + "; "
	}
	w.put(`
                        <a`).attr("href", n.str("buttonUrl")).put(` class="kg-cta-button `, class, `" style="`, style, "color: ", w.r.colour(n, "buttonTextColor", "#ffffff"), `;">
                            `).label(n.strOr("buttonText", "Learn more")).put(`
                        </a>
                        `)
}
