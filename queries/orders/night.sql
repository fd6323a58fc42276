-- name: LockNight :exec
-- Comparisons begin one after the other.
SELECT pg_advisory_xact_lock(hashtext('orders.reconciliations'));

-- name: RunningReconciliation :one
-- The comparison that is under way.
SELECT * FROM orders.reconciliations WHERE status = 'running' ORDER BY started_at DESC LIMIT 1;

-- name: EndBroken :exec
-- Comparisons whose process died.
UPDATE orders.reconciliations SET status = 'failed', fault = 'broken_off', ended_at = shared.clock()
WHERE status = 'running' AND started_at <= shared.clock() - make_interval(secs => @lasts::float8);

-- name: BeginReconciliation :one
-- From before the end of the last one that was complete, or from before the first attempt
-- to pay.
INSERT INTO orders.reconciliations (id, from_at, to_at, status, started_at)
SELECT @id, coalesce(
        (SELECT max(r.to_at) FROM orders.reconciliations r WHERE r.status = 'done'),
        (SELECT min(a.created_at) FROM orders.payment_attempts a WHERE a.provider = 'sumup'),
        shared.clock()) - make_interval(secs => @overlap::float8),
    shared.clock(), 'running', shared.clock()
RETURNING *;

-- name: EndReconciliation :one
-- The sums are of payments made within the time, less what has gone back of them up to now;
-- chargebacks are in neither.
UPDATE orders.reconciliations r SET status = @status, seen = @seen, theirs_minor = @theirs_minor, found = @found, fault = @fault, ended_at = shared.clock(),
    ours_minor = (SELECT coalesce(sum(p.amount_minor + coalesce((SELECT sum(b.amount_minor) FROM orders.ledger b
            WHERE b.provider = p.provider AND b.transaction_id = p.transaction_id AND b.kind = 'refund'), 0)), 0)
        FROM orders.ledger p WHERE p.provider = 'sumup' AND p.kind = 'payment' AND p.at >= r.from_at AND p.at < r.to_at)
WHERE r.id = @id RETURNING *;

-- name: Reconciliations :many
SELECT * FROM orders.reconciliations
WHERE sqlc.narg(before)::timestamptz IS NULL OR (started_at, id) < (sqlc.narg(before)::timestamptz, @before_id::uuid)
ORDER BY started_at DESC, id DESC LIMIT @most::int;

-- name: KnownPayment :one
-- A payment as the ledger has it, what has gone back of it, and whether more may be on its way
-- there now.
SELECT l.order_id, l.amount_minor, l.currency, l.recorded_at,
    (SELECT coalesce(sum(-b.amount_minor), 0) FROM orders.ledger b WHERE b.provider = 'sumup' AND b.transaction_id = l.transaction_id AND b.kind = 'refund')::bigint AS refunded_minor,
    (SELECT coalesce(sum(-b.amount_minor), 0) FROM orders.ledger b WHERE b.provider = 'sumup' AND b.transaction_id = l.transaction_id AND b.kind = 'chargeback')::bigint AS charged_back_minor,
    (SELECT coalesce(max(b.recorded_at), l.recorded_at) FROM orders.ledger b WHERE b.provider = 'sumup' AND b.transaction_id = l.transaction_id)::timestamptz AS changed_at,
    EXISTS (SELECT FROM orders.refunds r WHERE r.provider = 'sumup' AND r.transaction_id = l.transaction_id AND r.status IN ('sending', 'unknown')) AS moving
FROM orders.ledger l WHERE l.provider = 'sumup' AND l.transaction_id = @transaction_id AND l.kind = 'payment';

-- name: ChargebacksOf :one
SELECT count(*)::integer FROM orders.ledger WHERE provider = 'sumup' AND transaction_id = $1 AND kind = 'chargeback';

-- name: SeenTransaction :one
SELECT * FROM orders.transactions WHERE provider = 'sumup' AND transaction_id = $1;

-- name: SeenByCode :one
SELECT * FROM orders.transactions WHERE provider = 'sumup' AND code = $1 ORDER BY at DESC LIMIT 1;

-- name: SeeTransaction :exec
-- What was read of chargebacks stays known.
INSERT INTO orders.transactions (transaction_id, code, order_id, amount_minor, refunded_minor, charged_back_minor, currency, status, at, seen_at)
VALUES (@transaction_id, @code, sqlc.narg(order_id), @amount_minor, @refunded_minor, @charged_back_minor, @currency, @status, @at, shared.clock())
ON CONFLICT (provider, transaction_id) DO UPDATE SET
    code = excluded.code, order_id = coalesce(excluded.order_id, transactions.order_id), amount_minor = excluded.amount_minor, refunded_minor = excluded.refunded_minor,
    charged_back_minor = greatest(excluded.charged_back_minor, transactions.charged_back_minor), currency = excluded.currency, status = excluded.status,
    at = excluded.at, seen_at = shared.clock();

-- name: PayableAttempts :many
-- Attempts that a payment of so much at some time may be for.
SELECT a.* FROM orders.payment_attempts a
WHERE a.provider = 'sumup' AND a.provider_id IS NOT NULL AND a.amount_minor = @amount_minor AND a.currency = @currency
    AND a.created_at BETWEEN @since AND @until
ORDER BY a.created_at DESC LIMIT 10;

-- name: CounterSale :one
-- A sale over the counter that was paid by its card reader about then, and for which no other
-- payment stands yet.
SELECT l.order_id FROM orders.ledger l
WHERE l.provider = 'card_reader' AND l.kind = 'payment' AND l.amount_minor = @amount_minor AND l.currency = @currency
    AND l.at BETWEEN @since AND @until
    AND NOT EXISTS (SELECT FROM orders.transactions t WHERE t.order_id = l.order_id AND t.transaction_id <> @transaction_id)
ORDER BY l.at, l.id LIMIT 1;

-- name: UnseenPayments :many
-- Payments of the ledger within a time that a comparison, which has begun at @since, did not
-- see.
SELECT l.transaction_id, l.order_id, l.amount_minor, l.currency FROM orders.ledger l
WHERE l.provider = 'sumup' AND l.kind = 'payment' AND l.at >= @from_at AND l.at < @to_at
    AND NOT EXISTS (SELECT FROM orders.transactions t WHERE t.provider = 'sumup' AND t.transaction_id = l.transaction_id AND t.seen_at >= @since)
ORDER BY l.at LIMIT 1000;

-- name: FindDifference :execrows
-- One that was shown before, as large as now, is not shown again, resolved or not.
INSERT INTO orders.differences (id, kind, transaction_id, order_id, ours_minor, theirs_minor, currency, details, found_at, seen_at)
SELECT @id, @kind, @transaction_id, sqlc.narg(order_id), sqlc.narg(ours_minor), sqlc.narg(theirs_minor), @currency, @details, shared.clock(), shared.clock()
WHERE NOT EXISTS (SELECT FROM orders.differences d WHERE d.provider = 'sumup' AND d.kind = @kind AND d.transaction_id = @transaction_id
    AND d.theirs_minor IS NOT DISTINCT FROM sqlc.narg(theirs_minor)::bigint)
ON CONFLICT (provider, kind, transaction_id) WHERE resolved_at IS NULL
DO UPDATE SET seen_at = shared.clock(), theirs_minor = excluded.theirs_minor, ours_minor = excluded.ours_minor;

-- name: SeeDifference :exec
UPDATE orders.differences SET seen_at = shared.clock() WHERE provider = 'sumup' AND kind = @kind AND transaction_id = @transaction_id AND resolved_at IS NULL;

-- name: HasMismatch :one
-- Whether somebody has been shown that an order was paid with other money than was asked for.
SELECT EXISTS (SELECT FROM orders.differences WHERE kind = 'paid_mismatch' AND order_id = $1);

-- name: Differences :many
SELECT sqlc.embed(d), o.reference FROM orders.differences d LEFT JOIN orders.orders o ON o.id = d.order_id
WHERE (NOT @open::boolean OR d.resolved_at IS NULL)
    AND (sqlc.narg(before)::timestamptz IS NULL OR (d.found_at, d.id) < (sqlc.narg(before)::timestamptz, @before_id::uuid))
ORDER BY d.found_at DESC, d.id DESC LIMIT @most::int;

-- name: LockDifference :one
SELECT * FROM orders.differences WHERE id = $1 FOR UPDATE;

-- name: Difference :one
SELECT sqlc.embed(d), o.reference FROM orders.differences d LEFT JOIN orders.orders o ON o.id = d.order_id WHERE d.id = $1;

-- name: ResolveDifference :exec
UPDATE orders.differences SET resolved_at = shared.clock(), resolved_by = @resolved_by, resolution = @resolution WHERE id = @id;

-- name: KeepPayout :exec
INSERT INTO orders.payouts (id, payout_date, kind, transaction_code, reference, amount_minor, fee_minor, currency, status, recorded_at)
VALUES (@id, @payout_date, @kind, @transaction_code, @reference, @amount_minor, @fee_minor, @currency, @status, shared.clock())
ON CONFLICT (id) DO UPDATE SET payout_date = excluded.payout_date, kind = excluded.kind, transaction_code = excluded.transaction_code,
    reference = excluded.reference, amount_minor = excluded.amount_minor, fee_minor = excluded.fee_minor, currency = excluded.currency, status = excluded.status;

-- name: Reconciliation :one
SELECT * FROM orders.reconciliations WHERE id = $1;
