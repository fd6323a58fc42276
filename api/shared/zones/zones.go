// Package zones has the time zone data that everything decides by: the copy that is embedded
// here, whatever a machine has of its own, so that two processes never differ about an hour
// and a change of the data is a change of the program. zoneinfo.zip is Go's own
// (lib/time/zoneinfo.zip of the release that go.mod names), made of the IANA time zone database.
package zones

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed zoneinfo.zip
var data []byte

// ErrUnknown says that there is no zone of that name.
var ErrUnknown = errors.New("zones: unknown time zone")

// version is made once: a hash of half a megabyte.
var version = sync.OnceValue(func() string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
})

// Version names the data: it changes with them and with nothing else.
func Version() string { return version() }

var files = sync.OnceValue(func() map[string]*zip.File {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		panic(err) // embedded
	}
	byName := make(map[string]*zip.File, len(archive.File))
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, "/") {
			byName[f.Name] = f
		}
	}
	return byName
})

var loaded sync.Map // by name, *time.Location

// Load returns the zone of an IANA name such as "Europe/London". It fails with ErrUnknown on
// any other, the empty name and "Local" included.
func Load(name string) (*time.Location, error) {
	if zone, ok := loaded.Load(name); ok {
		return zone.(*time.Location), nil
	}
	f, ok := files()[name]
	if !ok {
		return nil, ErrUnknown
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("zones: %s: %w", name, err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("zones: %s: %w", name, err)
	}
	zone, err := time.LoadLocationFromTZData(name, raw)
	if err != nil {
		return nil, fmt.Errorf("zones: %s: %w", name, err)
	}
	loaded.Store(name, zone)
	return zone, nil
}

// Names are all zones in alphabetical order.
func Names() []string {
	names := make([]string, 0, len(files()))
	for name := range files() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
