// The operations that change entries and their dates.

package events

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// entryRoutes registers the operations on entries.
func (s *Service) entryRoutes(api huma.API) {
	huma.Register(api, proposing(http.StatusCreated, "create-entry", http.MethodPost, "/v1/entries", "Make an entry",
		"Organisers of the calendar make it in the state that they name, a draft where they name none. Members propose it where the calendar "+
			"takes proposals (else proposals_closed), ten at a time (too_many_proposals)."), s.createEntry)
	huma.Register(api, proposing(http.StatusOK, "update-entry", http.MethodPatch, "/v1/entries/{entry}", "Change an entry",
		"Changes the fields that are given: of the whole series, of one of its dates (this), or of a date and all after it (following), which become "+
			"an entry of their own: the answer is then that one. Dates keep their ids, so that whoever has saved one keeps it; one that the series has "+
			"no more stays beside it where somebody has. Members change what they have proposed until it is answered. "+
			"If-Match must name the version that was read."), s.updateEntry)
	huma.Register(api, proposing(http.StatusOK, "preview-entry", http.MethodPost, "/v1/entries/{entry}/preview", "See what a change would touch",
		"Takes what update-entry takes and says which dates would stay, move, go, come and be kept, and which would fall into a change of the clocks. "+
			"Nothing is stored."), s.previewEntry)
	huma.Register(api, proposing(http.StatusNoContent, "delete-entry", http.MethodDelete, "/v1/entries/{entry}", "Delete an entry",
		"Only drafts, proposals and declined entries, of whose dates nobody has saved one (not_deletable): what was public is cancelled. "+
			"Members delete what they have proposed. "+
			"If-Match must name the version that was read."), s.removeEntry)
	huma.Register(api, proposing(http.StatusOK, "set-entry-state", http.MethodPut, "/v1/entries/{entry}/state", "Bring an entry into a state",
		"From draft to submitted, provisional or confirmed; from submitted back to draft (by its proposer), to provisional, confirmed or declined; from "+
			"provisional to confirmed or declined; from declined to draft; from confirmed to cancelled or postponed; from postponed to confirmed or "+
			"cancelled; from cancelled to confirmed. Anything else is an illegal_transition. An entry that is in the state already stays as it is. "+
			"Members submit and take back what they propose. If-Match must name the version that was read."), s.setEntryState)
	huma.Register(api, organising(http.StatusOK, "set-occurrence-status", http.MethodPut, "/v1/occurrences/{occurrence}/status", "Cancel or postpone a date",
		"One date of an entry: from scheduled to cancelled or postponed, from postponed to scheduled or cancelled, from cancelled to scheduled. Anything else "+
			"is an illegal_transition. If-Match may name the version of the entry that was read. The answer is the entry."), s.setOccurrenceStatus)
	huma.Register(api, organising(http.StatusCreated, "duplicate-entry", http.MethodPost, "/v1/entries/{entry}/duplicate", "Copy an entry",
		"A draft with the same texts and place, which begins at another time, in a calendar that you organise. A rule goes along where it can be moved to it; dates besides it and dates "+
			"left out do not."), s.duplicateEntry)
	huma.Register(api, proposing(http.StatusOK, "list-entry-transitions", http.MethodGet, "/v1/entries/{entry}/transitions", "List what became of an entry",
		"The states of the entry and of its dates, who brought them there and why, the latest first. Read on with next_cursor."), s.listTransitions)
	preview := open("preview-recurrence", http.MethodPost, "/v1/recurrences/preview", "Entries", "Try a rule out",
		"The first 50 dates of a rule as an entry would have them, with those that fall into a change of the clocks, and the rule in words. What an entry would "+
			"be refused for is in faults. Nothing is stored.")
	preview.Security = []map[string][]string{{}} // it only computes
	huma.Register(api, preview, s.tryRecurrence)
}

// proposing is an operation by which organisers, and members who propose, change an entry.
func proposing(status int, id, method, path, summary, description string) huma.Operation {
	op := open(id, method, path, "Entries", summary, description)
	op.Security = auth.Scope(auth.ScopeEventsPropose)
	op.DefaultStatus = status
	op.Errors = []int{http.StatusConflict}
	if method == http.MethodPatch || method == http.MethodDelete || method == http.MethodPut {
		op.Errors = append(op.Errors, http.StatusPreconditionRequired)
	}
	return op
}

// organising is proposing for what only organisers do.
func organising(status int, id, method, path, summary, description string) huma.Operation {
	op := proposing(status, id, method, path, summary, description)
	op.Security = auth.Scope(auth.ScopeEventsOrganise)
	return op
}

// NewEntry is the fields of an entry that is to be made.
type NewEntry EntryToMake

// TransformSchema says which fields a new entry needs.
func (NewEntry) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"calendar", "title", "local_start", "local_end"}
	return exampleEntry(s, map[string]any{"calendar": "cal_019ab3f47c2e7d06b8a1f0c2d3e4f506", "state": "draft"})
}

// TransformSchema gives an example that goes together.
func (EntryEdit) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return exampleEntry(s, map[string]any{"apply": "following", "occurrence": "occ_019ab3f47c2e7d06b8a1f0c2d3e4f506"})
}

func exampleEntry(s *huma.Schema, more map[string]any) *huma.Schema {
	example := map[string]any{"title": "Soup supper", "summary": "Three soups, bread, and whoever comes.", "local_start": "2026-11-24T19:00:00",
		"local_end": "2026-11-24T22:00:00", "rrule": "FREQ=WEEKLY;BYDAY=TU", "venue": "venue_019ab3f47c2e7d06b8a1f0c2d3e4f506"}
	for name, value := range more {
		example[name] = value
	}
	s.Examples = []any{example}
	return s
}

type entryMadeOutput struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Entry
}

func entryMade(e contract.Entry, err error) (*entryMadeOutput, error) {
	return &entryMadeOutput{"/v1/entries/" + string(e.ID), entryETag(e), cachePrivate, e}, err
}

func entryChanged(e contract.Entry, err error) (*entryOutput, error) {
	return &entryOutput{entryETag(e), cachePrivate, e}, err
}

func (s *Service) createEntry(ctx context.Context, in *struct{ Body NewEntry }) (*entryMadeOutput, error) {
	return entryMade(s.CreateEntry(ctx, EntryToMake(in.Body)))
}

func (s *Service) updateEntry(ctx context.Context, in *struct {
	EntryRef
	VersionRef
	Body EntryEdit
}) (*entryOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return entryChanged(s.UpdateEntry(ctx, in.Entry, version, in.Body))
}

func (s *Service) previewEntry(ctx context.Context, in *struct {
	EntryRef
	Body EntryEdit
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         EntryPreview
}, error) {
	p, err := s.PreviewEntry(ctx, in.Entry, in.Body)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         EntryPreview
	}{cachePrivate, p}, err
}

func (s *Service) removeEntry(ctx context.Context, in *struct {
	EntryRef
	VersionRef
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteEntry(ctx, in.Entry, version)
}

// StateWanted is the state that an entry is to have.
type StateWanted struct {
	State  contract.EntryState `json:"state" enum:"draft,submitted,provisional,confirmed,declined,cancelled,postponed" example:"confirmed"`
	Reason string              `json:"reason,omitempty" maxLength:"500" example:"The hall is free." doc:"In one line, for the organisers."`
}

func (s *Service) setEntryState(ctx context.Context, in *struct {
	EntryRef
	VersionRef
	Body StateWanted
}) (*entryOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return entryChanged(s.SetEntryState(ctx, in.Entry, version, in.Body.State, in.Body.Reason))
}

// StatusWanted is the status that a date is to have.
type StatusWanted struct {
	Status contract.OccurrenceStatus `json:"status" enum:"scheduled,cancelled,postponed" example:"cancelled"`
	Reason string                    `json:"reason,omitempty" maxLength:"500" example:"The cook is ill." doc:"In one line; shown."`
}

func (s *Service) setOccurrenceStatus(ctx context.Context, in *struct {
	OccurrenceRef
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v3-2x8k1qzb3c0d\"" doc:"The ETag of the entry's version that was read."`
	Body    StatusWanted
}) (*entryOutput, error) {
	version, err := etag.Optional(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return entryChanged(s.SetOccurrenceStatus(ctx, in.Occurrence, version, in.Body.Status, in.Body.Reason))
}

// CopyWanted is when and where a copy of an entry is to be.
type CopyWanted struct {
	LocalStart string              `json:"local_start" maxLength:"19" example:"2026-12-01T19:00:00" doc:"When it begins; a date where the entry takes whole days."`
	Calendar   contract.CalendarID `json:"calendar,omitempty" maxLength:"100" example:"cal_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Another calendar that you organise; absent: the same."`
}

func (s *Service) duplicateEntry(ctx context.Context, in *struct {
	EntryRef
	Body CopyWanted
}) (*entryMadeOutput, error) {
	return entryMade(s.DuplicateEntry(ctx, in.Entry, in.Body.LocalStart, in.Body.Calendar))
}

// EntryTransitionList is some steps of what became of an entry.
type EntryTransitionList struct {
	Items      []EntryTransition `json:"items"`
	NextCursor string            `json:"next_cursor,omitempty" example:"eyJpIjo3fQ" doc:"Pass as cursor to read on; absent on the last page."`
}

func (s *Service) listTransitions(ctx context.Context, in *struct {
	EntryRef
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         EntryTransitionList
}, error) {
	list, next, err := s.Transitions(ctx, in.Entry, in.Limit, in.Cursor)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         EntryTransitionList
	}{cachePrivate, EntryTransitionList{list, next}}, err
}

func (s *Service) tryRecurrence(_ context.Context, in *struct{ Body RecurrenceToTry }) (*struct{ Body RecurrenceTried }, error) {
	tried, err := TryRecurrence(in.Body)
	return &struct{ Body RecurrenceTried }{tried}, err
}
