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
	out := make([][]form, len(rows))
	var group errgroup.Group
	group.SetLimit(2)
	for i, row := range rows {
		group.Go(func() error {
			body, err := b.Output.read(row.Tree, row.File)
			if err != nil || sha256.Sum256(body) != [sha256.Size]byte(row.ContentHash) {
				return nil // the next start finds it damaged and makes it again
			}
			out[i], err = b.Output.stageForms(row.Tree, row.File, body)
			return err
		})
	}
	err = group.Wait()
	var done ssgdb.PutSiblingsParams
	for i, row := range rows {
		err = b.Output.placeForms(row.Tree, row.File, out[i], err)
		done.Units, done.Hashes = append(done.Units, row.Unit), append(done.Hashes, row.ContentHash)
	}
	if err != nil {
		return false, err
	}
	return true, b.transact(ctx, func(_ pgx.Tx, q *ssgdb.Queries) error { return q.PutSiblings(ctx, done) })
}

// form is a compressed form of a page that is staged beside the trees.
type form struct{ name, ending string }

// stageForms compresses a file's bytes. A form that is not smaller is left out, and
// what is no text has none.
func (o *Output) stageForms(tree, file string, body []byte) (forms []form, err error) {
	if !compressible[path.Ext(file)] {
		return nil, nil
	}
	br, gz := squeeze(body, strings.HasPrefix("/"+file, site.AssetPrefix))
	for i, squeezed := range [][]byte{br, gz} {
		if len(squeezed) >= len(body) {
			continue
		}
		name, err := o.stage(tree, file, squeezed)
		if err != nil {
			return forms, err
		}
		forms = append(forms, form{name, siblingNames[i]})
	}
	return forms, nil
}

// placeForms puts staged forms beside their file; after an error they are removed.
func (o *Output) placeForms(tree, file string, forms []form, err error) error {
	for _, f := range forms {
		if err == nil {
			err = o.place(f.name, tree, file+f.ending, false)
			reached("squeezed")
		} else {
			o.abandon([]string{f.name})
		}
	}
	return err
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
