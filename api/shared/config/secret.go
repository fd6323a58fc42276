// A value that must not be printed.

package config

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// Secret holds a value that opens a door. It prints as "[redacted]", or as
// nothing when it is not set, in fmt with any verb, in JSON, YAML and slog. The
// value is behind a pointer, so that printing a struct with an unexported
// Secret shows an address at most. The zero Secret is not set.
type Secret struct{ value *string }

// NewSecret keeps a value; an empty one makes a Secret that is not set.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{&value}
}

// Reveal returns the value itself, "" if not set. Call it where the value is
// used and nowhere else.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet tells whether there is a value.
func (s Secret) IsSet() bool { return s.value != nil }

// Equal compares two secrets in constant time, their lengths included.
func (s Secret) Equal(other Secret) bool {
	a, b := sha256.Sum256([]byte(s.Reveal())), sha256.Sum256([]byte(other.Reveal()))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// String returns "[redacted]", or "" if the secret is not set.
func (s Secret) String() string {
	if s.value == nil {
		return ""
	}
	return redacted
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// Format writes String for every verb, the wrong ones too: fmt's own complaint
// about a wrong verb would print the operand.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText gives encoders String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue gives slog String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
