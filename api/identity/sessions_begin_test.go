package identity_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// A new token at each sign-in; what the browser brought counts for nothing afterwards.
func TestFixation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	heard := w.heard()
	mallory := w.signIn("mallory@example.org", from(w.visitor, "203.0.113.9/32"))
	shop := w.app(mallory, "https://shop.example")
	planted := w.visitor
	planted.Session, planted.Device = mallory.Token, mallory.Device
	signed := w.signIn(anna, planted)
	if signed.Token == mallory.Token || signed.Session == mallory.Session || signed.Device == mallory.Device {
		t.Error("the planted cookies live on")
	}
	if got := w.who(mallory.Token); got != "" {
		t.Errorf("the planted session is still %s", got)
	}
	if p, ok, _ := w.Authenticate(t.Context(), shop.Token, "https://shop.example"); ok {
		t.Errorf("what came from it is still %s", p.User)
	}
	if w.who(signed.Token) != signed.User || signed.User == mallory.User {
		t.Error("the new session is not the owner's")
	}
	if said := heard(); !same(said, mallory.Session, shop.Session) {
		t.Errorf("heard of %v, want %v and %v", said, mallory.Session, shop.Session)
	}
	// A value that nobody gave is not taken.
	odd := w.visitor
	odd.Session, odd.Device = "fixed", "fixed"
	if signed := w.signIn(anna, odd); signed.Token == "fixed" || signed.Device == "fixed" {
		t.Error("cookies of the visitor's own making are taken")
	}
}

// Signing in again in the same browser gives a new session with a recent proof; what came from
// the old one goes on, and ends with the new one.
func TestStepUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	heard := w.heard()
	first := w.signIn(anna, w.visitor)
	shop := w.app(first, "https://shop.example")
	w.clock.Advance(time.Hour)
	recent := func(token, at string) bool {
		p, ok, err := w.Authenticate(t.Context(), token, at)
		if !ok || err != nil {
			t.Fatalf("nobody, %v", err)
		}
		return p.Recent(w.clock.Now())
	}
	if recent(first.Token, origin) {
		t.Error("an hour ago is recent")
	}
	again := w.visitor
	again.Session, again.Device = first.Token, first.Device
	second := w.signIn(anna, again)
	w.clock.Advance(auth.RecentFor - time.Second)
	if !recent(second.Token, origin) {
		t.Error("ten minutes are not recent")
	}
	w.clock.Advance(time.Second)
	if recent(second.Token, origin) {
		t.Error("more than ten minutes are recent")
	}
	if w.who(first.Token) != "" {
		t.Error("the old session lives on")
	}
	if recent(shop.Token, "https://shop.example") {
		t.Error("the shop's session is recent by a proof that it does not know of")
	}
	if said := heard(); len(said) != 0 {
		t.Errorf("heard of %v, though its user goes on", said)
	}
	third := w.signIn(anna, contract.Visitor{Origin: origin, Network: from(w.visitor, "203.0.113.3/32").Network, Device: first.Device, Session: second.Token})
	if err := w.SignOut(t.Context(), third.Session, w.visitor); err != nil {
		t.Fatal(err)
	}
	if said := heard(); !same(said, first.Session, second.Session, third.Session, shop.Session) {
		t.Errorf("heard of %v, want all four", said)
	}
	if _, ok, _ := w.Authenticate(t.Context(), shop.Token, "https://shop.example"); ok {
		t.Error("the shop's session lives on")
	}
}

// A session of an app lives as long as the one that it came from, and keeps that alive.
func TestByApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const shop = "https://shop.example"
	parent := w.signIn(anna, w.visitor)
	told := w.clock.Now()
	w.clock.Advance(time.Hour)
	v := w.visitor
	v.Device = "the shop's own"
	child, err := w.ByApp(t.Context(), contract.AppSignIn{User: parent.User, Session: parent.Session, AuthTime: told, Origin: shop}, v)
	if err != nil || !child.ExpiresAt.Equal(parent.ExpiresAt) || child.Device != v.Device {
		t.Fatalf("ByApp = %+v, %v", child, err)
	}
	p, ok, err := w.Authenticate(t.Context(), child.Token, shop)
	if !ok || err != nil || p.User != parent.User || !p.AuthenticatedAt.Equal(told) {
		t.Errorf("at the shop: %+v, %v, %v", p, ok, err)
	}
	if w.who(child.Token) != "" {
		t.Error("the shop's cookie is good elsewhere")
	}
	for range 3 {
		w.clock.Advance(20 * 24 * time.Hour)
		if _, ok, _ := w.Authenticate(t.Context(), child.Token, shop); !ok {
			t.Fatal("the shop's session is gone though it is used")
		}
	}
	if w.who(parent.Token) == "" {
		t.Error("where it came from is gone though it is used at the shop")
	}
	ben := w.signIn("ben@example.org", w.visitor)
	for name, a := range map[string]contract.AppSignIn{
		"another's session": {User: ben.User, Session: parent.Session, Origin: shop},
		"an app's session":  {User: parent.User, Session: child.Session, Origin: shop},
		"unknown":           {User: parent.User, Session: id.Format[contract.SessionID]("ses", id.New()), Origin: shop},
		"an unknown user":   {User: id.Format[contract.UserID]("user", id.New()), Session: parent.Session, Origin: shop},
		"empty":             {Origin: shop},
	} {
		_, err := w.ByApp(t.Context(), a, w.visitor)
		wantCode(t, name, err, http.StatusForbidden, "session_ended")
	}
	if err := w.SignOut(t.Context(), parent.Session, w.visitor); err != nil {
		t.Fatal(err)
	}
	_, err = w.ByApp(t.Context(), contract.AppSignIn{User: parent.User, Session: parent.Session, Origin: shop}, w.visitor)
	wantCode(t, "a session that has ended", err, http.StatusForbidden, "session_ended")
}

// A mail about a new browser, but for the first, and none for one that is known.
func TestNewDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.signIn(anna, w.visitor)
	if list := w.mails(); len(list) != 0 {
		t.Errorf("the first browser leads to %+v", list)
	}
	known := w.visitor
	known.Device = first.Device
	if again := w.signIn(anna, known); again.Device != first.Device || len(w.mails()) != 0 {
		t.Error("a known browser is taken for a new one")
	}
	phone := from(w.visitor, "2001:db8:1:2::/64")
	phone.UserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
	second := w.signIn(anna, phone)
	m := w.mail("new_device", anna)
	if d := m.Data.(contract.DeviceMail); d.From != "Safari on iPhone, 2001:db8:1:2::/64" || !d.At.Equal(w.clock.Now()) || !strings.HasPrefix(d.Sessions, origin+"/account/") {
		t.Errorf("the mail says %+v", d)
	}
	w.app(second, "https://shop.example")
	if list := w.mails(); len(list) != 0 {
		t.Errorf("an app's session leads to %+v", list)
	}
	// Another's device is nobody's for me.
	theirs := w.visitor
	theirs.Device = second.Device
	if ben := w.signIn("ben@example.org", theirs); ben.Device == second.Device {
		t.Error("another's device cookie is kept")
	}
}

// Carts are merged in the transaction, and what fails there leaves no session.
func TestMerge(t *testing.T) {
	t.Parallel()
	var merged []contract.SignedIn
	var fails error
	w := newWorld(t, func(o *identity.Options) {
		o.Merge = append(o.Merge, func(_ context.Context, _ pgx.Tx, s contract.SignedIn, v contract.Visitor) error {
			merged = append(merged, s)
			return fails
		})
	})
	signed := w.signIn(anna, w.visitor)
	if len(merged) != 1 || merged[0].User != signed.User || merged[0].Token != signed.Token {
		t.Errorf("merged for %+v", merged)
	}
	fails = errors.New("no cart")
	sent, _ := w.ask(anna, w.visitor)
	if _, err := w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor); !errors.Is(err, fails) {
		t.Errorf("ByLink = %v, want the fault", err)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.sessions"); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
	fails = nil
	if _, err := w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor); err != nil {
		t.Errorf("the link was used up by a fault: %v", err)
	}
}

// Beginning and ending at once: whatever is ended last is ended.
func TestEndsWinOverBeginnings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 60 {
		parent := w.signIn(anna, from(w.visitor, fmt.Sprintf("2001:db8:%x::/64", round)))
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				if i == 0 {
					w.tx(func(tx pgx.Tx) error {
						if _, err := tx.Exec(t.Context(), "SELECT FROM identity.users WHERE id = $1 FOR NO KEY UPDATE", identity.Row(parent.User)); err != nil {
							return err
						}
						_, err := w.EndAll(t.Context(), tx, parent.User, uuid.Nil, "revoked")
						return err
					})
					return
				}
				signed, err := w.ByApp(t.Context(), contract.AppSignIn{User: parent.User, Session: parent.Session, Origin: "https://shop.example"}, w.visitor)
				if err != nil {
					wantCode(t, "an app", err, http.StatusForbidden, "session_ended")
					return
				}
				if _, _, err := w.Authenticate(t.Context(), signed.Token, "https://shop.example"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if n := one[int](w, "SELECT count(*) FROM identity.sessions WHERE ended_at IS NULL"); n != 0 {
		t.Errorf("%d sessions live on", n)
	}
}
