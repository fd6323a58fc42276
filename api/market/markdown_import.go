// The import of Markdown files: what is to be done with each, and its rendering.

package market

import (
	"context"
	"errors"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/urls"
)

// Where a product comes from. The version goes into the hash of what was imported:
// raise it when files are read or rendered differently, so that the next import
// stores them anew.
const (
	originMarkdown  = "markdown"
	markdownVersion = "1:"
)

// unsorted is the category of products whose file names none.
const unsorted = "Unsorted"

// maxDepth is how many levels the tree of categories has at the most.
const maxDepth = 8

// MarkdownFile is a product as a file of another site has it. Amounts are as they
// were written.
type MarkdownFile struct {
	File        string // its path from the content root: what it is known by
	Hash        string // of its bytes
	Name        string
	Slug        string
	Summary     string
	Description string // Markdown
	Brand       string
	Categories  []string       // names from the top down
	Image       contract.Image // without a URL: none
	Draft       bool
	Made        time.Time // zero: not known
	Updated     time.Time // zero: not known
	Warnings    []string

	SKU      string // empty: made from the slug
	Price    string // empty: it stays a draft
	Currency string // empty: GBP, or that of the price
	VAT      string // percent, empty: none
	Quantity string // 500 g; empty: one piece
	Unit     string // of a quantity without one
}

// MarkdownImport is one run over the files of a site. Batches are judged in any
// order, by any number of goroutines, and stored one by one.
type MarkdownImport struct {
	s          *Service
	dryRun     bool
	categories map[string]shelf  // by slug, those of earlier batches
	claimed    map[string]string // files by the slugs and skus that a dry run would have given them
}

// shelf is a category as the import knows it.
type shelf struct {
	id   uuid.UUID
	path []uuid.UUID
}

// NewMarkdownImport begins a run. A dry run says what would become of each file
// and writes nothing.
func (s *Service) NewMarkdownImport(dryRun bool) *MarkdownImport {
	return &MarkdownImport{s: s, dryRun: dryRun, categories: map[string]shelf{}, claimed: map[string]string{}}
}

// MarkdownBatch is some files that Judge has judged, for Store.
type MarkdownBatch struct{ items []markdownItem }

// markdownItem is one file of a batch. Those with an empty Change are to be
// stored; id is that of the product which an earlier import made, if there is one.
type markdownItem struct {
	outcome    contract.Imported
	id         uuid.UUID
	row        marketdb.Product
	variants   []marketdb.Variant // one, or none where there is no price
	categories []string
	brand      string // empty: none
}

// Judge compares files with what earlier imports left and renders those that are
// to be stored, on all processors. A file that nothing can be made of is refused
// in its outcome. Judge writes nothing, and fails only where the database does.
func (im *MarkdownImport) Judge(ctx context.Context, files []MarkdownFile) (*MarkdownBatch, error) {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.File
	}
	rows, err := im.s.queries.ImportedProducts(ctx, marketdb.ImportedProductsParams{Origin: originMarkdown, OriginIds: names})
	if err != nil {
		return nil, err
	}
	earlier := make(map[string]marketdb.ImportedProductsRow, len(rows))
	for _, r := range rows {
		earlier[*r.OriginID] = r
	}
	b := &MarkdownBatch{items: make([]markdownItem, len(files))}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	now := im.s.clock.Now()
	for i, f := range files {
		item := &b.items[i]
		item.outcome = contract.Imported{File: f.File, Type: "product", Slug: f.Slug, Warnings: f.Warnings}
		if was, known := earlier[f.File]; known {
			item.id = was.ID
			item.seen(was.OriginHash, markdownVersion+f.Hash, was.Version, was.OriginVersion, was.Slug, was.Status)
		}
		if item.outcome.Change == "" {
			group.Go(func() error { return errors.Join(ctx.Err(), item.fill(f, now)) })
		}
	}
	return b, group.Wait()
}

// seen decides on a file whose product is there.
func (i *markdownItem) seen(stored *string, hash string, version int64, imported *int64, slug, status string) {
	switch {
	case stored != nil && *stored == hash:
		i.outcome.Change = contract.ImportUnchanged
	case imported == nil || version > *imported:
		i.outcome.Change = contract.ImportKept
		i.warn("was changed here since the last import: the file's change is left out")
	default:
		return
	}
	i.shown(slug, status)
}

func (i *markdownItem) shown(slug, status string) {
	i.outcome.Slug = slug
	if status == string(contract.PublishedProduct) {
		i.outcome.Path = urls.Product(slug)
	}
}

func (i *markdownItem) warn(text string) {
	i.outcome.Warnings = append(slices.Clip(i.outcome.Warnings), text)
}

func (i *markdownItem) refuse(reason string) error {
	i.outcome.Change, i.outcome.Reason, i.outcome.Path = contract.ImportRefused, reason, ""
	return nil
}

// fill makes the row of a file, or refuses it.
func (i *markdownItem) fill(f MarkdownFile, now time.Time) error {
	slug := f.Slug
	if !urls.ValidSlug(slug) {
		slug = urls.Slug(slug)
	}
	i.outcome.Slug = slug
	switch {
	case slug == "":
		return i.refuse("its slug has no letter or digit that an address can have")
	case len(slug) > maxSlug:
		return i.refuse("its slug is longer than 100 letters")
	case checkText("body.description", f.Description, maxDescription) != nil:
		return i.refuse("its text is longer than 50,000 letters, or holds signs that are not printed")
	}
	hash := markdownVersion + f.Hash
	i.row = marketdb.Product{
		Slug: slug, Name: i.cut("title", f.Name, 200), Summary: i.cut("summary", f.Summary, 500),
		Description: f.Description, Status: string(contract.PublishedProduct), Currency: defaultCurrency, Images: []contract.Image{},
		CreatedAt: f.Made, UpdatedAt: f.Updated, Origin: originMarkdown, OriginID: &f.File, OriginHash: &hash,
	}
	if i.row.Name == "" {
		i.row.Name = "(untitled)"
	}
	i.brand = i.cut("brand", f.Brand, 200)
	if i.brand != "" && brandSlug(i.brand) == "" {
		i.brand = ""
		i.warn("its brand has a name that cannot be used")
	}
	i.row.SortKey = sortKey(i.row.Name)
	if i.row.CreatedAt.IsZero() || i.row.CreatedAt.After(now) {
		i.row.CreatedAt = now
	}
	if f.Made.After(now) && !f.Draft {
		f.Draft = true
		i.warn("its date is to come: it stays a draft")
	}
	if reason := i.sell(f); reason != "" {
		return i.refuse(reason)
	}
	if f.Draft || len(i.variants) == 0 {
		i.row.Status = string(contract.DraftProduct)
	}
	if i.shelve(f.Categories); len(i.categories) > maxDepth {
		return i.refuse("it names more than 8 categories below each other")
	}
	if f.Image.URL != "" {
		if onPages(f.Image.URL) {
			i.row.Images = []contract.Image{f.Image}
		} else {
			i.warn("its picture has an address that cannot be used")
		}
	}
	out, err := markdown.RenderForeign(f.Description)
	if errors.Is(err, safehtml.ErrTooDeep) {
		return i.refuse("its elements are nested too deeply")
	}
	if out.Left != "" {
		i.warn("left out " + out.Left)
	}
	i.row.DescriptionHtml = out.HTML
	return err
}

// onPages tells that a picture of this address may stand on a page: a path of this
// site, or an http or https address.
func onPages(address string) bool {
	u, err := url.Parse(address)
	return err == nil && len(address) <= 500 &&
		(u.Scheme == "" && u.Host == "" && strings.HasPrefix(address, "/") || u.Host != "" && (u.Scheme == "https" || u.Scheme == "http"))
}

// cut shortens a line to what the market stores.
func (i *markdownItem) cut(what, text string, most int) string {
	if r := []rune(text); len(text) > most && len(r) > most {
		i.warn("its " + what + " was cut")
		return strings.TrimSpace(string(r[:most]))
	}
	return text
}

// sell makes the variant of a file that has a price.
func (i *markdownItem) sell(f MarkdownFile) (reason string) {
	if f.Price == "" {
		i.warn("has no price: it stays a draft")
		return ""
	}
	price, reason := priceOf(f.Price, f.Currency)
	if reason != "" {
		return reason
	}
	vat, ok := vatOf(f.VAT)
	if !ok {
		return "its VAT is no percentage"
	}
	quantity, unit, ok := quantityOf(f.Quantity, f.Unit)
	if !ok {
		i.warn("its quantity is not one of g, kg, ml, l or pieces: it is sold by the piece")
		quantity, unit = 1, contract.UnitEach
	}
	sku := f.SKU
	if sku == "" {
		sku = strings.ToUpper(i.row.Slug)
		sku = strings.TrimRight(sku[:min(len(sku), 64)], "-")
	}
	if !skuForm.MatchString(sku) {
		return "its sku has other signs than letters, digits and . _ / -, or more than 64"
	}
	i.row.Currency = price.Currency
	i.variants = []marketdb.Variant{{
		ID: id.New(), Sku: sku, Name: money.Size(quantity, unit), PriceMinor: price.AmountMinor, Currency: price.Currency,
		VatRate: int32(vat), Quantity: quantity, Unit: string(unit),
	}}
	return ""
}

// shelve keeps the names of categories that a slug can be made of.
func (i *markdownItem) shelve(names []string) {
	for _, name := range names {
		if urls.Slug(name) == "" {
			i.warn("a category has a name that cannot be used")
			continue
		}
		i.categories = append(i.categories, i.cut("category's name", name, 200))
	}
	if len(i.categories) == 0 {
		i.categories = []string{unsorted}
		i.warn("has no category: it stands in " + unsorted)
	}
}
