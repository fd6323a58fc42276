// Properties of an event.

package icsread

import (
	"regexp"
	"strings"
	"unicode"

	goical "github.com/emersion/go-ical"

	"rose-ash.com/roseash/api/shared/ical"
)

// component is an event whose lines have been decoded.
type component struct {
	*raw
	props goical.Props
}

// once are the properties that an event has at most once (RFC 5545 section 3.6.1).
var once = []string{"UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "SEQUENCE", "LAST-MODIFIED", "SUMMARY", "STATUS", "CLASS"}

// decode reads the lines of an event. They have been checked, so that the decoder, which
// panics on some that are broken, has none of these.
func decode(r *raw) (component, *Fault) {
	if fault := r.check(); fault != nil {
		return component{}, fault
	}
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")
	for _, l := range r.lines {
		b.WriteString(strings.NewReplacer("\r", "", "\n", "").Replace(l.text))
		b.WriteString("\r\n")
	}
	b.WriteString("END:VEVENT\r\nEND:VCALENDAR\r\n")
	calendar, err := goical.NewDecoder(strings.NewReader(b.String())).Decode()
	if err != nil || len(calendar.Children) != 1 {
		return component{}, &Fault{r.line, "malformed_line"}
	}
	c := component{r, calendar.Children[0].Props}
	for _, name := range once {
		if len(c.props[name]) > 1 {
			return component{}, c.fault(name, "repeated_property")
		}
	}
	return c, nil
}

// fault is one about a property.
func (c component) fault(property, code string) *Fault {
	for _, l := range c.lines {
		if name := l.text[:strings.IndexAny(l.text+":", ";:")]; strings.EqualFold(name, property) {
			return &Fault{l.number, code}
		}
	}
	return &Fault{c.line, code}
}

// text is a TEXT value, unescaped as far as it is escaped; empty where there is none.
func (c component) text(name string) string {
	p := c.props.Get(name)
	if p == nil {
		return ""
	}
	return clean(unescape(p.Value))
}

// word is the value of a property that is one word, in capitals.
func (c component) word(name string) string {
	if p := c.props.Get(name); p != nil {
		return strings.ToUpper(strings.TrimSpace(p.Value))
	}
	return ""
}

func unescape(value string) string {
	if !strings.Contains(value, `\`) {
		return value
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' || i+1 == len(value) {
			b.WriteByte(value[i])
			continue
		}
		i++
		switch value[i] {
		case 'n', 'N':
			b.WriteByte('\n')
		case '\\', ';', ',', ':', '"':
			b.WriteByte(value[i])
		default: // not escaped at all
			b.WriteString(value[i-1 : i+1])
		}
	}
	return b.String()
}

// clean drops controls, and the characters that turn the direction of what follows.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// cut shortens a text to so many characters.
func cut(text string, most int) (short string, wasCut bool) {
	n := 0
	for i := range text {
		if n == most-1 && len([]rune(text[i:])) > 1 {
			return text[:i] + "…", true
		}
		n++
	}
	return text, false
}

// tags are what programs that write descriptions in HTML have in them.
var tags = regexp.MustCompile(`(?i)</?(p|br|div|a|b|i|u|ul|ol|li|span|strong|em|h[1-6]|html-blob)(\s[^<>]*)?/?>`)

// description is the text of an event as Markdown that reads the same.
func description(text string, most int) (markdown string, wasCut bool) {
	if tags.MatchString(text) {
		text = ical.PlainText(text)
	}
	text, wasCut = cut(strings.TrimSpace(text), most)
	var b strings.Builder
	blank := 0
	for text := range strings.SplitSeq(text, "\n") {
		text = strings.TrimSpace(text)
		if text == "" {
			blank++
			continue
		}
		switch {
		case b.Len() > 0 && blank > 0:
			b.WriteString("\n\n")
		case b.Len() > 0:
			b.WriteString("\\\n")
		}
		blank = 0
		b.WriteString(literal(text))
	}
	return b.String(), wasCut
}

var (
	address = regexp.MustCompile(`^https?://[^\s<>"'\\` + "`" + `]+$`)
	marker  = regexp.MustCompile(`^(\d{1,9})([.)])`)
)

// literal is a line that Markdown is to show as it stands.
func literal(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if address.MatchString(word) {
			words[i] = "<" + word + ">"
			continue
		}
		var b strings.Builder
		for _, r := range word {
			if strings.ContainsRune("\\`*_[]<>#|~&!$", r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		words[i] = b.String()
	}
	text = strings.Join(words, " ")
	if strings.ContainsAny(text[:1], "+-=") {
		text = `\` + text
	}
	return marker.ReplaceAllString(text, `$1\$2`)
}
