// What carts hold of a person: their export, and forgetting it.

package cart

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Erase deletes a user's carts, in the transaction that erases the user. What they have used of
// discount codes stays counted, without their name. An order of theirs that ends unpaid later
// gives its lines to nobody.
func (s *Service) Erase(ctx context.Context, tx pgx.Tx, user contract.UserID) error {
	q := cartdb.New(tx)
	if err := q.LockHolder(ctx, string(user)); err != nil {
		return err
	}
	if err := q.DeleteCartsOf(ctx, string(user)); err != nil {
		return err
	}
	return q.ForgetBuyer(ctx, string(user))
}

// ExportUser is a user's carts for their export, and which codes their orders have used.
func (s *Service) ExportUser(ctx context.Context, user contract.UserID) (map[string]any, error) {
	q := s.queries()
	rows, err := q.CartsOf(ctx, string(user))
	if err != nil {
		return nil, err
	}
	lines, err := q.LinesOfHolder(ctx, string(user))
	if err != nil {
		return nil, err
	}
	uses, err := q.UsesOf(ctx, string(user))
	if err != nil {
		return nil, err
	}
	byCart := map[uuid.UUID][]exportedLine{}
	for _, l := range lines {
		byCart[l.CartID] = append(byCart[l.CartID], exportedLine{l.Kind, l.Thing, l.Name, l.Quantity, l.Note, l.AddedUnitMinor, l.CreatedAt})
	}
	carts := make([]exportedCart, len(rows))
	for i, c := range rows {
		carts[i] = exportedCart{id.Format[contract.CartID](cartPrefix, c.ID), c.Status, c.OrderID, c.Currency, c.Note, c.Codes, byCart[c.ID], c.CreatedAt, c.UpdatedAt}
	}
	used := make([]exportedUse, len(uses))
	for i, u := range uses {
		used[i] = exportedUse{u.Code, u.OrderID, u.TakenMinor, u.UsedAt}
	}
	files := map[string]any{}
	if len(carts) > 0 {
		files["carts"] = carts
	}
	if len(used) > 0 {
		files["discount_codes_used"] = used
	}
	return files, nil
}

type exportedCart struct {
	ID        contract.CartID `json:"id"`
	Status    string          `json:"status"`
	Order     *string         `json:"order,omitempty"`
	Currency  *string         `json:"currency,omitempty"`
	Note      string          `json:"note,omitempty"`
	Codes     []string        `json:"codes,omitempty"`
	Lines     []exportedLine  `json:"lines"`
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
}

type exportedLine struct {
	Kind       string    `json:"kind"`
	ID         string    `json:"id"`
	Name       string    `json:"name,omitempty"`
	Quantity   int64     `json:"quantity"`
	Note       string    `json:"note,omitempty"`
	PriceMinor int64     `json:"price_minor"` // when it was put in
	AddedAt    time.Time `json:"added_at"`
}

type exportedUse struct {
	Code       string    `json:"code"`
	Order      string    `json:"order"`
	TakenMinor int64     `json:"taken_minor"`
	UsedAt     time.Time `json:"used_at"`
}
