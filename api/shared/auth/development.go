// The development token: a stand-in for signing in, on loopback only.

package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"rose-ash.com/roseash/api/shared/urls"
)

// DevelopmentFile is the token's file in the data directory.
const DevelopmentFile = "dev-token"

var developmentToken = regexp.MustCompile(`^roseash_dev_[A-Z2-7]{26}$`)

// DevelopmentToken is a Verifier for one token with every scope.
type DevelopmentToken struct {
	token string
	sum   [sha256.Size]byte
}

// Development returns the token in the data directory's DevelopmentFile, and
// makes it first where there is none, or one that others could have read or
// written. A second process on the same directory gets the same token. Call it
// only where config.Config.StandIns is true; then print Token.
func Development(dataDir string) (*DevelopmentToken, error) {
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return nil, fmt.Errorf("auth: data directory: %w", err)
	}
	path := filepath.Join(dataDir, DevelopmentFile)
	token, err := readToken(path)
	if err != nil {
		if token, err = makeToken(path); err != nil {
			return nil, fmt.Errorf("auth: development token: %w", err)
		}
	}
	return &DevelopmentToken{token: token, sum: sha256.Sum256([]byte(token))}, nil
}

// Token is the token itself, to be printed at start.
func (d *DevelopmentToken) Token() string { return d.token }

// Verify accepts the token from a request that came straight to a loopback
// host. Hashes are compared, in constant time.
func (d *DevelopmentToken) Verify(_ context.Context, c Credentials) (Principal, error) {
	sum := sha256.Sum256([]byte(c.Token))
	same := subtle.ConstantTimeCompare(sum[:], d.sum[:]) == 1
	if !same || c.Forwarded || !urls.Loopback(c.Host) {
		return Principal{}, ErrRefused
	}
	return Principal{Name: "development", Scopes: []string{AllScopes}}, nil
}

// readToken reads a token that only its owner can read or write; a link or a
// wider mode is an error, so that a new token replaces it.
func readToken(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return "", errors.New("not a private file")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, 100))
	if err != nil {
		return "", err
	}
	token := string(raw)
	if len(token) > 0 && token[len(token)-1] == '\n' {
		token = token[:len(token)-1]
	}
	if !developmentToken.MatchString(token) {
		return "", errors.New("not a token")
	}
	return token, nil
}

// makeToken puts a new token in place whole. Where two processes start at once,
// the one that comes second takes the other's.
func makeToken(path string) (string, error) {
	token := "roseash_dev_" + rand.Text()
	f, err := os.CreateTemp(filepath.Dir(path), ".dev-token-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(token + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	err = os.Link(f.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		if theirs, readErr := readToken(path); readErr == nil {
			return theirs, nil
		}
		err = os.Rename(f.Name(), path)
	} else if err != nil {
		// Some file systems have no links.
		err = os.Rename(f.Name(), path)
	}
	return token, err
}
