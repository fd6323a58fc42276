package identity_test

import (
	"fmt"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/seal"
)

// Five hundred requests for one address: three mails, each of which works, and the owner gets
// one more from a browser that has signed in before.
func TestFlood(t *testing.T) {
	t.Parallel()
	for name, network := range map[string]func(i int) string{
		"one network":  func(int) string { return "203.0.113.9/32" },
		"500 networks": func(i int) string { return fmt.Sprintf("2001:db8:%x::/64", i+1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			owner := w.signIn(anna, w.visitor)
			w.mails()
			var all sync.WaitGroup
			for part := range 10 {
				all.Go(func() {
					for i := range 50 {
						browser, err := w.AskLink(t.Context(), contract.SignInAsk{Address: anna}, from(contract.Visitor{Origin: origin}, network(50*part+i)))
						if err != nil || len(browser) != 43 {
							t.Errorf("request: %q, %v", browser, err)
						}
					}
				})
			}
			all.Wait()
			flood := w.mails()
			if len(flood) != 3 {
				t.Fatalf("%d mails, want 3", len(flood))
			}
			const live = "SELECT count(*) FROM identity.sign_ins WHERE used_at IS NULL"
			if n := one[int](w, live); n != 3 {
				t.Errorf("%d live links, want 3", n)
			}
			known := from(w.visitor, network(7))
			known.Device = owner.Device
			own, browser := w.ask(anna, known)
			if signed, err := w.ByCode(t.Context(), browser, own.Code, known); err != nil || signed.User != owner.User {
				t.Errorf("the owner by their own code: %s, %v", signed.User, err)
			}
			for _, m := range flood {
				if signed, err := w.ByLink(t.Context(), tokenOf(t, m.Data.(contract.SignInMail).Link), w.visitor); err != nil || signed.User != owner.User {
					t.Errorf("the owner by a link of the flood: %s, %v", signed.User, err)
				}
			}
			// What was used makes room.
			if _, err := w.AskLink(t.Context(), contract.SignInAsk{Address: anna}, from(w.visitor, "198.51.100.4/32")); err != nil || len(w.mails()) == 0 {
				t.Errorf("afterwards no mail is sent, %v", err)
			}
		})
	}
}

// The share of known browsers has an end too, and another's device is not known.
func TestLiveLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner := w.signIn(anna, w.visitor)
	ben := w.signIn("ben@example.org", from(w.visitor, "198.51.100.2/32"))
	w.mails()
	count := func(device string) int {
		for i := range 8 {
			v := from(w.visitor, fmt.Sprintf("203.0.113.%d/32", i))
			v.Device = device
			if _, err := w.AskLink(t.Context(), contract.SignInAsk{Address: anna}, v); err != nil {
				t.Fatal(err)
			}
		}
		return len(w.mails())
	}
	if n := count(ben.Device); n != 3 {
		t.Errorf("another's browser gets %d mails, want 3", n)
	}
	if n := count(seal.Random()); n != 0 {
		t.Errorf("an unknown browser gets %d more, want 0", n)
	}
	if n := count(owner.Device); n != 3 {
		t.Errorf("the owner's browser gets %d mails, want 3", n)
	}
	w.clock.Advance(identity.SignInLasts)
	if n := count(""); n != 3 {
		t.Errorf("after ten minutes there are %d mails, want 3", n)
	}
}

// Ten an hour a network, whatever the addresses; the same answer after that.
func TestNetworkLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 30 {
		browser, err := w.AskLink(t.Context(), contract.SignInAsk{Address: fmt.Sprintf("a%d@example.org", i)}, w.visitor)
		if err != nil || len(browser) != 43 {
			t.Fatalf("request %d: %q, %v", i, browser, err)
		}
	}
	if n := len(w.mails()); n != 10 {
		t.Errorf("%d mails, want 10", n)
	}
	w.ask(anna, from(w.visitor, "192.0.2.8/32"))
}

// The breaker: all networks together.
func TestBreaker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner := w.signIn(anna, w.visitor)
	if _, err := w.pool.Exec(t.Context(), "UPDATE shared.rate_limits SET whole_at = clock_timestamp() + interval '59 minutes 57 seconds' WHERE key = sha256('sign_in')"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AskLink(t.Context(), contract.SignInAsk{Address: "ben@example.org"}, from(w.visitor, "192.0.2.8/32")); err != nil || len(w.mails()) != 0 {
		t.Errorf("a mail was sent, or %v", err)
	}
	known := w.visitor
	known.Device = owner.Device
	w.ask(anna, known)
}

// Whoever asks, for whatever address: the same answer, and the same is written.
func TestAskIsTheSameForAll(t *testing.T) {
	t.Parallel()
	for _, closed := range []bool{false, true} {
		w := newWorld(t, func(o *identity.Options) { o.Closed = closed })
		w.Closed = false
		w.signIn(anna, w.visitor)
		suspended := w.user("sue@example.org")
		if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET state = 'suspended' WHERE id = $1", identity.Row(suspended)); err != nil {
			t.Fatal(err)
		}
		w.Closed = closed
		w.mails()
		count := func() string {
			return one[string](w, `SELECT format('%s mails, %s rows, %s quotas, %s in the audit log', (SELECT count(*) FROM shared.mails), (SELECT count(*) FROM identity.sign_ins),
				(SELECT count(*) FROM shared.rate_limits), (SELECT count(*) FROM identity.audit))`)
		}
		var first string
		for i, address := range []string{anna, "nobody@example.org", "sue@example.org"} {
			if _, err := w.pool.Exec(t.Context(), "DELETE FROM identity.sign_ins; DELETE FROM shared.rate_limits"); err != nil {
				t.Fatal(err)
			}
			browser, err := w.AskLink(t.Context(), contract.SignInAsk{Address: address}, w.visitor)
			if err != nil || len(browser) != 43 {
				t.Errorf("%s: %q, %v", address, browser, err)
			}
			if i == 0 {
				first = count()
			}
			if got := count(); got != first {
				t.Errorf("closed %v, %s: %s, want %s", closed, address, got, first)
			}
			w.mails()
		}
	}
}
