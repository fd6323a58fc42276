// Payouts: what SumUp says it has paid out and kept.

package orders

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
)

// payoutOverlap is how far back payouts are read again: they change until they are made.
const payoutOverlap = 14 * 24 * time.Hour

// payouts keeps what was paid out lately. Where SumUp does not tell it, because the key may
// not or because it is away, the comparison is complete without: fault says so. A deduction
// for a chargeback leads to the payment, which the history need not have listed.
func (n *night) payouts(ctx context.Context) (fault string, err error) {
	q := n.s.queries()
	r := n.s.Provider.Payouts(ctx, n.run.FromAt.Add(-payoutOverlap), n.run.ToAt)
	if r.Outcome != sumup.Found {
		return "payouts_" + code(r), nil
	}
	for _, p := range r.Value {
		day, err := time.Parse(time.DateOnly, p.Date)
		if err != nil {
			return "payouts_unreadable", nil
		}
		amount := p.AmountMinor
		if strings.HasSuffix(p.Type, "_DEDUCTION") && amount > 0 {
			amount = -amount // the type says what it is, and not the sign
		}
		if err := q.KeepPayout(ctx, ordersdb.KeepPayoutParams{ID: p.ID, PayoutDate: pgtype.Date{Time: day, Valid: true}, Kind: p.Type, TransactionCode: p.TransactionCode,
			Reference: p.Reference, AmountMinor: amount, FeeMinor: p.FeeMinor, Currency: p.Currency, Status: p.Status}); err != nil {
			return "", err
		}
		if p.Type != chargebackType+"_DEDUCTION" || p.TransactionCode == "" {
			continue
		}
		t, err := q.SeenByCode(ctx, p.TransactionCode)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && t.ChargedBackMinor > 0 {
			continue
		}
		if err != nil {
			return "", err
		}
		if whole, missing, err := n.read(ctx, t.TransactionID); err != nil {
			return "", err
		} else if !missing {
			if err := n.compare(ctx, whole); err != nil {
				return "", err
			}
		}
	}
	return "", nil
}
