// What the API says of orders, as far as the shopkeeper's pages use it.

package web

import (
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// shopOrderCard is an order in a list.
type shopOrderCard struct {
	orderAxes
	ID         contract.OrderID   `json:"id"`
	Reference  string             `json:"reference"`
	Name       string             `json:"name"`
	Delivery   *shopOrderDelivery `json:"delivery"`
	LineCount  int                `json:"lines"`
	TotalMinor int64              `json:"total_minor"`
	Currency   string             `json:"currency"`
	PlacedAt   time.Time          `json:"placed_at"`
}

// shopOrder is an order with all that belongs to it.
type shopOrder struct {
	orderAxes
	ID            contract.OrderID    `json:"id"`
	Reference     string              `json:"reference"`
	Name          string              `json:"name"`
	Email         string              `json:"email"`
	Phone         string              `json:"phone"`
	Address       *addressDoc         `json:"address"`
	Note          string              `json:"note"`
	User          contract.UserID     `json:"user"`
	Lines         []shopOrderLine     `json:"lines"`
	Discounts     []contract.Discount `json:"discounts"`
	Totals        contract.Totals     `json:"totals"`
	PaidMinor     int64               `json:"paid_minor"`
	RefundedMinor int64               `json:"refunded_minor"`
	Payment       struct {
		Status   string `json:"status"`
		Provider string `json:"provider"`
		Declined bool   `json:"declined"`
	} `json:"payment"`
	Refunds       []shopOrderRefund  `json:"refunds"`
	Delivery      *shopOrderDelivery `json:"delivery"`
	Documents     []shopDocumentLink `json:"documents"`
	EditableUntil *time.Time         `json:"editable_until"`
	PlacedAt      time.Time          `json:"placed_at"`
	ExpiresAt     *time.Time         `json:"expires_at"`
	PaidAt        *time.Time         `json:"paid_at"`
}

// shopOrderLine is a line of an order.
type shopOrderLine struct {
	ID            contract.LineID `json:"id"`
	Offer         contract.Offer  `json:"offer"`
	Ordered       int64           `json:"ordered"`
	Quantity      int64           `json:"quantity"`
	Fulfilled     int64           `json:"fulfilled"`
	Note          string          `json:"note"`
	GrossMinor    int64           `json:"gross_minor"`
	DiscountMinor int64           `json:"discount_minor"`
	NetMinor      int64           `json:"net_minor"`
	DepositMinor  int64           `json:"deposit_minor"`
	VATMinor      int64           `json:"vat_minor"`
	RefundedMinor int64           `json:"refunded_minor"`
}

// priced is the line as it was ordered.
func (l shopOrderLine) priced() contract.PricedLine {
	return contract.PricedLine{ID: l.ID, Offer: l.Offer, Quantity: l.Ordered, GrossMinor: l.GrossMinor, DiscountMinor: l.DiscountMinor,
		NetMinor: l.NetMinor, DepositMinor: l.DepositMinor, VATMinor: l.VATMinor}
}

// name is the thing and, where there are several, which.
func (l shopOrderLine) name() string {
	if l.Offer.VariantName == "" {
		return l.Offer.Name
	}
	return l.Offer.Name + ", " + l.Offer.VariantName
}

// shopOrderRefund is money of an order that goes back.
type shopOrderRefund struct {
	AmountMinor int64      `json:"amount_minor"`
	Status      string     `json:"status"`
	Reason      string     `json:"reason"`
	Note        string     `json:"note"`
	CreatedAt   time.Time  `json:"created_at"`
	DoneAt      *time.Time `json:"done_at"`
}

// shopOrderDelivery is how and when an order leaves the shop.
type shopOrderDelivery struct {
	ID           contract.DeliveryID `json:"id"`
	Name         string              `json:"name"`
	Kind         string              `json:"kind"`
	Place        string              `json:"place"`
	Instructions string              `json:"instructions"`
	Slot         *struct {
		ID       contract.SlotID   `json:"id"`
		Window   contract.WindowID `json:"window"`
		StartsAt time.Time         `json:"starts_at"`
		EndsAt   time.Time         `json:"ends_at"`
	} `json:"slot"`
}

// addressLines are an address as it is written on a parcel; nil has none.
func addressLines(a *addressDoc) (lines []string) {
	if a == nil {
		return nil
	}
	if lines = a.lines(); a.Country != "GB" && a.Country != "" {
		lines = append(lines, a.Country)
	}
	return lines
}

// shopDocumentLink leads to an invoice or a credit note.
type shopDocumentLink struct {
	Kind     string    `json:"kind"`
	Number   string    `json:"number"`
	Href     string    `json:"href"`
	IssuedAt time.Time `json:"issued_at"`
}

// shopEvent is something that happened to an order.
type shopEvent struct {
	Sequence int            `json:"sequence"`
	Kind     string         `json:"kind"`
	Actor    string         `json:"actor"`
	Cause    string         `json:"cause"`
	Details  map[string]any `json:"details"`
	At       time.Time      `json:"at"`
}

// shopSettings are what stands on invoices and is agreed to.
type shopSettings struct {
	BusinessName    string `json:"business_name"`
	BusinessAddress string `json:"business_address"`
	VATNumber       string `json:"vat_number"`
	CompanyNumber   string `json:"company_number"`
	Contact         string `json:"contact"`
	Terms           string `json:"terms"`
	Cancellation    string `json:"cancellation"`
	InvoicePrefix   string `json:"invoice_prefix"`
}
