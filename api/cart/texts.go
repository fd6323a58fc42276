// What people write: notes for the shop.

package cart

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of texts, in characters; the operations and the database have them too.
const (
	maxNote     = 1000
	maxLineNote = 500
	maxName     = 400
)

// checkText refuses a text that is too long or has characters that do nothing but harm:
// controls other than the end of a line.
func checkText(location, text string, most int) error {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		return invalid(location, "is too long")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }) {
		return invalid(location, "has characters that cannot be shown")
	}
	return nil
}

// cut is the beginning of a text, of so many characters at the most.
func cut(text string, most int) string {
	n := 0
	for i := range text {
		if n == most {
			return text[:i]
		}
		n++
	}
	return text
}

// joined keeps two notes, the first whole and of the second what there is room for.
func joined(a, b string, most int) string {
	if b == "" || strings.Contains(a, b) {
		return a
	}
	if a == "" {
		return cut(b, most)
	}
	return cut(a+"\n"+b, most)
}
