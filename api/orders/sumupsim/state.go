// What the simulator knows: checkouts, transactions, and what happened to them.

package sumupsim

import (
	"crypto/rand"
	"time"

	"github.com/google/uuid"
)

// checkout is one as it is kept. Its status follows from the rest: see status.
type checkout struct {
	ID          string    `json:"id"`
	Reference   string    `json:"reference"`
	AmountMinor int64     `json:"amount_minor"`
	Currency    string    `json:"currency"`
	Description string    `json:"description,omitempty"`
	ReturnURL   string    `json:"return_url,omitempty"`
	RedirectURL string    `json:"redirect_url,omitempty"`
	CustomerID  string    `json:"customer_id,omitempty"`
	Purpose     string    `json:"purpose,omitempty"`
	Hosted      bool      `json:"hosted,omitempty"`
	Created     time.Time `json:"created"`
	ValidUntil  time.Time `json:"valid_until,omitzero"`
	Ended       bool      `json:"ended,omitempty"`  // deactivated
	Paid        string    `json:"paid,omitempty"`   // the transaction
	Failed      bool      `json:"failed,omitempty"` // the latest try did
	Hidden      int       `json:"hidden,omitempty"` // reads that still show it unpaid
	// Transactions of it, by id, in order.
	Transactions []string `json:"transactions,omitempty"`
}

// The statuses of a checkout and of a transaction, as SumUp names them.
const (
	pending    = "PENDING"
	paid       = "PAID"
	failed     = "FAILED"
	expired    = "EXPIRED"
	successful = "SUCCESSFUL"
	refunded   = "REFUNDED"
	cancelled  = "CANCELLED"
)

// status is a checkout's at a moment. What was paid stays so for ever.
func (c *checkout) status(now time.Time) string {
	switch {
	case c.Paid != "":
		return paid
	case c.Ended, !c.ValidUntil.IsZero() && !now.Before(c.ValidUntil):
		return expired
	case c.Failed:
		return failed
	}
	return pending
}

// transaction is one as it is kept.
type transaction struct {
	ID          string    `json:"id"`
	Code        string    `json:"code"`
	Sequence    int64     `json:"sequence"` // in the order of making, from 1
	Checkout    string    `json:"checkout,omitempty"`
	Foreign     string    `json:"foreign,omitempty"` // the checkout's reference, or what a program elsewhere calls it
	AmountMinor int64     `json:"amount_minor"`
	Currency    string    `json:"currency"`
	Status      string    `json:"status"` // PENDING, SUCCESSFUL, FAILED, CANCELLED
	Type        string    `json:"type"`   // ECOM; POS for one that was made elsewhere
	Created     time.Time `json:"created"`
	Changed     time.Time `json:"changed"`
	Hidden      int       `json:"hidden,omitempty"` // reads that still find nothing
	Lag         int       `json:"lag,omitempty"`    // reads that still show no refund of late
	Shown       int       `json:"shown,omitempty"`  // events that such reads show
	Events      []event   `json:"events,omitempty"`
}

// event is what happened to a transaction later.
type event struct {
	ID          int64     `json:"id"`
	Type        string    `json:"type"` // REFUND, CHARGE_BACK
	AmountMinor int64     `json:"amount_minor"`
	At          time.Time `json:"at"`
	Outside     bool      `json:"outside,omitempty"` // not by the API
}

const (
	refundEvent     = "REFUND"
	chargebackEvent = "CHARGE_BACK"
)

// gone is how much of a transaction was refunded, and how much charged back.
func (t *transaction) gone(events []event) (refunds, chargebacks int64) {
	for _, e := range events {
		if e.Type == chargebackEvent {
			chargebacks += e.AmountMinor
		} else {
			refunds += e.AmountMinor
		}
	}
	return refunds, chargebacks
}

// left is what can still be refunded.
func (t *transaction) left() int64 {
	refunds, chargebacks := t.gone(t.Events)
	return t.AmountMinor - refunds - chargebacks
}

// shown is a transaction's status, as it is shown with these events.
func (t *transaction) shown(events []event) string {
	if refunds, _ := t.gone(events); refunds > 0 {
		return refunded
	}
	return t.Status
}

// fee is what SumUp keeps of a payment: 2.5 %, half up.
func (t *transaction) fee() int64 { return (t.AmountMinor*250 + 5000) / 10000 }

// later is a chargeback that is to come.
type later struct {
	Transaction string    `json:"transaction"`
	At          time.Time `json:"at"`
}

// state is all of it. Records of the file are parts of it: see store.go.
type state struct {
	Offset       time.Duration
	Checkouts    map[string]*checkout
	References   map[string]*checkout
	Transactions map[string]*transaction
	Codes        map[string]*transaction
	Foreign      map[string]*transaction // the latest with such an id
	Order        []*transaction          // by sequence
	LastEvent    int64
	Chargebacks  []later
}

func newState() state {
	return state{
		Checkouts: map[string]*checkout{}, References: map[string]*checkout{}, Transactions: map[string]*transaction{},
		Codes: map[string]*transaction{}, Foreign: map[string]*transaction{}, LastEvent: 1_000_000,
	}
}

// keepCheckout and keepTransaction put a changed thing where it is found.
func (s *state) keepCheckout(c *checkout) {
	if old := s.Checkouts[c.ID]; old != nil && old.Reference != c.Reference {
		delete(s.References, old.Reference)
	}
	s.Checkouts[c.ID], s.References[c.Reference] = c, c
}

func (s *state) keepTransaction(t *transaction) {
	s.Transactions[t.ID], s.Codes[t.Code] = t, t
	if t.Foreign != "" {
		s.Foreign[t.Foreign] = t
	}
	if int(t.Sequence) > len(s.Order) {
		s.Order = append(s.Order, t)
	} else {
		s.Order[t.Sequence-1] = t
	}
	for _, e := range t.Events {
		s.LastEvent = max(s.LastEvent, e.ID)
	}
}

// newTransaction is a transaction with an id and its place in the order, not kept yet.
func (s *state) newTransaction(c *checkout, status string, now time.Time) *transaction {
	t := &transaction{
		ID: uuid.NewString(), Code: "T" + rand.Text()[:9], Sequence: int64(len(s.Order)) + 1,
		Status: status, Type: "POS", Created: now, Changed: now,
	}
	if c != nil {
		t.Type, t.Checkout, t.Foreign, t.AmountMinor, t.Currency = "ECOM", c.ID, c.Reference, c.AmountMinor, c.Currency
	}
	return t
}
