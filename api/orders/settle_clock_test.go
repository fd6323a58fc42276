package orders_test

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// advance moves every clock on.
func (w *till) advance(by time.Duration) {
	w.t.Helper()
	w.watch.mu.Lock()
	w.watch.by += by
	sum := w.watch.by
	w.watch.mu.Unlock()
	w.exec("UPDATE public.shift SET by = make_interval(secs => $1::float8)", sum.Seconds())
	if err := w.sim.Advance(0); err != nil { // what is due there happens
		w.t.Error(err)
	}
}

// work does what is due now, as the jobs would.
func (w *till) work() {
	w.t.Helper()
	ctx := context.WithoutCancel(w.t.Context())
	for range 50 {
		due := w.due("verify_due <= shared.clock()", "due <= shared.clock()")
		if len(due) == 0 {
			break
		}
		for _, d := range due {
			var err error
			if d.refund {
				_, err = w.SendRefund(ctx, d.id)
			} else {
				_, err = w.Look(ctx, d.id)
			}
			if err != nil {
				w.t.Fatalf("work: %v", err)
			}
		}
	}
	if err := w.Sweep(ctx); err != nil {
		w.t.Fatalf("sweep: %v", err)
	}
}

type dueRow struct {
	id     uuid.UUID
	refund bool
}

func (w *till) due(attempts, refunds string) (list []dueRow) {
	w.t.Helper()
	rows, err := w.pool.Query(context.WithoutCancel(w.t.Context()), `SELECT id, false FROM orders.payment_attempts WHERE `+attempts+`
		UNION ALL SELECT id, true FROM orders.refunds WHERE `+refunds)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var d dueRow
		if err := rows.Scan(&d.id, &d.refund); err != nil {
			w.t.Fatal(err)
		}
		list = append(list, d)
	}
	return list
}

// until works on, and moves the clock to what is due next, until it is so; it gives up after
// some time of the shop's.
func (w *till) until(what string, most time.Duration, so func() bool) {
	w.t.Helper()
	begun := w.watch.Now()
	for {
		w.work()
		if so() {
			return
		}
		if w.watch.Now().Sub(begun) > most {
			w.t.Errorf("not within %v: %s; %s", most, what, w.all())
			return
		}
		next := w.number(`SELECT coalesce(ceil(extract(epoch FROM min(at) - shared.clock()) * 1000), 60000)::bigint FROM (
			SELECT verify_due AS at FROM orders.payment_attempts UNION ALL SELECT due FROM orders.refunds
			UNION ALL SELECT expires_at FROM orders.orders WHERE status = 'pending_payment' AND expires_at > shared.clock()) x`)
		w.advance(time.Duration(max(next, 1)) * time.Millisecond)
	}
}
