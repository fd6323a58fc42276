// Publishing products and taking them back.

package market

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// PublishProduct makes a product public and emits ProductPublished in the same
// transaction. Publishing twice answers the same and announces once. A product
// without variants is a 409 `no_variant`.
func (s *Service) PublishProduct(ctx context.Context, ref string) (contract.Product, error) {
	return s.setStatus(ctx, ref, contract.PublishedProduct)
}

// UnpublishProduct makes a product a draft again and emits ProductUnpublished
// in the same transaction. Doing it twice answers the same and announces once.
func (s *Service) UnpublishProduct(ctx context.Context, ref string) (contract.Product, error) {
	return s.setStatus(ctx, ref, contract.DraftProduct)
}

func (s *Service) setStatus(ctx context.Context, ref string, status contract.ProductStatus) (p contract.Product, err error) {
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		row, err := lockProduct(ctx, q, ref)
		if err != nil {
			return err
		}
		if p, err = editorsProduct(row); err != nil || p.Status == status {
			return err
		}
		if status == contract.PublishedProduct && len(p.Variants) == 0 {
			return noVariant()
		}
		at := s.clock.Now()
		if err := q.SetProductStatus(ctx, marketdb.SetProductStatusParams{ID: row.ID, Status: string(status), At: at}); err != nil {
			return err
		}
		p.Status, p.Version, p.UpdatedAt = status, p.Version+1, at
		if status == contract.PublishedProduct {
			return bus.Emit(ctx, tx, contract.ProductPublished{ProductRef: productRef(row)})
		}
		return bus.Emit(ctx, tx, contract.ProductUnpublished{ProductRef: productRef(row)})
	})
	return p, refused(err)
}
