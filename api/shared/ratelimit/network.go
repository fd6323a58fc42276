// Whom requests of strangers are counted by.

package ratelimit

import "net/netip"

// Network is the part of a request's RemoteAddr that one household has: all of an IPv4 address,
// the first 64 bits of an IPv6 one. It is the zero Prefix for what is no address.
func Network(remoteAddr string) netip.Prefix {
	at, err := netip.ParseAddrPort(remoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	addr, bits := at.Addr().Unmap().WithZone(""), 64
	if addr.Is4() {
		bits = 32
	}
	prefix, _ := addr.Prefix(bits)
	return prefix
}
