package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
)

// in is the context of a session.
func (w *world) in(signed contract.SignedIn) context.Context {
	w.t.Helper()
	p, ok, err := w.Authenticate(w.t.Context(), signed.Token, origin)
	if !ok || err != nil {
		w.t.Fatalf("nobody is signed in, %v", err)
	}
	return auth.WithPrincipal(w.t.Context(), p)
}

func (w *world) ceremony() contract.PasskeyCeremony {
	w.t.Helper()
	c, err := w.PasskeyOptions(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// passkey adds one for somebody.
func (w *world) passkey(ctx context.Context, a *authenticator) identity.Passkey {
	w.t.Helper()
	c, err := w.AskPasskey(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	added, err := w.AddPasskey(ctx, c.Token, a.create(c), " Phone ")
	if err != nil {
		w.t.Fatal(err)
	}
	return added
}

func TestPasskey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	ctx := w.in(signed)
	c, err := w.AskPasskey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	o := read(t, c)
	if o.RP.ID != "rose.example" || o.RP.Name != "Rose Ash" || o.User.Name != anna || o.Attestation != "none" || o.AuthenticatorSelection.ResidentKey != "required" ||
		o.AuthenticatorSelection.UserVerification != "required" || o.Timeout != 300_000 || strings.Contains(o.User.ID, string(signed.User)) {
		t.Errorf("the browser is asked %s", c.Options)
	}
	a := newAuthenticator(t)
	added, err := w.AddPasskey(ctx, c.Token, a.create(c), " Phone ")
	if err != nil || added.Name != "Phone" || added.LastUsedAt != nil || added.CloneWarning {
		t.Fatalf("AddPasskey = %+v, %v", added, err)
	}
	again, err := w.AskPasskey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if o := read(t, again); len(o.ExcludeCredentials) != 1 || o.ExcludeCredentials[0].ID != b64(a.id) {
		t.Errorf("the second is asked with %+v excluded, want the first", o.ExcludeCredentials)
	}

	question := w.ceremony()
	if o := read(t, question); o.RPID != "rose.example" || o.UserVerification != "required" || len(o.AllowCredentials) != 0 {
		t.Errorf("to sign in the browser is asked %s", question.Options)
	}
	w.clock.Advance(time.Minute)
	a.counter = 7
	back, err := w.ByPasskey(t.Context(), question.Token, a.sign(question), w.visitor)
	if err != nil || back.User != signed.User || back.New {
		t.Fatalf("ByPasskey = %+v, %v", back, err)
	}
	p, _, _ := w.Authenticate(t.Context(), back.Token, origin)
	if !p.Recent(w.clock.Now()) || one[string](w, "SELECT method FROM identity.sessions ORDER BY id DESC LIMIT 1") != "passkey" {
		t.Error("a passkey is no recent proof")
	}
	list, err := w.Passkeys(ctx)
	if err != nil || len(list) != 1 || list[0].LastUsedAt == nil || !list[0].LastUsedAt.Equal(w.clock.Now()) {
		t.Errorf("Passkeys = %+v, %v", list, err)
	}
	if renamed, err := w.RenamePasskey(ctx, added.ID, " Tablet "); err != nil || renamed.Name != "Tablet" {
		t.Errorf("RenamePasskey = %+v, %v", renamed, err)
	}
	if err := w.RemovePasskey(ctx, added.ID); err != nil {
		t.Fatal(err)
	}
	question = w.ceremony()
	a.counter++
	_, err = w.ByPasskey(t.Context(), question.Token, a.sign(question), w.visitor)
	wantCode(t, "a passkey that was removed", err, http.StatusUnprocessableEntity, "passkey_refused")
	if got := strings.Join(w.audit(signed.User), ", "); !strings.Contains(got, "passkey.added by "+string(signed.User)) || !strings.Contains(got, "passkey.removed by "+string(signed.User)) {
		t.Errorf("the audit log says %s", got)
	}
}

// Whatever is wrong with an answer, it is refused alike, and the ceremony is over.
func TestPasskeyRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	ben := w.signIn("ben@example.org", from(w.visitor, "203.0.113.2/32"))
	good := newAuthenticator(t)
	good.counter = 10
	w.passkey(w.in(signed), good)
	theirs := newAuthenticator(t)
	w.passkey(w.in(ben), theirs)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(a *authenticator){
		"another origin":      func(a *authenticator) { a.origin = "https://rose.example.evil.example" },
		"plain http":          func(a *authenticator) { a.origin = "http://rose.example" },
		"another party":       func(a *authenticator) { a.rpID = "evil.example" },
		"another challenge":   func(a *authenticator) { a.challenge = b64(make([]byte, 32)) },
		"another kind":        func(a *authenticator) { a.kind = "webauthn.create" },
		"nobody verified":     func(a *authenticator) { a.flags = userPresent },
		"nobody there":        func(a *authenticator) { a.flags = 0 },
		"another key":         func(a *authenticator) { a.key = other },
		"another's handle":    func(a *authenticator) { a.user = theirs.user },
		"no handle":           func(a *authenticator) { a.user = []byte{} },
		"another's id":        func(a *authenticator) { a.id = theirs.id },
		"an unknown passkey":  func(a *authenticator) { a.id = make([]byte, 32) },
		"backup without sync": func(a *authenticator) { a.flags |= 0x10 },
	} {
		a := *good
		a.counter += 100
		change(&a)
		c := w.ceremony()
		_, err := w.ByPasskey(t.Context(), c.Token, a.sign(c), w.visitor)
		wantCode(t, name, err, http.StatusUnprocessableEntity, "passkey_refused")
		a = *good
		a.counter += 100
		_, err = w.ByPasskey(t.Context(), c.Token, a.sign(c), w.visitor)
		wantCode(t, name+", then a good one in the same ceremony", err, http.StatusUnprocessableEntity, "passkey_refused")
	}
	for name, raw := range map[string]string{"empty": "", "null": "null", "a list": "[]", "no response": `{"id":"AAAA"}`, "not JSON": "{", "long": `"` + strings.Repeat("A", 70_000) + `"`} {
		c := w.ceremony()
		_, err := w.ByPasskey(t.Context(), c.Token, json.RawMessage(raw), w.visitor)
		wantCode(t, name, err, http.StatusUnprocessableEntity, "passkey_refused")
	}
	if n := one[int](w, "SELECT count(*) FROM identity.sessions"); n != 2 {
		t.Errorf("%d sessions, want the two of before", n)
	}
	c := w.ceremony()
	good.counter++
	if _, err := w.ByPasskey(t.Context(), c.Token, good.sign(c), w.visitor); err != nil {
		t.Errorf("after all that a good one is refused: %v", err)
	}
	c = w.ceremony()
	if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET state = 'suspended' WHERE id = $1", identity.Row(signed.User)); err != nil {
		t.Fatal(err)
	}
	good.counter++
	_, err = w.ByPasskey(t.Context(), c.Token, good.sign(c), w.visitor)
	wantCode(t, "a suspended user", err, http.StatusForbidden, "account_suspended")
}

func TestCeremonies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	ctx := w.in(signed)
	ben := w.in(w.signIn("ben@example.org", from(w.visitor, "203.0.113.2/32")))
	a := newAuthenticator(t)
	w.passkey(ctx, a)

	used := w.ceremony()
	if _, err := w.ByPasskey(t.Context(), used.Token, a.sign(used), w.visitor); err != nil {
		t.Fatal(err)
	}
	expired := w.ceremony()
	w.clock.Advance(identity.CeremonyLasts)
	asked, err := w.AskPasskey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]contract.PasskeyCeremony{
		"used": used, "expired": expired, "of a new passkey": {Token: asked.Token, Options: used.Options}, "unknown": {Token: seal.Random(), Options: used.Options}, "empty": {Options: used.Options},
	} {
		_, err := w.ByPasskey(t.Context(), c.Token, a.sign(c), w.visitor)
		wantCode(t, name, err, http.StatusUnprocessableEntity, "passkey_refused")
	}

	if asked, err = w.AskPasskey(ctx); err != nil {
		t.Fatal(err)
	}
	second := newAuthenticator(t)
	_, err = w.AddPasskey(ben, asked.Token, second.create(asked), "Phone")
	wantCode(t, "another's ceremony", err, http.StatusUnprocessableEntity, "passkey_refused")
	_, err = w.AddPasskey(ctx, asked.Token, second.create(asked), "Phone")
	wantCode(t, "a ceremony that another has used up", err, http.StatusUnprocessableEntity, "passkey_refused")

	for name, change := range map[string]func(a *authenticator){
		"another origin":    func(a *authenticator) { a.origin = "https://evil.example" },
		"another party":     func(a *authenticator) { a.rpID = "evil.example" },
		"another challenge": func(a *authenticator) { a.challenge = b64(make([]byte, 32)) },
		"another kind":      func(a *authenticator) { a.kind = "webauthn.get" },
		"nobody verified":   func(a *authenticator) { a.flags = userPresent },
		"nobody there":      func(a *authenticator) { a.flags = userVerified },
	} {
		fresh := newAuthenticator(t)
		change(fresh)
		c, err := w.AskPasskey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.AddPasskey(ctx, c.Token, fresh.create(c), "Phone")
		wantCode(t, "added with "+name, err, http.StatusUnprocessableEntity, "passkey_refused")
	}
	// One passkey is one account's.
	c, err := w.AskPasskey(ben)
	if err != nil {
		t.Fatal(err)
	}
	stolen := *a
	stolen.user = nil
	_, err = w.AddPasskey(ben, c.Token, stolen.create(c), "Phone")
	wantCode(t, "another's passkey", err, http.StatusConflict, "passkey_known")
}

// A counter that does not rise: refused, in the audit log, and shown to the user.
func TestClonedPasskey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	ctx := w.in(signed)
	a := newAuthenticator(t)
	a.counter = 5
	added := w.passkey(ctx, a)
	for _, step := range []struct {
		counter uint32
		ok      bool
	}{{6, true}, {6, false}, {3, false}, {0, false}, {7, true}} {
		a.counter = step.counter
		c := w.ceremony()
		if _, err := w.ByPasskey(t.Context(), c.Token, a.sign(c), w.visitor); (err == nil) != step.ok {
			t.Errorf("counter %d: %v, want accepted %v", step.counter, err, step.ok)
		}
	}
	list, err := w.Passkeys(ctx)
	if err != nil || len(list) != 1 || !list[0].CloneWarning {
		t.Errorf("Passkeys = %+v, %v, want a warning", list, err)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.audit WHERE action = 'sign_in.failed' AND subject = $1 AND user_id = $2 AND details ->> 'why' = 'counter'", added.ID, identity.Row(signed.User)); n != 3 {
		t.Errorf("%d rows in the audit log, want 3", n)
	}
}

func TestPasskeysHaveOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := w.in(w.signIn(anna, w.visitor))
	ben := w.in(w.signIn("ben@example.org", from(w.visitor, "203.0.113.2/32")))
	added := w.passkey(ctx, newAuthenticator(t))
	for _, other := range []identity.PasskeyID{added.ID, id.Format[identity.PasskeyID]("pk", id.New()), "pk_", ""} {
		_, err := w.RenamePasskey(ben, other, "Mine")
		wantCode(t, "renaming another's", err, http.StatusNotFound, "not_found")
		wantCode(t, "removing another's", w.RemovePasskey(ben, other), http.StatusNotFound, "not_found")
	}
	if list, err := w.Passkeys(ben); err != nil || len(list) != 0 {
		t.Errorf("he sees %+v, %v", list, err)
	}
	program := auth.WithPrincipal(t.Context(), auth.Principal{Name: "client_1", Client: "client_1", Scopes: []string{auth.AllScopes}})
	_, err := w.AskPasskey(program)
	wantCode(t, "a program", err, http.StatusForbidden, "no_user")
	p, _ := auth.PrincipalFrom(ctx)
	p.Session, p.Client = "", "client_1"
	_, err = w.AskPasskey(auth.WithPrincipal(t.Context(), p))
	wantCode(t, "an app", err, http.StatusForbidden, "session_required")
	_, err = w.AddPasskey(auth.WithPrincipal(t.Context(), p), seal.Random(), nil, "Phone")
	wantCode(t, "an app's answer", err, http.StatusForbidden, "session_required")
}

// Twenty and no more, also when several come at once.
func TestTwentyPasskeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := w.in(w.signIn(anna, w.visitor))
	var asked []contract.PasskeyCeremony
	for range 24 {
		c, err := w.AskPasskey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		asked = append(asked, c)
	}
	var added atomic.Int64
	var all sync.WaitGroup
	for _, c := range asked {
		a := newAuthenticator(t)
		all.Go(func() {
			if _, err := w.AddPasskey(ctx, c.Token, a.create(c), "Phone"); err == nil {
				added.Add(1)
			} else {
				wantCode(t, "one too many", err, http.StatusConflict, "too_many_passkeys")
			}
		})
	}
	all.Wait()
	if n := one[int](w, "SELECT count(*) FROM identity.passkeys"); n != 20 || added.Load() != 20 {
		t.Errorf("%d passkeys, %d added, want 20", n, added.Load())
	}
	_, err := w.AskPasskey(ctx)
	wantCode(t, "asking for another", err, http.StatusConflict, "too_many_passkeys")
}

// Eight at once with one ceremony: one session.
func TestOneCeremonyIsOneSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := w.in(w.signIn(anna, w.visitor))
	a := newAuthenticator(t)
	w.passkey(ctx, a)
	const rounds = 20
	for range rounds {
		c := w.ceremony()
		a.counter++
		answer := a.sign(c)
		var won atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.ByPasskey(t.Context(), c.Token, answer, w.visitor); err == nil {
					won.Add(1)
				} else {
					wantCode(t, "a twin", err, http.StatusUnprocessableEntity, "passkey_refused")
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d got in, want 1", won.Load())
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.sessions WHERE method = 'passkey'"); n != rounds {
		t.Errorf("%d sessions, want %d", n, rounds)
	}
}

// A site that is known by an address only has no passkeys, and says so.
func TestPasskeysNeedAName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for at, ok := range map[string]bool{"http://127.0.0.1:8080": false, "http://[::1]:8080": false, "http://localhost:8080": true, "https://rose.example": true} {
		sites, err := urls.New(at, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.Sites = sites
		_, err = w.PasskeyOptions(t.Context())
		if ok && err != nil {
			t.Errorf("%s: %v", at, err)
		}
		if !ok {
			wantCode(t, at, err, http.StatusConflict, "passkeys_unavailable")
		}
	}
}

func FuzzPasskeyAnswers(f *testing.F) {
	a := newAuthenticator(f)
	c := contract.PasskeyCeremony{Options: json.RawMessage(`{"challenge":"AAAA","rpId":"rose.example","rp":{"id":"rose.example"},"user":{"id":"AAAA"}}`)}
	f.Add([]byte(a.create(c)))
	f.Add([]byte(a.sign(c)))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		// Neither may panic, or take what is no JSON.
		if (identity.ReadAssertion(raw) || identity.ReadAttestation(raw)) && !json.Valid(raw) {
			t.Errorf("%q is taken", raw)
		}
	})
}
