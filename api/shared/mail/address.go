// Whom mail can be sent to.

package mail

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrAddress says that a recipient is not one bare mailbox. It does not repeat it.
var ErrAddress = errors.New("mail: the recipient is not an e-mail address")

// maxAddress is the longest address that SMTP can carry (RFC 5321 section 4.5.3.1.3, without
// the angle brackets).
const maxAddress = 254

// CheckAddress fails with ErrAddress for what is not one mailbox as it stands (RFC 5321
// Mailbox): lists, names, comments, quoted parts and whatever has a space or a control
// character.
func CheckAddress(address string) error {
	if len(address) > maxAddress || !utf8.ValidString(address) ||
		strings.ContainsFunc(address, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) ||
		strings.ContainsAny(address, `"<>(),;:\[]`) {
		return ErrAddress
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address {
		return ErrAddress
	}
	return nil
}

// plain tells a text that can stand in a header: one line, nothing that is not shown.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, hidden)
}

// hidden tells characters that a reader does not see, but a mail program acts on: ends of
// lines, and what turns the order of letters round.
func hidden(r rune) bool { return r == '\u2028' || r == '\u2029' || unicode.Is(unicode.C, r) }

// line makes one line of a text, with single spaces where there was anything that is no
// letter of it.
func line(text string) string {
	text = strings.Map(func(r rune) rune {
		if hidden(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
