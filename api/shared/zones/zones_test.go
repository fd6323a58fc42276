package zones_test

import (
	"errors"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

func TestLoad(t *testing.T) {
	names := zones.Names()
	if len(names) < 400 {
		t.Fatalf("%d zones", len(names))
	}
	for _, name := range names {
		zone, err := zones.Load(name)
		if err != nil || zone.String() != name {
			t.Errorf("Load(%q) = %v, %v", name, zone, err)
		}
	}
	for _, name := range []string{"", "Local", "Europe", "europe/london", "../London", "/etc/localtime", "Europe/London ", "GMT+25"} {
		if _, err := zones.Load(name); !errors.Is(err, zones.ErrUnknown) {
			t.Errorf("Load(%q) = %v, want ErrUnknown", name, err)
		}
	}
}

// TestMachine: the machine's own data has no say.
func TestMachine(t *testing.T) {
	t.Setenv("ZONEINFO", t.TempDir())
	zone, err := zones.Load("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{"2026-03-29T00:59:59Z": "GMT", "2026-03-29T01:00:00Z": "BST", "2062-07-01T12:00:00Z": "BST"} {
		instant, err := time.Parse(time.RFC3339, at)
		if name, _ := instant.In(zone).Zone(); err != nil || name != want {
			t.Errorf("London at %s has %s, want %s (%v)", at, name, want, err)
		}
	}
	if len(zones.Version()) != 16 {
		t.Errorf("Version() = %q", zones.Version())
	}
}
