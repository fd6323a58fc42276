// Orders and payments, as far as other domains and mails have to know.

package contract

import "time"

// Ids of orders and what belongs to them.
type (
	OrderID    string // ord_…
	AttemptID  string // pay_…
	RefundID   string // ref_…
	SlotID     string // slot_…
	WindowID   string // win_…
	DeliveryID string // del_…
)

// OrderRef is what every event about an order carries.
type OrderRef struct {
	Order OrderID `json:"order"`
	User  UserID  `json:"user,omitempty"`
}

// OrderPlaced is emitted when a cart has become an order.
type OrderPlaced struct{ OrderRef }

// OrderPaid is emitted in the transaction that sets an order paid, free ones too.
type OrderPaid struct{ OrderRef }

// OrderEnded is emitted when an order ends unpaid, or is cancelled.
type OrderEnded struct{ OrderRef }

// OrderRefunded is emitted when money of an order has gone back.
type OrderRefunded struct {
	OrderRef
	AmountMinor int64 `json:"amount_minor"`
}

// OrderFulfilled is emitted when all of an order, or a part, has been handed over.
type OrderFulfilled struct{ OrderRef }

// Kind names the event.
func (OrderPlaced) Kind() string { return "orders.order_placed" }

// Kind names the event.
func (OrderPaid) Kind() string { return "orders.order_paid" }

// Kind names the event.
func (OrderEnded) Kind() string { return "orders.order_ended" }

// Kind names the event.
func (OrderRefunded) Kind() string { return "orders.order_refunded" }

// Kind names the event.
func (OrderFulfilled) Kind() string { return "orders.order_fulfilled" }

// OrderMail is the data of mails about an order: order_paid, order_ready, order_refunded,
// order_cancelled, order_late_payment (paid after it had ended, and sent back) and
// order_changed. Amounts are in minor units.
type OrderMail struct {
	Reference    string          `json:"reference"` // R7K2-9QXM
	Name         string          `json:"name"`
	Link         string          `json:"link"` // to the order, with the guest's key where they need it
	PlacedAt     time.Time       `json:"placed_at"`
	Lines        []OrderMailLine `json:"lines"`
	Totals       Totals          `json:"totals"`
	Delivery     string          `json:"delivery,omitempty"`     // "Collection at the barn, Friday 3 May, 16:00 to 18:00"
	Instructions string          `json:"instructions,omitempty"` // what the delivery method says of itself
	RefundMinor  int64           `json:"refund_minor,omitempty"` // what goes back now
	Reason       string          `json:"reason,omitempty"`       // why, in words of the shop
	Cancellation string          `json:"cancellation,omitempty"` // the right to cancel, as it was accepted
	Invoice      string          `json:"invoice,omitempty"`      // its number
}

// OrderMailLine is one line of such a mail, with its allergens: they have to be named again
// when food is delivered (retained Regulation (EU) 1169/2011 article 14).
type OrderMailLine struct {
	Name      string     `json:"name"`
	Quantity  int64      `json:"quantity"`
	ByWeight  bool       `json:"by_weight,omitempty"` // the quantity is grams
	NetMinor  int64      `json:"net_minor"`
	Allergens []Allergen `json:"allergens,omitempty"`
}
