package events_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestTwoEditorsOfOneVersion: of many who change the same version one does.
func TestTwoEditorsOfOneVersion(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	ctx := h.as("owner")
	var group sync.WaitGroup
	var done, late atomic.Int32
	for i := range 12 {
		group.Go(func() {
			edit := events.EntryEdit{EntryFields: events.EntryFields{LocalStart: of(fmt.Sprintf("2026-11-03T18:%02d:00", i))}}
			if i%3 == 0 {
				edit.Apply, edit.Occurrence = events.EditFollowing, e.Occurrences[4].ID
			}
			_, err := h.UpdateEntry(ctx, e.ID, e.Version, edit)
			switch {
			case err == nil:
				done.Add(1)
			case problem.From(err).Status == http.StatusPreconditionFailed:
				late.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	group.Wait()
	if done.Load() != 1 || late.Load() != 11 {
		t.Errorf("%d changes of one version, %d were late", done.Load(), late.Load())
	}
	if after := h.entry(e.ID); after.Version != e.Version+1 {
		t.Errorf("version %d", after.Version)
	}
}

// TestEverybodyEditsAtOnce: editors of all three kinds, states, statuses, previews, the job and
// members who save dates. Nobody meets a fault, and afterwards everything agrees.
func TestEverybodyEditsAtOnce(t *testing.T) {
	h := newHall(t)
	var origins []contract.EntryID
	for _, rule := range []string{"FREQ=WEEKLY;COUNT=20", "FREQ=MONTHLY", "FREQ=DAILY;COUNT=15"} {
		f := h.weekly()
		f.RRule = &rule
		origins = append(origins, h.confirmed(f).ID)
	}
	ctx, until := h.as("owner"), time.Now().Add(2*time.Second)
	var group sync.WaitGroup
	var saved sync.Map
	work := func(many int, do func(r *rand.Rand, e contract.Entry) error) {
		for i := range many {
			group.Go(func() {
				r := rand.New(rand.NewPCG(uint64(i), uint64(many)))
				for time.Now().Before(until) && !t.Failed() {
					list, _, err := h.Entries(ctx, events.EntryQuery{Limit: 100})
					if err == nil && len(list) > 0 {
						err = do(r, list[r.IntN(len(list))])
					}
					if d := problem.From(err); d != nil && d.Status >= http.StatusInternalServerError {
						t.Errorf("%v: %v", err, errors.Unwrap(d))
					}
				}
			})
		}
	}
	pick := func(r *rand.Rand, e contract.Entry) contract.Occurrence {
		if len(e.Occurrences) == 0 {
			return contract.Occurrence{}
		}
		return e.Occurrences[r.IntN(len(e.Occurrences))]
	}
	random := func(r *rand.Rand, e contract.Entry) events.EntryEdit {
		date := pick(r, e)
		edit := events.EntryEdit{Apply: []events.EditScope{events.EditAll, events.EditThis, events.EditFollowing}[min(2, r.IntN(10)/4)], Occurrence: date.ID}
		switch start, err := time.Parse("2006-01-02T15:04:05", date.LocalStart); {
		case r.IntN(2) == 0 && err == nil:
			edit.LocalStart = of(local(start.Add(time.Duration(r.IntN(9)-4) * 12 * time.Hour)))
		case r.IntN(3) == 0 && edit.Apply == events.EditAll:
			edit.RRule = of([]string{"FREQ=WEEKLY;COUNT=12", "FREQ=MONTHLY;COUNT=5", "FREQ=DAILY;COUNT=9"}[r.IntN(3)])
		default:
			edit.Title = of(fmt.Sprint("Supper ", r.IntN(9)))
		}
		return edit
	}
	work(4, func(r *rand.Rand, e contract.Entry) error {
		_, err := h.UpdateEntry(ctx, e.ID, e.Version, random(r, e))
		return err
	})
	work(1, func(r *rand.Rand, e contract.Entry) error {
		_, err := h.PreviewEntry(ctx, e.ID, random(r, e))
		return err
	})
	work(1, func(r *rand.Rand, e contract.Entry) error {
		to := []contract.EntryState{contract.EntryConfirmed, contract.EntryCancelled, contract.EntryPostponed}[r.IntN(3)]
		_, err := h.SetEntryState(ctx, e.ID, e.Version, to, "")
		return err
	})
	work(2, func(r *rand.Rand, e contract.Entry) error {
		to := []contract.OccurrenceStatus{contract.Scheduled, contract.Cancelled, contract.Postponed}[r.IntN(3)]
		_, err := h.SetOccurrenceStatus(ctx, pick(r, e).ID, nil, to, "")
		return err
	})
	work(1, func(*rand.Rand, contract.Entry) error {
		h.clock.Advance(12 * time.Hour)
		return h.KeepUp(h.t.Context())
	})
	work(3, func(r *rand.Rand, e contract.Entry) error {
		date := pick(r, e)
		user := fmt.Sprintf("user_%032x", r.IntN(4))
		_, err := h.pool.Exec(h.t.Context(), "INSERT INTO events.saved (user_id, occurrence_id, at) VALUES ($1, right($2, 32)::uuid, '2026-11-02') ON CONFLICT DO NOTHING", user, date.ID)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.ConstraintName == "saved_occurrence_id_fkey" || date.ID == "" {
			return nil // an edit has taken it away before
		}
		if err == nil && r.IntN(10) == 0 {
			saved.Store(plain(string(date.ID[4:])), true)
		}
		return err
	})
	group.Wait()

	seen := map[string]bool{}
	dates := 0
	for _, entry := range h.stored(t, "") {
		if faults := entry.asExpanded(); len(faults) > 0 {
			t.Errorf("%s: %v", entry.ID, faults)
		}
		walls := map[time.Time]bool{}
		for _, d := range entry.Dates {
			if walls[d.Recurrence] {
				t.Errorf("%s has %v twice", entry.ID, d.Recurrence)
			}
			walls[d.Recurrence], seen[plain(d.ID)] = true, true
			dates++
		}
	}
	kept := 0
	saved.Range(func(id, _ any) bool {
		if kept++; !seen[id.(string)] {
			t.Errorf("the saved date %s is lost", id)
		}
		return true
	})
	h.transitionsHold()
	if kept == 0 || dates == 0 || !slices.ContainsFunc(origins, func(id contract.EntryID) bool { return h.entry(id).Version > 2 }) {
		t.Errorf("nothing happened: %d saved, %d dates", kept, dates)
	}
}
