// The operations on calendars, and how operations of the domain are declared.

package events

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// cachePublic lets a shared cache keep what everybody sees, revalidated each time; cachePrivate
// keeps what somebody sees to them.
const (
	cachePublic  = "public, no-cache"
	cachePrivate = "private, no-store"
)

// cacheFor is how long what a request is answered with may be kept, by whom.
func cacheFor(ctx context.Context) string {
	if _, known := auth.PrincipalFrom(ctx); known {
		return cachePrivate
	}
	return cachePublic
}

// calendarRoutes registers the operations on calendars.
func (s *Service) calendarRoutes(api huma.API) {
	huma.Register(api, open("list-calendars", http.MethodGet, "/v1/calendars", "Calendars", "List calendars",
		"All of them in their order, archived ones too."), s.listCalendars)
	huma.Register(api, open("get-calendar", http.MethodGet, "/v1/calendars/{calendar}", "Calendars", "Read a calendar",
		"By id or slug, archived or not."), s.getCalendar)
	huma.Register(api, made("create-calendar", http.MethodPost, "/v1/calendars", "Calendars", "Make a calendar",
		"Its pages are built at once. One that names no time zone has the site's."), s.createCalendar)
	huma.Register(api, kept("update-calendar", http.MethodPatch, "/v1/calendars/{calendar}", "Calendars", "Change a calendar",
		"Changes the fields that are given, and every page that shows them. A calendar is not deleted but archived. "+
			"If-Match must name the version that was read."), s.updateCalendar)
	huma.Register(api, open("list-calendar-months", http.MethodGet, "/v1/calendars/{calendar}/months", "Calendars", "List a calendar's months",
		"The months in which it has dates that visitors see, in their order, and how many; all for all calendars that are not archived. "+
			"Months are local, by the wall times of entries, and a date that touches several counts in each. Times that are only told to be taken count too."), s.listMonths)
}

// open is an operation for everybody.
func open(id, method, path, tag, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{tag}, Summary: summary, Description: description}
}

// moreFor is an operation for everybody that shows whoever holds a scope more.
func moreFor(scope, id, method, path, tag, summary, description string) huma.Operation {
	op := open(id, method, path, tag, summary, description)
	op.Security = append([]map[string][]string{{}}, auth.Scope(scope)...)
	return op
}

// kept is an operation by which who keeps the calendars changes what is there.
func kept(id, method, path, tag, summary, description string) huma.Operation {
	op := open(id, method, path, tag, summary, description)
	op.Security = auth.Scope(auth.ScopeEventsWrite)
	op.Errors = []int{http.StatusConflict}
	if method == http.MethodPatch || method == http.MethodDelete {
		op.Errors = append(op.Errors, http.StatusPreconditionRequired)
	}
	return op
}

// made is kept for what makes something new.
func made(id, method, path, tag, summary, description string) huma.Operation {
	op := kept(id, method, path, tag, summary, description)
	op.DefaultStatus = http.StatusCreated
	return op
}

// CalendarRef names a calendar in a path.
type CalendarRef struct {
	Calendar string `path:"calendar" minLength:"1" maxLength:"100" example:"suppers" doc:"Id or slug."`
}

// VersionRef names the version that is changed.
type VersionRef struct {
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v3-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
}

// NewCalendar is the fields of a calendar that is to be made.
type NewCalendar CalendarFields

// TransformSchema says which fields a new calendar needs.
func (NewCalendar) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"name", "slug"}
	return s
}

// CalendarList is all calendars.
type CalendarList struct {
	Items []contract.Calendar `json:"items"`
}

// MonthList is the months of calendars.
type MonthList struct {
	Items []contract.MonthCount `json:"items"`
}

type calendarOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Calendar
}

type calendarMadeOutput struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Calendar
}

func calendarETag(c contract.Calendar) string { return etag.Of(c.Version) }

func (s *Service) listCalendars(ctx context.Context, _ *struct{}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         CalendarList
}, error) {
	list, err := s.PublicCalendars(ctx)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         CalendarList
	}{cachePublic, CalendarList{list}}, err
}

func (s *Service) getCalendar(ctx context.Context, in *CalendarRef) (*calendarOutput, error) {
	c, err := s.Calendar(ctx, in.Calendar)
	return &calendarOutput{calendarETag(c), cachePublic, c}, err
}

func (s *Service) createCalendar(ctx context.Context, in *struct{ Body NewCalendar }) (*calendarMadeOutput, error) {
	c, err := s.CreateCalendar(ctx, CalendarFields(in.Body))
	return &calendarMadeOutput{"/v1/calendars/" + string(c.ID), calendarETag(c), cachePrivate, c}, err
}

func (s *Service) updateCalendar(ctx context.Context, in *struct {
	CalendarRef
	VersionRef
	Body CalendarFields
}) (*calendarOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := s.UpdateCalendar(ctx, in.Calendar, version, in.Body)
	return &calendarOutput{calendarETag(c), cachePrivate, c}, err
}

func (s *Service) listMonths(ctx context.Context, in *struct {
	Calendar string `path:"calendar" minLength:"1" maxLength:"100" example:"suppers" doc:"Id or slug; all for all that are not archived."`
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         MonthList
}, error) {
	calendars, err := s.calendarOrAll(ctx, in.Calendar)
	if err != nil {
		return nil, err
	}
	months, err := s.Months(ctx, calendars)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         MonthList
	}{cachePublic, MonthList{months}}, err
}

// calendarOrAll is the calendar that ref names, nil for "all" where none has this slug.
func (s *Service) calendarOrAll(ctx context.Context, ref string) ([]contract.CalendarID, error) {
	if ref == allCalendars {
		return nil, nil
	}
	row, err := findCalendar(ctx, s.queries(), ref)
	return []contract.CalendarID{calendarID(row.ID)}, err
}

// allCalendars stands for all calendars where one could be named.
const allCalendars = "all"
