package events_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/events/series"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/zones"
)

// storedEntry is what decides about the dates of an entry, as the database has it.
type storedEntry struct {
	ID       string
	Series   localtime.Series
	Timezone string
	Until    time.Time
	Dates    []storedDate
}

// storedDate is one of its rows, in the order of the series.
type storedDate struct {
	ID                     string
	Recurrence, Start, End time.Time
	At, Ends               time.Time
	Slug                   string
	Moved, Kept            bool
}

// stored are the entries among ids and those that were cut from them, in the order in which
// they were made.
func (h *hall) stored(t interface{ Fatal(...any) }, origin contract.EntryID) []storedEntry {
	rows, err := h.pool.Query(h.t.Context(), `WITH RECURSIVE family AS (SELECT id FROM events.entries WHERE id = nullif(right($1, 32), '')::uuid
			UNION SELECT e.id FROM events.entries e JOIN family f ON e.split_from = f.id)
		SELECT id, timezone, all_day, local_start, local_end, rrule, rdates, exdates, expanded_until FROM events.entries
		WHERE $1 = '' OR id IN (SELECT id FROM family) ORDER BY id`, origin)
	if err != nil {
		t.Fatal(err)
	}
	var list []storedEntry
	for rows.Next() {
		var e storedEntry
		if err := rows.Scan(&e.ID, &e.Timezone, &e.Series.AllDay, &e.Series.Start, &e.Series.End, &e.Series.Rule, &e.Series.RDates, &e.Series.ExDates, &e.Until); err != nil {
			t.Fatal(err)
		}
		if e.Series.Zone, err = zones.Load(e.Timezone); err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	if rows.Close(); rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	for i := range list {
		rows, err := h.pool.Query(h.t.Context(), `SELECT id, recurrence_local, local_start, local_end, starts_at, ends_at, slug, moved, kept
			FROM events.occurrences WHERE entry_id = $1 ORDER BY recurrence_local`, list[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var d storedDate
			if err := rows.Scan(&d.ID, &d.Recurrence, &d.Start, &d.End, &d.At, &d.Ends, &d.Slug, &d.Moved, &d.Kept); err != nil {
				t.Fatal(err)
			}
			list[i].Dates = append(list[i].Dates, d)
		}
		if rows.Close(); rows.Err() != nil {
			t.Fatal(rows.Err())
		}
	}
	return list
}

// asExpanded says in what the rows of an entry are not what its series has: every date once,
// with the instants of its wall times and an address of its own, and beside them only what is
// kept.
func (e storedEntry) asExpanded() (faults []string) {
	dates, err := e.Series.Expand(e.Until, 1<<20)
	if err != nil {
		return []string{err.Error()}
	}
	perDay, slugs := map[string]int{}, map[string]bool{}
	for _, row := range e.Dates {
		perDay[row.Start.Format(time.DateOnly)]++
	}
	next := 0
	for _, row := range e.Dates {
		span := localtime.Span(row.Start, row.End, e.Series.Zone)
		if !span.At.Equal(row.At) || !span.Until.Equal(row.Ends) {
			faults = append(faults, fmt.Sprintf("%v is at %v", row.Start, row.At))
		}
		day := row.Start.Format(time.DateOnly)
		if slugs[row.Slug] || perDay[day] == 1 && row.Slug != day || perDay[day] > 1 && row.Slug[:15] != row.Start.Format("2006-01-02-1504") {
			faults = append(faults, fmt.Sprintf("%v has the address %s", row.Start, row.Slug))
		}
		slugs[row.Slug] = true
		if row.Kept {
			continue
		}
		if next == len(dates) || !dates[next].Recurrence.Equal(row.Recurrence) {
			faults = append(faults, fmt.Sprintf("%v is no date of the series", row.Recurrence))
			continue
		}
		if same := dates[next].Start.Equal(row.Start) && dates[next].End.Equal(row.End); same == row.Moved {
			faults = append(faults, fmt.Sprintf("%v is at %v and moved is %t", row.Recurrence, row.Start, row.Moved))
		}
		next++
	}
	if next != len(dates) {
		faults = append(faults, fmt.Sprintf("%d of %d dates are stored", next, len(dates)))
	}
	return faults
}

// regular are the rows that are the series'.
func (e storedEntry) regular() (list []storedDate) {
	return slices.DeleteFunc(slices.Clone(e.Dates), func(d storedDate) bool { return d.Kept })
}

func (e storedEntry) recurrences() (walls []time.Time) {
	for _, d := range e.regular() {
		walls = append(walls, d.Recurrence)
	}
	return walls
}

// TestAnySequenceOfEdits: whatever is done to a series, what somebody has saved keeps its id,
// and what is stored is what the pure model makes of it: series.Shift and series.Cut of what
// was, expanded, each date being the one that series.Match says.
func TestAnySequenceOfEdits(t *testing.T) {
	h := newHall(t)
	rules := []string{"", "FREQ=WEEKLY;COUNT=12", "FREQ=DAILY;COUNT=20", "FREQ=WEEKLY;BYDAY=TU,FR;COUNT=15", "FREQ=MONTHLY;COUNT=9", "FREQ=WEEKLY;UNTIL=20270330T235959", "FREQ=MONTHLY;BYDAY=1TU;COUNT=6", "FREQ=MONTHLY"}
	done := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		f := h.weekly()
		f.RRule = of(rapid.SampledFrom(rules).Draw(rt, "rule"))
		start := time.Date(2026, 11, 3, 1, 30, 0, 0, time.UTC).AddDate(0, 0, 7*rapid.IntRange(-2, 20).Draw(rt, "week"))
		f.LocalStart, f.LocalEnd = of(local(start)), of(local(start.Add(time.Hour)))
		e, err := h.CreateEntry(h.as("owner"), events.EntryToMake{EntryFields: f, State: contract.EntryConfirmed})
		if err != nil {
			return // a first date that its rule does not have
		}
		saved := map[string]bool{}
		for range rapid.IntRange(1, 6).Draw(rt, "edits") {
			before := h.stored(rt, e.ID)
			i := rapid.IntRange(0, len(before)-1).Draw(rt, "entry")
			entry := before[i]
			if len(entry.Dates) == 0 {
				continue
			}
			date := entry.Dates[rapid.IntRange(0, len(entry.Dates)-1).Draw(rt, "date")]
			if rapid.Bool().Draw(rt, "save") {
				other := entry.Dates[rapid.IntRange(0, len(entry.Dates)-1).Draw(rt, "saved")]
				h.save(memberID, contract.Occurrence{ID: contract.OccurrenceID("occ_" + plain(other.ID))})
				saved[other.ID] = true
			}
			edit := drawEdit(rt, rules, date)
			id := contract.EntryID("entry_" + plain(entry.ID))
			if _, err := h.UpdateEntry(h.as("owner"), id, h.entry(id).Version, edit); err != nil {
				done["refused"]++
				if problem.From(err).Status != 422 {
					rt.Fatalf("%+v: %v", edit, err)
				}
				if diff := cmp.Diff(before, h.stored(rt, e.ID), cmp.Comparer(sameZone)); diff != "" {
					rt.Fatalf("a refused edit changed something: %s", diff)
				}
				continue
			}
			after := h.stored(rt, e.ID)
			if done[string(edit.Apply)]++; len(after) > len(before) {
				done["cut"]++
			}
			h.modelled(rt, edit, before[i], date, after, i, len(before))
			seen := map[string]bool{}
			for _, entry := range after {
				if faults := entry.asExpanded(); len(faults) > 0 {
					rt.Fatalf("after %+v: %v\n%+v", edit, faults, entry)
				}
				for _, d := range entry.Dates {
					seen[d.ID] = true
				}
			}
			for id := range saved {
				if !seen[id] {
					rt.Fatalf("the saved date %s is lost after %+v", id, edit)
				}
			}
		}
	})
	for _, kind := range []string{"all", "this", "following", "cut", "refused"} {
		if done[kind] == 0 {
			t.Errorf("nothing was tried of %s: %v", kind, done)
		}
	}
	t.Log(done)
}

// drawEdit is an edit of one of the three kinds.
func drawEdit(rt *rapid.T, rules []string, date storedDate) events.EntryEdit {
	edit := events.EntryEdit{Apply: rapid.SampledFrom([]events.EditScope{events.EditAll, events.EditThis, events.EditFollowing}).Draw(rt, "apply"),
		Occurrence: contract.OccurrenceID("occ_" + plain(date.ID))}
	by := time.Duration(rapid.IntRange(-3, 3).Draw(rt, "days"))*24*time.Hour + time.Duration(rapid.IntRange(-2, 30).Draw(rt, "half hours"))*30*time.Minute
	length := date.End.Sub(date.Start) + time.Duration(rapid.IntRange(0, 1).Draw(rt, "longer"))*time.Hour
	switch rapid.IntRange(0, 4).Draw(rt, "what") {
	case 0:
		edit.Title = of(rapid.SampledFrom([]string{"Soup", "Stew"}).Draw(rt, "title"))
	case 1, 2:
		edit.LocalStart, edit.LocalEnd = of(local(date.Start.Add(by))), of(local(date.Start.Add(by+length)))
	case 3:
		edit.RRule = of(rapid.SampledFrom(rules).Draw(rt, "rule"))
	case 4:
		edit.ExDates = of([]string{local(date.Recurrence)})
	}
	return edit
}

// modelled holds what an edit did against the pure functions.
func (h *hall) modelled(rt *rapid.T, edit events.EntryEdit, was storedEntry, date storedDate, after []storedEntry, i, before int) {
	changed, from := after[i], was
	if len(after) > before { // it was cut
		head, tail, ok := series.Cut(was.Series, date.Recurrence)
		if !ok {
			rt.Fatalf("%+v has cut what cannot be cut", edit)
		}
		if faults := sameSeries(after[i].Series, head); faults != "" {
			rt.Fatalf("the head: %s", faults)
		}
		changed = after[len(after)-1]
		from.Series = tail
		from.Dates = slices.DeleteFunc(slices.Clone(was.Dates), func(d storedDate) bool { return d.Recurrence.Before(date.Recurrence) })
	}
	if edit.Apply == events.EditThis && (was.Series.Rule != "" || len(was.Series.RDates) > 0 || date.Kept) {
		if faults := sameSeries(changed.Series, was.Series); faults != "" {
			rt.Fatalf("this date: %s", faults)
		}
		return
	}
	shall := from.Series
	if edit.LocalStart != nil {
		start, _ := localtime.Parse(*edit.LocalStart, false)
		end, _ := localtime.Parse(*edit.LocalEnd, false)
		at, until, length := date.Start, date.End, end.Sub(start)
		switch lasts := shall.End.Sub(shall.Start); {
		case date.Kept:
			length += lasts - date.End.Sub(date.Start)
		case date.Moved:
			at = date.Recurrence
			if start.Format(time.DateOnly) == date.Start.Format(time.DateOnly) {
				at = at.Add(date.Start.Sub(at).Round(24 * time.Hour))
			}
			until = at.Add(lasts)
		}
		if !start.Equal(at) || !end.Equal(until) {
			shall, _ = series.Shift(from.Series, start.Sub(at), length)
		}
		for _, d := range changed.Dates {
			own := date.Kept || !at.Equal(date.Recurrence) // it is not the series'
			if d.ID == date.ID && (own && !(d.Start.Equal(start) && d.End.Equal(end)) || !own && d.Moved) {
				rt.Fatalf("after %+v the date is %+v", edit, d)
			}
		}
	}
	if edit.RRule != nil {
		shall.Rule, _ = localtime.Canonical(*edit.RRule, false)
	}
	if edit.ExDates != nil {
		shall.ExDates = []time.Time{date.Recurrence}
	}
	if shall.Rule == "" && len(shall.RDates) == 0 {
		shall.ExDates = nil
	}
	if faults := sameSeries(changed.Series, shall); faults != "" {
		rt.Fatalf("after %+v: %s", edit, faults)
	}
	// Each date is the one that it was.
	until := was.Until.Add(shall.Start.Sub(from.Series.Start))
	walls := slices.DeleteFunc(changed.recurrences(), func(w time.Time) bool { return !w.Before(until) })
	rows, beyond := changed.regular(), map[time.Time]string{}
	for _, d := range rows[len(walls):] {
		beyond[d.Recurrence] = d.ID
	}
	from.Dates = slices.DeleteFunc(from.regular(), func(d storedDate) bool {
		id, same := beyond[d.Recurrence]
		if same && id != d.ID {
			rt.Fatalf("after %+v: %v is another", edit, d.Recurrence)
		}
		return same
	})
	for old, new := range series.Match(from.recurrences(), walls) {
		if new >= 0 && rows[new].ID != from.Dates[old].ID {
			rt.Fatalf("after %+v: %v became %v, and is another", edit, from.Dates[old].Recurrence, walls[new])
		}
	}
}

func sameSeries(a, b localtime.Series) string {
	a.Zone, b.Zone = nil, nil
	if len(a.RDates)+len(b.RDates) == 0 {
		a.RDates, b.RDates = nil, nil
	}
	if len(a.ExDates)+len(b.ExDates) == 0 {
		a.ExDates, b.ExDates = nil, nil
	}
	return cmp.Diff(b, a)
}

func sameZone(a, b *time.Location) bool { return a.String() == b.String() }

func local(wall time.Time) string { return localtime.Format(wall, false) }

// plain is a UUID without its dashes.
func plain(uuid string) string {
	digits := make([]byte, 0, 32)
	for i := range len(uuid) {
		if uuid[i] != '-' {
			digits = append(digits, uuid[i])
		}
	}
	return string(digits)
}
