// What tests of payments reach inside for.

package orders

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/db"
)

// Look looks at an attempt whose time has come, as its job does.
func (s *Service) Look(ctx context.Context, attempt uuid.UUID) (*time.Time, error) {
	return s.look(ctx, attempt, "poll", true)
}

// LookNow looks at an attempt in any case.
func (s *Service) LookNow(ctx context.Context, attempt uuid.UUID, cause string) error {
	_, err := s.look(ctx, attempt, cause, false)
	return err
}

// SendRefund takes a refund on by one step, as its job does.
func (s *Service) SendRefund(ctx context.Context, refund uuid.UUID) (*time.Time, error) {
	return s.sendRefund(ctx, refund)
}

// Sweep is the sweep of each minute.
func (s *Service) Sweep(ctx context.Context) error { return s.sweep(ctx) }

// SettleOnce settles an attempt with a transaction, as a look does that has found it paid.
func (s *Service) SettleOnce(ctx context.Context, attempt uuid.UUID, paid sumup.Transaction) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		return s.settle(ctx, tx, attempt, paid, Cause{"sumup", "poll"})
	})
}

// Deactivate ends the live attempt of an order, as somebody of the shop who cancels it does.
func (s *Service) Deactivate(ctx context.Context, order uuid.UUID) (bool, error) {
	return s.deactivate(ctx, order, Cause{"shop:test", "request test"})
}

// EndUnpaid ends an order whose time is over, if it may.
func (s *Service) EndUnpaid(ctx context.Context, order uuid.UUID) error {
	return s.endUnpaid(ctx, order, Cause{"system", "expiry"})
}

// Step tries to record an order as these statuses; it fails where no way leads there.
func (s *Service) Step(ctx context.Context, order uuid.UUID, status, payment string) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		o, err := ordersdb.New(tx).LockOrder(ctx, order)
		if err != nil {
			return err
		}
		after := o
		after.Status, after.PaymentStatus = status, payment
		_, err = s.record(ctx, tx, o, after, "step", Cause{"system", "test"}, nil)
		return err
	})
}

// ReadHook is how webhooks are read: the id of a checkout, and our reference.
func ReadHook(raw []byte) (checkout, reference string) {
	h := readHook(raw)
	return h.checkout, h.reference
}

// Paid is whether a checkout that is paid counts as payment of an attempt: how many payments
// it holds.
func (s *Service) Paid(ctx context.Context, attempt uuid.UUID, c sumup.Checkout) (int, bool, error) {
	a, err := s.queries().Attempt(ctx, attempt)
	payments, ok := s.payments(a, c)
	return len(payments), ok, err
}
