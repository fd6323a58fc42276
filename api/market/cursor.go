// The order of lists, and where one goes on.

package market

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"
)

// maxSortKey is the longest sort key in bytes; names that begin with the same
// so many are ordered by id.
const maxSortKey = 120

// sortKey orders names the same on every cluster: without case and accents.
func sortKey(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(name) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if b.Len()+utf8.RuneLen(r) > maxSortKey {
			break
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "~"
	}
	return b.String()
}

// position is a place in a list: after the row with this key and id.
type position struct {
	Key string    `json:"k"`
	ID  uuid.UUID `json:"i"`
}
