// Orders in lists: the shop's, and one's own.

package orders

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// OrderItem is an order in a list.
type OrderItem struct {
	ID               contract.OrderID `json:"id" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	Reference        string           `json:"reference" example:"R7K2-9QXM"`
	Channel          string           `json:"channel" enum:"web,counter" example:"web"`
	Status           string           `json:"status" enum:"pending_payment,paid,part_fulfilled,fulfilled,cancelled,expired" example:"paid"`
	PaymentStatus    string           `json:"payment_status" enum:"unpaid,review,paid,part_refunded,refunded" example:"paid"`
	FulfilmentStatus string           `json:"fulfilment_status" enum:"unfulfilled,picking,ready,part_fulfilled,fulfilled" example:"unfulfilled"`
	Name             string           `json:"name" example:"Anna Ashdown" doc:"Of whoever ordered."`
	Email            string           `json:"email,omitempty" example:"anna@example.org"`
	Note             string           `json:"note,omitempty" example:"Leave it with the neighbours."`
	User             contract.UserID  `json:"user,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f501" doc:"Absent: a guest's."`
	Lines            int64            `json:"lines" example:"7" doc:"How many lines it has."`
	Currency         string           `json:"currency" example:"GBP"`
	TotalMinor       int64            `json:"total_minor" example:"1250" doc:"As it was ordered."`
	RefundedMinor    int64            `json:"refunded_minor" example:"0"`
	Delivery         *OrderDelivery   `json:"delivery,omitempty"`
	PlacedAt         time.Time        `json:"placed_at"`
	PaidAt           *time.Time       `json:"paid_at,omitempty"`
	ReadyAt          *time.Time       `json:"ready_at,omitempty"`
	Version          int64            `json:"version" example:"3"`
}

// OrderList is some orders.
type OrderList struct {
	Items      []OrderItem `json:"items" doc:"The newest first."`
	NextCursor string      `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// OrderQuery is which of the shop's orders are wanted; an empty field leaves all.
type OrderQuery struct {
	Statuses, Payments, Fulfilments []string // alternatives
	Slot                            contract.SlotID
	Search                          string // the beginning of a reference or an address, or part of a name
	Limit                           int
	Cursor                          string
}

// place is where a list goes on: after the order that was placed then.
type place struct {
	At time.Time `json:"t"`
	ID uuid.UUID `json:"i"`
}

// readPlace opens a cursor; nil: from the beginning.
func readPlace(text string) (*time.Time, uuid.UUID, error) {
	if text == "" {
		return nil, uuid.UUID{}, nil
	}
	var p place
	err := cursor.Decode(text, &p)
	return &p.At, p.ID, err
}

// ShopOrders lists the shop's orders, the newest first. It fails with 422 `invalid_cursor`.
func (s *Service) ShopOrders(ctx context.Context, query OrderQuery) (OrderList, error) {
	before, beforeID, err := readPlace(query.Cursor)
	if err != nil {
		return OrderList{}, err
	}
	params := ordersdb.ShopOrdersParams{
		Statuses: some(query.Statuses), Payments: some(query.Payments), Fulfilments: some(query.Fulfilments),
		Before: before, BeforeID: beforeID, Most: int32(query.Limit + 1),
	}
	if query.Slot != "" {
		slot, ok := id.Parse(slotPrefix, query.Slot)
		if !ok {
			return OrderList{}, field("query.slot", "expected the id of a slot")
		}
		params.SlotID = &slot
	}
	if words, ok := oneLine(query.Search); ok && words != "" {
		params.Pattern, params.Reference = like(strings.ToLower(words)), like(referenceOf(words))+"%"
	} else if !ok {
		return OrderList{}, field("query.q", "expected text")
	}
	rows, err := s.queries().ShopOrders(ctx, params)
	list := OrderList{Items: []OrderItem{}}
	for _, r := range rows {
		if err := list.add(r.Order, r.Lines, query.Limit); err != nil {
			return list, err
		}
	}
	return list, err
}

// OwnOrders lists the orders of whoever has signed in, the newest first. It fails with 401
// for a program that acts for nobody, and with 422 `invalid_cursor`.
func (s *Service) OwnOrders(ctx context.Context, limit int, from string) (OrderList, error) {
	p, _ := auth.PrincipalFrom(ctx)
	if p.User == "" {
		return OrderList{}, problem.Forbidden("a program that acts for nobody has no orders")
	}
	before, beforeID, err := readPlace(from)
	if err != nil {
		return OrderList{}, err
	}
	rows, err := s.queries().OwnOrders(ctx, ordersdb.OwnOrdersParams{UserID: string(p.User), Before: before, BeforeID: beforeID, Most: int32(limit + 1)})
	list := OrderList{Items: []OrderItem{}}
	for _, r := range rows {
		if err := list.add(r.Order, r.Lines, limit); err != nil {
			return list, err
		}
	}
	return list, err
}

// add puts an order into a list of so many, or the mark where it goes on.
func (l *OrderList) add(o ordersdb.Order, lines int64, limit int) error {
	if n := len(l.Items); n == limit {
		last := l.Items[n-1]
		u, _ := id.Parse(orderPrefix, last.ID)
		l.NextCursor = cursor.Encode(place{last.PlacedAt, u})
		return nil
	}
	item := OrderItem{
		ID: publicOrderID(o.ID), Reference: o.Reference, Channel: o.Channel, Status: o.Status, PaymentStatus: o.PaymentStatus, FulfilmentStatus: o.FulfilmentStatus,
		Name: o.Name, Email: o.Email, Note: o.Note, Lines: lines, Currency: o.Currency, TotalMinor: o.TotalMinor, RefundedMinor: o.RefundedMinor,
		PlacedAt: o.PlacedAt, PaidAt: o.PaidAt, ReadyAt: o.ReadyAt, Version: o.Version,
	}
	if o.UserID != nil {
		item.User = contract.UserID(*o.UserID)
	}
	var err error
	item.Delivery, err = deliveryOf(o)
	l.Items = append(l.Items, item)
	return err
}

// some is a list that is not null in the database.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// like takes the meaning of LIKE's signs away.
func like(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// referenceOf is how people say a reference, as it is written: R7K29QXM, r7k2 9qxm, and with
// the letters that Crockford's alphabet takes for digits.
func referenceOf(words string) string {
	letters := []rune(strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(words)))
	if len(letters) > 4 {
		return string(letters[:4]) + "-" + string(letters[4:])
	}
	return string(letters)
}
