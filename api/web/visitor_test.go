// Who a request comes from, and where it may lead.

package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/urls"
)

func TestReturnTo(t *testing.T) {
	for _, fine := range []string{
		"/", "/account/", "/shop/stock/?sku=RYE#move", "/caf%C3%A9/", "/café/",
		"/oauth/authorize?redirect_uri=https%3A%2F%2Fclient.example%2F%2Fcb&state=%5C", "/a//b/", "/login/device/?code=BCDF-GHJK",
		"/read/100%25/", "/a?b=//evil.example", "/...", "/.well-known/x",
	} {
		if got := ReturnTo(fine); got != fine {
			t.Errorf("ReturnTo(%q) = %q, want it as it is", fine, got)
		}
	}
	for _, evil := range []string{
		"", "account/", "https://evil.example/", "https:evil.example", "https:/evil.example", "javascript:alert(1)", "//evil.example", "///evil.example",
		"////evil.example", `/\evil.example`, `\\evil.example`, `\/evil.example`, `/a\b`, "/%5cevil.example", "/%5Cevil.example", "/%2fevil.example", "/%2F%2Fevil.example",
		"/%255cevil.example", "/%252fevil.example", "/.//evil.example", "/..//evil.example", "/a/..//evil.example", "/%2e%2e//evil.example", "/a/../b", "/a/..",
		"/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "/\x00", "/\x7f", "/\u0085x", " /a", "/a b", "/%0d%0aSet-Cookie:a", "/%00", "/%09/evil.example",
		"/%", "/%zz", "/\xff", "//user@evil.example", "/" + strings.Repeat("a", urls.MaxOwnPath), "?a=b", "#a", "*",
	} {
		if got := ReturnTo(evil); got != afterSignIn {
			t.Errorf("ReturnTo(%q) = %q, want %q", evil, got, afterSignIn)
		}
	}
}

// FuzzReturnTo: whatever is asked for, a browser that follows it stays at this site. What
// browsers make of an address is written down here once more, from the WHATWG URL standard.
func FuzzReturnTo(f *testing.F) {
	for _, seed := range []string{"/account/", "//evil.example", `/\evil.example`, "/%5cevil.example", "https:evil.example", "/\t/evil.example", "/.//evil.example", "/a?b#c", "/%252f/x"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "https", Host: "rose.example", Path: "/login/"}
	f.Fuzz(func(t *testing.T, raw string) {
		got := ReturnTo(raw)
		if got != raw && got != afterSignIn {
			t.Fatalf("ReturnTo(%q) = %q, neither it nor %q", raw, got, afterSignIn)
		}
		ref, err := url.Parse(got)
		if err != nil {
			t.Fatalf("ReturnTo(%q) = %q: %v", raw, got, err)
		}
		if to := base.ResolveReference(ref); to.Scheme != "https" || to.Host != "rose.example" || to.User != nil {
			t.Fatalf("ReturnTo(%q) leads to %s", raw, to)
		}
		// Section 4.4: ends and tabs are dropped, a backslash is a slash.
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.Trim(got, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "))
		if !strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//") {
			t.Fatalf("a browser reads ReturnTo(%q) as %q", raw, seen)
		}
		if strings.ContainsAny(got, "\r\n\x00") {
			t.Fatalf("ReturnTo(%q) = %q ends a header", raw, got)
		}
		// It is what it is: asking twice changes nothing.
		if again := ReturnTo(got); again != got {
			t.Fatalf("ReturnTo(%q) = %q, then %q", raw, got, again)
		}
	})
}

func TestVisitor(t *testing.T) {
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Market: "https://market.example"})
	if err != nil {
		t.Fatal(err)
	}
	r, w := httptest.NewRequest("GET", "https://market.example/login/", nil), httptest.NewRecorder()
	r.RemoteAddr = "192.0.2.7:40000"
	r.Header.Set("User-Agent", "a\tb\xffc")
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: "session"})
	r.AddCookie(&http.Cookie{Name: deviceCookie, Value: strings.Repeat("d", maxCookie+1)})
	w.Header().Set("X-Request-Id", "request")
	got := visitor(w, r, sites)
	want := contract.Visitor{Network: ratelimit.Network("192.0.2.7:1"), UserAgent: "a b?c", Session: "session", Origin: "https://market.example", RequestID: "request"}
	if got != want {
		t.Errorf("visitor = %+v, want %+v", got, want)
	}
	r.Host = "unknown.example"
	if got := visitor(w, r, sites).Origin; got != "https://rose.example" {
		t.Errorf("the origin of another host is %s", got)
	}
}

func TestUserAgent(t *testing.T) {
	for _, name := range []string{strings.Repeat("a", 1000), strings.Repeat("é", 1000), strings.Repeat("a", 399) + "😀", strings.Repeat("x", 400), ""} {
		got := userAgent(name)
		if len(got) > maxUserAgent || !utf8.ValidString(got) || len(got) < min(len(name), maxUserAgent-3) {
			t.Errorf("userAgent(%.10q…) has %d bytes: %q", name, len(got), got)
		}
	}
}

func FuzzUserAgent(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64)")
	f.Add(strings.Repeat("é", 300))
	f.Add("\x00\xff\u0085")
	f.Fuzz(func(t *testing.T, name string) {
		if got := userAgent(name); len(got) > maxUserAgent || !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\r\n") {
			t.Fatalf("userAgent(%q) = %q", name, got)
		}
	})
}

// TestCookies holds each cookie to what browsers ask of the prefix, and to how long it lasts.
func TestCookies(t *testing.T) {
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	w := httptest.NewRecorder()
	keepSession(w, contract.SignedIn{Token: "t", Device: "d", ExpiresAt: now.Add(180 * 24 * time.Hour)}, now)
	setCookie(w, ssoTriedCookie, "1", ssoLasts)
	want := map[string]struct {
		value string
		age   int
	}{
		auth.SessionCookie: {"t", 180 * 24 * 3600}, deviceCookie: {"d", 400 * 24 * 3600}, browserCookie: {"", -1}, ssoTriedCookie: {"1", 600},
	}
	cookies := w.Result().Cookies()
	if len(cookies) != len(want) {
		t.Fatalf("%d cookies, want %d", len(cookies), len(want))
	}
	for _, c := range cookies {
		if w := want[c.Name]; c.Value != w.value || c.MaxAge != w.age {
			t.Errorf("%s is %q for %d s, want %q for %d s", c.Name, c.Value, c.MaxAge, w.value, w.age)
		}
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%+v is open to more than it should be", c)
		}
	}
	w = httptest.NewRecorder()
	forgetSession(w)
	if got := w.Header()["Set-Cookie"]; len(got) != 1 || got[0] != "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("forgetting the session is %q", got)
	}
}
