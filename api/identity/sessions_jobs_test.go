package identity_test

import (
	"testing"
	"time"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
)

// What is over goes, and what is not stays.
func TestPruneSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	live := w.signIn(anna, w.visitor)
	gone := w.signIn(anna, w.visitor)
	if err := w.SignOut(t.Context(), gone.Session, w.visitor); err != nil {
		t.Fatal(err)
	}
	again := w.visitor
	again.Session, again.Device = live.Token, live.Device
	next := w.signIn(anna, again) // live is replaced, and stays as long as this one
	if _, err := w.AskLink(t.Context(), contract.SignInAsk{Address: anna}, w.visitor); err != nil {
		t.Fatal(err)
	}
	sent := w.mails()[0].Data.(contract.SignInMail)
	other, browser := w.ask("ben@example.org", w.visitor)
	if _, err := w.ByCode(t.Context(), browser, not(other.Code), w.visitor); err == nil {
		t.Fatal("a wrong code is right")
	}
	w.ceremony()
	count := func() [5]int {
		t.Helper()
		if err := w.PruneSessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		var n [5]int
		for i, table := range []string{"sessions", "sign_ins", "ceremonies", "wrong_codes", "devices"} {
			n[i] = one[int](w, "SELECT count(*) FROM identity."+table)
		}
		return n
	}
	for _, step := range []struct {
		by   time.Duration
		what string
		want [5]int
	}{
		{0, "at once", [5]int{3, 5, 1, 1, 2}},
		{6 * time.Minute, "when a ceremony is over", [5]int{3, 5, 0, 1, 2}},
		{2 * time.Hour, "two hours later", [5]int{3, 0, 0, 1, 2}},
		{4 * 24 * time.Hour, "some days later", [5]int{3, 0, 0, 0, 2}},
		{24 * 24 * time.Hour, "within a month", [5]int{3, 0, 0, 0, 2}},
		{3 * 24 * time.Hour, "after a month", [5]int{2, 0, 0, 0, 2}},
	} {
		w.clock.Advance(step.by)
		if w.who(next.Token) == "" && step.by > 0 {
			t.Fatal("the session in use is gone")
		}
		if got := count(); got != step.want {
			t.Errorf("%s: sessions, mails, ceremonies, days, devices are %v, want %v", step.what, got, step.want)
		}
	}
	w.clock.Advance(identity.SessionIdle + 31*24*time.Hour)
	if got := count(); got[0] != 0 {
		t.Errorf("%d sessions are left that nobody has used for two months", got[0])
	}
	w.clock.Advance(400 * 24 * time.Hour)
	if got := count(); got != [5]int{} {
		t.Errorf("after 400 days there are %v", got)
	}
	if _, err := w.ShowLink(t.Context(), tokenOf(t, sent.Link), ""); err == nil {
		t.Error("a link works after a year")
	}
}
