// Where somebody may be led who says where they want to go.

package urls

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxOwnPath is longer than an authorization request may be, in bytes.
const MaxOwnPath = 8000

// OwnPath tells whether raw is a path, with or without a query, of the site that it is read at
// and of no other, however a browser or a proxy reads it. None are //elsewhere and /\elsewhere,
// which browsers take for other hosts, what is such a path once it is decoded, what a browser
// would leave out (tabs and line ends, WHATWG URL section 4.4), and what goes up and down (/./,
// /../).
func OwnPath(raw string) bool {
	if len(raw) > MaxOwnPath || !strings.HasPrefix(raw, "/") || !plain(raw) || strings.Contains(raw, " ") {
		return false
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return false
	}
	// Twice: what is in front of us may decode once, and lead on by itself.
	path := u.Path
	for range 2 {
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || !plain(path) ||
			strings.Contains(path+"/", "/./") || strings.Contains(path+"/", "/../") {
			return false
		}
		if path, err = url.PathUnescape(path); err != nil {
			break // it is not encoded twice
		}
	}
	return true
}

// plain tells text without control characters and backslashes.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return c == '\\' || unicode.IsControl(c) })
}
