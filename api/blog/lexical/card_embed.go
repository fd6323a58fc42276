// Cards of what is elsewhere: bookmarks, embeds and podcasts.

package lexical

import (
	"net/url"
	"regexp"

	"golang.org/x/net/html"
)

// cardBookmark writes a link with what is known of the page behind it. The classes of
// the author and the publisher are the other way round: themes know them so.
func cardBookmark(r *renderer, n node) string {
	if n.blank("url") {
		return ""
	}
	page, caption := n.object("metadata"), n.str("caption")
	w := r.writer().put(`<figure class="kg-card kg-bookmark-card`, chosen(caption != "", " kg-card-hascaption"), `"><a class="kg-bookmark-container"`)
	w.set("href", n.str("url")).put(`><div class="kg-bookmark-content"><div class="kg-bookmark-title">`).text(page.str("title"))
	w.put(`</div><div class="kg-bookmark-description">`).text(page.str("description"))
	w.put(`</div><div class="kg-bookmark-metadata">`)
	if icon := page.str("icon"); icon != "" {
		w.put(`<img class="kg-bookmark-icon"`).set("src", icon).put(` alt="">`)
	}
	if publisher := page.str("publisher"); publisher != "" {
		w.put(`<span class="kg-bookmark-author">`).text(publisher).put("</span>")
	}
	if author := page.str("author"); author != "" {
		w.put(`<span class="kg-bookmark-publisher">`).text(author).put("</span>")
	}
	w.put("</div></div>")
	if thumbnail := page.str("thumbnail"); thumbnail != "" {
		w.put(`<div class="kg-bookmark-thumbnail"><img`).set("src", thumbnail).put(` alt="" onerror="this.style.display = 'none'"></div>`)
	}
	w.put("</a>")
	w.caption(caption)
	return w.put("</figure>").card()
}

// cardEmbed writes the HTML that another site gave for its own: frames and the scripts
// that it is loaded by stay in it, scripts with words of their own do not.
func cardEmbed(r *renderer, n node) string {
	markup, caption := n.str("html"), n.str("caption")
	if n.str("embedType") == "twitter" {
		markup = trim(markup)
	} else if markup == "" && n.str("url") == "" {
		return ""
	}
	figure := setInner(element("figure"), markup)
	r.foreign(figure)
	w := r.writer().put(`<figure class="kg-card kg-embed-card`, chosen(caption != "", " kg-card-hascaption"), `">`, r.inner(figure))
	w.caption(caption)
	return w.put("</figure>").card()
}

// foreign takes out of another site's HTML what runs in the page itself.
func (r *renderer) foreign(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.ElementNode && c.Data == "script" && (attribute(c, "src") == "" || trim(textContent(c)) != ""):
			r.leave("a script")
			n.RemoveChild(c)
		default:
			r.unhandled(c)
			r.foreign(c)
		}
		c = next
	}
}

// cardTransistor writes the player of a member's podcasts, for members only where the
// card does not say otherwise. Ghost has a script in it that sets the frame's address
// and height; here the frame waits until a reader wants it.
func cardTransistor(r *renderer, n node) string {
	if !n.truthy("visibility") {
		n = node{"visibility": map[string]any{
			"web":   map[string]any{"nonMember": false, "memberSegment": everybody},
			"email": map[string]any{"memberSegment": everybody},
		}}
	}
	address := "https://partner.transistor.fm/ghost/embed/%7Buuid%7D"
	if id := r.options.SiteUUID; id != "" {
		address += "?ctx=" + url.QueryEscape(id)
	}
	const frame = `<iframe width="100%" height="370" frameborder="no" scrolling="no" seamless=""`
	w := r.writer().put(frame, ` title="Transistor podcasts"`).set("data-src", address).put(` data-kg-transistor-embed=""></iframe>`)
	w.put("<noscript>", frame).set("src", address).put("></iframe></noscript>")
	return r.gated(n, w.card())
}

// cardHTML writes the HTML of somebody who may write any; nothing for others, but a
// paywall that is in it: without it what is behind would be everybody's.
func cardHTML(r *renderer, n node) string {
	markup := n.str("html")
	if markup == "" {
		return ""
	}
	if !r.options.Trusted {
		r.leave("an HTML card")
		return paywalls.FindString(markup)
	}
	return r.gated(n, "\n<!--kg-card-begin: html-->\n"+r.withoutGates(markup)+"\n<!--kg-card-end: html-->\n")
}

// gateMark begins the comments that part a document by who may read it, whatever letters it
// is written in: in an html card one would end the card's own gate.
var gateMark = regexp.MustCompile(`(?i)kg-gated-block:`)
