package api_test

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// accountHolder is somebody with an account at a browser without scripts.
type accountHolder struct {
	keeper
	pool *db.Pool
	id   string
}

func newAccountHolder(t *testing.T, role contract.Role) *accountHolder {
	t.Helper()
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + t.TempDir(), "ROSEASH_READ_LIMIT=1000000000"}})
	if err != nil {
		t.Fatal(err)
	}
	h := &accountHolder{pool: dbtest.New(t)}
	app, err := api.New(api.AppOptions{Config: cfg, Pool: h.pool, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	h.keeper = keeper{t: t, app: app, handler: app.Handler(nil)}
	user, session := h.person("ada", role)
	h.id = id.Format[string]("user", user)
	roles := []contract.RoleGrant{}
	if role != contract.RoleMember {
		roles = append(roles, contract.RoleGrant{Role: role})
	}
	h.as = &auth.Principal{Name: h.id, User: contract.UserID(h.id), Session: id.Format[contract.SessionID]("ses", session),
		Scopes: identity.Permissions(roles), AuthenticatedAt: time.Now()}
	return h
}

// person stores somebody who has signed in.
func (h *accountHolder) person(name string, role contract.Role) (user, session [16]byte) {
	h.t.Helper()
	handle := make([]byte, 32)
	_, _ = rand.Read(handle)
	u := id.New()
	h.exec(`INSERT INTO identity.users (id, webauthn_handle, created_at, updated_at) VALUES ($1, $2, shared.clock(), shared.clock())`, u, handle)
	h.exec(`INSERT INTO identity.emails (user_id, address, is_primary, verified_at, created_at) VALUES ($1, $2, true, shared.clock(), shared.clock())`, u, name+"@example.org")
	if role != contract.RoleMember {
		h.exec(`INSERT INTO identity.role_grants (user_id, role, granted_by, granted_at) VALUES ($1, $2, 'operator', shared.clock())`, u, role)
	}
	return u, h.session(u, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
}

func (h *accountHolder) session(user [16]byte, agent string) (session [16]byte) {
	h.t.Helper()
	s := id.New()
	h.exec(`INSERT INTO identity.sessions (id, token_hash, user_id, origin, method, created_at, authenticated_at, last_used_at, expires_at, network, user_agent)
VALUES ($1, $2, $3, 'http://localhost:8080', 'link', shared.clock(), shared.clock(), shared.clock(), shared.clock() + interval '1 day', '192.0.2.1', $4)`,
		s, seal.Hash(seal.Random()), user, agent)
	return s
}

func (h *accountHolder) exec(sql string, args ...any) {
	h.t.Helper()
	if _, err := h.pool.Exec(h.t.Context(), sql, args...); err != nil {
		h.t.Fatal(err)
	}
}

// lacks is a page without some texts.
func (h *accountHolder) lacks(s seen, texts ...string) {
	h.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.body, text) {
			h.t.Errorf("%s says %q", s.at, text)
		}
	}
}

// TestAccount goes through somebody's own pages by forms alone.
func TestAccount(t *testing.T) {
	h := newAccountHolder(t, contract.RoleMember)
	home := h.want(h.get("/account/"), 200, "ada@example.org", "Member", "You have no name here yet", "You have no passkey yet", `action="/login/out/"`)
	h.lacks(home, "/account/admin/", "will be deleted", "not confirmed")

	page := h.get("/account/profile/")
	h.want(h.send("/account/profile/", page.fields, map[string]string{"display_name": "Ada <Baker>"}), 200, "Saved.", "<span>Ada &lt;Baker&gt;</span>")
	// Somebody was faster: both are shown, and sending it again stores.
	page = h.want(h.send("/account/profile/", page.fields, map[string]string{"display_name": "Ada B."}), 412, "This was changed meanwhile", "Now stored: <q>Ada &lt;Baker&gt;</q>")
	h.want(h.send("/account/profile/", page.fields, nil), 200, "Saved.", `value="Ada B."`)
	h.want(h.send("/account/profile/", h.get("/account/profile/").fields, map[string]string{"display_name": strings.Repeat("x", 121)}), 422, `href="#f-display-name"`)

	h.emails()
	h.passkeys()
	h.sessions()
	h.tokens()

	h.want(h.get("/account/apps/"), 200, "No app is connected")
	h.want(h.send("/account/apps/client_none/disconnect/", nil, nil), 404)

	h.want(h.get("/account/data/"), 200, "Ask for a copy", "Delete my account")
	h.want(h.send("/account/data/export/", nil, nil), 200, "Your copy is being made", "being made")
	h.want(h.send("/account/data/delete/", nil, nil), 200, "The deletion is planned", "Keep my account")
	h.want(h.get("/account/"), 200, "Your account will be deleted on")
	h.want(h.send("/account/data/keep/", nil, nil), 200, "Your account stays", "Delete my account")
	h.want(h.get("/account/security/"), 200, "The deletion of the account was taken back", "An access token was made", "By you")
	for _, at := range []string{"/account/nothing/", "/account/data/export/none/", "/account/email/nothing/"} {
		if got := h.get(at); got.status != 404 && got.status != 422 && got.status != 405 {
			t.Errorf("%s = %d", at, got.status)
		}
	}
}

func (h *accountHolder) emails() {
	h.t.Helper()
	const at = "/account/email/"
	page := h.want(h.get(at), 200, "ada@example.org", ">main<")
	page = h.want(h.send(at, page.fields, map[string]string{"address": "nobody at all"}), 422, `href="#f-address"`)
	if page.fields["address"] != "nobody at all" {
		h.t.Errorf("what was typed is lost: %q", page.fields["address"])
	}
	h.want(h.send(at, nil, map[string]string{"address": "ada@example.org", "kind": "add"}), 409, "That address is yours already.")
	page = h.want(h.send(at, nil, map[string]string{"address": "ada@bakery.example", "kind": "replace"}), 200, "We have sent a link", "ada@bakery.example", "to be the main one", "your main address is to be opened")
	h.exec(`INSERT INTO identity.emails (user_id, address, verified_at, created_at) SELECT user_id, 'ada@second.example', shared.clock(), shared.clock() FROM identity.emails WHERE address = 'ada@example.org'`)
	page = h.want(h.get(at), 200, "ada@second.example", "Make it the main one")
	second := regexp.MustCompile(`action="/account/email/primary/"><input type="hidden" name="id" value="(eml_[0-9a-f]+)"`).FindStringSubmatch(page.body)
	if second == nil {
		h.t.Fatalf("there is no form to make an address the main one\n%s", page.body)
	}
	named := map[string]string{"id": second[1]}
	h.want(h.send(at+"primary/", named, nil), 200, "That is your main address now.")
	h.want(h.send(at+"remove/", named, nil), 409, "That is your main address. Make another one the main one first.")
	h.want(h.send(at+"remove/", map[string]string{"id": "../../users"}, nil), 422)
	h.want(h.send(at+"steal/", named, nil), 404)
}

func (h *accountHolder) passkeys() {
	h.t.Helper()
	const at = "/account/passkeys/"
	h.want(h.get(at), 200, "There is none yet", `data-passkey-register data-name="Firefox on Linux" hidden`, "data-passkey-said")
	key, user := id.New(), strings.TrimPrefix(h.id, "user_")
	h.exec(`INSERT INTO identity.passkeys (id, user_id, credential_id, credential, name, created_at) VALUES ($1, $2::uuid, $3, '{}', 'Phone', shared.clock())`, key, user, []byte("0123456789abcdef"))
	to := at + id.Format[string]("pk", key) + "/"
	h.want(h.get(at), 200, "Phone", "Rename")
	h.want(h.send(to, nil, map[string]string{"name": " "}), 422, "aria-invalid", "open")
	h.want(h.send(to, nil, map[string]string{"name": "Telephone"}), 200, "Renamed.", "Telephone")
	h.want(h.send(to+"delete/", nil, nil), 200, "Deleted.", "There is none yet")
	h.want(h.send(to+"delete/", nil, nil), 404)
}

func (h *accountHolder) sessions() {
	h.t.Helper()
	const at = "/account/sessions/"
	h.lacks(h.want(h.get(at), 200, "Firefox on Linux", "this browser"), "Sign out everywhere else")
	user, _ := id.Parse("user", h.id)
	phone := id.Format[string]("ses", h.session(user, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"))
	h.session(user, "curl/8.0")
	h.want(h.get(at), 200, "Safari on iPhone", "Sign out everywhere else", `action="`+at+phone+`/end/"`)
	h.lacks(h.want(h.send(at+phone+"/end/", nil, nil), 200, "That browser is signed out"), "Safari on iPhone")
	h.lacks(h.want(h.send(at+"end/", nil, nil), 200, "You are signed out everywhere else"), "Curl")
	h.want(h.send(at+phone+"/end/", nil, nil), 404)
}

func (h *accountHolder) tokens() {
	h.t.Helper()
	const at = "/account/tokens/"
	page := h.want(h.get(at), 200, "There is none.", "account:read")
	h.lacks(page, "blog:write", "users:read")
	h.want(h.send(at, page.fields, map[string]string{"name": "Backup"}), 422, "What it may do", "expected at least one")
	h.want(h.send(at, page.fields, map[string]string{"name": "Backup", "scopes": "blog:write"}), 422, "It may do no more than you may.")
	made := h.want(h.send(at, page.fields, map[string]string{"name": "Back<up>", "scopes": "account:read"}), 201, "it is not shown again", "Back&lt;up&gt;", "never used")
	token := regexp.MustCompile(`roseash_pat_[0-9A-Za-z_-]{43}`).FindString(made.body)
	h.lacks(h.get(at), "roseash_pat_")
	who := h.as
	defer func() { h.as, h.header = who, nil }()
	h.as, h.header = nil, map[string]string{"Authorization": "Bearer " + token}
	if res, body := h.do("GET", "/v1/me", "", http.NoBody); res.StatusCode != 200 || !strings.Contains(body, h.id) {
		h.t.Errorf("the token is of no use: %d %s", res.StatusCode, body)
	}
	h.as, h.header = who, nil
	revoke := regexp.MustCompile(`/account/tokens/tok_[0-9a-f]{32}/revoke/`).FindString(h.get(at).body)
	h.want(h.send(revoke, nil, nil), 200, "Revoked", "There is none.")
	h.as, h.header = nil, map[string]string{"Authorization": "Bearer " + token}
	if res, _ := h.do("GET", "/v1/me", "", http.NoBody); res.StatusCode != 401 {
		h.t.Errorf("a revoked token = %d, want 401", res.StatusCode)
	}
}

// TestAccountIsClosed to who has not signed in, and what is for those who look after the site
// to everybody else.
func TestAccountIsClosed(t *testing.T) {
	h := newAccountHolder(t, contract.RoleEditor)
	admin := map[string]string{"people/": "accounts and roles", "people/" + h.id + "/": "accounts and roles", "invitations/": "accounts and roles",
		"clients/": "register apps", "clients/new/": "register apps", "audit/": "read the audit log"}
	for at, what := range admin {
		h.want(h.get("/account/admin/"+at), 403, "Not for you, so far", what)
	}
	for _, at := range []string{"people/" + h.id + "/roles/", "people/" + h.id + "/suspend/", "invitations/", "clients/new/", "clients/client_1/delete/"} {
		h.want(h.send("/account/admin/"+at, map[string]string{"roles": "owner", "email": "a@example.org"}, nil), 403)
	}
	h.as = nil
	for _, at := range []string{"/account/", "/account/tokens/", "/account/data/", "/account/admin/people/"} {
		res, body := h.do("GET", at, "", http.NoBody)
		if res.StatusCode != 303 || res.Header.Get("Location") != "/login/?return_to="+url.QueryEscape(at) || strings.Contains(body, "account-") {
			t.Errorf("%s for nobody = %d to %q", at, res.StatusCode, res.Header.Get("Location"))
		}
	}
	h.want(h.send("/account/tokens/", map[string]string{"name": "x"}, nil), 401, "You are not signed in")
}

// TestAccountAsksAgain: what matters most is done for nobody whose proof is old, and the way
// to prove it again leads back to the page.
func TestAccountAsksAgain(t *testing.T) {
	h := newAccountHolder(t, contract.RoleOwner)
	h.as.AuthenticatedAt = time.Now().Add(-11 * time.Minute)
	person := "/account/admin/people/" + h.id + "/"
	for _, tt := range []struct {
		at, page string
		form     map[string]string
	}{
		{"/account/email/", "", map[string]string{"address": "a@example.org", "kind": "add"}},
		{"/account/email/remove/", "/account/email/", map[string]string{"id": "eml_" + strings.Repeat("0", 32)}},
		{"/account/passkeys/pk_" + strings.Repeat("0", 32) + "/delete/", "/account/passkeys/", nil},
		{"/account/tokens/", "", map[string]string{"name": "x", "scopes": "account:read", "expires_in": "7"}},
		{"/account/data/export/", "/account/data/", nil},
		{"/account/data/delete/", "/account/data/", nil},
		{person + "roles/", person, map[string]string{"roles": "owner", "etag": `"1"`}},
		{person + "sessions/", person, nil},
		{"/account/admin/invitations/", "", map[string]string{"email": "a@example.org"}},
		{"/account/admin/clients/new/", "", map[string]string{"client_name": "x", "kind": "service", "scope": "blog:draft", "key": "k"}},
	} {
		form := url.Values{}
		for name, value := range tt.form {
			form.Set(name, value)
		}
		if tt.page == "" {
			tt.page = tt.at
		}
		res, body := h.do("POST", tt.at, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		if want := "/login/?fresh=1&return_to=" + url.QueryEscape(tt.page); res.StatusCode != 303 || res.Header.Get("Location") != want {
			t.Errorf("%s = %d to %q, want %q\n%.1000s", tt.at, res.StatusCode, res.Header.Get("Location"), want, body)
		}
		h.want(h.get(tt.page), 200, "Changes here need you to have signed in within the last ten minutes", "/login/?fresh=1&amp;return_to=")
	}
	var changed int
	if err := h.pool.QueryRow(t.Context(), `SELECT count(*) FROM identity.audit`).Scan(&changed); err != nil || changed != 0 {
		t.Errorf("%d things were done (%v)", changed, err)
	}
}
