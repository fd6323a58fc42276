// Generations: a change of the trees, first in the database with all its bytes,
// then in the directory.

package ssg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// Kinds of generations.
const (
	madeByEvents   = "publish"
	madeAnew       = "build"
	madeByRollback = "rollback"
)

// Kinds of changes.
const (
	opWrite  = "write"
	opDelete = "delete"
)

// errFenced says that another process has become the generator.
var errFenced = errors.New("another process has taken over building the site")

// transact runs fn in a transaction, if this process is still the generator.
func (b *Builder) transact(ctx context.Context, fn func(tx pgx.Tx, q *ssgdb.Queries) error) error {
	return b.transactAs(ctx, "on", fn)
}

// transactAs is transact with a synchronous_commit: what can be done again need not
// wait for the disk.
func (b *Builder) transactAs(ctx context.Context, waits string, fn func(tx pgx.Tx, q *ssgdb.Queries) error) error {
	return db.InTx(ctx, b.Pool, func(tx pgx.Tx) error {
		q := ssgdb.New(tx)
		_, err := q.LockState(ctx, ssgdb.LockStateParams{Token: b.token, Waits: waits})
		if errors.Is(err, pgx.ErrNoRows) {
			return errFenced
		}
		if err != nil {
			return err
		}
		return fn(tx, q)
	})
}

// commit makes what was rendered a generation: the manifest, the index and the
// pack of bytes in one transaction, after which a crash loses nothing. Units that
// would take the address of another's page are returned as refused.
func (b *Builder) commit(ctx context.Context, kind string, p part, results []Rendered, also func(q *ssgdb.Queries, refused []Unit) error) (generation int64, d difference, err error) {
	err = b.transact(ctx, func(tx pgx.Tx, q *ssgdb.Queries) error {
		results, refused, err := b.refuse(ctx, q, results)
		if err != nil {
			return err
		}
		rows, err := q.PagesOfUnits(ctx, namesOf(results))
		if err != nil {
			return err
		}
		known := make(map[Unit]ssgdb.PagesOfUnitsRow, len(rows))
		for _, row := range rows {
			known[parseUnit(row.Unit)] = row
		}
		under, err := q.UnderWay(ctx, p.id)
		if err != nil {
			return err
		}
		var left []string
		if under.Parts {
			if left, err = taken(ctx, q, known, results); err != nil {
				return err
			}
		}
		if d = compare(known, results, under.Parts); len(d.left) > 0 {
			if err := b.leave(ctx, q, p, d.left); err != nil {
				return err
			}
		}
		if len(d.changes) > 0 {
			if generation, err = q.NewGeneration(ctx, ssgdb.NewGenerationParams{Kind: kind, Build: p.build}); err != nil {
				return err
			}
			if err := record(ctx, q, generation, d); err != nil {
				return err
			}
		}
		if err := index(ctx, q, results, left); err != nil {
			return err
		}
		if err := also(q, refused); err != nil || !under.Hidden {
			return err
		}
		if err := b.forget(ctx, q, generation, d.changes); err != nil {
			return err
		}
		return q.Unhide(ctx)
	})
	return generation, d, err
}

// taken adds to known the files that were left for later where pages come now, and returns
// their units.
func taken(ctx context.Context, q *ssgdb.Queries, known map[Unit]ssgdb.PagesOfUnitsRow, results []Rendered) (left []string, err error) {
	var at ssgdb.TakeLeftParams
	for _, r := range results {
		if r.Page != nil {
			at.Trees, at.Files = append(at.Trees, r.Page.Tree), append(at.Files, r.Page.File)
		}
	}
	rows, err := q.TakeLeft(ctx, at)
	for _, row := range rows {
		known[parseUnit(row.Unit)] = ssgdb.PagesOfUnitsRow(row)
		left = append(left, row.Unit)
	}
	return left, err
}

// leave plans, after all that is planned, that files are removed.
func (b *Builder) leave(ctx context.Context, q *ssgdb.Queries, p part, files []ssgdb.PagesOfUnitsRow) error {
	units := make([]Unit, len(files))
	for i, f := range files {
		units[i] = parseUnit(f.Unit)
	}
	_, err := b.put(ctx, q, laneParts, p.build, units)
	return err
}

// refuse takes out what would be at the address of a page that another unit has:
// two things with one address are a fault that somebody has to mend.
func (b *Builder) refuse(ctx context.Context, q *ssgdb.Queries, results []Rendered) (kept []Rendered, refused []Unit, err error) {
	args := ssgdb.StrangersParams{Units: namesOf(results)}
	taken := map[place]Unit{}
	for _, r := range results {
		if r.Page != nil {
			args.Trees, args.Files = append(args.Trees, r.Page.Tree), append(args.Files, r.Page.File)
		}
	}
	rows, err := q.Strangers(ctx, args)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		taken[place{row.Tree, row.File}] = parseUnit(row.Unit)
	}
	for _, r := range results {
		if r.Page != nil {
			at := place{r.Page.Tree, r.Page.File}
			if other, ok := taken[at]; ok {
				b.Log.Error("two pages have one address; the older one stays", "file", at.file, "unit", r.Unit.String(), "other", other.String())
				refused = append(refused, r.Unit)
				continue
			}
			taken[at] = r.Unit
		}
		kept = append(kept, r)
	}
	return kept, refused, nil
}

func namesOf(results []Rendered) []string {
	names := make([]string, len(results))
	for i, r := range results {
		names[i] = r.Unit.String()
	}
	return names
}

// packed is the bytes of all that is written.
func packed(generation int64, changes []change) []ssgdb.PutPackParams {
	pack := make([]ssgdb.PutPackParams, 0, len(changes))
	for i, c := range changes {
		if c.op == opWrite {
			pack = append(pack, ssgdb.PutPackParams{Generation: generation, N: int32(i + 1), Body: c.body})
		}
	}
	return pack
}

// record stores what a generation changes.
func record(ctx context.Context, q *ssgdb.Queries, generation int64, d difference) error {
	c := ssgdb.PutChangesParams{Generation: generation}
	var gone ssgdb.PutGoneParams
	for _, x := range d.moved {
		gone.Trees, gone.Files, gone.Units = append(gone.Trees, x.tree), append(gone.Files, x.file), append(gone.Units, x.unit.String())
	}
	var back ssgdb.ClearGoneParams
	for _, x := range d.changes {
		c.Units, c.Trees, c.Files, c.Ops = append(c.Units, x.unit.String()), append(c.Trees, x.tree), append(c.Files, x.file), append(c.Ops, x.op)
		c.ShownBy = append(c.ShownBy, x.was.String())
		c.OldHashes, c.NewHashes, c.Sizes = append(c.OldHashes, x.old), append(c.NewHashes, x.new), append(c.Sizes, int64(len(x.body)))
		if x.op == opDelete {
			if x.unit.Kind == kindGone {
				continue // known since its page moved
			}
			gone.Trees, gone.Files, gone.Units = append(gone.Trees, x.tree), append(gone.Files, x.file), append(gone.Units, x.unit.String())
		} else {
			back.Trees, back.Files = append(back.Trees, x.tree), append(back.Files, x.file)
		}
	}
	var left ssgdb.PutLeftParams
	for i, l := range d.left {
		left.Files, left.Units = append(left.Files, l.Unit), append(left.Units, d.moved[i].unit.String())
	}
	p := ssgdb.PutPagesParams{Generation: generation}
	for _, r := range d.put {
		p.Units, p.Trees, p.Files = append(p.Units, r.Unit.String()), append(p.Trees, r.Page.Tree), append(p.Files, r.Page.File)
		p.Hashes, p.Sizes = append(p.Hashes, r.Hash[:]), append(p.Sizes, int64(len(r.Page.Body)))
	}
	for _, l := range d.left {
		p.Units, p.Trees, p.Files = append(p.Units, l.Unit), append(p.Trees, l.Tree), append(p.Files, l.File)
		p.Hashes, p.Sizes = append(p.Hashes, l.ContentHash), append(p.Sizes, l.Size)
	}
	for _, step := range []struct {
		rows int
		do   func() error
	}{
		{len(d.changes), func() error { _, err := q.PutPack(ctx, packed(generation, d.changes)); return err }},
		{len(d.changes), func() error { return q.PutChanges(ctx, c) }},
		{len(left.Files), func() error { return q.PutLeft(ctx, left) }},
		{len(d.drop), func() error { return q.DropPages(ctx, unitNames(d.drop)) }},
		{len(p.Units), func() error { return q.PutPages(ctx, p) }},
		{len(back.Files), func() error { return q.ClearGone(ctx, back) }},
		{len(gone.Files), func() error { return q.PutGone(ctx, gone) }},
	} {
		if step.rows == 0 {
			continue
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	return nil
}

// index stores what units read, and forgets what files showed that were left and are
// taken now.
func index(ctx context.Context, q *ssgdb.Queries, results []Rendered, taken []string) error {
	var deps []ssgdb.PutDependenciesParams
	for _, r := range results {
		unit := r.Unit.String()
		for k, v := range r.Reads {
			deps = append(deps, ssgdb.PutDependenciesParams{Unit: unit, Key: k, Value: v})
		}
	}
	if err := q.ClearDependencies(ctx, append(namesOf(results), taken...)); err != nil {
		return err
	}
	_, err := q.PutDependencies(ctx, deps)
	return err
}

// apply brings a generation's changes into the directory. All files are written
// beside the trees and the old ones kept first; then nothing is left that could
// fail for want of space, and they are put in place one by one in the order of
// compare. Doing it again changes nothing.
func (b *Builder) apply(generation int64, changes []change) error {
	if err := b.Output.keepFor(generation); err != nil {
		return fmt.Errorf("writing the built site: %w", err)
	}
	names := make([]string, len(changes))
	var group errgroup.Group
	group.SetLimit(4)
	for i, c := range changes {
		if c.op == opWrite {
			group.Go(func() (err error) {
				names[i], err = b.Output.stage(c.tree, c.file, c.body)
				reached("staged")
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		b.Output.abandon(names)
		return fmt.Errorf("writing the built site, which stays as it was: %w", err)
	}
	for i, c := range changes {
		if c.keep {
			if err := b.Output.keep(generation, i+1, c.tree, c.file); err != nil {
				b.Output.abandon(names)
				return fmt.Errorf("writing the built site, which stays as it was: %w", err)
			}
			reached("kept")
		}
	}
	for i, c := range changes {
		var err error
		if c.op == opWrite {
			err = b.Output.place(names[i], c.tree, c.file, c.siblings)
			reached("placed")
		} else {
			reached("deleting")
			err = b.Output.remove(c.tree, c.file)
			reached("deleted")
		}
		if err != nil {
			return fmt.Errorf("changing the built site: %w", err)
		}
	}
	return nil
}
