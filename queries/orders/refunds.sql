-- name: InsertRefund :one
INSERT INTO orders.refunds (id, order_id, provider, transaction_id, amount_minor, currency, reason, note, lines, status, due, actor, created_at)
VALUES (@id, @order_id, @provider, @transaction_id, @amount_minor, @currency, @reason, @note, @lines, 'requested', shared.clock(), @actor, shared.clock())
RETURNING *;

-- name: Refund :one
SELECT * FROM orders.refunds WHERE id = $1;

-- name: LockRefund :one
-- Comes after its order.
SELECT * FROM orders.refunds WHERE id = $1 FOR UPDATE;

-- name: RefundedLines :many
-- How much of each line, '' for delivery, has gone back or is on its way.
SELECT coalesce(p ->> 'line', '')::text AS line, sum((p ->> 'amount_minor')::bigint)::bigint AS amount_minor, coalesce(sum((p ->> 'quantity')::bigint), 0)::bigint AS quantity
FROM orders.refunds r, jsonb_array_elements(r.lines) p
WHERE r.order_id = $1 AND r.status <> 'failed' GROUP BY 1;

-- name: SendRefund :execrows
-- From here on SumUp may have been told. Nothing changes where another refund of the same
-- payment is on its way. What SumUp shows may be older than what we know.
UPDATE orders.refunds r SET status = 'sending', before_minor = CASE WHEN r.tries > 0 THEN r.before_minor ELSE greatest(@seen_minor::bigint, (SELECT coalesce(sum(-l.amount_minor), 0)
        FROM orders.ledger l WHERE l.provider = r.provider AND l.transaction_id = r.transaction_id AND l.kind = 'refund')) END,
    due = shared.clock() + make_interval(secs => @lease::float8), tries = r.tries + 1, fault = ''
WHERE r.id = @id AND r.status IN ('requested', 'unknown')
    AND NOT EXISTS (SELECT FROM orders.refunds o WHERE o.id <> r.id AND o.provider = r.provider AND o.transaction_id = r.transaction_id AND o.status IN ('sending', 'unknown'));

-- name: PlanRefund :exec
UPDATE orders.refunds SET status = @status, due = shared.clock() + make_interval(secs => @pause::float8), fault = @fault
WHERE id = @id AND status = @old_status AND due IS NOT NULL;

-- name: TakeRefund :one
-- Moves a refund's clock before SumUp is asked.
UPDATE orders.refunds SET due = shared.clock() + make_interval(secs => @lease::float8) WHERE id = @id AND due <= shared.clock()
RETURNING *;

-- name: FinishRefund :execrows
UPDATE orders.refunds SET status = 'done', due = NULL, done_at = shared.clock(), fault = ''
WHERE id = $1 AND status IN ('requested', 'sending', 'unknown');

-- name: FailRefund :execrows
UPDATE orders.refunds SET status = 'failed', due = NULL, fault = @fault
WHERE id = @id AND status IN ('requested', 'sending', 'unknown');

-- name: RefundLine :execrows
UPDATE orders.order_lines SET refunded_minor = refunded_minor + @amount_minor WHERE id = @id AND order_id = @order_id;

-- name: IsSurplus :one
-- Whether a payment of an order bought nothing: it came too late, or a second time.
SELECT EXISTS (SELECT FROM orders.refunds WHERE order_id = @order_id AND provider = @provider AND transaction_id = @transaction_id
    AND reason IN ('late_payment', 'paid_twice'));

-- name: OverdueRefunds :many
SELECT id FROM orders.refunds WHERE due < shared.clock() - make_interval(secs => @late::float8) ORDER BY due LIMIT @most::int;

-- name: OnTheWayBack :one
-- Money of an order that is on its way back.
SELECT coalesce(sum(amount_minor), 0)::bigint FROM orders.refunds WHERE order_id = $1 AND status IN ('requested', 'sending', 'unknown');

-- name: LowerLine :execrows
-- So much of a line is no longer wanted.
UPDATE orders.order_lines SET quantity = quantity - @lost WHERE id = @id AND order_id = @order_id AND quantity - @lost >= fulfilled;
