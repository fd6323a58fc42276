// The service: bytes into the store, their particulars into the register.

package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/singleflight"

	"rose-ash.com/roseash/api/media/internal/mediadb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// MaxSize is how many bytes an image that is sent here may have: 10 MiB.
const MaxSize = 10 << 20

// Path is where the server itself answers for media.
const Path = "/media"

// Service keeps images and copies of other files. It is safe for concurrent use;
// New makes one.
type Service struct {
	queries *mediadb.Queries
	store   Store
	clock   clock.Clock
	base    string
	sources *sources // nil: nothing is copied

	convert    func([]byte, looks) []converted
	converters chan struct{} // one in it for each that is at work
	patience   time.Duration
	resizing   singleflight.Group // by hash
}

// New returns the service over the register in pool and the bytes in store.
// baseURL is what the addresses of images begin with: Path, or the address of a
// CDN that fetches from there. It is kept in what refers to an image, so
// changing it later leaves older addresses as they are.
func New(pool *db.Pool, store Store, clk clock.Clock, baseURL string) *Service {
	return &Service{
		queries: mediadb.New(pool), store: store, clock: clk, base: strings.TrimSuffix(baseURL, "/"),
		convert: convert, converters: make(chan struct{}, converters), patience: patience,
	}
}

// StoredImage is an image that is kept, or a copy of another file. Width and Height are
// pixels, zero for an SVG that does not say and for what is no image.
type StoredImage struct {
	Hash      string `json:"hash" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" doc:"SHA-256 of the bytes."`
	Name      string `json:"name" example:"rye-loaf.jpg"`
	MediaType string `json:"media_type" enum:"image/png,image/jpeg,image/webp,image/gif,image/svg+xml" example:"image/jpeg"`
	Size      int64  `json:"size" example:"48211" doc:"Bytes."`
	Width     int    `json:"width" example:"1200" doc:"Pixels; 0: an SVG that does not say."`
	Height    int    `json:"height" example:"800" doc:"Pixels; 0: an SVG that does not say."`
	URL       string `json:"url" example:"/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/rye-loaf.jpg" doc:"The image's address for good."`
}

// Put keeps an image under a name made from the given one. It fails with 413
// `too_large`, with 415 `unsupported_media_type` where the bytes are no image
// of ours, with 422 `unreadable_image` or `too_many_pixels`, and with 422
// `unsafe_svg`, and has then changed nothing. Bytes that are kept already keep
// their first name.
func (s *Service) Put(ctx context.Context, name string, data []byte) (StoredImage, error) {
	if len(data) > MaxSize {
		return StoredImage{}, problem.TooLarge("an image may have up to 10 MiB")
	}
	looks, err := inspect(data)
	if err != nil {
		return StoredImage{}, err
	}
	return s.putBytes(ctx, fileName(name, endings[looks.kind]), looks, data)
}

// putBytes keeps bytes that have been looked at, under a name of fileName.
func (s *Service) putBytes(ctx context.Context, name string, is looks, data []byte) (StoredImage, error) {
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	if err := s.store.Put(ctx, hash, bytes.NewReader(data)); err != nil {
		return StoredImage{}, err
	}
	return s.register(ctx, hash, name, is, int64(len(data)))
}

// register notes what the store has.
func (s *Service) register(ctx context.Context, hash, name string, is looks, size int64) (StoredImage, error) {
	if err := s.queries.InsertObject(ctx, mediadb.InsertObjectParams{
		Hash: hash, Name: name, MediaType: string(is.kind), Size: size,
		Width: int32(is.width), Height: int32(is.height), At: s.clock.Now(),
	}); err != nil {
		return StoredImage{}, err
	}
	return s.Stored(ctx, hash)
}

// Save is Put for other domains, the seed and imports. The image has no
// alternative text: that belongs to its use.
func (s *Service) Save(ctx context.Context, name string, data []byte) (contract.Image, error) {
	o, err := s.Put(ctx, name, data)
	return contract.Image{URL: o.URL, Width: o.Width, Height: o.Height}, err
}

// Stored finds an image by the hash of its bytes; a 404 `not_found` where it is
// not kept here.
func (s *Service) Stored(ctx context.Context, hash string) (StoredImage, error) {
	if !validHash(hash) {
		return StoredImage{}, noObject()
	}
	row, err := s.queries.Object(ctx, hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return StoredImage{}, noObject()
	}
	return StoredImage{
		Hash: row.Hash, Name: row.Name, MediaType: row.MediaType, Size: row.Size,
		Width: int(row.Width), Height: int(row.Height), URL: s.base + "/" + row.Hash + "/" + row.Name,
	}, err
}

// Open reads the bytes of an image, from any place in them.
func (s *Service) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	f, err := s.store.Open(ctx, hash)
	if errors.Is(err, ErrNotStored) {
		return nil, noObject().WithCause(err)
	}
	return f, err
}

func noObject() *problem.Details { return problem.NotFound("no such image") }

// validHash tells a SHA-256 in lower-case hex.
func validHash(hash string) bool {
	if len(hash) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// fileName makes the last part of an address from the name a file had: a slug
// with the ending of its kind, whatever the name says.
func fileName(name, ending string) string {
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		name = name[:at]
	}
	slug := urls.Slug(strings.ToValidUTF8(name, ""))
	if len(slug) > 100 {
		slug = strings.TrimRight(slug[:100], "-")
	}
	if slug == "" {
		slug = "image"
	}
	return slug + ending
}
