// What visitors are told of a change, and the addresses of entries.

package events

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

// announce emits, in tx, what visitors see of a change: EntryPublished, EntryUpdated,
// EntryUnpublished or nothing. before is nil for a new entry, after for one that was deleted;
// months are those that have or had one of its dates. Whether anything that is shown has
// changed is the caller's to know.
func announce(ctx context.Context, tx pgx.Tx, before *eventsdb.Entry, after *eventsdb.Entry, months []string) error {
	ref := contract.EntryRef{Calendars: []contract.CalendarID{}, Months: months}
	if months == nil {
		ref.Months = []string{}
	}
	shown := func(row *eventsdb.Entry) bool {
		if row == nil {
			return false
		}
		ref.ID = entryID(row.ID)
		if calendar := calendarID(row.CalendarID); !slices.Contains(ref.Calendars, calendar) {
			ref.Calendars = append(ref.Calendars, calendar)
		}
		return public(contract.EntryState(row.State))
	}
	was, is := shown(before), shown(after)
	switch {
	case !was && is:
		return bus.Emit(ctx, tx, contract.EntryPublished{EntryRef: ref})
	case was && is:
		return bus.Emit(ctx, tx, contract.EntryUpdated{EntryRef: ref})
	case was:
		return bus.Emit(ctx, tx, contract.EntryUnpublished{EntryRef: ref})
	}
	return nil
}

// maxSlug is the longest slug of an entry, in bytes.
const maxSlug = 100

// freeSlug is a slug for an entry of a calendar that nobody has, made of its title. Whoever
// takes it at the same moment gets the key's refusal, 409 `slug_taken`.
func freeSlug(ctx context.Context, q *eventsdb.Queries, calendar uuid.UUID, title string) (string, error) {
	base := shortened(urls.Slug(title), maxSlug-6)
	if base == "" {
		base = "entry"
	}
	taken, err := q.SlugsLike(ctx, eventsdb.SlugsLikeParams{CalendarID: calendar, Base: base})
	if err != nil {
		return "", err
	}
	slug := base
	for n := 2; urls.ReservedEntry(slug) || slices.Contains(taken, slug); n++ {
		slug = fmt.Sprintf("%s-%d", base, n)
	}
	return slug, nil
}

// shortened cuts a slug, and the dashes that would then end it.
func shortened(slug string, most int) string {
	if len(slug) > most {
		slug = slug[:most]
	}
	for slug != "" && slug[len(slug)-1] == '-' {
		slug = slug[:len(slug)-1]
	}
	return slug
}
