// The whole catalogue as a table: its rows, by product, and what is wrong with them.

package market

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/market/internal/sheet"
	"rose-ash.com/roseash/api/shared/problem"
)

// tableRun is the import of one table.
type tableRun struct {
	s        *Service
	q        *marketdb.Queries
	at       time.Time   // zero: nothing is stored
	storing  bool        // everything was compared
	due      []uuid.UUID // variants that the price lists have turned over meanwhile
	table    *sheet.File
	options  CatalogueImport
	products []*tableProduct // in the order of their first rows
	report   CatalogueDifference
	faults   []CatalogueFault
	broken   map[int]bool // lines

	words tableWords
	gtins map[string]string // 14 digits: the sku that has it in the table
}

// tableWords are what rows may name.
type tableWords struct {
	loaded     bool
	categories map[string]tableCategory
	terms      map[string]uuid.UUID // by taxonomy/slug
}

type tableCategory struct {
	id   uuid.UUID
	path []uuid.UUID
}

// tableProduct is a product of the table with its rows.
type tableProduct struct {
	slug   string
	rows   []sheet.Row
	broken bool
}

// group reads all rows once, and finds out which product each is of. What is in them
// is read when they are compared.
func (r *tableRun) group() error {
	r.broken, r.gtins = map[int]bool{}, map[string]string{}
	bySlug := map[string]*tableProduct{}
	skus := map[string]int{}
	for row, cells := range r.table.Rows() {
		if r.report.Rows++; r.report.Rows > maxTableRows {
			return problem.Unprocessable("a table has at most 100,000 rows").WithCode("too_many_rows")
		}
		slug := strings.TrimSpace(cells.Get(sheet.ProductColumn))
		p := bySlug[slug]
		if p == nil && checkSlug(slug) == nil {
			p = &tableProduct{slug: slug}
			bySlug[slug] = p
			r.products = append(r.products, p)
		}
		switch {
		case cells.Fault != nil:
			r.fault(p, cells.Fault.Line, "", cells.Fault.Reason)
			continue
		case slug == "":
			r.fault(p, row.Line, sheet.ProductColumn, "is required")
			continue
		case p == nil:
			r.fault(p, row.Line, sheet.ProductColumn, "expected up to 100 lower-case letters, digits and dashes between them")
			continue
		}
		sku := strings.TrimSpace(cells.Get(sheet.SKUColumn))
		switch first := skus[sku]; {
		case sku == "" && !cells.VariantBlank():
			r.fault(p, row.Line, sheet.SKUColumn, "is required where anything else of a variant is given")
		case sku == "" && len(p.rows) > 0:
			r.fault(p, row.Line, sheet.SKUColumn, "is required in all rows of a product but its only one")
		case sku != "" && !skuForm.MatchString(sku):
			r.fault(p, row.Line, sheet.SKUColumn, "expected letters, digits and . _ / - between them")
		case sku != "" && first > 0:
			r.fault(p, row.Line, sheet.SKUColumn, fmt.Sprintf("is in line %d already", first))
		case sku != "":
			skus[sku] = row.Line
		}
		p.rows = append(p.rows, row)
	}
	return nil
}

// fault notes what is wrong with a row; p is nil where nobody knows whose it is.
func (r *tableRun) fault(p *tableProduct, line int, column, reason string) {
	if p != nil {
		p.broken = true
	}
	r.broken[line] = true
	if len(r.faults) < maxKeptFaults {
		r.faults = append(r.faults, CatalogueFault{Line: line, Column: column, Reason: reason})
	}
}

func (r *tableRun) slugs() []string {
	slugs := make([]string, len(r.products))
	for i, p := range r.products {
		slugs[i] = p.slug
	}
	return slugs
}
