// Package seal keeps secrets that the database must not tell: what is stored in it and
// has to be read again is sealed with a key that is elsewhere, in ROSEASH_SECRET_KEY or in
// a file of the data directory. Whoever steals a backup of the database alone cannot open
// it.
//
// Each purpose has a key of its own (HKDF, RFC 5869), so that what was sealed for one
// cannot be passed off as another's.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// File is the key's file in the data directory.
const File = "secret-key"

// ErrForged says that something was not sealed with this key for this purpose, or was
// changed since.
var ErrForged = errors.New("seal: not sealed with this key")

// Key is what everything is sealed with. Parse, Open or New makes one.
type Key struct{ root []byte }

// New makes a key from KeySize random bytes. It panics for any other length.
func New(root []byte) Key {
	if len(root) != KeySize {
		panic("seal: a key has 32 bytes")
	}
	return Key{root}
}

// Parse reads a key as it is configured: base64 of KeySize bytes, with or without padding.
func Parse(text string) (Key, error) {
	root, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(root) != KeySize {
		return Key{}, errors.New("must be 32 bytes in base64")
	}
	return New(root), nil
}

// Open reads the key from File in the data directory, and makes it first where there is
// none. A second process on the same directory gets the same key.
func Open(dataDir string) (Key, error) {
	path := filepath.Join(dataDir, File)
	if text, err := os.ReadFile(path); err == nil {
		key, err := Parse(strings.TrimSpace(string(text)))
		if err != nil {
			return Key{}, fmt.Errorf("seal: %s %w", File, err)
		}
		return key, nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return Key{}, err
	}
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return Key{}, err
	}
	root := make([]byte, KeySize)
	_, _ = rand.Read(root)
	f, err := os.CreateTemp(dataDir, ".secret-key-*")
	if err != nil {
		return Key{}, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(root) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return Key{}, err
	}
	// Of two that start at once, the second finds the file and takes what is in it.
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return Key{}, err
	}
	return Open(dataDir)
}

func (k Key) derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, k.root, nil, "roseash "+purpose, 32)
	if err != nil {
		panic(err) // only for lengths that are never asked for
	}
	return key
}

// Seal encrypts text for a purpose, with AES-256-GCM and a random nonce in front.
func (k Key) Seal(purpose string, text []byte) []byte {
	return k.aead(purpose).Seal(nil, nil, text, nil)
}

// Open decrypts what Seal made for the same purpose, or fails with ErrForged.
func (k Key) Open(purpose string, sealed []byte) ([]byte, error) {
	text, err := k.aead(purpose).Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, ErrForged
	}
	return text, nil
}

func (k Key) aead(purpose string) cipher.AEAD {
	block, err := aes.NewCipher(k.derive(purpose))
	if err == nil {
		var aead cipher.AEAD
		if aead, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return aead
		}
	}
	panic(err) // only for keys of another length
}

// MAC is the HMAC-SHA-256 of text for a purpose: of what is too short to be stored as a
// plain hash.
func (k Key) MAC(purpose string, text []byte) []byte {
	mac := hmac.New(sha256.New, k.derive(purpose))
	mac.Write(text)
	return mac.Sum(nil)
}

// Hash is the SHA-256 of a secret of at least 128 random bits, as it is stored.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Random is a new secret of 256 random bits, in base64url without padding: 43 characters.
func Random() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}
