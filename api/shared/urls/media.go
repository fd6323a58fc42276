// Where kept images are, and the widths in which they can be had. Both follow
// from an image's own address, so that nobody has to look anything up.

package urls

import (
	"slices"
	"strconv"
	"strings"
)

// ImageWidths are the widths, in pixels and ascending, in which an image of
// pixels (PNG, JPEG, WebP) can be had besides its own.
func ImageWidths() []int { return slices.Clone(imageWidths) }

var imageWidths = []int{400, 800, 1200, 1600}

// mediaPath is where a server itself answers for images.
const mediaPath = "/media"

// Media is what the addresses of kept images begin with besides /media: the
// address of a CDN that fetches from there (ROSEASH_MEDIA_URL). The zero value
// knows /media alone.
type Media string

// Kept takes the address of a kept image apart: the SHA-256 of its bytes in hex
// and its name. ok is false for any other address, one with a query included.
func (m Media) Kept(address string) (hash, name string, ok bool) {
	rest, ok := strings.CutPrefix(address, mediaPath+"/")
	if base := strings.TrimSuffix(string(m), "/"); !ok && base != "" {
		rest, ok = strings.CutPrefix(address, base+"/")
	}
	hash, name, cut := strings.Cut(rest, "/")
	if !ok || !cut || !digest(hash) || !fileName(name) {
		return "", "", false
	}
	return hash, name, true
}

// Srcset is what the attribute of that name says for the image at an address:
// the widths in which it can be had, up to the first that holds all of it. The
// width is the image's own in pixels, 0 where it is not known. It is empty for
// what has one size only: vectors, GIF and the images of others.
func (m Media) Srcset(address string, width int) string {
	_, name, ok := m.Kept(address)
	if !ok || !slices.Contains([]string{".jpg", ".png", ".webp"}, name[strings.LastIndexByte(name, '.'):]) {
		return ""
	}
	base := strings.TrimSuffix(address, name)
	var b strings.Builder
	for _, w := range imageWidths {
		has := w
		if width > 0 {
			has = min(w, width)
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(base + ResizedName(w) + " " + strconv.Itoa(has) + "w")
		if has == width {
			break
		}
	}
	return b.String()
}

// ResizedName is the last part of the address of an image in one of the
// ImageWidths; the image's own name is in its place otherwise.
func ResizedName(width int) string { return "w" + strconv.Itoa(width) + ".webp" }

// ResizedWidth is the width that a ResizedName is for.
func ResizedWidth(name string) (width int, ok bool) {
	for _, w := range imageWidths {
		if name == ResizedName(w) {
			return w, true
		}
	}
	return 0, false
}

// digest tells a SHA-256 in lower-case hex.
func digest(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// fileName tells a name as images get it when they are stored.
func fileName(s string) bool {
	stem, ending, ok := strings.Cut(s, ".")
	return ok && stem != "" && strings.Trim(stem, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		ending != "" && strings.Trim(ending, "abcdefghijklmnopqrstuvwxyz") == ""
}
