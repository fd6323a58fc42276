// Content lines: escaping, folding, and values of their types.

package ical

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxLine is how many octets a line has at most, its end not counted (RFC 5545 section 3.1).
const maxLine = 75

// writer builds a file line by line.
type writer struct{ file []byte }

// line writes a content line whose value is spelled as it is to stand there: value has no line
// ends and no controls, which text, uri and the formats of this file see to.
func (w *writer) line(name, value string) {
	room := maxLine
	for _, part := range [...]string{name, ":", value} {
		for len(part) > room {
			cut := room
			for cut > 0 && !utf8.RuneStart(part[cut]) {
				cut--
			}
			w.file = append(w.file, part[:cut]...)
			w.file = append(w.file, "\r\n "...)
			part, room = part[cut:], maxLine-1
		}
		w.file = append(w.file, part...)
		room -= len(part)
	}
	w.file = append(w.file, "\r\n"...)
}

// text writes a TEXT value; an empty one is left out.
func (w *writer) text(name, value string) {
	if value = escape(value); value != "" {
		w.line(name, value)
	}
}

// uri writes an address; one that is empty, or cannot stand in a line, is left out.
func (w *writer) uri(name, value string) {
	if plainURI(value) {
		w.line(name, value)
	}
}

// plainURI tells whether an address is absolute and made of visible ASCII.
func plainURI(value string) bool {
	for i := range len(value) {
		if value[i] <= ' ' || value[i] >= 0x7f {
			return false
		}
	}
	return strings.Contains(value, ":") && len(value) <= 2000
}

// clean is text as a file can have it: line ends of every kind are "\n", the other controls
// are dropped, and what is no UTF-8 is a replacement character. U+0085, U+2028 and U+2029 are
// line ends too, since some programs cut a file's lines there.
func clean(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i, r := range text {
		switch {
		case r == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case r == '\r', r == '\n', r == '\u0085', r == '\u2028', r == '\u2029':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteByte('\t')
		case r < ' ', r >= 0x7f && r < 0xa0, r == '\ufeff':
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain tells whether a text is printable ASCII and line feeds.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '\n' && (c < ' ' || c >= 0x7f) {
			return false
		}
	}
	return true
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// escape is a TEXT value (RFC 5545 section 3.3.11).
func escape(text string) string { return escapes.Replace(clean(text)) }

// quoted is a parameter's value in quotes; those have no quotes, controls or line ends in them
// (RFC 5545 section 3.2).
func quoted(value string) string {
	value = strings.NewReplacer(`"`, "'", "\n", " ", "\t", " ").Replace(clean(value))
	return `"` + value + `"`
}

const (
	dateForm = "20060102"
	wallForm = "20060102T150405"
	utcForm  = "20060102T150405Z"
)

// duration writes a DURATION in the largest units that it is made of.
func duration(d time.Duration) string {
	seconds := int64(d / time.Second)
	if seconds%86400 == 0 && seconds > 0 {
		return "P" + strconv.FormatInt(seconds/86400, 10) + "D"
	}
	s := "PT"
	for _, unit := range [...]struct {
		of   int64
		name string
	}{{3600, "H"}, {60, "M"}, {1, "S"}} {
		if n := seconds / unit.of; n > 0 || unit.of == 1 && s == "PT" {
			s += strconv.FormatInt(n, 10) + unit.name
		}
		seconds %= unit.of
	}
	return s
}

// offset writes a UTC-OFFSET of so many seconds east.
func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	s := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		s += fmt.Sprintf("%02d", seconds%60)
	}
	return s
}
