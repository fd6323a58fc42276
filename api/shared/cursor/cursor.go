// Package cursor writes the opaque marks by which a list is read on.
//
// A cursor holds the sort key of the last item that a client has seen, so that
// the next page starts after it whatever was added or removed meanwhile. Clients
// must not look inside; what is inside may change with any release.
//
// Lists write and read cursors with Encode and Decode. On the way between a list
// and a client of the API every cursor is signed for its list and query, by a
// Sealer: what a client made up or took from elsewhere never reaches a list.
package cursor

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
)

// Encode writes key, a struct of the list's sort columns.
func Encode(key any) string {
	b, err := json.Marshal(key)
	if err != nil {
		panic(err) // a key is a struct of strings, times and numbers
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// nul is an escaped NUL, whose backslash is not escaped itself.
var nul = regexp.MustCompile(`(^|[^\\])(\\\\)*\\u0000`)

// Decode reads into key what Encode wrote; an empty cursor leaves key as it is.
// It fails with 422 invalid_cursor.
func Decode(cursor string, key any) error {
	if cursor == "" {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, key)
	}
	// PostgreSQL takes no NUL in a text, and no key of ours has one. What looks like one
	// after a backslash is these six letters.
	if err != nil || nul.Match(b) {
		return refused()
	}
	return nil
}
