package identity_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
)

// heard has the world keep which sessions it is told have ended.
func (w *world) heard() func() []contract.SessionID {
	var mu sync.Mutex
	var list []contract.SessionID
	w.OnEnd(func(_ context.Context, _ pgx.Tx, sessions []uuid.UUID) error {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range sessions {
			list = append(list, id.Format[contract.SessionID]("ses", s))
		}
		return nil
	})
	return func() []contract.SessionID {
		mu.Lock()
		defer mu.Unlock()
		said := list
		list = nil
		slices.Sort(said)
		return said
	}
}

func same(a []contract.SessionID, b ...contract.SessionID) bool {
	slices.Sort(b)
	return slices.Equal(a, b)
}

// app begins the session of an app on a host of its own.
func (w *world) app(from contract.SignedIn, at string) contract.SignedIn {
	w.t.Helper()
	signed, err := w.ByApp(w.t.Context(), contract.AppSignIn{User: from.User, Session: from.Session, AuthTime: w.clock.Now(), Origin: at}, w.visitor)
	if err != nil {
		w.t.Fatal(err)
	}
	return signed
}

func TestIdleAndAbsolute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle := w.signIn(anna, w.visitor)
	w.clock.Advance(identity.SessionIdle - time.Second)
	if w.who(idle.Token) == "" {
		t.Error("gone before thirty days")
	}
	w.clock.Advance(identity.SessionIdle)
	if w.who(idle.Token) != "" {
		t.Error("lives on after thirty days without use")
	}
	used := w.signIn(anna, w.visitor)
	for range 8 {
		w.clock.Advance(20 * 24 * time.Hour)
		if w.who(used.Token) != used.User {
			t.Fatal("gone though it is used")
		}
	}
	w.clock.Set(used.ExpiresAt.Add(-time.Second))
	if w.who(used.Token) == "" {
		t.Error("gone before its end")
	}
	w.clock.Set(used.ExpiresAt)
	if w.who(used.Token) != "" {
		t.Error("lives on after 180 days")
	}
}

// The use of a session is written down every five minutes, not at each request.
func TestTouch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	begun := w.clock.Now()
	last := func() time.Duration {
		return one[time.Time](w, "SELECT last_used_at FROM identity.sessions").Sub(begun)
	}
	for _, step := range []struct{ by, want time.Duration }{
		{time.Second, 0}, {4*time.Minute + 58*time.Second, 0}, {time.Second, 5 * time.Minute}, {time.Minute, 5 * time.Minute}, {time.Hour, time.Hour + 6*time.Minute},
	} {
		w.clock.Advance(step.by)
		if w.who(signed.Token); last() != step.want {
			t.Errorf("at %v it was used at %v, want %v", w.clock.Now().Sub(begun), last(), step.want)
		}
	}
}

func TestAuthenticateRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	for name, tt := range map[string][2]string{
		"unknown":          {seal.Random(), origin},
		"empty":            {"", origin},
		"cut":              {signed.Token[:42], origin},
		"longer":           {signed.Token + "A", origin},
		"another origin":   {signed.Token, "https://shop.example"},
		"another scheme":   {signed.Token, "http://rose.example"},
		"the session's id": {string(signed.Session), origin},
		"odd":              {strings.Repeat("\x00", 43), origin},
		"the stored hash":  {fmt.Sprintf("%x", seal.Hash(signed.Token))[:43], origin},
	} {
		if p, ok, err := w.Authenticate(t.Context(), tt[0], tt[1]); ok || err != nil || p.User != "" {
			t.Errorf("%s: %+v, %v, %v", name, p, ok, err)
		}
	}
	if w.who(signed.Token) != signed.User {
		t.Error("the right one is not known")
	}
}

// What somebody may do follows their roles at once.
func TestScopesFollowRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	scopes := func() string {
		p, _, err := w.Authenticate(t.Context(), signed.Token, origin)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(p.Scopes, " ")
	}
	member := scopes()
	for _, grant := range [][2]string{{"shopkeeper", ""}, {"steward", "cal_1"}} {
		if _, err := w.pool.Exec(t.Context(), "INSERT INTO identity.role_grants (user_id, role, calendar_id, granted_by, granted_at) VALUES ($1, $2, $3, 'test', $4)",
			identity.Row(signed.User), grant[0], grant[1], w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := scopes(), strings.Join(identity.Permissions([]contract.RoleGrant{{Role: contract.RoleShopkeeper}, {Role: contract.RoleSteward, Calendar: "cal_1"}}), " "); got != want || got == member {
		t.Errorf("a shopkeeper may %s, want %s", got, want)
	}
	if _, err := w.pool.Exec(t.Context(), "DELETE FROM identity.role_grants"); err != nil {
		t.Fatal(err)
	}
	if got := scopes(); got != member {
		t.Errorf("a member again may %s, want %s", got, member)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	heard := w.heard()
	phone, laptop := w.signIn(anna, w.visitor), w.signIn(anna, w.visitor)
	shop, events := w.app(phone, "https://shop.example"), w.app(phone, "https://events.example")
	if err := w.SignOut(t.Context(), shop.Session, w.visitor); err != nil {
		t.Fatal(err)
	}
	if w.who(phone.Token) == "" || !same(heard(), shop.Session) {
		t.Error("signing out of the shop ends more than that")
	}
	for i := range 2 {
		if err := w.SignOut(t.Context(), phone.Session, w.visitor); err != nil {
			t.Errorf("time %d: %v", i, err)
		}
	}
	if said := heard(); !same(said, phone.Session, events.Session) {
		t.Errorf("heard of %v, want %v and %v", said, phone.Session, events.Session)
	}
	if w.who(phone.Token) != "" || w.who(laptop.Token) == "" {
		t.Error("not the one session has ended")
	}
	for _, odd := range []contract.SessionID{"", "ses_", "user_019ab3f47c2e7d06b8a1f0c2d3e4f506", id.Format[contract.SessionID]("ses", id.New())} {
		if err := w.SignOut(t.Context(), odd, w.visitor); err != nil {
			t.Errorf("%q: %v", odd, err)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.audit WHERE action = 'session.ended' AND details ->> 'why' = 'signed_out'"); n != 2 {
		t.Errorf("%d ends in the audit log, want 2", n)
	}
}

func TestEndAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	heard := w.heard()
	phone, laptop, tablet := w.signIn(anna, w.visitor), w.signIn(anna, w.visitor), w.signIn(anna, w.visitor)
	ben := w.signIn("ben@example.org", w.visitor)
	shop, other := w.app(phone, "https://shop.example"), w.app(laptop, "https://shop.example")
	end := func(except contract.SessionID) (n int) {
		kept := uuid.Nil
		if except != "" {
			kept, _ = id.Parse("ses", except)
		}
		w.tx(func(tx pgx.Tx) (err error) {
			n, err = w.EndAll(t.Context(), tx, phone.User, kept, "revoked")
			return err
		})
		return n
	}
	// Kept by the app's session: the browser that it is in.
	if n := end(shop.Session); n != 3 || !same(heard(), laptop.Session, tablet.Session, other.Session) {
		t.Errorf("%d sessions ended, want the laptop's two and the tablet's", n)
	}
	if _, ok, _ := w.Authenticate(t.Context(), shop.Token, "https://shop.example"); !ok || w.who(phone.Token) == "" {
		t.Error("what was to be kept has ended")
	}
	if n := end(phone.Session); n != 0 {
		t.Errorf("%d more ended", n)
	}
	if n := end(""); n != 2 || w.who(phone.Token) != "" || w.who(ben.Token) == "" {
		t.Errorf("%d ended at last, want 2 of hers and none of his", n)
	}
	if !same(heard(), phone.Session, shop.Session) || end("") != 0 {
		t.Error("heard of others than what has ended")
	}
}

func TestSuspendedAreNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	shop := w.app(signed, "https://shop.example")
	for _, state := range []string{"suspended", "active"} {
		if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET state = $1", state); err != nil {
			t.Fatal(err)
		}
		_, ok, err := w.Authenticate(t.Context(), shop.Token, "https://shop.example")
		if err != nil || ok != (state == "active") || (w.who(signed.Token) != "") != ok {
			t.Errorf("%s: %v, %v", state, ok, err)
		}
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	w := newWorld(b)
	signed := w.signIn(anna, w.visitor)
	for b.Loop() {
		if _, ok, err := w.Authenticate(b.Context(), signed.Token, origin); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
