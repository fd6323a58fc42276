package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// atIssuer is an authorization server whose answers a test can spoil. It keeps to what the
// flow asks for; the real one is asked in the test of the whole.
type atIssuer struct {
	Authorization
	challenge, nonce string // of the last authorization request
	spoil            func(claims map[string]any)
	status           int
	asked            int
	began            []contract.AppSignIn
	refuse           error // of ByApp
	now              time.Time
}

func (a *atIssuer) Issuer() string { return "https://rose.example" }

func (a *atIssuer) AppClient(origin string) (contract.AppClient, bool) {
	return contract.AppClient{ClientID: "app:market", Secret: "se:cret+%", RedirectURI: origin + "/login/callback/"}, origin == "https://shop.example"
}

func (a *atIssuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.asked++
	id, secret, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if r.Method != http.MethodPost || r.URL.Path != "/oauth/token" || r.Host != "rose.example" || r.URL.RawQuery != "" || id != "app:market" || secret != "se:cret+%" ||
		r.FormValue("grant_type") != "authorization_code" || r.FormValue("redirect_uri") != "https://shop.example/login/callback/" ||
		r.FormValue("code") != "right" || base64.RawURLEncoding.EncodeToString(sum[:]) != a.challenge {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant"}`)
		return
	}
	claims := map[string]any{
		"iss": a.Issuer(), "aud": "app:market", "exp": a.now.Add(time.Minute).Unix(), "auth_time": a.now.Unix(), "nonce": a.nonce,
		"sub": "user_" + strings.Repeat("1", 32), "sid": "ses_" + strings.Repeat("2", 32),
	}
	if a.spoil != nil {
		a.spoil(claims)
	}
	raw, _ := json.Marshal(claims)
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(map[string]string{"id_token": "e30." + base64.RawURLEncoding.EncodeToString(raw) + ".c2ln"})
}

// begins is the part of SignIn that the flow needs.
type begins struct {
	SignIn
	at *atIssuer
}

func (b begins) ByApp(_ context.Context, s contract.AppSignIn, v contract.Visitor) (contract.SignedIn, error) {
	if b.at.refuse != nil {
		return contract.SignedIn{}, b.at.refuse
	}
	b.at.began = append(b.at.began, s)
	return contract.SignedIn{User: s.User, Token: "new-session", Device: "device", ExpiresAt: b.at.now.Add(time.Hour)}, nil
}

// shop is an app at a host of its own, and a browser in front of it.
type shop struct {
	t       *testing.T
	at      *atIssuer
	clock   *clock.Manual
	handler http.Handler
	cookies map[string]string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Market: "https://shop.example", urls.Events: "https://what.example"})
	if err != nil {
		t.Fatal(err)
	}
	clk := clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC))
	s := &shop{t: t, at: &atIssuer{status: 200, now: clk.Now()}, clock: clk, cookies: map[string]string{}}
	login := &Login{
		SignIn: begins{at: s.at}, Authorization: s.at, Sites: sites, Assets: site.DefaultAssets(), Clock: clk,
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London"}, nil
		},
	}
	sso := &SSO{Pages: login, Key: seal.New(make([]byte, seal.KeySize))}
	login.Elsewhere = sso
	r := chi.NewRouter()
	login.Mount(r)
	r.Method(http.MethodGet, "/read/{slug}/", sso.Silent(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "greeting") })))
	s.handler = r
	return s
}

// get asks for an address as the browser does: with its cookies, which it keeps.
func (s *shop) get(address string, header ...string) *http.Response {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for name, value := range s.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
			s.t.Errorf("cookie %v", c)
		}
		if s.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(s.cookies, c.Name)
		}
	}
	return res
}

// begin goes to an address that leads to the issuer, and returns the request that it makes.
func (s *shop) begin(address string, header ...string) url.Values {
	s.t.Helper()
	res := s.get(address, header...)
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.String(), "https://rose.example/oauth/authorize?") {
		s.t.Fatalf("%s = %d to %q", address, res.StatusCode, to)
	}
	s.at.challenge, s.at.nonce = to.Query().Get("code_challenge"), to.Query().Get("nonce")
	return to.Query()
}

// back is the callback with what the issuer says.
func (s *shop) back(ask url.Values, said ...string) *http.Response {
	s.t.Helper()
	answer := url.Values{"state": ask["state"], "iss": {"https://rose.example"}}
	for i := 0; i < len(said); i += 2 {
		if answer.Set(said[i], said[i+1]); said[i+1] == "" {
			answer.Del(said[i])
		}
	}
	return s.get("https://shop.example/login/callback/?" + answer.Encode())
}

func TestSSO(t *testing.T) {
	s := newShop(t)
	ask := s.begin("https://shop.example/login/?return_to=%2Fmarket%2F%3Fq%3D1")
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "app:market", "redirect_uri": "https://shop.example/login/callback/",
		"scope": "openid profile", "code_challenge_method": "S256", "prompt": "",
	} {
		if got := ask.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if len(ask.Get("state")) < 32 || len(ask.Get("nonce")) != 43 || len(ask.Get("code_challenge")) != 43 {
		t.Errorf("state, nonce or challenge too short: %v", ask)
	}
	if other := newShop(t).begin("https://shop.example/login/"); other.Get("state") == ask.Get("state") || other.Get("nonce") == ask.Get("nonce") || other.Get("code_challenge") == ask.Get("code_challenge") {
		t.Error("two attempts have something in common")
	}
	res := s.back(ask, "code", "right")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/market/?q=1" || s.cookies[auth.SessionCookie] != "new-session" || s.cookies[ssoCookie] != "" {
		t.Errorf("%d to %q with %v", res.StatusCode, res.Header.Get("Location"), s.cookies)
	}
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers %v", res.Header)
	}
	want := contract.AppSignIn{User: contract.UserID("user_" + strings.Repeat("1", 32)), Session: contract.SessionID("ses_" + strings.Repeat("2", 32)), AuthTime: s.at.now, Origin: "https://shop.example"}
	if len(s.at.began) != 1 || s.at.began[0] != want {
		t.Errorf("began %v, want %v", s.at.began, want)
	}
	if s.begin("https://shop.example/login/?fresh=1").Get("prompt") != "login" {
		t.Error("who has to prove again who they are is not asked")
	}
	if ask := s.begin("https://shop.example/login/?return_to=%2F" + strings.Repeat("x", 3000)); len(ask.Get("state")) > 2000 || len(s.cookies[ssoCookie]) > 3800 {
		t.Error("a long way back does not fit")
	}
	if res := s.get("https://what.example/login/"); res.StatusCode != 404 {
		t.Errorf("a host without a client = %d", res.StatusCode)
	}
}

// TestSSORefuses: whatever is not exactly what was asked for signs nobody in.
func TestSSORefuses(t *testing.T) {
	claim := func(name string, value any) func(*shop) {
		return func(s *shop) {
			s.at.spoil = func(claims map[string]any) {
				if claims[name] = value; value == nil {
					delete(claims, name)
				}
			}
		}
	}
	for name, tt := range map[string]struct {
		before func(*shop)
		said   []string
		asked  bool // the token endpoint
	}{
		"no cookie":                   {before: func(s *shop) { delete(s.cookies, ssoCookie) }},
		"a cookie of somebody else's": {before: func(s *shop) { s.cookies[ssoCookie] = newShopCookie(s.t) }},
		"a forged cookie":             {before: func(s *shop) { s.cookies[ssoCookie] = "e30" }},
		"another's state":             {said: []string{"state", newShop(t).begin("https://shop.example/login/").Get("state")}},
		"no state":                    {said: []string{"state", ""}},
		"too late":                    {before: func(s *shop) { s.clock.Advance(11 * time.Minute) }},
		"another issuer":              {said: []string{"iss", "https://evil.example"}},
		"no issuer":                   {said: []string{"iss", ""}},
		"no code":                     {said: []string{"code", ""}},
		"an error":                    {said: []string{"error", "access_denied"}},
		"an unknown error":            {said: []string{"error", "<script>"}},
		"a wrong code":                {said: []string{"code", "wrong"}, asked: true},
		"a refusal that looks good":   {before: func(s *shop) { s.at.status = 400 }, asked: true},
		"a session that has ended":    {before: func(s *shop) { s.at.refuse = problem.Forbidden("ended") }, asked: true},
		"token of another issuer":     {before: claim("iss", "https://evil.example"), asked: true},
		"token for another client":    {before: claim("aud", "app:blog"), asked: true},
		"token for several":           {before: claim("aud", []string{"app:market", "app:blog"}), asked: true},
		"token of another party":      {before: claim("azp", "app:blog"), asked: true},
		"token that is over":          {before: claim("exp", time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC).Unix()), asked: true},
		"token without an end":        {before: claim("exp", nil), asked: true},
		"token of another attempt":    {before: claim("nonce", "other"), asked: true},
		"token without a nonce":       {before: claim("nonce", nil), asked: true},
		"token of nobody":             {before: claim("sub", nil), asked: true},
		"token of no session":         {before: claim("sid", nil), asked: true},
		"token without a time":        {before: claim("auth_time", nil), asked: true},
		"token of nonsense":           {before: claim("aud", 7), asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			ask := s.begin("https://shop.example/login/?return_to=%2Fmarket%2F")
			if tt.before != nil {
				tt.before(s)
			}
			said := append([]string{"code", "right"}, tt.said...)
			res := s.back(ask, said...)
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode < 400 || res.StatusCode >= 500 || len(s.at.began) != 0 || s.cookies[auth.SessionCookie] != "" || (s.at.asked > 0) != tt.asked {
				t.Errorf("%d, %d sessions, cookies %v, asked %d times", res.StatusCode, len(s.at.began), s.cookies, s.at.asked)
			}
			if !strings.Contains(string(body), `href="/login/`) || strings.Contains(string(body), "<script>\"") || !strings.Contains(res.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("the page does not say what to do:\n%s", body)
			}
		})
	}
	s := newShop(t)
	ask := s.begin("https://shop.example/login/")
	if res := s.get("https://shop.example/login/callback/?code=right&code=right&iss=https%3A%2F%2Frose.example&state=" + url.QueryEscape(ask.Get("state"))); res.StatusCode != 400 || len(s.at.began) > 0 {
		t.Errorf("a repeated parameter = %d", res.StatusCode)
	}
	if res := s.back(ask, "code", "right"); res.StatusCode != 303 {
		t.Errorf("the attempt itself = %d", res.StatusCode)
	}
	if res := s.back(ask, "code", "right"); res.StatusCode != 400 || len(s.at.began) != 1 {
		t.Errorf("the attempt once more = %d, %d sessions", res.StatusCode, len(s.at.began))
	}
}

// newShopCookie is the cookie of another attempt.
func newShopCookie(t *testing.T) string {
	s := newShop(t)
	s.begin("https://shop.example/login/")
	return s.cookies[ssoCookie]
}

// TestSilentSSO: a page that greets strangers asks once, and shows itself.
func TestSilentSSO(t *testing.T) {
	s := newShop(t)
	page := "https://shop.example/read/bread/?a=1"
	ask := s.begin(page, "Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate")
	if ask.Get("prompt") != "none" {
		t.Errorf("asked %v", ask)
	}
	res := s.back(ask, "error", "login_required")
	if res.StatusCode != 303 || res.Header.Get("Location") != "/read/bread/?a=1" || s.cookies[ssoTriedCookie] == "" || s.cookies[ssoCookie] != "" {
		t.Errorf("%d to %q with %v", res.StatusCode, res.Header.Get("Location"), s.cookies)
	}
	if res := s.get(page); res.StatusCode != 200 {
		t.Errorf("asked again: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	// Who signs in after all has not been tried any more.
	ask = s.begin("https://shop.example/login/")
	if s.back(ask, "code", "right"); s.cookies[ssoTriedCookie] != "" || s.cookies[auth.SessionCookie] == "" {
		t.Errorf("cookies %v", s.cookies)
	}

	// Known there: signed in here without a word.
	s = newShop(t)
	ask = s.begin(page)
	if res := s.back(ask, "code", "right"); res.Header.Get("Location") != "/read/bread/?a=1" || s.cookies[auth.SessionCookie] == "" {
		t.Errorf("%d to %q with %v", res.StatusCode, res.Header.Get("Location"), s.cookies)
	}

	// Whatever goes wrong, the page shows itself.
	for name, said := range map[string][]string{"error": {"error", "server_error"}, "code": {"code", "wrong"}} {
		s = newShop(t)
		if res := s.back(s.begin(page), said...); res.StatusCode != 303 || res.Header.Get("Location") != "/read/bread/?a=1" || s.cookies[ssoTriedCookie] == "" || len(s.at.began) > 0 {
			t.Errorf("%s: %d to %q", name, res.StatusCode, res.Header.Get("Location"))
		}
	}

	// Two pages at once: the browser keeps the second attempt, and both show themselves.
	s = newShop(t)
	first, second := s.begin(page), s.begin("https://shop.example/read/rye/")
	for want, ask := range map[string]url.Values{"/read/bread/?a=1": first, "/read/rye/": second} {
		if res := s.back(ask, "code", "wrong"); res.StatusCode != 303 || res.Header.Get("Location") != want || len(s.at.began) > 0 {
			t.Errorf("%s: %d to %q", want, res.StatusCode, res.Header.Get("Location"))
		}
	}

	// A browser that keeps no cookies is not sent round and round.
	s = newShop(t)
	ask = s.begin(page)
	s.cookies = map[string]string{}
	if res := s.back(ask, "error", "login_required"); res.StatusCode != 400 || res.Header.Get("Location") != "" {
		t.Errorf("without cookies: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}

	for name, header := range map[string][]string{
		"a script": {"Sec-Fetch-Dest", "empty"}, "a frame": {"Sec-Fetch-Dest", "iframe"}, "prefetching": {"Sec-Purpose", "prefetch;anonymous-client-ip"},
		"a token": {"Authorization", "Bearer x"},
	} {
		if res := newShop(t).get(page, header...); res.StatusCode != 200 {
			t.Errorf("%s is led away: %d", name, res.StatusCode)
		}
	}
	if res := newShop(t).get("https://rose.example/read/bread/"); res.StatusCode != 200 {
		t.Errorf("at the issuer's own host: %d", res.StatusCode)
	}
	s = newShop(t)
	r := httptest.NewRequest(http.MethodGet, page, nil)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r.WithContext(auth.WithPrincipal(r.Context(), auth.Principal{Name: "user_1"})))
	if w.Code != 200 {
		t.Errorf("who is signed in is led away: %d", w.Code)
	}
}

// FuzzCallback: whatever an address or a cookie says, nobody is signed in by it, and nobody
// is led to another site.
func FuzzCallback(f *testing.F) {
	f.Add("state=a&iss=https%3A%2F%2Frose.example&code=right", "e30")
	f.Add("error=login_required", "")
	f.Add("state=%ff&state=", "\x00")
	f.Fuzz(func(t *testing.T, query, cookie string) {
		s := newShop(t)
		begun := maps.Clone(s.cookies)
		r := httptest.NewRequest(http.MethodGet, "https://shop.example/login/callback/", nil)
		r.URL.RawQuery = query
		r.AddCookie(&http.Cookie{Name: ssoCookie, Value: cookie})
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != 400 || len(s.at.began) != 0 || w.Header().Get("Location") != "" || len(begun) != len(s.cookies) {
			t.Errorf("%q with %q = %d to %q", query, cookie, w.Code, w.Header().Get("Location"))
		}
	})
}

// FuzzIDToken: reading one never fails but by saying so.
func FuzzIDToken(f *testing.F) {
	f.Add("e30.e30.x", "n")
	f.Add("a.eyJhdWQiOlsiYSIsMV19.c", "")
	f.Fuzz(func(t *testing.T, token, nonce string) {
		if claims, ok := readIDToken(token); ok && claims.meant("https://rose.example", "app:market", nonce, time.Unix(1<<40, 0)) && claims.Nonce != nonce {
			t.Errorf("%q is meant", token)
		}
	})
}
