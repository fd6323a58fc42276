// The import of Markdown files: the rows of a batch.

package market

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
)

// brandSlug is the slug of a brand that a file names.
func brandSlug(name string) string {
	slug := urls.Slug(name)
	return strings.TrimRight(slug[:min(len(slug), maxSlug)], "-")
}

// brand finds the brands of the files and makes those that are not there.
func (r *markdownRun) brand(ctx context.Context) error {
	names := map[string]string{}
	for i := range r.open {
		if i.brand != "" && names[brandSlug(i.brand)] == "" {
			names[brandSlug(i.brand)] = i.brand
		}
	}
	if len(names) == 0 {
		return nil
	}
	slugs := slices.Sorted(maps.Keys(names))
	find := func() error {
		rows, err := r.q.TermsBySlug(ctx, marketdb.TermsBySlugParams{Taxonomy: string(contract.BrandTaxonomy), Slugs: slugs})
		r.brands = make(map[string]uuid.UUID, len(rows))
		for _, row := range rows {
			r.brands[row.Slug] = row.ID
		}
		return err
	}
	if err := find(); err != nil || len(r.brands) == len(slugs) {
		return err
	}
	for _, slug := range slugs {
		if _, there := r.brands[slug]; there {
			continue
		}
		u := id.New()
		made, err := r.q.EnsureTerm(ctx, marketdb.EnsureTermParams{
			ID: u, Taxonomy: string(contract.BrandTaxonomy), Slug: slug, Name: names[slug], At: r.now})
		if err != nil {
			return err
		}
		if made > 0 {
			r.events = append(r.events, contract.TermUpdated{ID: id.Format[contract.TermID](string(contract.BrandTaxonomy), u), Taxonomy: contract.BrandTaxonomy})
		}
	}
	return find() // somebody else may have made one of them meanwhile
}

// over is was with what an import stores.
func (i *markdownItem) over(was marketdb.Product) marketdb.Product {
	was.Slug, was.Name, was.SortKey, was.Summary = i.row.Slug, i.row.Name, i.row.SortKey, i.row.Summary
	was.Description, was.DescriptionHtml, was.CategoryID = i.row.Description, i.row.DescriptionHtml, i.row.CategoryID
	was.Status, was.Currency, was.Images = i.row.Status, i.row.Currency, i.row.Images
	return was
}

// sold are the variants of a product that was there, with what an import stores.
func (i *markdownItem) sold(product uuid.UUID, was []marketdb.Variant) []marketdb.Variant {
	variants := slices.Clone(i.variants)
	for n, v := range variants {
		if n < len(was) { // carts know it by its id
			kept := was[n]
			kept.Sku, kept.Name, kept.PriceMinor, kept.Currency = v.Sku, v.Name, v.PriceMinor, v.Currency
			kept.VatRate, kept.Quantity, kept.Unit, kept.SortOrder = v.VatRate, v.Quantity, v.Unit, v.SortOrder
			v = kept
		}
		v.ProductID = product
		variants[n] = v
	}
	return variants
}

// update stores the files whose products are there.
func (r *markdownRun) update(ctx context.Context) error {
	var (
		rows     []marketdb.UpdateImportedProductsParams
		variants []marketdb.PutImportedVariantsParams
		alike    marketdb.RememberProductOriginsParams
		drop     marketdb.DropVariantsParams
	)
	for i := range r.open {
		if i.id == uuid.Nil {
			continue
		}
		was := r.was[i.id]
		row, sold := i.over(was), i.sold(i.id, r.variants[i.id])
		brand := r.brands[brandSlug(i.brand)]
		if reflect.DeepEqual(was, row) && brand == r.brandOf[i.id] &&
			slices.EqualFunc(r.variants[i.id], sold, func(a, b marketdb.Variant) bool { return reflect.DeepEqual(a, b) }) {
			alike.Ids, alike.Hashes = append(alike.Ids, i.id), append(alike.Hashes, *i.row.OriginHash)
			i.outcome.Change = contract.ImportUnchanged
			i.shown(row.Slug, row.Status)
			continue
		}
		if row.UpdatedAt = i.row.UpdatedAt; row.UpdatedAt.IsZero() {
			row.UpdatedAt = r.now
		}
		rows = append(rows, marketdb.UpdateImportedProductsParams{
			Slug: row.Slug, Name: row.Name, SortKey: row.SortKey, Summary: row.Summary, Description: row.Description,
			DescriptionHtml: row.DescriptionHtml, CategoryID: row.CategoryID, Status: row.Status,
			Currency: row.Currency, Images: row.Images, UpdatedAt: row.UpdatedAt, OriginHash: i.row.OriginHash, ID: row.ID,
		})
		i.variants = sold
		drop.ProductIds = append(drop.ProductIds, row.ID)
		for _, v := range sold {
			drop.Keep = append(drop.Keep, v.ID)
			variants = append(variants, marketdb.PutImportedVariantsParams{
				ID: v.ID, ProductID: v.ProductID, Sku: v.Sku, Name: v.Name, PriceMinor: v.PriceMinor, Currency: v.Currency,
				VatRate: v.VatRate, Quantity: v.Quantity, Unit: v.Unit, SortOrder: v.SortOrder,
			})
		}
		i.outcome.Change = contract.ImportUpdated
		i.shown(row.Slug, row.Status)
		r.stored = append(r.stored, row.ID)
		r.announce(row.ID, was.Status, row.Status, r.paths[was.CategoryID], i.path(r))
	}
	if len(alike.Ids) > 0 {
		if err := r.q.RememberProductOrigins(ctx, alike); err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if drop.Keep == nil {
		drop.Keep = []uuid.UUID{}
	}
	if err := keepReserved(ctx, r.q, drop.ProductIds, drop.Keep); err != nil {
		return err
	}
	if err := r.q.DropVariants(ctx, drop); err != nil {
		return err
	}
	// A product's currency first: that of its variants follows.
	var failed error
	r.q.UpdateImportedProducts(ctx, rows).Exec(func(_ int, err error) { failed = errors.Join(failed, err) })
	if failed != nil {
		return failed
	}
	if len(variants) > 0 {
		r.q.PutImportedVariants(ctx, variants).Exec(func(_ int, err error) { failed = errors.Join(failed, err) })
	}
	if failed != nil {
		return failed
	}
	return r.updateParts(ctx)
}

// updateParts brings the prices and the brands of updated products up to date.
func (r *markdownRun) updateParts(ctx context.Context) error {
	for i := range r.items {
		item := &r.items[i]
		if item.id == uuid.Nil || item.outcome.Change != contract.ImportUpdated {
			continue
		}
		for _, v := range item.variants {
			if err := setPrice(ctx, r.q, v.ID, publicList, v.PriceMinor, r.now); err != nil {
				return err
			}
		}
		brand := r.brands[brandSlug(item.brand)]
		if brand == r.brandOf[item.id] {
			continue
		}
		keep := []uuid.UUID{}
		if brand != uuid.Nil {
			keep = append(keep, brand)
		}
		if err := r.q.DropProductTerms(ctx, marketdb.DropProductTermsParams{
			ProductID: item.id, Taxonomies: []string{string(contract.BrandTaxonomy)}, Keep: keep}); err != nil {
			return err
		}
		if brand == uuid.Nil {
			continue
		}
		if err := r.q.PutProductTerm(ctx, marketdb.PutProductTermParams{
			ProductID: item.id, TermID: brand, Taxonomy: string(contract.BrandTaxonomy)}); err != nil {
			return err
		}
	}
	return nil
}

// insert stores the files that are new.
func (r *markdownRun) insert(ctx context.Context) error {
	var (
		rows     []marketdb.CopyProductsParams
		variants []marketdb.CopyVariantsParams
		terms    []marketdb.CopyProductTermsParams
		prices   = marketdb.InsertPricesParams{At: r.now}
	)
	for i := range r.open {
		row := i.row
		row.ID = id.New()
		if row.UpdatedAt.IsZero() {
			row.UpdatedAt = row.CreatedAt
		}
		rows = append(rows, marketdb.CopyProductsParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, SortKey: row.SortKey, Summary: row.Summary, Description: row.Description,
			DescriptionHtml: row.DescriptionHtml, CategoryID: row.CategoryID, Status: row.Status,
			Currency: row.Currency, Images: row.Images, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
			Origin: row.Origin, OriginID: row.OriginID, OriginHash: row.OriginHash, OriginVersion: new(int64(1)),
		})
		for _, v := range i.variants {
			variants = append(variants, marketdb.CopyVariantsParams{
				ID: v.ID, ProductID: row.ID, Sku: v.Sku, Name: v.Name, PriceMinor: v.PriceMinor, Currency: v.Currency,
				VatRate: v.VatRate, Quantity: v.Quantity, Unit: v.Unit, SortOrder: v.SortOrder,
			})
			prices.Ids = append(prices.Ids, id.New())
			prices.Variants = append(prices.Variants, v.ID)
			prices.Prices = append(prices.Prices, v.PriceMinor)
		}
		if i.brand != "" {
			terms = append(terms, marketdb.CopyProductTermsParams{
				ProductID: row.ID, TermID: r.brands[brandSlug(i.brand)], Taxonomy: string(contract.BrandTaxonomy)})
		}
		i.outcome.Change = contract.ImportCreated
		i.shown(row.Slug, row.Status)
		r.stored = append(r.stored, row.ID)
		r.announce(row.ID, string(contract.DraftProduct), row.Status, nil, i.path(r))
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := r.q.CopyProducts(ctx, rows); err != nil {
		return err
	}
	if len(variants) > 0 {
		if _, err := r.q.CopyVariants(ctx, variants); err != nil {
			return err
		}
		if err := r.q.InsertPrices(ctx, prices); err != nil {
			return err
		}
	}
	if len(terms) == 0 {
		return nil
	}
	_, err := r.q.CopyProductTerms(ctx, terms)
	return err
}
