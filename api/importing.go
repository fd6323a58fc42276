// The import of a site's Markdown files: read and rendered ahead by all
// processors, stored batch by batch in the order of their names.

package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/frontmatter"
)

// importBatch is how many files are stored in one transaction; ahead is how many
// batches are rendered before their turn, which bounds the memory.
const (
	importBatch = 200
	ahead       = 2
)

// MarkdownOptions say how files are imported.
type MarkdownOptions struct {
	DryRun   bool                    // say what would become of each file, and write nothing
	Progress func(done, total int)   // called after each batch; may be nil
	Report   func(contract.Imported) // called for each file, in the order of their names; may be nil
}

// ImportMarkdown brings in the posts, pages and products of a site of Hugo's or
// Jekyll's. Each file is known by its path from the content root: one that has not
// changed since the last import changes nothing, one whose post was changed here
// is kept as it is here, one that cannot be stored is refused and keeps nothing
// else back. It fails where the folder cannot be read or the database does not
// answer; batches that were stored before stay.
func (a *App) ImportMarkdown(ctx context.Context, site fs.FS, o MarkdownOptions) error {
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	if o.Report == nil {
		o.Report = func(contract.Imported) {}
	}
	content, err := frontmatter.Content(site)
	if err != nil {
		return err
	}
	files, skipped, err := frontmatter.Files(content)
	if err != nil {
		return err
	}
	for _, s := range skipped {
		o.Report(contract.Imported{File: s.File, Change: contract.ImportSkipped, Reason: s.Reason})
	}
	im := &markdownImport{
		content: content, now: a.options.Clock.Now(), blog: a.Blog.NewMarkdownImport(o.DryRun), market: a.Market.NewMarkdownImport(o.DryRun),
	}
	group, ctx := errgroup.WithContext(ctx)
	judged := make(chan *importedBatch, ahead)
	group.Go(func() error {
		defer close(judged)
		for from := 0; from < len(files); from += importBatch {
			b, err := im.judge(ctx, files[from:min(from+importBatch, len(files))])
			if err != nil {
				return err
			}
			select {
			case judged <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	group.Go(func() error {
		done := 0
		for b := range judged {
			outcomes, err := im.store(ctx, b)
			if err != nil {
				return err
			}
			for _, outcome := range outcomes {
				o.Report(outcome)
			}
			done += len(outcomes)
			o.Progress(done, len(files))
		}
		return nil
	})
	return group.Wait()
}

// markdownImport is one run.
type markdownImport struct {
	content fs.FS
	now     time.Time
	blog    *blog.MarkdownImport
	market  *market.MarkdownImport
}

// importedBatch is what was judged of some files. Those that are neither a post nor
// a product have their outcome already.
type importedBatch struct {
	outcomes  []contract.Imported
	posts     *blog.MarkdownBatch
	products  *market.MarkdownBatch
	postAt    []int // places of the posts among the files
	productAt []int
}

// importedFile is a file as it was read.
type importedFile struct {
	page    frontmatter.Page
	hash    string
	outcome contract.Imported // with a Change where nothing is to be stored
}

func (im *markdownImport) judge(ctx context.Context, files []string) (*importedBatch, error) {
	read := make([]importedFile, len(files))
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range files {
		group.Go(func() error {
			read[i] = im.read(name)
			return reading.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	b := &importedBatch{outcomes: make([]contract.Imported, len(files))}
	var posts []blog.MarkdownFile
	var products []market.MarkdownFile
	for i := range read {
		f := &read[i]
		switch {
		case f.outcome.Change != "":
			b.outcomes[i] = f.outcome
		case f.page.Kind == frontmatter.KindProduct:
			products, b.productAt = append(products, f.product(files[i], im.now)), append(b.productAt, i)
		default:
			posts, b.postAt = append(posts, f.post(files[i], im.now)), append(b.postAt, i)
		}
	}
	var err error
	if len(posts) > 0 {
		if b.posts, err = im.blog.Judge(ctx, posts); err != nil {
			return nil, err
		}
	}
	if len(products) > 0 {
		if b.products, err = im.market.Judge(ctx, products); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// read reads one file. What is wrong with it is in the outcome.
func (im *markdownImport) read(name string) (f importedFile) {
	f.outcome.File = strings.ToValidUTF8(name, "\ufffd")
	refuse := func(reason string) importedFile {
		f.outcome.Change, f.outcome.Reason = contract.ImportRefused, reason
		return f
	}
	if !utf8.ValidString(name) {
		return refuse("its name is not UTF-8 text")
	}
	raw, err := frontmatter.Read(im.content, name)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return refuse("it cannot be opened: " + err.Error())
	}
	document, err := frontmatter.Parse(raw)
	if err == nil && document.Format == frontmatter.None {
		f.outcome.Change, f.outcome.Reason = contract.ImportSkipped, "it has no front matter"
		return f
	}
	if err == nil {
		f.page, err = document.Page(name)
	}
	if err != nil {
		return refuse(strings.TrimPrefix(err.Error(), frontmatter.ErrMalformed.Error()+": "))
	}
	sum := sha256.Sum256(raw)
	f.hash = hex.EncodeToString(sum[:])
	return f
}

// hidden tells that the file is not to be seen, by its word or by its date.
func (f *importedFile) hidden(now time.Time) bool {
	if !f.page.Expires.IsZero() && !f.page.Expires.After(now) {
		f.page.Warnings = append(f.page.Warnings, "its date of expiry is over: it comes as a draft")
		return true
	}
	return f.page.Draft
}

func (f *importedFile) image() contract.Image {
	return contract.Image{URL: f.page.Image, Alt: f.page.ImageAlt}
}

func (f *importedFile) post(name string, now time.Time) blog.MarkdownFile {
	draft := f.hidden(now)
	p := &f.page
	typ := contract.TypePost
	if p.Kind == frontmatter.KindPage {
		typ = contract.TypePage
	}
	return blog.MarkdownFile{
		File: name, Hash: f.hash, Type: typ, Title: p.Title, Slug: p.Slug, Excerpt: p.Excerpt, Source: p.Body, Tags: p.Tags,
		Authors: p.Authors, Image: f.image(), Draft: draft, Published: p.Published, Updated: p.Updated, Warnings: p.Warnings,
	}
}

func (f *importedFile) product(name string, now time.Time) market.MarkdownFile {
	draft := f.hidden(now)
	p := &f.page
	quantity := p.Weight
	if quantity == "" {
		quantity = p.Quantity
	}
	return market.MarkdownFile{
		File: name, Hash: f.hash, Name: p.Title, Slug: p.Slug, Summary: p.Excerpt, Description: p.Body, Brand: p.Brand,
		Categories: p.Categories, Image: f.image(), Draft: draft, Made: p.Published, Updated: p.Updated, Warnings: p.Warnings,
		SKU: p.SKU, Price: p.Price, Currency: p.Currency, VAT: p.VAT, Quantity: quantity, Unit: p.Unit,
	}
}

// store stores a batch and says what became of its files, in their order.
func (im *markdownImport) store(ctx context.Context, b *importedBatch) ([]contract.Imported, error) {
	if b.posts != nil {
		stored, err := im.blog.Store(ctx, b.posts)
		if err != nil {
			return nil, err
		}
		for n, at := range b.postAt {
			b.outcomes[at] = stored[n]
		}
	}
	if b.products != nil {
		stored, err := im.market.Store(ctx, b.products)
		if err != nil {
			return nil, err
		}
		for n, at := range b.productAt {
			b.outcomes[at] = stored[n]
		}
	}
	return b.outcomes, nil
}
