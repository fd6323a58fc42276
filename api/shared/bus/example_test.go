package bus_test

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// ExampleEmit renames a tag and announces it in one transaction.
func ExampleEmit() {
	rename := func(ctx context.Context, pool *db.Pool, id contract.TagID, name string) error {
		return db.InTx(ctx, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "UPDATE blog.tags SET name = $2 WHERE id = $1", id, name); err != nil {
				return err
			}
			return bus.Emit(ctx, tx, contract.TagUpdated{ID: id})
		})
	}
	_ = rename
}

func ExampleHandle() {
	b := bus.New(nil, nil) // in the program: a pool and a logger
	bus.Handle(b, "search.index_tag", func(ctx context.Context, tx pgx.Tx, e contract.TagUpdated) error {
		_, err := tx.Exec(ctx, "DELETE FROM search.documents WHERE id = $1", e.ID)
		return err
	}, bus.MaxAttempts(5))
}

func ExampleDecode() {
	record := bus.Record{ID: 1, Kind: "blog.tag_updated", Data: []byte(`{"id": "tag_01"}`)}
	e, err := bus.Decode[contract.TagUpdated](record)
	fmt.Println(e.ID, err)
	_, err = bus.Decode[contract.SiteUpdated](record)
	fmt.Println(err)
	// Output:
	// tag_01 <nil>
	// bus: event 1 is a blog.tag_updated, not a blog.site_updated
}
