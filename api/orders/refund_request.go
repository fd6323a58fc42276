// Refunds as the shop asks for them, and as they are listed.

package orders

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// NewRefund is money that the shop wants to go back: for lines, for delivery, or an amount
// for nothing in particular.
type NewRefund struct {
	Lines       []RefundLine `json:"lines,omitempty" maxItems:"100" nullable:"false" doc:"For what. What is not handed over yet is not wanted any more, and free for others."`
	AmountMinor int64        `json:"amount_minor,omitempty" minimum:"1" maximum:"99999999999" example:"325" doc:"Instead of lines: so much, for nothing in particular."`
	Delivery    bool         `json:"delivery,omitempty" example:"false" doc:"What is left of the fee for delivery too."`
	Reason      string       `json:"reason,omitempty" enum:"requested,cancelled,short,edited,mismatch" default:"requested" example:"requested" doc:"For the books."`
	Note        string       `json:"note,omitempty" maxLength:"500" example:"The loaf was squashed." doc:"Why; whoever ordered reads it."`
	Restock     bool         `json:"restock,omitempty" example:"false" doc:"What was handed over is back, and can be sold again."`
}

// RefundLine is so much of a line.
type RefundLine struct {
	Line     contract.LineID `json:"line" pattern:"^line_[0-9a-f]{32}$" maxLength:"37" example:"line_019ab3f47c2e7d06b8a1f0c2d3e4f511"`
	Quantity int64           `json:"quantity" minimum:"1" maximum:"1000000" example:"1" doc:"Pieces, or grams of what is sold by weight."`
}

// Refund sends money of an order back, for the shop: it is asked for in one transaction, and
// sent after that. Sending the same request again answers what it was answered before. It
// fails with 404; 409 `wrong_state` for an order that was never paid; 409 `refund_too_much`
// where less than that is left; and with 422.
func (s *Service) Refund(ctx context.Context, order contract.OrderID, idempotencyKey string, n NewRefund) (refunds []OrderRefund, replayed bool, err error) {
	v, err := s.visit(ctx, s.queries(), order, "")
	if err != nil {
		return nil, false, err
	}
	actor := shopActor(ctx)
	request, err := idempotency.For(actor, idempotencyKey, http.MethodPost, "/v1/orders/"+string(order)+"/refunds", n)
	if err != nil {
		return nil, false, err
	}
	if (n.AmountMinor > 0) == (len(n.Lines) > 0 || n.Delivery) {
		return nil, false, problem.Unprocessable("the request does not fit its description").
			WithField("body", "expected either amount_minor, or lines or delivery")
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		replayed, err = idempotency.Once(ctx, tx, request, &refunds, func() (err error) {
			refunds, err = s.refundInTx(ctx, tx, v.Order.ID, n, byRequest(ctx, actor))
			return err
		})
		return err
	})
	return refunds, replayed, err
}

// refundInTx locks the order, and gives back what is asked for. It tells which refunds that are.
func (s *Service) refundInTx(ctx context.Context, tx pgx.Tx, order uuid.UUID, n NewRefund, cause Cause) ([]OrderRefund, error) {
	q := ordersdb.New(tx)
	o, err := q.LockOrder(ctx, order)
	if err != nil {
		return nil, err
	}
	if o.PaidAt == nil {
		return nil, wrongState()
	}
	before, err := q.OrderRefunds(ctx, order)
	if err != nil {
		return nil, err
	}
	r := refundRequest{AmountMinor: n.AmountMinor, Reason: cmp.Or(n.Reason, "requested"), Note: n.Note, Cause: cause}
	if n.AmountMinor == 0 {
		if r.Parts, err = s.refundParts(ctx, tx, o, n, cause); err != nil {
			return nil, err
		}
		for _, p := range r.Parts {
			r.AmountMinor += p.AmountMinor
		}
	}
	if _, err := s.refund(ctx, tx, o, r); err != nil {
		return nil, err
	}
	after, err := q.OrderRefunds(ctx, order)
	if err != nil {
		return nil, err
	}
	known := map[uuid.UUID]bool{}
	for _, row := range before {
		known[row.ID] = true
	}
	made := []OrderRefund{}
	for _, row := range after {
		if !known[row.ID] {
			made = append(made, showRefund(row))
		}
	}
	return made, nil
}

// refundParts is what the lines and the delivery of a refund are worth. What is not handed
// over leaves the order and its supplier's hold; what comes back is there again.
func (s *Service) refundParts(ctx context.Context, tx pgx.Tx, o ordersdb.Order, n NewRefund, cause Cause) ([]refundPart, error) {
	q := ordersdb.New(tx)
	lines, err := q.OrderLines(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	gone, err := q.RefundedLines(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	refunded := map[contract.LineID]ordersdb.RefundedLinesRow{}
	for _, row := range gone {
		refunded[contract.LineID(row.Line)] = row
	}
	var parts []refundPart
	for _, kind := range kindsOf(lines) {
		var release, back []contract.Take
		for _, want := range n.Lines {
			l, err := lineOf(lines, want.Line)
			if err != nil {
				return nil, err
			}
			if l.Kind != string(kind) {
				continue
			}
			was := refunded[want.Line]
			lost := unwanted(l, was, want)
			part, err := worth(l, was, want)
			if err != nil {
				return nil, err
			}
			was.Quantity, was.AmountMinor = was.Quantity+part.Quantity, was.AmountMinor+part.AmountMinor
			refunded[want.Line] = was
			parts = append(parts, part)
			if lost > 0 {
				if _, err := q.LowerLine(ctx, ordersdb.LowerLineParams{ID: l.ID, OrderID: o.ID, Lost: lost}); err != nil {
					return nil, err
				}
				lower(lines, l.ID, lost)
				release = append(release, contract.Take{Kind: kind, ID: l.Thing, Quantity: lost})
			}
			if returned := min(want.Quantity-lost, l.Fulfilled); returned > 0 && n.Restock {
				back = append(back, contract.Take{Kind: kind, ID: l.Thing, Quantity: returned})
			}
		}
		if err := s.giveStock(ctx, tx, o, kind, cause, release, back); err != nil {
			return nil, err
		}
	}
	if n.Delivery {
		parts = append(parts, refundPart{AmountMinor: o.DeliveryMinor - refunded[""].AmountMinor})
	}
	return parts, nil
}

// giveStock lets go of what an order holds of one kind, and takes back what was handed over.
func (s *Service) giveStock(ctx context.Context, tx pgx.Tx, o ordersdb.Order, kind contract.LineKind, cause Cause, release, back []contract.Take) error {
	supplier := s.Suppliers[kind]
	if supplier == nil {
		return nil
	}
	if len(release) > 0 {
		if err := supplier.Release(ctx, tx, publicOrderID(o.ID), release); err != nil {
			return err
		}
	}
	if len(back) == 0 {
		return nil
	}
	return supplier.Return(ctx, tx, publicOrderID(o.ID), cause.Actor, back)
}

// lineOf finds a line of an order.
func lineOf(lines []ordersdb.Line, line contract.LineID) (ordersdb.Line, error) {
	u, ok := id.Parse(linePrefix, line)
	for _, l := range lines {
		if ok && l.ID == u {
			return l, nil
		}
	}
	return ordersdb.Line{}, problem.Unprocessable("the request does not fit its description").WithField("body.lines", "expected lines of this order")
}

// unwanted is how much of a line that is refunded was not handed over, and is not wanted any
// more. A refund that failed may have said so before.
func unwanted(l ordersdb.Line, was ordersdb.RefundedLinesRow, want RefundLine) int64 {
	rest := max(l.Ordered-was.Quantity-want.Quantity, l.Fulfilled)
	return min(max(l.Quantity-rest, 0), want.Quantity)
}

// lower has the lines that were read say what was written.
func lower(lines []ordersdb.Line, line uuid.UUID, lost int64) {
	for i := range lines {
		if lines[i].ID == line {
			lines[i].Quantity -= lost
		}
	}
}

// worth is what so much of a line is worth, after what was refunded of it: parts of a line
// add up to it. Neither more than was ordered nor more than was paid for it goes back.
func worth(l ordersdb.Line, was ordersdb.RefundedLinesRow, want RefundLine) (refundPart, error) {
	left := l.Ordered - was.Quantity
	if want.Quantity > left {
		return refundPart{}, refundTooMuch().WithField("body.lines", "expected no more than is left of the line")
	}
	_, offer, err := documentLine(l)
	if err != nil {
		return refundPart{}, err
	}
	lost := money.Between(pricedOf(l, offer), left, left-want.Quantity)
	amount := min(lost.NetMinor+lost.DepositMinor, l.NetMinor+l.DepositMinor-was.AmountMinor)
	return refundPart{Line: want.Line, Quantity: want.Quantity, AmountMinor: max(amount, 0)}, nil
}

// showRefund is a refund as the API shows it.
func showRefund(r ordersdb.Refund) OrderRefund {
	return OrderRefund{refundID(r.ID), r.AmountMinor, r.Status, r.Reason, r.Note, r.CreatedAt, r.DoneAt}
}

// Refunds are an order's refunds, the oldest first, for whoever may see the order. It fails
// with 404.
func (s *Service) Refunds(ctx context.Context, order contract.OrderID, key string) ([]OrderRefund, error) {
	q := s.queries()
	v, err := s.visit(ctx, q, order, key)
	if err != nil {
		return nil, err
	}
	rows, err := q.OrderRefunds(ctx, v.Order.ID)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	list := make([]OrderRefund, len(rows))
	for i, r := range rows {
		list[i] = showRefund(r)
	}
	return list, nil
}
