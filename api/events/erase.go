// What calendars hold of a person: their export, and forgetting it.

package events

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/contract"
)

// Erase removes what is a user's, in the transaction that erases the user: feeds, follows, saved
// dates, drafts, which nobody was to read. What they have proposed stays without their name. A
// request of theirs that is still on its way stores nothing after it.
func (s *Service) Erase(ctx context.Context, tx pgx.Tx, user contract.UserID) error {
	q, member := eventsdb.New(tx), string(user)
	if err := q.LockMember(ctx, member); err != nil {
		return err
	}
	if err := eraseDrafts(ctx, q, member); err != nil {
		return err
	}
	return errors.Join(q.MarkErased(ctx, member), q.EraseFeeds(ctx, member), q.EraseFollows(ctx, member), q.EraseSaved(ctx, member),
		q.ForgetProposer(ctx, member), q.ForgetActor(ctx, member))
}

// eraseDrafts removes the drafts of a member, though somebody who may see them has saved a date.
func eraseDrafts(ctx context.Context, q *eventsdb.Queries, member string) error {
	drafts, err := q.HoldDrafts(ctx, member)
	if err != nil {
		return err
	}
	for _, draft := range drafts {
		if _, err := q.LockOccurrences(ctx, draft); err != nil {
			return err
		}
		if err := errors.Join(q.UnsaveAll(ctx, draft), q.DeleteEntry(ctx, draft)); err != nil {
			return err
		}
	}
	return nil
}

// ExportUser is what the domain knows of a user.
func (s *Service) ExportUser(ctx context.Context, user contract.UserID) (map[string]any, error) {
	q, member, files := s.queries(), string(user), map[string]any{}
	follows, err := q.FollowsOf(ctx, member)
	if err != nil {
		return nil, err
	}
	saved, err := q.SavedOf(ctx, member)
	if err != nil {
		return nil, err
	}
	feeds, err := q.FeedsOf(ctx, member)
	if err != nil {
		return nil, err
	}
	proposals, err := q.ProposedBy(ctx, member)
	if err != nil {
		return nil, err
	}
	done, err := q.DoneBy(ctx, member)
	if err != nil {
		return nil, err
	}
	exportList(files, "followed_calendars", follows, func(r eventsdb.FollowsOfRow) any {
		return exportedFollow{calendarID(r.Calendar.ID), r.Calendar.Name, r.At}
	})
	exportList(files, "saved_dates", saved, func(r eventsdb.SavedOfRow) any {
		return exportedDate{occurrenceID(r.ID), r.Title, localtime.Format(r.LocalStart, false), r.Timezone, r.At}
	})
	exportList(files, "calendar_feeds", feeds, func(r eventsdb.Feed) any { return toFeed(r) })
	exportList(files, "proposed_entries", proposals, func(r eventsdb.ProposedByRow) any {
		return exportedProposal{entryID(r.ID), r.Title, r.State, r.Kind, r.Summary, r.Description, r.CreatedAt}
	})
	exportList(files, "entry_changes", done, func(r eventsdb.DoneByRow) any {
		return exportedChange{entryID(r.EntryID), r.FromState, r.ToState, r.Reason, r.At}
	})
	return files, nil
}

// exportList adds a list to an export where it is not empty.
func exportList[T any](files map[string]any, name string, rows []T, as func(T) any) {
	if len(rows) > 0 {
		files[name] = mapped(rows, as)
	}
}

type exportedFollow struct {
	Calendar contract.CalendarID `json:"calendar"`
	Name     string              `json:"name"`
	At       time.Time           `json:"at"`
}

type exportedDate struct {
	Occurrence contract.OccurrenceID `json:"occurrence"`
	Title      string                `json:"title"`
	LocalStart string                `json:"local_start"`
	Timezone   string                `json:"timezone"`
	At         time.Time             `json:"at"`
}

type exportedProposal struct {
	Entry       contract.EntryID `json:"entry"`
	Title       string           `json:"title"`
	State       string           `json:"state"`
	Kind        string           `json:"kind"`
	Summary     string           `json:"summary,omitempty"`
	Description string           `json:"description,omitempty"`
	CreatedAt   time.Time        `json:"created_at"`
}

type exportedChange struct {
	Entry     contract.EntryID `json:"entry"`
	FromState string           `json:"from_state,omitempty"`
	ToState   string           `json:"to_state"`
	Reason    string           `json:"reason,omitempty"`
	At        time.Time        `json:"at"`
}
