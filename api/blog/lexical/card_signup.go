// The card in which readers subscribe. It is not shown until a script shows it.

package lexical

// waiting is the drawing of three dots that move while the form is sent.
const waiting = `<svg xmlns="http://www.w3.org/2000/svg" height="24" width="24" viewBox="0 0 24 24">
        <g stroke-linecap="round" stroke-width="2" fill="currentColor" stroke="none" stroke-linejoin="round" class="nc-icon-wrapper">
            <g class="nc-loop-dots-4-24-icon-o">
                <circle cx="4" cy="12" r="3"></circle>
                <circle cx="12" cy="12" r="3"></circle>
                <circle cx="20" cy="12" r="3"></circle>
            </g>
            <style data-cap="butt">
                .nc-loop-dots-4-24-icon-o{--animation-duration:0.8s}
                .nc-loop-dots-4-24-icon-o *{opacity:.4;transform:scale(.75);animation:nc-loop-dots-4-anim var(--animation-duration) infinite}
                .nc-loop-dots-4-24-icon-o :nth-child(1){transform-origin:4px 12px;animation-delay:-.3s;animation-delay:calc(var(--animation-duration)/-2.666)}
                .nc-loop-dots-4-24-icon-o :nth-child(2){transform-origin:12px 12px;animation-delay:-.15s;animation-delay:calc(var(--animation-duration)/-5.333)}
                .nc-loop-dots-4-24-icon-o :nth-child(3){transform-origin:20px 12px}
                @keyframes nc-loop-dots-4-anim{0%,100%{opacity:.4;transform:scale(.75)}50%{opacity:1;transform:scale(1)}}
            </style>
        </g>
    </svg>`

// cardSignup writes the form with its heading, lines and picture. Labels are those that
// a member gets by it.
func cardSignup(r *renderer, n node) string {
	layout, image := n.strOr("layout", "wide"), n.str("backgroundImageSrc")
	background := r.colour(n, "backgroundColor", "#F0F0F0")
	split := layout == "split"
	style := ""
	if colour := r.colour(n, "textColor", "#000000"); background != "transparent" || !split && image != "" {
		style = ` style="color: ` + colour + `;"`
	}
	accent := background == "accent" && (split || image == "")
	w := r.writer().put("<div").attr("class", "kg-card kg-signup-card"+layoutClasses(n, layout)+" "+chosen(accent, "kg-style-accent"))
	w.put(` data-lexical-signup-form="" style="`)
	w.when(background != "accent" && (image == "" || split), "background-color: ", background)
	w.put(`; display: none;">
            `)
	picture := func() {
		if image != "" {
			w.put(`
        <picture><img class="kg-signup-card-image"`).attr("src", image).put(` alt=""></picture>
    `)
		}
	}
	if !split {
		picture()
	}
	w.put(`
            <div class="kg-signup-card-content">
                `)
	if split {
		picture()
	}
	w.put(`
                <div class="kg-signup-card-text `, chosen(n.str("alignment") == "center", "kg-align-center"), `">
                    `)
	line := func(tag, class, markup string) {
		if markup != "" {
			w.put("<", tag, ` class="`, class, `"`, style, ">").phrase(markup).put("</", tag, ">")
		}
	}
	line("h2", "kg-signup-card-heading", n.str("header"))
	w.put("\n                    ")
	line("p", "kg-signup-card-subheading", n.str("subheader"))
	w.put("\n                    ")
	w.signupForm(n, style)
	w.put("\n                    ")
	line("p", "kg-signup-card-disclaimer", n.str("disclaimer"))
	return w.put(`
                </div>
            </div>
        </div>`).card()
}

func (w *writer) signupForm(n node, style string) {
	w.put(`
        <form class="kg-signup-card-form" data-members-form="signup">
            `)
	for i, label := range n.strings("labels") {
		w.when(i > 0, "\n").put(`<input data-members-label="" type="hidden"`).attr("value", label).put(">")
	}
	colour := w.r.colour(n, "buttonColor", "accent")
	w.put(`
            <div class="kg-signup-card-fields">
                <input class="kg-signup-card-input" id="email" data-members-email="" type="email" required="true" placeholder="jamie@example.com">
                <button class="kg-signup-card-button `, chosen(colour == "accent", "kg-style-accent"), `" style="`)
	w.when(colour != "accent", "background-color: ", colour, ";")
	w.put("color: ", w.r.colour(n, "buttonTextColor", "#FFFFFF"), `;" type="submit">
                    <span class="kg-signup-card-button-default">`).phrase(n.strOr("buttonText", "Subscribe")).put(`</span>
                    <span class="kg-signup-card-button-loading">`, waiting, `</span>
                </button>
            </div>
            <div class="kg-signup-card-success"`, style, `>
                `).html(n.strOr("successMessage", "Email sent! Check your inbox to complete your signup.")).put(`
            </div>
            <div class="kg-signup-card-error"`, style, ` data-members-error=""></div>
        </form>
        `)
}
