// Editing products: make, change and delete.

package market

import (
	"context"
	"reflect"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// defaultCurrency is that of a product which has no variants yet.
const defaultCurrency = "GBP"

// CreateProduct makes a draft. It fails with 422 on fields that are wrong, a
// category that does not exist included, and with 409 `slug_taken` or
// `sku_taken`. Nothing is announced: nobody sees a draft.
func (s *Service) CreateProduct(ctx context.Context, fields ProductFields) (made contract.Product, err error) {
	if err := required(map[string]bool{
		"body.name": fields.Name != nil, "body.slug": fields.Slug != nil, "body.category": fields.Category != nil,
	}); err != nil {
		return made, err
	}
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		if err := q.ShareCollections(ctx); err != nil {
			return err
		}
		row := marketdb.ProductPage{
			ID: id.New(), Currency: defaultCurrency, Images: []contract.Image{}, Options: []string{},
			Allergens: storedAllergens{}.json(), Variants: []byte("[]"),
		}
		if err := apply(ctx, q, &row, fields); err != nil {
			return err
		}
		if err := s.pictures.Complete(ctx, tx, &row.DescriptionHtml); err != nil {
			return err
		}
		if err := q.InsertProduct(ctx, s.insertRow(row)); err != nil {
			return err
		}
		if err := s.putParts(ctx, q, row, fields); err != nil {
			return err
		}
		if row, err = q.ProductPage(ctx, row.ID); err != nil {
			return err
		}
		made, err = editorsProduct(row)
		return err
	})
	return made, refused(err)
}

// UpdateProduct changes the fields that are given of the product that ref, an
// id or a slug, names. version is the one that the editor saw; where it is not
// the current one that is a 412 `precondition_failed`. On a published product
// it emits ProductUpdated in the same transaction when readers can see the
// change. A change that changes nothing makes no new version. A price that is given as
// the product shows it is no change of prices: one that was planned and has begun
// meanwhile comes into force. It fails as CreateProduct does, and with 409
// `no_variant` where a published product would be left without variants, `reserved` where
// orders hold a variant that would be removed.
func (s *Service) UpdateProduct(ctx context.Context, ref string, version int64, fields ProductFields) (after contract.Product, err error) {
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		row, err := lockProduct(ctx, q, ref)
		if err != nil {
			return err
		}
		if err := sameVersion(version, row.Version); err != nil {
			return err
		}
		before, err := editorsProduct(row)
		if err != nil {
			return err
		}
		path := row.CategoryPath
		if err := apply(ctx, q, &row, fields); err != nil {
			return err
		}
		if err := s.pictures.Complete(ctx, tx, &row.DescriptionHtml); err != nil {
			return err
		}
		if err := q.UpdateProduct(ctx, updateRow(row)); err != nil {
			return err
		}
		if err := s.putParts(ctx, q, row, fields); err != nil {
			return err
		}
		if row, err = q.ProductPage(ctx, row.ID); err != nil {
			return err
		}
		if after, err = editorsProduct(row); err != nil || reflect.DeepEqual(before, after) {
			return err
		}
		if after.Status == contract.PublishedProduct && len(after.Variants) == 0 {
			return noVariant()
		}
		at := s.clock.Now()
		if err := q.StampProduct(ctx, marketdb.StampProductParams{ID: row.ID, At: at}); err != nil {
			return err
		}
		seen := !shownAlike(before, after)
		after.Version, after.UpdatedAt = after.Version+1, at
		if after.Status != contract.PublishedProduct || !seen {
			return nil
		}
		return bus.Emit(ctx, tx, contract.ProductUpdated{ProductRef: contract.ProductRef{
			ID: after.ID, Categories: categoryIDs(path, row.CategoryPath)}})
	})
	return after, refused(err)
}

// DeleteProduct removes a product and its variants for good. version is as for
// UpdateProduct. It fails with 409 `reserved` where orders that are not handed over hold
// some of it. Where it was published it emits ProductUnpublished in the same transaction.
func (s *Service) DeleteProduct(ctx context.Context, ref string, version int64) error {
	return db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		row, err := lockProduct(ctx, q, ref)
		if err != nil {
			return err
		}
		if err := sameVersion(version, row.Version); err != nil {
			return err
		}
		if err := keepReserved(ctx, q, []uuid.UUID{row.ID}, []uuid.UUID{}); err != nil {
			return err
		}
		if err := q.DeleteProduct(ctx, row.ID); err != nil || row.Status != string(contract.PublishedProduct) {
			return err
		}
		return bus.Emit(ctx, tx, contract.ProductUnpublished{ProductRef: productRef(row)})
	})
}

// putParts stores what hangs under a product: its terms, its variants with their
// prices, and the collections that it is in by all this.
func (s *Service) putParts(ctx context.Context, q *marketdb.Queries, row marketdb.ProductPage, fields ProductFields) error {
	if err := putTerms(ctx, q, row.ID, fields); err != nil {
		return err
	}
	at := s.clock.Now()
	variants, err := putVariants(ctx, q, row, fields.Variants, at)
	if err != nil {
		return err
	}
	if len(variants) > 0 { // a reduction may have ended
		if _, err := q.TurnVariants(ctx, marketdb.TurnVariantsParams{Ids: variants, At: at}); err != nil {
			return err
		}
	}
	return refreshCollections(ctx, q, row.ID)
}

// shownAlike tells whether readers see the same of both: all but the Markdown,
// which may change without its HTML, and what the supplier calls the variants.
func shownAlike(a, b contract.Product) bool {
	return reflect.DeepEqual(shown(a), shown(b))
}

func shown(p contract.Product) contract.Product {
	p.Description, p.Ingredients, p.Variants = "", "", slices.Clone(p.Variants)
	for i := range p.Variants {
		p.Variants[i].SupplierSKU = ""
	}
	return p
}

func productRef(row marketdb.ProductPage) contract.ProductRef {
	return contract.ProductRef{
		ID: id.Format[contract.ProductID](productPrefix, row.ID), Categories: categoryIDs(row.CategoryPath)}
}
