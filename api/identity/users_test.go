package identity_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

func TestPermissions(t *testing.T) {
	everybody := []string{"account:read", "account:write", "cart:write", "events:propose"}
	all := []string{
		"account:read", "account:write", "cart:write", "blog:draft", "blog:publish", "blog:write", "site:write", "media:write", "market:write",
		"orders:read", "orders:write", "events:propose", "events:organise", "events:write", "members:read",
		"users:read", "users:write", "clients:write", "audit:read",
	}
	// with is what everybody may and some scopes besides, in the order of all.
	with := func(more ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(scope string) bool { return !slices.Contains(everybody, scope) && !slices.Contains(more, scope) })
	}
	for _, tt := range []struct {
		roles []contract.Role
		want  []string
	}{
		{nil, everybody},
		{[]contract.Role{"moderator", "steward"}, everybody},
		{[]contract.Role{"organiser"}, with("media:write", "events:organise")},
		{[]contract.Role{"contributor"}, with("blog:draft", "media:write")},
		{[]contract.Role{"author"}, with("blog:draft", "blog:publish", "media:write")},
		{[]contract.Role{"editor"}, with("blog:draft", "blog:publish", "blog:write", "media:write", "events:organise", "events:write", "members:read")},
		{[]contract.Role{"shopkeeper"}, with("media:write", "market:write", "orders:read", "orders:write")},
		{[]contract.Role{"shopkeeper", "contributor"}, with("blog:draft", "media:write", "market:write", "orders:read", "orders:write")},
		{[]contract.Role{"admin"}, all},
		{[]contract.Role{"owner"}, all},
		{[]contract.Role{"unknown"}, everybody},
	} {
		var grants []contract.RoleGrant
		for _, role := range tt.roles {
			grants = append(grants, contract.RoleGrant{Role: role})
		}
		if diff := cmp.Diff(tt.want, identity.Permissions(grants)); diff != "" {
			t.Errorf("Permissions(%v) (-want +got)\n%s", tt.roles, diff)
		}
	}
}

// TestUserFor: an account is made once, is found by its address, and not once it is suspended.
func TestUserFor(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	if again := w.user("ada@example.org"); again != ada {
		t.Errorf("the second time %s, want %s", again, ada)
	}
	who, err := w.PersonOf(t.Context(), ada)
	want := identity.Person{ID: ada, Email: "ada@example.org", EmailVerified: true, Roles: []contract.RoleGrant{}, Scopes: []string{"account:read", "account:write", "cart:write", "events:propose"}}
	if diff := cmp.Diff(want, who); diff != "" || err != nil {
		t.Errorf("Person: %v (-want +got)\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"user.created by " + string(ada)}, w.audit(ada)); diff != "" {
		t.Errorf("audit (-want +got)\n%s", diff)
	}
	if n := one[int](w, `SELECT count(*) FROM bus.domain_events WHERE kind = 'identity.email_verified' AND data = jsonb_build_object('user', $1::text, 'address', 'ada@example.org')`, string(ada)); n != 1 {
		t.Errorf("%d events email_verified, want 1", n)
	}

	if _, err := w.UpdateUser(identity.AsOperator(t.Context()), ada, nil, identity.UserChange{State: new("suspended")}); err != nil {
		t.Fatal(err)
	}
	err = db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
		_, _, err := w.UserFor(t.Context(), tx, "ada@example.org")
		return err
	})
	if problem.Code(err) != "account_suspended" {
		t.Errorf("a suspended user: %v, want account_suspended", err)
	}
	if _, err := w.PersonOf(t.Context(), ada); problem.Code(err) != "not_found" {
		t.Errorf("Person of a suspended user: %v, want not_found", err)
	}
}

// TestClosedToStrangers: where only who is invited gets an account, an address makes none.
func TestClosedToStrangers(t *testing.T) {
	w := newWorld(t, func(o *identity.Options) { o.Closed = true })
	err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
		_, _, err := w.UserFor(t.Context(), tx, "ada@example.org")
		return err
	})
	if problem.Code(err) != "not_found" {
		t.Errorf("a stranger: %v, want not_found", err)
	}
	if _, err := w.AddUser(t.Context(), "ada@example.org", "Ada", nil); err != nil {
		t.Fatal(err)
	}
	w.user("ada@example.org")
	if n := one[int](w, "SELECT count(*) FROM identity.users"); n != 1 {
		t.Errorf("%d users, want 1", n)
	}
}

// TestOneAccount: of many who sign in with one new address at once, one makes the account and
// all get it.
func TestOneAccount(t *testing.T) {
	w := newWorld(t)
	for round := range 10 {
		address := fmt.Sprintf("ada%d@example.org", round)
		var mu sync.Mutex
		made, who := 0, map[contract.UserID]bool{}
		atOnce(8, func() {
			err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
				user, created, err := w.UserFor(t.Context(), tx, address)
				mu.Lock()
				defer mu.Unlock()
				who[user] = true
				if created {
					made++
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		if made != 1 || len(who) != 1 {
			t.Fatalf("%s: %d made, %d different users", address, made, len(who))
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.users"); n != 10 {
		t.Errorf("%d users, want 10: a loser left a row", n)
	}
	if n := one[int](w, "SELECT count(*) FROM bus.domain_events"); n != 10 {
		t.Errorf("%d events, want 10", n)
	}
}

// atOnce runs fn in n goroutines that start together.
func atOnce(n int, fn func()) {
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	for range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-begin
			fn()
		})
	}
	ready.Wait()
	close(begin)
	done.Wait()
}

func TestVerifiedBy(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	for address, want := range map[string]contract.UserID{"Ada@Example.ORG ": ada, "bo@example.org": "", "no address": ""} {
		w.tx(func(tx pgx.Tx) error {
			got, err := w.VerifiedBy(t.Context(), tx, address)
			if got != want {
				t.Errorf("VerifiedBy(%q) = %q, want %q", address, got, want)
			}
			return err
		})
	}
}

func TestExportUser(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org", contract.RoleEditor)
	w.user("bo@example.org")
	signed := w.begin(ada)
	files, err := w.ExportUser(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(files)
	for _, want := range []string{"ada@example.org", "editor", "Firefox on Linux", "user.created", "192.0.2.7"} {
		if !strings.Contains(text, want) {
			t.Errorf("the export lacks %q: %s", want, text)
		}
	}
	for _, not := range []string{"bo@example.org", signed.Token, signed.Device, "hash", "webauthn"} {
		if strings.Contains(text, not) {
			t.Errorf("the export has %q: %s", not, text)
		}
	}
	if _, err := w.ExportUser(t.Context(), "user_00000000000000000000000000000000"); problem.Code(err) != "not_found" {
		t.Errorf("of nobody: %v, want not_found", err)
	}
}

// begin begins a session.
func (w *world) begin(user contract.UserID) (signed contract.SignedIn) {
	w.t.Helper()
	w.tx(func(tx pgx.Tx) error {
		var err error
		signed, err = w.Begin(context.WithoutCancel(w.t.Context()), tx, user, "link", w.visitor)
		return err
	})
	return signed
}

// signedIn tells whether a session is good.
func (w *world) signedIn(s contract.SignedIn) bool {
	w.t.Helper()
	_, ok, err := w.Authenticate(w.t.Context(), s.Token, origin)
	if err != nil {
		w.t.Fatal(err)
	}
	return ok
}
