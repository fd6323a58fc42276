// Storing one thing of Ghost's: what is alike for all kinds, in one transaction.

package blog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/db"
)

// applied is what became of a thing of Ghost's.
type applied string

const (
	unchanged applied = "unchanged"
	created   applied = "created"
	updated   applied = "updated"
	removed   applied = "removed"
	kept      applied = "kept" // changed here too: a conflict says so, and ours stays
)

// keeperOf is what stores the things of a kind.
func (y *Sync) keeperOf(kind ghost.Kind) keeper {
	switch kind {
	case ghost.KindPost:
		return keeper{y.putPost, y.removePost}
	case ghost.KindTag:
		return keeper{y.putTag, y.removeTag}
	case ghost.KindUser:
		return keeper{y.putAuthor, y.removeAuthor}
	case ghost.KindTier:
		return y.tierKeeper()
	case ghost.KindNewsletter:
		return y.newsletterKeeper()
	case ghost.KindMember:
		return y.memberKeeper()
	case ghost.KindSettings:
		return keeper{y.putSettings, func(context.Context, pgx.Tx, uuid.UUID) error { return nil }}
	}
	refuse := errors.New("blog: no such kind of thing of Ghost's")
	return keeper{
		func(context.Context, pgx.Tx, ghost.Object, uuid.UUID) (uuid.UUID, error) { return uuid.Nil, refuse },
		func(context.Context, pgx.Tx, uuid.UUID) error { return refuse },
	}
}

// keep stores an object in tx, with its events, where it differs from what is stored. The
// object's lock is held. A post that was changed here since is left as it is, with a
// conflict.
func (y *Sync) keep(ctx context.Context, tx pgx.Tx, o ghost.Object) (applied, error) {
	q := blogdb.New(tx)
	was, known, err := lockObject(ctx, q, o.Kind, o.ID)
	if err != nil {
		return "", err
	}
	if known && bytes.Equal(was.Hash, o.Hash[:]) {
		if edited := orNil(o.EditedAt); edited != nil && (was.EditedAt == nil || !was.EditedAt.Equal(*edited)) {
			return unchanged, q.StampGhostObject(ctx, blogdb.StampGhostObjectParams{Kind: was.Kind, GhostID: was.GhostID, EditedAt: edited})
		}
		return unchanged, nil
	}
	what, ours := updated, deref(was.ObjectID)
	if !known {
		what = created
	}
	ourPost, here, err := y.changedHere(ctx, q, o.Kind, o.ID)
	if err == nil && here && known {
		if alike, err := y.pushedBefore(ctx, tx, ourPost, was, o); err != nil || alike {
			return unchanged, err
		}
	}
	switch {
	case err != nil:
		return "", err
	case here:
		what, ours = kept, ourPost.ID
		err = y.conflict(ctx, tx, ourPost, &o)
	default:
		ours, err = y.keeperOf(o.Kind).put(ctx, tx, o, ours)
	}
	if err != nil {
		return "", err
	}
	if !here && o.Kind == ghost.KindPost {
		// Ghost may say otherwise of what the post names the next time.
		whole, err := namesOnlyKnown(ctx, q, o)
		if err != nil {
			return "", err
		}
		if !whole {
			o.Hash = sha256.Sum256(nil)
		}
	}
	return what, y.remember(ctx, tx, o, deref(was.ObjectID), ours, y.clock.Now())
}

// remember writes down what an object is stored as. A tag or author that is another row from
// now on has its posts follow.
func (y *Sync) remember(ctx context.Context, tx pgx.Tx, o ghost.Object, before, ours uuid.UUID, at time.Time) error {
	if err := blogdb.New(tx).PutGhostObject(ctx, objectParams(o, ours, at)); err != nil {
		return err
	}
	if before == uuid.Nil || before == ours || o.Kind != ghost.KindTag && o.Kind != ghost.KindUser {
		return nil
	}
	return y.relink(ctx, tx, o.Kind, o.ID)
}

// objectOf is a thing as it is stored.
func objectOf(r blogdb.GhostObject) ghost.Object {
	return ghost.Object{
		Kind: ghost.Kind(r.Kind), ID: r.GhostID, URL: deref(r.Url), EditedAt: deref(r.EditedAt),
		Data: r.Data, Hash: [sha256.Size]byte(r.Hash),
	}
}

// lose takes away, in tx, what Ghost does not have any more. A post that was changed here
// since stays, with a conflict.
func (y *Sync) lose(ctx context.Context, tx pgx.Tx, kind ghost.Kind, ghostID string) (applied, error) {
	q := blogdb.New(tx)
	was, known, err := lockObject(ctx, q, kind, ghostID)
	if err != nil || !known {
		return unchanged, err
	}
	what := removed
	ourPost, here, err := y.changedHere(ctx, q, kind, ghostID)
	switch {
	case err != nil:
	case here:
		what = kept
		err = y.conflict(ctx, tx, ourPost, nil)
	case was.ObjectID != nil:
		err = y.keeperOf(kind).remove(ctx, tx, *was.ObjectID)
	}
	if err != nil {
		return "", err
	}
	now := y.clock.Now()
	return what, q.BuryGhostObject(ctx, blogdb.BuryGhostObjectParams{Kind: string(kind), GhostID: ghostID, DeletedAt: &now})
}

// restore stores an object anew from what is kept of it, without asking Ghost: the way to it
// is free, there are more copies of its files, or documents are rendered differently. Of a
// post that was changed here only the body is made anew, if Ghost wrote it.
func (y *Sync) restore(ctx context.Context, kind ghost.Kind, ghostID string) error {
	return y.alone(ctx, kind, ghostID, func() error {
		return y.transaction(ctx, func(tx pgx.Tx) error {
			q := blogdb.New(tx)
			was, known, err := lockObject(ctx, q, kind, ghostID)
			if err != nil || !known || was.Data == nil {
				return err
			}
			o := objectOf(was)
			ourPost, here, err := y.changedHere(ctx, q, kind, ghostID)
			if err != nil {
				return err
			}
			if here {
				return y.renderAgain(ctx, tx, ourPost, o)
			}
			ours, err := y.keeperOf(kind).put(ctx, tx, o, deref(was.ObjectID))
			if err != nil {
				return err
			}
			return y.remember(ctx, tx, o, deref(was.ObjectID), ours, was.AppliedAt)
		})
	})
}

// lockObject reads what is stored of a thing; known is false where it is nothing, or where
// it was deleted.
func lockObject(ctx context.Context, q *blogdb.Queries, kind ghost.Kind, ghostID string) (was blogdb.GhostObject, known bool, err error) {
	was, err = q.LockGhostObject(ctx, blogdb.LockGhostObjectParams{Kind: string(kind), GhostID: ghostID})
	if errors.Is(err, pgx.ErrNoRows) {
		return was, false, nil
	}
	return was, err == nil && was.DeletedAt == nil, err
}

// changedHere finds the post that something of Ghost's is, locks it, and tells whether it
// was changed here since the sync left it.
func (y *Sync) changedHere(ctx context.Context, q *blogdb.Queries, kind ghost.Kind, ghostID string) (blogdb.Post, bool, error) {
	if kind != ghost.KindPost {
		return blogdb.Post{}, false, nil
	}
	row, err := q.PostByOrigin(ctx, blogdb.PostByOriginParams{Origin: originGhost, OriginID: &ghostID})
	if errors.Is(err, pgx.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil && row.Version > deref(row.OriginVersion), err
}

func objectParams(o ghost.Object, ours uuid.UUID, at time.Time) blogdb.PutGhostObjectParams {
	p := blogdb.PutGhostObjectParams{
		Kind: string(o.Kind), GhostID: o.ID, ObjectID: orNil(ours), Hash: o.Hash[:], Data: o.Data,
		Url: orNil(o.URL), EditedAt: orNil(o.EditedAt), AppliedAt: at,
	}
	if o.Kind == ghost.KindMember {
		p.Data = nil // who reads is kept in one place
	}
	return p
}

// triesAgain is how often a transaction of the sync is begun anew that met another one.
const triesAgain = 5

// transaction runs a change of the sync in a transaction, again where it met another one: both
// wanted the same address, or locks in two orders.
func (y *Sync) transaction(ctx context.Context, fn func(pgx.Tx) error) (err error) {
	for range triesAgain {
		err = db.InTx(ctx, y.pool, fn)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) {
			return err
		}
		switch refused.Code {
		case "40001", "40P01", "23505", "23503": // serialization, deadlock, unique, foreign key
		default:
			return err
		}
	}
	return err
}
