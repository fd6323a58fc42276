// Signing cursors on their way out, and holding them against it on their way in.

package cursor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/problem"
)

// macSize is how many bytes of the HMAC a cursor carries: half of it, as RFC 2104
// section 5 allows.
const macSize = 16

var macLength = base64.RawURLEncoding.EncodedLen(macSize)

// Database is where the key is kept.
type Database interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Sealer signs cursors with a key that all processes on a database share. One is
// made by NewSealer and used by any number of goroutines.
type Sealer struct {
	db  Database
	key atomic.Pointer[[]byte]
}

// NewSealer returns a Sealer that reads its key from db when it is first used.
func NewSealer(db Database) *Sealer { return &Sealer{db: db} }

// For is the signing of one list's cursors: scope is the list's address with the
// filters and the order that a cursor of it is good for. It fails where the key
// cannot be read.
func (s *Sealer) For(ctx context.Context, scope string) (Seal, error) {
	key := s.key.Load()
	if key == nil {
		var read []byte
		if err := s.db.QueryRow(ctx, "SELECT secret FROM shared.secrets WHERE name = 'cursor'").Scan(&read); err != nil {
			return Seal{}, fmt.Errorf("cursor: the key: %w", err)
		}
		key = &read
		s.key.Store(key)
	}
	return Seal{*key, scope}, nil
}

// Seal signs and opens the cursors of one scope. Sealer.For makes it.
type Seal struct {
	key   []byte
	scope string
}

// Close signs a cursor.
func (s Seal) Close(cursor string) string { return s.mac(cursor) + cursor }

// Open returns the cursor that was signed for this scope. It fails with 422
// invalid_cursor for any other: forged, cut, or of another list or query.
func (s Seal) Open(sealed string) (string, error) {
	if len(sealed) <= macLength {
		return "", refused()
	}
	mac, cursor := sealed[:macLength], sealed[macLength:]
	if !hmac.Equal([]byte(mac), []byte(s.mac(cursor))) {
		return "", refused()
	}
	return cursor, nil
}

// mac signs the scope's length too, so that no text can move from one part to
// the other.
func (s Seal) mac(cursor string) string {
	h := hmac.New(sha256.New, s.key)
	fmt.Fprintf(h, "%d\n%s%s", len(s.scope), s.scope, cursor)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:macSize])
}

func refused() error {
	return problem.Unprocessable("the cursor is not one that this list gave out").
		WithCode("invalid_cursor").
		WithField("query.cursor", "pass next_cursor of the page before, unchanged and with the same filters and sort")
}
