// Cards with pictures, sound and film: the browser's own controls, nothing fetched
// before it is wanted, and room for what comes.

package safehtml

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// audioCard is a figure: the title and how long it takes, a picture where there is
// one, and the browser's player.
func audioCard(card *html.Node) {
	audio := elements(card, atom.Audio)
	if len(audio) == 0 {
		return
	}
	title := first(card, "kg-audio-title")
	if length := first(card, "kg-audio-duration"); length != nil && title != nil && first(title, "kg-audio-duration") == nil {
		if said := duration(words(length)); said != "" {
			span := element(atom.Span, "class", "kg-audio-duration")
			span.AppendChild(text(said))
			title.AppendChild(text(" "))
			title.AppendChild(span)
		}
	}
	for _, part := range []string{"kg-audio-player", "kg-audio-hide", "placeholder"} {
		removeAll(card, part)
	}
	for _, box := range withClass(card, "kg-audio-player-container") {
		unwrap(box)
	}
	for _, img := range withClass(card, "kg-audio-thumbnail") {
		set(img, "alt", "")
		set(img, "width", "80")
		set(img, "height", "80")
	}
	if title != nil && title.DataAtom == atom.Div {
		rename(title, atom.Figcaption)
		title.Parent.RemoveChild(title)
		card.InsertBefore(title, card.FirstChild)
	}
	if card.DataAtom == atom.Div {
		rename(card, atom.Figure)
	}
}

var clock = regexp.MustCompile(`^[0-9]{1,3}(:[0-5][0-9]){1,2}$`)

// duration is a length as Ghost writes it, 65.4 or 1:05, in minutes and seconds.
func duration(said string) string {
	if clock.MatchString(said) {
		return said
	}
	seconds, err := strconv.ParseFloat(said, 64)
	if err != nil || !(seconds >= 1 && seconds < 360_000) {
		return ""
	}
	s := int(seconds)
	rest := strconv.Itoa(100 + s%60)[1:]
	if s < 3600 {
		return strconv.Itoa(s/60) + ":" + rest
	}
	return strconv.Itoa(s/3600) + ":" + strconv.Itoa(100 + s/60%60)[1:] + ":" + rest
}

// videoCard has its first picture as the poster, which Ghost draws by a style.
func videoCard(card *html.Node) {
	removeAll(card, "kg-video-overlay")
	removeAll(card, "kg-video-player-container")
	poster := ""
	for _, key := range []string{"data-kg-thumbnail", "data-kg-custom-thumbnail"} {
		if src, ok := URL(attr(card, key)); ok {
			poster = src
		}
		drop(card, key)
	}
	for _, video := range elements(card, atom.Video) {
		if poster != "" {
			set(video, "poster", poster)
		}
		player(video)
	}
}

// player is sound or film with the browser's controls. Before it is asked for, at
// most a film of ours without a picture is looked at, for its first.
func player(n *html.Node) {
	set(n, "controls", "")
	preload := "none"
	if n.DataAtom == atom.Video {
		poster, ok := URL(attr(n, "poster"))
		if ok {
			set(n, "poster", poster)
		} else {
			drop(n, "poster")
		}
		if src := attr(n, "src"); !ok && len(src) > 1 && src[0] == '/' && src[1] != '/' {
			preload = "metadata"
		}
		set(n, "playsinline", "")
	}
	set(n, "preload", preload)
}

// ratios are the shapes that pictures of a gallery have: those of cameras, telephones
// and films, each a class of the style sheet.
var ratios = []struct {
	class string
	value float64
}{
	{"kg-ratio-9-16", 9. / 16}, {"kg-ratio-2-3", 2. / 3}, {"kg-ratio-3-4", 3. / 4}, {"kg-ratio-1-1", 1},
	{"kg-ratio-4-3", 4. / 3}, {"kg-ratio-3-2", 3. / 2}, {"kg-ratio-16-9", 16. / 9}, {"kg-ratio-2-1", 2}, {"kg-ratio-3-1", 3},
}

// galleryCard tells the style sheet the shape of each picture, so that those of a
// row are equally high and fill it.
func galleryCard(card *html.Node) {
	imageCard(card)
	for _, box := range withClass(card, "kg-gallery-image") {
		for _, r := range ratios {
			removeClass(box, r.class)
		}
		if img := elements(box, atom.Img); len(img) > 0 {
			if class := shape(attr(img[0], "width"), attr(img[0], "height")); class != "" {
				addClass(box, class)
			}
		}
	}
}

// shape is the class of the ratio that is nearest to a width and a height, by how
// much of a picture is cut away.
func shape(width, height string) string {
	w, err1 := strconv.ParseUint(width, 10, 16)
	h, err2 := strconv.ParseUint(height, 10, 16)
	if err1 != nil || err2 != nil || w == 0 || h == 0 {
		return ""
	}
	class, best := "", 0.0
	for _, r := range ratios {
		part := float64(w) / float64(h) / r.value
		if part > 1 {
			part = 1 / part
		}
		if part > best {
			class, best = r.class, part
		}
	}
	return class
}

// imageCard is a picture in the text, with or without a link around it.
func imageCard(card *html.Node) {
	for _, link := range elements(card, atom.A) {
		nameLink(link)
	}
}

// nameLink gives a link around a picture without an alternative text the name of
// where it leads: it has no other.
func nameLink(link *html.Node) {
	pictures := elements(link, atom.Img)
	if len(pictures) == 0 || attr(link, "href") == "" || attr(link, "aria-label") != "" || words(link) != "" {
		return
	}
	for _, img := range pictures {
		if attr(img, "alt") != "" {
			return
		}
	}
	name := attr(link, "href")
	if u, err := url.Parse(name); err == nil && u.Host != "" {
		name = u.Host
	}
	set(link, "aria-label", strings.Join(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("/?#&=_~%", r) }), " "))
}
