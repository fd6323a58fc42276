// Cards of files: sound, film and what is downloaded.

package lexical

import (
	"fmt"
	"math"
	"strings"

	"golang.org/x/net/html"
)

// Drawings of the players, in boxes of 24 units, as themes for Ghost know them.
const (
	drawnPlay   = "M23.14 10.608 2.253.164A1.559 1.559 0 0 0 0 1.557v20.887a1.558 1.558 0 0 0 2.253 1.392L23.14 13.393a1.557 1.557 0 0 0 0-2.785Z"
	drawnSound  = "M15.189 2.021a9.728 9.728 0 0 0-7.924 4.85.249.249 0 0 1-.221.133H5.25a3 3 0 0 0-3 3v2a3 3 0 0 0 3 3h1.794a.249.249 0 0 1 .221.133 9.73 9.73 0 0 0 7.924 4.85h.06a1 1 0 0 0 1-1V3.02a1 1 0 0 0-1.06-.998Z"
	drawnSilent = "M16.177 4.3a.248.248 0 0 0 .073-.176v-1.1a1 1 0 0 0-1.061-1 9.728 9.728 0 0 0-7.924 4.85.249.249 0 0 1-.221.133H5.25a3 3 0 0 0-3 3v2a3 3 0 0 0 3 3h.114a.251.251 0 0 0 .177-.073ZM23.707 1.706A1 1 0 0 0 22.293.292l-22 22a1 1 0 0 0 0 1.414l.009.009a1 1 0 0 0 1.405-.009l6.63-6.631A.251.251 0 0 1 8.515 17a.245.245 0 0 1 .177.075 10.081 10.081 0 0 0 6.5 2.92 1 1 0 0 0 1.061-1V9.266a.247.247 0 0 1 .073-.176Z"
	drawnNotes  = "M7.5 15.33a.75.75 0 1 0 0 1.5.75.75 0 0 0 0-1.5Zm-2.25.75a2.25 2.25 0 1 1 4.5 0 2.25 2.25 0 0 1-4.5 0ZM15 13.83a.75.75 0 1 0 0 1.5.75.75 0 0 0 0-1.5Zm-2.25.75a2.25 2.25 0 1 1 4.5 0 2.25 2.25 0 0 1-4.5 0Z"
	drawnStaves = "M14.486 6.81A2.25 2.25 0 0 1 17.25 9v5.579a.75.75 0 0 1-1.5 0v-5.58a.75.75 0 0 0-.932-.727.755.755 0 0 1-.059.013l-4.465.744a.75.75 0 0 0-.544.72v6.33a.75.75 0 0 1-1.5 0v-6.33a2.25 2.25 0 0 1 1.763-2.194l4.473-.746Z"
	drawnSheet  = "M3 1.5a.75.75 0 0 0-.75.75v19.5a.75.75 0 0 0 .75.75h18a.75.75 0 0 0 .75-.75V5.133a.75.75 0 0 0-.225-.535l-.002-.002-3-2.883A.75.75 0 0 0 18 1.5H3ZM1.409.659A2.25 2.25 0 0 1 3 0h15a2.25 2.25 0 0 1 1.568.637l.003.002 3 2.883a2.25 2.25 0 0 1 .679 1.61V21.75A2.25 2.25 0 0 1 21 24H3a2.25 2.25 0 0 1-2.25-2.25V2.25c0-.597.237-1.169.659-1.591Z"
)

// pause is the drawing of two bars.
const pause = `<rect x="3" y="1" width="7" height="22" rx="1.5" ry="1.5"></rect>`
const pause2 = `<rect x="14" y="1" width="7" height="22" rx="1.5" ry="1.5"></rect>`

// drawn is a drawing of one line.
func drawn(path string) string { return `<path d="` + path + `"></path>` }

// box is the drawing of a button of the sound player.
func box(drawing string) string { return `<svg viewBox="0 0 24 24">` + drawing + `</svg>` }

// placeholder is what stands for a picture of a sound that has none.
var placeholder = `<svg width="24" height="24" fill="none">` + filled(drawnNotes) + filled(drawnStaves) + filled(drawnSheet) + `</svg>`

func filled(path string) string {
	return `<path fill-rule="evenodd" clip-rule="evenodd" d="` + path + `"></path>`
}

// The parts of the sound player before and behind its duration.
var (
	soundBefore = `<div class="kg-audio-player"><button class="kg-audio-play-icon" aria-label="Play audio">` + box(drawn(drawnPlay)) +
		`</button><button class="kg-audio-pause-icon kg-audio-hide" aria-label="Pause audio">` + box(pause+pause2) +
		`</button><span class="kg-audio-current-time">0:00</span><div class="kg-audio-time">/<span class="kg-audio-duration">`
	soundBehind = `</span></div><input type="range" class="kg-audio-seek-slider" max="100" value="0">` +
		`<button class="kg-audio-playback-rate" aria-label="Adjust playback speed">1×</button>` +
		`<button class="kg-audio-unmute-icon" aria-label="Unmute">` + box(drawn(drawnSound)) +
		`</button><button class="kg-audio-mute-icon kg-audio-hide" aria-label="Mute">` + box(drawn(drawnSilent)) +
		`</button><input type="range" class="kg-audio-volume-slider" max="100" value="100"></div></div></div>`
)

// cardAudio writes sound with its player. The duration is in seconds, as it stands.
func cardAudio(r *renderer, n node) string {
	if n.blank("src") {
		return ""
	}
	duration := "0"
	if n.has("duration") {
		duration = n.str("duration")
	}
	thumbnail := n.str("thumbnailSrc")
	w := r.writer().put(`<div class="kg-card kg-audio-card"><img`).set("src", thumbnail)
	w.put(` alt="audio-thumbnail" class="kg-audio-thumbnail`, chosen(thumbnail == "", " kg-audio-hide"),
		`"><div class="kg-audio-thumbnail placeholder`, chosen(thumbnail != "", " kg-audio-hide"), `">`, placeholder,
		`</div><div class="kg-audio-player-container"><audio`).set("src", n.str("src"))
	w.put(` preload="metadata"></audio><div class="kg-audio-title">`).text(n.str("title")).put("</div>", soundBefore)
	return w.text(duration).put(soundBehind).card()
}

// The parts of the film player, between which stand its controls' class and duration.
var (
	filmBefore = `></video>
                <div class="kg-video-overlay">
                    <button class="kg-video-large-play-icon" aria-label="Play video">
                        ` + framed(24, drawn(drawnPlay)) + `
                    </button>
                </div>
                <div class="kg-video-player-container`
	filmBetween = `">
                    <div class="kg-video-player">
                        <button class="kg-video-play-icon" aria-label="Play video">
                            ` + framed(28, drawn(drawnPlay)) + `
                        </button>
                        <button class="kg-video-pause-icon kg-video-hide" aria-label="Pause video">
                            ` + framed(28, pause, pause2) + `
                        </button>
                        <span class="kg-video-current-time">0:00</span>
                        <div class="kg-video-time">
                            /<span class="kg-video-duration">`
	filmBehind = `</span>
                        </div>
                        <input type="range" class="kg-video-seek-slider" max="100" value="0">
                        <button class="kg-video-playback-rate" aria-label="Adjust playback speed">1×</button>
                        <button class="kg-video-unmute-icon" aria-label="Unmute">
                            ` + framed(28, drawn(drawnSound)) + `
                        </button>
                        <button class="kg-video-mute-icon kg-video-hide" aria-label="Mute">
                            ` + framed(28, drawn(drawnSilent)) + `
                        </button>
                        <input type="range" class="kg-video-volume-slider" max="100" value="100">
                    </div>
                </div>
            </div>
            `
)

// framed is the drawing of a button of the film player, indented by so many blanks.
func framed(indent int, drawings ...string) string {
	start := "\n" + strings.Repeat(" ", indent)
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">` + start + "    " + strings.Join(drawings, start+"    ") + start + `</svg>`
}

// nothing is a picture of one point that is not seen: the poster of every film, so that
// its background shows.
const nothing = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

// cardVideo writes a film with its player. Its thumbnail is a background, over which it
// is shown in the sides' ratio, 16 to 9 where they are not known.
func cardVideo(r *renderer, n node) string {
	if n.blank("src") {
		return ""
	}
	caption := n.str("caption")
	thumbnail, custom := n.str("thumbnailSrc"), n.str("customThumbnailSrc")
	shown := thumbnail
	if custom != "" {
		shown = custom
	}
	w := r.writer().put("<figure").attr("class", "kg-card kg-video-card kg-width-"+n.strOr("cardWidth", "regular")+chosen(caption != "", " kg-card-hascaption"))
	w.thumbnails(thumbnail, custom)
	w.put(`>
            <div class="kg-video-container">
                <video`).attr("src", n.str("src")).put(` poster="`, nothing, `"`)
	w.attr("width", n.nullable("width")).attr("height", n.nullable("height"))
	w.when(n.truthy("loop"), ` loop="" autoplay="" muted=""`)
	w.put(` playsinline="" preload="metadata"`)
	w.attr("style", "aspect-ratio: "+ratio(n)+"; background: transparent url('"+r.background(shown)+"') 50% 50% / cover no-repeat;")
	w.put(filmBefore, chosen(n.truthy("loop"), " kg-video-hide"), filmBetween, minutes(n.num("duration")), filmBehind)
	if caption != "" {
		w.put("<figcaption>").html(caption).put("</figcaption>")
	}
	return w.put(`
        </figure>`).card()
}

// thumbnails writes the two addresses of thumbnails, which Ghost writes without
// quotation marks: a missing one takes the word behind it, and of one with blanks only
// the first word is kept, the others being attributes.
func (w *writer) thumbnails(thumbnail, custom string) {
	const first, second = "data-kg-thumbnail", "data-kg-custom-thumbnail"
	for _, address := range []string{thumbnail, custom} {
		if !w.r.allowed("src", address) {
			return
		}
	}
	if trim(thumbnail) != "" && !strings.ContainsAny(thumbnail+custom, " \t\n\f\r\"'<>=`") {
		w.attr(first, thumbnail).attr(second, custom)
		return
	}
	if strings.ContainsAny(thumbnail+custom, "<>'`") {
		w.set(first, thumbnail).set(second, custom)
		return
	}
	z := html.NewTokenizer(strings.NewReader("<figure class=x " + first + "=" + thumbnail + " " + second + "=" + custom + ">"))
	z.Next()
	for i, a := range z.Token().Attr {
		if i > 0 && !strings.HasPrefix(a.Key, "on") && a.Key != "style" && a.Key != "class" && a.Key != "id" {
			w.set(a.Key, a.Val)
		}
	}
}

// ratio is a film's sides as CSS writes their ratio.
func ratio(n node) string {
	width, _ := n["width"].(float64)
	height, _ := n["height"].(float64)
	if width > 0 && height > 0 {
		return number(width) + " / " + number(height)
	}
	return "16 / 9"
}

// minutes shows seconds as minutes and seconds.
func minutes(seconds float64) string {
	whole := math.Floor(seconds / 60)
	return fmt.Sprintf("%s:%02.0f", number(whole), math.Floor(seconds-whole*60))
}

// download is the drawing beside a file.
const download = `<div class="kg-file-card-icon"><svg viewBox="0 0 24 24"><defs><style>.a{fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round;stroke-width:1.5px;}</style></defs><title>download-circle</title><polyline class="a" points="8.25 14.25 12 18 15.75 14.25"></polyline><line class="a" x1="12" y1="6.75" x2="12" y2="18"></line><circle class="a" cx="12" cy="12" r="11.25"></circle></svg></div>`

// cardFile writes a link to a file with its name and size.
func cardFile(r *renderer, n node) string {
	if n.blank("src") {
		return ""
	}
	w := r.writer().put(`<div class="kg-card kg-file-card"><a class="kg-file-card-container"`).set("href", n.str("src"))
	w.put(` title="Download" download=""><div class="kg-file-card-contents"><div class="kg-file-card-title">`).text(n.str("fileTitle"))
	w.put(`</div><div class="kg-file-card-caption">`).text(n.str("fileCaption"))
	w.put(`</div><div class="kg-file-card-metadata"><div class="kg-file-card-filename">`).text(n.str("fileName"))
	w.put(`</div><div class="kg-file-card-filesize">`, bytesShown(n.num("fileSize")))
	return w.put("</div></div></div>", download, "</a></div>").card()
}

// bytesShown is a size in whole units of 1024.
func bytesShown(bytes float64) string {
	if bytes < 1 || math.IsNaN(bytes) {
		return "0 Byte"
	}
	units := []string{"Bytes", "KB", "MB", "GB", "TB"}
	i := int(math.Floor(math.Log(bytes) / math.Log(1024)))
	i = min(i, len(units)-1)
	return number(rounded(bytes/math.Pow(1024, float64(i)))) + " " + units[i]
}
