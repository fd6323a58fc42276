package blog

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/db"
)

func (y *Sync) keeperOfTest(t testing.TB, kind ghost.Kind) keeper {
	t.Helper()
	switch kind {
	case ghost.KindTier:
		return y.tierKeeper()
	case ghost.KindNewsletter:
		return y.newsletterKeeper()
	case ghost.KindMember:
		return y.memberKeeper()
	}
	t.Fatalf("no keeper of %s here", kind)
	return keeper{}
}

// StoreForTest stores tiers, newsletters and members as the sync does, each in the place
// of the one that it was.
func StoreForTest(t testing.TB, y *Sync, pool *db.Pool, objects ...ghost.Object) {
	t.Helper()
	for _, o := range objects {
		err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
			ours := uuid.Nil
			err := tx.QueryRow(t.Context(), `select object_id from blog.ghost_objects where kind = $1 and ghost_id = $2`, o.Kind, o.ID).Scan(&ours)
			if err != nil && err != pgx.ErrNoRows {
				return err
			}
			if ours, err = y.keeperOfTest(t, o.Kind).put(t.Context(), tx, o, ours); err != nil {
				return err
			}
			_, err = tx.Exec(t.Context(), `insert into blog.ghost_objects (kind, ghost_id, object_id, hash, applied_at) values ($1, $2, $3, $4, $5)
				on conflict (kind, ghost_id) do update set object_id = excluded.object_id`, o.Kind, o.ID, ours, o.Hash[:], y.clock.Now())
			return err
		})
		if err != nil {
			t.Fatal(o.Kind, o.ID, err)
		}
	}
}

// RemoveForTest takes away all of a kind as the sync does.
func RemoveForTest(t testing.TB, y *Sync, pool *db.Pool, kind ghost.Kind) {
	t.Helper()
	err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `select object_id from blog.ghost_objects where kind = $1`, kind)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if err != nil {
			return err
		}
		for _, ours := range all {
			if err := y.keeperOfTest(t, kind).remove(t.Context(), tx, ours); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// PruneHooksForTest forgets old webhooks as the sync does.
func PruneHooksForTest(t testing.TB, y *Sync) {
	t.Helper()
	if err := y.pruneHooks(t.Context()); err != nil {
		t.Fatal(err)
	}
}
