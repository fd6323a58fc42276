// The kinds of files that are kept beside images that are sent here: what a file is, told by
// its beginning, and how it may be served.

package media

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kinds of files that are only copied. Browsers show pictures, sound and film; everything
// else is offered for keeping.
const (
	kindAVIF kind = "image/avif"
	kindICO  kind = "image/x-icon"

	kindMP3  kind = "audio/mpeg"
	kindM4A  kind = "audio/mp4"
	kindOgg  kind = "audio/ogg"
	kindWAV  kind = "audio/wav"
	kindFLAC kind = "audio/flac"
	kindAAC  kind = "audio/aac"

	kindMP4  kind = "video/mp4"
	kindWebM kind = "video/webm"
	kindOgv  kind = "video/ogg"
	kindMOV  kind = "video/quicktime"

	kindPDF kind = "application/pdf"
	// kindBytes is whatever has no kind that is known to be harmless.
	kindBytes kind = "application/octet-stream"

	// What must not be taken for another file; neither is kept under this name.
	kindHTML kind = "text/html"
	kindXML  kind = "text/xml"
)

// copiedEndings are the names' endings of kinds that say it themselves.
var copiedEndings = map[kind]string{
	kindAVIF: ".avif", kindICO: ".ico",
	kindMP3: ".mp3", kindM4A: ".m4a", kindOgg: ".ogg", kindWAV: ".wav", kindFLAC: ".flac", kindAAC: ".aac",
	kindMP4: ".mp4", kindWebM: ".webm", kindOgv: ".ogv", kindMOV: ".mov", kindPDF: ".pdf",
}

// Kinds that look alike from their beginning are told by the name that a file had.
var (
	zipKinds = map[string]kind{
		".zip": "application/zip", ".epub": "application/epub+zip",
		".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
		".odt":  "application/vnd.oasis.opendocument.text",
		".ods":  "application/vnd.oasis.opendocument.spreadsheet",
		".odp":  "application/vnd.oasis.opendocument.presentation",
	}
	gzipKinds = map[string]kind{".gz": "application/gzip", ".tgz": "application/gzip"}
	textKinds = map[string]kind{
		".txt": "text/plain", ".csv": "text/csv", ".md": "text/markdown", ".ics": "text/calendar", ".vtt": "text/vtt",
		".json": "application/json",
	}
)

// keptEndings are those that files keep of which nothing else is known, so that whoever has
// saved one can open it. None of them is run by a browser.
var keptEndings = strings.Fields(`.txt .md .csv .json .ics .vtt .srt .log .bib .tex .vcf .sql .yaml .yml .toml
	.rtf .doc .xls .ppt .docx .xlsx .pptx .odt .ods .odp .key .pages .numbers .epub .mobi .azw3 .ps .eps .ai .psd
	.gpx .kml .kmz .stl .obj .glb .ttf .otf .woff .woff2 .zip .gz .tgz .tar .bz2 .xz .zst .7z .rar .iso .dmg .apk
	.aif .aiff .mid .mka .mkv .avi .wmv .amr .heic .heif .tif .tiff .bmp`)

// isPicture tells the kinds that an img element shows.
func (k kind) isPicture() bool { return strings.HasPrefix(string(k), "image/") }

// isPlayed tells sound and film.
func (k kind) isPlayed() bool {
	return strings.HasPrefix(string(k), "audio/") || strings.HasPrefix(string(k), "video/")
}

// contentType is what a file of the kind is served as.
func (k kind) contentType() string {
	if strings.HasPrefix(string(k), "text/") {
		return string(k) + "; charset=utf-8"
	}
	return string(k)
}

// sniffFile tells the kind of a file by its beginning, and by its name where several kinds
// begin alike. It is kindHTML and kindXML for those, kindBytes where nothing is known.
func sniffFile(head []byte, name string) kind {
	ending := strings.ToLower(path.Ext(name))
	if k := sniff(head); k != "" {
		return k
	}
	if k := sniffBinary(head, ending); k != "" {
		return k
	}
	if len(head) == 0 || bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(wholeRunes(head)) {
		return kindBytes
	}
	switch is, _, _ := strings.Cut(http.DetectContentType(head), ";"); kind(is) {
	case kindHTML, kindXML:
		return kind(is)
	}
	if k, ok := textKinds[ending]; ok {
		return k
	}
	return kindBytes
}

func sniffBinary(head []byte, ending string) kind {
	begins := func(with string) bool { return bytes.HasPrefix(head, []byte(with)) }
	known := func(in map[string]kind) kind {
		if k, ok := in[ending]; ok {
			return k
		}
		return kindBytes
	}
	switch {
	case begins("\x00\x00\x01\x00"):
		return kindICO
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return sniffISO(head, ending)
	case begins("ID3"), isMP3(head):
		return kindMP3
	case begins("\xff\xf1"), begins("\xff\xf9"):
		return kindAAC
	case begins("fLaC"):
		return kindFLAC
	case len(head) >= 12 && begins("RIFF") && string(head[8:12]) == "WAVE":
		return kindWAV
	case begins("OggS") && bytes.Contains(head, []byte("\x80theora")):
		return kindOgv
	case begins("OggS"):
		return kindOgg
	case begins("\x1a\x45\xdf\xa3") && bytes.Contains(head[:min(len(head), 64)], []byte("webm")):
		return kindWebM
	case begins("%PDF-"):
		return kindPDF
	case begins("PK\x03\x04"):
		return known(zipKinds)
	case begins("\x1f\x8b"):
		return known(gzipKinds)
	}
	return ""
}

// isMP3 tells the header of a frame of MPEG audio, layer III (ISO 11172-3 2.4.1.3).
func isMP3(head []byte) bool {
	return len(head) >= 4 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]>>3&3 != 1 && head[1]>>1&3 == 1 &&
		head[2]>>4 != 15 && head[2]>>2&3 != 3
}

// sniffISO tells the files of ISO 14496-12 by their brands.
func sniffISO(head []byte, ending string) kind {
	size := int(head[2])<<8 | int(head[3])
	brands := []string{string(head[8:12])}
	for at := 16; at+4 <= min(size, len(head)); at += 4 {
		brands = append(brands, string(head[at:at+4]))
	}
	switch major := brands[0]; {
	case slices.Contains(brands, "avif"), slices.Contains(brands, "avis"):
		return kindAVIF
	case major == "M4A ", major == "M4B ":
		return kindM4A
	case major == "qt  ":
		return kindMOV
	case strings.HasPrefix(major, "iso"), strings.HasPrefix(major, "mp4"), strings.HasPrefix(major, "M4V"),
		strings.HasPrefix(major, "3gp"), major == "avc1", major == "dash", major == "MSNV":
		if ending == ".m4a" || ending == ".m4b" {
			return kindM4A
		}
		return kindMP4
	}
	return kindBytes
}

// wholeRunes is a beginning of a text without the letter that was cut.
func wholeRunes(head []byte) []byte {
	for cut := 1; cut < utf8.UTFMax && cut <= len(head); cut++ {
		if utf8.RuneStart(head[len(head)-cut]) {
			if !utf8.FullRune(head[len(head)-cut:]) {
				return head[:len(head)-cut]
			}
			break
		}
	}
	return head
}

// endingOf is the ending under which a file of a kind is kept.
func endingOf(k kind, name string) string {
	if ending, ok := endings[k]; ok {
		return ending
	}
	if ending, ok := copiedEndings[k]; ok {
		return ending
	}
	ending := strings.ToLower(path.Ext(name))
	if slices.Contains(keptEndings, ending) {
		return ending
	}
	return ".bin"
}
