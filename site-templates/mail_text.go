// How a mail is put together, and its form as text.

package site

import (
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// textWidth is in characters; quoting a mail leaves it below 80.
const textWidth = 72

func (f MailFrame) mail(subject, title string) Mail {
	return Mail{Subject: subject, frame: f, title: title}
}

func (m *Mail) say(text string) { m.parts = append(m.parts, mailPart{text: text}) }

func (m *Mail) aside(text string) { m.parts = append(m.parts, mailPart{text: text, aside: true}) }

// button leads somewhere; without an address there is none.
func (m *Mail) button(text, url string) {
	if url != "" {
		m.parts = append(m.parts, mailPart{text: text, url: url})
	}
}

// until ends a sentence with a date, where there is one.
func (m *Mail) until(text, date string) {
	if date != "" {
		m.say(text + date + ".")
	}
}

// HTML is the mail as a page of its own: one column, one style sheet, no pictures.
func (m Mail) HTML() templ.Component { return mail(m) }

// Text is the mail for those who read text: wrapped, an address on a line of its own.
func (m Mail) Text() string {
	var b strings.Builder
	paragraph := func(text string) { b.WriteString(wrapped(text) + "\n\n") }
	paragraph(m.title)
	for _, p := range m.parts {
		switch {
		case p.url != "":
			paragraph(p.text + ":")
			paragraph(p.url)
		case p.code:
			b.WriteString("    " + p.text + "\n\n")
		case len(p.notes) > 0:
			b.WriteString(wrapped(p.text) + "\n")
			for _, note := range p.notes {
				b.WriteString(wrapped(note) + "\n")
			}
			b.WriteString("\n")
		default:
			paragraph(p.text)
		}
	}
	b.WriteString("-- \n" + m.frame.Site + "\n" + m.frame.HomeURL + "\n")
	return b.String()
}

// wrapped breaks a paragraph between words; a word that is too long stays whole.
func wrapped(text string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case width+1+n > textWidth:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String()
}

// preview is what lists of mail show beside the subject.
func (m Mail) preview() string {
	for _, p := range m.parts {
		if p.url == "" && !p.code && !p.choice {
			return p.text
		}
	}
	return m.title
}
