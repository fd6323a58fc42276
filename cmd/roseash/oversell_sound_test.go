// What holds after a rush, whatever happened in it.

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

// oversold are queries that find what must never be once all is at its end.
var oversold = map[string]string{
	"less than nothing is there, or more is reserved than there is": `SELECT concat_ws(' ', on_hand, reserved) FROM market.stock WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand`,
	"what is reserved is not what orders hold": `
		SELECT concat_ws(' ', s.reserved, sum(r.quantity)) FROM market.stock s LEFT JOIN market.reservations r USING (variant_id)
		GROUP BY s.variant_id HAVING s.reserved <> coalesce(sum(r.quantity), 0)`,
	"an order holds other than what it has still to get": `
		SELECT concat_ws(' ', o.id, o.status, l.quantity, l.fulfilled, r.quantity, r.paid) FROM orders.orders o JOIN orders.order_lines l ON l.order_id = o.id
			LEFT JOIN market.reservations r ON r.order_id = 'ord_' || replace(o.id::text, '-', '')
		WHERE coalesce(r.quantity, 0) <> CASE WHEN o.status IN ('paid', 'part_fulfilled') THEN l.quantity - l.fulfilled ELSE 0 END OR NOT r.paid`,
	"something is held for no order": `
		SELECT r.order_id FROM market.reservations r WHERE NOT EXISTS (SELECT FROM orders.orders o WHERE r.order_id = 'ord_' || replace(o.id::text, '-', ''))`,
	"more was sold than came in": `
		SELECT concat_ws(' ', sold, received) FROM
			(SELECT coalesce(sum(CASE WHEN o.status IN ('cancelled', 'expired') THEN l.fulfilled ELSE l.quantity END), 0) AS sold FROM orders.orders o JOIN orders.order_lines l ON l.order_id = o.id) s,
			(SELECT coalesce(sum(change), 0) AS received FROM market.stock_movements WHERE reason = 'received') r
		WHERE sold > received`,
	"what is there is not what came in less what went out": `
		SELECT concat_ws(' ', on_hand, moved, received, out) FROM (SELECT sum(on_hand) AS on_hand FROM market.stock) s,
			(SELECT sum(change) AS moved, sum(change) FILTER (WHERE reason = 'received') AS received FROM market.stock_movements) m,
			(SELECT coalesce(sum(fulfilled), 0) AS out FROM orders.order_lines) l
		WHERE on_hand <> moved OR on_hand <> received - out`,
	"an order was paid more than once": `
		SELECT order_id || ' ' || count(*) FROM orders.ledger WHERE kind = 'payment' GROUP BY order_id HAVING count(*) > 1`,
	"somebody has to look at a payment": `SELECT concat_ws(' ', kind, order_id, transaction_id, details) FROM orders.differences`,
	"an order's money is not that of the ledger": `
		SELECT concat_ws(' ', o.id, o.status, o.payment_status, o.paid_minor, o.refunded_minor, m.*) FROM orders.orders o,
			LATERAL (SELECT coalesce(sum(amount_minor) FILTER (WHERE kind = 'payment'), 0) AS paid, -coalesce(sum(amount_minor) FILTER (WHERE kind <> 'payment'), 0) AS back
				FROM orders.ledger WHERE order_id = o.id) m
		WHERE (o.paid_minor, o.refunded_minor) <> (m.paid, m.back)`,
	"an order's money is not that of what it kept": `
		SELECT concat_ws(' ', o.id, o.status, o.paid_minor, o.refunded_minor, l.kept, r.parts) FROM orders.orders o,
			LATERAL (SELECT sum(quantity) * ` + strconv.Itoa(rushPrice) + ` AS kept FROM orders.order_lines WHERE order_id = o.id) l,
			LATERAL (SELECT coalesce(sum(amount_minor), 0) AS parts FROM orders.refunds WHERE order_id = o.id AND reason = 'requested' AND lines = '[]') r
		WHERE o.paid_minor - o.refunded_minor <> CASE WHEN o.status IN ('cancelled', 'expired') THEN 0 ELSE l.kept - r.parts END`,
	"a cart became two orders": `
		SELECT cart_id FROM orders.orders WHERE channel = 'web' GROUP BY cart_id HAVING count(*) > 1`,
	"numbers of documents have gaps": `
		SELECT concat_ws(' ', c.name, c.value, count(d.number), max(d.number)) FROM orders.counters c LEFT JOIN orders.documents d ON d.kind = c.name
		GROUP BY c.name HAVING c.value <> count(d.number) OR c.value <> coalesce(max(d.number), 0)`,
	"an invoice is missing, or not needed": `
		SELECT concat_ws(' ', o.id, o.status, count(d.number)) FROM orders.orders o LEFT JOIN orders.documents d ON d.order_id = o.id AND d.kind = 'invoice'
		GROUP BY o.id HAVING count(d.number) <> CASE WHEN o.status IN ('paid', 'part_fulfilled', 'fulfilled') OR o.status = 'cancelled' AND o.paid_minor > 0 AND
			EXISTS (SELECT FROM orders.order_events e WHERE e.order_id = o.id AND e.kind = 'paid') THEN 1 ELSE 0 END`,
	"places in slots are not those of their orders": `
		SELECT concat_ws(' ', taken, (SELECT count(*) FROM orders.orders o WHERE o.slot_id = s.id AND o.status NOT IN ('cancelled', 'expired'))) FROM orders.slots s
		WHERE taken <> (SELECT count(*) FROM orders.orders o WHERE o.slot_id = s.id AND o.status NOT IN ('cancelled', 'expired'))`,
	"events do not follow each other": `
		SELECT order_id::text FROM (SELECT order_id, before_hash, sequence, lag(after_hash) OVER w AS last, row_number() OVER w AS place FROM orders.order_events WINDOW w AS (PARTITION BY order_id ORDER BY sequence)) e
		WHERE before_hash IS DISTINCT FROM last OR sequence <> place`,
	"the last event does not tell how an order stands": `
		SELECT concat_ws(' ', o.id, o.status, e.after) FROM orders.orders o, LATERAL (SELECT after FROM orders.order_events e WHERE e.order_id = o.id ORDER BY sequence DESC LIMIT 1) e
		WHERE (e.after ->> 'status', e.after ->> 'payment_status', (e.after ->> 'paid_minor')::bigint, (e.after ->> 'refunded_minor')::bigint) IS DISTINCT FROM (o.status, o.payment_status, o.paid_minor, o.refunded_minor)`,
	"a refund has failed": `SELECT concat_ws(' ', id, fault) FROM orders.refunds WHERE status = 'failed'`,
	"a job was given up": `
		SELECT concat_ws(' ', kind, args, errors[array_upper(errors, 1)]) FROM river.river_job WHERE state = 'discarded' AND (kind IN ('orders.verify', 'orders.refund') OR kind LIKE 'handle:%')`,
	"the database ended a deadlock": `SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0`,
}

// sound fails where something is not as it must be.
func (r *rush) sound() {
	r.t.Helper()
	for what, query := range oversold {
		if found := r.rows(query); len(found) > 0 {
			r.t.Errorf("%s: %d times: %s", what, len(found), strings.Join(found[:min(len(found), 5)], "; "))
		}
	}
	r.sameMoney()
	known := map[string]bool{}
	for _, order := range r.rows(`SELECT 'ord_' || replace(id::text, '-', '') FROM orders.orders WHERE channel = 'web'`) {
		known[order] = true
	}
	if !maps.Equal(known, r.told) {
		r.t.Errorf("there are %d orders, and buyers know of %d", len(known), len(r.told))
	}
	if sales := r.number("SELECT count(*) FROM orders.orders WHERE channel = 'counter'"); sales != r.sold.Load() {
		r.t.Errorf("there are %d sales, and the tills know of %d", sales, r.sold.Load())
	}
	r.readLogs()
}

// sameMoney fails where the ledger is not SumUp's, reference by reference.
func (r *rush) sameMoney() {
	r.t.Helper()
	ledger := r.sim.Ledger()
	if len(ledger.Open) > 0 {
		r.t.Errorf("%d checkouts can still be paid, whose orders have ended: %v", len(ledger.Open), ledger.Open)
	}
	theirs, paid := ledger.Balances(), int64(0)
	for _, e := range ledger.Entries {
		if e.Kind == sumupsim.EntryPayment {
			paid++
		}
	}
	if paid != r.paid.Load() {
		r.t.Errorf("SumUp has %d payments, and buyers made %d", paid, r.paid.Load())
	}
	ours := map[string]int64{}
	for _, line := range r.rows(`
		SELECT a.reference || ' ' || sum(l.amount_minor) FROM orders.payment_attempts a JOIN orders.ledger p ON p.attempt_id = a.id AND p.kind = 'payment'
			JOIN orders.ledger l ON (l.provider, l.transaction_id) = (p.provider, p.transaction_id) WHERE p.provider = 'sumup' GROUP BY a.reference`) {
		reference, amount, _ := strings.Cut(line, " ")
		ours[reference], _ = strconv.ParseInt(amount, 10, 64)
	}
	for _, reference := range slices.Sorted(maps.Keys(theirs)) {
		if amount, there := ours[reference]; !there || amount != theirs[reference] {
			r.t.Errorf("of %s SumUp has %d, the ledger has %d, %v", reference, theirs[reference], amount, there)
		}
	}
	if len(ours) != len(theirs) {
		r.t.Errorf("the ledger knows of %d payments at SumUp, which has %d", len(ours), len(theirs))
	}
}

// readLogs fails where a server tells of what should not be: a deadlock, a panic, an answer
// 500 or an error. That it was too busy to answer in time is none of these.
func (r *rush) readLogs() {
	r.t.Helper()
	for ; r.read < *r.logs; r.read++ {
		name := filepath.Join(r.dir, fmt.Sprintf("log%d", r.read+1))
		if name == r.server.log && !r.server.over() {
			return // another time
		}
		text, err := os.ReadFile(name)
		if err != nil {
			r.t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var entry struct {
				Level  string
				Code   string
				Status int
			}
			_ = json.Unmarshal(lines.Bytes(), &entry)
			if entry.Level == "ERROR" && entry.Code != "timeout" || entry.Status == 500 || bytes.Contains(lines.Bytes(), []byte("deadlock")) || bytes.HasPrefix(lines.Bytes(), []byte("panic")) {
				r.t.Errorf("the server says: %.2000s", lines.Bytes())
			}
		}
	}
}
