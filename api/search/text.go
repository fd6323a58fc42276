// Texts as the index takes them: words and spaces and nothing else, the same for what
// is indexed and what is looked for.

package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxText is how many bytes of one text are indexed: a long book's chapter. A document
// stays far below the megabyte that PostgreSQL allows its words.
const maxText = 100_000

// maxBeginning is how many bytes of a text are kept to show an excerpt of.
const maxBeginning = 1_000

const zeroWidthSpace = 0x200b

// words is a text in lower case with a space for whatever is neither letter, digit
// nor accent. Letters that only look different (ﬁ, ½) are spelt out.
func words(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		between := true
		for _, r := range norm.NFKC.String(cut(text, maxText)) {
			switch {
			case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
				b.WriteRune(unicode.ToLower(r))
				between = false
			case unicode.Is(unicode.Cf, r) && r != zeroWidthSpace: // a soft hyphen, a direction
			case !between:
				b.WriteByte(' ')
				between = true
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// folded is words without accents: what titles are compared by.
func folded(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(words(text)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cut is at most so many bytes of a text, whole letters, without what PostgreSQL
// takes in no text.
func cut(text string, most int) string {
	if len(text) > most {
		text = text[:most]
		for len(text) > 0 && text[len(text)-1]&0xc0 == 0x80 {
			text = text[:len(text)-1]
		}
		if len(text) > 0 && text[len(text)-1] >= 0xc0 {
			text = text[:len(text)-1]
		}
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}
