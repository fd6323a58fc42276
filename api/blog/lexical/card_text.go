// Cards of words: code, callouts, buttons and toggles.

package lexical

import "regexp"

// cardCodeBlock writes code, in a figure where it has a caption.
func cardCodeBlock(r *renderer, n node) string {
	if n.blank("code") {
		return ""
	}
	w, caption := r.writer(), n.str("caption")
	w.when(caption != "", `<figure class="kg-card kg-code-card">`).put("<pre><code")
	if language := n.str("language"); language != "" {
		w.set("class", "language-"+language)
	}
	w.put(">").text(n.str("code")).put("</code></pre>")
	if caption != "" {
		w.put("<figcaption>").inner(caption).put("</figcaption></figure>")
	}
	return w.card()
}

// classes are names that callouts can have as their colour.
var classes = regexp.MustCompile(`^[a-zA-Z\d-]+$`)

// calloutTags are the elements that stay in a callout's text.
var calloutTags = set("a", "strong", "em", "b", "i", "br", "code", "mark", "s", "del", "u", "sup", "sub")

// cardCallout writes a box with a line of text and an emoji.
func cardCallout(r *renderer, n node) string {
	colour := n.strOr("backgroundColor", "blue")
	if !classes.MatchString(colour) {
		colour = "white"
	}
	emoji := "💡"
	if n.has("calloutEmoji") {
		emoji = n.str("calloutEmoji")
	}
	w := r.writer().put(`<div class="kg-card kg-callout-card kg-callout-card-`, colour, `">`)
	if emoji != "" {
		w.put(`<div class="kg-callout-emoji">`).text(emoji).put("</div>")
	}
	text := setInner(element("div"), n.str("calloutText"))
	keepOnly(text, calloutTags)
	return w.put(`<div class="kg-callout-text">`, r.inner(r.still(text)), "</div></div>").card()
}

// cardButton writes a link that looks like a button.
func cardButton(r *renderer, n node) string {
	if n.blank("buttonUrl") {
		return ""
	}
	class := "kg-card kg-button-card"
	if alignment := n.strOr("alignment", "center"); alignment != "" {
		class += " kg-align-" + alignment
	}
	w := r.writer().put("<div").set("class", class).put("><a").set("href", n.str("buttonUrl"))
	return w.put(` class="kg-btn kg-btn-accent">`).text(n.strOr("buttonText", "Button Title")).put("</a></div>").card()
}

// cardToggle writes a heading that opens what is below it.
func cardToggle(r *renderer, n node) string {
	w := r.writer().put(`<div class="kg-card kg-toggle-card" data-kg-toggle-state="close">
            <div class="kg-toggle-heading">
                <h4 class="kg-toggle-heading-text">`).phrase(n.str("heading"))
	w.put(`</h4>
                <button class="kg-toggle-card-icon" aria-label="Expand toggle to read content">
                    <svg id="Regular" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
                        <path class="cls-1" d="M23.25,7.311,12.53,18.03a.749.749,0,0,1-1.06,0L.75,7.311"></path>
                    </svg>
                </button>
            </div>
            <div class="kg-toggle-content">`).html(n.str("content"))
	return w.put(`</div>
        </div>`).card()
}
