// What an edit would touch, before it is made.

package events

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// maxPreviewed is how many dates a list of a preview has at most.
const maxPreviewed = 20

// EntryPreview is what an edit would do to the dates of an entry.
type EntryPreview struct {
	Splits   bool           `json:"splits" example:"false" doc:"Whether the later dates would become an entry of their own."`
	Stay     PreviewedDates `json:"stay" doc:"Dates that stay when they are."`
	Move     PreviewedDates `json:"move" doc:"Dates that come to another time; who refers to them comes along."`
	Go       PreviewedDates `json:"go" doc:"Dates that are removed: nobody refers to them."`
	Come     PreviewedDates `json:"come" doc:"Dates that are new."`
	Keep     PreviewedDates `json:"keep" doc:"Dates that the series has no more and that stay beside it, because somebody refers to them."`
	Adjusted PreviewedDates `json:"adjusted" doc:"Dates of these, as they would be, at a local time that clocks skip or show twice."`
}

// PreviewedDates are some dates of a preview.
type PreviewedDates struct {
	Count int             `json:"count" example:"2" doc:"How many there are."`
	Dates []PreviewedDate `json:"dates" doc:"The first 20 of them, in the order of time."`
}

// PreviewedDate is one date of a preview.
type PreviewedDate struct {
	Occurrence contract.OccurrenceID `json:"occurrence,omitempty" example:"occ_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Absent where it is new."`
	LocalStart string                `json:"local_start" example:"2026-11-25T19:00:00"`
	From       string                `json:"from,omitempty" example:"2026-11-24T19:00:00" doc:"Of one that moves: when it is now."`
	Adjusted   string                `json:"adjusted,omitempty" enum:"gap,overlap" example:"gap"`
}

// errPreviewed ends a transaction that was only made to look.
var errPreviewed = errors.New("events: previewed")

// PreviewEntry tells what an edit would touch: it makes the edit, looks, and takes it back, so
// that it says what would happen and fails as UpdateEntry would. Nothing is stored or announced.
func (s *Service) PreviewEntry(ctx context.Context, ref contract.EntryID, e EntryEdit) (p EntryPreview, err error) {
	u, err := parseEntry(ref)
	if err != nil {
		return p, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		before, err := q.OccurrencesOf(ctx, u)
		if err != nil {
			return err
		}
		changed, err := s.edit(ctx, tx, u, nil, e)
		if err != nil {
			return err
		}
		row, err := q.FindEntry(ctx, changed)
		if err != nil {
			return err
		}
		after, err := q.OccurrencesOfAll(ctx, []uuid.UUID{u, changed})
		if err != nil {
			return err
		}
		p = previewed(before, after, row.AllDay)
		p.Splits = changed != u
		return errPreviewed
	})
	if errors.Is(err, errPreviewed) {
		return p, nil
	}
	return p, refusedEntry(err)
}

// previewed compares the dates before and after an edit.
func previewed(before, after []eventsdb.Occurrence, allDay bool) (p EntryPreview) {
	byStart := func(a, b eventsdb.Occurrence) int {
		return cmp.Or(a.LocalStart.Compare(b.LocalStart), slices.Compare(a.ID[:], b.ID[:]))
	}
	slices.SortFunc(before, byStart)
	slices.SortFunc(after, byStart)
	for _, dates := range []*PreviewedDates{&p.Stay, &p.Move, &p.Go, &p.Come, &p.Keep, &p.Adjusted} {
		dates.Dates = []PreviewedDate{}
	}
	was := make(map[uuid.UUID]eventsdb.Occurrence, len(before))
	for _, o := range before {
		was[o.ID] = o
	}
	for _, o := range after {
		old, had := was[o.ID]
		delete(was, o.ID)
		date := PreviewedDate{LocalStart: localtime.Format(o.LocalStart, allDay), Adjusted: o.Adjusted}
		if had {
			date.Occurrence = occurrenceID(o.ID)
		}
		switch {
		case !had:
			p.Come.add(date)
		case o.Kept:
			p.Keep.add(date)
		case !old.StartsAt.Equal(o.StartsAt) || !old.LocalStart.Equal(o.LocalStart) || !old.EndsAt.Equal(o.EndsAt):
			date.From = localtime.Format(old.LocalStart, allDay)
			p.Move.add(date)
		default:
			p.Stay.add(date)
		}
		if o.Adjusted != "" {
			p.Adjusted.add(date)
		}
	}
	for _, o := range before {
		if _, gone := was[o.ID]; gone {
			p.Go.add(PreviewedDate{Occurrence: occurrenceID(o.ID), LocalStart: localtime.Format(o.LocalStart, allDay), Adjusted: o.Adjusted})
		}
	}
	return p
}

func (p *PreviewedDates) add(date PreviewedDate) {
	if p.Count++; len(p.Dates) < maxPreviewed {
		p.Dates = append(p.Dates, date)
	}
}
