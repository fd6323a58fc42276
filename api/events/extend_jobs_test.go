package events_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
)

func TestDatesAreAddedAsTimeGoesOn(t *testing.T) {
	h := newHall(t)
	f := h.weekly()
	f.RRule = of("FREQ=WEEKLY;BYDAY=TU")
	public, draft, ended := h.confirmed(f), h.made(f, contract.EntryDraft), h.confirmed(h.weekly())
	h.said()
	keepUp := func() {
		t.Helper()
		if err := h.KeepUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	keepUp()
	if said := h.said(); len(said) != 0 {
		t.Errorf("said %v where nothing was due", said)
	}
	h.clock.Set(time.Date(2027, 1, 10, 9, 30, 0, 0, time.UTC))
	keepUp()
	for _, before := range []contract.Entry{public, draft} {
		after := h.entry(before.ID)
		last := after.Occurrences[len(after.Occurrences)-1]
		if last.LocalStart < "2029-02-03" || last.LocalStart > "2029-02-10" {
			t.Errorf("the last date is %s", last.LocalStart)
		}
		n := len(before.Occurrences)
		if diff := cmp.Diff(before.Occurrences, after.Occurrences[:n]); diff != "" || len(after.Occurrences) == n || after.Version != before.Version || !after.EditedAt.Equal(before.EditedAt) {
			t.Errorf("what there was changed: %s", diff)
		}
	}
	if diff := cmp.Diff(ended, h.entry(ended.ID)); diff != "" {
		t.Error(diff)
	}
	said := h.said()
	if len(said) != 1 || !strings.Contains(said[0], string(public.ID)) || !strings.Contains(said[0], `"months": ["2028-12", "2029-01", "2029-02"]`) {
		t.Errorf("said %v", said)
	}
	keepUp()
	if said := h.said(); len(said) != 0 {
		t.Errorf("said %v the second time", said)
	}
}

func TestInstantsFollowTheZoneData(t *testing.T) {
	h := newHall(t)
	public, untouched, draft := h.confirmed(h.weekly()), h.confirmed(h.weekly()), h.made(h.weekly(), contract.EntryDraft)
	moved := h.change(public, events.EntryEdit{Apply: events.EditThis, Occurrence: public.Occurrences[2].ID, EntryFields: events.EntryFields{LocalStart: of("2026-11-18T12:00:00")}})
	h.said()
	// As other data would have had it.
	h.run("UPDATE events.entries SET zone_version = 'old'")
	h.run("UPDATE events.occurrences SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour' WHERE entry_id <> right($1, 32)::uuid", untouched.ID)
	h.clock.Advance(time.Hour)
	if err := h.KeepUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := h.entry(public.ID)
	if diff := cmp.Diff(moved.Occurrences, after.Occurrences); diff != "" || !after.EditedAt.Equal(h.clock.Now()) {
		t.Errorf("%s", diff)
	}
	if diff := cmp.Diff(untouched, h.entry(untouched.ID)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(draft.Occurrences, h.entry(draft.ID).Occurrences); diff != "" {
		t.Error(diff)
	}
	if said := h.said(); len(said) != 1 || !strings.Contains(said[0], string(public.ID)) {
		t.Errorf("said %v", said)
	}
	if err := h.KeepUp(t.Context()); err != nil || len(h.said()) != 0 {
		t.Errorf("the second time: %v", err)
	}
}
