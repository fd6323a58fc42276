// The files that the posts of the export show.

package ghosttest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// PutMedia makes the files of the site that the posts of the export show: two pictures,
// a sound, a film and a document, each small and of its kind.
func (g *Ghost) PutMedia() {
	picture := Picture(1200, 800)
	g.PutFile("/content/images/2026/01/local.jpg", "image/jpeg", picture)
	g.PutFile("/content/media/2026/01/v_thumb.jpg", "image/jpeg", Picture(640, 360))
	g.PutFile("/content/media/2026/01/a.mp3", "audio/mpeg", Sound(40))
	g.PutFile("/content/media/2026/01/v.mp4", "video/mp4", Film())
	g.PutFile("/content/files/2026/01/a.pdf", "application/pdf",
		[]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"))
}

// Sound is so many MPEG frames of silence: 128 kbit/s, 44.1 kHz.
func Sound(frames int) []byte {
	return bytes.Repeat(append([]byte{0xff, 0xfb, 0x90, 0x64}, make([]byte, 413)...), frames)
}

// Film is an MP4 file without a picture in it.
func Film() []byte {
	return []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41\x00\x00\x00\x08mdat")
}

// Picture is a JPEG of the given width and height.
func Picture(width, height int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, color.RGBA{uint8(x * 255 / width), uint8(y * 255 / height), 120, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err) // it is written to memory
	}
	return b.Bytes()
}
