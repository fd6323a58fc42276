// What comes from outside is read without panics, and means one thing only.

package oauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"rose-ash.com/roseash/api/identity/oauth"
)

// Whatever is taken for a registered address has its scheme, host and path.
func FuzzRedirectsTo(f *testing.F) {
	registered := []string{callback, "http://127.0.0.1/cb", "http://[::1]:7777/cb?a=b", "example.planner.app:/cb"}
	for _, uri := range append(registered, "http://127.0.0.1:80@evil.example/cb", "http://127.0.0.1:1/cb", "http://[::1]/cb?a=b", "http://127.0.0.1:99999/cb") {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		if !oauth.RedirectsTo(registered, uri) {
			return
		}
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatalf("%q is taken and cannot be read: %v", uri, err)
		}
		for _, r := range registered {
			if uri == r {
				return
			}
			known, _ := url.Parse(r)
			if (known.Hostname() == "127.0.0.1" || known.Hostname() == "::1") && u.Scheme == "http" && u.Hostname() == known.Hostname() &&
				u.EscapedPath() == known.EscapedPath() && u.RawQuery == known.RawQuery && u.User == nil && u.Fragment == "" {
				return
			}
		}
		t.Errorf("%q is taken", uri)
	})
}

func FuzzBasic(f *testing.F) {
	for _, header := range []string{"Basic Y2xpZW50X2E6YiUyRmM=", "basic Og==", "Basic", "Bearer x", "Basic JTR6Og=="} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		id, secret, ok := oauth.Basic(header)
		if !ok && id+secret != "" && !strings.Contains(strings.ToLower(header), "basic") {
			t.Errorf("%q: %q %q", header, id, secret)
		}
		if ok {
			r, _ := http.NewRequest(http.MethodGet, "/", nil)
			r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
			if id2, secret2, ok := oauth.Basic(r.Header.Get("Authorization")); !ok || id2 != id || secret2 != secret {
				t.Errorf("%q is read as %q %q, and written again as something else", header, id, secret)
			}
		}
	})
}

// Every parameter that is read is text, has a value and comes from the body alone.
func FuzzForm(f *testing.F) {
	for _, body := range []string{"grant_type=authorization_code&code=x", "client_id=client_a&client_id=client_b", "a=%zz", "scope=%00", "a;b", "resource=a&resource=b", "=&=", "%ff=1"} {
		f.Add(body, "")
	}
	f.Add("client_id=client_a", "client_secret=x")
	f.Fuzz(func(t *testing.T, body, query string) {
		r := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got, ok := oauth.ReadForm(httptest.NewRecorder(), r)
		if !ok {
			return
		}
		want, err := url.ParseQuery(body)
		if err != nil {
			t.Fatalf("%q is taken: %v", body, err)
		}
		for name, values := range got {
			if len(values) == 0 || len(values) > 1 && name != "resource" || len(want[name]) < len(values) {
				t.Errorf("%q: %q = %q", body, name, values)
			}
			for _, value := range append(values, name) {
				if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
					t.Errorf("%q: %q is no text", body, value)
				}
			}
			if values[0] == "" {
				t.Errorf("%q: %q is empty", body, name)
			}
		}
		for _, name := range []string{"client_secret", "code", "refresh_token", "token"} {
			if q, err := url.ParseQuery(query); err != nil || q.Has(name) {
				t.Errorf("the address %q is taken", query)
			}
		}
	})
}
