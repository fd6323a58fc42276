package search

import (
	"context"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

// calendar is entries that come and go.
type calendar map[contract.EntryID]contract.Entry

func (c calendar) EntriesByID(_ context.Context, ids []contract.EntryID) (list []contract.Entry, err error) {
	for _, id := range ids {
		if e, ok := c[id]; ok {
			list = append(list, e)
		}
	}
	return list, nil
}

func (c calendar) WalkEntries(_ context.Context, cursor string) (links []contract.EntryLink, next string, err error) {
	ids, last := walked(c, contract.EntryID(cursor))
	for _, id := range ids {
		links = append(links, c[id].EntryLink)
	}
	return links, string(last), nil
}

func (c calendar) NextDates(_ context.Context, ids []contract.EntryID) (map[contract.EntryID]contract.OccurrenceCard, error) {
	next := map[contract.EntryID]contract.OccurrenceCard{}
	for _, id := range ids {
		if e := c[id]; len(e.Occurrences) > 0 {
			next[id] = contract.OccurrenceCard{LocalStart: e.Occurrences[0].LocalStart, Timezone: e.Timezone, StartsAt: e.Occurrences[0].StartsAt}
		}
	}
	return next, nil
}

const (
	soup = contract.EntryID("entry_00000000000000000000000000000001")
	gone = contract.EntryID("entry_00000000000000000000000000000002")
	hid  = contract.EntryID("entry_00000000000000000000000000000003")
)

func entry(id contract.EntryID, slug, title string) contract.Entry {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	return contract.Entry{
		EntryLink: contract.EntryLink{ID: id, Slug: slug, Title: title, Calendar: contract.CalendarLink{ID: "cal_1", Slug: "suppers", Name: "Suppers"}},
		Summary:   "Three soups and bread.", DescriptionHTML: "<p>Bring a <em>ladle</em>.</p>", Timezone: "Europe/London",
		Image:       &contract.Image{URL: "/media/x.jpg", Alt: "Pots"},
		Venue:       &contract.Venue{ID: "venue_1", Name: "Rose Ash Hall", Locality: "Devonshire"},
		Occurrences: []contract.Occurrence{{LocalStart: "2026-11-24T19:00:00", StartsAt: at.AddDate(0, 0, 23), Title: "With accordion"}},
		CreatedAt:   at, UpdatedAt: at,
	}
}

// TestEntries: an entry is found by its words and leads to its page; what is private is not.
func TestEntries(t *testing.T) {
	w := newWorld(t)
	w.post("A week of bread", "<p>Rye.</p>")
	busy := entry(hid, "", "Busy")
	busy.Busy, busy.Kind = true, contract.EntryPrivate
	dates := calendar{soup: entry(soup, "soup-supper", "Soup supper"), gone: entry(gone, "picnic", "Supper outside"), hid: busy}
	s := w.WithEntries(dates)
	if err := s.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"supper soup", "suppers", "ladle", "accordion", "Devonshire", "ash hall soup"} {
		found, err := s.Search(t.Context(), Query{Text: words})
		if err != nil || len(found.Items) == 0 {
			t.Errorf("%q finds %v, %v", words, found.Items, err)
			continue
		}
		for _, hit := range found.Items {
			if hit.Kind != Entry {
				t.Errorf("%q finds %s %s", words, hit.Kind, hit.Title)
			}
		}
	}
	found, err := s.Search(t.Context(), Query{Text: "soup supper", Kinds: []Kind{Entry}, Limit: 1})
	if err != nil || len(found.Items) != 1 {
		t.Fatalf("%v, %v", found.Items, err)
	}
	hit := found.Items[0]
	if hit.ID != string(soup) || hit.URL != w.sites.URL(urls.Events, "/suppers/soup-supper/") || hit.Image == nil ||
		hit.NextDate == nil || hit.NextDate.LocalStart != "2026-11-24T19:00:00" || hit.NextDate.Timezone != "Europe/London" {
		t.Errorf("the hit is %+v", hit)
	}
	for _, q := range []Query{{Text: "busy"}, {Text: "supper", Kinds: []Kind{Product, Post, Page}}} {
		if found, err := s.Search(t.Context(), q); err != nil || len(found.Items) != 0 {
			t.Errorf("%+v finds %v, %v", q, found.Items, err)
		}
	}
	delete(dates, gone)
	w.index(string(gone))
	if found, err := s.Search(t.Context(), Query{Text: "outside"}); err != nil || len(found.Items) != 0 {
		t.Errorf("what is withdrawn is found: %v, %v", found.Items, err)
	}
}
