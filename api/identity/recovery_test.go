package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestRecover: somebody who has lost their mail gets another address from an admin, with a
// trace, a mail to both, and no session left.
func TestRecover(t *testing.T) {
	w := newWorld(t)
	admin, ada := w.user("admin@example.org", contract.RoleAdmin), w.user("lost@example.org")
	session := w.begin(ada)
	if err := w.AddEmail(w.as(ada), "thief@example.org", false); err != nil {
		t.Fatal(err)
	}
	thief := w.links()["email_confirm thief@example.org"]
	if err := w.Recover(w.as(admin), ada, "found@example.org"); err != nil {
		t.Fatal(err)
	}
	if w.signedIn(session) {
		t.Error("the session has not ended")
	}
	w.usedUp("an address that was asked for before", thief)
	var link, back contract.Mail
	for _, m := range w.mails() {
		switch m.Kind + " " + m.To {
		case "recovery found@example.org":
			link = m
		case "email_changed lost@example.org":
			back = m
		default:
			t.Errorf("mail %s to %s", m.Kind, m.To)
		}
	}
	if address := back.Data.(contract.LinkMail).Address; address != "" {
		t.Errorf("the old address learns the new one, %s", address)
	}
	w.wantAddresses(ada, "*lost@example.org")
	if !w.confirm(tokenOf(t, link.Data.(contract.LinkMail).Link)) {
		t.Error("the new address is not enough")
	}
	w.wantAddresses(ada, "*found@example.org")
	if mails := w.mails(); len(mails) != 0 {
		t.Errorf("mails = %v: the old address has its way back", mails)
	}
	trace := w.audit(ada)
	want := []string{"recovery.begun by " + string(admin), "email.replaced by anonymous"}
	if diff := cmp.Diff(want, []string{trace[len(trace)-2], trace[len(trace)-1]}); diff != "" {
		t.Errorf("audit %v (-want +got)\n%s", trace, diff)
	}
	w.confirm(tokenOf(t, back.Data.(contract.LinkMail).Link))
	w.wantAddresses(ada, "*lost@example.org")
}

// TestRecoverStopped: who still reads mail at the old address stops it before it is done.
func TestRecoverStopped(t *testing.T) {
	w := newWorld(t)
	admin, ada := w.user("admin@example.org", contract.RoleAdmin), w.user("ada@example.org")
	if err := w.Recover(w.as(admin), ada, "thief@example.org"); err != nil {
		t.Fatal(err)
	}
	links := w.links()
	w.confirm(links["email_changed ada@example.org"])
	w.usedUp("the thief's link", links["recovery thief@example.org"])
	w.wantAddresses(ada, "*ada@example.org")
}

func TestRecoverRefuses(t *testing.T) {
	w := newWorld(t)
	admin, ada, bo := w.user("admin@example.org", contract.RoleAdmin), w.user("ada@example.org"), w.user("bo@example.org")
	if _, err := w.UpdateUser(w.as(admin), bo, nil, identity.UserChange{State: new("suspended")}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		user          contract.UserID
		address, want string
	}{
		{ada, "no address", "invalid_address"},
		{ada, "bo@example.org", "address_taken"},
		{bo, "new@example.org", "account_suspended"},
		{"user_00000000000000000000000000000000", "new@example.org", "not_found"},
	} {
		if err := w.Recover(w.as(admin), tt.user, tt.address); problem.Code(err) != tt.want {
			t.Errorf("Recover(%s, %q): %v, want %s", tt.user, tt.address, err, tt.want)
		}
	}
	if mails := w.mails(); len(mails) != 0 {
		t.Errorf("mails = %v", mails)
	}
}
