package blog

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
)

// BringForTest copies the files of an object and stores it, as the lanes do.
func BringForTest(ctx context.Context, y *Sync, o ghost.Object) error {
	if err := y.mirror(ctx, o); err != nil {
		return err
	}
	return y.transaction(ctx, func(tx pgx.Tx) error {
		_, err := y.keep(ctx, tx, o)
		return err
	})
}
