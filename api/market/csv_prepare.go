// The whole catalogue as a table: what its rows make of the products that are there.

package market

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/market/internal/sheet"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// tableItem is a product of the table beside the one that is stored.
type tableItem struct {
	*tableProduct
	row    marketdb.ProductPage // as it is stored; with the fields, once they are applied
	made   bool                 // it is new
	before contract.Product
	after  contract.Product
	lines  []int // of after's variants; 0: not in the table

	columns []string // of the product that change
	own     []string // of its variants
	created int      // of its variants
	changed int
	fields  ProductFields
}

// prepare compares products of the table with those that are stored, and notes what
// is wrong. Those with a broken row are left out, and so are those without a change.
func (r *tableRun) prepare(ctx context.Context, part []*tableProduct) ([]*tableItem, error) {
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	stored, err := r.stored(ctx, part)
	if err != nil {
		return nil, err
	}
	var items []*tableItem
	for _, p := range part {
		if len(p.rows) == 0 || p.broken && r.storing {
			continue
		}
		item, err := r.item(ctx, p, stored)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if err := r.taken(ctx, items); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(items, func(i *tableItem) bool { return i.broken }), nil
}

// stored reads the products that are there, by slug. Before something is stored,
// their prices are brought up to what the lists say at that time.
func (r *tableRun) stored(ctx context.Context, part []*tableProduct) (map[string]marketdb.ProductPage, error) {
	slugs := make([]string, len(part))
	for i, p := range part {
		slugs[i] = p.slug
	}
	rows, err := r.q.CatalogueBySlug(ctx, slugs)
	if err != nil {
		return nil, err
	}
	if len(r.due) > 0 {
		turn := marketdb.TurnVariantsParams{At: r.at}
		for _, row := range rows {
			variants, err := variantsOf(row)
			if err != nil {
				return nil, err
			}
			for _, v := range variants {
				if slices.Contains(r.due, v.ID) {
					turn.Ids = append(turn.Ids, v.ID)
				}
			}
		}
		if turned, err := r.q.TurnVariants(ctx, turn); err != nil {
			return nil, err
		} else if len(turned) > 0 {
			if rows, err = r.q.CatalogueBySlug(ctx, slugs); err != nil {
				return nil, err
			}
		}
	}
	bySlug := make(map[string]marketdb.ProductPage, len(rows))
	for _, row := range rows {
		bySlug[row.Slug] = row
	}
	return bySlug, nil
}

// item reads the rows of a product onto what is stored of it.
func (r *tableRun) item(ctx context.Context, p *tableProduct, stored map[string]marketdb.ProductPage) (*tableItem, error) {
	i := &tableItem{tableProduct: p}
	row, there := stored[p.slug]
	if there {
		var err error
		if i.before, err = editorsProduct(row); err != nil {
			return nil, err
		}
		i.row = row
	} else {
		i.made = true
		i.before = contract.Product{Status: contract.DraftProduct, Claims: []contract.Claim{}, Images: []contract.Image{}}
		i.before.Slug, i.before.Allergens = p.slug, sheet.Unknowns()
		i.row = marketdb.ProductPage{Slug: p.slug, Currency: defaultCurrency, Images: []contract.Image{}, Options: []string{},
			Allergens: storedAllergens{}.json(), Variants: []byte("[]")}
		for _, column := range []string{"name", "category"} {
			if !r.table.Has(column) {
				r.fault(p, p.rows[0].Line, sheet.ProductColumn, "is a new product, which needs a column "+column)
			}
		}
	}
	i.after = i.before
	i.after.Variants = slices.Clone(i.before.Variants)
	i.lines = make([]int, len(i.after.Variants))
	for n, row := range p.rows {
		r.readRow(i, n, row)
	}
	if !p.broken {
		i.columns = sheet.Differences(&i.before, &i.after, nil, nil)
		r.words.check(r, i)
	}
	if !p.broken {
		i.set()
		return i, r.check(ctx, i)
	}
	return i, nil
}

// readRow reads the nth row of a product. What is the product's own has to be the
// same in all of them, where it is given.
func (r *tableRun) readRow(i *tableItem, n int, row sheet.Row) {
	cells := r.table.At(row)
	var faults []sheet.Fault
	if n == 0 {
		faults = cells.ReadProduct(&i.after, true)
		i.after.Slug = i.slug
	} else {
		again := i.after
		faults = cells.ReadProduct(&again, false)
		if len(faults) == 0 {
			again.Slug = i.slug
			for _, column := range sheet.Differences(&i.after, &again, nil, nil) {
				faults = append(faults, sheet.Fault{Line: row.Line, Column: column,
					Reason: fmt.Sprintf("says something else than line %d of the same product", i.rows[0].Line)})
			}
		}
	}
	if !cells.VariantBlank() {
		faults = append(faults, r.readVariant(i, row, cells)...)
	}
	for _, f := range faults {
		r.fault(i.tableProduct, f.Line, f.Column, f.Reason)
	}
}

func (r *tableRun) readVariant(i *tableItem, row sheet.Row, cells sheet.Cells) (faults []sheet.Fault) {
	sku := strings.TrimSpace(cells.Get(sheet.SKUColumn))
	at := slices.IndexFunc(i.after.Variants, func(v contract.Variant) bool { return v.SKU == sku })
	if at < 0 {
		at = len(i.after.Variants)
		v := contract.Variant{Pieces: 1, OrderStep: 1, OrderMin: 1, Options: []string{}}
		v.Price.Currency = i.row.Currency
		i.after.Variants, i.lines = append(i.after.Variants, v), append(i.lines, row.Line)
		for _, column := range []string{"variant", "price", "quantity", "unit"} {
			if !r.table.Has(column) {
				return []sheet.Fault{{Line: row.Line, Column: sheet.SKUColumn, Reason: "is a new variant, which needs a column " + column}}
			}
		}
	}
	i.lines[at] = row.Line
	return cells.ReadVariant(&i.after.Variants[at])
}

// check asks of the fields what every editor's have to keep.
func (r *tableRun) check(ctx context.Context, i *tableItem) error {
	pure := i.fields
	pure.Category, pure.Variants = nil, nil
	if err := r.refused(i, apply(ctx, nil, &i.row, pure)); err != nil || i.broken {
		return err
	}
	if i.after.Status == contract.PublishedProduct && len(i.after.Variants) == 0 {
		r.fault(i.tableProduct, i.rows[0].Line, "status", "expected a draft, because it has no variant")
	}
	if pure.Labels != nil {
		for _, l := range *pure.Labels {
			if err := r.refused(i, l.check("body.labels")); err != nil || i.broken {
				return err
			}
		}
	}
	if i.fields.Variants != nil {
		if err := r.checkVariants(i); err != nil || i.broken {
			return err
		}
	}
	if i.fields.Variants == nil && i.fields.Options == nil {
		return nil
	}
	values := make([][]string, len(i.after.Variants))
	for n, v := range i.after.Variants {
		values[n] = v.Options
	}
	return r.refused(i, checkOptions(i.after.Options, values))
}

// checkVariants looks at each variant by itself first: each row is told what is wrong
// with it.
func (r *tableRun) checkVariants(i *tableItem) error {
	stored, err := variantsOf(i.row)
	if err != nil {
		return err
	}
	for n, v := range *i.fields.Variants {
		err := v.check(fmt.Sprintf("body.variants[%d]", n))
		if err == nil {
			_, err = merge(i.row, stored, []VariantFields{v})
			err = shifted(err, n)
		}
		if err := r.refused(i, err); err != nil {
			return err
		}
	}
	if i.broken {
		return nil
	}
	return r.refused(i, checkVariants(*i.fields.Variants))
}

// shifted is the problem of a variant that was looked at alone with its own place.
func shifted(err error, n int) error {
	var d *problem.Details
	if !errors.As(err, &d) || len(d.Errors) == 0 {
		return err
	}
	_, rest, _ := strings.Cut(d.Errors[0].Location, "]")
	return invalid(fmt.Sprintf("body.variants[%d]%s", n, rest), d.Errors[0].Message)
}

// refused notes a problem with a field as a fault of the row that it comes from; any
// other error is returned.
func (r *tableRun) refused(i *tableItem, err error) error {
	var d *problem.Details
	if err == nil || !errors.As(err, &d) || len(d.Errors) == 0 {
		return err
	}
	line, location := i.rows[0].Line, strings.TrimPrefix(d.Errors[0].Location, "body.")
	column := ""
	if rest, ok := strings.CutPrefix(location, "variants["); ok {
		index, rest, _ := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(index); err == nil && n < len(i.lines) && i.lines[n] > 0 {
			line = i.lines[n]
		}
		column = sheet.ColumnAt(strings.TrimPrefix(rest, "."), true)
	} else {
		column = productColumn(location)
	}
	r.fault(i.tableProduct, line, column, d.Errors[0].Message)
	return nil
}

// productColumn is the column of a field of the product.
func productColumn(location string) string {
	if rest, ok := strings.CutPrefix(location, "allergens["); ok {
		index, _, _ := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(index); err == nil && n < len(contract.AllergenCodes) {
			return "allergen_" + string(contract.AllergenCodes[n])
		}
	}
	return sheet.ColumnAt(location, false)
}

// count adds a product to what is told.
func (r *tableRun) count(i *tableItem) {
	d := &r.report
	change := CatalogueChange{Product: i.slug, Change: "changed", Columns: append(append([]string{}, i.columns...), i.own...),
		VariantsCreated: i.created, VariantsChanged: i.changed, Prices: i.prices()}
	switch {
	case i.made:
		d.Created++
		change.Change, change.Columns = "created", []string{}
	case !i.differs():
		d.Unchanged++
		return
	default:
		d.Changed++
	}
	if len(d.Products) < maxTold {
		d.Products = append(d.Products, change)
	}
}

func (i *tableItem) differs() bool { return i.made || len(i.columns)+len(i.own)+i.created > 0 }
