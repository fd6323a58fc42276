// Which products are in which collections: kept in the transaction that changes a
// product, a price, a rule or the category tree.

package market

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
)

// refreshCollections puts products into the collections whose rules they fit and
// takes them out of the others, in the caller's transaction, which took
// ShareCollections before it locked them. Call it after the last change of what a
// rule looks at: category, terms, allergens, origin, variants, reductions.
func refreshCollections(ctx context.Context, q *marketdb.Queries, products ...uuid.UUID) error {
	if len(products) == 0 {
		return nil
	}
	slices.SortFunc(products, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return q.RefreshCollections(ctx, products)
}

// refreshCategories brings the collections up to date whose rules look at categories,
// one of which got another place, in the caller's transaction, which holds the
// collections. It announces those that published products came into or left.
func refreshCategories(ctx context.Context, tx pgx.Tx) error {
	q := marketdb.New(tx)
	collections, err := q.CollectionsByCategory(ctx)
	if err != nil {
		return err
	}
	var events []bus.Event
	for _, u := range collections {
		moved, err := q.RefreshCollection(ctx, u)
		if err != nil {
			return err
		}
		if len(moved) == 0 {
			continue
		}
		t, err := readTerm(ctx, q, contract.CollectionTaxonomy, u)
		if err != nil {
			return err
		}
		events = append(events, contract.TermUpdated{
			ID: t.ID, Taxonomy: t.Taxonomy, Products: productIDs(moved), Containers: t.Placements})
	}
	return bus.Emit(ctx, tx, events...)
}
