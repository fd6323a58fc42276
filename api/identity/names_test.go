package identity_test

import (
	"net/http"
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestNames: what others are told of people, and that nobody is made up.
func TestNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	user := w.user("bryn@example.org")
	if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET display_name = 'Bryn Ashdown'"); err != nil {
		t.Fatal(err)
	}
	if name, err := w.DisplayName(t.Context(), user); name != "Bryn Ashdown" || err != nil {
		t.Errorf("DisplayName = %q, %v", name, err)
	}
	if address, err := w.PrimaryAddress(t.Context(), user); address != "bryn@example.org" || err != nil {
		t.Errorf("PrimaryAddress = %q, %v", address, err)
	}
	missing := func(what string, err error) {
		t.Helper()
		if err == nil || problem.From(err).Status != http.StatusNotFound {
			t.Errorf("%s: %v, want 404", what, err)
		}
	}
	for _, nobody := range []contract.UserID{"", "user_", "bryn", "user_00000000000000000000000000000001", "ses" + user[4:]} {
		_, err := w.DisplayName(t.Context(), nobody)
		missing("the name of "+string(nobody), err)
		_, err = w.PrimaryAddress(t.Context(), nobody)
		missing("the address of "+string(nobody), err)
	}
	// Who is suspended has no name at the top of a page, and still gets mail.
	if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET state = 'suspended'"); err != nil {
		t.Fatal(err)
	}
	_, err := w.DisplayName(t.Context(), user)
	missing("the name of somebody suspended", err)
	if _, err := w.PrimaryAddress(t.Context(), user); err != nil {
		t.Errorf("the address of somebody suspended: %v", err)
	}
	if _, err := w.pool.Exec(t.Context(), "UPDATE identity.emails SET verified_at = NULL"); err != nil {
		t.Fatal(err)
	}
	_, err = w.PrimaryAddress(t.Context(), user)
	missing("an address that nobody has confirmed", err)
}
