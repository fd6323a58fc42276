// Checks of single values. Their errors say what is expected and never repeat
// what was found.

package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/urls"
)

func hostPort(value string) error {
	host, port, err := net.SplitHostPort(value)
	if err != nil || strings.ContainsAny(host, "/ @") {
		return errors.New("must be host:port")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return errors.New("must be host:port with a port from 0 to 65535")
	}
	return nil
}

func origin(value string) error {
	_, err := urls.Origin(value)
	return err
}

// encryptedOrigin is an origin that may be plain http on loopback only, because
// a key is sent there.
func encryptedOrigin(value string) error {
	o, err := urls.Origin(value)
	if err != nil {
		return err
	}
	if strings.HasPrefix(o, "http:") && !urls.LoopbackURL(o) {
		return errors.New("must be https, or http on loopback")
	}
	return nil
}

func httpURL(value string) error {
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("must be an http:// or https:// address without user name, query or fragment")
	}
	return nil
}

func urlWith(schemes ...string) func(string) error {
	want := "must be a URL that begins with " + strings.Join(schemes, ":// or ") + "://"
	return func(value string) error {
		u, err := url.Parse(value)
		if err != nil || u.Opaque != "" || !slices.Contains(schemes, u.Scheme) || (u.Host == "" && u.Path == "") {
			return errors.New(want)
		}
		return nil
	}
}

func oneOf(words ...string) func(string) error {
	return func(value string) error {
		if !slices.Contains(words, value) {
			return errors.New("must be one of " + strings.Join(words, ", "))
		}
		return nil
	}
}

func oneLine(value string) error {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return errors.New("must not contain spaces or line breaks")
	}
	return nil
}

func longToken(value string) error {
	if len(value) < 16 {
		return errors.New("must have at least 16 characters")
	}
	return oneLine(value)
}

// bucket follows the rules that every S3-compatible storage keeps.
func bucket(value string) error {
	if len(value) < 3 || len(value) > 63 || !bucketName.MatchString(value) || strings.Contains(value, "..") {
		return errors.New("must have 3 to 63 lower-case letters, digits, dots and hyphens, and begin and end with a letter or a digit")
	}
	return nil
}

// keyPrefix ends with a slash, so that no key of ours begins like somebody else's.
func keyPrefix(value string) error {
	if len(value) > 256 || !keyPrefixes.MatchString(value) || slices.ContainsFunc(strings.Split(value, "/"), dots) {
		return errors.New("must be names of letters, digits, dots, hyphens and underscores, with a slash after each and none before")
	}
	return nil
}

func dots(part string) bool { return part == "." || part == ".." }

var (
	bucketName  = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`)
	keyPrefixes = regexp.MustCompile(`^([A-Za-z0-9._-]+/)+$`)
	zoneID      = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

func zone(value string) error {
	if !zoneID.MatchString(value) {
		return errors.New("must be the zone's id, 32 hexadecimal digits")
	}
	return nil
}

// webhookSecret is any long word, or one as Standard Webhooks writes them.
func webhookSecret(value string) error {
	if text, encoded := strings.CutPrefix(value, "whsec_"); encoded {
		if key, err := base64.StdEncoding.DecodeString(text); err != nil || len(key) < 16 {
			return errors.New("must have at least 16 bytes in base64 after whsec_")
		}
	}
	return longToken(value)
}

func ghostAdminKey(value string) error {
	id, key, _ := strings.Cut(value, ":")
	if raw, err := hex.DecodeString(key); id == "" || err != nil || len(raw) == 0 {
		return errors.New("must be the key's id, a colon and its hexadecimal secret, as Ghost shows it")
	}
	return nil
}

// sender takes one mailbox (RFC 5322 section 3.4).
func sender(value string) error {
	if _, err := mail.ParseAddress(value); err != nil || strings.ContainsAny(value, "\r\n") {
		return errors.New("must be an e-mail address, or a name with one: Name <address>")
	}
	return nil
}

func directory(value string) error {
	info, err := os.Stat(value)
	if err != nil || !info.IsDir() {
		return errors.New("must be a directory that exists")
	}
	return nil
}

func directoryOrNothing(value string) error {
	info, err := os.Stat(value)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return nil
	}
	return errors.New("must be a directory, or a path where one can be made")
}

func truth(value string) (bool, error) {
	switch strings.ToLower(value) {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return false, errors.New("must be true or false")
}

// number reads a whole number within bounds.
func number(least, most int) func(string) (int, error) {
	return func(value string) (int, error) {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return 0, fmt.Errorf("must be a whole number from %d to %d", least, most)
		}
		return n, nil
	}
}

func peers(value string) ([]string, error) {
	var list []string
	for peer := range strings.SplitSeq(value, ",") {
		peer = strings.TrimSpace(peer)
		if hostPort(peer) != nil || !urls.Loopback(peer) {
			return nil, errors.New("must be loopback host:port pairs, separated by commas")
		}
		list = append(list, peer)
	}
	return list, nil
}

func networks(value string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for text := range strings.SplitSeq(value, ",") {
		text = strings.TrimSpace(text)
		network, err := netip.ParsePrefix(text)
		if address, e := netip.ParseAddr(text); e == nil {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil || network.Bits() == 0 {
			return nil, errors.New("must be addresses or networks such as 10.0.0.0/8, separated by commas")
		}
		list = append(list, network.Masked())
	}
	return list, nil
}

// currency is a code of ISO 4217, by its form.
func currency(value string) error {
	if len(value) != 3 || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return errors.New("must be three capital letters, such as GBP")
	}
	return nil
}
