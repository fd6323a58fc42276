package identity_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// welcome is the token of a link to accept an invitation.
func (w *world) welcome(link string) string {
	w.t.Helper()
	if !strings.HasPrefix(link, origin+"/login/welcome/") {
		w.t.Fatalf("the link is %q", link)
	}
	return tokenOf(w.t, link)
}

// TestFirstOwner: the one-time link makes the owner, who works at once and confirms the
// address later; then there is no other.
func TestFirstOwner(t *testing.T) {
	w := newWorld(t, func(o *identity.Options) { o.Closed = true })
	first, err := w.FirstOwner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	link, err := w.FirstOwner(t.Context())
	if err != nil || link == first {
		t.Fatalf("a second start: %q, %v", link, err)
	}
	if _, err := w.ShowInvitation(t.Context(), w.welcome(first)); problem.Code(err) != "link_used_up" {
		t.Errorf("the earlier link: %v, want link_used_up", err)
	}
	token := w.welcome(link)
	for range 2 {
		shown, err := w.ShowInvitation(t.Context(), token)
		if diff := cmp.Diff(contract.Invitation{Roles: grants(contract.RoleOwner), Site: "Rose Ash"}, shown); diff != "" || err != nil {
			t.Errorf("ShowInvitation: %v (-want +got)\n%s", err, diff)
		}
	}
	if _, err := w.Accept(t.Context(), token, "Ada", "no address", w.visitor); problem.Code(err) != "invalid_address" {
		t.Errorf("without an address: %v, want invalid_address", err)
	}
	if _, err := w.Accept(t.Context(), token, "Ada\nBaker", "ada@example.org", w.visitor); problem.Code(err) != "invalid" {
		t.Errorf("a name of two lines: %v, want invalid", err)
	}
	signed, err := w.Accept(t.Context(), token, " Ada Baker ", "Ada@Example.org", w.visitor)
	if err != nil || !signed.New || signed.ReturnTo != "/account/" || !w.signedIn(signed) {
		t.Fatalf("Accept = %+v, %v", signed, err)
	}
	who, err := w.PersonOf(t.Context(), signed.User)
	if err != nil || who.Name != "Ada Baker" || who.Email != "ada@example.org" || who.EmailVerified || who.Roles[0].Role != contract.RoleOwner {
		t.Errorf("Person = %+v, %v", who, err)
	}
	if _, err := w.Accept(t.Context(), token, "Bo", "bo@example.org", w.visitor); problem.Code(err) != "link_used_up" {
		t.Errorf("a second time: %v, want link_used_up", err)
	}
	if link, err := w.FirstOwner(t.Context()); link != "" || err != nil {
		t.Errorf("with an owner: %q, %v, want none", link, err)
	}

	confirm := w.mail("email_confirm", "ada@example.org")
	done, err := w.ConfirmEmailChange(t.Context(), tokenOf(t, confirm.Data.(contract.LinkMail).Link), w.visitor)
	if who, _ := w.PersonOf(t.Context(), signed.User); !done || err != nil || !who.EmailVerified {
		t.Errorf("confirmed: %v, %v, %+v", done, err, who)
	}
	w.mails()
	if got := w.user("ada@example.org"); got != signed.User {
		t.Errorf("the address is %s's, want %s's", got, signed.User)
	}
}

// TestFirstOwnerOnce: a link of the time before there was an owner makes no second one, nor
// does anybody who accepts at the same moment.
func TestFirstOwnerOnce(t *testing.T) {
	w := newWorld(t)
	link, err := w.FirstOwner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token := w.welcome(link)
	var mu sync.Mutex
	n := 0
	atOnce(6, func() {
		mu.Lock()
		n++
		address := "ada" + string(rune('a'+n)) + "@example.org"
		mu.Unlock()
		if _, err := w.Accept(t.Context(), token, "", address, w.visitor); err != nil && problem.Code(err) != "link_used_up" {
			t.Error(err)
		}
	})
	if owners, users := one[int](w, "SELECT count(*) FROM identity.role_grants"), one[int](w, "SELECT count(*) FROM identity.users"); owners != 1 || users != 1 {
		t.Errorf("%d owners, %d users, want one of each", owners, users)
	}

	other := newWorld(t)
	link, err = other.FirstOwner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other.user("bo@example.org")
	if _, err := other.Accept(t.Context(), other.welcome(link), "", "bo@example.org", other.visitor); problem.Code(err) != "address_taken" {
		t.Errorf("somebody's address: %v, want address_taken", err)
	}
	other.user("ada@example.org", contract.RoleOwner)
	if _, err := other.Accept(t.Context(), other.welcome(link), "", "cy@example.org", other.visitor); problem.Code(err) != "link_used_up" {
		t.Errorf("with an owner: %v, want link_used_up", err)
	}
	if users := one[int](other, "SELECT count(*) FROM identity.users"); users != 2 {
		t.Errorf("%d users, want 2: a refused one is left", users)
	}
}

// TestInvite: who opens the link in the mail has the account and the roles.
func TestInvite(t *testing.T) {
	w := newWorld(t, func(o *identity.Options) { o.Closed = true })
	owner := w.operatorUser("owner@example.org", contract.RoleOwner)
	if _, err := w.UpdateUser(w.as(owner), owner, nil, identity.UserChange{DisplayName: new("Ada")}); err != nil {
		t.Fatal(err)
	}
	invite := func(address string, roles ...contract.Role) string {
		t.Helper()
		w.mails() // of new devices
		if _, err := w.Invite(w.as(owner), identity.NewInvitation{Email: address, Roles: grants(roles...)}); err != nil {
			t.Fatal(err)
		}
		return w.mail("invitation", strings.ToLower(address)).Data.(contract.InvitationMail).Link
	}
	first := invite("bo@example.org")
	if _, err := w.Invite(w.as(owner), identity.NewInvitation{Email: "Bo@example.org", Roles: grants(contract.RoleEditor)}); err != nil {
		t.Fatal(err)
	}
	mail := w.mail("invitation", "bo@example.org")
	data := mail.Data.(contract.InvitationMail)
	if data.InvitedBy != "Ada" || !cmp.Equal(data.Roles, grants(contract.RoleEditor)) || !mail.ExpiresAt.Equal(w.clock.Now().Add(identity.InvitationLasts)) {
		t.Errorf("the mail is %+v", mail)
	}
	if _, err := w.Accept(t.Context(), w.welcome(first), "", "", w.visitor); problem.Code(err) != "link_used_up" {
		t.Errorf("the earlier one: %v, want link_used_up", err)
	}
	// An address of one's own does not count where the invitation has one.
	signed, err := w.Accept(t.Context(), w.welcome(data.Link), "Bo", "mallory@example.org", w.visitor)
	who, _ := w.PersonOf(t.Context(), signed.User)
	if err != nil || !signed.New || who.Email != "bo@example.org" || !who.EmailVerified || who.Name != "Bo" || !cmp.Equal(who.Roles, grants(contract.RoleEditor)) {
		t.Errorf("Accept = %+v, %v: %+v", signed, err, who)
	}
	// Somebody who is there gets the roles besides, and keeps the name.
	again, err := w.Accept(t.Context(), w.welcome(invite("bo@example.org", contract.RoleShopkeeper)), "Robert", "", w.visitor)
	who, _ = w.PersonOf(t.Context(), again.User)
	if err != nil || again.New || again.User != signed.User || who.Name != "Bo" || len(who.Roles) != 2 {
		t.Errorf("a second one = %+v, %v: %+v", again, err, who)
	}

	late := invite("cy@example.org")
	w.clock.Advance(identity.InvitationLasts)
	if _, err := w.ShowInvitation(t.Context(), w.welcome(late)); problem.Code(err) != "link_used_up" {
		t.Errorf("after a week: %v, want link_used_up", err)
	}
}

// operatorUser makes a user where strangers get no account.
func (w *world) operatorUser(address string, roles ...contract.Role) contract.UserID {
	w.t.Helper()
	if _, err := w.AddUser(w.t.Context(), address, "", grants(roles...)); err != nil {
		w.t.Fatal(err)
	}
	u, err := w.ByAddress(w.t.Context(), address)
	if err != nil {
		w.t.Fatal(err)
	}
	return u.ID
}

// TestInviterGone: what somebody promised who may no longer do so is worth nothing.
func TestInviterGone(t *testing.T) {
	for name, lose := range map[string]func(w *world, owner, admin contract.UserID) error{
		"suspended": func(w *world, owner, admin contract.UserID) error {
			_, err := w.UpdateUser(w.as(owner), admin, nil, identity.UserChange{State: new("suspended")})
			return err
		},
		"an editor now": func(w *world, owner, admin contract.UserID) error {
			_, err := w.SetRoles(w.as(owner), admin, nil, grants(contract.RoleEditor))
			return err
		},
	} {
		w := newWorld(t)
		owner, admin := w.user("owner@example.org", contract.RoleOwner), w.user("admin@example.org", contract.RoleAdmin)
		if _, err := w.Invite(w.as(admin), identity.NewInvitation{Email: "bo@example.org", Roles: grants(contract.RoleAdmin)}); err != nil {
			t.Fatal(err)
		}
		link := w.mail("invitation", "bo@example.org").Data.(contract.InvitationMail).Link
		if err := lose(w, owner, admin); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Accept(t.Context(), w.welcome(link), "", "", w.visitor); problem.Code(err) != "link_used_up" {
			t.Errorf("%s: %v, want link_used_up", name, err)
		}
		if n := one[int](w, "SELECT count(*) FROM identity.users"); n != 2 {
			t.Errorf("%s: %d users, want 2", name, n)
		}
	}
}

// TestOperator: what is typed at the machine makes users, changes roles and lets people in.
func TestOperator(t *testing.T) {
	w := newWorld(t)
	link, err := w.AddUser(t.Context(), "Ada@example.org", "Ada", grants(contract.RoleOwner))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := w.Accept(t.Context(), w.welcome(link), "", "", w.visitor)
	who, _ := w.PersonOf(t.Context(), signed.User)
	if err != nil || signed.New || who.Name != "Ada" || !who.EmailVerified || !cmp.Equal(who.Roles, grants(contract.RoleOwner)) {
		t.Errorf("Accept = %+v, %v: %+v", signed, err, who)
	}
	if diff := cmp.Diff([]string{
		"user.created by operator", "role.granted by operator", "recovery.link_made by operator",
		"invitation.accepted by " + string(signed.User), "session.begun by " + string(signed.User),
	}, w.audit(signed.User)); diff != "" {
		t.Errorf("audit (-want +got)\n%s", diff)
	}

	if _, err := w.AddUser(t.Context(), "ada@example.org", "Other", grants(contract.RoleShopkeeper)); err != nil {
		t.Fatal(err)
	}
	u, err := w.ChangeRoles(t.Context(), "ada@example.org", grants(contract.RoleEditor), grants(contract.RoleShopkeeper))
	if err != nil || u.DisplayName != "Ada" || !cmp.Equal(u.Roles, grants(contract.RoleEditor, contract.RoleOwner)) {
		t.Errorf("ChangeRoles = %+v, %v", u, err)
	}

	earlier, err := w.RecoverUser(t.Context(), string(u.ID))
	if err != nil {
		t.Fatal(err)
	}
	link, err = w.RecoverUser(t.Context(), "ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accept(t.Context(), w.welcome(earlier), "", "", w.visitor); problem.Code(err) != "link_used_up" {
		t.Errorf("the earlier link: %v, want link_used_up", err)
	}
	if signed, err := w.Accept(t.Context(), w.welcome(link), "", "", w.visitor); err != nil || signed.User != u.ID {
		t.Errorf("the link that lets in: %+v, %v", signed, err)
	}
	link, err = w.RecoverUser(t.Context(), "ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(24 * time.Hour)
	if _, err := w.Accept(t.Context(), w.welcome(link), "", "", w.visitor); problem.Code(err) != "link_used_up" {
		t.Errorf("after a day: %v, want link_used_up", err)
	}

	for address, want := range map[string]string{"bo@example.org": "not_found", "nobody": "not_found", "user_019ab3f47c2e7d06b8a1f0c2d3e4f506": "not_found"} {
		if _, err := w.RecoverUser(t.Context(), address); problem.Code(err) != want {
			t.Errorf("RecoverUser(%q): %v, want %s", address, err, want)
		}
	}
	if _, err := w.AddUser(t.Context(), "ada", "", nil); problem.Code(err) != "invalid_address" {
		t.Errorf("AddUser of no address: %v", err)
	}
	list, _, err := w.Invitations(t.Context(), 10, "")
	if err != nil || len(list) != 0 {
		t.Errorf("the operator's links are in the list of invitations: %v, %v", list, err)
	}
}

// TestStartAndAccept: processes that start while the first owner comes hold nobody up for
// good, and there is one owner at the most.
func TestStartAndAccept(t *testing.T) {
	for range 4 {
		w := newWorld(t)
		link, err := w.FirstOwner(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		turns := make(chan int, 6)
		for i := range cap(turns) {
			turns <- i
		}
		atOnce(cap(turns), func() {
			if i := <-turns; i%2 == 0 {
				if _, err := w.FirstOwner(t.Context()); err != nil {
					t.Error(err)
				}
			} else if _, err := w.Accept(t.Context(), w.welcome(link), "", "ada"+string(rune('a'+i))+"@example.org", w.visitor); err != nil && problem.Code(err) != "link_used_up" {
				t.Error(err)
			}
		})
		if owners, users := one[int](w, "SELECT count(*) FROM identity.role_grants"), one[int](w, "SELECT count(*) FROM identity.users"); owners > 1 || users != owners {
			t.Fatalf("%d owners, %d users", owners, users)
		}
	}
}
