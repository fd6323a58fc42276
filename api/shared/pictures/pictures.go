// Package pictures completes the pictures in bodies that are about to be stored:
// how large they are, so that a page does not jump, and in which widths they can
// be had. A body is completed once, when it is saved, and not when a page is built.
package pictures

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/urls"
)

// Sizer knows the sizes of kept images by the hash of their bytes. It reads in the
// caller's transaction and leaves out images that are not kept.
type Sizer interface {
	Sizes(ctx context.Context, tx pgx.Tx, hashes []string) (map[string]contract.Size, error)
}

// Completer completes pictures. The zero value leaves bodies as they are.
type Completer struct {
	Images Sizer
	Media  urls.Media // where a CDN has kept images
}

// Complete completes the kept images of sanitised bodies, in tx; those of others
// stay as they are. Doing it again changes nothing. It fails as Sizes does.
func (c Completer) Complete(ctx context.Context, tx pgx.Tx, bodies ...*string) error {
	if c.Images == nil {
		return nil
	}
	var hashes []string
	for _, body := range bodies {
		hashes = append(hashes, safehtml.PictureHashes(*body, c.Media)...)
	}
	if len(hashes) == 0 {
		return nil
	}
	sizes, err := c.Images.Sizes(ctx, tx, hashes)
	if err != nil {
		return err
	}
	for _, body := range bodies {
		*body = safehtml.Pictures(*body, c.Media, func(hash string) (int, int) { return sizes[hash].Width, sizes[hash].Height })
	}
	return nil
}
