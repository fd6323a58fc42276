// The service, and how it finds what a client names.

package market

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/pictures"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// Prefixes of the market's ids.
const (
	productPrefix  = "prod"
	variantPrefix  = "var"
	categoryPrefix = "cat"
)

// termLink is a link to a term; the prefix of its id is the name of its taxonomy.
func termLink(taxonomy contract.Taxonomy, u uuid.UUID, slug, name string) contract.TermLink {
	return contract.TermLink{ID: id.Format[contract.TermID](string(taxonomy), u), Slug: slug, Name: name}
}

// Service is the market. It is safe for concurrent use; New makes one.
type Service struct {
	pool     *db.Pool
	queries  *marketdb.Queries
	clock    clock.Clock
	pictures pictures.Completer
	picture  *picture
}

// New returns the market over pool.
func New(pool *db.Pool, clk clock.Clock) *Service {
	return &Service{pool: pool, queries: marketdb.New(pool), clock: clk, picture: &picture{pool: pool}}
}

// WithPictures has what is stored from now on complete the pictures in descriptions.
func (s *Service) WithPictures(c pictures.Completer) *Service {
	s.pictures = c
	return s
}

// sameVersion is a 412 `precondition_failed` when the version that a writer saw
// is no longer the current one.
func sameVersion(seen, current int64) error {
	if seen != current {
		return problem.PreconditionFailed("this was changed since the version that was named")
	}
	return nil
}

func noProduct() error  { return problem.NotFound("no such product") }
func noCategory() error { return problem.NotFound("no such category") }

// readable tells whether ref, an id or a slug, can name anything at all. What
// cannot is never sent to the database, which would refuse some of it loudly.
func readable(ref string) bool { return urls.ValidSlug(ref) }

// categoryID finds the category that ref, an id or a slug, names. It does not
// promise that an id is in use.
func categoryID(ctx context.Context, q *marketdb.Queries, ref string) (uuid.UUID, error) {
	if u, ok := id.Parse(categoryPrefix, ref); ok {
		return u, nil
	}
	if !readable(ref) {
		return uuid.UUID{}, noCategory()
	}
	u, err := q.CategoryID(ctx, ref)
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.UUID{}, noCategory()
	}
	return u, err
}

// productPage reads the product that ref, an id or a slug, names, in any status.
func productPage(ctx context.Context, q *marketdb.Queries, ref string) (page marketdb.ProductPage, err error) {
	switch u, isID := id.Parse(productPrefix, ref); {
	case isID:
		page, err = q.ProductPage(ctx, u)
	case readable(ref):
		page, err = q.ProductPageBySlug(ctx, ref)
	default:
		err = pgx.ErrNoRows
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = noProduct()
	}
	return page, err
}

// lockProduct holds the product that ref names to the end of the transaction
// and reads it. Reading is a statement of its own: it must see what the writer
// before us committed while we waited.
func lockProduct(ctx context.Context, q *marketdb.Queries, ref string) (page marketdb.ProductPage, err error) {
	if err := q.ShareCollections(ctx); err != nil {
		return page, err
	}
	u, isID := id.Parse(productPrefix, ref)
	switch {
	case isID:
		u, err = q.LockProduct(ctx, u)
	case readable(ref):
		u, err = q.LockProductBySlug(ctx, ref)
	default:
		err = pgx.ErrNoRows
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return page, noProduct()
	}
	if err != nil {
		return page, err
	}
	return q.ProductPage(ctx, u)
}

// categoryIDs shows ids as events carry them, each once, in their order.
func categoryIDs(paths ...[]uuid.UUID) []contract.CategoryID {
	ids := []contract.CategoryID{}
	seen := map[uuid.UUID]bool{}
	for _, path := range paths {
		for _, u := range path {
			if !seen[u] {
				seen[u] = true
				ids = append(ids, id.Format[contract.CategoryID](categoryPrefix, u))
			}
		}
	}
	return ids
}
