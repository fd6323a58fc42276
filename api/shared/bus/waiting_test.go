package bus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

type letterArgs struct{}

func (letterArgs) Kind() string { return "test.letter" }

func TestWaiting(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	err := db.InTx(ctx, pool, func(tx pgx.Tx) error {
		for _, job := range []river.JobArgs{mailArgs{1}, mailArgs{2}, mailArgs{2}, letterArgs{}} {
			if _, err := b.InsertTx(ctx, tx, job, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, pool, "UPDATE river.river_job SET state = 'completed', finalized_at = clock_timestamp() WHERE args @> '{\"to\": 1}'")
	for argument, want := range map[string][]bus.Backlog{
		"to":    {{Kind: "test.mail", Argument: "2", Jobs: 2}},
		"other": {{Kind: "test.mail", Jobs: 2}},
	} {
		got, err := b.Waiting(ctx, argument, "test.mail", "test.parcel")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Waiting by %s (-want +got):\n%s", argument, diff)
		}
	}
}
