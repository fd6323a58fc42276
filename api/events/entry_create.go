// Making entries: organisers' own, members' proposals, and copies.

package events

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/series"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// maxProposals is how many entries of a member may wait for an answer.
const maxProposals = 10

// EntryToMake are the fields of an entry that is to be made, and the state that it is to have.
type EntryToMake struct {
	EntryFields
	State contract.EntryState `json:"state,omitempty" enum:"draft,submitted,provisional,confirmed,declined,cancelled,postponed" example:"draft" doc:"Organisers: draft where none is named. A member's proposal is submitted, or a draft."`
}

// CreateEntry makes an entry with its dates, and emits EntryPublished in the same transaction
// where visitors see it. Organisers of the calendar make it in the state that they name, a draft
// else; members propose it where the calendar takes proposals. It fails with 422 on fields that
// are wrong (those of localtime.Fault, `invalid_slug`, `reserved_slug`, `unsafe_html`), with 403
// `not_organiser` or `proposals_closed`, with 409 `calendar_archived`, `slug_taken` or
// `too_many_proposals`, and with 401 where the member's data were erased.
func (s *Service) CreateEntry(ctx context.Context, e EntryToMake) (made contract.Entry, err error) {
	f := e.EntryFields
	if f.Calendar == nil || f.Title == nil || f.LocalStart == nil || f.LocalEnd == nil {
		return made, missing(map[string]bool{"body.calendar": f.Calendar == nil, "body.title": f.Title == nil,
			"body.local_start": f.LocalStart == nil, "body.local_end": f.LocalEnd == nil})
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		if err := lockActor(ctx, q); err != nil { // members propose one at a time
			return err
		}
		calendar, err := shareCalendar(ctx, q, *f.Calendar)
		if err != nil {
			return err
		}
		row := eventsdb.Entry{CalendarID: calendar.ID, Timezone: calendar.Timezone,
			Kind: string(contract.EntryPublic), Attendance: string(contract.InPerson)}
		if row.State, row.ProposedBy, err = admitted(ctx, q, calendar, e.State); err != nil {
			return err
		}
		if err := s.fill(ctx, tx, &row, f); err != nil {
			return err
		}
		if err := s.insert(ctx, tx, row); err != nil {
			return err
		}
		made, err = s.viewOne(ctx, q, row.ID)
		return err
	})
	return made, refusedEntry(err)
}

// admitted is the state of a new entry, and the member who proposes it, whom the transaction
// holds. It fails with 403 and 409 as CreateEntry says.
func admitted(ctx context.Context, q *eventsdb.Queries, calendar eventsdb.Calendar, wanted contract.EntryState) (state, proposer string, err error) {
	organiser := mayOrganise(ctx, calendarID(calendar.ID))
	p, _ := auth.PrincipalFrom(ctx)
	switch {
	case !organiser && (p.User == "" || !p.Has(auth.ScopeEventsPropose)):
		return "", "", notOrganiser()
	case !organiser && !calendar.Proposals:
		return "", "", proposalsClosed()
	case calendar.ArchivedAt != nil:
		return "", "", archived()
	case organiser && wanted == "":
		return string(contract.EntryDraft), "", nil
	case organiser:
		return string(wanted), "", knownState(wanted)
	case wanted == "":
		wanted = contract.EntrySubmitted
	case wanted != contract.EntrySubmitted && wanted != contract.EntryDraft:
		return "", "", notOrganiser()
	}
	if n, err := q.CountProposals(ctx, string(p.User)); err != nil {
		return "", "", err
	} else if n >= maxProposals {
		return "", "", problem.Conflict("ten of your proposals wait for an answer").WithCode("too_many_proposals")
	}
	return string(wanted), string(p.User), nil
}

// fill writes the fields of a new entry onto its row, with a slug and a UID.
func (s *Service) fill(ctx context.Context, tx pgx.Tx, row *eventsdb.Entry, f EntryFields) (err error) {
	q := eventsdb.New(tx)
	if err := s.checkPicture(ctx, f.Image, nil); err != nil {
		return err
	}
	if err := applyTexts(ctx, q, row, f); err != nil {
		return err
	}
	row.AllDay = orZero(f.AllDay)
	if row.LocalStart, err = wall("body.local_start", *f.LocalStart, row.AllDay); err != nil {
		return err
	}
	if row.LocalEnd, err = wall("body.local_end", *f.LocalEnd, row.AllDay); err != nil {
		return err
	}
	f.AllDay, f.LocalStart, f.LocalEnd = nil, nil, nil
	if err := applyTiming(row, f, nil); err != nil {
		return err
	}
	if err := s.Pictures.Complete(ctx, tx, &row.DescriptionHtml); err != nil {
		return err
	}
	if f.Slug == nil {
		if row.Slug, err = freeSlug(ctx, q, row.CalendarID, row.Title); err != nil {
			return err
		}
	}
	row.ID = id.New()
	row.Uid = s.uid(row.ID)
	return nil
}

// insert stores a new entry with its dates, notes that it was made, and announces it.
func (s *Service) insert(ctx context.Context, tx pgx.Tx, row eventsdb.Entry) error {
	q, at := eventsdb.New(tx), s.Clock.Now()
	row.CreatedAt, row.UpdatedAt, row.EditedAt, row.ExpandedUntil = at, at, at, row.LocalStart
	if row.State == string(contract.EntryConfirmed) {
		row.PublishedAt = &at
	}
	if err := insertEntry(ctx, q, row); err != nil {
		return err
	}
	months, err := s.materialise(ctx, tx, nil, row)
	if err != nil {
		return err
	}
	if err := s.note(ctx, q, row.ID, nil, "", row.State, ""); err != nil {
		return err
	}
	return announce(ctx, tx, nil, &row, months)
}

func insertEntry(ctx context.Context, q *eventsdb.Queries, row eventsdb.Entry) error {
	return q.InsertEntry(ctx, eventsdb.InsertEntryParams{
		ID: row.ID, CalendarID: row.CalendarID, Uid: row.Uid, Sequence: row.Sequence, Slug: row.Slug, State: row.State, Kind: row.Kind,
		Title: row.Title, Summary: row.Summary, Description: row.Description, DescriptionHtml: row.DescriptionHtml, Image: row.Image,
		Timezone: row.Timezone, AllDay: row.AllDay, LocalStart: row.LocalStart, LocalEnd: row.LocalEnd, Rrule: row.Rrule,
		Rdates: orEmpty(row.Rdates), Exdates: orEmpty(row.Exdates), Attendance: row.Attendance, VenueID: row.VenueID,
		OnlineUrl: row.OnlineUrl, OnlinePublic: row.OnlinePublic, Organizer: row.Organizer, ProposedBy: row.ProposedBy,
		SplitFrom: row.SplitFrom, PublishedAt: row.PublishedAt, EditedAt: row.EditedAt, ExpandedUntil: row.ExpandedUntil,
		ZoneVersion: row.ZoneVersion, CreatedAt: row.CreatedAt,
	})
}

// uid is the UID (RFC 5545 section 3.8.4.7) of an entry that was made here.
func (s *Service) uid(entry uuid.UUID) string {
	host := "localhost"
	if u, err := url.Parse(s.Sites.Base(urls.Events)); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return strings.TrimPrefix(string(entryID(entry)), entryPrefix+"_") + "@" + host
}

// DuplicateEntry makes a draft of an entry, with its first date at a local time; a rule goes
// along where it can be moved, and what was of single dates does not. The copy is in calendar,
// the same one where it is empty; both must be the caller's to organise, who proposes nothing
// by it. It fails with 404, with 403 `not_organiser`, with 409 `calendar_archived`, and with 422.
func (s *Service) DuplicateEntry(ctx context.Context, ref contract.EntryID, localStart string, calendar contract.CalendarID) (made contract.Entry, err error) {
	u, err := parseEntry(ref)
	if err != nil {
		return made, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		row, err := q.FindEntry(ctx, u)
		if err != nil {
			return orNoEntry(err)
		}
		if err := lockActor(ctx, q); err != nil {
			return err
		}
		if organiser, err := changeable(ctx, row, nil); err != nil {
			return err
		} else if !organiser {
			return notOrganiser()
		}
		into := calendarID(row.CalendarID)
		if calendar != "" {
			into = calendar
		}
		target, err := shareCalendar(ctx, q, into)
		if err != nil {
			return err
		}
		switch {
		case !mayOrganise(ctx, calendarID(target.ID)):
			return notOrganiser()
		case target.ArchivedAt != nil:
			return archived()
		}
		row.State, row.ProposedBy = string(contract.EntryDraft), ""
		if err := copied(&row, localStart); err != nil {
			return err
		}
		if row.Slug, err = freeSlug(ctx, q, target.ID, row.Title); err != nil {
			return err
		}
		row.ID, row.CalendarID = id.New(), target.ID
		row.Uid = s.uid(row.ID)
		if err := s.insert(ctx, tx, row); err != nil {
			return err
		}
		made, err = s.viewOne(ctx, q, row.ID)
		return err
	})
	return made, refusedEntry(err)
}

// copied makes a row one of its own, that begins at a local time.
func copied(row *eventsdb.Entry, localStart string) error {
	start, err := wall("body.local_start", localStart, row.AllDay)
	if err != nil {
		return err
	}
	row.Rdates, row.Exdates = []time.Time{}, []time.Time{}
	is, err := seriesOf(*row)
	if err != nil {
		return err
	}
	length := is.End.Sub(is.Start)
	shall, ok := series.Shift(is, start.Sub(is.Start), length)
	if !ok || len(shall.Rule) > maxRule {
		shall.Rule = ""
	}
	row.LocalStart, row.LocalEnd, row.Rrule = start, start.Add(length), shall.Rule
	row.Sequence, row.SplitFrom, row.PublishedAt, row.Version = 0, nil, nil, 1
	return nil
}

// shareCalendar keeps the calendar that a body names as it is. It fails with 422.
func shareCalendar(ctx context.Context, q *eventsdb.Queries, ref contract.CalendarID) (row eventsdb.Calendar, err error) {
	u, ok := id.Parse(calendarPrefix, ref)
	if !ok {
		return row, noSuchCalendar()
	}
	row, err = q.ShareCalendar(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) {
		err = noSuchCalendar()
	}
	return row, err
}

func noSuchCalendar() error { return invalid("body.calendar", "expected the id of a calendar") }

func archived() error {
	return problem.Conflict("the calendar is archived and takes no new entries").WithCode("calendar_archived")
}

func proposalsClosed() error {
	return problem.Forbidden("this calendar takes no proposals").WithCode("proposals_closed")
}

// refusedEntry turns the breach of a constraint of entries and their dates into its problem;
// any other error is returned as it is.
func refusedEntry(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	switch pg.ConstraintName {
	case "entries_slug_key":
		return problem.Conflict("another entry of the calendar has this slug").WithCode("slug_taken").
			WithField("body.slug", "choose another word")
	case "entries_uid_key":
		return problem.Conflict("another entry of the site has this UID").WithCode("uid_taken")
	case "entries_rrule_check":
		return ruleNeeded()
	case "entries_venue_id_fkey", "occurrences_venue_id_fkey": // it was removed meanwhile
		return noSuchVenue()
	case "saved_occurrence_id_fkey":
		return notDeletable()
	}
	return err
}

func notDeletable() error {
	return problem.Conflict("only drafts, proposals and declined entries that nobody refers to can be deleted; others are cancelled").
		WithCode("not_deletable")
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
