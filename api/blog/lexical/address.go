// Addresses that links and pictures may have.

package lexical

import "strings"

// addresses are the attributes that hold one; it is a link that a reader follows in
// href, action and formaction, and what a page loads in the others.
var addresses = set("href", "action", "formaction", "src", "poster", "data", "background", "cite")

// allowed tells whether an attribute may lead where it does, and names in Left what may
// not.
func (r *renderer) allowed(name, address string) bool {
	scheme, ok := schemeOf(address)
	if !ok {
		return true
	}
	switch scheme {
	case "http", "https", "mailto", "tel":
		return true
	case "data":
		// Pictures in pages are data and cannot run.
		if name == "src" || name == "poster" {
			if rest := strings.ToLower(plainAddress(address)); strings.HasPrefix(rest, "data:image/") && !strings.HasPrefix(rest, "data:image/svg") {
				return true
			}
		}
	}
	r.leave("an address with a scheme that is not allowed")
	return false
}

// schemeOf is the scheme of an address in small letters, as browsers find it: they pass
// over tabs and line breaks anywhere and over control characters in front.
func schemeOf(address string) (scheme string, ok bool) {
	plain := plainAddress(address)
	i := strings.IndexByte(plain, ':')
	if i < 0 {
		return "", false
	}
	scheme = plain[:i]
	if strings.ContainsAny(scheme, "/?#") {
		return "", false // a colon in a path
	}
	return strings.ToLower(scheme), true
}

func plainAddress(address string) string {
	address = strings.Map(func(c rune) rune {
		if c == '\t' || c == '\n' || c == '\r' {
			return -1
		}
		return c
	}, address)
	return strings.TrimLeftFunc(address, func(c rune) bool { return c <= ' ' || c == '\u00a0' || c == '\ufeff' })
}
