// E-mail addresses in the one form in which they are stored and compared.

package identity

import (
	"strings"

	"golang.org/x/net/idna"

	"rose-ash.com/roseash/api/shared/problem"
)

// Longest address, and longest part of it before the @ (RFC 5321 section 4.5.3.1), in bytes.
const (
	maxAddress = 254
	maxLocal   = 64
)

// domains maps names as people type them to those of the DNS (UTS 46, non-transitional).
var domains = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// normalAddress is an e-mail address as it is stored and compared; false for what is none.
// The domain is in lower-case ASCII (IDNA), the part before the @ in lower case, and
// otherwise as it was typed: who writes to a.b+c@ may not be who reads a.b@. Of RFC 5321's
// forms only the plain one is taken: no quotes, no comments, no address literals, nothing
// that needs SMTPUTF8 (RFC 6531) before the @.
func normalAddress(typed string) (string, bool) {
	typed = strings.Trim(typed, " \t\r\n")
	if len(typed) > 4*maxAddress {
		return "", false
	}
	local, domain, found := strings.Cut(typed, "@")
	if !found || !isDotAtom(local) || len(local) > maxLocal {
		return "", false
	}
	domain, ok := normalDomain(domain)
	if !ok || len(local)+1+len(domain) > maxAddress {
		return "", false
	}
	return strings.ToLower(local) + "@" + domain, true
}

// normalDomain is false for a host without a dot too: nobody outside can have one.
func normalDomain(typed string) (string, bool) {
	domain, err := domains.ToASCII(typed)
	if err != nil {
		return "", false
	}
	again, err := domains.ToASCII(domain)
	if err != nil || again != domain || strings.ToLower(domain) != domain {
		return "", false
	}
	dot := strings.LastIndexByte(domain, '.')
	if dot < 1 || strings.Trim(domain[dot+1:], "0123456789") == "" { // an IPv4 address, or a trailing dot
		return "", false
	}
	return domain, true
}

// isDotAtom tells whether s is a dot-atom of RFC 5322 section 3.2.3.
func isDotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			c := atom[i]
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0) {
				return false
			}
		}
	}
	return true
}

// noAddress refuses a field that holds no e-mail address.
func noAddress(location string) error {
	return problem.Unprocessable("this is no e-mail address").
		WithCode("invalid_address").WithField(location, "expected an e-mail address")
}
