// Package id writes the ids of the database as the API shows them.
//
// In the database an id is a UUIDv7, which sorts by the time it was made.
// Outside it is a prefix that names its kind, an underscore and 32 hex digits:
// post_019ab3f47c2e7d06b8a1f0c2d3e4f506. A client that passes an order's id
// where a product's belongs is told so at once, and an operator finds the row
// by reading off the digits.
package id

import (
	"encoding/hex"
	"strings"

	"github.com/google/uuid"
)

// New makes a UUIDv7 (RFC 9562 section 5.7).
func New() uuid.UUID {
	return uuid.Must(uuid.NewV7())
}

// Format shows u as an id of the kind that prefix names.
func Format[T ~string](prefix string, u uuid.UUID) T {
	b := make([]byte, len(prefix)+1+32)
	copy(b, prefix)
	b[len(prefix)] = '_'
	hex.Encode(b[len(prefix)+1:], u[:])
	return T(b)
}

// Parse reads an id that Format wrote; ok is false where s is anything else,
// upper-case digits and ids of another kind included.
func Parse[T ~string](prefix string, s T) (u uuid.UUID, ok bool) {
	digits, found := strings.CutPrefix(string(s), prefix+"_")
	if !found || len(digits) != 32 || strings.ToLower(digits) != digits {
		return uuid.UUID{}, false
	}
	if _, err := hex.Decode(u[:], []byte(digits)); err != nil {
		return uuid.UUID{}, false
	}
	return u, true
}
