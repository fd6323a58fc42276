// The whole catalogue as a table: what importing it asks for and answers.

package market

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/market/internal/sheet"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Limits of a table and of what is told of it.
const (
	maxTableBytes   = 64 << 20
	maxTableRows    = 100_000
	maxTold         = 1_000 // products and faults in an answer
	maxToldInDetail = 100   // faults in a problem
	maxKeptFaults   = 20_000
)

// CatalogueImport says what is to become of a table.
type CatalogueImport struct {
	// DryRun stores nothing.
	DryRun bool
	// SkipBroken leaves out products that have a broken row; without it one broken
	// row keeps everything from being stored.
	SkipBroken bool
}

// CatalogueDifference is what a table changes of the catalogue, or changed.
type CatalogueDifference struct {
	DryRun     bool              `json:"dry_run" example:"true" doc:"Whether nothing was stored."`
	Encoding   string            `json:"encoding" enum:"utf-8,utf-16,windows-1252" example:"utf-8" doc:"How the characters were written."`
	Separator  string            `json:"separator" enum:"comma,semicolon,tab" example:"comma"`
	Rows       int               `json:"rows" example:"128" doc:"Rows below the header that are not empty."`
	Created    int               `json:"created" example:"3" doc:"New products."`
	Changed    int               `json:"changed" example:"7"`
	Unchanged  int               `json:"unchanged" example:"50" doc:"Products that are in the table as they are stored."`
	LeftOut    int               `json:"left_out" example:"1" doc:"Products that have a broken row."`
	Products   []CatalogueChange `json:"products" doc:"Those that are created or changed, in the order of the table; at most 1,000."`
	BrokenRows int               `json:"broken_rows" example:"1" doc:"All of them, however many are listed."`
	Faults     []CatalogueFault  `json:"faults" doc:"What is wrong with the broken rows, by line; at most 1,000."`
}

// CatalogueChange is what a table changes of one product.
type CatalogueChange struct {
	Product         string           `json:"product" example:"rye-loaf" doc:"Its slug."`
	Change          string           `json:"change" enum:"created,changed" example:"changed"`
	Columns         []string         `json:"columns" example:"[\"price\",\"summary\"]" doc:"The columns that change, those of variants too; none of a new product."`
	VariantsCreated int              `json:"variants_created" example:"0"`
	VariantsChanged int              `json:"variants_changed" example:"1"`
	Prices          []CataloguePrice `json:"prices" doc:"The prices that change, of variants that are there."`
}

// CataloguePrice is a price before and after. A member price that is not there, before
// or after, is the price that all pay.
type CataloguePrice struct {
	SKU    string          `json:"sku" example:"RYE-800"`
	List   string          `json:"list" enum:"public,member" example:"public" doc:"Whom it is for: everybody, or members."`
	Before *contract.Money `json:"before,omitempty"`
	After  *contract.Money `json:"after,omitempty"`
}

// CatalogueFault is what is wrong with a row. It never says what stands there.
type CatalogueFault struct {
	Line   int    `json:"line" example:"17" doc:"Of the file, from 1; where the row begins."`
	Column string `json:"column,omitempty" example:"price" doc:"Absent where the form of the row is wrong."`
	Reason string `json:"reason" example:"expected a price above zero" doc:"What is expected there."`
}

// ImportCatalogue compares a table with the catalogue and, unless it is a dry run,
// makes the catalogue what the table says, all of it in one transaction, with one
// event for each product that readers see. What is not in the table stays as it is:
// products, variants and the fields of missing columns; nothing is ever removed.
// Importing the same table again changes nothing. It fails with 422
// `unreadable_table` for a file without a header or in no encoding, `wrong_columns`,
// `too_many_rows`, and, unless it is a dry run or broken rows are skipped,
// `broken_rows`.
func (s *Service) ImportCatalogue(ctx context.Context, file []byte, o CatalogueImport) (d CatalogueDifference, err error) {
	table, err := openTable(file)
	if err != nil {
		return d, err
	}
	run := &tableRun{s: s, table: table, options: o}
	run.report = CatalogueDifference{
		DryRun: o.DryRun, Encoding: string(table.Encoding), Separator: table.Separator, Products: []CatalogueChange{}}
	if err := run.group(); err != nil {
		return d, err
	}
	if o.DryRun {
		run.q = s.queries
		err = run.compare(ctx)
	} else {
		err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
			run.q = marketdb.New(tx)
			return run.apply(ctx, tx)
		})
	}
	return run.finished(), refused(err)
}

// openTable reads the header.
func openTable(file []byte) (*sheet.File, error) {
	table, faults, err := sheet.Open(file)
	switch {
	case errors.Is(err, sheet.ErrEmpty), errors.Is(err, sheet.ErrEncoding):
		return nil, problem.Unprocessable("the body is no table that can be read").WithCode("unreadable_table")
	case err != nil:
		return nil, err
	case len(faults) == 0:
		return table, nil
	}
	d := problem.Unprocessable("the first row is not that of a catalogue").WithCode("wrong_columns")
	for _, f := range faults[:min(len(faults), maxToldInDetail)] {
		at := fmt.Sprintf("body.columns[%d]", f.Position-1)
		if f.Name != "" {
			at = "body.columns." + f.Name
		}
		d = d.WithField(at, f.Reason)
	}
	return nil, d
}

// apply stores what the table says, in the caller's transaction. Everything is
// compared before anything is stored, so that what is refused was never begun.
func (r *tableRun) apply(ctx context.Context, tx pgx.Tx) error {
	if err := r.q.ShareCollections(ctx); err != nil {
		return err
	}
	if _, err := r.q.LockCatalogue(ctx, r.slugs()); err != nil {
		return err
	}
	r.at = r.s.clock.Now()
	var err error
	if r.due, err = r.q.VariantsDue(ctx, r.at); err != nil {
		return err
	}
	if err := r.compare(ctx); err != nil {
		return err
	}
	if len(r.broken) > 0 && !r.options.SkipBroken {
		return r.brokenRows()
	}
	known := len(r.broken)
	r.storing = true
	for part := range slices.Chunk(r.products, tableStep) {
		items, err := r.prepare(ctx, part)
		if err != nil {
			return err
		}
		if len(r.broken) > known {
			return problem.Unavailable("another change is in the way").WithCode("busy")
		}
		events, err := r.store(ctx, tx, items)
		if err != nil {
			return err
		}
		if err := bus.Emit(ctx, tx, events...); err != nil {
			return err
		}
	}
	return nil
}

// compare finds out what the table changes, and what is wrong with it.
func (r *tableRun) compare(ctx context.Context) error {
	for part := range slices.Chunk(r.products, tableStep) {
		items, err := r.prepare(ctx, part)
		if err != nil {
			return err
		}
		for _, item := range items {
			r.count(item)
		}
	}
	return nil
}

// brokenRows is the 422 of a table that is not imported.
func (r *tableRun) brokenRows() error {
	d := problem.Unprocessable("%d rows are broken, and nothing was stored", len(r.broken)).WithCode("broken_rows")
	for _, f := range r.sortedFaults(maxToldInDetail) {
		at := fmt.Sprintf("body.line[%d]", f.Line)
		if f.Column != "" {
			at += "." + f.Column
		}
		d = d.WithField(at, f.Reason)
	}
	return d
}

// sortedFaults are the first n by line.
func (r *tableRun) sortedFaults(n int) []CatalogueFault {
	slices.SortStableFunc(r.faults, func(a, b CatalogueFault) int { return a.Line - b.Line })
	return r.faults[:min(len(r.faults), n)]
}

func (r *tableRun) finished() CatalogueDifference {
	d := r.report
	for _, p := range r.products {
		if p.broken {
			d.LeftOut++
		}
	}
	d.BrokenRows = len(r.broken)
	d.Faults = slices.Clone(r.sortedFaults(maxTold))
	if d.Faults == nil {
		d.Faults = []CatalogueFault{}
	}
	return d
}
