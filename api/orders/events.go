// What happened to an order, by whom and why.

package orders

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// OrderEvent is a change of an order. The states after each, one after the other, are the
// order's story; hashes are SHA-256, in hex, of the state's JSON without spaces and with its
// properties in the order in which they are described.
type OrderEvent struct {
	Sequence   int32          `json:"sequence" example:"2" doc:"Within the order, from 1."`
	Kind       string         `json:"kind" example:"paid" doc:"placed, paid, expired, cancelled, refund.done and so on."`
	Actor      string         `json:"actor" example:"sumup" doc:"Who: a user's id, guest, shop: and a user's id, sumup or system."`
	Cause      string         `json:"cause" example:"webhook" doc:"Why: request and its id, webhook, poll, return, night or expiry."`
	BeforeHash string         `json:"before_hash,omitempty" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" doc:"Of the state before; absent on the first."`
	AfterHash  string         `json:"after_hash" example:"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"`
	After      OrderState     `json:"after"`
	Details    map[string]any `json:"details" doc:"What belongs to the kind."`
	At         time.Time      `json:"at"`
}

// OrderEvents are all events of an order, in their order, for the shop. It fails with 404.
func (s *Service) OrderEvents(ctx context.Context, order contract.OrderID) ([]OrderEvent, error) {
	q := s.queries()
	v, err := s.visit(ctx, q, order, "")
	if err != nil {
		return nil, err
	}
	if !v.Shop {
		return nil, noOrder()
	}
	rows, err := q.OrderEvents(ctx, v.Order.ID)
	events := make([]OrderEvent, len(rows))
	for i, r := range rows {
		events[i] = OrderEvent{Sequence: r.Sequence, Kind: r.Kind, Actor: r.Actor, Cause: r.Cause,
			BeforeHash: hex.EncodeToString(r.BeforeHash), AfterHash: hex.EncodeToString(r.AfterHash), At: r.At}
		if err := json.Unmarshal(r.After, &events[i].After); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(r.Details, &events[i].Details); err != nil {
			return nil, err
		}
	}
	return events, err
}
