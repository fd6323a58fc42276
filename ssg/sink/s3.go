// Objects in S3-compatible storage.

package sink

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/filetype"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/urls"
)

const (
	// patience is for one request to the storage with its repetitions.
	patience = 30 * time.Second
	// attempts is how often one request is sent where the storage is busy or away.
	attempts = 4
	// rounds is how often a conditional write is begun anew because something else
	// was written meanwhile.
	rounds = 8
)

// s3Store is a Store in a bucket. A file's key is prefix, tree, slash, file.
type s3Store struct {
	Options
	core           minio.Core
	client         *http.Client
	endpoint       string
	bucket, prefix string

	probing    sync.Mutex
	probed     bool // whether conditional is known
	conditions bool // whether the storage keeps to conditions

	mu      sync.Mutex
	claimed claim
	seen    time.Time // when the claim was last seen to stand
}

// newS3 makes a store without asking the storage anything. It fails where the
// endpoint is none.
func newS3(c config.S3, o Options) (*s3Store, error) {
	endpoint, err := urls.Origin(c.Endpoint)
	if err != nil {
		return nil, err
	}
	scheme, host, _ := strings.Cut(endpoint, "://")
	client := httpx.Operator(patience)
	made, err := minio.New(host, &minio.Options{
		Creds:      credentials.NewStaticV4(c.AccessKey.Reveal(), c.SecretKey.Reveal(), ""),
		Secure:     scheme == "https",
		Region:     c.Region,
		Transport:  client.Transport,
		MaxRetries: attempts,
	})
	if err != nil {
		return nil, err
	}
	return &s3Store{
		Options: o, core: minio.Core{Client: made}, client: client,
		endpoint: endpoint, bucket: c.Bucket, prefix: c.Prefix,
	}, nil
}

// String names the bucket.
func (s *s3Store) String() string { return "bucket " + s.bucket + " at " + s.endpoint }

func (s *s3Store) closeIdle() { s.client.CloseIdleConnections() }

func (s *s3Store) key(tree, file string) string { return s.prefix + tree + "/" + file }

// place is the file that a key stands for; false for what is no file of a tree.
func (s *s3Store) place(key string) (File, bool) {
	rest, ours := strings.CutPrefix(key, s.prefix)
	tree, file, below := strings.Cut(rest, "/")
	return File{tree, file}, ours && below && tree != "" && tree[0] != '.' && file != ""
}

// codings are the endings of compressed siblings.
var codings = []struct{ ending, coding string }{{".br", "br"}, {".gz", "gzip"}}

// uncompressed is the file whose compressed sibling this is, and the coding; a
// file that is none is itself.
func uncompressed(file string) (plain, coding string) {
	for _, c := range codings {
		if plain, ok := strings.CutSuffix(file, c.ending); ok {
			return plain, c.coding
		}
	}
	return file, ""
}

// The names of what an object carries, as minio writes them.
const (
	metaHash       = "Sha256"
	metaGeneration = "Generation"
	metaEpoch      = "Epoch"
)

// stored is what is known of an object.
type stored struct {
	etag       string // empty: there is none
	generation int64
	epoch      string
	hash       [32]byte
	known      bool // whether hash is
}

// look asks for an object's state.
func (s *s3Store) look(ctx context.Context, key string) (stored, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	info, err := s.core.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if missing(err) {
		return stored{}, nil
	}
	if err != nil {
		return stored{}, fault("looking at "+key, err)
	}
	have := stored{etag: info.ETag, epoch: info.UserMetadata[metaEpoch]}
	have.generation, _ = strconv.ParseInt(info.UserMetadata[metaGeneration], 10, 64)
	n, err := hex.Decode(have.hash[:], []byte(fitting(info.UserMetadata[metaHash])))
	have.known = err == nil && n == len(have.hash)
	return have, nil
}

// fitting is a hash in hexadecimal, or nothing where it has another length.
func fitting(text string) string {
	if len(text) != 2*sha256.Size {
		return ""
	}
	return text
}

// write stores bytes under a key; where the storage keeps to conditions, only if
// the object is still as it was seen. The error is lost where it is not.
func (s *s3Store) write(ctx context.Context, key string, body []byte, o minio.PutObjectOptions, over stored) error {
	switch {
	case !s.conditions:
	case over.etag == "":
		o.SetMatchETagExcept("*")
	default:
		o.SetMatchETag(over.etag)
	}
	return s.send(ctx, key, body, o)
}

// send stores bytes as the options say. Their hash is signed with the request, so
// that the storage takes no others.
func (s *s3Store) send(ctx context.Context, key string, body []byte, o minio.PutObjectOptions) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	o.DisableContentSha256 = true // or minio signs chunk by chunk over plain http
	sum := sha256.Sum256(body)
	_, err := s.core.PutObject(ctx, s.bucket, key, bytes.NewReader(body), int64(len(body)), "", hex.EncodeToString(sum[:]), o)
	return err
}

// errHash says that a caller's hash and bytes do not belong together.
var errHash = errors.New("the object's hash is not that of its bytes")

// Put implements Store.
func (s *s3Store) Put(ctx context.Context, o Object) error {
	if sha256.Sum256(o.Body) != o.Hash {
		return errHash
	}
	key := s.key(o.Tree, o.File)
	plain, coding := uncompressed(o.File)
	options := minio.PutObjectOptions{
		ContentType: filetype.Of(plain), ContentEncoding: coding, CacheControl: filetype.Caching(o.File),
	}
	for range rounds {
		have, now, err := s.turn(ctx, key)
		if err != nil {
			return err
		}
		options.UserMetadata = map[string]string{
			metaHash: hex.EncodeToString(o.Hash[:]), metaGeneration: strconv.FormatInt(now.Generation, 10), metaEpoch: now.Epoch,
		}
		// What is lost may be our own write whose answer did not arrive: done again,
		// it is the same.
		err = s.write(ctx, key, o.Body, options, have)
		if err == nil || !lost(err) {
			return fault("storing "+key, err)
		}
	}
	return fmt.Errorf("storing %s: something else writes it all the time", key)
}

// turn looks at an object and then at the claim: it fails with ErrFenced where
// either says that another builder has taken over.
func (s *s3Store) turn(ctx context.Context, key string) (stored, claim, error) {
	have, err := s.look(ctx, key)
	if err != nil {
		return stored{}, claim{}, err
	}
	now, err := s.current(ctx)
	if err == nil && have.epoch == now.Epoch && have.generation > now.Generation {
		err = &Fenced{Generation: have.generation}
	}
	return have, now, err
}

// Delete implements Store.
func (s *s3Store) Delete(ctx context.Context, f File) error {
	for _, ending := range []string{"", codings[0].ending, codings[1].ending} {
		key := s.key(f.Tree, f.File+ending)
		have, _, err := s.turn(ctx, key)
		if err != nil {
			return err
		}
		if have.etag == "" {
			continue
		}
		if err := s.remove(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func (s *s3Store) remove(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.core.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{})
	if missing(err) {
		return nil
	}
	return fault("removing "+key, err)
}

// List implements Store. S3's own list has no hashes, so that each file is asked
// for, several at a time.
func (s *s3Store) List(ctx context.Context, fn func(f File, hash [32]byte, known bool) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	var mu sync.Mutex
	for info := range s.core.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if info.Err != nil {
			group.Go(func() error { return fault("listing", info.Err) })
			break
		}
		f, ok := s.place(info.Key)
		if !ok {
			continue
		}
		group.Go(func() error {
			have, err := s.look(ctx, info.Key)
			if err != nil || have.etag == "" { // removed meanwhile
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			return fn(f, have.hash, have.known)
		})
	}
	return group.Wait()
}

// lost tells that a conditional write found another state than it was for: 412,
// 409 where two came at once, 404 where the object is gone.
func lost(err error) bool {
	var answer minio.ErrorResponse
	return errors.As(err, &answer) && (answer.StatusCode == http.StatusPreconditionFailed ||
		answer.StatusCode == http.StatusConflict || missing(err))
}

// missing tells that there is no such object.
func missing(err error) bool {
	var answer minio.ErrorResponse
	return errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket
}

// fault says what could not be done. The storage's own words are left out but
// for its code: they may hold what the request held.
func fault(doing string, err error) error {
	if err == nil {
		return nil
	}
	var answer minio.ErrorResponse
	if errors.As(err, &answer) && answer.StatusCode != 0 {
		return fmt.Errorf("%s: the storage answers %d %.60s", doing, answer.StatusCode, answer.Code)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
