// Work: units that are to be rendered, here or by any process that helps.

package ssg

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// Lanes of work.
const (
	laneNow   = 0 // what events touch
	laneParts = 1 // parts of large builds
)

// partSize is how many units are in one part of a large build; a variable for tests.
var partSize = 500

const (
	nowLimit = 400 // units that are rendered at once; more become parts
	// holdPart is how long somebody may render a part before another takes it.
	holdPart = 60 * time.Second
)

// Maker renders units. A process that is not the generator has one too, and helps
// with the parts of large builds.
type Maker struct {
	Pool     *db.Pool
	Sources  Sources
	Renderer *Renderer
	Clock    clock.Clock
	// Fingerprint names the templates and addresses that pages are made with. The
	// trees are built anew when it is not the one they were built with.
	Fingerprint string
	Log         *slog.Logger
}

// part is work in hand.
type part struct {
	id       int64
	lane     int16
	build    *int64 // the large build that it is a part of
	units    []Unit
	attempts int32
	base     int64 // the last change that the results know
}

// renderUnits makes the pages of units, some at a time, in the order of units.
// One that fails is left out, so that it holds up nobody else. batch may be nil.
func (m *Maker) renderUnits(ctx context.Context, b *batch, units []Unit) (results []Rendered, failed []Unit, err error) {
	if b == nil {
		if b, err = newBatch(ctx, m.Sources, m.Clock.Now()); err != nil {
			return nil, nil, err
		}
	}
	if err := b.fetch(ctx, units); err != nil {
		return nil, nil, err
	}
	out := make([]*Rendered, len(units))
	var mu sync.Mutex
	var group errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() error {
			for i := w; i < len(units) && ctx.Err() == nil; i += workers {
				start := time.Now()
				r, err := m.Renderer.render(ctx, b, units[i])
				if err == nil {
					r.took = time.Since(start)
					out[i] = &r
					continue
				}
				if ctx.Err() == nil {
					m.Log.Error("a page could not be made and stays as it was", "unit", units[i].String(), "error", err)
				}
				mu.Lock()
				failed = append(failed, units[i])
				mu.Unlock()
			}
			return nil
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	results = make([]Rendered, 0, len(units))
	for _, r := range out {
		if r != nil {
			results = append(results, *r)
		}
	}
	return results, failed, nil
}

// claim takes a part that nobody works on; false where somebody does, or it is of
// another version of the program.
func (m *Maker) claim(ctx context.Context, id int64) (part, bool, error) {
	row, err := ssgdb.New(m.Pool).ClaimWork(ctx, ssgdb.ClaimWorkParams{ID: id, Fingerprint: m.Fingerprint, Hold: holdPart.Seconds()})
	if errors.Is(err, pgx.ErrNoRows) {
		return part{}, false, nil
	}
	return part{id: id, lane: laneParts, build: row.Build, units: parseUnits(row.Units), base: row.Base, attempts: row.Attempts}, err == nil, err
}

// outcome is a rendered part as it is stored.
type outcome struct {
	Results []Rendered
	Failed  []Unit
}

// Help renders one part of a large build and leaves the result for the generator.
// It does nothing where the part is done, in hand or gone. Pages that could not be
// made are tried again by the generator; only a lost database is an error.
func (m *Maker) Help(ctx context.Context, id int64) error {
	p, mine, err := m.claim(ctx, id)
	if err != nil || !mine {
		return err
	}
	var o outcome
	if o.Results, o.Failed, err = m.renderUnits(ctx, nil, p.units); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(o); err != nil {
		return err
	}
	_, err = ssgdb.New(m.Pool).PutResult(ctx, ssgdb.PutResultParams{ID: id, Base: p.base, Result: b.Bytes()})
	return err
}

// result reads what somebody rendered.
func (m *Maker) result(ctx context.Context, id int64) (o outcome, base int64, err error) {
	row, err := ssgdb.New(m.Pool).Result(ctx, id)
	if err != nil {
		return o, 0, err
	}
	return o, row.Base, gob.NewDecoder(bytes.NewReader(row.Result)).Decode(&o)
}

// stale finds the results that came too late: the unit was planned again since the
// part was begun, or it read what has changed since. The former are dropped, for
// they are newer on disk already; the latter are to be rendered again.
func stale(results []Rendered, touched map[string]bool) (fresh []Rendered, again []Unit) {
	if len(touched) == 0 {
		return results, nil
	}
	for _, r := range results {
		if touched[r.Unit.String()] {
			continue
		}
		old := false
		for k := range r.Reads {
			if touched[k] {
				old = true
				break
			}
		}
		if old {
			again = append(again, r.Unit)
		} else {
			fresh = append(fresh, r)
		}
	}
	return fresh, again
}
