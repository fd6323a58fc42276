package ratelimit_test

import (
	"testing"

	"rose-ash.com/roseash/api/shared/ratelimit"
)

func TestNetwork(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:40000":            "192.0.2.7/32",
		"[2001:db8:1:2:3:4:5:6]:443": "2001:db8:1:2::/64",
		"[::ffff:192.0.2.7]:1":       "192.0.2.7/32",
		"[fe80::1%eth0]:1":           "fe80::/64",
		"127.0.0.1:0":                "127.0.0.1/32",
		"":                           "invalid Prefix",
		"rose.example:80":            "invalid Prefix",
	} {
		if got := ratelimit.Network(remote).String(); got != want {
			t.Errorf("Network(%q) = %s, want %s", remote, got, want)
		}
	}
}
