// The picture of the published catalogue in memory, and how it is kept exact.

package market

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/listing"
	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// pictureBatch is how many products are read at once when all are.
const pictureBatch = 2000

// pictureTime is the longest that bringing the picture up to date may take, reading
// it whole included.
const pictureTime = time.Minute

// picture answers with the catalogue as it is when it is asked.
//
// Each look at the database costs one small statement: has a transaction changed
// anything that the snapshot of the look before did not see? Whoever asks while a
// look is under way waits for the next one, together with all others who do: the
// look that is under way may have read before a commit that this one must see. If
// something did change, it is read in one snapshot, so that the picture is the
// catalogue of one moment, and the next look begins from that snapshot.
type picture struct {
	pool *db.Pool

	mu sync.Mutex
	// now is the look that is under way, next the one that follows it.
	now, next *look

	// The rest belongs to the look that is under way.
	builder *listing.Builder
	index   *listing.Index
	seen    marketdb.CatalogueChangedRow
}

// look is one look at the database; its result is there when done is closed.
type look struct {
	done  chan struct{}
	index *listing.Index
	err   error
}

// current is the catalogue with all that was committed before the call. It fails as
// the database does, or with the context's error.
func (p *picture) current(ctx context.Context) (*listing.Index, error) {
	l := p.join(ctx)
	select {
	case <-l.done:
		return l.index, l.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// join returns a look that has not begun yet, or begins now.
func (p *picture) join(ctx context.Context) *look {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil {
		p.now = &look{done: make(chan struct{})}
		// Others wait for it: it does not end with the request that began it.
		go p.run(context.WithoutCancel(ctx), p.now)
		return p.now
	}
	if p.next == nil {
		p.next = &look{done: make(chan struct{})}
	}
	return p.next
}

// run takes looks for as long as somebody waits for one.
func (p *picture) run(ctx context.Context, l *look) {
	for l != nil {
		limited, cancel := context.WithTimeout(ctx, pictureTime)
		l.index, l.err = p.look(limited)
		cancel()
		close(l.done)
		p.mu.Lock()
		p.now, p.next = p.next, nil
		l = p.now
		p.mu.Unlock()
	}
}

// look brings the picture up to date and returns it. No request is there to recover
// for it: a fault of ours is an error, and the next look reads everything.
func (p *picture) look(ctx context.Context) (index *listing.Index, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			p.builder = nil
			err = fmt.Errorf("market: the picture of the catalogue: %v\n%s", fault, debug.Stack())
		}
	}()
	before := p.seen.Seen
	if p.builder == nil {
		before = noSnapshot
	}
	row, err := marketdb.New(p.pool).CatalogueChanged(ctx, before)
	switch {
	case err != nil:
		return nil, err
	case p.builder == nil || p.another(row):
		err = p.load(ctx)
	case row.Changed:
		// The database may have become another one between the two statements.
		if err = p.catchUp(ctx); errors.Is(err, errAnother) {
			err = p.load(ctx)
		}
	default:
		p.seen = row
	}
	if err != nil {
		return nil, err
	}
	return p.index, nil
}

var errAnother = errors.New("market: this is not the database that was read before")

// another tells whether a database is not the one that was read before, or is not
// where it was: transaction ids may have been given out again.
func (p *picture) another(row marketdb.CatalogueChangedRow) bool {
	return row.Earlier || row.Started != p.seen.Started || row.Recovered != p.seen.Recovered || row.Relation != p.seen.Relation
}

// noSnapshot is one that was taken before the first transaction.
const noSnapshot = "3:3:"

// load reads the catalogue whole.
func (p *picture) load(ctx context.Context) error {
	builder := listing.NewBuilder()
	return p.inSnapshot(ctx, noSnapshot, func(q *marketdb.Queries, seen marketdb.CatalogueChangedRow) error {
		terms, err := q.ListedTerms(ctx, []uuid.UUID{})
		if err != nil {
			return err
		}
		change := listing.Change{Terms: listedTerms(terms)}
		if change.Categories, err = listedCategories(ctx, q); err != nil {
			return err
		}
		index := builder.Apply(change)
		for ids := make([]uuid.UUID, 1); ; {
			ids, err = q.ListedIDs(ctx, marketdb.ListedIDsParams{After: ids[len(ids)-1], Count: pictureBatch})
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				break
			}
			rows, err := q.ListedProducts(ctx, ids)
			if err != nil {
				return err
			}
			index = builder.Apply(listing.Change{Put: listedProducts(rows)})
		}
		p.builder, p.index, p.seen = builder, index, seen
		return nil
	})
}

// catchUp reads what changed since the look before.
func (p *picture) catchUp(ctx context.Context) error {
	return p.inSnapshot(ctx, p.seen.Seen, func(q *marketdb.Queries, seen marketdb.CatalogueChangedRow) error {
		if p.another(seen) {
			return errAnother
		}
		ids, err := q.CatalogueChanges(ctx, p.seen.Seen)
		if err != nil {
			return err
		}
		var change listing.Change
		gone := make(map[uuid.UUID]bool, len(ids))
		for _, id := range ids {
			gone[id] = true
		}
		if gone[uuid.Nil] {
			if change.Categories, err = listedCategories(ctx, q); err != nil {
				return err
			}
		}
		terms, err := q.ListedTerms(ctx, ids)
		if err != nil {
			return err
		}
		for i := 0; i < len(ids); i += pictureBatch {
			rows, err := q.ListedProducts(ctx, ids[i:min(i+pictureBatch, len(ids))])
			if err != nil {
				return err
			}
			change.Put = append(change.Put, listedProducts(rows)...)
		}
		change.Terms = listedTerms(terms)
		for _, t := range change.Terms {
			delete(gone, t.ID)
		}
		for _, product := range change.Put {
			delete(gone, product.ID)
		}
		// What is neither any more was one of them, or never was published.
		for id := range gone {
			change.Gone, change.TermsGone = append(change.Gone, id), append(change.TermsGone, id)
		}
		p.index, p.seen = p.builder.Apply(change), seen
		return nil
	})
}

// inSnapshot has read see the database at one moment, and what that moment is.
func (p *picture) inSnapshot(ctx context.Context, before string, read func(q *marketdb.Queries, seen marketdb.CatalogueChangedRow) error) error {
	return db.InTx(ctx, p.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"); err != nil {
			return err
		}
		q := marketdb.New(tx)
		seen, err := q.CatalogueChanged(ctx, before)
		if err != nil {
			return err
		}
		return read(q, seen)
	})
}

func listedCategories(ctx context.Context, q *marketdb.Queries) ([]listing.Category, error) {
	rows, err := q.ListedCategories(ctx)
	tree := make([]listing.Category, len(rows))
	for i, r := range rows {
		tree[i] = listing.Category{ID: r.ID, Slug: r.Slug, Name: r.Name, Key: sortKey(r.Name)}
		if r.ParentID != nil {
			tree[i].Parent = *r.ParentID
		}
	}
	return tree, err
}

func listedTerms(rows []marketdb.ListedTermsRow) []listing.Term {
	terms := make([]listing.Term, len(rows))
	for i, r := range rows {
		terms[i] = listing.Term{ID: r.ID, Taxonomy: contract.Taxonomy(r.Taxonomy), Slug: r.Slug, Name: r.Name, Key: sortKey(r.Name)}
	}
	return terms
}

func listedProducts(rows []marketdb.ListedProductsRow) []listing.Product {
	products := make([]listing.Product, len(rows))
	for i, r := range rows {
		products[i] = listing.Product{
			ID: r.ID, Key: r.SortKey, Price: r.PriceMinor, Currency: r.Currency, Created: r.CreatedAt, Category: r.CategoryID,
			Terms: r.Terms, Free: listing.Allergens(r.Free), Country: r.OriginCountry, InStock: r.InStock, Reduced: r.Reduced,
		}
	}
	return products
}
