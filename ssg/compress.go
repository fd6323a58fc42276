// Compressed siblings: page.br and page.gz beside a page, for servers that hand
// them out. They are made at leisure; until then a page has none.

package ssg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/jackc/pgx/v5"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// compressible are the endings of files that are text.
var compressible = map[string]bool{
	".html": true, ".css": true, ".js": true, ".xml": true, ".txt": true, ".json": true, ".svg": true, ".ics": true, ".webmanifest": true,
}

// Levels: a page is compressed each time it changes, an asset once, and is fetched
// by everybody.
const (
	pageBrotli  = 5
	pageGzip    = 6
	assetBrotli = 11
	assetGzip   = 9
	// window of 2^16 bytes: pages are not longer, and a writer takes less memory.
	brotliWindow = 16
)

// compressAtOnce is how many pages get siblings in one step, between which events
// are looked after.
const (
	compressAtLeisure = 8
	compressAtOnce    = 256 // when nobody waits
)

// compress makes siblings for some pages that have none; false where all have.
func (b *Builder) compress(ctx context.Context, atOnce int32) (bool, error) {
	rows, err := ssgdb.New(b.Pool).WithoutSiblings(ctx, atOnce)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	type made struct{ br, gz string } // staged
	out := make([]made, len(rows))
	var group errgroup.Group
	group.SetLimit(2)
	for i, row := range rows {
		group.Go(func() error {
			body, err := b.Output.read(row.Tree, row.File)
			if err != nil || sha256.Sum256(body) != [sha256.Size]byte(row.ContentHash) {
				return nil // the next start finds it damaged and makes it again
			}
			if !compressible[path.Ext(row.File)] {
				return nil
			}
			br, gz := squeeze(body, strings.HasPrefix("/"+row.File, site.AssetPrefix))
			for _, s := range []struct {
				to   *string
				body []byte
			}{{&out[i].br, br}, {&out[i].gz, gz}} {
				if len(s.body) >= len(body) {
					continue
				}
				if *s.to, err = b.Output.stage(row.Tree, row.File, s.body); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = group.Wait()
	var done ssgdb.PutSiblingsParams
	for i, row := range rows {
		for _, s := range []struct{ name, ending string }{{out[i].br, ".br"}, {out[i].gz, ".gz"}} {
			if s.name == "" {
				continue
			}
			if err == nil {
				err = b.Output.place(s.name, row.Tree, row.File+s.ending, false)
			} else {
				b.Output.abandon([]string{s.name})
			}
		}
		done.Units, done.Hashes = append(done.Units, row.Unit), append(done.Hashes, row.ContentHash)
	}
	if err != nil {
		return false, err
	}
	return true, b.transact(ctx, func(_ pgx.Tx, q *ssgdb.Queries, _ ssgdb.LockStateRow) error { return q.PutSiblings(ctx, done) })
}

var (
	brotlis = sync.Pool{New: func() any {
		return brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: pageBrotli, LGWin: brotliWindow})
	}}
	gzips = sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(nil, pageGzip)
		return w
	}}
)

// squeeze compresses a file in both ways.
func squeeze(body []byte, asset bool) (br, gz []byte) {
	var b, g bytes.Buffer
	if asset {
		w := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: assetBrotli, LGWin: 18})
		w.Write(body)
		w.Close()
		z, _ := gzip.NewWriterLevel(&g, assetGzip)
		z.Write(body)
		z.Close()
		return b.Bytes(), g.Bytes()
	}
	w := brotlis.Get().(*brotli.Writer)
	defer brotlis.Put(w)
	w.Reset(&b)
	w.Write(body)
	w.Close()
	z := gzips.Get().(*gzip.Writer)
	defer gzips.Put(z)
	z.Reset(&g)
	z.Write(body)
	z.Close()
	return b.Bytes(), g.Bytes()
}
