// The operations that read entries and their dates.

package events

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// readRoutes registers what visitors and programs read: entries and their dates.
func (s *Service) readRoutes(api huma.API) {
	huma.Register(api, moreFor(auth.ScopeEventsPropose, "list-entries", http.MethodGet, "/v1/entries", "Entries", "List entries",
		"Entries in the order in which they were made: without state those that everybody sees, confirmed, postponed and cancelled. "+
			"With a token, state picks others: organisers see those of their calendars, members what they have proposed. Of private entries "+
			"only these see more than that the time is taken. Dates are left out unless include names them. Read on with next_cursor."), s.listEntries)
	huma.Register(api, moreFor(auth.ScopeEventsPropose, "get-entry", http.MethodGet, "/v1/entries/{entry}", "Entries", "Read an entry",
		"With its dates, cancelled ones too. What whoever asks may not know of is not found."), s.getEntry)
	huma.Register(api, moreFor(auth.ScopeEventsPropose, "list-occurrences", http.MethodGet, "/v1/occurrences", "Entries", "List dates",
		"Single dates of entries in the order of time, of calendars that are not archived or of those that are named. Those that touch the local days from "+
			"from until before until, or that end after an instant. Private ones are told as Busy, but for who organises their calendar. "+
			"Read on with next_cursor."), s.listOccurrences)
	huma.Register(api, moreFor(auth.ScopeEventsPropose, "get-occurrence", http.MethodGet, "/v1/occurrences/{occurrence}", "Entries", "Read a date",
		"One date of an entry: what is its own in place of the entry's."), s.getOccurrence)
}

// EntryRef names an entry in a path.
type EntryRef struct {
	Entry contract.EntryID `path:"entry" pattern:"^entry_[0-9a-f]{32}$" maxLength:"38" example:"entry_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Id of the entry."`
}

// OccurrenceRef names a date in a path.
type OccurrenceRef struct {
	Occurrence contract.OccurrenceID `path:"occurrence" pattern:"^occ_[0-9a-f]{32}$" maxLength:"36" example:"occ_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Id of the date."`
}

// EntryList is some entries.
type EntryList struct {
	Items      []contract.Entry `json:"items"`
	NextCursor string           `json:"next_cursor,omitempty" example:"eyJpIjoiMDE5YWIzZjQifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// OccurrenceList is some dates.
type OccurrenceList struct {
	Items      []contract.OccurrenceCard `json:"items"`
	NextCursor string                    `json:"next_cursor,omitempty" example:"eyJhIjoiMjAyNi0xMS0yNFQxOTowMDowMFoifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

type entryListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         EntryList
}

func (s *Service) listEntries(ctx context.Context, in *struct {
	IDs      []contract.EntryID    `query:"ids" maxItems:"100" doc:"Those with these ids, separated by commas, instead of a list; goes with include alone. What is unknown is left out."`
	Calendar []string              `query:"calendar" maxItems:"100" example:"[\"suppers\"]" doc:"Only those of these calendars (ids or slugs, separated by commas)."`
	State    []contract.EntryState `query:"state" maxItems:"7" enum:"draft,submitted,provisional,confirmed,declined,cancelled,postponed" doc:"Only those in one of these states, as far as you may know of them. Without it those that everybody sees; with mine, all."`
	Slug     string                `query:"slug" maxLength:"100" example:"soup-supper" doc:"Only that with this last part of the address; with calendar it is one entry at the most."`
	Q        string                `query:"q" maxLength:"200" example:"soup" doc:"Only those with this in their title or summary."`
	From     string                `query:"from" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" example:"2026-11-01" doc:"Only those that have a date which is not over before this local day."`
	Mine     bool                  `query:"mine" doc:"true: only what you have proposed. false: no matter."`
	Public   bool                  `query:"public" doc:"true: without private entries. false: with them."`
	Limit    int                   `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor   string                `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
	Include  []string              `query:"include" maxItems:"1" enum:"occurrences" doc:"What else is wanted: occurrences, the dates of each; without it they are an empty list."`
}) (*entryListOutput, error) {
	out := &entryListOutput{CacheControl: cacheFor(ctx)}
	bare := !slices.Contains(in.Include, "occurrences")
	var err error
	if len(in.IDs) > 0 {
		if len(in.Calendar) > 0 || len(in.State) > 0 || in.Slug != "" || in.Q != "" || in.From != "" || in.Mine || in.Public || in.Cursor != "" {
			return nil, invalid("query.ids", "goes with include alone")
		}
		out.Body.Items, err = s.EntriesNamed(ctx, in.IDs, bare)
	} else {
		if in.Mine && viewerOf(ctx).member == "" {
			return nil, invalid("query.mine", "is for members, signed in or with a token of theirs")
		}
		out.Body.Items, out.Body.NextCursor, err = s.Entries(ctx, EntryQuery{Calendars: in.Calendar, States: in.State, Slug: in.Slug, Words: in.Q,
			From: in.From, Mine: in.Mine, Public: in.Public, Bare: bare, Limit: in.Limit, Cursor: in.Cursor})
	}
	return out, err
}

type entryOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Entry
}

func (s *Service) getEntry(ctx context.Context, in *EntryRef) (*entryOutput, error) {
	e, err := s.Entry(ctx, in.Entry)
	return &entryOutput{entryETag(e), cacheFor(ctx), e}, err
}

func (s *Service) listOccurrences(ctx context.Context, in *struct {
	Calendar []string              `query:"calendar" maxItems:"100" example:"[\"suppers\"]" doc:"Only those of these calendars (ids or slugs, separated by commas); else of all that are not archived."`
	From     string                `query:"from" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" example:"2026-11-01" doc:"Only those of which any is on this local day or later."`
	Until    string                `query:"until" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" example:"2026-12-01" doc:"Only those of which any is before this local day."`
	After    time.Time             `query:"after" doc:"Only those that end later than this instant."`
	Public   bool                  `query:"public" doc:"true: without private entries. false: with them."`
	State    []contract.EntryState `query:"state" maxItems:"7" enum:"draft,submitted,provisional,confirmed,declined,cancelled,postponed" doc:"Only those of entries in one of these states, as far as you may know of them; else of those that everybody sees."`
	Limit    int                   `query:"limit" minimum:"1" maximum:"500" default:"24" example:"24" doc:"How many at the most."`
	Cursor   string                `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         OccurrenceList
}, error) {
	query := contract.OccurrenceQuery{From: in.From, Until: in.Until, After: in.After, Public: in.Public, Limit: in.Limit}
	if len(in.Calendar) > 0 {
		ids, err := calendarRefs(ctx, s.queries(), in.Calendar)
		if err != nil {
			return nil, err
		}
		query.Calendars = mapped(ids, calendarID)
	}
	list, next, err := s.OccurrencesAsked(ctx, query, in.State, in.Cursor)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         OccurrenceList
	}{cacheFor(ctx), OccurrenceList{list, next}}, err
}

func (s *Service) getOccurrence(ctx context.Context, in *OccurrenceRef) (*struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         OccurrenceDetails
}, error) {
	d, err := s.Occurrence(ctx, in.Occurrence)
	return &struct {
		ETag         string `header:"ETag"`
		CacheControl string `header:"Cache-Control"`
		Body         OccurrenceDetails
	}{occurrenceETag(d), cacheFor(ctx), d}, err
}
