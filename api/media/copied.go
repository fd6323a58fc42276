// Pictures that are copied and not sent here: the formats that need no decoder of ours,
// because they are shown in their own size only.

package media

import (
	"bytes"
	"encoding/binary"
	"image/png"

	"rose-ash.com/roseash/api/shared/problem"
)

// inspectCopied is inspect for icons and AVIF as well.
func inspectCopied(data []byte, k kind) (looks, error) {
	var is looks
	switch k {
	case kindAVIF:
		is = avifSize(data)
	case kindICO:
		is = iconSize(data)
	default:
		return inspect(data)
	}
	if is.width < 1 || is.height < 1 {
		return looks{}, problem.Unprocessable("the image cannot be read").WithCode("unreadable_image")
	}
	return is, checkPixels(is.width, is.height)
}

// checkPixels refuses images that are too large to draw.
func checkPixels(width, height int) error {
	if width > maxSide || height > maxSide || width*height > maxPixels {
		return problem.Unprocessable("the image has more than 40 megapixels").WithCode("too_many_pixels")
	}
	return nil
}

// avifSize is the largest of the sizes that the properties "ispe" name (ISO 23008-12
// 6.5.3): tiles have some of their own.
func avifSize(data []byte) looks {
	is := looks{kind: kindAVIF}
	for {
		at := bytes.Index(data, []byte("ispe"))
		if at < 0 || at+16 > len(data) {
			return is
		}
		is.width = max(is.width, int(binary.BigEndian.Uint32(data[at+8:])))
		is.height = max(is.height, int(binary.BigEndian.Uint32(data[at+12:])))
		data = data[at+16:]
	}
}

// iconSize is the size of an icon's largest picture, which may be a PNG of any size; zero
// where one of its pictures is not in the file.
func iconSize(data []byte) looks {
	is := looks{kind: kindICO}
	if len(data) < 6 {
		return is
	}
	for i := range int(binary.LittleEndian.Uint16(data[4:])) {
		at := 6 + 16*i
		if at+16 > len(data) {
			return looks{}
		}
		width, height := (int(data[at])+255)%256+1, (int(data[at+1])+255)%256+1
		length, from := int64(binary.LittleEndian.Uint32(data[at+8:])), int64(binary.LittleEndian.Uint32(data[at+12:]))
		if length == 0 || from+length > int64(len(data)) {
			return looks{}
		}
		if picture := data[from : from+length]; sniff(picture) == kindPNG {
			c, err := png.DecodeConfig(bytes.NewReader(picture))
			if err != nil {
				return looks{}
			}
			width, height = c.Width, c.Height
		}
		is.width, is.height = max(is.width, width), max(is.height, height)
	}
	return is
}
