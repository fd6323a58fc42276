package identity_test

import (
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestRevert: whoever reads mail at the old address takes the account back within a week, from
// somebody who has done all they could in it.
func TestRevert(t *testing.T) {
	w := newWorld(t)
	ada := w.user("old@example.org")
	w.clock.Advance(time.Hour)
	if err := w.AddEmail(w.as(ada), "thief@example.org", false); err != nil {
		t.Fatal(err)
	}
	w.confirm(w.links()["email_confirm thief@example.org"])
	back := w.links()["email_changed old@example.org"]

	// The thief makes theirs the primary, throws the old one out, adds another.
	w.clock.Advance(time.Hour)
	thief := w.begin(ada)
	w.mails()
	if err := w.MakePrimary(w.as(ada), w.emailOf(ada, "thief@example.org")); err != nil {
		t.Fatal(err)
	}
	if err := w.RemoveEmail(w.as(ada), w.emailOf(ada, "old@example.org")); err != nil {
		t.Fatal(err)
	}
	if err := w.AddEmail(w.as(ada), "thief2@example.org", false); err != nil {
		t.Fatal(err)
	}
	w.confirm(w.links()["email_confirm thief2@example.org"])
	thiefs := w.links()["email_changed thief@example.org"]
	if err := w.AddEmail(w.as(ada), "thief3@example.org", true); err != nil {
		t.Fatal(err)
	}
	pending := w.links()
	if _, err := w.PlanDeletion(w.as(ada)); err != nil {
		t.Fatal(err)
	}
	w.mails()
	w.events()
	for _, sql := range []string{
		"INSERT INTO identity.passkeys (id, user_id, credential_id, credential, name, created_at) VALUES (gen_random_uuid(), $1, sha256('x'), '{}', 'thief', $2)",
		"INSERT INTO identity.personal_tokens (id, user_id, name, hash, scopes, created_at) VALUES (gen_random_uuid(), $1, 'thief', sha256('x'), '{}', $2)",
	} {
		if _, err := w.pool.Exec(t.Context(), sql, identity.Row(ada), w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}

	kind, from, to, err := w.ShowEmailChange(t.Context(), back)
	if kind != "revert" || from != "thief@example.org" || to != "old@example.org" || err != nil {
		t.Errorf("ShowEmailChange = %q %q %q %v", kind, from, to, err)
	}
	if !w.confirm(back) {
		t.Error("not done")
	}
	w.usedUp("a used way back", back)
	w.usedUp("the thief's own way back", thiefs)
	for name, token := range pending {
		w.usedUp(name, token)
	}
	w.wantAddresses(ada, "*old@example.org")
	if w.signedIn(thief) {
		t.Error("the thief is still signed in")
	}
	if n := one[int](w, "SELECT count(*) FROM identity.passkeys") + one[int](w, "SELECT count(*) FROM identity.personal_tokens WHERE revoked_at IS NULL"); n != 0 {
		t.Errorf("%d passkeys and tokens of the thief's are good", n)
	}
	if p, err := w.Me(w.as(ada)); err != nil || p.DeletionDue != nil {
		t.Errorf("the deletion is still planned: %+v, %v", p, err)
	}
	events := strings.Join(w.events(), ", ")
	for _, want := range []string{"email_removed thief@example.org", "email_removed thief2@example.org", "email_verified old@example.org"} {
		if !strings.Contains(events, want) {
			t.Errorf("events = %s, want %s", events, want)
		}
	}
}

// TestRevertTooLate: after a week a change stands, and an address that is somebody else's by
// then stays theirs.
func TestRevertTooLate(t *testing.T) {
	w := newWorld(t)
	replace := func(user contract.UserID, old, new string) (back string) {
		t.Helper()
		if err := w.AddEmail(w.as(user), new, true); err != nil {
			t.Fatal(err)
		}
		links := w.links()
		w.confirm(links["email_change "+old])
		w.confirm(links["email_confirm "+new])
		return w.links()["email_changed "+old]
	}
	ada := w.user("ada@example.org")
	back := replace(ada, "ada@example.org", "ada@bakery.example")
	other := w.user("ada@example.org")
	if _, err := w.ConfirmEmailChange(t.Context(), back, w.visitor); problem.Code(err) != "address_taken" || other == ada {
		t.Errorf("somebody else's by now: %v, want address_taken", err)
	}
	w.wantAddresses(ada, "*ada@bakery.example")

	bo := w.user("bo@example.org")
	back = replace(bo, "bo@example.org", "bo@bakery.example")
	w.clock.Advance(identity.EmailRevertLasts)
	w.usedUp("after a week", back)
}

// TestConfirmAtOnce: of an address that one has given without confirming it and another signs
// in with at the same moment, one becomes the owner.
func TestConfirmAtOnce(t *testing.T) {
	w := newWorld(t)
	for round := range 8 {
		address := "ada" + string(rune('a'+round)) + "@example.org"
		ada := w.user("first" + address)
		if _, err := w.pool.Exec(t.Context(), "UPDATE identity.emails SET address = $2, verified_at = NULL WHERE user_id = $1", identity.Row(ada), address); err != nil {
			t.Fatal(err)
		}
		if err := w.AddEmail(w.as(ada), address, false); err != nil {
			t.Fatal(err)
		}
		token := w.links()["email_confirm "+address]
		turns := make(chan bool, 3)
		turns <- true
		turns <- false
		turns <- false
		atOnce(cap(turns), func() {
			if !<-turns {
				if err := w.enter(address); err != nil {
					t.Error(err)
				}
			} else if _, err := w.ConfirmEmailChange(t.Context(), token, w.visitor); err != nil && problem.Code(err) != "address_taken" {
				t.Error(err)
			}
		})
		w.mails()
		if n := one[int](w, "SELECT count(*) FROM identity.emails WHERE address = $1 AND verified_at IS NOT NULL", address); n != 1 {
			t.Fatalf("round %d: %d owners of the address", round, n)
		}
	}
}

// TestAddressGoes: who signs in with an address that is just taken from an account does not
// get into it.
func TestAddressGoes(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	if err := w.AddEmail(w.as(ada), "second@example.org", false); err != nil {
		t.Fatal(err)
	}
	w.confirm(w.links()["email_confirm second@example.org"])
	tx, err := w.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	for _, sql := range []string{"SELECT 1 FROM identity.users WHERE id = $1 FOR NO KEY UPDATE", "DELETE FROM identity.emails WHERE user_id = $1 AND NOT is_primary"} {
		if _, err := tx.Exec(t.Context(), sql, identity.Row(ada)); err != nil {
			t.Fatal(err)
		}
	}
	entered := make(chan error)
	go func() { entered <- w.enter("second@example.org") }()
	for one[int](w, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-entered; err != nil {
		t.Fatal(err)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.sessions WHERE user_id = $1", identity.Row(ada)); n != 0 {
		t.Error("the removed address still signs in")
	}
}
