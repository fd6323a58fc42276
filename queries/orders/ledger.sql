-- name: InsertLedger :one
-- Nothing comes back where the movement is known.
INSERT INTO orders.ledger (id, provider, transaction_id, kind, sequence, order_id, attempt_id, refund_id, amount_minor, currency, at, recorded_at)
VALUES (@id, @provider, @transaction_id, @kind, @sequence, sqlc.narg(order_id), sqlc.narg(attempt_id), sqlc.narg(refund_id), @amount_minor, @currency, @at, shared.clock())
ON CONFLICT (provider, transaction_id, kind, sequence) DO NOTHING
RETURNING *;

-- name: PaymentsOfOrder :many
-- What came in for an order, with what of it went back or is on its way back.
SELECT l.provider, l.transaction_id, l.amount_minor, l.currency,
    (SELECT coalesce(sum(-b.amount_minor), 0) FROM orders.ledger b WHERE b.provider = l.provider AND b.transaction_id = l.transaction_id AND b.kind <> 'payment')::bigint AS back_minor,
    (SELECT coalesce(sum(r.amount_minor), 0) FROM orders.refunds r WHERE r.provider = l.provider AND r.transaction_id = l.transaction_id
        AND r.status IN ('requested', 'sending', 'unknown'))::bigint AS pending_minor
FROM orders.ledger l WHERE l.order_id = $1 AND l.kind = 'payment' ORDER BY l.recorded_at, l.id;

-- name: RefundedOf :one
-- What we know to have gone back of a payment, and how often.
SELECT coalesce(sum(-amount_minor), 0)::bigint AS back_minor, coalesce(max(sequence) + 1, 0)::integer AS next
FROM orders.ledger WHERE provider = @provider AND transaction_id = @transaction_id AND kind = 'refund';

-- name: ShowDifference :exec
-- Something that a person has to look at; once, until they have.
INSERT INTO orders.differences (id, kind, transaction_id, order_id, ours_minor, theirs_minor, currency, details, found_at, seen_at)
VALUES (@id, @kind, @transaction_id, sqlc.narg(order_id), sqlc.narg(ours_minor), sqlc.narg(theirs_minor), @currency, @details, shared.clock(), shared.clock())
ON CONFLICT (provider, kind, transaction_id) WHERE resolved_at IS NULL DO UPDATE SET seen_at = shared.clock();
