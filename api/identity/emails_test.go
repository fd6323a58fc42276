package identity_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// addresses are those of somebody: "*" marks the primary, "?" one that is not verified.
func (w *world) addresses(user contract.UserID) (list []string) {
	w.t.Helper()
	emails, _, err := w.MyEmails(w.as(user))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range emails {
		mark := ""
		if e.Primary {
			mark += "*"
		}
		if !e.Verified {
			mark += "?"
		}
		list = append(list, mark+e.Address)
	}
	return list
}

func (w *world) wantAddresses(user contract.UserID, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.addresses(user)); diff != "" {
		w.t.Errorf("addresses (-want +got)\n%s", diff)
	}
}

func (w *world) emailOf(user contract.UserID, address string) identity.EmailID {
	w.t.Helper()
	emails, _, err := w.MyEmails(w.as(user))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range emails {
		if e.Address == address {
			return e.ID
		}
	}
	w.t.Fatalf("%s has no %s", user, address)
	return ""
}

// links are the tokens in the mails since the last call, by "kind to".
func (w *world) links() map[string]string {
	w.t.Helper()
	list := map[string]string{}
	for _, m := range w.mails() {
		link := m.Data.(contract.LinkMail).Link
		if !strings.HasPrefix(link, origin+"/login/email/") {
			w.t.Errorf("the link of %s is %q", m.Kind, link)
		}
		list[m.Kind+" "+m.To] = tokenOf(w.t, link)
	}
	return list
}

func (w *world) confirm(token string) (done bool) {
	w.t.Helper()
	done, err := w.ConfirmEmailChange(w.t.Context(), token, w.visitor)
	if err != nil {
		w.t.Fatalf("ConfirmEmailChange: %v", err)
	}
	return done
}

// usedUp wants a token that does nothing, whoever asks what.
func (w *world) usedUp(what, token string) {
	w.t.Helper()
	if _, _, _, err := w.ShowEmailChange(w.t.Context(), token); problem.Code(err) != "link_used_up" {
		w.t.Errorf("%s shows %v, want link_used_up", what, err)
	}
	if _, err := w.ConfirmEmailChange(w.t.Context(), token, w.visitor); problem.Code(err) != "link_used_up" {
		w.t.Errorf("%s: %v, want link_used_up", what, err)
	}
}

// events are the kinds of events since the last call with addresses.
func (w *world) events() (list []string) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), "WITH e AS (DELETE FROM bus.domain_events RETURNING *) SELECT kind || ' ' || coalesce(data->>'address', '') FROM e ORDER BY id")
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var e string
		if err := rows.Scan(&e); err != nil {
			w.t.Fatal(err)
		}
		list = append(list, strings.TrimPrefix(e, "identity."))
	}
	return list
}

// TestAddEmail: a further address is confirmed where it is, the primary one is told, and can
// take it back.
// An app that acts for somebody adds no address: it would be let in by it for good.
func TestAppsAddNoAddress(t *testing.T) {
	w := newWorld(t)
	p, _ := auth.PrincipalFrom(w.as(w.user("ada@example.org")))
	p.Client = "client_1"
	byApp := auth.WithPrincipal(t.Context(), p)
	for what, do := range map[string]func() error{
		"removes an address":      func() error { return w.RemoveEmail(byApp, "eml_00000000000000000000000000000000") },
		"makes another primary":   func() error { return w.MakePrimary(byApp, "eml_00000000000000000000000000000000") },
		"plans the account's end": func() error { _, err := w.PlanDeletion(byApp); return err },
	} {
		if err := do(); problem.Code(err) != "session_required" {
			t.Errorf("an app %s: %v, want session_required", what, err)
		}
	}
	if err := w.AddEmail(byApp, "app@example.org", false); problem.Code(err) != "session_required" {
		t.Errorf("an app adds an address: %v, want session_required", err)
	}
	if mails := w.mails(); len(mails) != 0 {
		t.Errorf("mails = %v", mails)
	}
}

func TestAddEmail(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	w.events()
	if err := w.AddEmail(w.as(ada), "Ada@Bakery.example", false); err != nil {
		t.Fatal(err)
	}
	first := w.links()["email_confirm ada@bakery.example"]
	if err := w.AddEmail(w.as(ada), "ada@bakery.example", false); err != nil {
		t.Fatal(err)
	}
	links := w.links()
	token := links["email_confirm ada@bakery.example"]
	if len(links) != 1 || token == "" {
		t.Fatalf("mails = %v", links)
	}
	w.usedUp("the link of the first mail", first)
	for range 2 { // looking changes nothing
		kind, from, to, err := w.ShowEmailChange(t.Context(), token)
		if kind != "add" || from != "ada@example.org" || to != "ada@bakery.example" || err != nil {
			t.Errorf("ShowEmailChange = %q %q %q %v", kind, from, to, err)
		}
	}
	w.wantAddresses(ada, "*ada@example.org")
	if !w.confirm(token) {
		t.Error("not done")
	}
	w.usedUp("a used link", token)
	w.wantAddresses(ada, "*ada@example.org", "ada@bakery.example")
	if diff := cmp.Diff([]string{"email_verified ada@bakery.example"}, w.events()); diff != "" {
		t.Errorf("events (-want +got)\n%s", diff)
	}
	if got := w.user("ada@bakery.example"); got != ada {
		t.Errorf("who signs in with the new address is %s", got)
	}
}

// TestAddEmailRefuses: what cannot be added.
func TestAddEmailRefuses(t *testing.T) {
	w := newWorld(t)
	ada, bo := w.user("ada@example.org"), w.user("bo@example.org")
	for address, want := range map[string]string{"ada": "invalid_address", "ADA@example.org": "address_yours"} {
		if err := w.AddEmail(w.as(ada), address, false); problem.Code(err) != want {
			t.Errorf("AddEmail(%q): %v, want %s", address, err, want)
		}
	}
	// Somebody else's is asked for like any other, and nobody gets a mail.
	if err := w.AddEmail(w.as(ada), "bo@example.org", false); err != nil {
		t.Errorf("somebody else's: %v", err)
	}
	if mails := w.mails(); len(mails) != 0 {
		t.Errorf("mails = %v, want none", mails)
	}
	// One that becomes somebody's before it is confirmed.
	if err := w.AddEmail(w.as(ada), "new@example.org", false); err != nil {
		t.Fatal(err)
	}
	token := w.links()["email_confirm new@example.org"]
	w.user("new@example.org")
	if _, err := w.ConfirmEmailChange(t.Context(), token, w.visitor); problem.Code(err) != "address_taken" {
		t.Errorf("taken meanwhile: %v, want address_taken", err)
	}
	w.wantAddresses(ada, "*ada@example.org")
	w.wantAddresses(bo, "*bo@example.org")

	late := w.user("late@example.org")
	if err := w.AddEmail(w.as(late), "later@example.org", false); err != nil {
		t.Fatal(err)
	}
	token = w.links()["email_confirm later@example.org"]
	w.clock.Advance(identity.EmailChangeLasts)
	w.usedUp("after a day", token)

	for i := range 10 {
		if err := w.AddEmail(w.as(bo), fmt.Sprintf("bo%d@example.org", i), false); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.AddEmail(w.as(bo), "bo10@example.org", false); problem.Code(err) != "too_many_requests" {
		t.Errorf("the eleventh in a day: %v, want too_many_requests", err)
	}
}

// TestTenAddresses: an account has ten addresses at the most.
func TestTenAddresses(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	for i := range 9 {
		address := fmt.Sprintf("ada%d@example.org", i)
		if err := w.AddEmail(w.as(ada), address, false); err != nil {
			t.Fatal(err)
		}
		w.confirm(w.links()["email_confirm "+address])
		w.mails()
	}
	if err := w.AddEmail(w.as(ada), "ada9@example.org", false); problem.Code(err) != "too_many_addresses" {
		t.Errorf("the eleventh: %v, want too_many_addresses", err)
	}
}

// TestReplaceEmail: both addresses confirm, in either order, and only then is it done.
func TestReplaceEmail(t *testing.T) {
	for _, order := range [][]string{{"email_change old@example.org", "email_confirm new@example.org"}, {"email_confirm new@example.org", "email_change old@example.org"}} {
		w := newWorld(t)
		ada := w.user("old@example.org")
		w.events()
		if err := w.AddEmail(w.as(ada), "new@example.org", true); err != nil {
			t.Fatal(err)
		}
		links := w.links()
		for i := range 2 {
			if done := w.confirm(links[order[0]]); done {
				t.Fatalf("%s alone is enough (time %d)", order[0], i)
			}
		}
		w.wantAddresses(ada, "*old@example.org")
		if !w.confirm(links[order[1]]) {
			t.Fatal("both are not enough")
		}
		w.wantAddresses(ada, "*new@example.org")
		for name, token := range links {
			w.usedUp(name, token)
		}
		if diff := cmp.Diff([]string{"email_verified new@example.org", "email_removed old@example.org"}, w.events()); diff != "" {
			t.Errorf("events (-want +got)\n%s", diff)
		}
		w.mail("email_changed", "old@example.org")
	}
}

// TestRemoveEmail: neither the primary address nor the last verified one goes, nor anybody
// else's.
func TestRemoveEmail(t *testing.T) {
	w := newWorld(t)
	ada, bo := w.user("ada@example.org"), w.user("bo@example.org")
	if err := w.AddEmail(w.as(ada), "ada@bakery.example", false); err != nil {
		t.Fatal(err)
	}
	w.confirm(w.links()["email_confirm ada@bakery.example"])
	primary, other := w.emailOf(ada, "ada@example.org"), w.emailOf(ada, "ada@bakery.example")
	for name, tt := range map[string]struct {
		ctx   context.Context
		email identity.EmailID
		want  string
	}{
		"the primary":    {w.as(ada), primary, "primary_address"},
		"somebody's":     {w.as(bo), other, "not_found"},
		"nobody's":       {w.as(ada), "eml_00000000000000000000000000000000", "not_found"},
		"the operator's": {identity.AsOperator(t.Context()), other, "no_user"},
	} {
		if err := w.RemoveEmail(tt.ctx, tt.email); problem.Code(err) != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	if err := w.MakePrimary(w.as(bo), other); problem.Code(err) != "not_found" {
		t.Errorf("somebody's as primary: %v, want not_found", err)
	}
	if err := w.MakePrimary(w.as(ada), other); err != nil {
		t.Fatal(err)
	}
	w.events()
	if err := w.RemoveEmail(w.as(ada), primary); err != nil {
		t.Fatal(err)
	}
	w.wantAddresses(ada, "*ada@bakery.example")
	if diff := cmp.Diff([]string{"email_removed ada@example.org"}, w.events()); diff != "" {
		t.Errorf("events (-want +got)\n%s", diff)
	}

	// A first owner who has added an address before confirming the first.
	if _, err := w.pool.Exec(t.Context(), "UPDATE identity.emails SET verified_at = NULL WHERE user_id = $1", identity.Row(ada)); err != nil {
		t.Fatal(err)
	}
	if err := w.AddEmail(w.as(ada), "second@example.org", false); err != nil {
		t.Fatal(err)
	}
	links := w.links()
	w.confirm(links["email_confirm second@example.org"])
	if err := w.RemoveEmail(w.as(ada), w.emailOf(ada, "second@example.org")); problem.Code(err) != "last_address" {
		t.Errorf("the last verified: %v, want last_address", err)
	}
	if mails := w.mails(); len(mails) != 0 {
		t.Errorf("mail went to an address that nobody has confirmed: %v", mails)
	}
}
