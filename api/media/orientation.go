// Which way up a photograph is. A camera stores what its sensor saw and says
// beside it how it was held (Exif 2.32, tag 0x0112); browsers turn it, so that
// its size and what is made of it must be turned too.

package media

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is 1 to 8: 1 as it is stored, 2 to 4 mirrored or upside down, from
// 5 on with width and height changed round. Only JPEG is asked, and whatever is
// not understood is 1.
func orientation(data []byte, k kind) int {
	if k != kindJPEG {
		return 1
	}
	upright := 1
	segments(data, func(marker byte, body []byte) bool {
		tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker != 0xe1 || !ok {
			return true
		}
		upright = tiffOrientation(tiff)
		return false
	})
	return upright
}

// segments visits those before the picture itself, until visit has seen enough.
func segments(jpeg []byte, visit func(marker byte, body []byte) bool) {
	rest := jpeg[min(2, len(jpeg)):]
	for len(rest) >= 4 && rest[0] == 0xff {
		marker := rest[1]
		if marker == 0xff { // padding
			rest = rest[1:]
			continue
		}
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xda || marker == 0xd9 || length < 2 || 2+length > len(rest) {
			return
		}
		if !visit(marker, rest[4:2+length]) {
			return
		}
		rest = rest[2+length:]
	}
}

// tiffOrientation reads the first directory of Exif's TIFF.
func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		const tag, short = 0x0112, 3
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// upright turns an image as its orientation says.
func upright(m *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	turned := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		turned = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var to int
			switch orientation {
			case 2: // mirrored
				to = turned.PixOffset(w-1-x, y)
			case 3: // upside down
				to = turned.PixOffset(w-1-x, h-1-y)
			case 4:
				to = turned.PixOffset(x, h-1-y)
			case 5: // mirrored and lying on its side
				to = turned.PixOffset(y, x)
			case 6: // to be turned clockwise
				to = turned.PixOffset(h-1-y, x)
			case 7:
				to = turned.PixOffset(h-1-y, w-1-x)
			case 8: // to be turned counter-clockwise
				to = turned.PixOffset(y, w-1-x)
			}
			from := m.PixOffset(x, y)
			copy(turned.Pix[to:to+4], m.Pix[from:from+4])
		}
	}
	return turned
}
