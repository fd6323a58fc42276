// The whole catalogue as a table: what rows may name, and storing what changes.

package market

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// load reads once what rows may name.
func (r *tableRun) load(ctx context.Context) error {
	if r.words.loaded {
		return nil
	}
	categories, err := r.q.CategorySlugs(ctx)
	if err != nil {
		return err
	}
	terms, err := r.q.TermSlugs(ctx)
	if err != nil {
		return err
	}
	r.words = tableWords{loaded: true, categories: map[string]tableCategory{}, terms: map[string]uuid.UUID{}}
	for _, c := range categories {
		r.words.categories[c.Slug] = tableCategory{c.ID, c.Path}
	}
	for _, t := range terms {
		r.words.terms[t.Taxonomy+"/"+t.Slug] = t.ID
	}
	return nil
}

// check looks for the category and the terms that a product names.
func (w tableWords) check(r *tableRun, i *tableItem) {
	fault := func(column, reason string) { r.fault(i.tableProduct, i.rows[0].Line, column, reason) }
	if _, ok := w.categories[i.after.Category.Slug]; !ok {
		fault("category", "expected the slug of a category")
	}
	for column, t := range map[string]*contract.TermLink{"brand": i.after.Brand, "producer": i.after.Producer} {
		if _, known := w.terms[column+"/"+slugOf(t)]; t != nil && !known {
			fault(column, "expected the slug of a "+column)
		}
	}
	for n, c := range i.after.Claims {
		switch _, known := w.terms["label/"+c.Label.Slug]; {
		case !known:
			fault("labels", "expected slugs of labels")
			return
		case slices.ContainsFunc(i.after.Claims[:n], func(o contract.Claim) bool { return o.Label.Slug == c.Label.Slug }):
			fault("labels", "has a label twice")
			return
		}
	}
}

// taken looks for skus and GTINs that other variants have.
func (r *tableRun) taken(ctx context.Context, items []*tableItem) error {
	type place struct {
		item *tableItem
		line int
		sku  string
	}
	skus, gtins := map[string]place{}, map[string]place{}
	for _, i := range items {
		for n, v := range i.after.Variants {
			at := place{i, i.lines[n], v.SKU}
			if at.line == 0 || v.SKU == "" {
				continue
			}
			if n >= len(i.before.Variants) {
				skus[v.SKU] = at
			}
			if v.GTIN == "" || !ValidGTIN(v.GTIN) {
				continue
			}
			whole := gtin14(v.GTIN)
			if other, twice := r.gtins[whole]; twice && other != v.SKU {
				r.fault(i.tableProduct, at.line, "gtin", "is that of another row too")
				continue
			}
			r.gtins[whole] = v.SKU
			if n >= len(i.before.Variants) || gtin14(i.before.Variants[n].GTIN) != whole {
				gtins[whole] = at
			}
		}
	}
	if len(skus) > 0 {
		rows, err := r.q.SKUsTaken(ctx, keys(skus))
		if err != nil {
			return err
		}
		for _, row := range rows {
			at := skus[row.Sku]
			r.fault(at.item.tableProduct, at.line, "sku", "belongs to another product")
		}
	}
	if len(gtins) == 0 {
		return nil
	}
	rows, err := r.q.GTINsTaken(ctx, keys(gtins))
	for _, row := range rows {
		if at := gtins[row.Gtin]; row.Sku != at.sku {
			r.fault(at.item.tableProduct, at.line, "gtin", "belongs to another variant")
		}
	}
	return err
}

func keys[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// store makes products what the table says, and returns the events of what readers
// see. The caller's transaction holds those that are there.
func (r *tableRun) store(ctx context.Context, tx pgx.Tx, items []*tableItem) (events []bus.Event, err error) {
	writes := newQueue(tx)
	q := marketdb.New(writes)
	var touched, priced []uuid.UUID
	for _, i := range items {
		if !i.differs() {
			continue
		}
		if i.fields.Description != nil {
			if err := r.s.pictures.Complete(ctx, tx, &i.row.DescriptionHtml); err != nil {
				return nil, err
			}
		}
		if err := r.storeOne(ctx, q, i); err != nil {
			return nil, err
		}
		touched, priced = append(touched, i.row.ID), append(priced, i.priced()...)
		events = append(events, i.events(r.words.categories[i.after.Category.Slug].path)...)
	}
	if err := writes.flush(ctx); err != nil || len(touched) == 0 {
		return nil, err
	}
	if len(priced) > 0 { // a reduction may have ended
		if _, err := r.q.TurnVariants(ctx, marketdb.TurnVariantsParams{Ids: priced, At: r.at}); err != nil {
			return nil, err
		}
	}
	return events, refreshCollections(ctx, r.q, touched...)
}

// priced are the variants that were there and get another price.
func (i *tableItem) priced() (ids []uuid.UUID) {
	for n := range i.before.Variants {
		was, is := i.before.Variants[n], i.after.Variants[n]
		if was.Price != is.Price || orZero(was.MemberPrice) != orZero(is.MemberPrice) {
			u, _ := id.Parse(variantPrefix, was.ID)
			ids = append(ids, u)
		}
	}
	return ids
}

// storeOne writes a product without asking anything: q keeps what it is told.
func (r *tableRun) storeOne(ctx context.Context, q *marketdb.Queries, i *tableItem) error {
	i.row.CategoryID = r.words.categories[i.after.Category.Slug].id
	currency := i.row.Currency
	if i.fields.Variants != nil {
		i.row.Currency = (*i.fields.Variants)[0].Price.Currency
	}
	switch {
	case i.made:
		i.row.ID = id.New()
		if err := q.InsertProduct(ctx, r.s.insertRow(i.row)); err != nil {
			return err
		}
	case len(i.columns) > 0 || currency != i.row.Currency:
		if err := q.UpdateProduct(ctx, updateRow(i.row)); err != nil {
			return err
		}
	}
	if err := r.storeTerms(ctx, q, i); err != nil {
		return err
	}
	if i.fields.Variants != nil {
		if _, err := putVariants(ctx, q, i.row, i.fields.Variants, r.at); err != nil {
			return err
		}
	}
	switch {
	case i.before.Status != i.after.Status:
		return q.SetProductStatus(ctx, marketdb.SetProductStatusParams{ID: i.row.ID, Status: string(i.after.Status), At: r.at})
	case i.made:
		return nil
	}
	return q.StampProduct(ctx, marketdb.StampProductParams{ID: i.row.ID, At: r.at})
}

// storeTerms is putTerms with terms that are known.
func (r *tableRun) storeTerms(ctx context.Context, q *marketdb.Queries, i *tableItem) error {
	change, err := termsGiven(i.row.ID, i.fields, func(taxonomy contract.Taxonomy, _, ref string) (uuid.UUID, error) {
		return r.words.terms[string(taxonomy)+"/"+ref], nil
	})
	if err != nil {
		return err
	}
	if i.made {
		change.drop.Taxonomies = nil
	}
	return change.store(ctx, q)
}

// events are what readers see of the change.
func (i *tableItem) events(path []uuid.UUID) []bus.Event {
	was, is := i.before.Status == contract.PublishedProduct, i.after.Status == contract.PublishedProduct
	ref := contract.ProductRef{ID: id.Format[contract.ProductID](productPrefix, i.row.ID), Categories: categoryIDs(i.row.CategoryPath, path)}
	switch {
	case is && !was:
		return []bus.Event{contract.ProductPublished{ProductRef: ref}}
	case was && !is:
		return []bus.Event{contract.ProductUnpublished{ProductRef: ref}}
	case is && (len(i.columns) > 0 || i.created > 0 || slices.ContainsFunc(i.own, func(c string) bool { return c != "supplier_sku" })):
		return []bus.Event{contract.ProductUpdated{ProductRef: ref}}
	}
	return nil
}
