// Entries of calendars in the index.

package search

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/search/internal/searchdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/urls"
)

// Entries is what the index needs of calendars: what visitors see, private entries as "Busy"
// only, which are not indexed.
type Entries interface {
	EntriesByID(ctx context.Context, ids []contract.EntryID) ([]contract.Entry, error)
	// WalkEntries goes through the entries as WalkPosts does.
	WalkEntries(ctx context.Context, cursor string) (entries []contract.EntryLink, next string, err error)
	// NextDates are the first dates of entries that are not over and take place, by entry.
	NextDates(ctx context.Context, ids []contract.EntryID) (map[contract.EntryID]contract.OccurrenceCard, error)
}

// WithEntries has the index hold entries too. It is called before Register.
func (s *Service) WithEntries(e Entries) *Service {
	s.entries = e
	return s
}

// SearchDate is when the next date of an entry begins.
type SearchDate struct {
	LocalStart string    `json:"local_start" example:"2026-11-24T19:00:00" doc:"By the clocks of its zone; of all-day entries a date."`
	Timezone   string    `json:"timezone" example:"Europe/London" doc:"IANA name."`
	AllDay     bool      `json:"all_day" example:"false"`
	StartsAt   time.Time `json:"starts_at" example:"2026-11-24T19:00:00Z"`
}

// registerEntries has the bus keep the documents of entries.
func (s *Service) registerEntries(b *bus.Bus, renamed func(ctx context.Context, tx pgx.Tx, job renamedJob) error) {
	bus.Handle(b, "search.add_entry", func(ctx context.Context, tx pgx.Tx, e contract.EntryPublished) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.change_entry", func(ctx context.Context, tx pgx.Tx, e contract.EntryUpdated) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.remove_entry", func(ctx context.Context, tx pgx.Tx, e contract.EntryUnpublished) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.rename_calendar", func(ctx context.Context, tx pgx.Tx, e contract.CalendarUpdated) error {
		return renamed(ctx, tx, renamedJob{Ref: string(e.ID)})
	})
	bus.Handle(b, "search.rename_venue", func(ctx context.Context, tx pgx.Tx, e contract.VenueUpdated) error {
		return renamed(ctx, tx, renamedJob{Ref: string(e.ID)})
	})
}

// entryDocuments are the documents of what visitors see now among ids.
func (s *Service) entryDocuments(ctx context.Context, ids []contract.EntryID) (documents []searchdb.PutDocumentParams, err error) {
	if len(ids) == 0 || s.entries == nil {
		return nil, nil
	}
	entries, err := s.entries.EntriesByID(ctx, ids)
	for _, e := range entries {
		if !e.Busy {
			documents = append(documents, ofEntry(e))
		}
	}
	return documents, err
}

// ofEntry is the document of a public entry: with the words that single dates have of their own.
func ofEntry(e contract.Entry) searchdb.PutDocumentParams {
	names, refs := []string{e.Calendar.Name, e.Organizer}, []string{string(e.Calendar.ID)}
	text := safehtml.Text(e.DescriptionHTML)
	body, venues := []string{text}, []*contract.Venue{e.Venue}
	for _, o := range e.Occurrences {
		body = append(body, o.Title, o.Summary, safehtml.Text(o.DescriptionHTML))
		venues = append(venues, o.Venue)
	}
	met := map[contract.VenueID]bool{}
	for _, v := range venues {
		if v != nil && !met[v.ID] {
			met[v.ID] = true
			names, refs = append(names, v.Name, v.Locality), append(refs, string(v.ID))
		}
	}
	published := e.CreatedAt
	if e.PublishedAt != nil {
		published = *e.PublishedAt
	}
	return document(searchdb.PutDocumentParams{
		ID: string(e.ID), Kind: string(Entry), Path: urls.Series(e.Calendar.Slug, e.Slug), Title: e.Title, Summary: e.Summary, Beginning: text,
		Image: plain(e.Image), PublishedAt: published, UpdatedAt: e.UpdatedAt, Refs: refs,
	}, names, strings.Join(body, "\n"), nil)
}

// date says when the entries among hits are next. Those that are over have no date.
func (s *Service) date(ctx context.Context, hits []SearchHit) error {
	var ids []contract.EntryID
	for _, h := range hits {
		if h.Kind == Entry {
			ids = append(ids, contract.EntryID(h.ID))
		}
	}
	if len(ids) == 0 || s.entries == nil {
		return nil
	}
	next, err := s.entries.NextDates(ctx, ids)
	for i, h := range hits {
		if c, there := next[contract.EntryID(h.ID)]; there {
			hits[i].NextDate = &SearchDate{LocalStart: c.LocalStart, Timezone: c.Timezone, AllDay: c.AllDay, StartsAt: c.StartsAt}
		}
	}
	return err
}
