// Paying an order whose first attempt came to nothing, and waiting for a payment.

package orders

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	// payWithin is how long after it was placed an order may be kept alive by further attempts.
	payWithin = 2 * time.Hour
	// payLeast is how much time a further attempt must have.
	payLeast = 2 * time.Minute
	// pollApart is how long after a look a page that waits has the next one made at the soonest.
	pollApart = 2 * time.Second
)

// PaymentState is how far the payment of an order is.
type PaymentState struct {
	Order         contract.OrderID `json:"order" example:"ord_019ab3f47c2e7d06b8a1f0c2d3e4f510"`
	Status        string           `json:"status" enum:"pending_payment,paid,part_fulfilled,fulfilled,cancelled,expired" example:"pending_payment" doc:"The order's."`
	PaymentStatus string           `json:"payment_status" enum:"unpaid,review,paid,part_refunded,refunded" example:"unpaid"`
	TotalMinor    int64            `json:"total_minor" example:"1250"`
	Currency      string           `json:"currency" example:"GBP"`
	Payment       Payment          `json:"payment" doc:"The latest attempt to pay."`
	ExpiresAt     *time.Time       `json:"expires_at,omitempty" doc:"While it is not paid: until when goods are held."`
}

// PaymentOf is how far the payment of an order is, for whoever may see the order. It has
// SumUp asked, at most every two seconds, while nobody knows. It fails with 404.
func (s *Service) PaymentOf(ctx context.Context, order contract.OrderID, key string) (PaymentState, error) {
	v, err := s.visit(ctx, s.queries(), order, key)
	if err != nil {
		return PaymentState{}, err
	}
	state, a, err := s.paymentState(ctx, v.Order)
	if err == nil && (a.Status == attemptCreating || a.Status == attemptOpen) && s.Provider != nil {
		err = s.nudge(ctx, a.ID, "return", pollApart)
	}
	return state, err
}

// paymentState is the state of an order that was read, and its latest attempt.
func (s *Service) paymentState(ctx context.Context, o ordersdb.Order) (PaymentState, ordersdb.Attempt, error) {
	a, err := s.queries().LatestAttempt(ctx, o.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		a, err = ordersdb.Attempt{Status: "none"}, nil
	}
	state := PaymentState{Order: publicOrderID(o.ID), Status: o.Status, PaymentStatus: o.PaymentStatus,
		TotalMinor: o.TotalMinor, Currency: o.Currency, Payment: Payment{Status: a.Status, Provider: a.Provider}}
	if a.Status == attemptOpen {
		state.Payment.URL, state.Payment.Declined = a.HostedUrl, a.ProviderStatus == "FAILED"
	}
	if o.Status == "pending_payment" {
		state.ExpiresAt = o.ExpiresAt
	}
	return state, a, err
}

// Pay gives an unpaid order somewhere to be paid: the attempt that is open as it is, or a new
// one where the last was refused or has ended. A last one that was refused is ended first, so
// that never two can be paid. Whoever ordered may, and who has orders:write. It fails with 404;
// 409 `already_paid`, `order_ended` or `payment_review`; 503 `payments_not_configured`; and
// with 503 `payment_unknown` while SumUp does not say whether the last one was paid.
func (s *Service) Pay(ctx context.Context, order contract.OrderID, key, idempotencyKey string) (state PaymentState, replayed bool, err error) {
	v, err := s.visit(ctx, s.queries(), order, key)
	if err != nil {
		return state, false, err
	}
	if !v.Own && !auth.Holds(ctx, auth.ScopeOrdersWrite) {
		return state, false, problem.Forbidden("this takes the scope orders:write")
	}
	request, err := idempotency.For(v.Actor+" "+string(order), idempotencyKey, http.MethodPost, "/v1/orders/"+string(order)+"/payments", nil)
	if err != nil {
		return state, false, err
	}
	if s.Provider == nil {
		return state, false, problem.Unavailable("payments are not configured here").WithCode("payments_not_configured")
	}
	if v.Order.Status == "pending_payment" && v.Order.PaymentStatus == "unpaid" {
		if err := s.clear(ctx, v.Order.ID, byRequest(ctx, v.Actor)); err != nil {
			return state, false, err
		}
	}
	var attempt uuid.UUID
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		replayed, err = idempotency.Once(ctx, tx, request, &attempt, func() (err error) {
			attempt, err = s.again(ctx, tx, v.Order.ID, byRequest(ctx, v.Actor))
			return err
		})
		return err
	})
	if err != nil {
		return state, false, err
	}
	a, err := s.queries().Attempt(ctx, attempt)
	if err != nil {
		return state, replayed, err
	}
	if _, err := s.open(ctx, a, v.Order); err != nil {
		return state, replayed, err
	}
	o, err := s.queries().Order(ctx, v.Order.ID)
	if err != nil {
		return state, replayed, err
	}
	state, _, err = s.paymentState(ctx, o)
	return state, replayed, err
}

// clear looks at the live attempt of an order, if there is one, and ends it where its payment
// was refused.
func (s *Service) clear(ctx context.Context, order uuid.UUID, cause Cause) error {
	a, err := s.queries().LiveAttempt(ctx, order)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && a.Status == attemptCreating {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := s.look(ctx, a.ID, "return", false); err != nil {
		return err
	}
	if a, err = s.queries().Attempt(ctx, a.ID); err != nil || a.Status != attemptOpen {
		return err
	}
	if a.Fault != "" {
		return cannotTell()
	}
	if a.ProviderStatus != "FAILED" {
		return nil
	}
	_, err = s.deactivate(ctx, order, cause)
	return err
}

// again is the attempt by which an order can be paid, in the caller's transaction: the live
// one, or a new one, for which goods are held for longer.
func (s *Service) again(ctx context.Context, tx pgx.Tx, order uuid.UUID, cause Cause) (uuid.UUID, error) {
	q := ordersdb.New(tx)
	o, err := q.LockOrder(ctx, order)
	if err != nil {
		return uuid.UUID{}, err
	}
	switch {
	case o.PaidAt != nil:
		return uuid.UUID{}, problem.Conflict("the order is paid").WithCode("already_paid")
	case o.PaymentStatus == "review":
		return uuid.UUID{}, problem.Conflict("money has come for the order that does not fit; a person looks at it").WithCode("payment_review")
	case o.Status != "pending_payment":
		return uuid.UUID{}, orderEnded()
	}
	if a, err := q.LiveAttempt(ctx, order); err == nil || !errors.Is(err, pgx.ErrNoRows) {
		return a.ID, err
	}
	now, err := q.Now(ctx)
	if err != nil {
		return uuid.UUID{}, err
	}
	until := now.Add(HoldLasts)
	if last := o.PlacedAt.Add(payWithin); until.After(last) {
		until = last
	}
	if o.ExpiresAt == nil || !now.Before(*o.ExpiresAt) || until.Sub(now) < payLeast+shutBefore {
		return uuid.UUID{}, orderEnded()
	}
	after := o
	if until.After(*o.ExpiresAt) {
		after.ExpiresAt = &until
	}
	if o, err = s.record(ctx, tx, o, after, "payment.again", cause, nil); err != nil {
		return uuid.UUID{}, err
	}
	a, err := s.newAttempt(ctx, tx, o)
	return a.ID, err
}

// orderEnded is the 409 of who would pay what has ended.
func orderEnded() *problem.Details {
	return problem.Conflict("the order has ended without being paid; its things are in the cart again").WithCode("order_ended")
}
