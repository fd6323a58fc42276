package events_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
)

// movedHall has a confirmed weekly series, the fifth date of which, 1 December, is at another
// time: on the day before from 20:00 to 21:00.
func movedHall(t *testing.T) (h *hall, e contract.Entry, fifth contract.Occurrence) {
	h = newHall(t)
	e = h.confirmed(h.weekly())
	fifth = e.Occurrences[4]
	h.change(e, events.EntryEdit{Apply: events.EditThis, Occurrence: fifth.ID,
		EntryFields: events.EntryFields{LocalStart: of("2026-11-30T20:00:00"), LocalEnd: of("2026-11-30T21:00:00")}})
	h.said()
	return h, e, fifth
}

// TestEditNamedByAMovedDate: whoever tells the times of a series by a date that has times of its
// own gets these times for that date and for the others.
func TestEditNamedByAMovedDate(t *testing.T) {
	for scope, first := range map[events.EditScope]int{events.EditAll: 0, events.EditFollowing: 4} {
		t.Run(string(scope), func(t *testing.T) {
			h, e, fifth := movedHall(t)
			after := h.change(e, events.EntryEdit{Apply: scope, Occurrence: fifth.ID,
				EntryFields: events.EntryFields{LocalStart: of("2026-12-01T21:00:00"), LocalEnd: of("2026-12-01T23:00:00")}})
			if diff := cmp.Diff(tuesdays("21:00:00")[first:], starts(after)); diff != "" {
				t.Error(diff)
			}
			o := h.at(after, "2026-12-01")
			if o.ID != fifth.ID || o.LocalEnd != "2026-12-01T23:00:00" || o.PreviousStart == nil || !o.PreviousStart.Equal(time.Date(2026, 11, 30, 20, 0, 0, 0, time.UTC)) {
				t.Errorf("the date became %+v", o)
			}
			if said := h.said(); !strings.Contains(said[len(said)-1], `"2026-11"`) && scope == events.EditAll {
				t.Errorf("the month that it has left is not said: %v", said)
			}
		})
	}
}

// TestEditOfTheHourByAMovedDate: a date on another day, which stays there, takes the series along
// by the clock and not by the days.
func TestEditOfTheHourByAMovedDate(t *testing.T) {
	h, e, fifth := movedHall(t)
	after := h.change(e, events.EntryEdit{Occurrence: fifth.ID, EntryFields: events.EntryFields{LocalStart: of("2026-11-30T21:00:00"), LocalEnd: of("2026-11-30T23:00:00")}})
	want := tuesdays("21:00:00")
	want[4] = "2026-11-30T21:00:00 moved"
	if diff := cmp.Diff(want, starts(after)); diff != "" || after.RRule != e.RRule {
		t.Errorf("%s %s", after.RRule, diff)
	}
	// Over midnight it is the next day's and still the same evening.
	late := h.weekly()
	late.LocalStart, late.LocalEnd = of("2026-11-03T23:30:00"), of("2026-11-04T00:30:00")
	night := h.confirmed(late)
	date := events.EntryEdit{Apply: events.EditThis, Occurrence: night.Occurrences[1].ID, EntryFields: events.EntryFields{LocalStart: of("2026-11-11T00:30:00")}}
	h.change(night, date)
	date.Apply, date.LocalStart = events.EditAll, of("2026-11-11T01:30:00")
	if after := h.change(night, date); after.LocalStart != "2026-11-04T01:30:00" || after.Occurrences[1].LocalStart != "2026-11-11T01:30:00" || after.Occurrences[1].Moved {
		t.Errorf("%s %v", after.LocalStart, starts(after))
	}
}

// TestSeriesMovedByItsPeriod: moved by a week, by a date with times of its own, the series has
// every date once.
func TestSeriesMovedByItsPeriod(t *testing.T) {
	h, e, fifth := movedHall(t)
	after := h.change(e, events.EntryEdit{Occurrence: fifth.ID, EntryFields: events.EntryFields{LocalStart: of("2026-12-08T19:00:00"), LocalEnd: of("2026-12-08T22:00:00")}})
	if diff := cmp.Diff(append(tuesdays("19:00:00")[1:], "2026-12-29T19:00:00"), starts(after)); diff != "" {
		t.Error(diff)
	}
}

// TestMovedDateTakenBackByAll: times that the series has already are the date's again.
func TestMovedDateTakenBackByAll(t *testing.T) {
	h, e, fifth := movedHall(t)
	was := h.entry(e.ID)
	after := h.change(e, events.EntryEdit{Occurrence: fifth.ID, EntryFields: events.EntryFields{LocalStart: of("2026-12-01T19:00:00"), LocalEnd: of("2026-12-01T22:00:00")}})
	if diff := cmp.Diff(tuesdays("19:00:00"), starts(after)); diff != "" || after.Sequence != was.Sequence+1 || after.Version != was.Version+1 {
		t.Errorf("sequence %d, version %d: %s", after.Sequence, after.Version, diff)
	}
	if o := h.at(after, "2026-12-01"); o.ID != fifth.ID || !o.StartsAt.Equal(fifth.StartsAt) {
		t.Errorf("%+v", o)
	}
	if said := h.said(); len(said) != 1 || !strings.Contains(said[0], "events.entry_updated") {
		t.Errorf("said %v", said)
	}
	// What the date has already, for all of them; and without times nothing moves.
	h.change(e, events.EntryEdit{Apply: events.EditThis, Occurrence: fifth.ID, EntryFields: events.EntryFields{LocalStart: of("2026-12-01T20:00:00")}})
	if after = h.change(e, events.EntryEdit{Occurrence: fifth.ID, EntryFields: events.EntryFields{Title: of("Stew")}}); after.LocalStart != "2026-11-03T19:00:00" {
		t.Errorf("a title has moved it to %s", after.LocalStart)
	}
	after = h.change(e, events.EntryEdit{Occurrence: fifth.ID, EntryFields: events.EntryFields{LocalStart: of("2026-12-01T20:00:00")}})
	if diff := cmp.Diff(tuesdays("20:00:00"), starts(after)); diff != "" {
		t.Error(diff)
	}
}

// TestSingleMovedDate: an entry that has become one of a single date, which has times of its own,
// is when it is told to be.
func TestSingleMovedDate(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	h.change(e, events.EntryEdit{Apply: events.EditThis, Occurrence: e.Occurrences[0].ID, EntryFields: events.EntryFields{LocalStart: of("2026-11-03T20:00:00")}})
	h.change(e, events.EntryEdit{EntryFields: events.EntryFields{RRule: of("")}})
	after := h.change(e, events.EntryEdit{EntryFields: events.EntryFields{LocalStart: of("2026-11-03T21:00:00"), LocalEnd: of("2026-11-03T22:00:00")}})
	if diff := cmp.Diff([]string{"2026-11-03T21:00:00"}, starts(after)); diff != "" || after.LocalStart != "2026-11-03T21:00:00" || after.Occurrences[0].LocalEnd != "2026-11-03T22:00:00" {
		t.Errorf("%s %+v", diff, after)
	}
}

// TestMovedDatesGo: a date that the series has no more goes though it was moved, unless somebody
// refers to it.
func TestMovedDatesGo(t *testing.T) {
	h, e, fifth := movedHall(t)
	second := e.Occurrences[1]
	h.change(e, events.EntryEdit{Apply: events.EditThis, Occurrence: second.ID, EntryFields: events.EntryFields{LocalStart: of("2026-11-11T19:00:00")}})
	h.save(memberID, second)
	edit := events.EntryEdit{EntryFields: events.EntryFields{ExDates: of([]string{second.Recurrence, fifth.Recurrence})}}
	p, err := h.PreviewEntry(h.as("cook"), e.ID, edit)
	if err != nil || p.Go.Count != 1 || p.Go.Dates[0].Occurrence != fifth.ID || p.Keep.Count != 1 || p.Keep.Dates[0].Occurrence != second.ID {
		t.Errorf("the preview: %+v %v", p, err)
	}
	h.said()
	after := h.change(e, edit)
	want := slices.DeleteFunc(tuesdays("19:00:00"), func(at string) bool { return at == second.Recurrence || at == fifth.Recurrence })
	want = slices.Insert(want, 1, "2026-11-11T19:00:00 kept moved")
	if diff := cmp.Diff(want, starts(after)); diff != "" {
		t.Error(diff)
	}
	// Nobody refers to it any more, and it goes with the next edit.
	h.run("DELETE FROM events.saved")
	after = h.change(e, events.EntryEdit{EntryFields: events.EntryFields{LocalEnd: of("2026-11-03T21:00:00")}})
	if i := slices.IndexFunc(after.Occurrences, func(o contract.Occurrence) bool { return o.Kept }); i >= 0 {
		t.Errorf("still kept: %+v", after.Occurrences[i])
	}
}

// TestCutTakesHistoryAlong: what became of the later dates is told of the entry that has them.
func TestCutTakesHistoryAlong(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	for _, i := range []int{1, 6} {
		if _, err := h.SetOccurrenceStatus(h.as("cook"), e.Occurrences[i].ID, nil, contract.Cancelled, "The cook is ill."); err != nil {
			t.Fatal(err)
		}
	}
	tail := h.change(e, events.EntryEdit{Apply: events.EditFollowing, Occurrence: e.Occurrences[4].ID, EntryFields: events.EntryFields{Title: of("Stew")}})
	for entry, date := range map[contract.EntryID]contract.OccurrenceID{e.ID: e.Occurrences[1].ID, tail.ID: e.Occurrences[6].ID} {
		list, _, err := h.Transitions(h.as("cook"), entry, 10, "")
		of := slices.DeleteFunc(list, func(step events.EntryTransition) bool { return step.Occurrence == "" })
		if err != nil || len(of) != 1 || of[0].Occurrence != date {
			t.Errorf("%s: %+v %v", entry, of, err)
		}
	}
	h.transitionsHold()
}
