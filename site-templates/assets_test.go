// The bundled files: served, of the promised weight, no icon too many.

package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestDefaultAssetsAreServed(t *testing.T) {
	a := DefaultAssets()
	for _, address := range append([]string{a.CSS, a.LoginCSS, a.JS, a.CardsJS, a.PasskeyJS, a.Icon, a.TouchIcon, a.SocialImage}, a.Fonts...) {
		name, ok := strings.CutPrefix(address, AssetPrefix)
		if !ok {
			t.Errorf("%q is not below %s", address, AssetPrefix)
		}
		if _, err := fs.Stat(Files(), name); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
	css, err := fs.ReadFile(Files(), strings.TrimPrefix(a.CSS, AssetPrefix))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum384(css)
	if want := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); a.CSSIntegrity != want {
		t.Errorf("integrity = %q, want %q", a.CSSIntegrity, want)
	}
}

// TestDefaultAssetsAreACopy keeps one caller's change from another's pages.
func TestDefaultAssetsAreACopy(t *testing.T) {
	DefaultAssets().Fonts[0] = "changed"
	if got := DefaultAssets().Fonts[0]; got == "changed" {
		t.Error("the fonts of one caller are another's")
	}
}

// TestWeight holds the style sheet to 12 KB, by gzip, which is larger than brotli,
// scripts to 1.5 KB as they are, and the fonts to 60 KB together.
func TestWeight(t *testing.T) {
	fonts := 0
	err := fs.WalkDir(Files(), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case strings.HasSuffix(name, ".woff2"):
			body, err := fs.ReadFile(Files(), name)
			if err != nil {
				return err
			}
			fonts += len(body)
		case strings.HasSuffix(name, ".js"):
			most := int64(1500)
			switch {
			case strings.HasPrefix(name, "passkey-"):
				most = 3500 // on two pages, and on none that people read
			case strings.HasPrefix(name, "calendar-"):
				most = 3000 // on pages of calendars only, which read without it
			case strings.HasPrefix(name, "ra-calendar-"):
				most = 11000 // for other sites, its style sheet in it
			}
			if info, err := fs.Stat(Files(), name); err != nil || info.Size() > most {
				t.Errorf("%s has more than %d bytes (%v)", name, most, err)
			}
		case strings.HasSuffix(name, ".css"):
			body, err := fs.ReadFile(Files(), name)
			if err != nil {
				return err
			}
			var packed bytes.Buffer
			w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
			if err != nil {
				return err
			}
			if _, err := w.Write(body); err != nil {
				return err
			}
			if err := w.Close(); err != nil {
				return err
			}
			if packed.Len() > 12_000 {
				t.Errorf("%s is %d bytes packed, want at most 12000", name, packed.Len())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if fonts == 0 || fonts > 60_000 {
		t.Errorf("fonts are %d bytes, want 1 to 60000", fonts)
	}
}

// TestIcons asks that there is every icon that the components name, and no other.
func TestIcons(t *testing.T) {
	sources, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, name := range sources {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`@icon\("([a-z-]+)"\)`).FindAllStringSubmatch(string(text), -1) {
			used[m[1]] = true
		}
	}
	for name := range used {
		if !strings.Contains(icons[name], "<path") {
			t.Errorf("there is no icon %q", name)
		}
	}
	for name := range icons {
		if !used[name] {
			t.Errorf("no page shows the icon %q", name)
		}
	}
}
