// What a mail server is given: the message with its headers.

package mail

import (
	netmail "net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// maxSubject is in characters; mail programs show less.
const maxSubject = 200

// message is a mail as MIME: text, and the same as HTML (RFC 2046 section 5.1.4). The
// Message-ID is the mail's own, so that one which had to be sent twice is known again.
// Auto-Submitted (RFC 3834 section 5) and its Exchange counterpart keep vacation notes away.
func message(mail uuid.UUID, from netmail.Address, to string, written time.Time, r Rendered) *gomail.Msg {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&from)
	m.ToMailAddress(&netmail.Address{Address: to})
	m.Subject(subject(r.Subject))
	m.SetDateWithValue(written)
	_, host, _ := strings.Cut(from.Address, "@")
	m.SetMessageIDWithValue(mail.String() + "@" + host)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetBodyString(gomail.TypeTextPlain, r.Text)
	if r.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, r.HTML)
	}
	return m
}

// subject is one line that is not too long. What looks like an encoded word (RFC 2047) is
// text too: the encoder would pass it on, and the reader's program decode it.
func subject(text string) string {
	text = strings.ReplaceAll(line(text), "=?", "= ?")
	if runes := []rune(text); len(runes) > maxSubject {
		return string(runes[:maxSubject-1]) + "…"
	}
	return text
}
