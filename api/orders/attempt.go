// Attempts to pay: how one begins, and when SumUp is asked about it.

package orders

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Statuses of attempts.
const (
	attemptCreating = "creating"
	attemptOpen     = "open"
	attemptPaid     = "paid"
	attemptClosed   = "closed"
	attemptMismatch = "mismatch"
)

const (
	// shutBefore is how much sooner SumUp's checkout ends than what is reserved is let go.
	shutBefore = HoldLasts - CheckoutLasts
	// asking is longer than all calls of one look at SumUp take together: so long nobody
	// else looks.
	asking = 45 * time.Second
	// lateLook is when an attempt that is closed is looked at once more.
	lateLook = 15 * time.Minute
	// missedFor is how long after its end a checkout that SumUp does not know any more
	// counts as one that nobody can tell about.
	missedFor = 24 * time.Hour
)

// firstLook is how soon an attempt is looked at, and the shortest pause between two looks
// that nobody asks for; lastTier is the longest, but for what nobody waits for any more.
const (
	firstLook = 15 * time.Second
	lastTier  = 15 * time.Minute
)

// tier is the pause before the next look at an attempt: the older it is, the longer. Somebody
// who waits for a payment, and SumUp's hints, have it looked at in between.
func tier(a ordersdb.Attempt) time.Duration { return clamp(age(a)/3, firstLook, lastTier) }

// unknownPause is the pause after a look of which SumUp told nothing, and no less than SumUp
// asks for.
func unknownPause(a ordersdb.Attempt, after time.Duration) time.Duration {
	return max(clamp(age(a)/6, 2*time.Second, 5*time.Minute), after)
}

// age is how old an attempt was when it was taken for a look.
func age(a ordersdb.Attempt) time.Duration { return a.UpdatedAt.Sub(a.CreatedAt) }

func clamp(d, least, most time.Duration) time.Duration { return min(max(d, least), most) }

// base32 is Crockford's: no letter of it is taken for another.
const base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// random32 is so many random characters of base32, five bits each.
func random32(length int) string {
	raw := make([]byte, length)
	_, _ = rand.Read(raw)
	for i, b := range raw {
		raw[i] = base32[b&31]
	}
	return string(raw)
}

// newReference is 130 random bits: what a checkout is found by.
func newReference() string { return random32(26) }

// newAttempt stores an attempt to pay an order and the job that sees it through, in the
// transaction that makes the order payable and has locked it; it says until when things are
// held. SumUp's checkout ends shortly before. It fails where the order has a live attempt (a
// fault of the caller's, found by a constraint).
func (s *Service) newAttempt(ctx context.Context, tx pgx.Tx, order ordersdb.Order) (ordersdb.Attempt, error) {
	a, err := ordersdb.New(tx).InsertAttempt(ctx, ordersdb.InsertAttemptParams{
		ID: id.New(), OrderID: order.ID, Reference: newReference(), AmountMinor: order.TotalMinor, Currency: order.Currency,
		ValidUntil: order.ExpiresAt.Add(-shutBefore), Pause: firstLook.Seconds(),
	})
	if err != nil {
		return a, err
	}
	return a, s.lookLater(ctx, tx, a.ID, firstLook)
}

// attemptID shows an attempt's id.
func attemptID(u uuid.UUID) contract.AttemptID {
	return id.Format[contract.AttemptID](attemptPrefix, u)
}

// publicOrderID shows an order's id.
func publicOrderID(u uuid.UUID) contract.OrderID {
	return id.Format[contract.OrderID](orderPrefix, u)
}

// plan says when an attempt is looked at next, and what was seen of it.
func (s *Service) plan(ctx context.Context, a ordersdb.Attempt, pause time.Duration, status, fault string) error {
	if a.VerifyDue == nil {
		return nil
	}
	return s.queries().PlanAttempt(ctx, ordersdb.PlanAttemptParams{
		ID: a.ID, Status: a.Status, Taken: *a.VerifyDue, Pause: pause.Seconds(), ProviderStatus: status, Fault: fault,
	})
}

// unknown plans the next look at an attempt about which SumUp has told nothing.
func (s *Service) unknown(ctx context.Context, a ordersdb.Attempt, code string, after time.Duration) error {
	return s.plan(ctx, a, unknownPause(a, after), a.ProviderStatus, code)
}
