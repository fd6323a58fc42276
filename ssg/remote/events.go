// Calendars, entries and dates through the API. Which entries there are is read when the site
// is opened; entries themselves and dates are asked for when pages are made of them.

package remote

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/openapi/client"
	"rose-ash.com/roseash/ssg"
)

// events is the site's calendars.
type events struct{ *Site }

var _ ssg.Events = events{}

// allEvents keeps which calendars and entries there are.
func (r *reading) allEvents(ctx context.Context) (err error) {
	err = walk(ctx, r.Site, "list-calendars", func(ctx context.Context, _ *string) (*http.Response, error) {
		return r.api.ListCalendars(ctx, nil)
	}, func(a answer[contract.Calendar]) { r.calendars = append(r.calendars, a.Items...) })
	if err != nil {
		return err
	}
	fields := []client.EntryProperty{"id", "slug", "title", "calendar"}
	return walk(ctx, r.Site, "list-entries", func(ctx context.Context, cursor *string) (*http.Response, error) {
		return r.api.ListEntries(ctx, &client.ListEntriesParams{Limit: of[int64](perRequest), Cursor: cursor, Fields: &fields})
	}, func(a answer[contract.EntryLink]) { r.entries = append(r.entries, a.Items...) })
}

// PublicCalendars implements ssg.Events, from what was read when the site was opened.
func (e events) PublicCalendars(context.Context) ([]contract.Calendar, error) {
	return slices.Clone(e.calendars), nil
}

// EntriesByID implements ssg.Events.
func (e events) EntriesByID(ctx context.Context, ids []contract.EntryID) ([]contract.Entry, error) {
	return byID[contract.EntryID, contract.Entry](ctx, e.Site, "list-entries", ids, func(ctx context.Context, some *[]string) (*http.Response, error) {
		return e.api.ListEntries(ctx, &client.ListEntriesParams{
			Ids: some, Include: &[]client.ListEntriesParamsInclude{client.ListEntriesParamsIncludeOccurrences},
		})
	})
}

// WalkEntries implements ssg.Events: it goes through what was there when the site was opened.
func (e events) WalkEntries(_ context.Context, cursor string) ([]contract.EntryLink, string, error) {
	links, next := step(e.entries, cursor)
	return links, next, nil
}

// CalendarEntries implements ssg.Events, from what was read when the site was opened.
func (e events) CalendarEntries(_ context.Context, calendars []contract.CalendarID) (ids []contract.EntryID, err error) {
	if calendars == nil {
		calendars = e.active()
	}
	for _, link := range e.entries {
		if slices.Contains(calendars, link.Calendar.ID) {
			ids = append(ids, link.ID)
		}
	}
	return ids, nil
}

// active are the calendars that are not archived.
func (e events) active() (ids []contract.CalendarID) {
	for _, c := range e.calendars {
		if !c.Archived {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// datesPerRequest is how many dates are asked for at once: the most that the API gives.
const datesPerRequest = 500

// Dates implements ssg.Events.
func (e events) Dates(ctx context.Context, q contract.OccurrenceQuery) (cards []contract.OccurrenceCard, err error) {
	if q.Calendars == nil {
		return e.dates(ctx, q, nil)
	}
	for some := range slices.Chunk(q.Calendars, perRequest) {
		names := make([]string, len(some))
		for i, id := range some {
			names[i] = string(id)
		}
		found, err := e.dates(ctx, q, &names)
		if err != nil {
			return nil, err
		}
		cards = append(cards, found...)
	}
	if len(q.Calendars) > perRequest {
		slices.SortFunc(cards, func(a, b contract.OccurrenceCard) int {
			return cmp.Or(a.StartsAt.Compare(b.StartsAt), strings.Compare(string(a.ID), string(b.ID)))
		})
	}
	if q.Limit > 0 {
		cards = cards[:min(len(cards), q.Limit)]
	}
	return cards, nil
}

// dates are those of as many calendars as can be named at once; nil: of all.
func (e events) dates(ctx context.Context, q contract.OccurrenceQuery, calendars *[]string) (cards []contract.OccurrenceCard, err error) {
	limit := datesPerRequest
	if q.Limit > 0 {
		limit = min(q.Limit, limit)
	}
	params := client.ListOccurrencesParams{Calendar: calendars, Limit: of(int64(limit)), Public: &q.Public}
	if q.From != "" {
		params.From = &q.From
	}
	if q.Until != "" {
		params.Until = &q.Until
	}
	if !q.After.IsZero() {
		params.After = &q.After
	}
	for {
		var a answer[contract.OccurrenceCard]
		err := e.get(ctx, "list-occurrences", func(ctx context.Context) (*http.Response, error) { return e.api.ListOccurrences(ctx, &params) }, &a)
		if err != nil {
			return nil, err
		}
		cards = append(cards, a.Items...)
		if a.Next == "" || q.Limit > 0 && len(cards) >= q.Limit {
			return cards, nil
		}
		if params.Cursor != nil && *params.Cursor == a.Next {
			return nil, fmt.Errorf("the API's operation list-occurrences: its list does not go on")
		}
		params.Cursor = &a.Next
	}
}

// Months implements ssg.Events. Those of several calendars are the sum of theirs.
func (e events) Months(ctx context.Context, calendars []contract.CalendarID) ([]contract.MonthCount, error) {
	refs := []string{"all"}
	if calendars != nil {
		refs = nil
		for _, id := range calendars {
			refs = append(refs, string(id))
		}
	}
	counts := map[string]int{}
	for _, ref := range refs {
		var a answer[contract.MonthCount]
		err := e.get(ctx, "list-calendar-months", func(ctx context.Context) (*http.Response, error) {
			return e.api.ListCalendarMonths(ctx, ref, nil)
		}, &a)
		if err != nil {
			return nil, err
		}
		for _, m := range a.Items {
			counts[m.Month] += m.Count
		}
	}
	months := make([]contract.MonthCount, 0, len(counts))
	for month, n := range counts {
		months = append(months, contract.MonthCount{Month: month, Count: n})
	}
	slices.SortFunc(months, func(a, b contract.MonthCount) int { return strings.Compare(a.Month, b.Month) })
	return months, nil
}

// EntryBySlug implements ssg.Events, from what was read when the site was opened. Private entries
// have no address.
func (e events) EntryBySlug(_ context.Context, calendar, entry string) (contract.EntryID, bool, error) {
	for _, link := range e.entries {
		if link.Calendar.Slug == calendar && link.Slug == entry && entry != "" {
			return link.ID, true, nil
		}
	}
	return "", false, nil
}
