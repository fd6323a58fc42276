// Smaller images from one: read, turned upright, scaled and written as WebP.

package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	"github.com/gen2brain/webp"
	scaler "golang.org/x/image/draw"
	webpreader "golang.org/x/image/webp"

	"rose-ash.com/roseash/api/shared/urls"
)

const (
	// maxConverted is how many pixels an image may have to be read whole; more
	// are stored and shown as they came. A camera's 24 megapixels are below, and
	// the worst file of that size takes some 400 MB.
	maxConverted = 25_000_000
	// quality is libwebp's; its own default of 75 shows in skies.
	quality = 80
)

// converted is an image in one of the widths. A nil body means the image's own
// bytes: nothing smaller shows it as well.
type converted struct {
	width int // one of urls.ImageWidths; the image is no wider than its source
	kind  kind
	body  []byte
}

// convert makes every width of an image of pixels. What cannot be read, moves,
// or is too large stands for itself in all of them: that depends on the bytes
// alone, so that it need not be tried again.
func convert(data []byte, is looks) []converted {
	var list []converted
	for _, width := range urls.ImageWidths() {
		list = append(list, converted{width: width, kind: is.kind})
	}
	widest := min(list[len(list)-1].width, is.width)
	base, err := read(data, is, widest)
	if err != nil {
		return list
	}
	icc := profile(data, is.kind)
	for i := len(list) - 1; i >= 0; i-- {
		to := &list[i]
		if i < len(list)-1 && to.width >= is.width {
			to.kind, to.body = list[i+1].kind, list[i+1].body
			continue
		}
		m := base
		if to.width < widest {
			m = image.NewRGBA(image.Rect(0, 0, to.width, heightOf(is, to.width)))
			scaler.CatmullRom.Scale(m, m.Rect, base, base.Rect, draw.Src, nil)
		}
		drawn := is.kind == kindPNG && m.Rect.Dx() == is.width
		if body, err := write(m, drawn, icc); err == nil && len(body) < len(data) {
			to.kind, to.body = kindWebP, body
		}
	}
	return list
}

// heightOf is the height of an image at a width.
func heightOf(is looks, width int) int { return max(1, (is.height*width+is.width/2)/is.width) }

// read is an image, upright and at a width.
func read(data []byte, is looks, width int) (*image.RGBA, error) {
	if is.width*is.height > maxConverted {
		return nil, errors.New("media: too many pixels")
	}
	source, err := pixels(data, is.kind)
	if err != nil {
		return nil, err
	}
	turn := orientation(data, is.kind)
	room := image.Rect(0, 0, width, heightOf(is, width))
	if turn >= 5 {
		room = image.Rect(0, 0, room.Dy(), room.Dx())
	}
	m := image.NewRGBA(room)
	if room.Size() == source.Bounds().Size() {
		draw.Draw(m, room, source, source.Bounds().Min, draw.Src)
	} else {
		scaler.CatmullRom.Scale(m, room, source, source.Bounds(), draw.Src, nil)
	}
	return upright(m, turn), nil
}

// pixels reads an image whole.
func pixels(data []byte, k kind) (m image.Image, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("media: the reader broke down: %v", fault)
		}
	}()
	switch k {
	case kindPNG:
		return png.Decode(bytes.NewReader(data))
	case kindJPEG:
		return jpeg.Decode(bytes.NewReader(data))
	case kindWebP:
		m, err := webpreader.Decode(bytes.NewReader(data))
		return fullRange(m), err
	}
	return nil, fmt.Errorf("media: no reader for %s", k)
}

// fullRange spreads the colours of a lossy WebP. It keeps them between 16 and
// 235 (240 for colour differences), and Go reads them as JPEG's 0 to 255, so that
// black would be grey.
func fullRange(m image.Image) image.Image {
	var y *image.YCbCr
	switch m := m.(type) {
	case *image.YCbCr:
		y = m
	case *image.NYCbCrA:
		y = &m.YCbCr
	default:
		return m
	}
	var luma, chroma [256]byte
	for i := range 256 {
		luma[i] = byte(min(max((float64(i)-16)*255/219+0.5, 0), 255))
		chroma[i] = byte(min(max((float64(i)-128)*255/224+128.5, 0), 255))
	}
	for i, v := range y.Y {
		y.Y[i] = luma[v]
	}
	for i, v := range y.Cb {
		y.Cb[i] = chroma[v]
	}
	for i, v := range y.Cr {
		y.Cr[i] = chroma[v]
	}
	return m
}

// write makes a WebP. A drawing keeps every pixel where that takes little more
// room: its edges show it.
func write(m *image.RGBA, drawing bool, icc []byte) (body []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("media: the writer broke down: %v", fault)
		}
	}()
	// The writer takes colours that are not multiplied with their opacity. Where
	// nothing is transparent the bytes are the same.
	plain := &image.NRGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
	if !m.Opaque() {
		plain = image.NewNRGBA(m.Rect)
		draw.Draw(plain, plain.Rect, m, m.Rect.Min, draw.Src)
	}
	var lossy, exact bytes.Buffer
	if err := webp.Encode(&lossy, plain, webp.Options{Quality: quality, Method: webp.DefaultMethod}); err != nil {
		return nil, err
	}
	body = lossy.Bytes()
	if drawing {
		if err := webp.Encode(&exact, plain, webp.Options{Quality: quality, Method: webp.DefaultMethod, Lossless: true}); err != nil {
			return nil, err
		}
		if exact.Len() < lossy.Len()*3/2 {
			body = exact.Bytes()
		}
	}
	return withProfile(body, icc, m.Rect.Dx(), m.Rect.Dy()), nil
}
