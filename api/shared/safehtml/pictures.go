// Pictures of ours in a clean document: how large they are, so that the page does
// not jump, and in which widths they can be had, so that a telephone does not
// fetch what a desk needs.

package safehtml

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/shared/urls"
)

// textWidth is how wide a picture in the text is at most, in CSS pixels: --measure
// of the style sheet.
const textWidth = 624

// places are how wide pictures are shown, by their own class or that of their figure
// (Ghost's names); the columns are the style sheet's --measure and --wide.
var places = []struct{ class, sizes string }{
	{"kg-gallery-card", "(min-width: 66rem) 31rem, 50vw"},
	{"kg-bookmark-icon", "20px"},
	{"kg-audio-thumbnail", "80px"},
	{"kg-bookmark-card", "(min-width: 34rem) 14rem, 100vw"},
	{"kg-header-card-image", "100vw"},
	{"kg-signup-card-image", "100vw"},
	{"kg-width-full", "100vw"},
	{"kg-width-wide", "(min-width: 66rem) 62rem, 100vw"},
	{"", "(min-width: 42rem) 39rem, 100vw"},
}

// PictureHashes lists the kept images of a clean document, each once, by the
// SHA-256 of their bytes.
func PictureHashes(clean string, kept urls.Media) []string {
	var hashes []string
	images(clean, func(t html.Token, _ string) (html.Token, bool) {
		if hash, _, ok := kept.Kept(value(t, "src")); ok && !slices.Contains(hashes, hash) {
			hashes = append(hashes, hash)
		}
		return t, false
	})
	return hashes
}

// Pictures is a clean document (of Clean) whose kept images say how large they are
// and in which widths they can be had; images of others are left alone. size tells
// the pixels of an image by its hash, zero where they are not known; it may be nil.
// The width that an author wrote stays, and its height where that fits the image: a page
// must not jump when the image is there. Doing it again changes nothing, while Clean takes
// the widths out again: this is the last thing that is done.
func Pictures(clean string, kept urls.Media, size func(hash string) (width, height int)) string {
	return images(clean, func(t html.Token, class string) (html.Token, bool) {
		src := value(t, "src")
		hash, _, ok := kept.Kept(src)
		if !ok {
			return t, false
		}
		width, height := 0, 0
		if size != nil {
			width, height = size(hash)
		}
		if width > 0 && height > 0 && (value(t, "width") == "" || value(t, "height") == "") {
			put(&t, "width", strconv.Itoa(width))
			put(&t, "height", strconv.Itoa(height))
		}
		shown, _ := strconv.Atoi(value(t, "width"))
		if tall, _ := strconv.Atoi(value(t, "height")); width > 0 && height > 0 && shown > 0 {
			if fits := max(1, (shown*height+width/2)/width); abs(tall-fits) > 1+fits/50 {
				put(&t, "height", strconv.Itoa(fits))
			}
		}
		if width == 0 {
			width = shown
		}
		if srcset := kept.Srcset(src, width); srcset != "" {
			put(&t, "srcset", srcset)
			put(&t, "sizes", sizes(value(t, "class")+" "+class, shown))
		}
		put(&t, "loading", "lazy")
		put(&t, "decoding", "async")
		return t, true
	})
}

func abs(n int) int { return max(n, -n) }

// sizes says how wide a picture is shown that has a class, or its figure. A picture in the
// text is no wider than its own width attribute.
func sizes(class string, shown int) string {
	names := strings.Fields(class)
	for _, p := range places {
		if p.class != "" && slices.Contains(names, p.class) {
			return p.sizes
		}
	}
	if shown > 0 && shown < textWidth && !slices.Contains(names, "kg-image-card") {
		px := strconv.Itoa(shown) + "px"
		return "(max-width: " + px + ") 100vw, " + px
	}
	return places[len(places)-1].sizes
}

// images passes every img of a document to change, with the class of the figure
// around it, and puts what it says in its place; everything else stays byte for
// byte.
func images(source string, change func(t html.Token, class string) (html.Token, bool)) string {
	if !strings.Contains(source, "<img") {
		return source
	}
	var b strings.Builder
	b.Grow(len(source) + len(source)/2)
	z := html.NewTokenizer(strings.NewReader(source))
	done, figure := 0, ""
	for {
		kind := z.Next()
		raw := len(z.Raw())
		if kind == html.ErrorToken {
			b.WriteString(source[done:])
			return b.String()
		}
		part := source[done : done+raw]
		done += raw
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken || kind == html.EndTagToken {
			switch t := z.Token(); {
			case t.Data == "figure" && kind == html.StartTagToken:
				figure = value(t, "class")
			case t.Data == "figure":
				figure = ""
			case t.Data == "img" && kind != html.EndTagToken:
				if changed, ok := change(t, figure); ok {
					changed.Type = html.SelfClosingTagToken
					part = changed.String()
				}
			}
		}
		b.WriteString(part)
	}
}

func value(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func put(t *html.Token, key, value string) {
	for i := range t.Attr {
		if t.Attr[i].Key == key {
			t.Attr[i].Val = value
			return
		}
	}
	t.Attr = append(t.Attr, html.Attribute{Key: key, Val: value})
}
