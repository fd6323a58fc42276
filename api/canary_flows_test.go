// The flows that canaries are looked for after: everything by which a secret is made, sent,
// used, refused, or put where it does not belong.

package api_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"rose-ash.com/roseash/api/shared/auth"
)

// want ends the test unless an answer has a status.
func (c *canaries) want(what string, a answer, status int) answer {
	c.t.Helper()
	if a.status != status {
		c.t.Fatalf("%s = %d, want %d: %q %s", what, a.status, status, a.location(), a.body)
	}
	return a
}

// person is somebody with an address that no line of the log may have.
func (c *canaries) person(name, network string) (*browser, string) {
	address := name + "@example.org"
	c.people = append(c.people, address)
	return c.f.browser(network), address
}

// owner is somebody who may do everything, signed in by a link.
func (c *canaries) owner() *browser {
	b, address := c.person("owner", "192.0.2.200")
	b.signIn(address, "")
	if !strings.Contains(c.f.stored("identity.role_grants"), "owner") {
		c.f.grant(address, "owner")
	}
	return b
}

// signingIn is every way in, right and wrong.
func (c *canaries) signingIn() {
	c.t.Helper()
	ada, address := c.person("ada", "192.0.2.1")
	link, code := ada.ask(address, "/account/")
	wrong := c.keep("a wrong code of", "7"+code[1:5]+string('0'+(code[5]-'0'+1)%10))
	c.want("a wrong code", ada.post("/login/check/", "code", wrong), http.StatusUnprocessableEntity)
	c.want("a code elsewhere", c.f.browser("192.0.2.8").post("/login/check/", "code", code), http.StatusGone)
	c.want("the code", ada.post("/login/check/", "code", code), http.StatusSeeOther)
	c.want("its link", ada.post(link), http.StatusGone)
	again, _ := c.person("ada", "192.0.2.2") // another device
	again.signIn(address, "/read/x/")
	c.letter("new_device", address)
	again.post("/login/out/")
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE", "BREW"} {
		again.do(method, link, "")
		again.do(method, link+"more/", "")
		again.do(method, strings.TrimSuffix(link, "/"), "")
	}

	options := c.want("asking for a passkey", ada.do("POST", "/login/passkey/options", "{}"), http.StatusOK)
	c.want("a refused passkey", ada.do("POST", "/login/passkey", c.assertion(options.field("token"))), http.StatusUnprocessableEntity)
	options = c.want("asking to add one", ada.do("POST", "/v1/me/passkeys/ceremonies", "{}"), http.StatusOK)
	junk, _ := json.Marshal(map[string]any{"ceremony": options.field("ceremony"), "name": "Phone", "response": map[string]any{"id": "AAAA", "rawId": "AAAA", "type": "public-key",
		"response": map[string]any{"clientDataJSON": c.encoded("an attestation", `{"type":"webauthn.create","challenge":"`+rand.Text()+`","origin":"https://evil.example"}`), "attestationObject": "o2NmbXQ"}}})
	c.want("a refused new one", ada.do("POST", "/v1/me/passkeys", string(junk)), http.StatusUnprocessableEntity)
}

// encoded is text in base64url, which is looked for.
func (c *canaries) encoded(what, text string) string {
	return c.keep(what, base64.RawURLEncoding.EncodeToString([]byte(text)))
}

// assertion is what a browser answers with a passkey that is Ada's, signed by somebody else.
func (c *canaries) assertion(ceremony string) string {
	c.t.Helper()
	id := []byte(rand.Text())
	credential, _ := json.Marshal(map[string]any{"id": id, "publicKey": []byte{1}})
	c.f.exec(`INSERT INTO identity.passkeys (id, user_id, credential_id, credential, name, created_at)
		SELECT gen_random_uuid(), user_id, $1, $2, 'Phone', shared.clock() FROM identity.emails WHERE address = 'ada@example.org'`, id, credential)
	var handle []byte
	if err := c.f.pool.QueryRow(c.t.Context(), "SELECT webauthn_handle FROM identity.users u JOIN identity.emails e ON e.user_id = u.id WHERE e.address = 'ada@example.org'").Scan(&handle); err != nil {
		c.t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	body, _ := json.Marshal(map[string]any{"ceremony": ceremony, "return_to": "/", "response": map[string]any{
		"id": b64(id), "rawId": b64(id), "type": "public-key", "response": map[string]any{
			"clientDataJSON":    c.encoded("an assertion", `{"type":"webauthn.get","challenge":"`+rand.Text()+`","origin":"https://evil.example"}`),
			"authenticatorData": b64(make([]byte, 37)), "signature": c.encoded("a signature", rand.Text()), "userHandle": b64(handle),
		}}})
	return string(body)
}

// account is what people are sent, and make, for their accounts.
func (c *canaries) account() {
	c.t.Helper()
	owner := c.owner()
	bo, address := c.person("bo", "192.0.2.3")
	c.want("inviting", owner.do("POST", "/v1/invitations", `{"email":"bo@example.org","roles":[{"role":"editor"}]}`), http.StatusCreated)
	welcome := c.f.found(linkInMail, c.letter("invitation", address))
	c.want("an invitation", bo.get(welcome), http.StatusOK)
	c.want("without a name that can be", bo.post(welcome, "name", strings.Repeat("x", 500)), http.StatusUnprocessableEntity)
	c.want("accepting", bo.post(welcome, "name", "Bo"), http.StatusSeeOther)

	_, fresh := c.person("bo-again", "")
	c.want("changing an address", bo.do("POST", "/v1/me/emails", `{"address":"`+fresh+`","replaces_primary":true}`), http.StatusAccepted)
	for kind, to := range map[string]string{"email_confirm": fresh, "email_change": address} {
		yes := c.f.found(linkInMail, c.letter(kind, to))
		c.want("opening it", bo.get(yes), http.StatusOK)
		c.want("saying yes", bo.post(yes), http.StatusSeeOther)
		bo.post(yes) // and again
	}
	back := c.f.found(linkInMail, c.letter("email_changed", address))
	c.want("taking it back", bo.post(back), http.StatusSeeOther)
	bo.signIn(address, "")

	made := c.want("a personal token", bo.do("POST", "/v1/me/tokens", `{"name":"Script","scopes":["blog:write"]}`), http.StatusCreated)
	token := made.field("token")
	c.want("it", bo.get("/v1/me/summary", "Authorization", "Bearer "+token), http.StatusOK)
	bo.do("POST", "/account/tokens/", formOf("name", "By the page", "scope", "account:read", "expires_in", "7"))
	c.want("an export", bo.do("POST", "/v1/me/exports", "{}"), http.StatusAccepted)
	c.letter("export_ready", address)
	var list struct{ Items []struct{ ID string } }
	if err := json.Unmarshal([]byte(bo.get("/v1/me/exports").body), &list); err != nil || len(list.Items) != 1 {
		c.t.Fatalf("exports: %v %v", list, err)
	}
	c.want("the archive", bo.get("/v1/me/exports/"+list.Items[0].ID+"/archive"), http.StatusOK)

	_, found := c.person("bo-found", "")
	c.want("recovery", owner.do("POST", "/v1/users/"+c.userOf(address)+"/recovery", `{"email":"`+found+`"}`), http.StatusAccepted)
	c.want("its link", bo.post(c.f.found(linkInMail, c.letter("recovery", found))), http.StatusSeeOther)
	operator, err := c.f.app.Identity.AddUser(c.t.Context(), "cy@example.org", "Cy", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.read(operator)
	c.want("the operator's link", c.f.browser("192.0.2.4").post(strings.TrimPrefix(operator, ourSite), "name", "Cy"), http.StatusSeeOther)
}

// userOf is the id of whoever has an address.
func (c *canaries) userOf(address string) (user string) {
	c.t.Helper()
	if err := c.f.pool.QueryRow(c.t.Context(), "SELECT 'user_' || replace(user_id::text, '-', '') FROM identity.emails WHERE address = $1", address).Scan(&user); err != nil {
		c.t.Fatal(err)
	}
	return user
}

// programs is what programs are given.
func (c *canaries) programs() {
	c.t.Helper()
	owner := c.owner()
	const device = "urn:ietf:params:oauth:grant-type:device_code"
	p := c.f.register(owner, "openid profile email offline_access account:read", map[string]any{
		"grant_types": []string{"authorization_code", "refresh_token", device}, "backchannel_logout_uri": "https://127.0.0.1:1/logout", "post_logout_redirect_uris": []string{"https://planner.example/"},
	})
	ada, address := c.person("ada", "192.0.2.1")
	ada.signIn(address, "")
	c.keep("a verifier", verifier)
	code := p.code(ada, p.request("openid email offline_access account:read")).Get("code")
	redeem := []string{"grant_type", "authorization_code", "code", code, "redirect_uri", p.to, "code_verifier", verifier}
	c.want("another verifier", p.exchange("grant_type", "authorization_code", "code", code, "redirect_uri", p.to, "code_verifier", c.keep("another verifier", strings.Repeat("v", 30)+rand.Text())), http.StatusBadRequest)
	tokens := c.want("a code", p.exchange(redeem...), http.StatusOK)
	access, refresh, hint := tokens.field("access_token"), tokens.field("refresh_token"), tokens.field("id_token")
	c.want("the access token", ada.get("/oauth/userinfo", "Authorization", "Bearer "+access), http.StatusOK)
	renewed := c.want("renewing", p.exchange("grant_type", "refresh_token", "refresh_token", refresh), http.StatusOK)
	for at, token := range map[string]string{"/oauth/introspect": renewed.field("refresh_token"), "/oauth/revoke": renewed.field("access_token")} {
		c.want(at, ada.do("POST", at, formOf("token", token), "Authorization", p.basic()), http.StatusOK)
	}
	c.want("a refresh token again", p.exchange("grant_type", "refresh_token", "refresh_token", refresh), http.StatusBadRequest)
	c.want("a code again", p.exchange(redeem...), http.StatusBadRequest)

	asked := c.want("a device", ada.do("POST", "/oauth/device", formOf("scope", "openid"), "Authorization", p.basic()), http.StatusOK)
	poll := []string{"grant_type", device, "device_code", asked.field("device_code")}
	c.want("too early", p.exchange(poll...), http.StatusBadRequest)
	c.want("its page", ada.get("/login/device/?code="+asked.field("user_code")), http.StatusOK)
	c.want("letting it in", ada.post("/login/device/", "code", asked.field("user_code"), "decision", "allow"), http.StatusSeeOther)
	c.f.clock.Advance(10 * 1e9)
	c.want("the device's code", p.exchange(poll...), http.StatusOK)

	service := c.f.register(owner, "blog:draft", map[string]any{"kind": "service", "redirect_uris": []string{}, "grant_types": []string{"client_credentials"}})
	c.want("credentials", service.exchange("grant_type", "client_credentials"), http.StatusOK)
	c.want("another secret", owner.do("POST", "/v1/clients/"+service.id+"/secret", "{}"), http.StatusCreated)
	c.want("the old one", service.exchange("grant_type", "client_credentials"), http.StatusUnauthorized)
	form := owner.get("/account/admin/clients/new/").hidden()
	form.Set("client_name", "By the page")
	form.Set("kind", "service")
	form.Set("scope", "blog:draft")
	c.want("a client by the page", owner.do("POST", "/account/admin/clients/new/", form.Encode()), http.StatusCreated)

	c.want("signing out by a program", ada.get("/oauth/logout?"+url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {"https://planner.example/"}}.Encode()), http.StatusSeeOther)
}

// astray is every secret where it does not belong: in queries, paths, headers, forms of other
// endpoints, and bodies that cannot be read.
func (c *canaries) astray() {
	c.t.Helper()
	dora, address := c.person("dora", "192.0.2.5")
	dora.signIn(address, "")
	names := []string{"access_token", "token", "client_secret", "code", "refresh_token", "return_to", "state", "q", "cursor"}
	secrets := map[string]string{}
	for secret, what := range c.secrets {
		secrets[what] = secret // one of each kind is enough
	}
	stranger := c.f.browser("192.0.2.6")
	for _, secret := range secrets {
		for _, name := range names[:3] {
			for _, at := range []string{"/v1/me", "/v1/posts", "/oauth/token", "/oauth/userinfo", "/oauth/authorize", "/login/", "/nothing/"} {
				stranger.get(at + "?" + url.Values{name: {secret}}.Encode())
			}
		}
		for _, at := range []string{"/login/link/", "/login/welcome/", "/login/email/", "/login/", "/v1/posts/", "/v1/me/", "/oauth/", "/media/", "/account/", "/x/", "/read/"} {
			stranger.get(at + url.PathEscape(secret) + "/")
			dora.do("POST", at+url.PathEscape(secret)+"/", formOf("code", secret))
			stranger.do("PUT", at+url.PathEscape(secret), "{")
		}
		for _, name := range names {
			for _, at := range []string{"/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/device", "/login/", "/login/check/", "/login/device/"} {
				stranger.do("POST", at, formOf(name, secret, "client_id", secret, "grant_type", secret))
			}
		}
		stranger.do("POST", "/v1/me/emails", `{"address":"`+secret+`"}`, "Authorization", "Bearer "+secret)
		stranger.do("POST", "/login/passkey", `{"ceremony":"`+secret+`","response":{"id":"`+secret+`"}}`)
		dora.do("PATCH", "/v1/me", `{"`+secret+`":"`+secret+`"`)
		for _, header := range []string{"Authorization", "Cookie", "Referer", "User-Agent", "X-Request-Id", "Idempotency-Key", "If-Match", "Content-Type"} {
			value := secret
			if header == "Cookie" {
				value = auth.SessionCookie + "=" + secret + "; other=" + secret
			}
			stranger.do("POST", "/v1/posts", `{"title":"x"}`, header, value)
			stranger.get("/v1/me", header, value)
		}
	}
}
