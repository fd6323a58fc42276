// Bringing one thing from Ghost: under its lock from before it is asked for until after it
// is stored, so that what is stored last is what was asked for last.

package blog

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/db"
)

// ErrNoGhost says that no Ghost is configured that could be asked.
var ErrNoGhost = errors.New("blog: no Ghost is configured")

// Fetch brings one thing as it is in Ghost now: stored if it differs from what is stored,
// taken away if Ghost has none, with its events in the same transaction. What a post refers
// to and is not stored yet is brought first. changed says whether anything was. It waits
// for others that bring the same thing. It fails with ErrNoGhost, and with a *ghost.Fault
// where Ghost's answer is of no use; then nothing is changed.
func (y *Sync) Fetch(ctx context.Context, kind ghost.Kind, ghostID string) (changed bool, err error) {
	what, err := y.fetch(ctx, kind, ghostID)
	return what != unchanged && what != "", err
}

func (y *Sync) fetch(ctx context.Context, kind ghost.Kind, ghostID string) (what applied, err error) {
	if y.options.Client == nil {
		return "", ErrNoGhost
	}
	left := false
	err = y.alone(ctx, kind, ghostID, func() error {
		var err error
		what, left, err = y.bring(ctx, kind, ghostID)
		return err
	})
	if err == nil && left {
		err = y.settle(ctx, kind)
	}
	return what, err
}

// bring does the work of fetch under the lock. left says that an address became free that
// something else may have been waiting for.
func (y *Sync) bring(ctx context.Context, kind ghost.Kind, ghostID string) (what applied, left bool, err error) {
	o, err := y.options.Client.Fetch(ctx, kind, ghostID)
	if errors.Is(err, ghost.ErrNotFound) {
		err = y.transaction(ctx, func(tx pgx.Tx) (err error) {
			what, err = y.lose(ctx, tx, kind, ghostID)
			return err
		})
		return what, what == removed, err
	}
	if err != nil {
		return "", false, err
	}
	was, err := y.queries().GhostObject(ctx, blogdb.GhostObjectParams{Kind: string(kind), GhostID: ghostID})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", false, err
	}
	if err != nil || was.DeletedAt != nil || [32]byte(was.Hash) != o.Hash {
		if err := y.bringRefs(ctx, o); err != nil {
			return "", false, err
		}
		if err := y.mirror(ctx, o); err != nil {
			return "", false, err
		}
	}
	err = y.transaction(ctx, func(tx pgx.Tx) (err error) {
		what, err = y.keep(ctx, tx, o)
		return err
	})
	return what, what == updated && deref(was.Url) != o.URL, err
}

// bringRefs brings the tags and authors of a post that are not stored yet. One that Ghost
// has deleted meanwhile is none.
func (y *Sync) bringRefs(ctx context.Context, o ghost.Object) error {
	if o.Kind != ghost.KindPost {
		return nil
	}
	p, err := ghost.As[ghost.Post](o)
	if err != nil {
		return err
	}
	for _, refs := range []struct {
		kind ghost.Kind
		ids  []string
	}{{ghost.KindTag, refIDs(p.Tags)}, {ghost.KindUser, refIDs(p.Authors)}} {
		stored, err := y.queries().GhostHashes(ctx, blogdb.GhostHashesParams{Kind: string(refs.kind), GhostIds: refs.ids})
		if err != nil {
			return err
		}
		for _, ghostID := range refs.ids {
			if slices.ContainsFunc(stored, func(r blogdb.GhostHashesRow) bool { return r.GhostID == ghostID }) {
				continue
			}
			if _, err := y.fetch(ctx, refs.kind, ghostID); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleRounds is how often those that stand aside are tried anew: each round may free an
// address that the next one wants.
const settleRounds = 4

// settle gives things of a kind that stand aside (see placePost, slugFor) their own
// addresses where these have become free.
func (y *Sync) settle(ctx context.Context, kind ghost.Kind) error {
	find := map[ghost.Kind]func(context.Context) ([]string, error){
		ghost.KindPost: y.queries().DisplacedPosts, ghost.KindTag: y.queries().DisplacedTags, ghost.KindUser: y.queries().DisplacedAuthors,
	}[kind]
	if find == nil {
		return nil
	}
	var before []string
	for range settleRounds {
		aside, err := find(ctx)
		if err != nil || len(aside) == 0 || slices.Equal(aside, before) {
			return err
		}
		for _, ghostID := range aside {
			if err := y.restore(ctx, kind, ghostID); err != nil {
				return err
			}
		}
		before = aside
	}
	return nil
}

// leadAside has links to posts that stand aside lead there: what links to one may have been
// stored before it.
func (y *Sync) leadAside(ctx context.Context) error {
	linking, err := y.queries().PostsLinkingAside(ctx)
	if err != nil {
		return err
	}
	for _, ghostID := range linking {
		if err := y.restore(ctx, ghost.KindPost, ghostID); err != nil {
			return err
		}
	}
	return nil
}

// lockPause is how long those wait who find a thing locked before they look again.
const lockPause = 20 * time.Millisecond

// alone runs fn while nobody else does anything to a thing of Ghost's, on any server. It
// waits without a connection. Locks are taken in one order: a post's, then those of what it
// refers to.
func (y *Sync) alone(ctx context.Context, kind ghost.Kind, ghostID string, fn func() error) error {
	h := fnv.New64a()
	h.Write([]byte("blog.ghost/" + string(kind) + "/" + ghostID))
	for {
		held, err := db.Alone(ctx, y.pool, int64(h.Sum64()), fn)
		if held || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
		}
	}
}
