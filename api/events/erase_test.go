package events_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// whileErased makes requests of a user who is being erased: they begin before that is
// committed. It returns what they fail with.
func (h *hall) whileErased(user contract.UserID, requests map[string]func() error) map[string]error {
	h.t.Helper()
	ctx := context.WithoutCancel(h.t.Context())
	tx, err := h.pool.Begin(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func(tx pgx.Tx) { _ = tx.Rollback(ctx) }(tx)
	if err := h.Erase(ctx, tx, user); err != nil {
		h.t.Fatal(err)
	}
	type answer struct {
		name string
		err  error
	}
	answers := make(chan answer, len(requests))
	for name, request := range requests {
		go func() { answers <- answer{name, request()} }()
	}
	for waiting := 0; waiting+len(answers) < len(requests); time.Sleep(time.Millisecond) {
		if err := h.pool.QueryRow(ctx, `SELECT count(*) FROM pg_locks WHERE NOT granted
			AND (database IS NULL OR database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waiting); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		h.t.Fatal(err)
	}
	errs := map[string]error{}
	for range requests {
		a := <-answers
		errs[a.name] = a.err
	}
	return errs
}

// names counts the entries and steps that name a user.
func (h *hall) names(user contract.UserID) (n int) {
	h.t.Helper()
	err := h.pool.QueryRow(h.t.Context(), `SELECT (SELECT count(*) FROM events.entries e WHERE strpos(e::text, $1) > 0)
		+ (SELECT count(*) FROM events.transitions t WHERE strpos(t::text, $1) > 0)`, string(user)).Scan(&n)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// TestNothingAfterErasure: what is on its way while its user is erased stores nothing, whether
// they propose or organise.
func TestNothingAfterErasure(t *testing.T) {
	h := newHall(t)
	member, cook := h.as("member"), h.as("cook")
	mine, err := h.CreateEntry(member, events.EntryToMake{EntryFields: h.weekly()})
	if err != nil {
		t.Fatal(err)
	}
	public := h.confirmed(h.weekly())
	create := func(ctx context.Context) func() error {
		return func() error {
			_, err := h.CreateEntry(ctx, events.EntryToMake{EntryFields: h.weekly()})
			return err
		}
	}
	for user, requests := range map[contract.UserID]map[string]func() error{
		memberID: {
			"propose": create(member),
			"cut": func() error {
				_, err := h.UpdateEntry(member, mine.ID, mine.Version, events.EntryEdit{Apply: events.EditFollowing, Occurrence: mine.Occurrences[3].ID,
					EntryFields: events.EntryFields{Title: of("Stew")}})
				return err
			},
		},
		h.who["cook"].User: {
			"make": create(cook),
			"copy": func() error {
				_, err := h.DuplicateEntry(cook, public.ID, "2027-01-05T19:00:00", "")
				return err
			},
			"cancel a date": func() error {
				_, err := h.SetOccurrenceStatus(cook, public.Occurrences[1].ID, nil, contract.Cancelled, "")
				return err
			},
			"postpone": func() error {
				_, err := h.SetEntryState(cook, public.ID, public.Version, contract.EntryPostponed, "")
				return err
			},
		},
	} {
		for name, err := range h.whileErased(user, requests) {
			if d := problem.From(err); err == nil || d.Status != 401 {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := h.names(user); n != 0 {
			t.Errorf("%d rows name %s", n, user)
		}
	}
}

// TestEraseDrafts: drafts of a member go with them, those too of which an organiser has saved a
// date; what they have proposed stays, and so does what organisers have taken up again.
func TestEraseDrafts(t *testing.T) {
	h := newHall(t)
	propose := func(title string, state contract.EntryState) contract.Entry {
		f := h.weekly()
		f.Title = &title
		e, err := h.CreateEntry(h.as("member"), events.EntryToMake{EntryFields: f, State: state})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	turn := func(who string, e contract.Entry, state contract.EntryState) {
		if _, err := h.SetEntryState(h.as(who), e.ID, h.entry(e.ID).Version, state, ""); err != nil {
			t.Fatal(err)
		}
	}
	propose("Never told", contract.EntryDraft)
	h.save(otherID, propose("Saved by another", contract.EntryDraft).Occurrences[2])
	turn("member", propose("Taken back", contract.EntrySubmitted), contract.EntryDraft)
	propose("Proposed", contract.EntrySubmitted)
	again := propose("Taken up again", contract.EntrySubmitted)
	turn("cook", again, contract.EntryDeclined)
	turn("cook", again, contract.EntryDraft)
	h.whileErased(memberID, nil)
	rows, err := h.pool.Query(t.Context(), "SELECT title FROM events.entries ORDER BY title")
	if err != nil {
		t.Fatal(err)
	}
	titles, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(titles) != 2 || titles[0] != "Proposed" || titles[1] != "Taken up again" || h.names(memberID) != 0 {
		t.Errorf("left are %v, %v", titles, err)
	}
}
