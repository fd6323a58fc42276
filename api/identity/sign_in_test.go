package identity_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

const anna = "anna@example.org"

// ask has a mail sent to an address, and returns what is in it and the browser's cookie.
func (w *world) ask(address string, v contract.Visitor) (contract.SignInMail, string) {
	w.t.Helper()
	w.mails()
	browser, err := w.AskLink(w.t.Context(), contract.SignInAsk{Address: address, ReturnTo: "/account/"}, v)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.mail("sign_in", address).Data.(contract.SignInMail), browser
}

// signIn signs somebody in by a link.
func (w *world) signIn(address string, v contract.Visitor) contract.SignedIn {
	w.t.Helper()
	sent, _ := w.ask(address, v)
	signed, err := w.ByLink(w.t.Context(), tokenOf(w.t, sent.Link), v)
	if err != nil {
		w.t.Fatal(err)
	}
	return signed
}

// who is the user that a session's cookie belongs to; empty for nobody.
func (w *world) who(token string) contract.UserID {
	w.t.Helper()
	p, _, err := w.Authenticate(w.t.Context(), token, origin)
	if err != nil {
		w.t.Fatal(err)
	}
	return p.User
}

// from is the visitor in another network.
func from(v contract.Visitor, network string) contract.Visitor {
	v.Network = netip.MustParsePrefix(network)
	return v
}

func wantCode(t *testing.T, what string, err error, status int, code string) {
	t.Helper()
	if d := problem.From(err); d == nil || d.Status != status || d.Code != code {
		t.Errorf("%s: %v, want %d %s", what, err, status, code)
	}
}

func TestByLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	browser, err := w.AskLink(t.Context(), contract.SignInAsk{Address: "Anna@Example.org", ReturnTo: "/read/a-post/"}, w.visitor)
	if err != nil {
		t.Fatal(err)
	}
	m := w.mail("sign_in", anna)
	sent := m.Data.(contract.SignInMail)
	if !sent.New || sent.AskedFrom != "Firefox on Linux, 192.0.2.7" || sent.Lasts != 10*time.Minute || len(sent.Code) != 6 || !m.ExpiresAt.Equal(w.clock.Now().Add(10*time.Minute)) {
		t.Errorf("the mail is %+v, good until %v", sent, m.ExpiresAt)
	}
	token := tokenOf(t, sent.Link)
	if !strings.HasPrefix(sent.Link, origin+"/login/link/") || len(token) != 43 {
		t.Errorf("the link is %s", sent.Link)
	}
	w.clock.Advance(9 * time.Minute)
	for cookie, same := range map[string]bool{browser: true, seal.Random(): false, "": false} {
		show, err := w.ShowLink(t.Context(), token, cookie)
		if want := (contract.SignInLink{Address: anna, AskedFrom: sent.AskedFrom, SameBrowser: same, New: true, ReturnTo: "/read/a-post/"}); err != nil || show != want {
			t.Errorf("ShowLink = %+v, %v, want %+v", show, err, want)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.users"); n != 0 {
		t.Errorf("asking made %d users", n)
	}
	signed, err := w.ByLink(t.Context(), token, w.visitor)
	if err != nil {
		t.Fatal(err)
	}
	if !signed.New || signed.ReturnTo != "/read/a-post/" || !signed.ExpiresAt.Equal(w.clock.Now().Add(identity.SessionLasts)) || len(signed.Device) != 43 {
		t.Errorf("signed in: new %v, to %s, until %v", signed.New, signed.ReturnTo, signed.ExpiresAt)
	}
	p, ok, err := w.Authenticate(t.Context(), signed.Token, origin)
	if !ok || err != nil || p.User != signed.User || p.Name != string(signed.User) || p.Session != signed.Session || !p.AuthenticatedAt.Equal(w.clock.Now()) || !p.Has("account:write") || p.Has("blog:draft") {
		t.Errorf("Authenticate = %+v, %v, %v", p, ok, err)
	}
	if got := strings.Join(w.audit(signed.User), ", "); got != fmt.Sprintf("user.created by %[1]s, session.begun by %[1]s", signed.User) {
		t.Errorf("the audit log says %s", got)
	}
	if n := one[int](w, "SELECT count(*) FROM bus.domain_events WHERE kind = 'identity.email_verified'"); n != 1 {
		t.Errorf("%d events that the address is verified, want 1", n)
	}
	// The second time it is the same account.
	again, _ := w.ask(anna, w.visitor)
	if again.New {
		t.Error("somebody who has an account is told that it is new")
	}
	second, err := w.ByLink(t.Context(), tokenOf(t, again.Link), w.visitor)
	if err != nil || second.User != signed.User || second.New {
		t.Errorf("the second time: %s, new %v, %v", second.User, second.New, err)
	}
	if n := one[int](w, "SELECT count(*) FROM bus.domain_events WHERE kind = 'identity.email_verified'"); n != 1 {
		t.Errorf("%d events that the address is verified, want 1", n)
	}
}

// Used, expired, unknown and malformed links are told apart by nobody.
func TestDeadLinksAreAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	used, _ := w.ask(anna, w.visitor)
	if _, err := w.ByLink(t.Context(), tokenOf(t, used.Link), w.visitor); err != nil {
		t.Fatal(err)
	}
	expired, _ := w.ask(anna, w.visitor)
	w.clock.Advance(identity.SignInLasts)
	var first string
	for name, token := range map[string]string{
		"used": tokenOf(t, used.Link), "expired": tokenOf(t, expired.Link), "unknown": seal.Random(), "empty": "", "long": strings.Repeat("x", 5000), "odd": "\x00\xff' OR 1=1",
	} {
		_, err := w.ByLink(t.Context(), token, w.visitor)
		wantCode(t, name, err, http.StatusGone, "link_used_up")
		_, shown := w.ShowLink(t.Context(), token, "")
		wantCode(t, name+", shown", shown, http.StatusGone, "link_used_up")
		if err != nil && shown != nil {
			if first == "" {
				first = err.Error()
			}
			if err.Error() != first || shown.Error() != first {
				t.Errorf("%s: %q and %q, want %q", name, err, shown, first)
			}
		}
	}
}

// Scanners of mail open every link, some more than once, some with HEAD: nothing is used up.
func TestShowingChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent, browser := w.ask(anna, w.visitor)
	token := tokenOf(t, sent.Link)
	before := one[string](w, "SELECT s::text FROM identity.sign_ins s")
	for range 500 {
		if _, err := w.ShowLink(t.Context(), token, browser); err != nil {
			t.Fatal(err)
		}
	}
	if after := one[string](w, "SELECT s::text FROM identity.sign_ins s"); after != before {
		t.Errorf("the row has changed:\n%s\n%s", before, after)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.sessions") + one[int](w, "SELECT count(*) FROM identity.users"); n != 0 {
		t.Errorf("%d sessions and users were made", n)
	}
	if _, err := w.ByLink(t.Context(), token, w.visitor); err != nil {
		t.Errorf("afterwards the link does not work: %v", err)
	}
}

func TestAskRefusesWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, typed := range []string{"", "anna", "anna@", "@example.org", "anna@example.org\nBcc: ben@example.org", "a@b@c.org", strings.Repeat("a", 300) + "@example.org"} {
		browser, err := w.AskLink(t.Context(), contract.SignInAsk{Address: typed}, w.visitor)
		if d := problem.From(err); d == nil || d.Status != http.StatusUnprocessableEntity || browser != "" {
			t.Errorf("%q: %v, want 422", typed, err)
		}
	}
	if list := w.mails(); len(list) != 0 {
		t.Errorf("%d mails", len(list))
	}
}

// Nobody is sent to another site by signing in.
func TestReturnTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, tt := range []struct{ asked, want string }{
		{"/read/x/?a=1#b", "/read/x/?a=1#b"}, {"", "/account/"}, {"https://evil.example/", "/account/"}, {"//evil.example/", "/account/"},
		{`/\evil.example/`, "/account/"}, {"/\tx", "/account/"}, {"/a\r\nSet-Cookie: x", "/account/"}, {"javascript:alert(1)", "/account/"},
		{"/" + strings.Repeat("a", 9000), "/account/"}, {"/%2f/evil.example", "/account/"},
	} {
		if _, err := w.AskLink(t.Context(), contract.SignInAsk{Address: fmt.Sprintf("a%d@example.org", i), ReturnTo: tt.asked}, from(w.visitor, fmt.Sprintf("198.51.100.%d/32", i))); err != nil {
			t.Fatal(err)
		}
		sent := w.mails()[0].Data.(contract.SignInMail)
		if signed, err := w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor); err != nil || signed.ReturnTo != tt.want {
			t.Errorf("%q leads to %q, %v, want %q", tt.asked, signed.ReturnTo, err, tt.want)
		}
	}
}

// With a closed site nobody gets an account, and who asks is told no more than anybody.
func TestClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user(anna)
	early, _ := w.ask("early@example.org", w.visitor)
	w.Closed = true
	for range 4 {
		browser, err := w.AskLink(t.Context(), contract.SignInAsk{Address: "ben@example.org"}, w.visitor)
		if err != nil || len(browser) != 43 {
			t.Fatalf("a stranger's ask: %q, %v", browser, err)
		}
		_, err = w.ByCode(t.Context(), browser, "123456", w.visitor)
		wantCode(t, "a stranger's code", err, http.StatusUnprocessableEntity, "wrong_code")
	}
	list := w.mails()
	if len(list) != 3 {
		t.Errorf("%d mails that say how to join, want 3", len(list))
	}
	for _, m := range list {
		if sent := m.Data.(contract.SignInMail); m.Kind != "sign_in_closed" || sent.Link != "" || sent.Code != "" {
			t.Errorf("a stranger gets %s %+v", m.Kind, sent)
		}
	}
	_, err := w.ByLink(t.Context(), tokenOf(t, early.Link), w.visitor)
	wantCode(t, "a link of before", err, http.StatusGone, "link_used_up")
	if n := one[int](w, "SELECT count(*) FROM identity.users"); n != 1 {
		t.Errorf("%d users, want 1", n)
	}
	w.signIn(anna, w.visitor)
}

func TestSuspendedDoNotGetIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	user := w.user(anna)
	sent, browser := w.ask(anna, w.visitor)
	suspend := func() {
		if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET state = 'suspended' WHERE id = $1", identity.Row(user)); err != nil {
			t.Fatal(err)
		}
	}
	suspend()
	_, err := w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor)
	wantCode(t, "by link", err, http.StatusForbidden, "account_suspended")
	_, err = w.ByCode(t.Context(), browser, sent.Code, w.visitor)
	wantCode(t, "by code", err, http.StatusForbidden, "account_suspended")
	if n := one[int](w, "SELECT count(*) FROM identity.sessions"); n != 0 {
		t.Errorf("%d sessions", n)
	}
}
