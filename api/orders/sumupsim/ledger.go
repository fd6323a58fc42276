// The ledger: what money really moved, whatever was answered about it.

package sumupsim

import "time"

// The kinds of entries.
const (
	EntryPayment    = "payment"
	EntryRefund     = "refund"
	EntryChargeback = "chargeback"
)

// Entry is money that moved.
type Entry struct {
	Transaction string `json:"transaction"`
	Code        string `json:"code"`
	Checkout    string `json:"checkout,omitempty"`  // empty: made elsewhere
	Reference   string `json:"reference,omitempty"` // checkout_reference
	Kind        string `json:"kind"`
	// AmountMinor is above zero for payments and below for what went back.
	AmountMinor int64     `json:"amount_minor"`
	Currency    string    `json:"currency"`
	At          time.Time `json:"at"`
	Outside     bool      `json:"outside,omitempty"` // not by the API nor on the hosted page
}

// Ledger is all money that moved, payments in the order in which they were made and each
// followed by what went back of it.
type Ledger struct {
	Entries []Entry `json:"entries"`
	// Open are checkouts that can still be paid, by id.
	Open []string `json:"open,omitempty"`
}

// Balance is what was paid for a reference, less what went back.
func (l Ledger) Balance(reference string) (minor int64) {
	for _, e := range l.Entries {
		if e.Reference == reference {
			minor += e.AmountMinor
		}
	}
	return minor
}

// Balances are those of all references; what was made elsewhere is under "".
func (l Ledger) Balances() map[string]int64 {
	sums := map[string]int64{}
	for _, e := range l.Entries {
		sums[e.Reference] += e.AmountMinor
	}
	return sums
}

// Of are the entries of a kind for a reference.
func (l Ledger) Of(reference, kind string) (list []Entry) {
	for _, e := range l.Entries {
		if e.Reference == reference && e.Kind == kind {
			list = append(list, e)
		}
	}
	return list
}

// Ledger is what money moved so far. What Sim says of it elsewhere may be wrong, late or
// lost, by plan; this is not.
func (s *Sim) Ledger() Ledger {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due()
	l := Ledger{Entries: []Entry{}}
	for _, t := range s.state.Order {
		if t.Status != successful {
			continue
		}
		e := Entry{Transaction: t.ID, Code: t.Code, Checkout: t.Checkout, Kind: EntryPayment, AmountMinor: t.AmountMinor,
			Currency: t.Currency, At: t.Created, Outside: t.Checkout == ""}
		if c := s.state.Checkouts[t.Checkout]; c != nil {
			e.Reference = c.Reference
		}
		l.Entries = append(l.Entries, e)
		for _, back := range t.Events {
			e.Kind, e.AmountMinor, e.At, e.Outside = EntryRefund, -back.AmountMinor, back.At, back.Outside
			if back.Type == chargebackEvent {
				e.Kind = EntryChargeback
			}
			l.Entries = append(l.Entries, e)
		}
	}
	for id, c := range s.state.Checkouts {
		if s.payable(c) {
			l.Open = append(l.Open, id)
		}
	}
	return l
}

// Checkout is SumUp's id of the checkout with a checkout_reference.
func (s *Sim) Checkout(reference string) (id string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.state.References[reference]
	if c == nil {
		return "", false
	}
	return c.ID, true
}

// Pending is how many checkouts can still be paid.
func (s *Sim) Pending() int { return len(s.Ledger().Open) }
