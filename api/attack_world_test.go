// Browsers, mailboxes and programs in front of the whole product, for the tests that attack
// it over HTTP. Every answer passes through browser.do, which holds each cookie that is set
// against what cookies must be.

package api_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// ourSite is the origin of everything.
const ourSite = "https://rose.example"

// fortress is the product, on a database of its own and at a time that stands still.
type fortress struct {
	t       *testing.T
	app     *api.App
	handler http.Handler
	pool    *db.Pool
	clock   *clock.Manual
	cookies map[string]bool                   // names of cookies that were set
	heard   func(answer)                      // hears every answer; nil: nobody
	letters func(kind, address string) string // where mail is sent; nil: it is kept
}

// newFortress makes one; change is made to the options before.
func newFortress(t *testing.T, change func(*api.AppOptions)) *fortress {
	t.Helper()
	sites, err := urls.New(ourSite, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &fortress{t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Now()), cookies: map[string]bool{}}
	o := api.AppOptions{Config: config.Config{DataDir: t.TempDir(), Sites: sites}, Pool: f.pool, Clock: f.clock, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&o)
	}
	if f.app, err = api.New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.app.Close() })
	f.handler = f.app.Handler(nil)
	return f
}

func (f *fortress) exec(sql string, args ...any) {
	f.t.Helper()
	if _, err := f.pool.Exec(f.t.Context(), sql, args...); err != nil {
		f.t.Fatal(err)
	}
}

// tables are all of the product's.
func (f *fortress) tables() []string {
	f.t.Helper()
	rows, err := f.pool.Query(f.t.Context(), `SELECT table_schema || '.' || table_name FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`)
	if err != nil {
		f.t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || !slices.Contains(names, "identity.sessions") {
		f.t.Fatalf("tables: %v %v", names, err)
	}
	return names
}

// stored is all rows of a table as text.
func (f *fortress) stored(table string) (text string) {
	f.t.Helper()
	if err := f.pool.QueryRow(f.t.Context(), "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM "+table+" t").Scan(&text); err != nil {
		f.t.Fatal(err)
	}
	return text
}

// known is what the product knows of people and mails, to see whether something has changed.
func (f *fortress) known() map[string]string {
	f.t.Helper()
	all := map[string]string{}
	for _, table := range f.tables() {
		if strings.HasPrefix(table, "identity.") || strings.HasPrefix(table, "account.") || table == "shared.mails" {
			all[table] = f.stored(table)
		}
	}
	return all
}

// grant gives whoever has an address a role.
func (f *fortress) grant(address, role string) {
	f.t.Helper()
	f.exec("INSERT INTO identity.role_grants (user_id, role, granted_by, granted_at) SELECT user_id, $2, 'operator', shared.clock() FROM identity.emails WHERE address = $1", address, role)
}

// letter is a mail to an address: the newest of a kind.
func (f *fortress) letter(kind, address string) string {
	f.t.Helper()
	if f.letters != nil {
		return f.letters(kind, address)
	}
	list, err := f.app.Mail.Kept(f.t.Context(), address)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, m := range list {
		if m.Kind == kind {
			return m.Text
		}
	}
	f.t.Fatalf("no mail %s to %s", kind, address)
	return ""
}

var (
	linkInMail = regexp.MustCompile(ourSite + `(/login/(?:link|welcome|email)/[A-Za-z0-9_-]+/)`)
	codeInMail = regexp.MustCompile(`(?m)^\s*(\d{3} ?\d{3})\s*$`)
)

// found is the first group of a pattern in a text, which must have it.
func (f *fortress) found(pattern *regexp.Regexp, text string) string {
	f.t.Helper()
	m := pattern.FindStringSubmatch(text)
	if m == nil {
		f.t.Fatalf("no %s in\n%s", pattern, text)
	}
	return m[1]
}

// browser is somebody's: it keeps cookies and says which page a form comes from.
type browser struct {
	f       *fortress
	network string
	cookies map[string]string
}

func (f *fortress) browser(network string) *browser {
	return &browser{f, network, map[string]string{}}
}

// answer is what came back.
type answer struct {
	method, at string
	status     int
	header     http.Header
	body       string
}

func (a answer) location() string { return a.header.Get("Location") }

// field is a field of JSON.
func (a answer) field(name string) string {
	var all map[string]any
	_ = json.Unmarshal([]byte(a.body), &all)
	s, _ := all[name].(string)
	return s
}

// do sends a request with the browser's cookies. A body is a form unless it begins with a
// brace. Headers in pairs take the place of those that a browser sends from a page of ours;
// an empty value leaves one out.
func (b *browser) do(method, at, body string, headers ...string) answer {
	b.f.t.Helper()
	r := httptest.NewRequestWithContext(b.f.t.Context(), method, at, strings.NewReader(body))
	r.Host, r.RemoteAddr = strings.TrimPrefix(ourSite, "https://"), "127.0.0.1:40000"
	r.Header.Set("X-Forwarded-For", b.network)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	if body != "" {
		kind := "application/x-www-form-urlencoded"
		if strings.HasPrefix(body, "{") {
			kind = "application/json"
		}
		r.Header.Set("Content-Type", kind)
	}
	if method != http.MethodGet && method != http.MethodHead {
		r.Header.Set("Origin", ourSite)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(b.cookies)) {
		pairs = append(pairs, name+"="+b.cookies[name])
	}
	if pairs != nil {
		r.Header.Set("Cookie", strings.Join(pairs, "; "))
	}
	for i := 0; i+1 < len(headers); i += 2 {
		switch r.Header.Set(headers[i], headers[i+1]); {
		case headers[i] == "Host":
			r.Host = headers[i+1]
		case headers[i+1] == "":
			r.Header.Del(headers[i])
		}
	}
	w := httptest.NewRecorder()
	b.f.handler.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		b.keep(method+" "+at, c)
	}
	a := answer{method, at, res.StatusCode, res.Header, w.Body.String()}
	if secret := len(res.Cookies()) > 0 || strings.Contains(a.body+a.location(), "roseash_"); secret && !strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
		b.f.t.Errorf("%s %s answers with a secret that may be stored", method, at)
	}
	if b.f.heard != nil {
		b.f.heard(a)
	}
	return a
}

// keep stores a cookie, which must be of one host, out of scripts' reach, and encrypted.
func (b *browser) keep(from string, c *http.Cookie) {
	b.f.t.Helper()
	b.f.cookies[c.Name] = true
	if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		b.f.t.Errorf("%s sets a cookie that is not kept to this host: %s", from, c.Name)
	}
	if c.MaxAge < 0 {
		delete(b.cookies, c.Name)
		return
	}
	if c.MaxAge == 0 {
		b.f.t.Errorf("%s sets %s for as long as the browser likes", from, c.Name)
	}
	b.cookies[c.Name] = c.Value
}

func (b *browser) get(at string, headers ...string) answer {
	b.f.t.Helper()
	return b.do(http.MethodGet, at, "", headers...)
}

// post sends a form of names and values in turn.
func (b *browser) post(at string, form ...string) answer {
	b.f.t.Helper()
	return b.do(http.MethodPost, at, formOf(form...))
}

func formOf(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

// ask asks for a mail to sign in with and returns its link's path and its code.
func (b *browser) ask(address, returnTo string) (link, code string) {
	b.f.t.Helper()
	if a := b.post("/login/", "address", address, "return_to", returnTo); a.status != http.StatusSeeOther {
		b.f.t.Fatalf("asking for a link = %d\n%s", a.status, a.body)
	}
	text := b.f.letter("sign_in", address)
	return b.f.found(linkInMail, text), strings.ReplaceAll(b.f.found(codeInMail, text), " ", "")
}

// signIn signs somebody in by a link, and returns the answer to the link's button.
func (b *browser) signIn(address, returnTo string) answer {
	b.f.t.Helper()
	link, _ := b.ask(address, returnTo)
	a := b.post(link)
	if a.status != http.StatusSeeOther || b.cookies[auth.SessionCookie] == "" {
		b.f.t.Fatalf("the link = %d\n%s", a.status, a.body)
	}
	return a
}

// me is what the API answers about who is asking, by the cookie, or by a token.
func (b *browser) me(token string) int {
	b.f.t.Helper()
	if token == "" {
		return b.get("/v1/me").status
	}
	return b.f.browser(b.network).get("/v1/me", "Authorization", "Bearer "+token).status
}

// program is a client that an admin has registered.
type program struct {
	f              *fortress
	id, secret, to string
}

const (
	programCallback = "https://planner.example/callback"
	verifier        = "a-verifier-that-nobody-else-knows-0123456789-abcdef"
)

// register has an admin register a program that may ask for scopes.
func (f *fortress) register(admin *browser, scope string, more map[string]any) program {
	f.t.Helper()
	fields := map[string]any{
		"client_name": "Harvest planner", "kind": "third_party", "scope": scope, "redirect_uris": []string{programCallback},
		"token_endpoint_auth_method": "client_secret_basic", "grant_types": []string{"authorization_code", "refresh_token"},
	}
	maps.Copy(fields, more)
	body, _ := json.Marshal(fields)
	a := admin.do(http.MethodPost, "/v1/clients", string(body), "Idempotency-Key", rand.Text())
	if a.status != http.StatusCreated {
		f.t.Fatalf("registering = %d %s", a.status, a.body)
	}
	return program{f, a.field("client_id"), a.field("client_secret"), programCallback}
}

// request is the query of an authorization request, with parameters in the place of its own.
func (p program) request(scope string, other ...string) url.Values {
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{
		"client_id": {p.id}, "redirect_uri": {p.to}, "response_type": {"code"}, "scope": {scope}, "state": {"s-1"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(other); i += 2 {
		q.Set(other[i], other[i+1])
	}
	return q
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// hidden are the hidden fields of a page's form.
func (a answer) hidden() url.Values {
	fields := url.Values{}
	unescape := strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&")
	for _, m := range hiddenField.FindAllStringSubmatch(a.body, -1) {
		fields.Add(unescape.Replace(m[1]), unescape.Replace(m[2]))
	}
	return fields
}

// code has whoever is at the browser consent, and returns where they are sent.
func (p program) code(b *browser, q url.Values) (back url.Values) {
	p.f.t.Helper()
	a := b.get("/oauth/authorize?" + q.Encode())
	if a.status == http.StatusOK {
		fields := a.hidden()
		fields.Set("decision", "allow")
		a = b.do(http.MethodPost, "/oauth/authorize", fields.Encode())
	}
	to, ok := strings.CutPrefix(a.location(), p.to+"?")
	if a.status != http.StatusSeeOther || !ok {
		p.f.t.Fatalf("authorizing = %d to %q\n%s", a.status, a.location(), a.body)
	}
	back, _ = url.ParseQuery(to)
	return back
}

// exchange asks the token endpoint, as the program.
func (p program) exchange(form ...string) answer {
	p.f.t.Helper()
	return p.f.browser("192.0.2.99").do(http.MethodPost, "/oauth/token", formOf(form...), "Authorization", p.basic(), "Origin", "", "Sec-Fetch-Site", "")
}

func (p program) basic() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(p.id+":"+p.secret))
}

// tokens are those that whoever is at the browser lets the program have.
func (p program) tokens(b *browser, scope string, other ...string) (access, refresh string) {
	p.f.t.Helper()
	code := p.code(b, p.request(scope, other...)).Get("code")
	a := p.exchange("grant_type", "authorization_code", "code", code, "redirect_uri", p.to, "code_verifier", verifier)
	if a.status != http.StatusOK || a.field("access_token") == "" {
		p.f.t.Fatalf("the exchange = %d %s", a.status, a.body)
	}
	return a.field("access_token"), a.field("refresh_token")
}
