// The colours that a photograph means: telephones store more of them than sRGB
// has and say so in an ICC profile, which goes with the image.

package media

import (
	"bytes"
	"encoding/binary"
)

// maxProfile is how long a profile may be; those of cameras have some 600 bytes.
const maxProfile = 32 << 10

// profile is the ICC profile of a JPEG (ICC.1:2022 annex B.4) whose colours are
// red, green and blue; nil where there is none. Other images are taken as sRGB.
func profile(data []byte, k kind) []byte {
	if k != kindJPEG {
		return nil
	}
	var icc []byte
	next := byte(1)
	segments(data, func(marker byte, body []byte) bool {
		part, ok := bytes.CutPrefix(body, []byte("ICC_PROFILE\x00"))
		if marker != 0xe2 || !ok || len(part) < 2 {
			return true
		}
		if part[0] != next || len(icc)+len(part) > maxProfile { // out of order, or no profile of a photograph
			icc = nil
			return false
		}
		next++
		icc = append(icc, part[2:]...)
		return part[0] < part[1]
	})
	if len(icc) < 128 || string(icc[16:20]) != "RGB " || string(icc[36:40]) != "acsp" {
		return nil
	}
	return icc
}

// withProfile puts a profile into a still WebP of a size (RFC 9649 section 2.7);
// the WebP as it is where there is none.
func withProfile(file, icc []byte, width, height int) []byte {
	if len(icc) == 0 || len(file) < 20 || string(file[:4]) != "RIFF" {
		return file
	}
	const hasProfile, hasAlpha = 1 << 5, 1 << 4
	chunks, flags := file[12:], byte(hasProfile)
	switch string(chunks[:4]) {
	case "VP8X":
		if len(chunks) < 18 {
			return file
		}
		flags |= chunks[8]
		chunks = chunks[18:]
	case "VP8L":
		if len(chunks) >= 13 && chunks[12]&(1<<4) != 0 {
			flags |= hasAlpha
		}
	}
	extended := make([]byte, 10)
	extended[0] = flags
	put24(extended[4:], width-1)
	put24(extended[7:], height-1)
	out := append([]byte("RIFF\x00\x00\x00\x00WEBP"), chunk("VP8X", extended)...)
	out = append(out, chunk("ICCP", icc)...)
	out = append(out, chunks...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

// chunk is a part of a RIFF file, of even length.
func chunk(name string, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
	out = append(out, body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func put24(to []byte, n int) { to[0], to[1], to[2] = byte(n), byte(n>>8), byte(n>>16) }
