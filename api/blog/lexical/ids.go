// Ids of headings.

package lexical

import (
	"strconv"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// id is the id of a heading with that text: a name for addresses, with a number behind
// it where the document has it already.
func (r *renderer) id(text string) string {
	name := slug(text)
	id := name
	if n, ok := r.ids[name]; ok {
		id += "-" + strconv.Itoa(n)
	}
	r.ids[name]++
	return id
}

// slug is Ghost's slugify: small letters, no symbols, dashes for blanks, and whatever is
// not ASCII percent-encoded.
func slug(text string) string {
	text = lower(trim(text))
	var b strings.Builder
	blank := false
	for _, c := range text {
		switch {
		case strings.ContainsRune("[]!\"#$%&'()*+,./:;<=>?@\\^_{|}~", c):
		case isSpace(c):
			if !blank {
				b.WriteByte('-')
			}
			blank = true
		default:
			b.WriteRune(c)
			blank = false
		}
	}
	return component(dashes(b.String()))
}

// lower is JavaScript's toLowerCase, which knows the sigma at a word's end.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return cases.Lower(language.Und).String(s)
		}
	}
	return strings.ToLower(s)
}

// dashes is replace(/^-|-{2,}|-$/g, ”).
func dashes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '-' {
			b.WriteByte(s[i])
			i++
			continue
		}
		j := i
		for j < len(s) && s[j] == '-' {
			j++
		}
		switch {
		case i == 0:
			// The first dash goes by itself, and what is left of the run by the rules for others.
			if rest := j - 1; rest == 1 && j < len(s) {
				b.WriteByte('-')
			}
		case j-i == 1 && j < len(s):
			b.WriteByte('-')
		}
		i = j
	}
	return b.String()
}

// component is encodeURIComponent.
func component(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.!~*'()", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
