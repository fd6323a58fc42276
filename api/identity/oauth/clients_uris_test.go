package oauth

import (
	"net/url"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/urls"
)

// addresses and who may register them to be sent back to.
var addresses = []struct {
	uri                         string
	public, confidential, local bool
}{
	{"https://planner.example/callback", true, true, true},
	{"https://planner.example", true, true, true},
	{"https://planner.example:8443/a/b?tenant=1&x=%20", true, true, true},
	{"https://192.0.2.7/callback", true, true, true},
	{"https://[2001:db8::7]:8443/callback", true, true, true},
	{"https://xn--bcher-kva.example/", true, true, true},
	{"http://127.0.0.1/callback", true, false, true},
	{"http://127.0.0.1:53211/callback", true, false, true},
	{"http://[::1]/callback", true, false, true},
	{"http://localhost:3000/callback", false, false, true},
	{"http://shop.localhost/callback", false, false, true},
	{"com.example.app:/callback", true, false, true},
	{"com.example.app://callback/x", true, false, true},

	{"", false, false, false},
	{"https://planner.example/callback#", false, false, false},
	{"https://planner.example/callback#x", false, false, false},
	{"https://rosa:secret@planner.example/callback", false, false, false},
	{"https://rosa@planner.example/callback", false, false, false},
	{"https://@planner.example/callback", false, false, false},
	{"https://*.planner.example/callback", false, false, false},
	{"https://planner.example/*", false, false, false},
	{"/callback", false, false, false},
	{"callback", false, false, false},
	{"//planner.example/callback", false, false, false},
	{"https:/callback", false, false, false},
	{"https:///callback", false, false, false},
	{"https:callback", false, false, false},
	{"javascript:alert(1)", false, false, false},
	{"data:text/html,x", false, false, false},
	{"vbscript:x", false, false, false},
	{"file:///etc/passwd", false, false, false},
	{"about:blank", false, false, false},
	{"app:/callback", false, false, false},
	{"ftp://planner.example/", false, false, false},
	{"com.example.app:", false, false, false},
	{"com.example.app:callback", false, false, false},
	{"com.example.app:///callback", false, false, false},
	{"http://planner.example/callback", false, false, false},
	{"http://192.0.2.7/callback", false, false, false},
	{"http://127.0.0.1.evil.example/callback", false, false, false},
	{"http://localhost.evil.example/callback", false, false, false},
	{"http://[::ffff:127.0.0.1]/callback", false, false, true},
	{"http://[::1%25lo]/callback", false, false, false},
	{"http://2130706433/callback", false, false, false},
	{"http://0x7f.1/callback", false, false, false},
	{"https://2130706433/callback", false, false, false},
	{"HTTPS://planner.example/callback", false, false, false},
	{"https://planner.example:/callback", false, false, false},
	{"https://planner.example:0/callback", false, false, false},
	{"https://planner.example:65536/callback", false, false, false},
	{"https://planner.example:x/callback", false, false, false},
	{"https://planner..example/callback", false, false, false},
	{"https://.planner.example/callback", false, false, false},
	{"https://planner.example./callback", false, false, false},
	{"https://-planner.example/callback", false, false, false},
	{"https://bücher.example/callback", false, false, false},
	{"https://planner.example/über", false, false, false},
	{"https://planner.example/a b", false, false, false},
	{" https://planner.example/", false, false, false},
	{"https://planner.example/\n", false, false, false},
	{"https://planner.example/\x00", false, false, false},
	{"https://planner.example/%00", false, false, false},
	{"https://planner.example/%0d%0aSet-Cookie:x", false, false, false},
	{"https://planner.example/%7F", false, false, false},
	{"https://planner.example/%zz", false, false, false},
	{"https://planner.example/%2", false, false, false},
	{"https://planner.example/%", false, false, false},
	{`https://planner.example\@evil.example/`, false, false, false},
	{"https://planner.example/<script>", false, false, false},
	{`https://planner.example/"`, false, false, false},
	{"https://planner.example/" + strings.Repeat("a", maxURI), false, false, false},
}

func TestRedirectURIs(t *testing.T) {
	for _, tt := range addresses {
		for name, c := range map[string]struct {
			rules uriRules
			want  bool
		}{
			"public":       {uriRules{public: true}, tt.public},
			"confidential": {uriRules{}, tt.confidential},
			"local":        {uriRules{public: true, local: true}, tt.local},
		} {
			if fault := c.rules.redirect(tt.uri); (fault == "") != c.want {
				t.Errorf("%s client, %q: %q, want good: %v", name, tt.uri, fault, c.want)
			}
		}
	}
}

func TestOtherAddresses(t *testing.T) {
	for uri, want := range map[string][2]bool{ // backchannel, page
		"https://planner.example/logout":  {true, true},
		"http://planner.example/":         {false, true},
		"http://localhost:3000/":          {false, true},
		"com.example.app:/x":              {false, false},
		"https://planner.example/#x":      {false, false},
		"https://a:b@planner.example/":    {false, false},
		"javascript:alert(1)":             {false, false},
		"urn:ietf:params:oauth:something": {false, false},
	} {
		r := uriRules{}
		if got := [2]bool{r.backchannel(uri) == "", r.page(uri) == ""}; got != want {
			t.Errorf("%q: %v, want %v", uri, got, want)
		}
	}
	if fault := (uriRules{local: true}).backchannel("http://localhost:3000/logout"); fault != "" {
		t.Errorf("on the machine itself: %q", fault)
	}
}

// What is taken can be read in one way only, and is never something that runs or that
// another machine could listen to in between.
func FuzzRedirectURI(f *testing.F) {
	for _, tt := range addresses {
		f.Add(tt.uri)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, rules := range []uriRules{{}, {public: true}, {public: true, local: true}} {
			fault := rules.redirect(raw)
			if fault != "" {
				continue
			}
			u, err := url.Parse(raw)
			if err != nil || u.User != nil || u.Fragment != "" || len(raw) > maxURI {
				t.Fatalf("%q is taken and read as %v, %v", raw, u, err)
			}
			for _, b := range []byte(raw) {
				if b <= ' ' || b >= 0x7f || strings.IndexByte(`"<>\^{|}*#`, b) >= 0 || b == '`' {
					t.Fatalf("%q is taken with byte %#x", raw, b)
				}
			}
			switch u.Scheme {
			case "https":
				if u.Hostname() == "" {
					t.Fatalf("%q is taken without a host", raw)
				}
			case "http":
				if !urls.Loopback(u.Host) || !rules.public && !rules.local {
					t.Fatalf("%q is taken over http", raw)
				}
			default:
				if !rules.public || !strings.Contains(u.Scheme, ".") {
					t.Fatalf("%q is taken for %+v", raw, rules)
				}
			}
		}
	})
}

func TestUserCodes(t *testing.T) {
	seen := map[string]int{}
	for range 2000 {
		code := newUserCode()
		if read, ok := readUserCode(showUserCode(code)); !ok || read != code {
			t.Fatalf("%q is read as %q, %v", showUserCode(code), read, ok)
		}
		for _, letter := range code {
			seen[string(letter)]++
		}
	}
	for _, letter := range userCodeLetters { // 800 each; 600 is seven standard deviations away
		if n := seen[string(letter)]; n < 600 || n > 1000 {
			t.Errorf("%c came %d times of 16000", letter, n)
		}
	}
	for typed, want := range map[string]string{
		"bcdf-ghjk": "BCDFGHJK", "BCDF GHJK": "BCDFGHJK", " b c d f g h j k ": "BCDFGHJK", "BCDF–GHJK": "BCDFGHJK",
		"BCDFGHJ": "", "BCDFGHJKL": "", "ABCDFGHJ": "", "BCDF-GHJ1": "", "": "", "BCDFGHJ\x00": "", strings.Repeat("-", 100) + "BCDFGHJK": "",
	} {
		if read, ok := readUserCode(typed); ok != (want != "") || ok && read != want {
			t.Errorf("%q is read as %q, %v; want %q", typed, read, ok, want)
		}
	}
}

func FuzzUserCode(f *testing.F) {
	f.Add("BCDF-GHJK")
	f.Add("ſſſſſſſſ")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := readUserCode(typed)
		if ok && (len(code) != userCodeLength || strings.Trim(code, userCodeLetters) != "") {
			t.Errorf("%q is read as %q", typed, code)
		}
	})
}
