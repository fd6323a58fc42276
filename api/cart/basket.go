// A cart as it is stored.

package cart

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// basket is an open cart; its zero value is that of who has none.
type basket struct {
	id        uuid.UUID
	currency  string // empty until there is a line
	note      string
	version   int64
	updatedAt time.Time
	codes     []uuid.UUID // in their order
	lines     []line      // in their order
}

// line is so much of one thing.
type line struct {
	id       uuid.UUID
	kind     contract.LineKind
	thing    string
	name     string // what it was called when it was put in
	quantity int64
	note     string
	added    int64 // what it cost then
	position int32
}

// there tells whether there is a cart.
func (b basket) there() bool { return b.version > 0 }

// find is the place of the line of a thing, or -1.
func (b basket) find(kind contract.LineKind, thing string) int {
	return slices.IndexFunc(b.lines, func(l line) bool { return l.kind == kind && l.thing == thing })
}

// at is the place of a line by its id; 404 where it is another cart's or none.
func (b basket) at(ref contract.LineID) (int, error) {
	u, ok := id.Parse(linePrefix, ref)
	i := slices.IndexFunc(b.lines, func(l line) bool { return l.id == u })
	if !ok || i < 0 {
		return 0, noLine()
	}
	return i, nil
}

// nextPosition is the place after the last line.
func (b basket) nextPosition() int32 {
	if len(b.lines) == 0 {
		return 1
	}
	return b.lines[len(b.lines)-1].position + 1
}

// is fails with 412 where another version was seen.
func (b basket) is(ifMatch *int64) error {
	if ifMatch != nil && *ifMatch != b.version {
		return problem.PreconditionFailed("this was changed since the version that was named")
	}
	return nil
}

// read is a holder's open cart as it is now.
func read(ctx context.Context, q *cartdb.Queries, h holder) (b basket, err error) {
	if h.Key == "" {
		return basket{}, nil
	}
	rows, err := q.Basket(ctx, h.Key)
	if err != nil || len(rows) == 0 {
		return basket{}, err
	}
	first := rows[0]
	b = basket{id: first.ID, currency: first.Currency, note: first.Note, version: first.Version, updatedAt: first.UpdatedAt,
		codes: first.Discounts, lines: make([]line, 0, len(rows)+1)}
	for _, r := range rows {
		if r.LineID != nil {
			b.lines = append(b.lines, line{*r.LineID, contract.LineKind(r.Kind), r.Thing, r.Name, r.Quantity, r.LineNote, r.AddedUnitMinor, r.Position})
		}
	}
	return b, nil
}

// locked is a holder's open cart, held to the end of the transaction.
func locked(ctx context.Context, q *cartdb.Queries, h holder) (b basket, err error) {
	if h.Key == "" {
		return basket{}, nil
	}
	if _, err := q.LockOpenCart(ctx, h.Key); errors.Is(err, pgx.ErrNoRows) {
		return basket{}, nil
	} else if err != nil {
		return basket{}, err
	}
	return read(ctx, q, h)
}

// lockedOrNew is locked, with an empty cart made where there is none.
func lockedOrNew(ctx context.Context, q *cartdb.Queries, h holder) (b basket, err error) {
	// Between the two somebody may make an order of what was there: then once more.
	for range 3 {
		if b, err = locked(ctx, q, h); err != nil || b.there() {
			return b, err
		}
		if err := q.EnsureCart(ctx, cartdb.EnsureCartParams{ID: id.New(), Holder: h.Key, Idle: h.idle()}); err != nil {
			return basket{}, err
		}
	}
	return basket{}, problem.Unavailable("another change is in the way").WithCode("busy").WithRetryAfter(time.Second)
}

// touch writes what the cart says of itself and counts its version on.
func (b *basket) touch(ctx context.Context, q *cartdb.Queries, h holder) error {
	if len(b.lines) == 0 {
		b.currency = ""
	}
	params := cartdb.TouchCartParams{ID: b.id, Note: b.note, Idle: h.idle()}
	if b.currency != "" {
		params.Currency = &b.currency
	}
	row, err := q.TouchCart(ctx, params)
	b.version, b.updatedAt = row.Version, row.UpdatedAt
	return err
}

// idleOf is how long a holder's cart is kept.
func idleOf(key string) time.Duration {
	if strings.HasPrefix(key, "user_") {
		return UserIdle
	}
	return AnonymousIdle
}
