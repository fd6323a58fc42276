// What counts as this machine: the rule that the development stand-ins follow.

package urls

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Loopback tells whether a host, with or without a port, can only mean this
// machine: an address in 127.0.0.0/8, ::1, "localhost" or a name under
// ".localhost" (RFC 6761 section 6.3). An empty host, which listens everywhere,
// is not loopback, and neither is a name that merely resolves to this machine.
func Loopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() == "" && ip.Unmap().IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// LoopbackURL is Loopback for the host of a URL; false if it cannot be read.
func LoopbackURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && Loopback(u.Host)
}
