// The builder's beginnings: what it finds, and building once.

package ssg

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// catchUp makes the directory what the manifest says: generations that were under
// way are finished, pages whose files are missing or of another size are planned
// again, and what is no page is removed. Where somebody else may have led since the
// directory was looked through last, the bytes of all files are compared.
func (b *Builder) catchUp(ctx context.Context) error {
	if err := b.Output.openStaged(); err != nil {
		return err
	}
	if err := b.recover(ctx); err != nil {
		return err
	}
	if err := b.forgetStray(ctx); err != nil {
		return err
	}
	q := ssgdb.New(b.Pool)
	if err := q.FreeClaims(ctx); err != nil {
		return err
	}
	pages, err := q.AllPages(ctx)
	if err != nil {
		return err
	}
	known := make(map[place]bool, len(pages))
	var damaged []Unit
	for _, p := range pages {
		known[place{p.Tree, p.File}] = true
		if b.Output.size(p.Tree, p.File) != p.Size || b.moved && !b.holds(p) {
			damaged = append(damaged, parseUnit(p.Unit))
		}
	}
	if len(damaged) > 0 {
		b.Log.Warn("pages are missing from the built site and are made again", "pages", len(damaged))
		if err := b.mend(ctx, damaged); err != nil {
			return err
		}
	}
	if err := b.Output.sweep(func(tree, file string) bool { return known[place{tree, file}] }); err != nil {
		return err
	}
	return b.Output.looked(b.token)
}

// forgetStray removes kept bytes of which the database does not know any more: a
// crash, or a generator with another directory, has dropped them there alone.
func (b *Builder) forgetStray(ctx context.Context) error {
	files, err := b.Output.keptFiles()
	if err != nil {
		return err
	}
	for generation, numbers := range files {
		rows, err := ssgdb.New(b.Pool).Changes(ctx, generation)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			if err := b.Output.forget(generation); err != nil {
				return err
			}
			continue
		}
		kept := make(map[int32]bool, len(rows))
		for _, r := range rows {
			kept[r.N] = r.Kept
		}
		for _, n := range numbers {
			if !kept[n] {
				if err := b.Output.forgetOne(generation, int(n)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *Builder) holds(p ssgdb.AllPagesRow) bool {
	body, err := b.Output.read(p.Tree, p.File)
	return err == nil && sha256.Sum256(body) == [sha256.Size]byte(p.ContentHash)
}

// mend plans units whose files are not what the manifest says.
func (b *Builder) mend(ctx context.Context, units []Unit) error {
	return b.transact(ctx, func(tx pgx.Tx, q *ssgdb.Queries) error {
		if err := q.DamagePages(ctx, unitNames(units)); err != nil {
			return err
		}
		units = inOrder(units)
		if len(units) <= nowLimit {
			_, err := b.put(ctx, q, laneNow, nil, units)
			return err
		}
		return b.putParts(ctx, tx, q, units)
	})
}

// ErrPaused says that nothing is built because somebody rolled the site back.
var ErrPaused = errors.New("publishing is paused after a rollback: resume it first")

// Build makes the whole site once, whatever is there already, and returns when all
// of it is safely in the directory, with compressed siblings where the builder
// makes them. It fails where another builder is at work, with ErrPaused after a
// rollback, and with ErrNotMade where a page could not be made.
func (b *Builder) Build(ctx context.Context) (sum Built, err error) {
	start := time.Now()
	watch := b.Watch
	b.Watch = func(s Step) {
		watch(s)
		sum.Written, sum.Deleted = sum.Written+s.Written, sum.Deleted+s.Deleted
		sum.Render, sum.Commit, sum.Apply = sum.Render+s.Render, sum.Commit+s.Commit, sum.Apply+s.Apply
		sum.Slowest = topTen(append(sum.Slowest, s.Slowest...))
	}
	defer func() { b.Watch = watch }()
	led, release, err := b.lead(ctx)
	if err != nil {
		return sum, err
	}
	defer release()
	defer func() { err = ending(led, err) }()
	if err := b.catchUp(led); err != nil {
		return sum, err
	}
	q := ssgdb.New(b.Pool)
	if state, err := q.State(led); err != nil || state.Paused {
		return sum, cmp.Or(err, ErrPaused)
	}
	if err := q.ForgetFingerprint(led); err != nil {
		return sum, err
	}
	sum.Plan = time.Since(start)
	if err := b.settle(led, &sum); err != nil {
		return sum, err
	}
	pages, err := q.AllPages(led)
	if err != nil {
		return sum, err
	}
	left, err := q.CountWork(led)
	if err == nil && left > 0 {
		sum.Failed, err = max(1, len(b.failed)), ErrNotMade
	}
	sum.Pages, sum.Unchanged, sum.Took = len(pages), len(pages)-min(len(pages), sum.Written), time.Since(start)
	return sum, err
}

// settle plans and works until nothing is left to do.
func (b *Builder) settle(ctx context.Context, sum *Built) error {
	for {
		start := time.Now()
		events, err := b.plan(ctx)
		if err != nil {
			return err
		}
		sum.Plan += time.Since(start)
		worked, err := b.work(ctx)
		if err != nil {
			return err
		}
		if !events && !worked {
			break
		}
	}
	if err := b.checkpoint(ctx); err != nil {
		return err
	}
	start := time.Now()
	for b.Compress {
		more, err := b.compress(ctx, compressAtOnce)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	sum.Compress = time.Since(start)
	return nil
}
