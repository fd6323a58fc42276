// Images in other widths: made when somebody first asks for one, kept beside the
// original.

package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/media/internal/mediadb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

const (
	// converters is how many images are read whole at the same time. One of them
	// takes up to 400 MB and a processor for a second or two.
	converters = 2
	// patience is how long somebody waits for a converter before they get the
	// image as it is.
	patience = 3 * time.Second
)

// ErrBusy says that other images are being made; the image itself can be shown
// meanwhile.
var ErrBusy = errors.New("media: busy with other images")

// ResizedImage is where the bytes of an image in another width are, and of which
// type. Its hash is that of the image itself where nothing smaller shows it as
// well, or nothing can be made of it, as of one that moves.
type ResizedImage struct{ Hash, MediaType string }

// Resized finds an image in one of urls.ImageWidths, never wider than the image
// is, and makes all of them where that has not been done. It fails with a 404
// `not_found` for other widths and for images that have one size only, with
// ErrBusy, and where the bytes are lost.
func (s *Service) Resized(ctx context.Context, of StoredImage, width int) (ResizedImage, error) {
	if !slices.Contains(urls.ImageWidths(), width) || !scalable(kind(of.MediaType)) {
		return ResizedImage{}, noObject()
	}
	if made, there, err := s.resized(ctx, of, width); there || err != nil {
		return made, err
	}
	// Who asks for the same image meanwhile gets the same answer. It is kept even
	// if the first of them has left by then.
	made, err, _ := s.resizing.Do(of.Hash, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		// Others may have made it since it was looked for, all widths at once.
		if _, there, err := s.resized(ctx, of, width); there || err != nil {
			return nil, err
		}
		return s.resizeAll(ctx, of)
	})
	if err != nil {
		return ResizedImage{}, err
	}
	if made == nil {
		image, _, err := s.resized(ctx, of, width)
		return image, err
	}
	return made.(map[int]ResizedImage)[width], nil
}

// resized finds an image in a width that was made before, with its bytes.
func (s *Service) resized(ctx context.Context, of StoredImage, width int) (made ResizedImage, there bool, err error) {
	row, err := s.queries.Resized(ctx, mediadb.ResizedParams{Object: of.Hash, Width: int32(width)})
	if err == nil {
		_, err = s.store.Stat(ctx, row.Hash)
	}
	if errors.Is(err, pgx.ErrNoRows) || errors.Is(err, ErrNotStored) {
		return ResizedImage{}, false, nil
	}
	return ResizedImage(row), err == nil, err
}

// scalable tells the kinds of which smaller ones are made: vectors need none, and
// a GIF that is worth keeping moves.
func scalable(k kind) bool { return k == kindPNG || k == kindJPEG || k == kindWebP }

// resizeAll makes and keeps an image in every width.
func (s *Service) resizeAll(ctx context.Context, of StoredImage) (map[int]ResizedImage, error) {
	wait := time.NewTimer(s.patience)
	defer wait.Stop()
	select {
	case s.converters <- struct{}{}:
		defer func() { <-s.converters }()
	case <-wait.C:
		return nil, ErrBusy
	}
	f, err := s.Open(ctx, of.Hash)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	is, err := inspect(data)
	if err != nil {
		return nil, err
	}
	made := map[int]ResizedImage{}
	for _, c := range s.convert(data, is) {
		r := ResizedImage{Hash: of.Hash, MediaType: of.MediaType}
		if c.body != nil {
			sum := sha256.Sum256(c.body)
			r = ResizedImage{Hash: hex.EncodeToString(sum[:]), MediaType: string(c.kind)}
			if err := s.store.Put(ctx, r.Hash, bytes.NewReader(c.body)); err != nil {
				return nil, err
			}
		}
		if err := s.queries.SaveResized(ctx, mediadb.SaveResizedParams{
			Object: of.Hash, Width: int32(c.width), Hash: r.Hash, MediaType: r.MediaType, At: s.clock.Now(),
		}); err != nil {
			return nil, err
		}
		made[c.width] = r
	}
	return made, nil
}

// Sizes are the sizes of images by the hash of their bytes, read in the caller's
// transaction: other domains note them where they show an image. Images that are
// not kept, and vectors that do not say, are left out.
func (s *Service) Sizes(ctx context.Context, tx pgx.Tx, hashes []string) (map[string]contract.Size, error) {
	sizes := make(map[string]contract.Size, len(hashes))
	if len(hashes) == 0 {
		return sizes, nil
	}
	rows, err := mediadb.New(tx).Sizes(ctx, hashes)
	for _, row := range rows {
		if row.Width > 0 && row.Height > 0 {
			sizes[row.Hash] = contract.Size{Width: int(row.Width), Height: int(row.Height)}
		}
	}
	return sizes, err
}
