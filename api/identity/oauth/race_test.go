// Codes and refresh tokens that many redeem at once, and sessions that end meanwhile.

package oauth_test

import (
	"context"
	"flag"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
)

var redemptions = flag.Int("redemptions", 25, "how many codes and refresh tokens are redeemed by eight at once")

// eight sends the same request eight times at once and returns how many succeeded.
func (w *world) eight(f url.Values) int {
	w.t.Helper()
	var successes atomic.Int32
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			<-start
			switch a := w.post("/oauth/token", f); a.status {
			case http.StatusOK:
				successes.Add(1)
			case http.StatusBadRequest:
			default:
				w.t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(successes.Load())
}

func TestEightAtOnce(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{scopes: []string{"blog:write"}})
	for n := range *redemptions {
		if got := w.eight(exchange(c, w.code(session, c, "scope", "blog:write"))); got != 1 {
			t.Errorf("code %d: %d successes, want 1", n, got)
		}
		g := w.tokens(exchange(c, w.code(session, c, "scope", "blog:write")))
		if got := w.eight(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)); got != 1 {
			t.Errorf("refresh token %d: %d successes, want 1", n, got)
		}
	}
	// Nothing was made twice, and whatever was asked for a second time has ended.
	if n := one[int](w, `SELECT count(*) FROM identity.grants g
		WHERE (SELECT count(*) FROM identity.access_tokens a WHERE a.grant_id = g.id)
			<> (SELECT count(*) FROM identity.codes c WHERE c.grant_id = g.id AND c.used_at IS NOT NULL)
			 + (SELECT count(*) FROM identity.refresh_tokens r WHERE r.grant_id = g.id AND r.used_at IS NOT NULL)`); n != 0 {
		t.Errorf("%d grants have another number of tokens than of exchanges", n)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.grants WHERE revoked_at IS NULL"); n != 0 {
		t.Errorf("%d grants live on", n)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.grants"); n != 2**redemptions {
		t.Errorf("%d grants, want %d", n, 2**redemptions)
	}
}

// Whoever signs out while a client is being given something has given nothing that lasts.
func TestCodesWhileTheSessionEnds(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c := w.client(clientSpec{})
	for range *redemptions {
		session := w.session(rosa)
		var wg sync.WaitGroup
		start := make(chan struct{})
		for range 4 {
			wg.Go(func() {
				<-start
				a := w.authorize(session, request(c))
				if a.status != http.StatusSeeOther {
					w.t.Errorf("%d %s", a.status, a.body)
				}
				if _, query := a.location(w.t); query.Has("code") {
					w.post("/oauth/token", exchange(c, query.Get("code")))
				}
			})
		}
		wg.Go(func() {
			<-start
			if err := w.identity.SignOut(context.Background(), session, contract.Visitor{Origin: issuer}); err != nil {
				w.t.Error(err)
			}
		})
		close(start)
		wg.Wait()
	}
	if n := one[int](w, "SELECT count(*) FROM identity.grants g JOIN identity.sessions s ON s.id = g.session_id WHERE s.ended_at IS NOT NULL AND g.revoked_at IS NULL"); n != 0 {
		t.Errorf("%d grants outlive their session", n)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.sessions WHERE ended_at IS NULL"); n != 0 {
		t.Errorf("%d sessions live on", n)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.grants"); n == 0 {
		t.Error("there was no race: nothing was given")
	}
}

// What a session has led to ends with it.
func TestTokensEndWithTheSession(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c := w.client(clientSpec{})
	session := w.session(rosa)
	unused := w.code(session, c)
	g := w.tokens(exchange(c, w.code(session, c)))
	if err := w.identity.SignOut(t.Context(), session, contract.Visitor{Origin: issuer}); err != nil {
		t.Fatal(err)
	}
	if w.works(g.Access) {
		t.Error("the access token works")
	}
	w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).refused(t, 400, "invalid_grant")
	w.post("/oauth/token", exchange(c, unused)).refused(t, 400, "invalid_grant")
}
