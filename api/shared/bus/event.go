// What an event is, and how a domain emits one.

package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Event is something that happened in a domain: a plain struct of contract
// whose name is in the past tense.
type Event interface {
	// Kind names the event in the database, "domain.past_tense". It must not
	// depend on the event's fields.
	Kind() string
}

// Record is an event as it is stored. Data is the event's JSON.
type Record struct {
	ID        int64
	Kind      string
	Data      json.RawMessage
	CreatedAt time.Time // UTC
}

// Decode reads a record's data into the event it was made from. It fails when
// the data does not fit T or the record is of another kind.
func Decode[T Event](r Record) (T, error) {
	var e T
	if r.Kind != e.Kind() {
		return e, fmt.Errorf("bus: event %d is a %s, not a %s", r.ID, r.Kind, e.Kind())
	}
	if err := json.Unmarshal(r.Data, &e); err != nil {
		return e, fmt.Errorf("bus: event %d: %w", r.ID, err)
	}
	return e, nil
}

// One statement and one notification, however many events. The server sends
// the notification when the transaction commits, and not at all otherwise.
const emitSQL = `
WITH events AS (
	INSERT INTO bus.domain_events (kind, data)
	SELECT kind, data::jsonb FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS e (kind, data, n) ORDER BY n
)
SELECT pg_notify('` + channel + `', '')`

// Emit announces events in the caller's transaction: they exist if and only if
// it commits, and their consumers wake when it does. It fails when an event
// cannot be written as JSON or has a kind that is not "domain.past_tense"; the
// transaction is then of no more use where the database refused it.
//
// A transaction that notifies serialises its commit with others that do, so
// the few paths that take thousands of requests a second enqueue a job with
// Bus.InsertTx instead.
func Emit(ctx context.Context, tx pgx.Tx, events ...Event) error {
	if len(events) == 0 {
		return nil
	}
	kinds, data := make([]string, len(events)), make([]string, len(events))
	for i, e := range events {
		raw, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("bus: emit %s: %w", e.Kind(), err)
		}
		kinds[i], data[i] = e.Kind(), string(raw)
	}
	if _, err := tx.Exec(ctx, emitSQL, kinds, data); err != nil {
		return fmt.Errorf("bus: emit: %w", err)
	}
	return nil
}
