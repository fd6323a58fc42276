// Changing an order: where it may go, and the event that says where it went.

package orders

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// Cause is who changes an order and why.
type Cause struct {
	Actor string // user_…, guest, shop:user_…, sumup, system
	Cause string // request req_…, webhook, poll, return, night, expiry
}

// byRequest is the cause of what a request asks for.
func byRequest(ctx context.Context, actor string) Cause {
	return Cause{actor, "request " + cmp.Or(auth.RequestID(ctx), "in process")}
}

// OrderState is what of an order changes, as events keep it: its three axes, its sums and
// how much of each line is wanted, handed over and paid back. Its JSON as this type writes
// it, without spaces, is what the hashes of events are of.
type OrderState struct {
	Status           string      `json:"status" enum:"pending_payment,paid,part_fulfilled,fulfilled,cancelled,expired" example:"paid"`
	PaymentStatus    string      `json:"payment_status" enum:"unpaid,review,paid,part_refunded,refunded" example:"paid"`
	FulfilmentStatus string      `json:"fulfilment_status" enum:"unfulfilled,picking,ready,part_fulfilled,fulfilled" example:"unfulfilled"`
	Currency         string      `json:"currency" example:"GBP"`
	GrossMinor       int64       `json:"gross_minor" example:"1250"`
	DiscountMinor    int64       `json:"discount_minor" example:"0"`
	DepositMinor     int64       `json:"deposit_minor" example:"0"`
	DeliveryMinor    int64       `json:"delivery_minor" example:"0"`
	TotalMinor       int64       `json:"total_minor" example:"1250"`
	PaidMinor        int64       `json:"paid_minor" example:"1250"`
	RefundedMinor    int64       `json:"refunded_minor" example:"0"`
	Lines            []LineState `json:"lines"`
}

// LineState is what of a line changes.
type LineState struct {
	ID            contract.LineID `json:"id" example:"line_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	Quantity      int64           `json:"quantity" example:"2" doc:"Still wanted and to be had: pieces, or grams."`
	Fulfilled     int64           `json:"fulfilled" example:"0" doc:"Handed over."`
	RefundedMinor int64           `json:"refunded_minor" example:"0" doc:"Paid back of it."`
}

// stateOf is the state of an order with these lines.
func stateOf(o ordersdb.Order, lines []LineState) OrderState {
	return OrderState{o.Status, o.PaymentStatus, o.FulfilmentStatus, o.Currency, o.GrossMinor, o.DiscountMinor,
		o.DepositMinor, o.DeliveryMinor, o.TotalMinor, o.PaidMinor, o.RefundedMinor, lines}
}

// canonical is a state's JSON, the same for the same state, and its hash.
func (s OrderState) canonical() (text []byte, hash [sha256.Size]byte, err error) {
	text, err = json.Marshal(s)
	return text, sha256.Sum256(text), err
}

// sameButLines tells whether two states differ in their lines at most.
func (s OrderState) sameButLines(other OrderState) bool {
	s.Lines, other.Lines = nil, nil
	a, _, errA := s.canonical()
	b, _, errB := other.canonical()
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// The ways that an order may go on each axis; staying is always one. The trigger keep_order
// of the schema knows the first two too: it is the last resort.
var (
	statusWays = map[string][]string{
		"pending_payment": {"paid", "cancelled", "expired"},
		"expired":         {"paid"}, // money that came after the end
		"paid":            {"part_fulfilled", "fulfilled", "cancelled"},
		"part_fulfilled":  {"fulfilled", "cancelled"},
	}
	paymentWays = map[string][]string{
		"unpaid":        {"review", "paid"},
		"review":        {"unpaid", "paid"},
		"paid":          {"part_refunded", "refunded"},
		"part_refunded": {"refunded"},
	}
	fulfilmentWays = map[string][]string{
		"unfulfilled":    {"picking", "ready", "part_fulfilled", "fulfilled"},
		"picking":        {"unfulfilled", "ready", "part_fulfilled", "fulfilled"},
		"ready":          {"picking", "part_fulfilled", "fulfilled"},
		"part_fulfilled": {"fulfilled"},
	}
)

// mayGo tells whether an order may go from one state to another, axis by axis.
func mayGo(from, to ordersdb.Order) bool {
	leads := func(ways map[string][]string, from, to string) bool {
		if from == to {
			return true
		}
		for _, way := range ways[from] {
			if way == to {
				return true
			}
		}
		return false
	}
	return leads(statusWays, from.Status, to.Status) && leads(paymentWays, from.PaymentStatus, to.PaymentStatus) &&
		leads(fulfilmentWays, from.FulfilmentStatus, to.FulfilmentStatus)
}

// wrongState is the 409 of what an order cannot do as it is.
func wrongState() *problem.Details {
	return problem.Conflict("the order is not in a state in which this can be done").WithCode("wrong_state")
}

// record writes a changed order and appends the event that says so, in the caller's
// transaction, which has locked the order: before is the row as it was locked, after as it
// is to be. Every change of an order's state goes through it; lines are written by the caller
// first. It returns the row as it then is, with the next version. It fails with 409
// `wrong_state` where no way leads from the one to the other, and where the order was changed
// past it.
//
// Where the order's business ends with the change, and whoever ordered has had their data
// erased meanwhile, the rest of that goes here; the row that is returned still has it.
func (s *Service) record(ctx context.Context, tx pgx.Tx, before, after ordersdb.Order, kind string, cause Cause, details map[string]any) (ordersdb.Order, error) {
	if !mayGo(before, after) {
		return before, wrongState()
	}
	q := ordersdb.New(tx)
	last, err := q.RecordedState(ctx, before.ID)
	if err != nil {
		return before, fmt.Errorf("orders: the last event: %w", err)
	}
	var recorded OrderState
	if err := json.Unmarshal(last.After, &recorded); err != nil {
		return before, fmt.Errorf("orders: the last event: %w", err)
	}
	if !recorded.sameButLines(stateOf(before, nil)) {
		return before, fmt.Errorf("orders: %s was changed without an event", publicOrderID(before.ID))
	}
	lines, err := lineStates(last.Lines)
	if err != nil {
		return before, err
	}
	text, hash, err := stateOf(after, lines).canonical()
	if err != nil {
		return before, err
	}
	if details == nil {
		details = map[string]any{}
	}
	more, err := json.Marshal(details)
	if err != nil {
		return before, err
	}
	written, err := q.RecordOrder(ctx, ordersdb.RecordOrderParams{
		ID: before.ID, Name: after.Name, Email: after.Email, Phone: after.Phone, Address: after.Address, Note: after.Note,
		Status: after.Status, PaymentStatus: after.PaymentStatus, FulfilmentStatus: after.FulfilmentStatus,
		PaidMinor: after.PaidMinor, RefundedMinor: after.RefundedMinor,
		Delivery: after.Delivery, DeliveryID: after.DeliveryID, SlotID: after.SlotID, EditableUntil: after.EditableUntil,
		ExpiresAt: after.ExpiresAt, PaidAt: after.PaidAt, ReadyAt: after.ReadyAt, FulfilledAt: after.FulfilledAt, EndedAt: after.EndedAt,
		Sequence: last.Sequence + 1, Kind: kind, Actor: cause.Actor, Cause: cause.Cause,
		BeforeHash: last.AfterHash, AfterHash: hash[:], After: text, Details: more,
	})
	if err == nil && !inBusiness(written) {
		err = q.EraseEnded(ctx, written.ID)
	}
	return written, err
}

// inBusiness tells whether something is left to be done with an order, refunds aside.
func inBusiness(o ordersdb.Order) bool {
	return o.Status == "pending_payment" || o.Status == "paid" || o.Status == "part_fulfilled" || o.PaymentStatus == "review"
}

// lineStates reads the lines that RecordedState has gathered.
func lineStates(raw json.RawMessage) ([]LineState, error) {
	var rows []struct {
		ID            uuid.UUID `json:"id"`
		Quantity      int64     `json:"quantity"`
		Fulfilled     int64     `json:"fulfilled"`
		RefundedMinor int64     `json:"refunded_minor"`
	}
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, fmt.Errorf("orders: lines: %w", err)
	}
	states := make([]LineState, len(rows))
	for i, l := range rows {
		states[i] = LineState{id.Format[contract.LineID](linePrefix, l.ID), l.Quantity, l.Fulfilled, l.RefundedMinor}
	}
	return states, nil
}
