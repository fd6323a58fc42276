package oauth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// terminal is a program on a device: a public client.
func (w *world) terminal() program {
	return w.client(clientSpec{kind: "third_party", redirects: []string{}, grants: []string{deviceGrant, "refresh_token"}, scopes: []string{"openid", "blog:write", "account:read"}})
}

// asked is what a device is told.
type asked struct {
	device, user string
	c            program
}

func (w *world) ask(c program, more ...string) asked {
	w.t.Helper()
	a := w.post("/oauth/device", c.form(more...), "User-Agent", "curl/8.1 (Linux)")
	if a.status != http.StatusOK {
		w.t.Fatalf("device: %d %s", a.status, a.body)
	}
	v := a.json(w.t)
	return asked{v["device_code"].(string), v["user_code"].(string), c}
}

func (a asked) poll(more ...string) url.Values {
	return a.c.form(append([]string{"grant_type", deviceGrant, "device_code", a.device}, more...)...)
}

// as is the context of somebody who has signed in on the pages.
func (w *world) as(p person, session contract.SessionID) context.Context {
	return auth.WithPrincipal(w.t.Context(), auth.Principal{Name: string(p.sub), User: p.sub, Session: session, AuthenticatedAt: w.clock.Now()})
}

func TestDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org", contract.RoleEditor)
	session := w.session(rosa)
	ctx := w.as(rosa, session)
	c := w.terminal()
	answer := w.post("/oauth/device", c.form("scope", "openid blog:write"), "User-Agent", "curl/8.1 (Linux)")
	v := answer.json(t)
	user, _ := v["user_code"].(string)
	if answer.status != 200 || answer.header.Get("Cache-Control") != "no-store" || v["expires_in"] != 600.0 || v["interval"] != 5.0 ||
		v["verification_uri"] != issuer+"/login/device/" || v["verification_uri_complete"] != issuer+"/login/device/?code="+user || len(user) != 9 {
		t.Fatalf("device: %d %v %s", answer.status, answer.header, answer.body)
	}
	a := asked{v["device_code"].(string), user, c}

	w.post("/oauth/token", a.poll()).refused(t, 400, "authorization_pending")
	w.post("/oauth/token", a.poll()).refused(t, 400, "slow_down") // at once
	w.clock.Advance(9 * time.Second)
	w.post("/oauth/token", a.poll()).refused(t, 400, "slow_down") // ten seconds now, and fifteen from here
	w.clock.Advance(15 * time.Second)
	w.post("/oauth/token", a.poll()).refused(t, 400, "authorization_pending")

	d, err := w.Device(ctx, strings.ToLower(user))
	if err != nil || d.UserCode != user || d.Client.Name != "Harvest planner" || strings.Join(d.Scopes, " ") != "openid blog:write" ||
		!strings.HasPrefix(d.AskedFrom, "curl on Linux, ") || d.Client.Host != "" {
		t.Errorf("Device = %+v, %v", d, err)
	}
	if err := w.DecideDevice(ctx, user, true); err != nil {
		t.Fatal(err)
	}
	if err := w.DecideDevice(ctx, user, false); problem.Code(err) != "device_decided" {
		t.Errorf("decided again: %v", err)
	}
	if _, err := w.Device(ctx, user); problem.Code(err) != "not_found" {
		t.Errorf("shown after it was decided: %v", err)
	}
	g := w.tokens(a.poll())
	p, err := w.VerifyAccess(t.Context(), g.Access)
	if err != nil || p.User != rosa.sub || !p.Has("blog:write") || p.Has("account:read") || g.ID == "" || g.Refresh == "" {
		t.Errorf("the device is %+v, %v, with %+v", p, err, g)
	}
	w.post("/oauth/token", a.poll()).refused(t, 400, "invalid_grant")
	if !w.works(g.Access) {
		t.Error("asking again has ended what was given")
	}

	// The device is not the browser: it stays when its owner signs out there.
	if err := w.identity.SignOut(t.Context(), session, contract.Visitor{}); err != nil {
		t.Fatal(err)
	}
	if g = w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)); !w.works(g.Access) {
		t.Error("the device has signed out")
	}
	if err := w.DisconnectApp(ctx, contract.ClientID(c.id)); err != nil || w.works(g.Access) {
		t.Errorf("disconnected: %v, works %v", err, w.works(g.Access))
	}
	if got := one[string](w, "SELECT string_agg(action, ' ' ORDER BY id) FROM identity.audit WHERE user_id = $1", rosa.id); got != "device.allowed session.ended grant.revoked" {
		t.Errorf("audit: %s", got)
	}
}

func TestDeviceRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	ctx := w.as(rosa, w.session(rosa))
	c, other, web := w.terminal(), w.terminal(), w.client(clientSpec{})
	confidential := w.client(clientSpec{confidential: true, redirects: []string{}, grants: []string{deviceGrant}})
	post := func(path string, f url.Values) answer { t.Helper(); return w.post(path, f) }

	post("/oauth/device", web.form()).refused(t, 400, "unauthorized_client")
	post("/oauth/device", url.Values{"scope": {"openid"}}).refused(t, 401, "invalid_client")
	post("/oauth/device", program{id: "client_0"}.form()).refused(t, 401, "invalid_client")
	post("/oauth/device", program{id: confidential.id}.form()).refused(t, 401, "invalid_client")
	post("/oauth/device", program{id: confidential.id, secret: "roseash_cs_wrong"}.form()).refused(t, 401, "invalid_client")
	post("/oauth/device", c.form("scope", "users:write")).refused(t, 400, "invalid_scope")
	post("/oauth/device", c.form("scope", "nonsense")).refused(t, 400, "invalid_scope")
	post("/oauth/device", c.form("resource", "https://elsewhere.example")).refused(t, 400, "invalid_target")
	post("/oauth/device?client_id="+c.id, c.form()).refused(t, 400, "invalid_request")

	post("/oauth/token", c.form("grant_type", deviceGrant)).refused(t, 400, "invalid_request")
	post("/oauth/token", c.form("grant_type", deviceGrant, "device_code", "roseash_dc_unknown")).refused(t, 400, "invalid_grant")
	a := w.ask(c)
	stolen := a
	stolen.c = other
	post("/oauth/token", stolen.poll()).refused(t, 400, "invalid_grant")
	post("/oauth/token", asked{a.user, a.user, c}.poll()).refused(t, 400, "invalid_grant")

	if err := w.DecideDevice(ctx, a.user, false); err != nil {
		t.Fatal(err)
	}
	post("/oauth/token", a.poll()).refused(t, 400, "access_denied")
	post("/oauth/token", a.poll()).refused(t, 400, "access_denied")

	late := w.ask(c)
	if err := w.DecideDevice(ctx, late.user, true); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(10 * time.Minute)
	post("/oauth/token", late.poll()).refused(t, 400, "expired_token")
	if _, err := w.Device(ctx, late.user); problem.Code(err) != "not_found" {
		t.Errorf("an expired code is shown: %v", err)
	}

	ctx = w.as(rosa, w.session(rosa))
	for name, end := range map[string]func(a asked){
		"the user takes it back": func(asked) {
			if err := w.DisconnectApp(ctx, contract.ClientID(c.id)); err != nil {
				t.Fatal(err)
			}
		},
		"the user is suspended": func(asked) { w.exec("UPDATE identity.users SET state = 'suspended' WHERE id = $1", rosa.id) },
	} {
		w.exec("UPDATE identity.users SET state = 'active'")
		a := w.ask(c)
		if err := w.DecideDevice(ctx, a.user, true); err != nil {
			t.Fatal(err)
		}
		end(a)
		if got := post("/oauth/token", a.poll()); got.status != 400 || got.json(t)["error"] != "invalid_grant" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}

	ended := w.ask(c)
	if err := w.DecideDevice(w.as(rosa, "ses_00000000000000000000000000000000"), ended.user, true); problem.Code(err) != "unauthorized" {
		t.Errorf("in a session that has ended: %v", err)
	}
	if err := w.DecideDevice(t.Context(), ended.user, true); problem.Code(err) != "unauthorized" {
		t.Errorf("nobody: %v", err)
	}
	token := auth.WithPrincipal(t.Context(), auth.Principal{Name: string(rosa.sub), User: rosa.sub, Client: "client_x"})
	if err := w.DecideDevice(token, ended.user, true); problem.Code(err) != "unauthorized" {
		t.Errorf("a program that acts for somebody: %v", err)
	}
	post("/oauth/token", ended.poll()).refused(t, 400, "authorization_pending")
}

// Codes cannot be guessed, and whoever tries keeps nobody else out.
func TestGuessingUserCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa, ben := w.user("rosa@example.org"), w.user("ben@example.org")
	a := w.ask(w.terminal())
	guesser := w.as(ben, w.session(ben))
	for i := range 10 {
		if _, err := w.Device(guesser, fmt.Sprintf("BBBB-%s", strings.Repeat("CDFGHJKLMN"[i:i+1], 4))); problem.Code(err) != "not_found" {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	for range 3 {
		if _, err := w.Device(guesser, a.user); problem.Code(err) != "too_many_codes" {
			t.Errorf("the right one after ten wrong ones: %v", err)
		}
		if err := w.DecideDevice(guesser, a.user, true); problem.Code(err) != "too_many_codes" {
			t.Errorf("decided after ten wrong ones: %v", err)
		}
	}
	owner := w.as(rosa, w.session(rosa))
	for range 20 { // looking costs nothing
		if _, err := w.Device(owner, a.user); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.DecideDevice(owner, a.user, true); err != nil {
		t.Error(err)
	}
	w.clock.Advance(time.Minute)
	if _, err := w.Device(guesser, "BBBB-BBBB"); problem.Code(err) != "not_found" {
		t.Errorf("a minute later: %v", err)
	}
}

func TestManyDevicesOfOneNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.terminal()
	for range 30 {
		w.ask(c)
	}
	a := w.post("/oauth/device", c.form())
	a.refused(t, 429, "temporarily_unavailable")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if n := one[int](w, "SELECT count(*) FROM identity.device_codes"); n != 30 {
		t.Errorf("%d rows, want 30", n)
	}
}

// However many ask at once after somebody has allowed it, one gets tokens.
func TestDeviceRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	ctx := w.as(rosa, w.session(rosa))
	c := w.terminal()
	const rounds, twins = 10, 8
	for range rounds {
		a := w.ask(c)
		if err := w.DecideDevice(ctx, a.user, true); err != nil {
			t.Fatal(err)
		}
		var won atomic.Int64
		var group sync.WaitGroup
		for range twins {
			group.Go(func() {
				switch got := w.post("/oauth/token", a.poll()); got.status {
				case http.StatusOK:
					won.Add(1)
				default:
					got.refused(t, 400, "invalid_grant")
				}
			})
		}
		group.Wait()
		if won.Load() != 1 {
			t.Errorf("%d of %d got tokens", won.Load(), twins)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.access_tokens"); n != rounds {
		t.Errorf("%d access tokens, want %d", n, rounds)
	}
}

// Of two who decide at once, one does.
func TestDecideRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa, ben := w.user("rosa@example.org"), w.user("ben@example.org")
	one1, two := w.as(rosa, w.session(rosa)), w.as(ben, w.session(ben))
	c := w.terminal()
	const rounds = 10
	for range rounds {
		a := w.ask(c)
		var decided atomic.Int64
		var group sync.WaitGroup
		for _, ctx := range []context.Context{one1, two} {
			group.Go(func() {
				switch err := w.DecideDevice(ctx, a.user, true); {
				case err == nil:
					decided.Add(1)
				case problem.Code(err) != "device_decided":
					t.Error(err)
				}
			})
		}
		group.Wait()
		if decided.Load() != 1 {
			t.Errorf("%d have decided", decided.Load())
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.grants"); n != rounds {
		t.Errorf("%d grants, want %d", n, rounds)
	}
}
