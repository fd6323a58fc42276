package orders_test

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// sameMoney fails the test where the simulator's ledger is not ours, reference by reference.
func (w *till) sameMoney() {
	w.t.Helper()
	theirs := w.sim.Ledger().Balances()
	rows, err := w.pool.Query(context.WithoutCancel(w.t.Context()), `SELECT a.reference, coalesce(sum(l.amount_minor), 0)::bigint
		FROM orders.payment_attempts a LEFT JOIN orders.ledger l ON l.attempt_id = a.id
			OR l.kind = 'refund' AND l.transaction_id IN (SELECT p.transaction_id FROM orders.ledger p WHERE p.attempt_id = a.id)
		GROUP BY 1`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	ours := map[string]int64{}
	for rows.Next() {
		var reference string
		var minor int64
		if err := rows.Scan(&reference, &minor); err != nil {
			w.t.Fatal(err)
		}
		ours[reference] = minor
	}
	for reference, minor := range theirs {
		if ours[reference] != minor {
			w.t.Errorf("SumUp has %d for %s, we have %d", minor, reference, ours[reference])
		}
	}
	for reference, minor := range ours {
		if theirs[reference] != minor {
			w.t.Errorf("we have %d for %s, SumUp has %d", minor, reference, theirs[reference])
		}
	}
}

// sameMoneyOf is sameMoney for one order.
func (w *till) sameMoneyOf(order uuid.UUID) {
	w.t.Helper()
	rows, err := w.pool.Query(context.WithoutCancel(w.t.Context()), "SELECT reference FROM orders.payment_attempts WHERE order_id = $1", order)
	if err != nil {
		w.t.Fatal(err)
	}
	references, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	books, theirs := w.sim.Ledger(), int64(0)
	for _, reference := range references {
		theirs += books.Balance(reference)
	}
	if ours := w.number("SELECT coalesce(sum(amount_minor), 0) FROM orders.ledger WHERE order_id = $1", order); ours != theirs {
		w.t.Errorf("SumUp has %d for the order, we have %d", theirs, ours)
	}
}

// sound fails the test where orders, stock and ledger contradict each other.
func (w *till) sound() {
	w.t.Helper()
	w.sameMoney()
	for what, sql := range map[string]string{
		"what is reserved is what orders hold": `SELECT count(*) FROM market.stock s WHERE s.reserved <> (SELECT coalesce(sum(r.quantity), 0) FROM market.reservations r WHERE r.variant_id = s.variant_id)`,
		"orders that have ended hold nothing":  `SELECT count(*) FROM market.reservations r JOIN orders.orders o ON 'ord_' || replace(o.id::text, '-', '') = r.order_id WHERE o.status IN ('expired', 'cancelled')`,
		"orders that may be paid hold goods":   `SELECT count(*) FROM orders.orders o WHERE o.status IN ('pending_payment', 'paid') AND o.payment_status <> 'refunded' AND NOT EXISTS (SELECT FROM market.reservations r WHERE 'ord_' || replace(o.id::text, '-', '') = r.order_id)`,
		"sums are the ledger's":                `SELECT count(*) FROM orders.orders o WHERE o.paid_minor - o.refunded_minor <> (SELECT coalesce(sum(l.amount_minor), 0) FROM orders.ledger l WHERE l.order_id = o.id)`,
		"paid once":                            `SELECT count(*) FROM (SELECT order_id FROM orders.order_events WHERE kind = 'paid' GROUP BY 1 HAVING count(*) > 1) x`,
		"invoices without gaps":                `SELECT coalesce(max(number), 0) - count(*) FROM orders.documents WHERE kind = 'invoice'`,
		"events without gaps":                  `SELECT count(*) FROM (SELECT order_id FROM orders.order_events GROUP BY 1 HAVING max(sequence) <> count(*)) x`,
	} {
		if n := w.number(sql); n != 0 {
			w.t.Errorf("%s: %d are not", what, n)
		}
	}
}

// mails counts the mails of a kind to whoever placed an order, by when: all of the test's.
func (w *till) mails(kind string) int64 {
	w.t.Helper()
	return w.number("SELECT count(*) FROM shared.mails WHERE kind = $1", kind)
}
