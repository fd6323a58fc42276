// Browsers and networks in words, for people who are to say whether it was them.

package identity

import (
	"net/netip"
	"strings"
)

// browsers are what User-Agent headers are searched for, in this order: most browsers name
// those as well that they want to be taken for.
var browsers = []struct{ mark, name string }{
	{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Opera", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Vivaldi", "Vivaldi"},
	{"YaBrowser", "Yandex Browser"}, {"DuckDuckGo", "DuckDuckGo"}, {"FxiOS", "Firefox"}, {"Firefox", "Firefox"},
	{"CriOS", "Chrome"}, {"HeadlessChrome", "Chrome"}, {"Chromium", "Chromium"}, {"Chrome", "Chrome"},
	{"Epiphany", "GNOME Web"}, {"Safari", "Safari"}, {"curl/", "curl"},
}

var systems = []struct{ mark, name string }{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"},
	{"Macintosh", "macOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}, {"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"},
}

// browserWords says what a User-Agent header (RFC 9110 section 10.1.5) stands for, "Firefox on
// Linux". Nothing of the header itself is repeated: whoever sent it chose it.
func browserWords(userAgent string) string {
	find := func(list []struct{ mark, name string }) string {
		for _, l := range list {
			if strings.Contains(userAgent, l.mark) {
				return l.name
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	switch {
	case browser == "" && system == "":
		return "an unknown browser"
	case browser == "":
		return "a browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

// NetworkText is a visitor's network as it is stored and shown: an IPv4 address, or the first
// half of an IPv6 one with its length.
func NetworkText(p netip.Prefix) string {
	switch {
	case !p.IsValid():
		return "an unknown network"
	case p.IsSingleIP():
		return p.Addr().String()
	}
	return p.Masked().String()
}

// AskedFrom says in words where something was asked from: "Firefox on Linux, 192.0.2.7".
func AskedFrom(userAgent, network string) string {
	return browserWords(userAgent) + ", " + network
}
