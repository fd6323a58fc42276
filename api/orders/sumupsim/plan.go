// How the simulator misbehaves: a plan of faults, and which of them strike.

package sumupsim

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
)

// The routes that a fault may be for.
const (
	routeCreate      = "create"      // POST /v0.1/checkouts
	routeFind        = "find"        // GET /v0.1/checkouts?checkout_reference=
	routeCheckout    = "checkout"    // GET /v0.1/checkouts/{id}
	routeUpdate      = "update"      // PATCH /v0.1/checkouts/{id}
	routeDeactivate  = "deactivate"  // DELETE /v0.1/checkouts/{id}
	routeRefund      = "refund"      // POST …/payments/{id}/refunds
	routeTransaction = "transaction" // GET …/transactions
	routeHistory     = "history"     // GET …/transactions/history
	routePayouts     = "payouts"     // GET …/payouts
)

// The kinds of faults. Those of the first group are transports that break, those of the
// second are answers that SumUp may give, those of the third say what is not so.
const (
	Close    = "close"    // the connection ends without an answer
	Reset    = "reset"    // the same by a reset (RST)
	Hang     = "hang"     // no answer before DelayMS, or before the client leaves
	Truncate = "truncate" // half of the JSON, and the end of the connection
	HTML     = "html"     // 200 and a page
	Slow     = "slow"     // the body comes over DelayMS

	Status = "status" // Fault.Status, 503 by default: 500, 502, 503, 429, …

	Amount            = "amount"             // AmountMinor more, or 100, wherever an amount is
	TransactionAmount = "transaction_amount" // the same in transactions alone
	Currency          = "currency"           // another one
	OtherMerchant     = "merchant"           // another one
	Reference         = "reference"          // another one
	ID                = "id"                 // another one
	Decimals          = "decimals"           // amounts with three decimals
)

// lies are the kinds that change what an answer says.
var lies = []string{Amount, TransactionAmount, Currency, OtherMerchant, Reference, ID, Decimals}

// Fault is one way to go wrong.
type Fault struct {
	// Route that it strikes: create, find, checkout, update, deactivate, refund, transaction,
	// history, payouts; empty: each.
	Route string `json:"route,omitempty"`
	// Kind is what happens: one of the constants above.
	Kind string `json:"kind"`
	// After: not before what was asked for is done. Close, Reset, Hang or Status with After on
	// a create, a refund or a deactivation is done and not told. (Truncate, HTML and Slow are
	// always after.)
	After bool `json:"after,omitempty"`
	// Status of Kind Status.
	Status int `json:"status,omitempty"`
	// RetryAfter in seconds, of Kind Status.
	RetryAfter int `json:"retry_after,omitempty"`
	// DelayMS of Hang and Slow; 0: a minute, and 200 ms.
	DelayMS int `json:"delay_ms,omitempty"`
	// AmountMinor of the kinds about amounts.
	AmountMinor int64 `json:"amount_minor,omitempty"`
	// Share of the requests that it strikes, above 0 and below 1; 0: all. Which ones, the
	// seed says.
	Share float64 `json:"share,omitempty"`
	// Skip so many requests first, and strike at most so many; 0: no end.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`
	// Reference: only where the request is about this checkout_reference.
	Reference string `json:"reference,omitempty"`
}

// Plan is all that goes wrong. The zero value is a SumUp that behaves.
type Plan struct {
	Faults []Fault `json:"faults,omitempty"`
	Hooks  Hooks   `json:"hooks,omitzero"`
	// PendingReads: so many reads of a checkout that was paid still show PENDING.
	PendingReads int `json:"pending_reads,omitempty"`
	// MissingReads: so many reads of a new transaction find nothing.
	MissingReads int `json:"missing_reads,omitempty"`
	// RefundReads: so many reads of a transaction do not show a new refund.
	RefundReads int `json:"refund_reads,omitempty"`
	// PayTwice: a payment is taken twice; both are in the ledger and in the checkout.
	PayTwice bool `json:"pay_twice,omitempty"`
	// ChargebackAfterMS: so long after it was made, a payment is charged back.
	ChargebackAfterMS int64 `json:"chargeback_after_ms,omitempty"`
	// RefundItems: the history shows each refund as an entry of its own, too.
	RefundItems bool `json:"refund_items,omitempty"`
	// AutoRedirect: after a payment the browser is sent to redirect_url. (SumUp's sandbox
	// shows a link.)
	AutoRedirect bool `json:"auto_redirect,omitempty"`
}

// check says what of a plan makes no sense.
func (p Plan) check() error {
	routes := []string{"", routeCreate, routeFind, routeCheckout, routeUpdate, routeDeactivate, routeRefund, routeTransaction, routeHistory, routePayouts}
	kinds := append([]string{Close, Reset, Hang, Truncate, HTML, Slow, Status}, lies...)
	for i, f := range p.Faults {
		switch {
		case !slices.Contains(routes, f.Route):
			return fmt.Errorf("sumupsim: fault %d: there is no route %q", i, f.Route)
		case !slices.Contains(kinds, f.Kind):
			return fmt.Errorf("sumupsim: fault %d: there is no kind %q", i, f.Kind)
		case f.Share < 0 || f.Share > 1 || f.Skip < 0 || f.Times < 0 || f.Status != 0 && (f.Status < 400 || f.Status > 599):
			return fmt.Errorf("sumupsim: fault %d is out of range", i)
		}
	}
	return p.Hooks.check()
}

// SetPlan changes how it misbehaves, from the next request on; counts of faults begin anew.
// It fails where the plan makes no sense, and changes nothing then.
func (s *Sim) SetPlan(p Plan) error {
	if err := p.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setPlan(p)
	return nil
}

func (s *Sim) setPlan(p Plan) {
	s.Options.Plan = p
	s.struck, s.strikes = make([]int, len(p.Faults)), make([]int, len(p.Faults))
}

// strike picks the faults of a request: the first that breaks its answer, and all that
// change it. reference is of the checkout that it is about.
func (s *Sim) strike(route, reference string) (breaks *Fault, tampers []Fault) {
	for i := range s.Options.Plan.Faults {
		f := s.Options.Plan.Faults[i]
		tamper := slices.Contains(lies, f.Kind)
		if f.Route != "" && f.Route != route || f.Reference != "" && f.Reference != reference || !tamper && breaks != nil {
			continue
		}
		s.struck[i]++
		if s.struck[i] <= f.Skip || f.Times > 0 && s.strikes[i] >= f.Times || f.Share > 0 && s.chance("fault", i, s.struck[i]) >= f.Share {
			continue
		}
		s.strikes[i]++
		if tamper {
			tampers = append(tampers, f)
		} else {
			breaks = &f
		}
	}
	return breaks, tampers
}

// chance is a number from 0 to 1 that the seed and what it is for decide.
func (s *Sim) chance(what string, which, count int) float64 {
	h := fnv.New64a()
	var b [24]byte
	binary.LittleEndian.PutUint64(b[:], s.Seed)
	binary.LittleEndian.PutUint64(b[8:], uint64(which))
	binary.LittleEndian.PutUint64(b[16:], uint64(count))
	h.Write(b[:])
	h.Write([]byte(what))
	x := h.Sum64() // FNV's high bits move little: mix them (splitmix64's last steps)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}
