package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// TestAuditStays: rows are neither changed nor taken away, but for those that are too old.
func TestAuditStays(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	for _, sql := range []string{"UPDATE identity.audit SET actor = 'nobody'", "DELETE FROM identity.audit"} {
		if _, err := w.pool.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "only added to") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	w.clock.Advance(identity.AuditKept - time.Minute)
	w.tx(func(tx pgx.Tx) error { return w.NoteIn(t.Context(), tx, "test.late", ada) })
	if n, err := w.PruneAudit(t.Context()); n != 0 || err != nil {
		t.Errorf("before a year: %d, %v", n, err)
	}
	w.clock.Advance(2 * time.Minute)
	if n, err := w.PruneAudit(t.Context()); n != 1 || err != nil {
		t.Errorf("after a year: %d, %v", n, err)
	}
	if diff := cmp.Diff([]string{"test.late by anonymous"}, w.audit(ada)); diff != "" {
		t.Errorf("audit (-want +got)\n%s", diff)
	}
	if _, err := w.pool.Exec(t.Context(), "DELETE FROM identity.audit"); err == nil {
		t.Error("after pruning anybody may delete")
	}
}

// TestAuditSays: who it was, through which client, from where and in which request.
func TestAuditSays(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org")
	ctx := auth.WithPrincipal(t.Context(), auth.Principal{Name: string(ada), User: ada, Client: "client_1"})
	w.tx(func(tx pgx.Tx) error { return w.NoteIn(identity.WithVisitor(ctx, w.visitor), tx, "test.said", ada) })
	w.Denied(ctx, auth.Principal{Name: string(ada), User: ada}, "set-roles")
	entries, _, err := w.Audit(t.Context(), identity.AuditQuery{User: ada, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := []identity.AuditEntry{
		{ID: entries[0].ID, At: w.clock.Now(), Action: "authorization.denied", Actor: string(ada), Subject: "set-roles", User: ada, Details: map[string]any{"client": "client_1"}},
		{ID: entries[1].ID, At: w.clock.Now(), Action: "test.said", Actor: string(ada), User: ada, Network: "192.0.2.7/32",
			RequestID: w.visitor.RequestID, Details: map[string]any{"client": "client_1"}},
	}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("audit (-want +got)\n%s", diff)
	}
}

// TestMyAudit: one sees what concerns oneself, and not from where others did it.
func TestMyAudit(t *testing.T) {
	w := newWorld(t)
	admin, ada := w.user("admin@example.org", contract.RoleAdmin), w.user("ada@example.org")
	w.begin(ada)
	if _, err := w.SetRoles(identity.WithVisitor(w.as(admin), w.visitor), ada, nil, grants(contract.RoleEditor)); err != nil {
		t.Fatal(err)
	}
	entries, next, err := w.MyAudit(w.as(ada), 2, "")
	if err != nil || next == "" || len(entries) != 2 || entries[0].Action != "role.granted" || entries[0].Network != "" || entries[1].Network == "" {
		t.Errorf("MyAudit = %+v, %q, %v", entries, next, err)
	}
	for _, e := range entries {
		if e.User != ada {
			t.Errorf("somebody else's: %+v", e)
		}
	}
}

// TestPruneLinks: what is of no use for a month is gone, what still is stays.
func TestPruneLinks(t *testing.T) {
	w := newWorld(t)
	ada := w.user("ada@example.org", contract.RoleOwner)
	if _, err := w.Invite(w.as(ada), identity.NewInvitation{Email: "bo@example.org"}); err != nil {
		t.Fatal(err)
	}
	if err := w.AddEmail(w.as(ada), "ada@bakery.example", false); err != nil {
		t.Fatal(err)
	}
	count := func() int {
		return one[int](w, "SELECT (SELECT count(*) FROM identity.invitations) + (SELECT count(*) FROM identity.email_changes)")
	}
	for _, want := range []int{2, 0} {
		if err := w.PruneLinks(t.Context()); err != nil || count() != want {
			t.Errorf("%d left, %v, want %d", count(), err, want)
		}
		w.clock.Advance(38 * 24 * time.Hour)
	}
}
