// Who may write to a bucket: claims, and whether the storage keeps to conditions.

package sink

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"

	"rose-ash.com/roseash/api/shared/httpx"
)

// The objects beside the trees. No tree's name begins with a dot.
const (
	claimFile = ".roseash/generation"
	probeFile = ".roseash/probe-"
)

// maxClaim is how many bytes a claim has at the most.
const maxClaim = 4 << 10

// claim is what stands in the claim's object.
type claim struct {
	// Generation is the newest that a builder has begun to deliver.
	Generation int64 `json:"generation"`
	// Builder is who.
	Builder string `json:"builder"`
	// Epoch is made with the object. Generations count within it: an operator who
	// deletes the object lets them begin anew.
	Epoch string `json:"epoch"`
}

// errClaim says that the claim's object holds something else.
var errClaim = errors.New("it is no claim of Rose Ash: delete it if the bucket is ours alone")

func parseClaim(raw []byte) (claim, error) {
	var c claim
	if err := json.Unmarshal(raw, &c); err != nil || c.Generation < 1 || c.Builder == "" || c.Epoch == "" {
		return claim{}, errClaim
	}
	return c, nil
}

// errUnclaimed says that a caller did not claim first.
var errUnclaimed = errors.New("no generation was claimed")

// fresh is how long a claim that was seen to stand is believed without asking.
const fresh = time.Second

// current is this builder's claim, which stood a moment ago. Not every write can
// be fenced by the object that it meets: one that is not there has no generation.
func (s *s3Store) current(ctx context.Context) (claim, error) {
	s.mu.Lock()
	last, seen := s.claimed, s.seen
	s.mu.Unlock()
	if last.Generation == 0 {
		return claim{}, errUnclaimed
	}
	// By the clock on the wall: the other one may stand while the machine sleeps.
	if age := time.Now().Round(0).Sub(seen); age >= 0 && age < fresh {
		return last, nil
	}
	return last, s.Claim(ctx, last.Generation)
}

// Claim implements Store.
func (s *s3Store) Claim(ctx context.Context, generation int64) error {
	if generation < 1 {
		return fmt.Errorf("generation %d: they begin with 1", generation)
	}
	if err := s.probe(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	before := s.claimed
	s.mu.Unlock()
	// Each round that is lost means that somebody else has claimed meanwhile.
	for range 16 * rounds {
		asked := time.Now().Round(0)
		have, etag, err := s.readClaim(ctx)
		if err != nil {
			return err
		}
		moved := before.Epoch != "" && have.Epoch != "" && have.Epoch != before.Epoch
		switch {
		case moved, have.Generation > generation, have.Generation == generation && have.Builder != s.Builder:
			return &Fenced{have.Generation, have.Builder}
		case have.Generation == generation:
			s.mu.Lock()
			s.claimed, s.seen = have, asked
			s.mu.Unlock()
			return nil
		}
		next := claim{generation, s.Builder, have.Epoch}
		if next.Epoch == "" {
			next.Epoch = rand.Text()
		}
		// The answer is not believed: what stands there in the next round is.
		if err := s.writeClaim(ctx, next, etag); err != nil && !lost(err) {
			return fault("claiming", err)
		}
	}
	return errors.New("claiming: the storage refuses every conditional write")
}

// readClaim is the claim that stands, and its etag; zero where there is none.
func (s *s3Store) readClaim(ctx context.Context) (claim, string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	options := minio.GetObjectOptions{}
	options.Set("Accept-Encoding", "identity") // a proxy that compresses changes the etag
	body, info, _, err := s.core.GetObject(ctx, s.bucket, s.prefix+claimFile, options)
	if missing(err) {
		return claim{}, "", nil
	}
	if err != nil {
		return claim{}, "", fault("reading the claim", err)
	}
	defer body.Close()
	raw, err := httpx.ReadLimited(body, maxClaim)
	if errors.Is(err, httpx.ErrTooLarge) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errClaim
	}
	if err != nil {
		return claim{}, "", fmt.Errorf("reading the claim: %w", err)
	}
	c, err := parseClaim(raw)
	if err != nil {
		return claim{}, "", fmt.Errorf("%s: %w", s.prefix+claimFile, err)
	}
	return c, info.ETag, nil
}

func (s *s3Store) writeClaim(ctx context.Context, c claim, over string) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return s.write(ctx, s.prefix+claimFile, raw, small, stored{etag: over})
}

// small is how the objects beside the trees are stored: nobody keeps them.
var small = minio.PutObjectOptions{ContentType: "application/json", CacheControl: "no-store"}

// probe finds out, until it succeeds once, whether the storage keeps to
// conditions, and says in the log where it does not.
func (s *s3Store) probe(ctx context.Context) error {
	s.probing.Lock()
	defer s.probing.Unlock()
	if s.probed {
		return nil
	}
	kept, err := s.keepsConditions(ctx)
	if err != nil {
		return err
	}
	s.probed, s.conditions = true, kept
	if !kept {
		s.Log.Warn("the storage ignores conditional writes: two builders at the same moment can overwrite one another's pages; run one builder only",
			"storage", s.String())
	}
	return nil
}

// keepsConditions tries all that claims rely on, on an object of its own: one
// that is there is not made a second time, one that has changed is not replaced,
// one that has not is.
func (s *s3Store) keepsConditions(ctx context.Context) (bool, error) {
	key := s.prefix + probeFile + rand.Text()
	try := func(body string, condition func(*minio.PutObjectOptions)) error {
		o := small
		condition(&o)
		return s.send(ctx, key, []byte(body), o)
	}
	absent := func(o *minio.PutObjectOptions) { o.SetMatchETagExcept("*") }
	err := try("a", absent)
	if unheard(err) {
		return false, nil
	}
	if err != nil && !lost(err) { // lost: the answer to the first try did not arrive
		return false, fault("trying to write", err)
	}
	defer func() {
		// Where this fails a few bytes stay behind, which do no harm.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		s.remove(ctx, key)
	}()
	have, err := s.look(ctx, key)
	if err != nil {
		return false, err
	}
	for _, refused := range []func(*minio.PutObjectOptions){
		absent,
		func(o *minio.PutObjectOptions) { o.SetMatchETag("0123456789abcdef0123456789abcdef") },
	} {
		switch err := try("b", refused); {
		case err == nil || unheard(err):
			return false, nil
		case !lost(err):
			return false, fault("trying conditional writes", err)
		}
	}
	switch err := try("c", func(o *minio.PutObjectOptions) { o.SetMatchETag(have.etag) }); {
	case unheard(err), lost(err):
		return false, nil
	default:
		return err == nil, fault("trying conditional writes", err)
	}
}

// unheard tells that the storage does not know conditions and says so.
func unheard(err error) bool {
	var answer minio.ErrorResponse
	return errors.As(err, &answer) && answer.StatusCode == http.StatusNotImplemented
}

// errIgnored and errVersions are what Check finds wrong.
var (
	errIgnored  = errors.New("it answers, and ignores conditional writes: let one process have the builder role, or take another storage")
	errVersions = errors.New("it keeps old versions, so that a page that is withdrawn stays in it: turn versioning off for the bucket")
)

// Check implements Store: it writes, reads and removes a probe.
func (s *s3Store) Check(ctx context.Context) error {
	kept, err := s.keepsConditions(ctx)
	if err != nil {
		return err
	}
	if !kept {
		return errIgnored
	}
	// Without the right to list, what is not there is forbidden instead of missing.
	if _, err := s.look(ctx, s.prefix+probeFile+"absent"); err != nil {
		return fmt.Errorf("the key must be let list the bucket, as well as read, write and delete: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// A key that may not ask, or storage without versions, has none to warn of.
	if v, err := s.core.GetBucketVersioning(ctx, s.bucket); err == nil && v.Enabled() {
		return errVersions
	}
	return nil
}
