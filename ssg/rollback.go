// Withdrawing and rolling back.

package ssg

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// hidden are the changed things that must not be shown, or not all of what was
// shown before: what is not public, and what has a gated part.
func hidden(b *batch, c Change) []string {
	things := slices.Clone(c.Withdrawn)
	for _, id := range c.Posts {
		if p := b.posts[id]; p == nil || p.Gated {
			things = append(things, string(id))
		}
	}
	for _, id := range c.Products {
		if b.productCard(id) == nil {
			things = append(things, string(id))
		}
	}
	for _, id := range c.Entries {
		if concealed(b.entries[id]) {
			things = append(things, string(id))
		}
	}
	return things
}

// withdraw removes the kept bytes of every page that showed one of the things, so
// that no rollback can bring them back. Until all that is planned is built, no
// bytes that show them are kept either.
func (b *Builder) withdraw(ctx context.Context, q *ssgdb.Queries, things []string) error {
	if len(things) == 0 {
		return nil
	}
	if err := q.Hide(ctx, things); err != nil {
		return err
	}
	return b.forget(ctx, q, 0, nil)
}

// forget removes the kept bytes of pages that showed what is hidden, and sees to
// it that those of a generation that is just made are not kept. It removes them
// before the transaction ends: kept bytes that are lost for nothing are the lesser
// evil.
func (b *Builder) forget(ctx context.Context, q *ssgdb.Queries, making int64, changes []change) error {
	rows, err := q.ForgetKept(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Generation == making {
			changes[r.N-1].keep = false
		} else if err := b.Output.forgetOne(r.Generation, int(r.N)); err != nil {
			return err
		}
	}
	return nil
}

// withdrawing picks the events that take something away: they go through while
// publishing is paused. An event that does not is looked at once.
func (b *Builder) withdrawing(ctx context.Context, read *batch, events []bus.Record) (picked []bus.Record, err error) {
	if len(events) == batchSize { // those that wait must not hide the others
		if events, err = bus.Unbuilt(ctx, b.Pool, allEvents); err != nil {
			return nil, err
		}
	}
	events = slices.DeleteFunc(slices.Clone(events), func(e bus.Record) bool { return b.waiting[e.ID] })
	for some := range slices.Chunk(events, batchSize) {
		all, err := Changed(some)
		if err != nil {
			return nil, err
		}
		if err := read.loadPosts(ctx, all.Posts); err != nil {
			return nil, err
		}
		if err := read.loadProductCards(ctx, all.Products); err != nil {
			return nil, err
		}
		if err := read.loadEntries(ctx, all.Entries); err != nil {
			return nil, err
		}
		for _, e := range some {
			c, err := Changed([]bus.Record{e})
			if err != nil {
				return nil, err
			}
			if len(hidden(read, c)) > 0 {
				picked = append(picked, e)
			} else {
				b.waiting[e.ID] = true
			}
		}
		if len(picked) > 0 {
			return picked, nil
		}
	}
	return nil, nil
}

// ErrNoGeneration says that a generation cannot be rolled back to: it is too old,
// or there never was one.
var ErrNoGeneration = errors.New("there is no such generation to go back to; only the last ones are kept")

// RolledBack is what a rollback did.
type RolledBack struct {
	Restored int
	Removed  int
	// Left are the files that stay as they are: what they showed before is not to
	// be shown any more.
	Left []string

	again ssgdb.ShowAgainParams // the changes whose old bytes are back
}

// Rollback brings the trees back to what they were after a generation, and pauses
// publishing until Resume. It never brings back what the data hides by now: those
// pages stay as they are, and withdrawals go through while publishing is paused.
// Where another process is the generator, that one is asked and waited for. It
// fails with ErrNoGeneration, and returns what was done in words.
func (b *Builder) Rollback(ctx context.Context, to int64) (string, error) {
	led, release, err := b.lead(ctx)
	if errors.Is(err, errBusy) {
		return b.askRollback(ctx, to)
	}
	if err != nil {
		return "", err
	}
	defer release()
	if err := b.catchUp(led); err != nil {
		return "", ending(led, err)
	}
	did, err := b.rollback(led, to)
	return did.String(), ending(led, err)
}

// rollbackPatience is how long the generator may take to answer.
const rollbackPatience = time.Minute

// askRollback leaves the wish for the process that is the generator.
func (b *Builder) askRollback(ctx context.Context, to int64) (string, error) {
	q := ssgdb.New(b.Pool)
	if err := q.AskRollback(ctx, to); err != nil {
		return "", err
	}
	for begun := time.Now(); time.Since(begun) < rollbackPatience && ctx.Err() == nil; pause(ctx, 100*time.Millisecond) {
		state, err := q.State(ctx)
		if err != nil {
			return "", err
		}
		if state.RollbackTo == nil {
			if state.Answer == ErrNoGeneration.Error() {
				return "", ErrNoGeneration
			}
			return state.Answer, nil
		}
	}
	return "", errors.New("the process that builds the site has not answered")
}

// rollbackAsked does what somebody asked of this process.
func (b *Builder) rollbackAsked(ctx context.Context, to int64) error {
	did, err := b.rollback(ctx, to)
	answer := did.String()
	if errors.Is(err, ErrNoGeneration) {
		answer, err = err.Error(), nil
	}
	if err != nil {
		return err
	}
	b.Log.Warn("rolled back on request", "generation", to, "result", answer)
	return ssgdb.New(b.Pool).AnswerRollback(ctx, answer)
}

// String is what was done, for the operator.
func (d RolledBack) String() string {
	s := fmt.Sprintf("%d restored, %d removed; publishing is paused", d.Restored, d.Removed)
	if len(d.Left) > 0 {
		s += fmt.Sprintf("; %d left as they are, because what they showed is hidden by now: %s", len(d.Left), strings.Join(d.Left, ", "))
	}
	return s
}

// rollback is Rollback by the generator.
func (b *Builder) rollback(led context.Context, to int64) (RolledBack, error) {
	var did RolledBack
	if err := b.withdrawUnbuilt(led); err != nil {
		return did, err
	}
	var d difference
	var generation int64
	err := b.transact(led, func(_ pgx.Tx, q *ssgdb.Queries) error {
		last, err := q.LastGeneration(led)
		if err != nil {
			return err
		}
		oldest, err := q.OldestGeneration(led)
		if err != nil {
			return err
		}
		if to < max(1, oldest-1) || to >= last {
			return ErrNoGeneration
		}
		d = difference{}
		if err := b.undo(led, q, to, last, &d, &did); err != nil {
			return err
		}
		if err := q.Pause(led, true); err != nil || len(d.changes) == 0 {
			return err
		}
		if generation, err = q.NewGeneration(led, ssgdb.NewGenerationParams{Kind: madeByRollback}); err != nil {
			return err
		}
		inOrderOfApplying(d.changes)
		if err := record(led, q, generation, d); err != nil {
			return err
		}
		did.again.Facet = facetCard
		return q.ShowAgain(led, did.again)
	})
	if err != nil || generation == 0 {
		return did, err
	}
	if err := b.apply(generation, d.changes); err != nil {
		return did, err
	}
	b.applied(generation, d.changes)
	return did, b.checkpoint(led)
}

// withdrawUnbuilt takes care of what events take away that are not built yet.
func (b *Builder) withdrawUnbuilt(ctx context.Context) error {
	for {
		events, err := b.unbuilt(ctx)
		if err != nil {
			return err
		}
		read, err := newBatch(ctx, b.Sources, b.Clock.Now())
		if err != nil {
			return err
		}
		if events, err = b.withdrawing(ctx, read, events); err != nil || len(events) == 0 {
			return err
		}
		if err := b.planEvents(ctx, read, events, read.day); err != nil {
			return err
		}
		for {
			worked, err := b.work(ctx)
			if err != nil {
				return err
			}
			if !worked {
				break
			}
		}
	}
}

// undo finds what each file was before the first change after a generation.
func (b *Builder) undo(ctx context.Context, q *ssgdb.Queries, to, last int64, d *difference, did *RolledBack) error {
	seen, put := map[place]bool{}, map[Unit]bool{}
	for g := to + 1; g <= last; g++ {
		rows, err := q.Changes(ctx, g)
		if err != nil {
			return err
		}
		for _, c := range rows {
			at := place{c.Tree, c.File}
			if seen[at] {
				continue
			}
			seen[at] = true
			if err := b.undoOne(ctx, q, g, c, put, d, did); err != nil {
				return err
			}
		}
	}
	return nil
}

// undoOne finds what one file was. A unit that took another's address has two files again,
// of which one is nobody's; put are the units that have one.
func (b *Builder) undoOne(ctx context.Context, q *ssgdb.Queries, generation int64, c ssgdb.ChangesRow, put map[Unit]bool, d *difference, did *RolledBack) error {
	unit := parseUnit(c.Unit)
	now, err := b.Output.read(c.Tree, c.File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	there := err == nil
	hash := sha256.Sum256(now)
	switch {
	case c.OldHash == nil && there:
		d.changes = append(d.changes, change{unit: unit, was: unit, tree: c.Tree, file: c.File, op: opDelete, old: hash[:], keep: true})
		d.drop = append(d.drop, unit)
		did.Removed++
	case c.OldHash == nil:
	case !c.Kept:
		did.Left = append(did.Left, c.Tree+"/"+c.File)
	default:
		body, err := b.Output.root.ReadFile(kept(generation, int(c.N)))
		sum := sha256.Sum256(body)
		if err != nil || string(sum[:]) != string(c.OldHash) {
			did.Left = append(did.Left, c.Tree+"/"+c.File)
			return nil
		}
		if there && sum == hash {
			return nil
		}
		if put[unit] {
			unit = Unit{Kind: kindGone, ID: c.Tree + "/" + c.File}
		}
		put[unit] = true
		x := change{unit: unit, was: parseUnit(c.Unit), tree: c.Tree, file: c.File, op: opWrite, new: sum[:], body: body, siblings: true}
		if there {
			x.old, x.keep = hash[:], true
		}
		did.again.Generations, did.again.Numbers = append(did.again.Generations, generation), append(did.again.Numbers, c.N)
		did.again.Units = append(did.again.Units, unit.String())
		d.changes = append(d.changes, x)
		d.put = append(d.put, Rendered{Unit: unit, Page: &Page{Tree: c.Tree, File: c.File, Body: body}, Hash: sum})
		did.Restored++
	}
	return nil
}

// Resume ends the pause after a rollback: everything is made anew from the data.
func (b *Builder) Resume(ctx context.Context) error {
	return pgx.BeginFunc(ctx, b.Pool.Pool, func(tx pgx.Tx) error {
		q := ssgdb.New(tx)
		if err := q.Pause(ctx, false); err != nil {
			return err
		}
		return q.ForgetFingerprint(ctx)
	})
}

// Generation is one change of the trees, for the operator.
type Generation struct {
	ID      int64
	Kind    string
	Live    bool // safely in the directory
	MadeAt  time.Time
	Written int64
	Deleted int64
}

// Generations lists the last ones, the newest first, and whether publishing is
// paused.
func (m *Maker) Generations(ctx context.Context) (list []Generation, paused bool, err error) {
	q := ssgdb.New(m.Pool)
	state, err := q.State(ctx)
	if err != nil {
		return nil, false, err
	}
	rows, err := q.LastGenerations(ctx, KeptGenerations+1)
	for _, r := range rows {
		list = append(list, Generation{r.ID, r.Kind, r.Live, r.MadeAt, r.Written, r.Deleted})
	}
	return list, state.Paused, err
}
