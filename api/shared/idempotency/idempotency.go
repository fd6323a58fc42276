// Keys, what they were used for, and doing something once.

package idempotency

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/problem"
)

// Header is the name of the header that replays are marked with, and Replayed its
// value.
const (
	Header   = "Idempotent-Replayed"
	Replayed = "true"
)

// Mark is the value of Header: Replayed where it is a replay, else empty, which sends none.
func Mark(replayed bool) string {
	if replayed {
		return Replayed
	}
	return ""
}

const (
	maxKey  = 255
	retryIn = time.Second
)

// Request is one use of a key; For makes it.
type Request struct {
	principal, key string
	fingerprint    [sha256.Size]byte
}

// For is the request of a principal that carries key. body is what was decoded
// from it, so that two spellings of one JSON document are the same request; it
// must marshal to JSON. It fails with 400 `idempotency_key_required` where the key
// is empty, and with 422 where it is none.
func For(principal, key, method, path string, body any) (r Request, err error) {
	if key == "" {
		return r, problem.BadRequest("send a new Idempotency-Key with each request, and the same one when it is sent again").
			WithCode("idempotency_key_required").WithField("header.Idempotency-Key", "is required")
	}
	if !valid(key) {
		return r, problem.Unprocessable("the request does not fit its description").
			WithField("header.Idempotency-Key", "expected 1 to 255 visible ASCII characters")
	}
	canonical, err := json.Marshal([]any{method, path, body})
	return Request{principal, key, sha256.Sum256(canonical)}, err
}

func valid(key string) bool {
	for _, c := range []byte(key) {
		if c < '!' || c > '~' {
			return false
		}
	}
	return key != "" && len(key) <= maxKey
}

// Once runs do in the caller's transaction unless the request was done before, and
// stores answer, which do fills. Where it was done, answer is what was stored then,
// do is not run and replayed is true. It fails with 409 `in_progress` while another
// transaction uses the key, with 422 `idempotency_key_reused` where the key belongs
// to another request, and with do's own error: the caller returns all of them from
// its transaction, so that nothing stays.
func Once[T any](ctx context.Context, tx pgx.Tx, r Request, answer *T, do func() error) (replayed bool, err error) {
	if err := r.lock(ctx, tx); err != nil {
		return false, err
	}
	// A statement of its own: it sees what the holder before us committed.
	stored, found, err := r.find(ctx, tx)
	if err != nil {
		return false, err
	}
	if found {
		return true, json.Unmarshal(stored, answer)
	}
	if err := do(); err != nil {
		return false, err
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `
INSERT INTO shared.idempotency_keys (principal, key, fingerprint, answer, created_at)
VALUES ($1, $2, $3, $4, shared.clock())`, r.principal, r.key, r.fingerprint[:], data)
	return false, err
}

// lock takes the key for this transaction, or fails where another has it. The lock
// is a number of 64 bits, made of principal and key: two keys that share one would
// be told to wait for each other, and nothing worse.
func (r Request) lock(ctx context.Context, tx pgx.Tx) error {
	hash := sha256.Sum256([]byte("idempotency\x00" + r.principal + "\x00" + r.key))
	var taken bool
	err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock($1)", int64(binary.BigEndian.Uint64(hash[:]))).Scan(&taken)
	if err == nil && !taken {
		err = problem.Conflict("a request with this Idempotency-Key is at work").WithCode("in_progress").WithRetryAfter(retryIn)
	}
	return err
}

// find returns the answer that is stored for the key.
func (r Request) find(ctx context.Context, tx pgx.Tx) (answer []byte, found bool, err error) {
	var fingerprint []byte
	err = tx.QueryRow(ctx, "SELECT fingerprint, answer FROM shared.idempotency_keys WHERE principal = $1 AND key = $2",
		r.principal, r.key).Scan(&fingerprint, &answer)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, false, nil
	case err == nil && string(fingerprint) != string(r.fingerprint[:]):
		err = problem.Unprocessable("this Idempotency-Key was used for another request").WithCode("idempotency_key_reused").
			WithField("header.Idempotency-Key", "choose a new one for each request")
	}
	return answer, err == nil, err
}
