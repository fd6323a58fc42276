// What bytes are: their kind and size, from their beginning alone.

package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"rose-ash.com/roseash/api/shared/problem"
)

// kind is a media type that is kept.
type kind string

const (
	kindPNG  kind = "image/png"
	kindJPEG kind = "image/jpeg"
	kindWebP kind = "image/webp"
	kindGIF  kind = "image/gif"
	kindSVG  kind = "image/svg+xml"
)

var endings = map[kind]string{kindPNG: ".png", kindJPEG: ".jpg", kindWebP: ".webp", kindGIF: ".gif", kindSVG: ".svg"}

// Limits of a raster image, in pixels.
const (
	maxPixels = 40_000_000
	maxSide   = 32_767
)

// looks is what an image's header says: its size as it is shown.
type looks struct {
	kind          kind
	width, height int
}

var decoders = map[kind]func(io.Reader) (image.Config, error){
	kindPNG: png.DecodeConfig, kindJPEG: jpeg.DecodeConfig, kindGIF: gif.DecodeConfig, kindWebP: webpConfig,
}

// sniff tells the kind by the signature at the beginning; "" for none of ours.
func sniff(data []byte) kind {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return kindPNG
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return kindJPEG
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return kindGIF
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return kindWebP
	case looksLikeSVG(data):
		return kindSVG
	}
	return ""
}

// inspect reads an image's header and refuses what is not kept; see Put.
func inspect(data []byte) (looks, error) {
	k := sniff(data)
	if k == "" {
		return looks{}, problem.UnsupportedMedia("the body is none of PNG, JPEG, WebP, GIF and SVG")
	}
	if k == kindSVG {
		width, height, err := checkSVG(data)
		return looks{k, width, height}, err
	}
	c, err := decoders[k](bytes.NewReader(data))
	if err != nil || c.Width < 1 || c.Height < 1 {
		return looks{}, problem.Unprocessable("the image cannot be read").WithCode("unreadable_image")
	}
	if err := checkPixels(c.Width, c.Height); err != nil {
		return looks{}, err
	}
	if orientation(data, k) >= 5 {
		c.Width, c.Height = c.Height, c.Width
	}
	return looks{k, c.Width, c.Height}, nil
}

// webpConfig is webp.DecodeConfig for animations too, whose extended header
// (VP8X) has the canvas as two numbers of 24 bits less one.
func webpConfig(r io.Reader) (image.Config, error) {
	var head [30]byte
	n, err := io.ReadFull(r, head[:])
	const animated = 1 << 1
	if err == nil && string(head[12:16]) == "VP8X" && head[20]&animated != 0 {
		side := func(b []byte) int { return int(binary.LittleEndian.Uint32(append(b[:3:3], 0))) + 1 }
		return image.Config{Width: side(head[24:27]), Height: side(head[27:30])}, nil
	}
	return webp.DecodeConfig(io.MultiReader(bytes.NewReader(head[:n]), r))
}
