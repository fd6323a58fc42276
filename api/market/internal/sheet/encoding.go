// In which encoding a file came.

package sheet

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Encoding is how the characters of a file were written.
type Encoding string

// The encodings that spreadsheets write.
const (
	UTF8        Encoding = "utf-8"
	UTF16       Encoding = "utf-16"
	Windows1252 Encoding = "windows-1252"
)

// text is the file's characters. A byte order mark decides; without one, what is not
// UTF-8 is Windows-1252 (which nothing contradicts), unless there is more in it that
// is UTF-8 than is not: then it is a damaged UTF-8, which rows tell.
func text(file []byte) (string, Encoding, error) {
	switch {
	case bytes.HasPrefix(file, []byte("\xEF\xBB\xBF")):
		return string(file[3:]), UTF8, nil
	case bytes.HasPrefix(file, []byte("\xFF\xFE")), bytes.HasPrefix(file, []byte("\xFE\xFF")):
		return decoded(file, UTF16, unicode.UTF16(unicode.BigEndian, unicode.UseBOM))
	case utf8.Valid(file) || damaged(file):
		return string(file), UTF8, nil
	}
	return decoded(file, Windows1252, charmap.Windows1252)
}

func decoded(file []byte, name Encoding, from encoding.Encoding) (string, Encoding, error) {
	raw, err := from.NewDecoder().Bytes(file)
	return string(raw), name, err
}

// damaged tells that more sequences of several bytes are UTF-8 than are not.
func damaged(file []byte) bool {
	good, bad := 0, 0
	for len(file) > 0 {
		r, size := utf8.DecodeRune(file)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		file = file[size:]
	}
	return good > bad
}
