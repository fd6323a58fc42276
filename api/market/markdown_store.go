// The import of Markdown files: storing a batch.

package market

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// attempts are how often a batch is stored anew after an editor was faster.
const attempts = 20

// races are what two writers do to each other: unique_violation,
// foreign_key_violation, deadlock_detected.
var races = []string{"23505", "23503", "40P01"}

// Store stores a batch in one transaction, with the categories that are not there
// and an event for each of them and each product that is public or was, and says
// what became of every file. A file whose slug or sku is taken is refused and does
// not keep back the others; one whose product somebody changes meanwhile is kept.
// It fails only where the database does, and then nothing of the batch is stored.
func (im *MarkdownImport) Store(ctx context.Context, b *MarkdownBatch) ([]contract.Imported, error) {
	for try := 1; ; try++ {
		run := &markdownRun{im: im, items: slices.Clone(b.items), categories: maps.Clone(im.categories)}
		var err error
		switch {
		case !slices.ContainsFunc(b.items, func(i markdownItem) bool { return i.outcome.Change == "" }):
		case im.dryRun:
			err = run.foresee(ctx)
		default:
			err = db.InTx(ctx, im.s.pool, func(tx pgx.Tx) error { return run.store(ctx, tx) })
		}
		var pg *pgconn.PgError
		switch {
		case err == nil:
			im.categories = run.categories
			outcomes := make([]contract.Imported, len(run.items))
			for i, item := range run.items {
				outcomes[i] = item.outcome
			}
			return outcomes, nil
		case try < attempts && errors.As(err, &pg) && slices.Contains(races, pg.Code):
			im.categories = map[string]shelf{}
		default:
			return nil, err
		}
	}
}

// markdownRun is one attempt to store a batch.
type markdownRun struct {
	im         *MarkdownImport
	q          *marketdb.Queries
	items      []markdownItem
	categories map[string]shelf
	was        map[uuid.UUID]marketdb.Product // those that are there, locked
	variants   map[uuid.UUID][]marketdb.Variant
	paths      map[uuid.UUID][]uuid.UUID // of the categories that they are in
	brandOf    map[uuid.UUID]uuid.UUID   // of those that have one
	brands     map[string]uuid.UUID      // by slug
	now        time.Time
	stored     []uuid.UUID // products that were written
	events     []bus.Event
}

// open are the files that are still to be stored.
func (r *markdownRun) open(yield func(*markdownItem) bool) {
	for i := range r.items {
		if r.items[i].outcome.Change == "" && !yield(&r.items[i]) {
			return
		}
	}
}

// foresee says what store would do.
func (r *markdownRun) foresee(ctx context.Context) error {
	r.q = r.im.s.queries
	if err := r.taken(ctx, r.im.claimed); err != nil {
		return err
	}
	for i := range r.open {
		i.outcome.Change = contract.ImportCreated
		if i.id != uuid.Nil {
			i.outcome.Change = contract.ImportUpdated
		}
		i.shown(i.row.Slug, i.row.Status)
	}
	return nil
}

func (r *markdownRun) store(ctx context.Context, tx pgx.Tx) error {
	r.q, r.now = marketdb.New(tx), r.im.s.clock.Now()
	if err := r.q.ShareCollections(ctx); err != nil {
		return err
	}
	var bodies []*string
	for i := range r.open {
		bodies = append(bodies, &i.row.DescriptionHtml)
	}
	if err := r.im.s.pictures.Complete(ctx, tx, bodies...); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		r.lock, func(ctx context.Context) error { return r.taken(ctx, map[string]string{}) }, r.shelve, r.brand, r.update, r.insert,
		func(ctx context.Context) error { return refreshCollections(ctx, r.q, r.stored...) },
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return bus.Emit(ctx, tx, r.events...)
}

// lock holds the products that are there. One that was deleted since it was judged
// is made anew.
func (r *markdownRun) lock(ctx context.Context) error {
	var ids []uuid.UUID
	for i := range r.open {
		if i.id != uuid.Nil {
			ids = append(ids, i.id)
		}
	}
	if ids == nil {
		return nil
	}
	rows, err := r.q.LockProducts(ctx, ids)
	if err != nil {
		return err
	}
	r.was, r.variants, r.paths = map[uuid.UUID]marketdb.Product{}, map[uuid.UUID][]marketdb.Variant{}, map[uuid.UUID][]uuid.UUID{}
	var categories []uuid.UUID
	for _, row := range rows {
		r.was[row.ID] = row
		categories = append(categories, row.CategoryID)
	}
	variants, err := r.q.VariantsOfProducts(ctx, ids)
	if err != nil {
		return err
	}
	for _, v := range variants {
		r.variants[v.ProductID] = append(r.variants[v.ProductID], v)
	}
	paths, err := r.q.CategoryPaths(ctx, categories)
	if err != nil {
		return err
	}
	for _, p := range paths {
		r.paths[p.ID] = p.Path
	}
	brands, err := r.q.BrandsOfProducts(ctx, ids)
	r.brandOf = make(map[uuid.UUID]uuid.UUID, len(brands))
	for _, b := range brands {
		r.brandOf[b.ProductID] = b.TermID
	}
	for i := range r.open {
		was, there := r.was[i.id]
		if !there {
			i.id = uuid.Nil
			continue
		}
		i.seen(was.OriginHash, *i.row.OriginHash, was.Version, was.OriginVersion, was.Slug, was.Status)
	}
	return err
}

// taken refuses files whose slug or sku another product has, or another file that
// claimed it before.
func (r *markdownRun) taken(ctx context.Context, claimed map[string]string) error {
	var slugs, skus []string
	for i := range r.open {
		slugs = append(slugs, i.row.Slug)
		for _, v := range i.variants {
			skus = append(skus, v.Sku)
		}
	}
	bySlug, err := r.q.SlugsTaken(ctx, slugs)
	if err != nil {
		return err
	}
	bySKU, err := r.q.SKUsTaken(ctx, skus)
	if err != nil {
		return err
	}
	type holder struct {
		id    uuid.UUID
		words string
	}
	holders := map[string]holder{}
	for _, p := range bySlug {
		words := "another product"
		if p.OriginID != nil {
			words = strconv.Quote(*p.OriginID)
		}
		holders["slug "+p.Slug] = holder{p.ID, words}
	}
	for _, v := range bySKU {
		holders["sku "+v.Sku] = holder{v.ProductID, "the product " + v.Slug}
	}
	for i := range r.open {
		keys := []string{"slug " + i.row.Slug}
		for _, v := range i.variants {
			keys = append(keys, "sku "+v.Sku)
		}
		for _, key := range keys {
			words := ""
			if other, is := holders[key]; is && other.id != i.id {
				words = other.words
			} else if file := claimed[key]; file != "" {
				words = strconv.Quote(file)
			}
			if words != "" {
				_ = i.refuse("the " + key + " is that of " + words)
				break
			}
		}
		if i.outcome.Change == "" {
			for _, key := range keys {
				claimed[key] = i.outcome.File
			}
		}
	}
	return nil
}

// announce adds the event of a product that is public or was.
func (r *markdownRun) announce(product uuid.UUID, was, is string, paths ...[]uuid.UUID) {
	const public = string(contract.PublishedProduct)
	ref := contract.ProductRef{ID: id.Format[contract.ProductID](productPrefix, product), Categories: categoryIDs(paths...)}
	switch {
	case is == public && was != public:
		r.events = append(r.events, contract.ProductPublished{ProductRef: ref})
	case is != public && was == public:
		r.events = append(r.events, contract.ProductUnpublished{ProductRef: ref})
	case is == public:
		r.events = append(r.events, contract.ProductUpdated{ProductRef: ref})
	}
}
