// The nightly comparison of the ledger with SumUp's: what it runs over, and what comes of it.

package orders

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	nightPrefix = "rec"

	// nightOverlap is how far a comparison goes back behind the end of the last one: SumUp's
	// lists may lag, and what is read twice does no harm.
	nightOverlap = 24 * time.Hour
	// nightLasts is how long one may take; a run that is older was broken off.
	nightLasts = 2 * time.Hour
	// nightGrace is how long a payment may take to reach us by itself before a person is told
	// that it did not.
	nightGrace = 10 * time.Minute
	// nightFresh is how long what was read of a payment is as good as read again.
	nightFresh = 30 * time.Minute
)

// Reconciliation is one comparison of the ledger with SumUp's list of transactions.
type Reconciliation struct {
	ID          string     `json:"id" example:"rec_019ab3f47c2e7d06b8a1f0c2d3e4f520"`
	From        time.Time  `json:"from" doc:"Transactions that were made or changed since then were compared."`
	To          time.Time  `json:"to"`
	Status      string     `json:"status" enum:"running,done,failed" example:"done" doc:"failed: SumUp's list could not be read to its end; the next one begins where this one did."`
	Seen        int32      `json:"seen" example:"42" doc:"Transactions of SumUp's."`
	OursMinor   int64      `json:"ours_minor" example:"125050" doc:"Payments that were made within the time, less refunds of them, by our ledger."`
	TheirsMinor int64      `json:"theirs_minor" example:"125050" doc:"The same by SumUp's, with payments that were made elsewhere."`
	Found       int32      `json:"found" example:"0" doc:"Differences that were not known before."`
	Fault       string     `json:"fault,omitempty" example:"unavailable" doc:"What could not be read, in a word."`
	StartedAt   time.Time  `json:"started_at"`
	EndedAt     *time.Time `json:"ended_at,omitempty"`
}

func reconciliation(r ordersdb.Reconciliation) Reconciliation {
	return Reconciliation{ID: id.Format[string](nightPrefix, r.ID), From: r.FromAt, To: r.ToAt, Status: r.Status, Seen: r.Seen,
		OursMinor: r.OursMinor, TheirsMinor: r.TheirsMinor, Found: r.Found, Fault: r.Fault, StartedAt: r.StartedAt, EndedAt: r.EndedAt}
}

// Reconcile compares the ledger with SumUp's transactions since the last time, with a day of
// overlap: payments of ours that nobody has told us of are settled, refunds and chargebacks
// that were made elsewhere come into the ledger, and all that differs is kept for a person to
// look at. Doing it twice adds nothing. While another one runs, that one is the answer. It
// fails with 503 `payments_not_configured` where there is no SumUp; what SumUp does not tell
// makes the run a failed one, which is no error.
func (s *Service) Reconcile(ctx context.Context) (Reconciliation, error) {
	run, fresh, err := s.beginNight(ctx, nil)
	if err == nil && fresh {
		run, err = s.night(ctx, run)
	}
	return reconciliation(run), err
}

// AskReconciliation has a comparison made in the background, and is otherwise like Reconcile.
func (s *Service) AskReconciliation(ctx context.Context) (Reconciliation, error) {
	run, _, err := s.beginNight(ctx, s.nightSoon)
	return reconciliation(run), err
}

// beginNight stores that a comparison begins; also is done in the same transaction. fresh is
// false where one is under way: then it is that one.
func (s *Service) beginNight(ctx context.Context, also func(context.Context, pgx.Tx, uuid.UUID) error) (run ordersdb.Reconciliation, fresh bool, err error) {
	if s.Provider == nil {
		return run, false, problem.Unavailable("no payment provider is configured").WithCode("payments_not_configured")
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		if err := q.LockNight(ctx); err != nil {
			return err
		}
		if err := q.EndBroken(ctx, nightLasts.Seconds()); err != nil {
			return err
		}
		run, err = q.RunningReconciliation(ctx)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if run, err = q.BeginReconciliation(ctx, ordersdb.BeginReconciliationParams{ID: id.New(), Overlap: nightOverlap.Seconds()}); err != nil {
			return err
		}
		fresh = true
		if also != nil {
			return also(ctx, tx, run.ID)
		}
		return nil
	})
	return run, fresh, err
}

// night is one comparison.
type night struct {
	s      *Service
	run    ordersdb.Reconciliation
	seen   map[string]bool // transactions
	theirs int64           // their sum
	found  int32           // differences
}

// untoldError is something that SumUp did not tell: the comparison is not complete.
type untoldError string

// Error is why, in a word.
func (e untoldError) Error() string { return "orders: SumUp did not tell: " + string(e) }

// night compares, and stores what came of it.
func (s *Service) night(ctx context.Context, run ordersdb.Reconciliation) (ordersdb.Reconciliation, error) {
	n := &night{s: s, run: run, seen: map[string]bool{}}
	err := n.compareAll(ctx)
	end := ordersdb.EndReconciliationParams{ID: run.ID, Status: "done", Seen: int32(len(n.seen)), TheirsMinor: n.theirs, Found: n.found}
	var untold untoldError
	switch {
	case errors.As(err, &untold):
		end.Status, end.Fault, err = "failed", string(untold), nil
	case err != nil:
		end.Status, end.Fault = "failed", "error"
	default:
		end.Fault, err = n.payouts(ctx)
		if errors.As(err, &untold) {
			end.Status, end.Fault, err = "failed", string(untold), nil
		} else if err != nil {
			end.Status, end.Fault = "failed", "error"
		}
	}
	end.Found = n.found
	// Who is called off meanwhile still says so.
	ended, storing := s.queries().EndReconciliation(context.WithoutCancel(ctx), end)
	if err = errors.Join(err, storing); err != nil {
		return run, err
	}
	s.Log.InfoContext(ctx, "compared with SumUp", "run", id.Format[string](nightPrefix, run.ID), "status", ended.Status, "seen", ended.Seen,
		"ours_minor", ended.OursMinor, "theirs_minor", ended.TheirsMinor, "found", ended.Found, "fault", ended.Fault)
	return ended, nil
}

// compareAll compares what SumUp lists, and then what of the ledger it has not listed.
func (n *night) compareAll(ctx context.Context) error {
	r, err := n.s.Provider.History(ctx, n.run.FromAt, n.run.ToAt, func(t sumup.Transaction) error { return n.listed(ctx, t) })
	if err != nil {
		return err
	}
	if r.Outcome != sumup.Found {
		return untoldError(code(r))
	}
	unseen, err := n.s.queries().UnseenPayments(ctx, ordersdb.UnseenPaymentsParams{FromAt: n.run.FromAt, ToAt: n.run.ToAt.Add(-nightGrace), Since: n.run.StartedAt})
	if err != nil {
		return err
	}
	for _, p := range unseen {
		t, missing, err := n.read(ctx, p.TransactionID)
		if err == nil && missing {
			err = n.show(ctx, n.s.queries(), finding{kind: "missing_there", about: p.TransactionID, order: p.OrderID, ours: &p.AmountMinor, currency: p.Currency})
		} else if err == nil {
			err = n.compare(ctx, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// listed compares a transaction of SumUp's list.
func (n *night) listed(ctx context.Context, t sumup.Transaction) error {
	if n.seen[t.ID] {
		return nil
	}
	n.seen[t.ID] = true
	if moved(t) && t.Currency == n.s.Currency && !t.At.Before(n.run.FromAt) && t.At.Before(n.run.ToAt) {
		n.theirs += t.AmountMinor - t.RefundedMinor
	}
	before, err := n.s.queries().SeenTransaction(ctx, t.ID)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	// The list does not tell everything: whose payment it is, what a bank has taken back. Each
	// is read as a whole, unless that was done just now and nothing looks other than then.
	if err != nil || before.Status != string(t.Status) || before.RefundedMinor != t.RefundedMinor || n.run.StartedAt.Sub(before.SeenAt) > nightFresh {
		whole, missing, err := n.read(ctx, t.ID)
		if err != nil {
			return err
		}
		if !missing {
			whole.RefundedMinor = max(whole.RefundedMinor, t.RefundedMinor)
			t = whole
		}
	}
	return n.compare(ctx, t)
}

// read reads a transaction as a whole; missing: SumUp says that there is none.
func (n *night) read(ctx context.Context, transaction string) (t sumup.Transaction, missing bool, err error) {
	r := n.s.Provider.Transaction(ctx, transaction)
	switch r.Outcome {
	case sumup.Found:
		return r.Value, false, nil
	case sumup.Missing:
		return t, true, nil
	}
	return t, false, untoldError(code(r))
}

// moved tells whether money moved by a transaction. What SumUp may call it besides is money
// rather than none.
func moved(t sumup.Transaction) bool {
	return t.Status != sumup.TransactionPending && t.Status != sumup.TransactionFailed && t.Status != sumup.TransactionCancelled
}
