package mail_test

import (
	"net/http"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestKept: without a server mail can be read, the newest first, for a while.
func TestKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	expires := begin.Add(10 * time.Minute)
	w.queue(t, contract.Mail{Kind: "note", To: "ash@example.org", Data: note{"First", "one"}, ExpiresAt: expires})
	w.clock.Advance(time.Minute)
	second := w.queue(t, contract.Mail{Kind: "note", To: "bryn@example.org", Data: note{"Second", "two"}})
	if r := w.row(t, second); r.sent == nil || r.sealed == nil {
		t.Errorf("row = %+v", r)
	}
	if n := count(t, w.pool, "SELECT count(*) FROM river.river_job"); n != 0 {
		t.Errorf("%d jobs for mail that is kept", n)
	}
	list, err := w.Kept(t.Context(), "")
	if err != nil || len(list) != 2 || list[0].Subject != "Second" || list[1].To != "ash@example.org" || !list[1].ExpiresAt.Equal(expires) {
		t.Fatalf("Kept = %+v, %v", list, err)
	}
	if list, err := w.Kept(t.Context(), "ASH@example.org"); err != nil || len(list) != 1 || list[0].Text != "Secret: one\n" {
		t.Errorf("Kept to ash = %+v, %v", list, err)
	}
	one, err := w.KeptMail(t.Context(), list[0].ID)
	if err != nil || one.Subject != "Second" || one.HTML != "<p>Secret: <b>two</b></p>" {
		t.Errorf("KeptMail = %+v, %v", one, err)
	}
	for _, id := range []string{"", "mail_", "mail_00000000000000000000000000000000", "user" + list[0].ID[4:], list[0].ID + "0"} {
		if _, err := w.KeptMail(t.Context(), id); err == nil || problem.From(err).Status != http.StatusNotFound {
			t.Errorf("KeptMail(%q) = %v", id, err)
		}
	}

	// What was queued for a server that was taken away since is kept by the job.
	with := onPool(t, w.pool, "smtp://127.0.0.1:1")
	third := with.queue(t, to("cas@example.org"))
	if list, err := w.Kept(t.Context(), "cas@example.org"); err != nil || len(list) != 0 {
		t.Errorf("what is to be sent is shown: %+v, %v", list, err)
	}
	if again := w.send(t, third); again != 0 {
		t.Errorf("again in %v", again)
	}
	if list, err := w.Kept(t.Context(), "cas@example.org"); err != nil || len(list) != 1 {
		t.Errorf("Kept = %+v, %v", list, err)
	}
}

// TestPrune: words go after a week, everything after a month, and nothing that waits.
func TestPrune(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	with := onPool(t, w.pool, "smtp://127.0.0.1:1")
	old := w.queue(t, to("ash@example.org"))
	waiting := with.queue(t, to("bryn@example.org"))
	prune := func() {
		t.Helper()
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.clock.Advance(mail.KeptFor)
	prune()
	if r := w.row(t, old); r.sealed == nil {
		t.Error("the words went too early")
	}
	w.clock.Advance(time.Second)
	prune()
	if r := w.row(t, old); r.sealed != nil {
		t.Error("the words are still there")
	}
	if r := w.row(t, waiting); r.sealed == nil {
		t.Error("words of a mail that waits are gone")
	}
	w.clock.Advance(mail.Retention)
	young := w.queue(t, to("cas@example.org"))
	prune()
	if n := count(t, w.pool, "SELECT count(*) FROM shared.mails"); n != 1 {
		t.Errorf("%d mails are left, want 1", n)
	}
	if r := w.row(t, young); r.sealed == nil {
		t.Error("a new one is erased")
	}
}
