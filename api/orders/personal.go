// What orders know of people: erasing it, and handing it over.

package orders

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
)

// Erase takes what names a person out of their orders, in the transaction that erases the
// user: name, address, e-mail address, telephone number and notes. An order with business
// left, one that is not paid, not handed over, or of which money is on its way back, is erased
// when that ends (record does it).
//
// Invoices and credit notes stay as they were issued, with the name on them: books must be
// kept for six years (VAT Act 1994, schedule 11, paragraph 6; Companies Act 2006, section
// 388), which article 17(3)(b) of the UK GDPR excepts from erasure. What was bought, and for
// how much, stays with nobody's name.
func (s *Service) Erase(ctx context.Context, tx pgx.Tx, user contract.UserID) error {
	return ordersdb.New(tx).EraseOrders(ctx, string(user))
}

// ExportUser is a user's orders for their export, with what was bought, what was agreed to,
// and the numbers of invoices.
func (s *Service) ExportUser(ctx context.Context, user contract.UserID) (map[string]any, error) {
	q := s.queries()
	rows, err := q.ExportedOrders(ctx, string(user))
	if err != nil {
		return nil, err
	}
	orders := make([]Order, len(rows))
	for i, row := range rows {
		if orders[i], err = s.shown(ctx, q, row); err != nil {
			return nil, err
		}
	}
	return map[string]any{"orders": orders}, nil
}
