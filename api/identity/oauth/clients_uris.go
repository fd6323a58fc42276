// Addresses of clients: which ones may be registered. They are compared as they are
// written, so that nothing that two readers could understand differently is taken.

package oauth

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/urls"
)

const (
	maxURI  = 2000 // bytes
	maxURIs = 20
)

// uriRules are what addresses of one client must fit.
type uriRules struct {
	public bool // the client keeps no secret: a program on somebody's machine, or in a browser
	local  bool // this site is on the machine itself, as in development
}

// redirect says what is wrong with an address that people are sent back to, with a code or
// after logout (RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 4.1.3); nothing
// where it is good. It is https; for public clients also http on a loopback IP address, or
// a scheme of their own with a dot in it (com.example.app:/callback).
func (r uriRules) redirect(raw string) string {
	u, fault := absolute(raw)
	if fault != "" {
		return fault
	}
	switch {
	case u.Scheme == "https":
		return ""
	case u.Scheme == "http" && r.local && urls.Loopback(u.Host):
		return ""
	case u.Scheme == "http" && r.public && loopbackIP(u.Hostname()):
		return ""
	case u.Scheme == "http":
		return "expected https; http is for public clients on a loopback IP address"
	case !strings.Contains(u.Scheme, "."):
		return "expected https, or a scheme of the app's own with a dot in it"
	case !r.public:
		return "expected https: only public clients have a scheme of their own"
	}
	return ""
}

// backchannel says what is wrong with an address that is told of logouts (OpenID Connect
// Back-Channel Logout 1.0 section 2.2).
func (r uriRules) backchannel(raw string) string {
	u, fault := absolute(raw)
	if fault != "" {
		return fault
	}
	if u.Scheme == "https" || u.Scheme == "http" && r.local && urls.Loopback(u.Host) {
		return ""
	}
	return "expected https"
}

// page says what is wrong with the address of a client's own pages, or of what it asks
// tokens for (RFC 8707 section 2).
func (r uriRules) page(raw string) string {
	u, fault := absolute(raw)
	if fault != "" {
		return fault
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return "expected https or http"
	}
	return ""
}

// loopbackIP tells whether a host is an address of the machine itself, and not a name for it.
func loopbackIP(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && !ip.Is4In6() && ip.IsLoopback()
}

var (
	// uriText is the characters of RFC 3986 without the asterisk, which looks like a
	// pattern, and the fragment's.
	uriText   = regexp.MustCompile(`^[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+$`)
	uriScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
	uriEscape = regexp.MustCompile(`%(?:[01][0-9A-Fa-f]|7[Ff]|[0-9A-Fa-f]?(?:[^0-9A-Fa-f]|$))`)
	hostLabel = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$`)
	numeric   = regexp.MustCompile(`^(?:[0-9]+|0[xX][0-9A-Fa-f]*)$`)
)

// absolute reads an address that is whole, and says what is wrong with it otherwise.
func absolute(raw string) (*url.URL, string) {
	switch {
	case raw == "" || len(raw) > maxURI:
		return nil, "expected 1 to 2000 bytes"
	case strings.ContainsAny(raw, "#"):
		return nil, "expected no fragment"
	case strings.Contains(raw, "*"):
		return nil, "expected an address without wildcards: it is compared as it is"
	case !uriText.MatchString(raw) || uriEscape.MatchString(raw):
		return nil, "expected only characters of addresses (RFC 3986)"
	case !uriScheme.MatchString(raw):
		return nil, "expected an absolute address, its scheme in lower case"
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.Host == "" && u.Path == "" {
		return nil, "expected an absolute address"
	}
	if u.User != nil {
		return nil, "expected no user name"
	}
	if u.Host == "" && (u.Scheme == "https" || u.Scheme == "http" || strings.HasPrefix(raw, u.Scheme+"://")) || u.Host != "" && !goodHost(u) {
		return nil, "expected a host name in ASCII, or an IP address"
	}
	return u, ""
}

// goodHost tells whether all who read an address see the same host in it: a name, or an IP
// address as it is usually written.
func goodHost(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 || port[0] == '0' {
			return false
		}
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() == "" && ip.Is6() == strings.HasPrefix(u.Host, "[")
	}
	if len(host) > 253 || strings.HasPrefix(u.Host, "[") {
		return false
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if len(label) > 63 || !hostLabel.MatchString(label) {
			return false
		}
	}
	// Browsers read a name whose end is a number as an IP address: 2130706433 is 127.0.0.1.
	return !numeric.MatchString(labels[len(labels)-1])
}
