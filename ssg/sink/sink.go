// What is delivered, to whom, and how the configured targets are made.

package sink

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path"
	"strings"

	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/filetype"
)

// Object is one file of a built tree as it is stored elsewhere.
type Object struct {
	Tree, File string
	Body       []byte
	// Hash is the SHA-256 of Body.
	Hash [32]byte
}

// File names a file of a built tree.
type File struct{ Tree, File string }

// Store keeps a copy of the built trees. Its methods may be called from several
// goroutines at once.
type Store interface {
	// Claim takes a generation for this builder. It fails with ErrFenced where a
	// newer one was claimed, or this one by another builder. Claiming again what
	// one has asks whether that still holds.
	Claim(ctx context.Context, generation int64) error
	// Put stores an object with its media type, its cache header and its hash,
	// whether or not it is there already. It fails with ErrFenced where a newer
	// generation has written the object, and before the first Claim.
	Put(ctx context.Context, o Object) error
	// Delete removes a file and its compressed siblings. What is not there is no
	// error. It fails as Put does.
	Delete(ctx context.Context, f File) error
	// List calls fn for every file, one call at a time, in no order. Known is
	// false where the file was not stored by Put, so that its hash is not known.
	List(ctx context.Context, fn func(f File, hash [32]byte, known bool) error) error
	// Check looks whether the store can be used as it is meant to; the error says
	// what to do.
	Check(ctx context.Context) error
	// String names it for the operator, without secrets.
	String() string
}

// Purger tells a CDN that addresses changed.
type Purger interface {
	// Purge returns when all was accepted. It fails with a *Later where it was
	// asked to come back later; repeating the whole does no harm.
	Purge(ctx context.Context, p Purge) error
	// String names it for the operator, without secrets.
	String() string
}

// Purge is what has changed for visitors.
type Purge struct {
	// Generation is the one that changed it.
	Generation int64
	// URLs are absolute. More than MaxURLs of them mean everything.
	URLs []string
	// Everything says that any address may have changed.
	Everything bool
}

// MaxURLs is how many addresses are purged singly. Above it, to forget everything
// is quicker for us and kinder to the CDN's limits.
const MaxURLs = 1000

// everything tells whether single addresses are not worth naming.
func (p Purge) everything() bool { return p.Everything || len(p.URLs) > MaxURLs }

// none tells whether there is nothing to say.
func (p Purge) none() bool { return !p.Everything && len(p.URLs) == 0 }

// Address is where a file is found on the origin of its tree, and whether a CDN
// can hold an old version of it: it can of pages, feeds and sitemaps, and not of
// assets, whose names change with their bytes, nor of compressed siblings, which
// have no address of their own.
func Address(origin, file string) (address string, purge bool) {
	if _, coding := uncompressed(file); coding != "" || strings.HasPrefix(file, filetype.Assets) {
		return "", false
	}
	if path.Base(file) == "index.html" {
		file = strings.TrimSuffix(file, "index.html")
	}
	return origin + (&url.URL{Path: "/" + file}).EscapedPath(), true
}

// ErrFenced is in the chain of every error by which a store turns a builder away
// that was replaced. Nothing is to be tried again by it with that generation.
var ErrFenced = errors.New("another builder has taken over")

// Fenced says by which generation a builder was turned away.
type Fenced struct {
	// Generation is the one that is in the store.
	Generation int64
	// Builder claimed it; empty where an object shows it.
	Builder string
}

// Error says what happened.
func (f *Fenced) Error() string {
	return fmt.Sprintf("%v: generation %d is there", ErrFenced, f.Generation)
}

// Is makes it an ErrFenced.
func (f *Fenced) Is(target error) bool { return target == ErrFenced }

// Options tune Open; the zero value is ready.
type Options struct {
	// Builder names who claims generations. The same name may claim the same
	// generation again, so that one that outlives the process lets a restart
	// finish what it had begun. Default: a random one.
	Builder string
	// Log hears of storage that ignores conditional writes; default slog.Default.
	Log *slog.Logger
}

// Targets are where deliveries go. The zero value has none.
type Targets struct {
	// Store is nil where none is configured.
	Store   Store
	Purgers []Purger
}

// Open makes the targets that are configured. It asks nobody: a storage that is
// away keeps nothing from starting.
func Open(cfg config.Config, o Options) (Targets, error) {
	if o.Builder == "" {
		o.Builder = rand.Text()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	var t Targets
	if cfg.S3.Bucket != "" {
		store, err := newS3(cfg.S3, o)
		if err != nil {
			return Targets{}, fmt.Errorf("ROSEASH_S3_ENDPOINT: %w", err)
		}
		t.Store = store
	}
	if cfg.Purge.URL != "" {
		t.Purgers = append(t.Purgers, NewWebhook(cfg.Purge.URL, cfg.Purge.Secret))
	}
	if cfg.Cloudflare.Zone != "" {
		t.Purgers = append(t.Purgers, NewCloudflare(cloudflareAPI, cfg.Cloudflare.Zone, cfg.Cloudflare.Token))
	}
	return t, nil
}

// None tells whether nothing is configured.
func (t Targets) None() bool { return t.Store == nil && len(t.Purgers) == 0 }

// Close lets idle connections go.
func (t Targets) Close() {
	closeIdle(t.Store)
	for _, p := range t.Purgers {
		closeIdle(p)
	}
}

func closeIdle(target any) {
	if c, ok := target.(interface{ closeIdle() }); ok {
		c.closeIdle()
	}
}
