// Storing what was read of iCalendar files.

package events

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/internal/icsread"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// importing is one series on its way into the database.
type importing struct {
	*Service
	tx       pgx.Tx
	q        *eventsdb.Queries
	calendar eventsdb.Calendar
	from     *icsread.Series
	options  ImportOptions
	left     *int // dates that the file may still make
}

// imported is what became of it: of each of its dates the code that it was skipped for.
type imported struct {
	outcome ImportOutcome
	code    string
	entry   contract.EntryID
	notes   []string
	dates   []string
}

func skipped(code string) (imported, error) { return imported{outcome: ImportSkipped, code: code}, nil }

// What is said of an event that is not taken as its file has it.
const (
	notePlace   = "place_in_description" // which is no venue here
	notePrivate = "private_kept"         // the file does not say that it is
	noteStatus  = "status_kept"          // a date was cancelled or postponed here
)

// Why events are skipped that there are already.
const (
	codeElsewhere = "elsewhere" // in another calendar of the site
	codeMadeHere  = "made_here"
)

// run imports it: a new entry, or what differs of one that came from a file.
func (i importing) run(ctx context.Context) (imported, error) {
	if err := lockActor(ctx, i.q); err != nil {
		return imported{}, err
	}
	if err := i.q.HoldImport(ctx, string(calendarID(i.calendar.ID))); err != nil {
		return imported{}, err
	}
	calendar, err := i.q.ShareCalendar(ctx, i.calendar.ID)
	if err != nil {
		return imported{}, err
	}
	if calendar.ArchivedAt != nil {
		return imported{}, archived()
	}
	entry, date := i.ours(i.from.UID)
	is, err := i.q.EntryOfUID(ctx, eventsdb.EntryOfUIDParams{Uid: i.from.UID, Entry: entry, Date: date})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return i.create(ctx)
	case err != nil:
		return imported{}, err
	case is.CalendarID != i.calendar.ID:
		return skipped(codeElsewhere)
	case is.Uid != i.from.UID:
		return skipped(codeMadeHere)
	}
	return i.update(ctx, is.ID)
}

// ours is the entry, or the date, that a UID names where the site itself made it: as it tells of
// private entries, and of single dates that members have saved (ical.Single).
func (i importing) ours(uid string) (entry, date *uuid.UUID) {
	local, _, _ := strings.Cut(uid, "@")
	if u, is := id.Parse(entryPrefix, entryPrefix+"_"+local); is && i.uid(u) == uid {
		return &u, nil
	}
	if u, is := id.Parse(occurrencePrefix, local); is {
		return nil, &u
	}
	return nil, nil
}

// create makes an entry.
func (i importing) create(ctx context.Context) (done imported, err error) {
	if i.from.Cancelled {
		return skipped("cancelled")
	}
	row := eventsdb.Entry{
		ID: id.New(), CalendarID: i.calendar.ID, Uid: i.from.UID, State: string(i.options.State), Sequence: int32(i.from.Sequence),
		Rdates: orEmpty(i.from.RDates), Exdates: orEmpty(i.from.ExDates),
	}
	if i.from.Tentative && i.options.State == contract.EntryConfirmed {
		row.State = string(contract.EntryProvisional)
	}
	done = imported{outcome: ImportCreated}
	if done.notes, err = i.apply(ctx, &row); err != nil {
		return done, err
	}
	if row.Slug, err = freeSlug(ctx, i.q, row.CalendarID, row.Title); err != nil {
		return done, err
	}
	at := i.Clock.Now()
	row.CreatedAt, row.UpdatedAt, row.EditedAt, row.ExpandedUntil = at, at, at, row.LocalStart
	if row.State == string(contract.EntryConfirmed) {
		row.PublishedAt = &at
	}
	if err := insertEntry(ctx, i.q, row); err != nil {
		return done, err
	}
	if err := i.note(ctx, i.q, row.ID, nil, "", row.State, ""); err != nil {
		return done, err
	}
	if !i.options.DryRun {
		done.entry = entryID(row.ID)
	}
	return done, i.finish(ctx, nil, row, &done)
}

// update changes an entry that came from a file, where this one says something else and is not
// older. What was made here is left alone.
func (i importing) update(ctx context.Context, ref uuid.UUID) (done imported, err error) {
	before, err := i.q.LockEntry(ctx, ref)
	if err != nil {
		return done, err
	}
	if before.CalendarID != i.calendar.ID { // it was moved meanwhile
		return skipped(codeElsewhere)
	}
	last, err := i.q.LockImport(ctx, ref)
	if errors.Is(err, pgx.ErrNoRows) {
		return skipped(codeMadeHere)
	}
	switch {
	case err != nil:
		return done, err
	case bytes.Equal(last.Digest, i.from.Digest[:]):
		return imported{outcome: ImportUnchanged, entry: entryID(ref)}, nil
	case i.from.Sequence < int(last.Sequence),
		i.from.Sequence == int(last.Sequence) && last.Modified != nil && !i.from.Modified.IsZero() && i.from.Modified.Before(*last.Modified):
		return skipped("older")
	}
	done = imported{outcome: ImportUpdated, entry: entryID(ref)}
	after := before
	after.Rdates, after.Exdates = orEmpty(i.from.RDates), orEmpty(i.from.ExDates)
	if i.from.Cancelled && public(contract.EntryState(before.State)) {
		after.State = string(contract.EntryCancelled)
	}
	if done.notes, err = i.apply(ctx, &after); err != nil {
		return done, err
	}
	after = i.stamped(before, after, true)
	after.Sequence = max(after.Sequence, int32(i.from.Sequence))
	if err := updateEntry(ctx, i.q, after); err != nil {
		return done, err
	}
	if after.State != before.State {
		if err := i.note(ctx, i.q, ref, nil, before.State, after.State, ""); err != nil {
			return done, err
		}
	}
	return done, i.finish(ctx, &before, after, &done)
}

// apply writes onto a row what a file says of an entry.
func (i importing) apply(ctx context.Context, row *eventsdb.Entry) (notes []string, err error) {
	f := i.from
	switch { // a file that says nothing does not tell what was made private here
	case f.Private:
		row.Kind = string(contract.EntryPrivate)
	case row.Kind == "":
		row.Kind = string(contract.EntryPublic)
	case contract.EntryKind(row.Kind) == contract.EntryPrivate:
		notes = append(notes, notePrivate)
	}
	if row.OnlineUrl != f.Online { // nor does somebody who showed one address show the next
		row.OnlinePublic = false
	}
	row.Title, row.Timezone, row.AllDay, row.LocalStart, row.LocalEnd = f.Title, f.Zone, f.AllDay, f.Start, f.End
	if row.Rrule, err = localtime.Canonical(f.Rule, f.AllDay); err != nil {
		return nil, faulty(err)
	}
	if !isSeries(*row) {
		row.Exdates = orEmpty(row.Exdates[:0])
	}
	venue, text, err := i.place(ctx, f.Event)
	if err != nil {
		return nil, err
	}
	if text != f.Description {
		notes = append(notes, notePlace)
	}
	if row.DescriptionHtml, err = rendered(text, maxDescription); err != nil {
		return nil, err
	}
	row.Description, row.VenueID, row.OnlineUrl = text, venue, f.Online
	switch {
	case f.Online == "":
		row.Attendance, row.OnlinePublic = string(contract.InPerson), false
	case f.Venue == "":
		row.Attendance = string(contract.Online)
	default:
		row.Attendance = string(contract.Mixed)
	}
	return notes, i.Pictures.Complete(ctx, i.tx, &row.DescriptionHtml)
}

// place is the venue that an event names, and its description: with the place, where that is no
// venue here.
func (i importing) place(ctx context.Context, e icsread.Event) (venue *uuid.UUID, description string, err error) {
	if e.Venue == "" {
		return nil, e.Description, nil
	}
	shorter, _, _ := strings.Cut(e.Venue, ",")
	found, err := i.q.VenuesNamed(ctx, eventsdb.VenuesNamedParams{Name: e.Venue, Shorter: strings.TrimSpace(shorter)})
	if err != nil {
		return nil, "", err
	}
	if len(found) == 1 {
		return &found[0], e.Description, nil
	}
	return nil, strings.TrimSpace(icsread.Markdown(e.Venue) + "\n\n" + e.Description), nil
}
