// Writing a new order: at checkout, and at the counter.

package orders

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// placement is a new order: the row as far as it is not told by the other fields. Of Order
// these are filled: ID, Channel, CartID, UserID, the contact, Note, the three statuses,
// DeliveryID, SlotID, EditableUntil, TermsVersion, PlacedAt and ExpiresAt.
type placement struct {
	Order     ordersdb.Order
	Lines     []contract.PricedLine // their ids are kept; one without gets one
	Discounts []contract.Discount
	Totals    contract.Totals
	Address   *Address
	Delivery  *OrderDelivery
	Accepted  *Accepted
	Cause     Cause
}

// tries is how often a reference that is taken is drawn again.
const tries = 5

// write stores a new order with its lines and the event "placed", in the caller's transaction
// and one statement, and returns both as they are stored.
func (s *Service) write(ctx context.Context, tx pgx.Tx, p placement) (ordersdb.Order, []ordersdb.Line, error) {
	o, err := p.row()
	if err != nil {
		return o, nil, err
	}
	lines, err := p.rows()
	if err != nil {
		return o, nil, err
	}
	states := make([]LineState, len(lines))
	for i, l := range lines {
		states[i] = LineState{ID: lineID(l), Quantity: l.Quantity}
	}
	text, hash, err := stateOf(o, states).canonical()
	if err != nil {
		return o, nil, err
	}
	params := ordersdb.PlaceOrderParams{
		ID: o.ID, Channel: o.Channel, CartID: o.CartID, UserID: o.UserID, Name: o.Name, Email: o.Email, Phone: o.Phone, Address: o.Address, Note: o.Note,
		Status: o.Status, PaymentStatus: o.PaymentStatus, FulfilmentStatus: o.FulfilmentStatus, Currency: o.Currency,
		GrossMinor: o.GrossMinor, DiscountMinor: o.DiscountMinor, DepositMinor: o.DepositMinor, DeliveryMinor: o.DeliveryMinor, TotalMinor: o.TotalMinor,
		Vat: o.Vat, Discounts: o.Discounts, Delivery: o.Delivery, DeliveryID: o.DeliveryID, SlotID: o.SlotID, EditableUntil: o.EditableUntil,
		TermsVersion: o.TermsVersion, Accepted: o.Accepted, PlacedAt: o.PlacedAt, ExpiresAt: o.ExpiresAt,
		Actor: p.Cause.Actor, Cause: p.Cause.Cause, AfterHash: hash[:], After: text,
	}
	for _, l := range lines {
		params.LineIds = append(params.LineIds, l.ID)
		params.Positions = append(params.Positions, l.Position)
		params.Kinds = append(params.Kinds, l.Kind)
		params.Things = append(params.Things, l.Thing)
		params.Offers = append(params.Offers, string(l.Offer))
		params.Quantities = append(params.Quantities, l.Quantity)
		params.Notes = append(params.Notes, l.Note)
		params.Grosses = append(params.Grosses, l.GrossMinor)
		params.LineDiscounts = append(params.LineDiscounts, l.DiscountMinor)
		params.Deposits = append(params.Deposits, l.DepositMinor)
		params.Vats = append(params.Vats, l.VatMinor)
	}
	for range tries {
		params.Reference = orderReference()
		if _, err = ordersdb.New(tx).PlaceOrder(ctx, params); !errors.Is(err, pgx.ErrNoRows) {
			break
		}
	}
	o.Reference = params.Reference
	return o, lines, err
}

// row is the order as it is stored, without its reference.
func (p placement) row() (o ordersdb.Order, err error) {
	o = p.Order
	o.Currency, o.GrossMinor, o.DiscountMinor = p.Totals.Currency, p.Totals.GrossMinor, p.Totals.DiscountMinor
	o.DepositMinor, o.DeliveryMinor, o.TotalMinor = p.Totals.DepositMinor, p.Totals.DeliveryMinor, p.Totals.TotalMinor
	o.Version, o.UpdatedAt = 1, o.PlacedAt
	discounts := p.Discounts
	if discounts == nil {
		discounts = []contract.Discount{}
	}
	if o.Vat, err = json.Marshal(p.Totals.VAT); err != nil {
		return o, err
	}
	if o.Discounts, err = json.Marshal(discounts); err != nil {
		return o, err
	}
	o.Delivery, o.Accepted = json.RawMessage("{}"), json.RawMessage("{}")
	if p.Delivery != nil {
		if o.Delivery, err = json.Marshal(p.Delivery); err != nil {
			return o, err
		}
	}
	if p.Accepted != nil {
		if o.Accepted, err = json.Marshal(p.Accepted); err != nil {
			return o, err
		}
	}
	if p.Address != nil {
		o.Address, err = json.Marshal(p.Address)
	}
	return o, err
}

// rows are the lines as they are stored.
func (p placement) rows() ([]ordersdb.Line, error) {
	lines := make([]ordersdb.Line, len(p.Lines))
	for i, l := range p.Lines {
		offer, err := json.Marshal(l.Offer)
		if err != nil {
			return nil, err
		}
		line, ok := id.Parse(linePrefix, l.ID)
		if !ok {
			line = id.New()
		}
		lines[i] = ordersdb.Line{
			ID: line, OrderID: p.Order.ID, Position: int32(i + 1), Kind: string(l.Offer.Kind), Thing: l.Offer.ID, Offer: offer,
			Ordered: l.Quantity, Quantity: l.Quantity, Note: l.Note,
			GrossMinor: l.GrossMinor, DiscountMinor: l.DiscountMinor, NetMinor: l.NetMinor, DepositMinor: l.DepositMinor, VatMinor: l.VATMinor,
		}
	}
	return lines, nil
}

// orderReference is a new reference for people: 40 random bits.
func orderReference() string {
	text := random32(8)
	return text[:4] + "-" + text[4:]
}
