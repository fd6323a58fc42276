// Attacks on signing in, over HTTP against the whole product: forms of other sites, planted
// cookies, addresses that lead astray, and programs that open every link.

package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/seal"
)

// TestAttackCrossSite: whatever a page of another site has a browser send, with the cookies of
// who is signed in and with links that work, is refused and changes nothing.
func TestAttackCrossSite(t *testing.T) {
	f := newFortress(t, nil)
	ada := f.browser("192.0.2.1")
	ada.signIn("ada@example.org", "")
	f.grant("ada@example.org", "owner")
	planner := f.register(ada, "openid blog:draft", nil)
	consent := ada.get("/oauth/authorize?" + planner.request("openid").Encode())
	allow := consent.hidden()
	allow.Set("decision", "allow")
	forged := maps.Clone(allow)
	forged.Set("_proof", strings.Split(allow.Get("_proof"), ".")[0]+"."+seal.Random())
	link, code := f.browser("192.0.2.2").ask("mallory@example.org", "")
	asked := f.browser("192.0.2.3")
	_, own := asked.ask("bob@example.org", "")
	if a := ada.do("POST", "/v1/invitations", `{"email":"bo@example.org"}`); a.status != http.StatusCreated {
		t.Fatalf("inviting = %d %s", a.status, a.body)
	}
	welcome := f.found(linkInMail, f.letter("invitation", "bo@example.org"))
	if a := ada.do("POST", "/v1/me/emails", `{"address":"ada@bakery.example"}`); a.status != http.StatusAccepted {
		t.Fatalf("adding an address = %d %s", a.status, a.body)
	}
	change := f.found(linkInMail, f.letter("email_confirm", "ada@bakery.example"))

	attempts := []struct {
		b                *browser
		method, at, body string
	}{
		{ada, "POST", "/login/", formOf("address", "eve@example.org")},
		{asked, "POST", "/login/check/", formOf("code", own)},
		{ada, "POST", link, ""},
		{ada, "POST", welcome, formOf("name", "Bo")},
		{ada, "POST", change, ""},
		{ada, "POST", "/login/out/", ""},
		{ada, "POST", "/login/device/", formOf("code", "BCDF-GHJK", "decision", "allow")},
		{ada, "POST", "/login/passkey/options", "{}"},
		{ada, "POST", "/login/passkey", `{"ceremony":"x","response":{}}`},
		{ada, "POST", "/account/profile/", formOf("display_name", "Eve")},
		{ada, "POST", "/account/email/", formOf("address", "eve@example.org", "kind", "add")},
		{ada, "POST", "/account/tokens/", formOf("name", "Eve", "scope", "blog:write", "expires_in", "7")},
		{ada, "POST", "/account/data/delete/", ""},
		{ada, "POST", "/account/sessions/end/", ""},
		{ada, "POST", "/account/admin/clients/new/", formOf("client_name", "Eve", "kind", "service", "scope", "site:write")},
		{ada, "POST", "/v1/me/tokens", `{"name":"Eve","scopes":["blog:write"]}`},
		{ada, "PATCH", "/v1/me", `{"display_name":"Eve"}`},
		{ada, "DELETE", "/v1/me/sessions", ""},
	}
	origins := map[string][]string{
		"another site":                   {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"another site without an Origin": {"Sec-Fetch-Site", "cross-site", "Origin", ""},
		"a sandboxed frame":              {"Sec-Fetch-Site", "cross-site", "Origin", "null"},
		"a host beside ours":             {"Sec-Fetch-Site", "same-site", "Origin", "https://evil.rose.example"},
		"an older browser":               {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		"an older browser's frame":       {"Sec-Fetch-Site", "", "Origin", "null"},
		"our host without encryption":    {"Sec-Fetch-Site", "cross-site", "Origin", "http://rose.example"},
		"our host at another port":       {"Sec-Fetch-Site", "", "Origin", "https://rose.example:8443"},
		"a name that ends as ours":       {"Sec-Fetch-Site", "", "Origin", "https://evil-rose.example"},
		// A browser adds these to addresses of the form https://x:y@rose.example/ by itself.
		"a password in the address": {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "Authorization", "Basic eDp5"},
		"another scheme":            {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "Authorization", "Negotiate eDp5"},
	}
	before := f.known()
	for _, from := range slices.Sorted(maps.Keys(origins)) {
		for _, try := range attempts {
			had := maps.Clone(try.b.cookies)
			a := try.b.do(try.method, try.at, try.body, origins[from]...)
			if a.status != http.StatusForbidden || a.header.Get("Set-Cookie") != "" || a.location() != "" {
				t.Errorf("%s %s from %s = %d to %q", a.method, a.at, from, a.status, a.location())
			}
			try.b.cookies = had
		}
		// Programs may have forms sent to these two, whose decisions need a proof besides.
		for at, form := range map[string]string{"/oauth/authorize": forged.Encode(), "/oauth/logout": formOf("client_id", planner.id, "decision", "allow", "_proof", "x")} {
			a := ada.do("POST", at, form, origins[from]...)
			if a.status != http.StatusOK || a.header.Get("Set-Cookie") != "" || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("POST %s from %s = %d to %q", at, from, a.status, a.location())
			}
		}
		// Nor does an address that only looks like one of theirs lead to another.
		for _, at := range []string{"/oauth/../login/out/", "/oauth/%2e%2e/login/out/", "/oauth/..%2flogin%2fout/", "//login/out/", "/oauth//../../login/out/", "/oauth/./../v1/me/exports"} {
			if a := ada.do("POST", at, "", origins[from]...); a.status < 300 || a.header.Get("Set-Cookie") != "" {
				t.Errorf("POST %s from %s = %d", at, from, a.status)
			}
		}
	}
	for table, rows := range f.known() {
		if rows != before[table] {
			t.Errorf("%s is not what it was", table)
		}
	}
	// What was refused works from our own pages, so that it was the origin.
	if a := ada.do("POST", "/oauth/authorize", allow.Encode()); a.status != 303 || !strings.Contains(a.location(), "code=") {
		t.Errorf("consent = %d %s", a.status, a.body)
	}
	if a := asked.post("/login/check/", "code", own); a.status != http.StatusSeeOther || own == code {
		t.Errorf("the code = %d", a.status)
	}
	if a := f.browser("192.0.2.2").post(link); a.status != http.StatusSeeOther {
		t.Errorf("the link = %d", a.status)
	}
	if a := ada.post("/login/out/"); a.status != http.StatusSeeOther || ada.me("") != http.StatusUnauthorized {
		t.Errorf("signing out = %d", a.status)
	}
}

// TestAttackFixation: a cookie that was in the browser before somebody signed in is none of
// theirs after, whoever has planted it, and what it belonged to has ended.
func TestAttackFixation(t *testing.T) {
	f := newFortress(t, nil)
	mallory := f.browser("192.0.2.66")
	mallory.signIn("mallory@example.org", "")
	hers := mallory.cookies[auth.SessionCookie]
	planted := map[string]string{
		"another's session": hers, "an unknown one": seal.Random(), "none": "x", "a long one": strings.Repeat("A", 5000),
		"an access token": "roseash_at_" + seal.Random(), "odd text": "%00%0d%0aSet-Cookie:%20a=b",
	}
	for i, name := range slices.Sorted(maps.Keys(planted)) {
		value, address := planted[name], fmt.Sprintf("victim-%d@example.org", i)
		for _, by := range []string{"link", "code"} {
			b := f.browser(fmt.Sprintf("198.51.%d.%d", i, len(by)))
			b.cookies[auth.SessionCookie] = value
			if b.me("") != http.StatusUnauthorized && value != hers {
				t.Errorf("%s is somebody's", name)
			}
			delete(b.cookies, auth.SessionCookie) // planted while the mail is on its way
			link, code := b.ask(address, "")
			b.cookies[auth.SessionCookie] = value
			var to answer
			if by == "link" {
				to = b.post(link)
			} else {
				to = b.post("/login/check/", "code", code)
			}
			if got := b.cookies[auth.SessionCookie]; to.status != http.StatusSeeOther || got == value || len(got) != 43 {
				t.Errorf("%s, by %s: %d, and the session is %q", name, by, to.status, got)
			}
			if a := b.get("/v1/me"); a.status != http.StatusOK || strings.Contains(a.body, "mallory") {
				t.Errorf("%s, by %s: %d %s", name, by, a.status, a.body)
			}
		}
		other := f.browser("203.0.113.9")
		other.cookies[auth.SessionCookie] = value
		if got := other.me(""); got != http.StatusUnauthorized {
			t.Errorf("%s is good for %d after", name, got)
		}
	}
	if mallory.me("") != http.StatusUnauthorized {
		t.Error("the session that was planted lives on where it came from")
	}
}

// astray are addresses that lead elsewhere, or that some reader takes for such.
var astray = []string{
	"https://evil.example/", "http://evil.example", "HTTPS://evil.example/", "//evil.example/", "///evil.example/", "////evil.example",
	`/\evil.example/`, `\\evil.example/`, `\/evil.example`, `/\/evil.example`, "/\t/evil.example/", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example",
	" //evil.example", "/%09/evil.example", "/%2f/evil.example", "/%2F%2Fevil.example", "/%5cevil.example", "/%252f%252fevil.example", "/.//evil.example", "/..//evil.example",
	"/x/..//evil.example", "/./%2fevil.example", "https:evil.example", "https:/evil.example", "javascript:alert(1)", "data:text/html,x", "//evil.example@rose.example/",
	"https://rose.example@evil.example/", "https://rose.example.evil.example/", "/%0d%0aLocation:%20https://evil.example", "evil.example", "?x=//evil.example", "/\u0000/evil.example",
	"/\u00a0//evil.example", "/\u2028/evil.example", "/" + strings.Repeat("a", 9000), "/%zz", "/;//evil.example", "/?/\\evil.example",
}

// TestAttackReturnTo: signing in leads to a path of this site, whatever was asked for.
func TestAttackReturnTo(t *testing.T) {
	f := newFortress(t, nil)
	here, _ := url.Parse(ourSite + "/login/link/x/")
	inside := func(how, value string, a answer) {
		t.Helper()
		to := a.location()
		// Browsers read \ as /, and leave out tabs and line ends.
		read := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.TrimSpace(to))
		u, err := here.Parse(read)
		if err != nil || a.status != http.StatusSeeOther || !strings.HasPrefix(to, "/") || strings.HasPrefix(read, "//") ||
			u.Host != here.Host || u.Scheme != "https" || strings.HasPrefix(u.Path, "//") {
			t.Errorf("%q by %s = %d to %q", value, how, a.status, to)
		}
		if strings.Contains(strings.Join(a.header["Location"], ""), "\n") || len(a.header["Location"]) != 1 {
			t.Errorf("%q by %s: Location %q", value, how, a.header["Location"])
		}
	}
	for i, value := range astray {
		b := f.browser(fmt.Sprintf("198.51.100.%d", i))
		address := fmt.Sprintf("ada-%d@example.org", i)
		a := b.post("/login/", "address", address, "return_to", value)
		inside("asking", value, a)
		inside("link", value, b.post(f.found(linkInMail, f.letter("sign_in", address))))
		inside("being signed in", value, b.get("/login/?return_to="+url.QueryEscape(value)))
		b = f.browser(fmt.Sprintf("203.0.113.%d", i))
		_, code := b.ask(address, value)
		inside("code", value, b.post("/login/check/?return_to="+url.QueryEscape(value), "code", code, "return_to", value))
	}
	b := f.browser("192.0.2.1")
	if a := b.signIn("ada@example.org", "/read/bread/?x=%2F%2Fy#z"); a.location() != "/read/bread/?x=%2F%2Fy#z" {
		t.Errorf("a good one leads to %q", a.location())
	}
}

// TestAttackScanners: programs that look through mail open every link, again and again; its
// owner's button works all the same, once. Then it is answered as one that never was.
func TestAttackScanners(t *testing.T) {
	f := newFortress(t, nil)
	ada, scanner := f.browser("192.0.2.1"), f.browser("192.0.2.2")
	ada.signIn("ada@example.org", "")
	f.grant("ada@example.org", "owner")
	if a := ada.do("POST", "/v1/invitations", `{"email":"bo@example.org"}`); a.status != http.StatusCreated {
		t.Fatalf("inviting = %d %s", a.status, a.body)
	}
	if a := ada.do("POST", "/v1/me/emails", `{"address":"ada@bakery.example"}`); a.status != http.StatusAccepted {
		t.Fatalf("adding an address = %d %s", a.status, a.body)
	}
	link, _ := f.browser("192.0.2.3").ask("eve@example.org", "")
	links := map[string]string{
		link: "", f.found(linkInMail, f.letter("invitation", "bo@example.org")): formOf("name", "Bo"),
		f.found(linkInMail, f.letter("email_confirm", "ada@bakery.example")): "",
	}
	before := f.known()
	for at := range links {
		for range 20 {
			for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
				if a := scanner.do(method, at, ""); a.status >= 500 || method == "GET" && a.status != http.StatusOK || a.header.Get("Set-Cookie") != "" {
					t.Fatalf("%s = %d %v", method, a.status, a.header)
				}
			}
		}
	}
	for table, rows := range f.known() {
		if rows != before[table] {
			t.Errorf("%s is not what it was", table)
		}
	}
	unknown := "/login/link/" + seal.Random() + "/"
	for at, form := range links {
		b := f.browser("192.0.2.4")
		page := b.get(at)
		if csp := page.header.Get("Content-Security-Policy"); page.header.Get("Cache-Control") != "no-store" || page.header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("a page with a token in its address may be kept, told or framed: %v", page.header)
		}
		if a := b.do("POST", at, form); a.status != http.StatusSeeOther {
			t.Errorf("the button of %s = %d %s", strings.Split(at, "/")[2], a.status, a.body)
		}
		for _, method := range []string{"GET", "POST"} {
			kind := at[:strings.LastIndex(strings.TrimSuffix(at, "/"), "/")+1]
			used, never := b.do(method, at, form), b.do(method, kind+seal.Random()+"/", form)
			sameAnswer(t, method+" "+kind+", used", used, never)
			if used.status != http.StatusGone || used.header.Get("Referrer-Policy") != "no-referrer" || used.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s, used = %d %v", method, kind, used.status, used.header)
			}
		}
	}
	late, code := ada.ask("ada@example.org", "")
	f.clock.Advance(11 * time.Minute)
	for _, method := range []string{"GET", "POST"} {
		sameAnswer(t, method+" of an expired link", f.browser("192.0.2.4").do(method, late, ""), f.browser("192.0.2.4").do(method, unknown, ""))
	}
	if a := ada.post("/login/check/", "code", code); a.status != http.StatusGone {
		t.Errorf("an expired code = %d", a.status)
	}
}

// sameAnswer compares two answers but for the request's id, values of cookies, and tokens.
func sameAnswer(t *testing.T, what string, a, b answer) {
	t.Helper()
	for _, one := range []*answer{&a, &b} {
		one.header = one.header.Clone()
		one.header.Del("X-Request-Id")
		cookies := one.header.Values("Set-Cookie")
		for i, c := range cookies {
			name, rest, _ := strings.Cut(c, "=")
			value, attributes, _ := strings.Cut(rest, ";")
			cookies[i] = fmt.Sprint(name, " ", len(value), attributes)
		}
	}
	if a.status != b.status || a.body != b.body || fmt.Sprint(a.header) != fmt.Sprint(b.header) {
		t.Errorf("%s: %d %v\n%s\nis not\n%d %v\n%s", what, a.status, a.header, a.body, b.status, b.header, b.body)
	}
}
