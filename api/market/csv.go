// The whole catalogue as a table: writing it.

package market

import (
	"context"
	"io"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/market/internal/sheet"
	"rose-ash.com/roseash/api/shared/contract"
)

// tableStep is how many products the table reads or changes at once.
const tableStep = 500

// Catalogue prepares the table of all products in any status, by slug; write writes
// it (RFC 4180, UTF-8), a part of the catalogue at a time. Each product is as it was
// at one moment, the table as a whole need not be. What [Service.ImportCatalogue]
// makes of it is no difference.
func (s *Service) Catalogue(ctx context.Context) (write func(io.Writer) error, err error) {
	// The first part is read before anything is written, so that a database that is
	// away is told as such.
	part, err := s.cataloguePart(ctx, "")
	if err != nil {
		return nil, err
	}
	return func(to io.Writer) error {
		w := sheet.NewWriter(to)
		for len(part) > 0 {
			for i := range part {
				w.Write(&part[i])
			}
			if len(part) < tableStep {
				break
			}
			if part, err = s.cataloguePart(ctx, part[len(part)-1].Slug); err != nil {
				return err
			}
		}
		return w.Flush()
	}, nil
}

func (s *Service) cataloguePart(ctx context.Context, after string) ([]contract.Product, error) {
	rows, err := s.queries.CatalogueAfter(ctx, marketdb.CatalogueAfterParams{AfterSlug: after, Count: tableStep})
	if err != nil {
		return nil, err
	}
	products := make([]contract.Product, len(rows))
	for i, row := range rows {
		if products[i], err = editorsProduct(row); err != nil {
			return nil, err
		}
	}
	return products, nil
}
