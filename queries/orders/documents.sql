-- name: IssueDocument :one
-- Takes the next number, the last lock of its transaction, and writes the document with it.
WITH next AS (
    UPDATE orders.counters SET value = value + 1 WHERE name = @kind::text RETURNING value
)
INSERT INTO orders.documents (kind, number, order_id, refund_id, data, issued_at)
SELECT @kind::text, next.value, @order_id, sqlc.narg(refund_id), jsonb_set(@data::jsonb, '{number}', to_jsonb(@prefix::text || next.value)), @issued_at
FROM next
RETURNING number;

-- name: Invoice :one
SELECT * FROM orders.documents WHERE order_id = $1 AND kind = 'invoice';

-- name: CreditNote :one
SELECT * FROM orders.documents WHERE order_id = $1 AND kind = 'credit_note' AND number = $2;

-- name: OrderDocuments :many
SELECT kind, number, (data ->> 'number')::text AS name, refund_id, issued_at FROM orders.documents WHERE order_id = $1 ORDER BY issued_at, number;

-- name: Issuer :one
-- Who sells, and the time of the document.
SELECT *, shared.clock()::timestamptz AS at FROM orders.settings;

-- name: RefundedBefore :many
-- Refunds of an order that have been made, but for one, and those of money that nothing was sold for.
SELECT r.* FROM orders.refunds r WHERE r.order_id = $1 AND r.id <> $2 AND r.status = 'done'
    AND NOT EXISTS (SELECT FROM orders.refunds s WHERE s.order_id = r.order_id AND s.provider = r.provider AND s.transaction_id = r.transaction_id
        AND s.reason IN ('paid_twice', 'late_payment'))
ORDER BY r.done_at, r.id;

-- name: AcceptedTerms :one
-- The words of a version of the settings.
SELECT terms, cancellation FROM orders.terms WHERE version = $1;
