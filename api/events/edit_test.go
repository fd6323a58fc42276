package events_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// tuesdays are eight Tuesdays from 3 November 2026 on, at a time.
func tuesdays(clock string) []string {
	list := []string{}
	for d := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC); len(list) < 8; d = d.AddDate(0, 0, 7) {
		list = append(list, d.Format("2006-01-02T")+clock)
	}
	return list
}

func TestCreateEntryStoresDates(t *testing.T) {
	h := newHall(t)
	h.said()
	e := h.confirmed(h.weekly())
	if diff := cmp.Diff(tuesdays("19:00:00"), starts(e)); diff != "" {
		t.Error(diff)
	}
	first := e.Occurrences[0]
	if first.Slug != "2026-11-03" || !first.StartsAt.Equal(time.Date(2026, 11, 3, 19, 0, 0, 0, time.UTC)) || !first.EndsAt.Equal(time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("the first date: %+v", first)
	}
	if e.Slug != "soup-supper" || strings.TrimSpace(e.DescriptionHTML) != "<p>Bring a <em>bowl</em>.</p>" || e.PublishedAt == nil || !strings.HasSuffix(e.UID, "@roseash.example") || e.Repeats == "" {
		t.Errorf("%+v", e)
	}
	want := `events.entry_published {"id": "` + string(e.ID) + `", "months": ["2026-11", "2026-12"], "calendars": ["` + string(h.suppers.ID) + `"]}`
	if diff := cmp.Diff([]string{want}, h.said()); diff != "" {
		t.Error(diff)
	}
	if again := h.confirmed(h.weekly()); again.Slug != "soup-supper-2" {
		t.Errorf("the second one has the slug %s", again.Slug)
	}
}

func TestEditAll(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	h.said()
	third := e.Occurrences[2]
	h.save(memberID, third)

	// An hour later, named by the third date.
	after := h.change(e, events.EntryEdit{Occurrence: third.ID, EntryFields: events.EntryFields{LocalStart: of("2026-11-17T20:00:00")}})
	if diff := cmp.Diff(tuesdays("20:00:00"), starts(after)); diff != "" {
		t.Error(diff)
	}
	for i, o := range after.Occurrences {
		if o.ID != e.Occurrences[i].ID || o.PreviousStart == nil || !o.PreviousStart.Equal(e.Occurrences[i].StartsAt) {
			t.Errorf("date %d became %+v", i, o)
		}
	}
	if after.Sequence != 1 || after.Version != e.Version+1 || after.LocalEnd != "2026-11-03T23:00:00" {
		t.Errorf("sequence %d, version %d, end %s", after.Sequence, after.Version, after.LocalEnd)
	}
	if said := h.said(); len(said) != 1 || !strings.HasPrefix(said[0], "events.entry_updated") {
		t.Errorf("said %v", said)
	}
	// Nothing changes nothing.
	same := h.change(after, events.EntryEdit{EntryFields: events.EntryFields{Title: of("Soup supper"), LocalStart: of("2026-11-03T20:00:00"), RRule: of("freq=weekly;byday=tu;count=8")}})
	if diff := cmp.Diff(after, same); diff != "" || len(h.said()) != 0 {
		t.Errorf("a change of nothing: %s", diff)
	}
	// To Wednesdays, and back in the time of day: the rule comes along.
	after = h.change(e, events.EntryEdit{Occurrence: third.ID, EntryFields: events.EntryFields{LocalStart: of("2026-11-18T19:00:00"), LocalEnd: of("2026-11-18T21:00:00")}})
	if after.RRule != "FREQ=WEEKLY;COUNT=8;BYDAY=WE" || after.LocalStart != "2026-11-04T19:00:00" || after.Occurrences[7].ID != e.Occurrences[7].ID {
		t.Errorf("moved to Wednesdays: %s %s %v", after.RRule, after.LocalStart, starts(after))
	}
	// Every second week: what somebody has saved stays beside the series.
	after = h.change(e, events.EntryEdit{EntryFields: events.EntryFields{RRule: of("FREQ=WEEKLY;INTERVAL=2;COUNT=2;BYDAY=WE")}})
	if diff := cmp.Diff([]string{"2026-11-04T19:00:00", "2026-11-18T19:00:00"}, starts(after)); diff != "" || h.at(after, "2026-11-18").ID != third.ID {
		t.Error(diff)
	}
	after = h.change(e, events.EntryEdit{EntryFields: events.EntryFields{RRule: of("")}})
	if diff := cmp.Diff([]string{"2026-11-04T19:00:00", "2026-11-18T19:00:00 kept"}, starts(after)); diff != "" {
		t.Error(diff)
	}
	// And it is the series' again where the series has it again.
	after = h.change(e, events.EntryEdit{EntryFields: events.EntryFields{RDates: of([]string{"2026-11-18T19:00:00"})}})
	if diff := cmp.Diff([]string{"2026-11-04T19:00:00", "2026-11-18T19:00:00"}, starts(after)); diff != "" || after.Occurrences[1].ID != third.ID {
		t.Error(diff)
	}
}

func TestEditThis(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	h.said()
	second := e.Occurrences[1]
	edit := func(f events.EntryFields) events.EntryEdit {
		return events.EntryEdit{Apply: events.EditThis, Occurrence: second.ID, EntryFields: f}
	}
	after := h.change(e, edit(events.EntryFields{Title: of("Soup and music"), Venue: &h.venue.ID, LocalStart: of("2026-12-02T18:00:00")}))
	o := h.at(after, "2026-12-02")
	if o.ID != second.ID || o.Title != "Soup and music" || o.Venue == nil || o.LocalEnd != "2026-12-02T21:00:00" || !o.Moved ||
		o.Recurrence != second.Recurrence || o.PreviousStart == nil || !o.PreviousStart.Equal(second.StartsAt) {
		t.Errorf("the date became %+v", o)
	}
	if after.Sequence != 1 || after.Title != "Soup supper" || len(after.Occurrences) != 8 {
		t.Errorf("%+v", after)
	}
	if said := h.said(); len(said) != 1 || !strings.Contains(said[0], `"months": ["2026-11", "2026-12"]`) {
		t.Errorf("said %v", said)
	}
	// The series moves, the date keeps what is its own.
	after = h.change(e, events.EntryEdit{EntryFields: events.EntryFields{LocalStart: of("2026-11-03T18:30:00"), Title: of("Supper")}})
	if o := h.at(after, "2026-12-02"); o.LocalStart != "2026-12-02T18:00:00" || o.Title != "Soup and music" || o.Recurrence != "2026-11-10T18:30:00" {
		t.Errorf("after the series moved: %+v", o)
	}
	// As the series has it, and it is the series' again.
	after = h.change(e, edit(events.EntryFields{Title: of(""), Venue: of(contract.VenueID("")), LocalStart: of("2026-11-10T18:30:00")}))
	if o := h.at(after, "2026-11-10"); o.Moved || o.Title != "" || o.Venue != nil || o.ID != second.ID {
		t.Errorf("taken back: %+v", o)
	}
	for name, f := range map[string]events.EntryFields{"body.rrule": {RRule: of("")}, "body.kind": {Kind: of(contract.EntryPrivate)}, "body.online_url": {OnlineURL: of("https://a.example/")}} {
		_, err := h.UpdateEntry(h.as("owner"), e.ID, h.entry(e.ID).Version, edit(f))
		if d := problem.From(err); d.Status != 422 || d.Errors[0].Location != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEditFollowing(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	h.said()
	fifth := e.Occurrences[4]
	tail := h.change(e, events.EntryEdit{Apply: events.EditFollowing, Occurrence: fifth.ID, EntryFields: events.EntryFields{Title: of("Winter supper"), LocalStart: of("2026-12-01T18:00:00")}})
	head := h.entry(e.ID)
	if diff := cmp.Diff(tuesdays("19:00:00")[:4], starts(head)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(tuesdays("18:00:00")[4:], starts(tail)); diff != "" {
		t.Error(diff)
	}
	if tail.ID == e.ID || tail.SplitFrom == nil || *tail.SplitFrom != e.ID || tail.UID == e.UID || tail.Slug != "soup-supper-2026-12-01" ||
		tail.Occurrences[0].ID != fifth.ID || tail.Title != "Winter supper" || head.Title != "Soup supper" || tail.Occurrences[0].PreviousStart == nil {
		t.Errorf("head %+v\ntail %+v", head, tail)
	}
	said := h.said()
	if len(said) != 2 || !strings.HasPrefix(said[0], "events.entry_updated") || !strings.HasPrefix(said[1], "events.entry_published") {
		t.Errorf("said %v", said)
	}
	// At the first date it is the whole series.
	again := h.change(tail, events.EntryEdit{Apply: events.EditFollowing, Occurrence: fifth.ID, EntryFields: events.EntryFields{Title: of("Deep winter")}})
	if again.ID != tail.ID || again.Title != "Deep winter" {
		t.Errorf("%+v", again)
	}
}

func TestPreviewStoresNothing(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	h.save(memberID, e.Occurrences[1])
	before := h.entry(e.ID)
	h.said()
	p, err := h.PreviewEntry(h.as("cook"), e.ID, events.EntryEdit{EntryFields: events.EntryFields{RRule: of("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=3")}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Stay.Count != 1 || p.Stay.Count+p.Move.Count+p.Go.Count+p.Keep.Count != 8 || p.Come.Count+p.Move.Count != 2 || p.Splits {
		t.Errorf("%+v", p)
	}
	if i := slices.IndexFunc(append(p.Keep.Dates, p.Move.Dates...), func(d events.PreviewedDate) bool { return d.Occurrence == e.Occurrences[1].ID }); i < 0 {
		t.Errorf("the saved date is neither kept nor moved: %+v", p)
	}
	p, err = h.PreviewEntry(h.as("cook"), e.ID, events.EntryEdit{Apply: events.EditFollowing, Occurrence: e.Occurrences[2].ID,
		EntryFields: events.EntryFields{RRule: of("FREQ=WEEKLY;BYDAY=TU"), LocalStart: of("2026-11-17T01:30:00"), LocalEnd: of("2026-11-17T02:00:00")}})
	if err != nil || !p.Splits || p.Stay.Count != 2 || p.Move.Count != 6 || p.Come.Count < 90 || len(p.Come.Dates) != 20 || p.Move.Dates[0].From != "2026-11-17T19:00:00" {
		t.Errorf("%+v %v", p, err)
	}
	if diff := cmp.Diff(before, h.entry(e.ID)); diff != "" || len(h.said()) != 0 {
		t.Errorf("a preview stored something: %s", diff)
	}
}

func TestDatesInGaps(t *testing.T) {
	h := newHall(t)
	f := h.weekly()
	f.LocalStart, f.LocalEnd, f.RRule = of("2027-03-21T01:30:00"), of("2027-03-21T03:00:00"), of("FREQ=WEEKLY;COUNT=2")
	e := h.confirmed(f)
	if o := e.Occurrences[1]; o.Adjusted != "gap" || !o.StartsAt.Equal(time.Date(2027, 3, 28, 1, 30, 0, 0, time.UTC)) {
		t.Errorf("%+v", o)
	}
	p, err := h.PreviewEntry(h.as("cook"), e.ID, events.EntryEdit{EntryFields: events.EntryFields{LocalStart: of("2027-03-21T01:15:00")}})
	if err != nil || p.Adjusted.Count != 1 || p.Adjusted.Dates[0].Adjusted != "gap" {
		t.Errorf("%+v %v", p, err)
	}
}

// TestSeriesMovesWhole: a series without end moves by more than half its period while more of
// its dates come due; each date is the one that it was.
func TestSeriesMovesWhole(t *testing.T) {
	h := newHall(t)
	f := h.weekly()
	f.RRule = of("FREQ=WEEKLY;BYDAY=TU")
	e := h.confirmed(f)
	h.clock.Set(time.Date(2027, 2, 1, 9, 0, 0, 0, time.UTC))
	after := h.change(e, events.EntryEdit{EntryFields: events.EntryFields{LocalStart: of("2026-11-07T19:00:00")}})
	if after.RRule != "FREQ=WEEKLY;BYDAY=SA" || len(after.Occurrences) <= len(e.Occurrences) {
		t.Fatalf("%s, %d dates of %d", after.RRule, len(after.Occurrences), len(e.Occurrences))
	}
	for i, o := range e.Occurrences {
		if after.Occurrences[i].ID != o.ID {
			t.Fatalf("%s is another date than %s was", after.Occurrences[i].LocalStart, o.LocalStart)
		}
	}
}

// TestSeriesBegunEarlier: dates that a series still has are the same ones, however much earlier
// it begins now.
func TestSeriesBegunEarlier(t *testing.T) {
	h := newHall(t)
	f := h.weekly()
	f.RRule = of("FREQ=WEEKLY;BYDAY=TU")
	e := h.confirmed(f)
	h.save(memberID, e.Occurrences[3])
	after := h.change(e, events.EntryEdit{EntryFields: events.EntryFields{LocalStart: of("2023-11-28T19:00:00")}})
	if len(after.Occurrences) < 200 {
		t.Fatalf("%d dates", len(after.Occurrences))
	}
	for _, o := range e.Occurrences {
		if now := h.at(after, o.Slug); now.ID != o.ID {
			t.Fatalf("%s is another", o.Slug)
		}
	}
}
