package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// TestAuditTrail: what is done or denied through the API is in the audit log with from where it
// came and with the request that did it; what a rule of an operation denies is there like what
// lacks a scope.
func TestAuditTrail(t *testing.T) {
	f := newFortress(t, nil)
	ada := f.browser("192.0.2.1")
	ada.signIn("ada@example.org", "")
	me := ada.get("/v1/me").field("id")
	if a := ada.get("/v1/users"); a.status != http.StatusForbidden {
		t.Fatalf("a member lists users: %d", a.status)
	}
	f.grant("ada@example.org", "admin")
	if a := ada.do("PUT", "/v1/users/"+me+"/roles", `{"roles":[{"role":"owner"}]}`, "If-Match", ada.get("/v1/users/"+me).header.Get("ETag")); a.status != http.StatusForbidden {
		t.Fatalf("an admin becomes an owner: %d %s", a.status, a.body)
	}
	if a := ada.do("POST", "/v1/me/tokens", `{"name":"Backup","scopes":["account:read"]}`); a.status != http.StatusCreated {
		t.Fatalf("a token: %d %s", a.status, a.body)
	}
	rows, err := f.pool.Query(t.Context(), "SELECT action || ' ' || CASE WHEN action LIKE 'token%' THEN '' ELSE subject END || ' ' || network || ' ' || (request_id <> '')::text FROM identity.audit WHERE action NOT LIKE 'session%' AND action NOT LIKE 'user%' ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"authorization.denied list-users 192.0.2.1/32 true",
		"authorization.denied set-roles 192.0.2.1/32 true",
		"token.created  192.0.2.1/32 true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the audit log (-want +got)\n%s", diff)
	}
}
