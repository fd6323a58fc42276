// Editing products: make, change and delete.

package market

import (
	"context"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/problem"
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
		row := marketdb.ProductPage{ID: id.New(), Currency: defaultCurrency, Images: []contract.Image{}, Variants: []byte("[]")}
		if err := apply(ctx, q, &row, fields); err != nil {
			return err
		}
		if err := s.pictures.Complete(ctx, tx, &row.DescriptionHtml); err != nil {
			return err
		}
		if err := q.InsertProduct(ctx, marketdb.InsertProductParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, SortKey: sortKey(row.Name), Summary: row.Summary,
			Description: row.Description, DescriptionHtml: row.DescriptionHtml, Brand: row.Brand,
			CategoryID: row.CategoryID, Currency: row.Currency, Images: row.Images, At: s.clock.Now(),
		}); err != nil {
			return err
		}
		if err := putVariants(ctx, q, row, fields.Variants); err != nil {
			return err
		}
		if row, err = q.ProductPage(ctx, row.ID); err != nil {
			return err
		}
		made, err = product(row)
		return err
	})
	return made, refused(err)
}

// UpdateProduct changes the fields that are given of the product that ref, an
// id or a slug, names. version is the one that the editor saw; where it is not
// the current one that is a 412 `precondition_failed`. On a published product
// it emits ProductUpdated in the same transaction when readers can see the
// change. A change that changes nothing makes no new version. It fails as
// CreateProduct does, and with 409 `no_variant` where a published product would
// be left without variants.
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
		before, err := product(row)
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
		if err := q.UpdateProduct(ctx, marketdb.UpdateProductParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, SortKey: sortKey(row.Name), Summary: row.Summary,
			Description: row.Description, DescriptionHtml: row.DescriptionHtml, Brand: row.Brand,
			CategoryID: row.CategoryID, Currency: row.Currency, Images: row.Images,
		}); err != nil {
			return err
		}
		if err := putVariants(ctx, q, row, fields.Variants); err != nil {
			return err
		}
		if row, err = q.ProductPage(ctx, row.ID); err != nil {
			return err
		}
		if after, err = product(row); err != nil || reflect.DeepEqual(before, after) {
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
// UpdateProduct. Where it was published it emits ProductUnpublished in the same
// transaction.
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
		if err := q.DeleteProduct(ctx, row.ID); err != nil || row.Status != string(contract.PublishedProduct) {
			return err
		}
		return bus.Emit(ctx, tx, contract.ProductUnpublished{ProductRef: productRef(row)})
	})
}

// shownAlike tells whether readers see the same of both: all but the Markdown,
// which may change without its HTML.
func shownAlike(a, b contract.Product) bool {
	a.Description, b.Description = "", ""
	return reflect.DeepEqual(a, b)
}

func productRef(row marketdb.ProductPage) contract.ProductRef {
	return contract.ProductRef{
		ID: id.Format[contract.ProductID](productPrefix, row.ID), Categories: categoryIDs(row.CategoryPath)}
}

// apply writes the fields that are given onto row, all but the variants, and
// renders the description where it changed. It fails with 422 on a field that
// is wrong.
func apply(ctx context.Context, q *marketdb.Queries, row *marketdb.ProductPage, f ProductFields) error {
	if f.Slug != nil {
		if err := checkSlug(*f.Slug); err != nil {
			return err
		}
		row.Slug = *f.Slug
	}
	for _, line := range []struct {
		name  string
		least int
		most  int
		from  *string
		to    *string
	}{
		{"body.name", 1, 200, f.Name, &row.Name},
		{"body.summary", 0, 500, f.Summary, &row.Summary},
		{"body.brand", 0, 100, f.Brand, &row.Brand},
	} {
		if line.from == nil {
			continue
		}
		if err := checkLine(line.name, *line.from, line.least, line.most); err != nil {
			return err
		}
		*line.to = *line.from
	}
	if f.Category != nil {
		u, err := categoryID(ctx, q, *f.Category)
		if problem.Code(err) == "not_found" {
			err = noSuchParent("body.category")
		}
		if err != nil {
			return err
		}
		row.CategoryID = u
	}
	if f.Images != nil {
		if len(*f.Images) > maxImages {
			return invalid("body.images", "expected at most 20")
		}
		for i, p := range *f.Images {
			if err := checkPicture(fmt.Sprintf("body.images[%d]", i), p); err != nil {
				return err
			}
		}
		row.Images = images(*f.Images)
	}
	if f.Variants != nil {
		if err := checkVariants(*f.Variants); err != nil {
			return err
		}
		if len(*f.Variants) > 0 {
			row.Currency = (*f.Variants)[0].Price.Currency
		}
	}
	return describe(row, f.Description)
}

// describe renders a new description.
func describe(row *marketdb.ProductPage, description *string) error {
	if description == nil || *description == row.Description {
		return nil
	}
	if err := checkText("body.description", *description, maxDescription); err != nil {
		return err
	}
	html, err := markdown.HTML(*description)
	if what, unsafe := markdown.IsUnsafe(err); unsafe {
		return problem.Unprocessable("the description holds %s", what).WithCode("unsafe_html").
			WithField("body.description", "may hold no scripts, handlers, styles, SVG, forms or links of other schemes")
	}
	row.Description, row.DescriptionHtml = *description, html
	return err
}

// putVariants makes the product's variants those that are given.
func putVariants(ctx context.Context, q *marketdb.Queries, row marketdb.ProductPage, fields *[]VariantFields) error {
	if fields == nil {
		return nil
	}
	stored, err := variantsOf(row)
	if err != nil {
		return err
	}
	byID, bySKU := map[uuid.UUID]bool{}, map[string]uuid.UUID{}
	for _, v := range stored {
		byID[v.ID], bySKU[v.SKU] = true, v.ID
	}
	ids := make([]uuid.UUID, len(*fields))
	// Those named by id first, so that two may swap their skus.
	for i, v := range *fields {
		if v.ID == "" {
			continue
		}
		u, ok := id.Parse(variantPrefix, v.ID)
		if !ok || !byID[u] {
			return invalid(fmt.Sprintf("body.variants[%d].id", i), "expected a variant of this product, once")
		}
		ids[i], byID[u] = u, false
	}
	for i, v := range *fields {
		if v.ID != "" {
			continue
		}
		if u := bySKU[v.SKU]; byID[u] {
			ids[i], byID[u] = u, false
		} else {
			ids[i] = id.New()
		}
	}
	if err := q.KeepVariants(ctx, marketdb.KeepVariantsParams{ProductID: row.ID, Ids: ids}); err != nil {
		return err
	}
	for i, v := range *fields {
		if err := q.PutVariant(ctx, marketdb.PutVariantParams{
			ID: ids[i], ProductID: row.ID, Sku: v.SKU, Name: v.Name, PriceMinor: v.Price.AmountMinor,
			Currency: v.Price.Currency, VatRate: int32(v.VATRate), Quantity: v.Quantity, Unit: string(v.Unit), SortOrder: int32(i),
		}); err != nil {
			return err
		}
	}
	return nil
}
