package seal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/shared/seal"
)

func key(b byte) seal.Key { return seal.New(bytes.Repeat([]byte{b}, seal.KeySize)) }

func TestSeal(t *testing.T) {
	k := key(1)
	sealed := k.Seal("mail", []byte("canary"))
	if bytes.Contains(sealed, []byte("canary")) || bytes.Equal(sealed, k.Seal("mail", []byte("canary"))) {
		t.Error("what is sealed can be read, or be told to be the same")
	}
	if text, err := k.Open("mail", sealed); err != nil || string(text) != "canary" {
		t.Errorf("Open = %q, %v", text, err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, try := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return k.Open("key", sealed) },
		"another key":     func() ([]byte, error) { return key(2).Open("mail", sealed) },
		"changed":         func() ([]byte, error) { return k.Open("mail", changed) },
		"cut":             func() ([]byte, error) { return k.Open("mail", sealed[:5]) },
		"nothing":         func() ([]byte, error) { return k.Open("mail", nil) },
	} {
		if text, err := try(); !errors.Is(err, seal.ErrForged) || text != nil {
			t.Errorf("%s: %q, %v; want ErrForged", name, text, err)
		}
	}
}

func TestMAC(t *testing.T) {
	k := key(1)
	mac := k.MAC("code", []byte("123456"))
	if !bytes.Equal(mac, k.MAC("code", []byte("123456"))) {
		t.Error("the same text has two MACs")
	}
	for _, other := range [][]byte{k.MAC("code", []byte("123457")), k.MAC("mail", []byte("123456")), key(2).MAC("code", []byte("123456"))} {
		if bytes.Equal(mac, other) {
			t.Error("another text, purpose or key has the same MAC")
		}
	}
}

func TestParse(t *testing.T) {
	raw := bytes.Repeat([]byte{7}, seal.KeySize)
	for text, good := range map[string]bool{
		base64.StdEncoding.EncodeToString(raw):            true,
		base64.RawStdEncoding.EncodeToString(raw):         true,
		base64.StdEncoding.EncodeToString(raw[:31]):       false,
		base64.StdEncoding.EncodeToString(append(raw, 1)): false,
		"": false, "not base64 at all, whatever one may hope": false,
	} {
		if _, err := seal.Parse(text); (err == nil) != good {
			t.Errorf("Parse of %d characters: %v", len(text), err)
		}
	}
}

// TestOpenAtOnce: processes that start together on one directory have one key.
func TestOpenAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	macs := make([][]byte, 16)
	var wg sync.WaitGroup
	for i := range macs {
		wg.Go(func() {
			k, err := seal.Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			macs[i] = k.MAC("x", nil)
		})
	}
	wg.Wait()
	for _, mac := range macs {
		if !bytes.Equal(mac, macs[0]) {
			t.Fatal("two keys")
		}
	}
	info, err := os.Stat(filepath.Join(dir, seal.File))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v; want mode 600", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, seal.File), []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(dir); err == nil {
		t.Error("a broken key was replaced: what was sealed with it would be lost")
	}
}

func TestRandom(t *testing.T) {
	a, b := seal.Random(), seal.Random()
	if a == b || len(a) != 43 {
		t.Errorf("Random = %d characters", len(a))
	}
	if bytes.Equal(seal.Hash(a), seal.Hash(b)) || len(seal.Hash(a)) != 32 {
		t.Error("Hash")
	}
}
