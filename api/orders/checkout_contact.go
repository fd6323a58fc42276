// Whom an order is for, and where it goes: what is typed, made fit to be stored.

package orders

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/problem"
)

// Contact is who orders. Whoever has signed in may leave out what their account says.
type Contact struct {
	Name  string `json:"name,omitempty" maxLength:"120" example:"Anna Ashdown" doc:"Needed of guests; of others the account's name where it is absent."`
	Email string `json:"email,omitempty" maxLength:"254" example:"anna@example.org" doc:"Where mail about the order goes. Needed of guests; of others the account's address where it is absent."`
	Phone string `json:"phone,omitempty" maxLength:"40" example:"01422 000000" doc:"For the shop to call, should something be amiss."`
}

// field refuses what one field holds.
func field(location, message string) *problem.Details {
	return problem.Unprocessable("the request does not fit its description").WithField(location, message)
}

// oneLine is a text with single spaces and none around it; false for what is no text of one
// line: ends of lines, and characters that are not shown but turn others round.
func oneLine(typed string) (string, bool) {
	if !utf8.ValidString(typed) {
		return "", false
	}
	for _, r := range typed {
		if unicode.Is(unicode.C, r) && r != '\t' || r == '\u2028' || r == '\u2029' {
			return "", false
		}
	}
	return strings.Join(strings.Fields(typed), " "), true
}

// lines is a text of any number of lines, without what is not shown; false for what is none.
func manyLines(typed string) (string, bool) {
	typed = strings.ReplaceAll(typed, "\r\n", "\n")
	if !utf8.ValidString(typed) || strings.ContainsFunc(typed, func(r rune) bool { return unicode.Is(unicode.C, r) && r != '\n' && r != '\t' }) {
		return "", false
	}
	return strings.TrimSpace(typed), true
}

// tidy is the contact as it is stored. It fails with 422 for each field at fault.
func (c Contact) tidy() (Contact, error) {
	var ok bool
	if c.Name, ok = oneLine(c.Name); !ok || c.Name == "" {
		return c, field("body.contact.name", "expected a name in one line")
	}
	c.Email = strings.TrimSpace(c.Email)
	if c.Email == "" || mail.CheckAddress(c.Email) != nil {
		return c, field("body.contact.email", "expected an e-mail address")
	}
	if c.Phone, ok = oneLine(c.Phone); !ok || !isPhone(c.Phone) {
		return c, field("body.contact.phone", "expected a telephone number")
	}
	return c, nil
}

// isPhone tells a number as people write it, with at least three digits; none at all is one.
func isPhone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case !strings.ContainsRune("+()-./ ext", r):
			return false
		}
	}
	return s == "" || digits >= 3
}

// tidy is the address as it is stored; name is the contact's. It fails with 422.
func (a Address) tidy(name string) (Address, error) {
	for _, f := range []struct {
		value  *string
		name   string
		needed bool
	}{{&a.Name, "name", false}, {&a.Line1, "line1", true}, {&a.Line2, "line2", false}, {&a.Town, "town", true}, {&a.Postcode, "postcode", true}} {
		tidied, ok := oneLine(*f.value)
		if !ok || f.needed && tidied == "" {
			return a, field("body.address."+f.name, "expected one line of text")
		}
		*f.value = tidied
	}
	if a.Name == "" {
		a.Name = name
	}
	if len(a.Country) != 2 || strings.ToUpper(a.Country) != a.Country || strings.Trim(a.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return a, field("body.address.country", "expected an ISO 3166-1 alpha-2 code")
	}
	a.Postcode = strings.ToUpper(a.Postcode)
	return a, nil
}

// served tells whether a postcode is one of those that begin so; no beginnings: all are. A
// beginning ends where a part of a code does: HX1 is not the beginning of HX12 3AB, nor L of
// LS1 4DY (BS 7666: two letters, digits, then always a digit and two letters).
func served(postcode, country string, beginnings []string) bool {
	if len(beginnings) == 0 {
		return true
	}
	whole := compact(postcode)
	outward := whole
	if country == "GB" && len(whole) > 4 {
		outward = whole[:len(whole)-3]
	}
	for _, b := range beginnings {
		b = compact(b)
		switch rest, begins := strings.CutPrefix(outward, b); {
		case b == "":
			continue
		case begins && (country != "GB" || rest == "" || isDigit(b[len(b)-1]) != isDigit(rest[0])):
			return true
		case len(b) > len(outward) && strings.HasPrefix(whole, b):
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// compact is a postcode without spaces, in capitals.
func compact(postcode string) string {
	return strings.ToUpper(strings.Join(strings.Fields(postcode), ""))
}
