// Importing iCalendar files.

package events

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/internal/icsread"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// maxImport is how many bytes an imported file may have, and maxImportDates how many dates it
// may make at once.
const (
	maxImport      = 4 << 20
	maxImportDates = 20_000
)

// ImportOutcome is what an import did with an event.
type ImportOutcome string

// What can become of an event. A date of a series has the outcome of its series.
const (
	ImportCreated   ImportOutcome = "created"
	ImportUpdated   ImportOutcome = "updated"
	ImportUnchanged ImportOutcome = "unchanged"
	ImportSkipped   ImportOutcome = "skipped"
)

// ImportedEvent is what became of a VEVENT of a file. It has none of its words.
type ImportedEvent struct {
	Line    int              `json:"line" example:"21" doc:"Where it begins in the file, or what it was skipped for is, counted from 1."`
	Outcome ImportOutcome    `json:"outcome" enum:"created,updated,unchanged,skipped" example:"created"`
	Code    string           `json:"code,omitempty" example:"unknown_timezone" doc:"Why it was skipped."`
	Entry   contract.EntryID `json:"entry,omitempty" example:"entry_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"The entry that it is now; absent for what is skipped, and for what a dry run would make."`
	Notes   []string         `json:"notes,omitempty" example:"[\"place_in_description\"]" doc:"What was changed on the way: title_cut, description_cut, place_in_description, people_left_out; or what was kept as it is here: private_kept, status_kept (a date that was cancelled or postponed)."`
}

// ImportReport is what an import did, or would do.
type ImportReport struct {
	DryRun    bool            `json:"dry_run" example:"true" doc:"Nothing was stored."`
	Created   int             `json:"created" example:"12" doc:"VEVENTs, as are the other numbers."`
	Updated   int             `json:"updated" example:"1"`
	Unchanged int             `json:"unchanged" example:"0"`
	Skipped   int             `json:"skipped" example:"2"`
	Events    []ImportedEvent `json:"events" doc:"In the order of the file."`
}

// ImportOptions are how a file is imported.
type ImportOptions struct {
	State  contract.EntryState // of new entries: draft or confirmed
	DryRun bool                // store nothing
}

// ImportCalendar makes entries of a calendar of the events of an iCalendar file, which keep
// their UIDs: the same file again changes nothing, and a later one only what differs. Each
// series is a transaction of its own, so that a broken one keeps no other from being stored. An
// event that its file says is cancelled cancels an entry that visitors see, and makes none. Of a
// series that is read anew the file has the last word, its single dates included; but what was
// made private here stays private, and a date that was cancelled or postponed stays off. A UID
// that another calendar of the site has is skipped (`elsewhere`): feeds of several calendars
// would have it twice. So is the rest of a file that has made 20,000 dates (`too_many_dates`);
// imported again, it makes that. It fails with
// 404, 403 `not_organiser`, 409 `calendar_archived`, 413, and 422 `not_a_calendar`,
// `too_many_events` or `calendar_message`.
func (s *Service) ImportCalendar(ctx context.Context, ref string, file []byte, o ImportOptions) (report ImportReport, err error) {
	calendar, err := findCalendar(ctx, s.queries(), ref)
	if err != nil {
		return report, err
	}
	switch {
	case !mayOrganise(ctx, calendarID(calendar.ID)):
		return report, notOrganiser()
	case calendar.ArchivedAt != nil:
		return report, archived()
	case len(file) > maxImport:
		return report, problem.TooLarge("a file may have 4 MiB at most")
	case o.State != contract.EntryDraft && o.State != contract.EntryConfirmed:
		return report, invalid("query.state", "expected draft or confirmed")
	}
	read, err := icsread.Read(file, calendar.Timezone)
	if err != nil {
		return report, unreadable(err)
	}
	report = ImportReport{DryRun: o.DryRun, Events: []ImportedEvent{}}
	for _, f := range read.Faults {
		report.add(ImportedEvent{Line: f.Line, Outcome: ImportSkipped, Code: f.Code})
	}
	left := maxImportDates
	for _, series := range read.Series {
		events, err := s.importSeries(ctx, calendar, series, o, &left)
		if err != nil {
			return report, err
		}
		for _, e := range events {
			report.add(e)
		}
	}
	slices.SortStableFunc(report.Events, func(a, b ImportedEvent) int { return a.Line - b.Line })
	return report, nil
}

func (r *ImportReport) add(e ImportedEvent) {
	r.Events = append(r.Events, e)
	switch e.Outcome {
	case ImportCreated:
		r.Created++
	case ImportUpdated:
		r.Updated++
	case ImportUnchanged:
		r.Unchanged++
	default:
		r.Skipped++
	}
}

func unreadable(err error) error {
	switch {
	case errors.Is(err, icsread.ErrNotCalendar):
		return problem.Unprocessable("the file is no iCalendar file").WithCode("not_a_calendar")
	case errors.Is(err, icsread.ErrTooMany):
		return problem.Unprocessable("the file has more than 2,000 events").WithCode("too_many_events")
	case errors.Is(err, icsread.ErrMessage):
		return problem.Unprocessable("the file is a message about an event and no calendar").WithCode("calendar_message")
	}
	return err
}

// errDryRun takes back what a dry run has done.
var errDryRun = errors.New("events: dry run")

// importSeries imports one series in a transaction of its own. What is wrong with it is in the
// outcome; an error is none of the file's.
func (s *Service) importSeries(ctx context.Context, calendar eventsdb.Calendar, from *icsread.Series, o ImportOptions, left *int) (events []ImportedEvent, err error) {
	var done imported
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		i := importing{Service: s, tx: tx, q: eventsdb.New(tx), calendar: calendar, from: from, options: o, left: left}
		done, err = i.run(ctx)
		if err == nil && o.DryRun {
			err = errDryRun
		}
		return err
	})
	var refused *problem.Details
	switch err = refusedEntry(err); {
	case errors.Is(err, errDryRun):
		err = nil
	case errors.As(err, &refused) && refused.Status < 500:
		done, err = imported{outcome: ImportSkipped, code: problem.Code(err)}, nil
		if done.code == "uid_taken" { // another calendar was quicker
			done.code = codeElsewhere
		}
	}
	if err != nil {
		return nil, err
	}
	master := ImportedEvent{Line: from.Line, Outcome: done.outcome, Code: done.code, Entry: done.entry, Notes: append(from.Notes, done.notes...)}
	if done.outcome == ImportSkipped {
		master.Notes = nil
	}
	events = append(events, master)
	for n, date := range from.Dates {
		e := ImportedEvent{Line: date.Line, Outcome: done.outcome, Code: done.code, Entry: done.entry, Notes: date.Notes}
		if n < len(done.dates) && done.dates[n] != "" {
			e = ImportedEvent{Line: date.Line, Outcome: ImportSkipped, Code: done.dates[n]}
		}
		events = append(events, e)
	}
	return events, nil
}
