package blog

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// PushForTest brings a post to Ghost as the job does.
func PushForTest(ctx context.Context, y *Sync, post contract.PostID) (bool, error) {
	u, _ := id.Parse(postPrefix, post)
	return y.push(ctx, u)
}

// PushLaterForTest makes the job in tx.
func PushLaterForTest(ctx context.Context, y *Sync, tx pgx.Tx, post contract.PostID) error {
	u, _ := id.Parse(postPrefix, post)
	row, err := y.queries().PostByID(ctx, u)
	if err != nil {
		return err
	}
	return y.pushLater(ctx, tx, row)
}

// PushJobsForTest registers the jobs that push, and no others.
func PushJobsForTest(y *Sync, b *bus.Bus) {
	b.AddQueue(ghostQueue, 2)
	y.pushJobs(b)
}
