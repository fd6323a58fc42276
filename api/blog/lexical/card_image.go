// Cards of pictures: one, and galleries.

package lexical

import (
	"math"
	"slices"
)

// cardImage writes a picture, with a link around it and a caption below it where it has
// them.
func cardImage(r *renderer, n node) string {
	if n.blank("src") {
		return ""
	}
	src, caption, cardWidth := n.str("src"), n.str("caption"), n.strOr("cardWidth", "regular")
	class := "kg-card kg-image-card"
	if cardWidth != "regular" {
		class += " kg-width-" + cardWidth
	}
	if caption != "" {
		class += " kg-card-hascaption"
	}
	w := r.writer().put("<figure").set("class", class).put(">")
	href := n.str("href")
	if href != "" {
		w.put("<a").set("href", href).put(">")
	}
	w.put("<img").set("src", src).put(` class="kg-image"`).set("alt", n.str("alt")).put(` loading="lazy"`)
	if title := n.str("title"); title != "" {
		w.set("title", title)
	}
	width, height := n.num("width"), n.num("height")
	if width > largest && r.local(src) && resizable(src) {
		w.size(largest, scaled(width, height, largest))
	} else if n.truthy("width") && n.truthy("height") {
		w.set("width", n.str("width")).set("height", n.str("height"))
	}
	if set := r.srcset(src, width); set != "" && r.allowed("src", src) {
		w.set("srcset", set)
		switch {
		case cardWidth == "regular" && width >= 720:
			w.put(` sizes="(min-width: 720px) 720px"`)
		case cardWidth == "wide" && width >= 1200:
			w.put(` sizes="(min-width: 1200px) 1200px"`)
		}
	}
	w.put(">").when(href != "", "</a>")
	w.caption(caption)
	return w.put("</figure>").card()
}

// caption writes a caption where there is one.
func (w *writer) caption(markup string) {
	if markup != "" {
		w.put("<figcaption>").inner(markup).put("</figcaption>")
	}
}

func (w *writer) size(width, height float64) *writer {
	return w.set("width", number(width)).set("height", number(height))
}

// scaled is the height of a picture that is shown in another width.
func scaled(width, height, to float64) float64 {
	if width <= 0 || height <= 0 {
		return 0
	}
	return rounded(to / (width / height))
}

// rounded is JavaScript's Math.round.
func rounded(f float64) float64 { return math.Floor(f + 0.5) }

// perRow is how many pictures a row of a gallery has.
const perRow = 3

// cardGallery writes pictures in rows. One picture never stands in the last row alone:
// the one before it joins it.
func cardGallery(r *renderer, n node) string {
	images := slices.DeleteFunc(n.array("images"), func(image node) bool { return !inGallery(image) })
	if len(images) == 0 {
		return ""
	}
	rows := map[float64][]node{}
	for i, image := range images {
		row := image.num("row")
		if len(images) > 1 && len(images)%perRow == 1 && i == len(images)-2 {
			row++
		}
		rows[row] = append(rows[row], image)
	}
	order := make([]float64, 0, len(rows))
	for row := range rows {
		order = append(order, row)
	}
	slices.Sort(order)

	caption := n.str("caption")
	w := r.writer().put(`<figure class="kg-card kg-gallery-card kg-width-wide`, chosen(caption != "", " kg-card-hascaption"), `"><div class="kg-gallery-container">`)
	for _, row := range order {
		w.put(`<div class="kg-gallery-row">`)
		for _, image := range rows[row] {
			w.galleryImage(image, order[len(order)-1] == 0 && len(rows[row]) == 1)
		}
		w.put("</div>")
	}
	w.put("</div>")
	w.caption(caption)
	return w.put("</figure>").card()
}

// inGallery tells whether a picture of a gallery has all that it is shown by.
func inGallery(image node) bool {
	name, _ := image["fileName"].(string)
	src, _ := image["src"].(string)
	width, _ := image["width"].(float64)
	height, _ := image["height"].(float64)
	row, isRow := image["row"].(float64)
	return trim(name) != "" && trim(src) != "" && width > 0 && height > 0 && isRow && row >= 0 && row == math.Trunc(row)
}

func (w *writer) galleryImage(image node, alone bool) {
	src, width, height, href := image.str("src"), image.num("width"), image.num("height"), image.str("href")
	w.put(`<div class="kg-gallery-image">`)
	if href != "" {
		w.put("<a").set("href", href).put(">")
	}
	w.put("<img").set("src", src)
	if width > largest && w.r.local(src) && resizable(src) {
		w.size(largest, scaled(width, height, largest))
	} else {
		w.size(width, height)
	}
	w.put(` loading="lazy"`).set("alt", image.str("alt"))
	if title := image.str("title"); title != "" {
		w.set("title", title)
	}
	if set := w.r.srcset(src, width); set != "" && w.r.allowed("src", src) {
		w.set("srcset", set)
		switch {
		case alone && width >= 1200:
			w.put(` sizes="(min-width: 1200px) 1200px"`)
		case width >= 720:
			w.put(` sizes="(min-width: 720px) 720px"`)
		}
	}
	w.put(">").when(href != "", "</a>").put("</div>")
}
