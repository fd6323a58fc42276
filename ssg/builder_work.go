// The builder's work: rendering, committing and applying what was planned.

package ssg

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// Step is what one piece of work did.
type Step struct {
	Generation int64 // 0 where no page changed
	Rendered   int
	Written    int
	Deleted    int
	Slowest    []PageTime // the slowest first, ten at the most
	Render     time.Duration
	Commit     time.Duration
	Apply      time.Duration
}

// work does the next piece of what is planned; false where there is none.
func (b *Builder) work(ctx context.Context) (bool, error) {
	next, err := ssgdb.New(b.Pool).NextWork(ctx, false)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, b.overdue(ctx)
	}
	if err != nil {
		return false, err
	}
	if next.Lane == laneNow {
		p := part{id: next.ID, lane: laneNow, units: parseUnits(next.Units), attempts: next.Attempts}
		var read *batch
		if b.plannedN == next.ID {
			read = b.planned
		}
		b.planned = nil
		start := time.Now()
		o, err := b.make(ctx, read, p.units)
		if err != nil {
			return false, err
		}
		return true, b.finish(ctx, madeByEvents, p, o, time.Since(start))
	}
	return b.workPart(ctx, next)
}

func (b *Builder) make(ctx context.Context, read *batch, units []Unit) (o outcome, err error) {
	o.Results, o.Failed, err = b.renderUnits(ctx, read, units)
	return o, err
}

// finish commits what was rendered and brings it into the directory.
func (b *Builder) finish(ctx context.Context, kind string, p part, o outcome, rendering time.Duration) error {
	reached("rendered")
	start := time.Now()
	var again []Unit
	if p.lane == laneParts {
		keys, err := ssgdb.New(b.Pool).TouchedSince(ctx, p.base)
		if err != nil {
			return err
		}
		touched := make(map[string]bool, len(keys))
		for _, k := range keys {
			touched[k] = true
		}
		o.Results, again = stale(o.Results, touched)
	}
	generation, d, err := b.commit(ctx, kind, p, o.Results, func(q *ssgdb.Queries, refused []Unit) error {
		if err := q.DropWork(ctx, p.id); err != nil {
			return err
		}
		if _, err := b.put(ctx, q, laneNow, nil, again); err != nil {
			return err
		}
		if err := b.retry(ctx, q, append(o.Failed, refused...), p.attempts); err != nil {
			return err
		}
		if p.lane == laneNow {
			return nil
		}
		return q.ClearTouched(ctx)
	})
	if err != nil {
		return err
	}
	reached("committed")
	b.note(o)
	step := Step{
		Generation: generation, Rendered: len(o.Results), Slowest: slowest(nil, o.Results),
		Render: rendering, Commit: time.Since(start),
	}
	start = time.Now()
	if generation > 0 {
		if err := b.apply(generation, d.changes); err != nil {
			return err // the next reign finds the generation ready and applies it
		}
		b.applied(generation, d.changes)
	}
	step.Apply = time.Since(start)
	reached("applied")
	for _, c := range d.changes {
		if c.op == opWrite {
			step.Written++
		} else {
			step.Deleted++
		}
	}
	b.Watch(step)
	if p.lane == laneParts {
		b.done += len(p.units)
		b.Progress(min(b.done, b.total), b.total)
	} else {
		b.Log.Info("pages built", "rendered", step.Rendered, "written", step.Written, "deleted", step.Deleted,
			"took", (rendering + step.Commit + step.Apply).Round(time.Millisecond))
	}
	return b.overdue(ctx)
}

func (b *Builder) applied(generation int64, changes []change) {
	if b.pending == 0 {
		b.pendingSince = time.Now()
	}
	b.pending = generation
	for _, c := range changes {
		b.unsynced += len(c.body)
	}
	b.wakeDelivery()
}

// Limits of what is in packs and not yet known to be safely in the directory.
const (
	maxUnsynced = 64 << 20
	maxPending  = 5 * time.Second
)

// overdue makes the directory durable though there is no rest.
func (b *Builder) overdue(ctx context.Context) error {
	if b.unsynced > maxUnsynced || b.pending > 0 && time.Since(b.pendingSince) > maxPending {
		return b.checkpointSoon(ctx)
	}
	return nil
}

// ahead is a part that is rendered while the one before is committed and applied.
type ahead struct {
	part
	outcome
	err  error
	took time.Duration
	done chan struct{}
}

// workPart does the next part of a large build. One that another process has in
// hand is waited for a little; meanwhile events are looked after.
func (b *Builder) workPart(ctx context.Context, next ssgdb.NextWorkRow) (bool, error) {
	a := b.ahead
	switch {
	case a != nil && a.id == next.ID:
		b.ahead = nil
		select {
		case <-a.done:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		if a.err != nil {
			return false, a.err
		}
	case next.Rendered:
		o, base, err := b.result(ctx, next.ID)
		if err != nil {
			return false, err
		}
		a = &ahead{part: part{id: next.ID, lane: laneParts, build: next.Build, units: parseUnits(next.Units), base: base, attempts: next.Attempts}, outcome: o}
	case next.Claimed:
		if a == nil {
			b.lookAhead(ctx)
		}
		pause(ctx, 5*time.Millisecond)
		return true, nil
	default:
		p, mine, err := b.claim(ctx, next.ID)
		if err != nil || !mine {
			return !mine, err
		}
		start := time.Now()
		o, err := b.make(ctx, nil, p.units)
		if err != nil {
			return false, err
		}
		a = &ahead{part: p, outcome: o, took: time.Since(start)}
	}
	if b.ahead == nil {
		b.lookAhead(ctx)
	}
	return true, b.finish(ctx, madeAnew, a.part, a.outcome, a.took)
}

// lookAhead begins to render the next part that nobody has in hand.
func (b *Builder) lookAhead(ctx context.Context) {
	a := &ahead{done: make(chan struct{})}
	ids, err := ssgdb.New(b.Pool).UnclaimedWork(ctx, 2)
	if err != nil {
		return // the next step meets the same fault and says so
	}
	for _, id := range ids {
		p, mine, err := b.claim(ctx, id)
		if err != nil {
			return
		}
		if mine {
			a.part = p
			b.ahead = a
			go func() {
				defer close(a.done)
				start := time.Now()
				a.outcome, a.err = b.make(ctx, nil, p.units)
				a.took = time.Since(start)
			}()
			return
		}
	}
}
