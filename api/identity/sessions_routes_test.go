package identity_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// cookie are the headers of a session's request.
func cookie(signed contract.SignedIn) map[string]string {
	return map[string]string{"Cookie": auth.SessionCookie + "=" + signed.Token}
}

func TestSessionOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	laptop := w.signIn(anna, w.visitor)
	phone := from(w.visitor, "2001:db8:1:2::/64")
	phone.UserAgent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) <script>"
	mobile := w.signIn(anna, phone)
	w.clock.Advance(time.Hour)
	w.app(laptop, "https://shop.example")
	old := w.signIn(anna, w.visitor)
	if err := w.SignOut(t.Context(), old.Session, w.visitor); err != nil {
		t.Fatal(err)
	}
	ben := w.signIn("ben@example.org", from(w.visitor, "203.0.113.2/32"))
	at := func(s contract.SignedIn) string { return "/v1/me/sessions/" + string(s.Session) }
	secrets := []string{laptop.Token, mobile.Token, ben.Token, "Pixel", "script", string(ben.Session)}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "nobody", URL: "/v1/me/sessions", Status: 401},
		{Name: "an ended session", URL: "/v1/me/sessions", Header: cookie(old), Status: 401},
		{Name: "list", URL: "/v1/me/sessions", Header: cookie(laptop), Status: 200, NotWant: append(secrets, string(old.Session)),
			WantHeader: map[string]string{"Cache-Control": "private, no-store"},
			After: func(t *testing.T, _ *http.Response, body []byte) {
				var list identity.SessionList
				if err := json.Unmarshal(body, &list); err != nil || len(list.Items) != 2 {
					t.Fatalf("%d sessions, %v, want 2", len(list.Items), err)
				}
				first, second := list.Items[0], list.Items[1]
				if first.ID != laptop.Session || !first.Current || first.Browser != "Firefox on Linux" || first.Network != "192.0.2.7" ||
					fmt.Sprint(first.Apps) != "[https://shop.example]" || first.Method != "link" || !first.LastUsedAt.Equal(w.clock.Now()) {
					t.Errorf("the laptop is %+v", first)
				}
				if second.ID != mobile.Session || second.Current || second.Browser != "a browser on Android" || second.Network != "2001:db8:1:2::/64" || len(second.Apps) != 0 {
					t.Errorf("the phone is %+v", second)
				}
			}},
		{Name: "another's", Method: "DELETE", URL: at(ben), Header: cookie(laptop), Status: 404},
		{Name: "one that has ended", Method: "DELETE", URL: at(old), Header: cookie(laptop), Status: 404},
		{Name: "no id", Method: "DELETE", URL: "/v1/me/sessions/ses_1", Header: cookie(laptop), Status: 422},
		{Name: "by nobody", Method: "DELETE", URL: at(laptop), Status: 401},
		{Name: "end one", Method: "DELETE", URL: at(mobile), Header: cookie(laptop), Status: 204},
		{Name: "it has ended", URL: "/v1/me/sessions", Header: cookie(mobile), Status: 401},
		{Name: "end others", Method: "DELETE", URL: "/v1/me/sessions?except_current=true", Header: cookie(laptop), Status: 204},
		{Name: "this goes on", URL: "/v1/me/sessions", Header: cookie(laptop), Status: 200, Want: []string{"https://shop.example"}},
		{Name: "end all", Method: "DELETE", URL: "/v1/me/sessions", Header: cookie(laptop), Status: 204},
		{Name: "all have ended", URL: "/v1/me/sessions", Header: cookie(laptop), Status: 401},
		{Name: "not another's", URL: "/v1/me/sessions", Header: cookie(ben), Status: 200, Want: []string{string(ben.Session)}},
	})
	if n := one[int](w, "SELECT count(*) FROM identity.sessions WHERE user_id = $1 AND ended_at IS NULL", identity.Row(laptop.User)); n != 0 {
		t.Errorf("%d of her sessions live on", n)
	}
}

func TestPasskeyOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	a := newAuthenticator(t)
	var asked contract.PasskeyCeremony
	var added identity.Passkey
	question := func(t *testing.T, _ *http.Response, body []byte) {
		if err := json.Unmarshal(body, &asked); err != nil {
			t.Fatal(err)
		}
	}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "nobody", Method: "POST", URL: "/v1/me/passkeys/ceremonies", Status: 401},
		{Name: "with a token", Method: "POST", URL: "/v1/me/passkeys/ceremonies", Header: by(signed.User), Status: 403, Want: []string{"session_required"}},
		{Name: "ask", Method: "POST", URL: "/v1/me/passkeys/ceremonies", Header: cookie(signed), Status: 200, After: question,
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "junk", Method: "POST", URL: "/v1/me/passkeys", Header: cookie(signed), Status: 422, Want: []string{"passkey_refused"}, NotWant: []string{apitest.Canary},
			Body: `{"ceremony":"` + apitest.Canary + `","name":"Phone","response":{"id":"` + apitest.Canary + `"}}`},
		{Name: "no name", Method: "POST", URL: "/v1/me/passkeys", Header: cookie(signed), Status: 422, Body: `{"ceremony":"x","name":"  ","response":{}}`},
	})
	body, err := json.Marshal(map[string]any{"ceremony": asked.Token, "name": "Phone", "response": json.RawMessage(a.create(asked))})
	if err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "add", Method: "POST", URL: "/v1/me/passkeys", Header: cookie(signed), Status: 201, Body: string(body),
			After: func(t *testing.T, _ *http.Response, body []byte) {
				if err := json.Unmarshal(body, &added); err != nil || added.Name != "Phone" {
					t.Errorf("%s, %v", body, err)
				}
			}},
		{Name: "add again", Method: "POST", URL: "/v1/me/passkeys", Header: cookie(signed), Status: 422, Body: string(body)},
		{Name: "list", URL: "/v1/me/passkeys", Header: cookie(signed), Status: 200, Want: []string{`"Phone"`}, NotWant: []string{b64(a.id), "publicKey"}},
	})
	at := "/v1/me/passkeys/" + string(added.ID)
	later := func(t *testing.T) { w.clock.Advance(auth.RecentFor) }
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "rename", Method: "PATCH", URL: at, Header: cookie(signed), Body: `{"name":"Tablet"}`, Status: 200, Want: []string{`"Tablet"`}},
		{Name: "rename to nothing", Method: "PATCH", URL: at, Header: cookie(signed), Body: `{"name":" "}`, Status: 422},
		{Name: "what is none", Method: "DELETE", URL: "/v1/me/passkeys/pk_019ab3f47c2e7d06b8a1f0c2d3e4f50c", Header: cookie(signed), Status: 404},
		{Name: "no longer recent: ask", Before: later, Method: "POST", URL: "/v1/me/passkeys/ceremonies", Header: cookie(signed), Status: 401, Want: []string{"reauthentication_required"}},
		{Name: "no longer recent: add", Method: "POST", URL: "/v1/me/passkeys", Header: cookie(signed), Body: string(body), Status: 401, Want: []string{"reauthentication_required"}},
		{Name: "no longer recent: remove", Method: "DELETE", URL: at, Header: cookie(signed), Status: 401, Want: []string{"reauthentication_required"}},
		{Name: "no longer recent: rename", Method: "PATCH", URL: at, Header: cookie(signed), Body: `{"name":"Pad"}`, Status: 200},
	})
	again := w.visitor
	again.Session, again.Device = signed.Token, signed.Device
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "remove", Method: "DELETE", URL: at, Header: cookie(w.signIn(anna, again)), Status: 204},
	})
	if n := one[int](w, "SELECT count(*) FROM identity.passkeys"); n != 0 {
		t.Errorf("%d passkeys are left", n)
	}
}

// What a page of another site has a browser send is refused, whatever cookie comes with it.
func TestSessionsFromOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signed := w.signIn(anna, w.visitor)
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}} {
		header["Cookie"] = cookie(signed)["Cookie"]
		res, body := apitest.Ask(t, w.handler, apitest.Scenario{Method: "DELETE", URL: "/v1/me/sessions", Header: header})
		if res.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "cross_origin") {
			t.Errorf("%v: %d %s", header, res.StatusCode, body)
		}
	}
	if w.who(signed.Token) != signed.User {
		t.Error("another site has signed her out")
	}
}
