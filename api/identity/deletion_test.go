package identity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestDeletion: nothing changes for two weeks; then all that is personal is gone, in one
// transaction with what other domains erase.
func TestDeletion(t *testing.T) {
	var erased []contract.UserID
	var fault error
	w := newWorld(t, func(o *identity.Options) {
		o.Erase = append(o.Erase, func(_ context.Context, _ pgx.Tx, user contract.UserID) error {
			erased = append(erased, user)
			return fault
		})
	})
	ada, bo := w.user("ada@example.org", contract.RoleEditor), w.user("bo@example.org")
	if _, err := w.UpdateMe(w.as(ada), 1, identity.ProfileChange{DisplayName: new("Ada Baker")}); err != nil {
		t.Fatal(err)
	}
	if err := w.AddEmail(w.as(ada), "ada@bakery.example", false); err != nil {
		t.Fatal(err)
	}
	w.mails()
	p, err := w.PlanDeletion(w.as(ada))
	if err != nil || p.DeletionDue == nil || !p.DeletionDue.Equal(w.clock.Now().Add(identity.DeletionGrace)) {
		t.Fatalf("PlanDeletion = %+v, %v", p, err)
	}
	mail := w.mail("deletion_planned", "ada@example.org").Data.(contract.LinkMail)
	if mail.Link != origin+"/account/" || !mail.Until.Equal(*p.DeletionDue) {
		t.Errorf("the mail says %+v", mail)
	}
	w.clock.Advance(time.Hour)
	if again, err := w.PlanDeletion(w.as(ada)); err != nil || !again.DeletionDue.Equal(*p.DeletionDue) || len(w.mails()) != 0 {
		t.Errorf("a second time: %+v, %v", again, err)
	}
	w.clock.Advance(identity.DeletionGrace - 2*time.Hour)
	session := w.begin(ada)
	if n, err := w.EraseDue(t.Context()); n != 0 || err != nil || !w.signedIn(session) {
		t.Errorf("before it is due: %d erased, %v", n, err)
	}
	w.mails()
	w.events()

	w.clock.Advance(time.Hour)
	fault = errors.New("the orders cannot be reached")
	if n, err := w.EraseDue(t.Context()); n != 0 || !errors.Is(err, fault) || !w.signedIn(session) {
		t.Errorf("with a fault: %d erased, %v", n, err)
	}
	w.wantAddresses(ada, "*ada@example.org")
	fault, erased = nil, nil
	if n, err := w.EraseDue(t.Context()); n != 1 || err != nil || len(erased) != 1 || erased[0] != ada {
		t.Fatalf("%d erased, %v; other domains erased %v", n, err, erased)
	}
	if n, err := w.EraseDue(t.Context()); n != 0 || err != nil {
		t.Errorf("a second time: %d erased, %v", n, err)
	}
	if w.signedIn(session) {
		t.Error("the session is still good")
	}
	w.mail("deletion_done", "ada@example.org")
	if events := w.events(); fmt.Sprint(events) != "[user_deleted ]" {
		t.Errorf("events = %v", events)
	}
	u, err := w.User(t.Context(), ada)
	if err != nil || u.State != "deleted" || u.DisplayName+u.Email != "" || len(u.Roles) != 0 || u.DeletionDue != nil {
		t.Errorf("User = %+v, %v", u, err)
	}
	w.tracesOf("ada@", "bakery", "Baker", "Firefox")
	if trace := w.audit(ada); trace[len(trace)-1] != "user.deleted by "+string(ada) {
		t.Errorf("audit = %v", trace)
	}
	w.wantAddresses(bo, "*bo@example.org")
	if again := w.user("ada@example.org"); again == ada {
		t.Error("the address still belongs to the deleted account")
	}
	if _, err := w.UpdateUser(identity.AsOperator(t.Context()), ada, nil, identity.UserChange{State: new("active")}); problem.Code(err) != "not_found" {
		t.Errorf("a deleted account is brought back: %v", err)
	}
}

// tracesOf looks for words in every row of the schema.
func (w *world) tracesOf(words ...string) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), "SELECT table_name FROM information_schema.tables WHERE table_schema = 'identity' AND table_type = 'BASE TABLE'")
	if err != nil {
		w.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 15 {
		w.t.Fatalf("tables = %v, %v", tables, err)
	}
	for _, table := range tables {
		text := strings.ToLower(one[string](w, "SELECT coalesce(string_agg(x::text, ' '), '') FROM identity."+table+" x"))
		for _, word := range words {
			if strings.Contains(text, strings.ToLower(word)) {
				w.t.Errorf("%s still has %q: %s", table, word, text)
			}
		}
	}
}

// TestKeepAccount: taken back in time, at the last moment too, nothing is erased.
func TestKeepAccount(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	if _, err := w.PlanDeletion(w.as(ada)); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(2 * identity.DeletionGrace)
	for range 2 {
		if err := w.KeepAccount(w.as(ada)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := w.EraseDue(t.Context()); n != 0 || err != nil {
		t.Errorf("%d erased, %v", n, err)
	}
	w.wantAddresses(ada, "*ada@example.org")
}

// TestSignInOrErase: who signs in while their account is erased either gets in before or finds
// a new account; no session is left of the old one.
func TestSignInOrErase(t *testing.T) {
	w := newWorld(t)
	for round := range 6 {
		address := fmt.Sprintf("ada%d@example.org", round)
		ada := w.user(address)
		if _, err := w.PlanDeletion(w.as(ada)); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(identity.DeletionGrace)
		turns := make(chan int, 4)
		for i := range cap(turns) {
			turns <- i
		}
		atOnce(cap(turns), func() {
			if <-turns == 0 {
				if _, err := w.EraseDue(t.Context()); err != nil {
					t.Error(err)
				}
				return
			}
			if err := w.enter(address); err != nil {
				t.Error(err)
			}
		})
		if n := one[int](w, `SELECT count(*) FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id
			WHERE s.ended_at IS NULL AND u.state = 'deleted'`); n != 0 {
			t.Fatalf("round %d: %d sessions of a deleted account", round, n)
		}
		if n := one[int](w, "SELECT count(*) FROM identity.users WHERE id = $1 AND state = 'deleted'", identity.Row(ada)); n != 1 {
			t.Fatalf("round %d: the account is not deleted", round)
		}
	}
}

// enter signs in with an address as links do.
func (w *world) enter(address string) error {
	tx, err := w.pool.Begin(w.t.Context())
	if err != nil {
		return err
	}
	defer tx.Rollback(w.t.Context())
	user, _, err := w.UserFor(w.t.Context(), tx, address)
	if err != nil {
		return err
	}
	if _, err := w.Begin(w.t.Context(), tx, user, "link", w.visitor); err != nil {
		return err
	}
	return tx.Commit(w.t.Context())
}

// TestSuspendedAtOnce: who is suspended while they sign in has no session afterwards.
func TestSuspendedAtOnce(t *testing.T) {
	w := newWorld(t)
	admin := w.user("admin@example.org", contract.RoleAdmin)
	for round := range 6 {
		address := fmt.Sprintf("ada%d@example.org", round)
		ada := w.user(address)
		turns := make(chan int, 4)
		for i := range cap(turns) {
			turns <- i
		}
		ctx := w.as(admin)
		atOnce(cap(turns), func() {
			if <-turns == 0 {
				if _, err := w.UpdateUser(ctx, ada, nil, identity.UserChange{State: new("suspended")}); err != nil {
					t.Error(err)
				}
			} else if err := w.enter(address); err != nil && problem.Code(err) != "account_suspended" {
				t.Error(err)
			}
		})
		if n := one[int](w, "SELECT count(*) FROM identity.sessions WHERE user_id = $1 AND ended_at IS NULL", identity.Row(ada)); n != 0 {
			t.Fatalf("round %d: %d sessions of a suspended user", round, n)
		}
	}
}
