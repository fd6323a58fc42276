// Posts that were changed here and in Ghost: choosing which is kept.

package blog

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

var noConflict = problem.NotFound("the post has no conflict")

// ResolveConflict keeps "ours" or "theirs" of a post that was changed here and in Ghost.
// Ours goes to Ghost over what it has, where changes are written back; else the next change
// in Ghost is a conflict again. A post that Ghost has deleted is ours alone from then on, or
// is deleted here. Theirs is stored with its events in the same transaction. It fails with
// 404 where the post has no conflict, and with 422 on any other choice.
func (y *Sync) ResolveConflict(ctx context.Context, post contract.PostID, keep string) error {
	if keep != "ours" && keep != "theirs" {
		return problem.Unprocessable("the choice is not one").WithField("body.keep", "must be ours or theirs")
	}
	ours, ok := id.Parse(postPrefix, post)
	if !ok {
		return noConflict
	}
	row, err := y.queries().PostByID(ctx, ours)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.OriginID == nil {
		return noConflict
	}
	if err != nil {
		return err
	}
	return y.alone(ctx, ghost.KindPost, *row.OriginID, func() error {
		if keep == "theirs" {
			if err := y.mirrorTheirs(ctx, *row.OriginID); err != nil {
				return err
			}
		}
		return y.transaction(ctx, func(tx pgx.Tx) error { return y.resolve(ctx, tx, *row.OriginID, keep == "ours") })
	})
}

// mirrorTheirs has copies of the files that Ghost's post shows.
func (y *Sync) mirrorTheirs(ctx context.Context, ghostID string) error {
	stored, err := y.queries().GhostObject(ctx, blogdb.GhostObjectParams{Kind: string(ghost.KindPost), GhostID: ghostID})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && stored.Data == nil {
		return nil
	}
	if err != nil {
		return err
	}
	return y.mirror(ctx, objectOf(stored))
}

// resolve ends a conflict in tx. What Ghost has was written down when the conflict was, and
// is newer where it was changed there again.
func (y *Sync) resolve(ctx context.Context, tx pgx.Tx, ghostID string, ours bool) error {
	q := blogdb.New(tx)
	stored, there, err := lockObject(ctx, q, ghost.KindPost, ghostID)
	if err != nil {
		return err
	}
	row, err := q.PostByOrigin(ctx, blogdb.PostByOriginParams{Origin: originGhost, OriginID: &ghostID})
	if errors.Is(err, pgx.ErrNoRows) {
		return noConflict
	}
	if err != nil {
		return err
	}
	if _, err := q.LockConflict(ctx, row.ID); errors.Is(err, pgx.ErrNoRows) {
		return noConflict
	} else if err != nil {
		return err
	}
	if !there && !ours {
		return y.removePost(ctx, tx, row.ID) // the conflict goes with it
	}
	if err := q.DropConflict(ctx, row.ID); err != nil {
		return err
	}
	if err := q.EndConflict(ctx, blogdb.EndConflictParams{ID: row.ID, Flag: conflictFlag}); err != nil {
		return err
	}
	switch {
	case !there:
		return q.MakePostLocal(ctx, row.ID)
	case ours:
		return y.pushLater(ctx, tx, row)
	}
	kept, err := y.putPost(ctx, tx, objectOf(stored), row.ID)
	if err != nil {
		return err
	}
	return y.remember(ctx, tx, objectOf(stored), row.ID, kept, y.clock.Now())
}
