// The operation that imports iCalendar files.

package events

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

const calendarType = "text/calendar"

// importRoutes registers the import of iCalendar files.
func (s *Service) importRoutes(api huma.API) {
	file := func() map[string]*huma.MediaType {
		return map[string]*huma.MediaType{calendarType: {
			Schema: &huma.Schema{Type: huma.TypeString},
			Example: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:soup@example.org\r\nDTSTAMP:20261101T120000Z\r\n" +
				"DTSTART;TZID=Europe/London:20261124T190000\r\nDTEND;TZID=Europe/London:20261124T220000\r\nSUMMARY:Soup supper\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
		}}
	}
	op := open("import-calendar", http.MethodPost, "/v1/calendars/{calendar}/imports", "Calendars", "Import an iCalendar file",
		"Its events become entries of the calendar, drafts unless state says otherwise, and keep their UIDs: the same file again changes nothing, a later one what "+
			"differs. A dry run, which it is unless dry_run is false, stores nothing. Each event is answered with what became of it: a broken one is skipped with a code "+
			"and the line, and keeps no other from being taken; one that another calendar of the site has is skipped too (elsewhere). What was made private, cancelled "+
			"or postponed here stays so. At most 4 MiB, 2,000 events and 20,000 dates (too_many_dates: import the file again for the rest); names of time zones of Windows are known, and times without a zone are "+
			"the calendar's. For organisers of the calendar.")
	op.Security = auth.Scope(auth.ScopeEventsOrganise)
	op.Errors = []int{http.StatusConflict}
	op.MaxBodyBytes, op.BodyReadTimeout = maxImport, time.Minute
	op.RequestBody = &huma.RequestBody{Required: true, Description: "The file (RFC 5545).", Content: file()}
	huma.Register(api, op, s.importCalendar)
	op.RequestBody.Content = file() // RawBody has made bytes of it
}

type importOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ImportReport
}

func (s *Service) importCalendar(ctx context.Context, in *struct {
	CalendarRef
	ContentType string              `header:"Content-Type" maxLength:"100" hidden:"true"`
	DryRun      bool                `query:"dry_run" default:"true" example:"true" doc:"Store nothing, tell what would become of each event."`
	State       contract.EntryState `query:"state" enum:"draft,confirmed" default:"draft" example:"draft" doc:"The state of new entries. What is tentative in the file is provisional instead of confirmed."`
	RawBody     []byte              `contentType:"text/calendar"`
}) (*importOutput, error) {
	if is, _, err := mime.ParseMediaType(in.ContentType); err != nil || is != calendarType {
		return nil, problem.UnsupportedMedia("this takes text/calendar")
	}
	report, err := s.ImportCalendar(ctx, in.Calendar, in.RawBody, ImportOptions{State: in.State, DryRun: in.DryRun})
	return &importOutput{cachePrivate, report}, err
}
