// Files between the look at what they would change and the word to apply them.

package web

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

const (
	uploadsKept = 4
	uploadKept  = 30 * time.Minute
)

// uploads keeps a few files in memory for a while. The zero value is ready for use.
type uploads struct {
	mu    sync.Mutex
	files []upload // the oldest first
}

type upload struct {
	token string
	file  []byte
	until time.Time
}

// keep remembers a file, and forgets the oldest where there are too many. The token
// is how it is asked for.
func (u *uploads) keep(file []byte, now time.Time) (token string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.forget(now)
	if len(u.files) == uploadsKept {
		u.files = u.files[1:]
	}
	token = rand.Text()
	u.files = append(u.files, upload{token, file, now.Add(uploadKept)})
	return token
}

// find is the file with a token, nil where it is no longer kept. It stays, so that
// what failed can be tried again.
func (u *uploads) find(token string, now time.Time) []byte {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.forget(now)
	for _, f := range u.files {
		if f.token == token {
			return f.file
		}
	}
	return nil
}

// drop forgets a file that has been stored.
func (u *uploads) drop(token string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.files = slices.DeleteFunc(u.files, func(f upload) bool { return f.token == token })
}

func (u *uploads) forget(now time.Time) {
	kept := u.files[:0:0]
	for _, f := range u.files {
		if now.Before(f.until) {
			kept = append(kept, f)
		}
	}
	u.files = kept
}
