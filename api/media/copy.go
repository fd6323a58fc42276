// Copies of files that stand elsewhere: fetched, told by their bytes, and kept.

package media

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/problem"
)

const (
	// MaxCopiedPicture is how many bytes a copied picture may have: 20 MiB.
	MaxCopiedPicture = 20 << 20
	// MaxCopiedFile is how many bytes any other copied file may have: 512 MiB.
	MaxCopiedFile = 512 << 20

	// pictureTime and fileTime are how long copying one may take in all.
	pictureTime = time.Minute
	fileTime    = 15 * time.Minute
	// picturesRead is how many pictures are read whole at the same time.
	picturesRead = 4
	// sniffed is how much of a file's beginning is looked at.
	sniffed = 64 << 10
)

// Sources say where files are copied from. Ghost is the address of the Ghost that the
// operator configured; empty: there is none. Peers are loopback host:port pairs that count
// as public, for development and tests.
type Sources struct {
	Ghost string
	Peers []string
}

type sources struct {
	ghost            *url.URL // nil: none
	operator, public *http.Client
	reading          chan struct{} // one in it for each picture that is being read
}

// WithSources has the service copy files, and removes what a process has left that was
// killed at it. It panics where Peers are not loopback.
func (s *Service) WithSources(o Sources) *Service {
	s.sources = &sources{
		operator: httpx.Operator(fileTime),
		public:   httpx.Public(httpx.PublicOptions{Timeout: pictureTime, MaxBytes: MaxCopiedPicture, Peers: o.Peers}),
		reading:  make(chan struct{}, picturesRead),
	}
	if u, err := url.Parse(o.Ghost); err == nil && u.Host != "" {
		s.sources.ghost = u
	}
	// What cannot be removed now only takes room until the next start.
	_ = s.store.Sweep(context.Background(), s.clock.Now().Add(-4*fileTime))
	return s
}

// takes is which files are taken from an address.
type takes int

const (
	takesPictures takes = iota
	takesMedia          // and sound and film
	takesAll
)

// KeepFrom keeps a copy of the file at an http or https address. With ghost, files below
// content/images, content/media and content/files of the configured Ghost are taken, each of
// the sorts that Ghost keeps there; from every other address only pictures are, and private
// addresses are refused. What a file is, its bytes say. It fails with 503 `unavailable`
// where the address does not answer with a file, and otherwise as Put does: with 413
// `too_large`, 415 `unsupported_media_type`, 422 `unreadable_image`, `too_many_pixels` and
// `unsafe_svg`. Nothing is left behind then.
func (s *Service) KeepFrom(ctx context.Context, address string, ghost bool) (contract.File, error) {
	from := s.sources
	u, err := url.Parse(address)
	if from == nil || err != nil {
		return contract.File{}, problem.Unavailable("nothing is copied from this address")
	}
	client, what, within := from.public, takesPictures, pictureTime
	if ghost && from.ghost != nil && u.Scheme == from.ghost.Scheme && strings.EqualFold(u.Host, from.ghost.Host) {
		client = from.operator
		if what = ghostTakes(u.Path, from.ghost.Path); what != takesPictures {
			within = fileTime
		}
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	body, err := open(ctx, client, address)
	if err != nil {
		return contract.File{}, err
	}
	defer body.Close()
	o, err := s.keepBody(ctx, body, path.Base(u.Path), what)
	return contract.File{URL: o.URL, MediaType: o.MediaType, Size: o.Size, Width: o.Width, Height: o.Height}, err
}

// ghostTakes tells by an address's path below the Ghost's what it may hold.
func ghostTakes(at, ghost string) takes {
	rest, ok := strings.CutPrefix(path.Clean(at), strings.TrimSuffix(ghost, "/")+"/content/")
	switch folder, _, _ := strings.Cut(rest, "/"); {
	case ok && folder == "media":
		return takesMedia
	case ok && folder == "files":
		return takesAll
	}
	return takesPictures
}

// open asks for a file. The bytes are wanted as they are: what is compressed on the way
// would only be unpacked to see how large it is.
func open(ctx context.Context, client *http.Client, address string) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, problem.Unavailable("nothing is copied from this address").WithCause(err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	res, err := client.Do(r)
	if err != nil {
		return nil, unreachable(err)
	}
	switch {
	case res.StatusCode != http.StatusOK:
		err = problem.Unavailable("the address answers %d", res.StatusCode)
	case res.ContentLength > MaxCopiedFile:
		err = tooLargeCopy
	default:
		return res.Body, nil
	}
	res.Body.Close()
	return nil, err
}

// unreachable says why there is no answer, or only half of one.
func unreachable(err error) error {
	switch {
	case errors.Is(err, httpx.ErrTooLarge):
		return tooLargeCopy.WithCause(err)
	case errors.Is(err, httpx.ErrRefused):
		return problem.Unavailable("the address, or one that it leads to, is not asked").WithCause(err)
	case errors.Is(err, context.DeadlineExceeded):
		return problem.Unavailable("the file did not come in time").WithCause(err)
	}
	return problem.Unavailable("the address does not answer").WithCause(err)
}

var tooLargeCopy = problem.TooLarge("a picture may have up to 20 MiB, any other file up to 512 MiB")

// keepBody keeps what body has, which had a name elsewhere. Pictures are read whole,
// because all of an SVG has to be looked at; anything else goes to the store as it comes.
func (s *Service) keepBody(ctx context.Context, body io.Reader, name string, what takes) (StoredImage, error) {
	source := &fetched{r: body, left: MaxCopiedFile}
	file := bufio.NewReaderSize(source, sniffed)
	head, err := file.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return StoredImage{}, unreachable(err)
	}
	k := sniffFile(head, name)
	switch {
	case len(head) == 0:
		return StoredImage{}, problem.UnsupportedMedia("the file is empty")
	case k.isPicture():
		return s.keepPicture(ctx, source, file, name, k, what)
	case what == takesPictures:
		return StoredImage{}, problem.UnsupportedMedia("the file is no picture")
	case what == takesMedia && !k.isPlayed():
		return StoredImage{}, problem.UnsupportedMedia("the file is no picture, sound or film")
	case k == kindHTML && !slices.Contains(written, strings.ToLower(path.Ext(name))):
		return StoredImage{}, problem.UnsupportedMedia("there is a page in place of the file")
	case k == kindHTML || k == kindXML:
		k = kindBytes
	}
	return s.keepFile(ctx, source, file, name, k)
}

// written are the endings of files that may hold HTML.
var written = []string{".html", ".htm", ".xhtml", ".txt", ".md"}

// keepPicture keeps a picture. One that is only offered for keeping need not be one that we
// show.
func (s *Service) keepPicture(ctx context.Context, source *fetched, file io.Reader, name string, k kind, what takes) (StoredImage, error) {
	select {
	case s.sources.reading <- struct{}{}:
		defer func() { <-s.sources.reading }()
	case <-ctx.Done():
		return StoredImage{}, unreachable(ctx.Err())
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxCopiedPicture+1))
	switch {
	case err != nil:
		return StoredImage{}, unreachable(err)
	case len(data) <= MaxCopiedPicture:
		is, err := inspectCopied(data, k)
		if err == nil {
			return s.putBytes(ctx, fileName(name, endingOf(k, name)), is, data)
		}
		if what != takesAll {
			return StoredImage{}, err
		}
	case what != takesAll:
		return StoredImage{}, tooLargeCopy
	}
	return s.keepFile(ctx, source, io.MultiReader(bytes.NewReader(data), file), name, kindBytes)
}

// keepFile keeps what file reads, without having it in memory.
func (s *Service) keepFile(ctx context.Context, source *fetched, file io.Reader, name string, k kind) (StoredImage, error) {
	hash, size, err := s.store.Keep(ctx, file)
	if source.err != nil {
		return StoredImage{}, unreachable(source.err)
	}
	if err != nil {
		return StoredImage{}, err
	}
	return s.register(ctx, hash, fileName(name, endingOf(k, name)), looks{kind: k}, size)
}

// fetched reads so many bytes at most, and remembers why it failed: a store's own failures
// are none of the address's.
type fetched struct {
	r    io.Reader
	left int64
	err  error
}

// Read implements io.Reader.
func (f *fetched) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if f.left -= int64(n); f.left < 0 {
		err = httpx.ErrTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}
