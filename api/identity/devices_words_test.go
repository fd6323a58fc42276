package identity_test

import (
	"net/netip"
	"regexp"
	"testing"

	"rose-ash.com/roseash/api/identity"
)

func TestBrowserWords(t *testing.T) {
	for userAgent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                     "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                            "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":              "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15":                      "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1":     "Chrome on iPhone",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                      "Chrome on Android",
		"Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36":                              "Chrome on Linux",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                             "Chrome on ChromeOS",
		"curl/8.14.1": "curl",
		"":            "an unknown browser",
		"Call 555-0100 now! https://evil.example/": "an unknown browser",
		"Something (X11; Linux)":                   "a browser on Linux",
	} {
		if got := identity.BrowserWords(userAgent); got != want {
			t.Errorf("%q is %q, want %q", userAgent, got, want)
		}
	}
}

func TestNetworkText(t *testing.T) {
	for prefix, want := range map[netip.Prefix]string{
		netip.MustParsePrefix("192.0.2.7/32"):        "192.0.2.7",
		netip.MustParsePrefix("2001:db8:1:2:3::/64"): "2001:db8:1:2::/64",
		{}: "an unknown network",
	} {
		if got := identity.NetworkText(prefix); got != want {
			t.Errorf("%v is %q, want %q", prefix, got, want)
		}
	}
}

// Nothing that a header says gets into a mail.
func FuzzBrowserWords(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	f.Add("<script>\r\n\x00Edg Windows")
	plain := regexp.MustCompile(`^[A-Za-z ]{4,40}$`)
	f.Fuzz(func(t *testing.T, userAgent string) {
		if got := identity.BrowserWords(userAgent); !plain.MatchString(got) {
			t.Errorf("%q is %q", userAgent, got)
		}
	})
}
