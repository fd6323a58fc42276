-- name: IssuedDocuments :many
-- Invoices and credit notes of a time, in their order.
SELECT kind, number, data, issued_at FROM orders.documents
WHERE issued_at >= @since AND issued_at < @until ORDER BY issued_at, kind, number;

-- name: MovedMoney :many
-- What moved in a time, with what the provider kept (-1: not known yet): the ledger, and
-- payments that are not in it, made elsewhere or put aside.
SELECT l.provider, l.kind, l.transaction_id, l.amount_minor, l.currency, l.at, o.reference,
    coalesce(t.code, '')::text AS code,
    (CASE WHEN l.kind = 'payment' THEN coalesce((SELECT sum(p.fee_minor) FROM orders.payouts p WHERE p.transaction_code = t.code AND t.code <> '' AND p.kind = 'PAYOUT'), -1) ELSE -1 END)::bigint AS fee_minor
FROM orders.ledger l LEFT JOIN orders.orders o ON o.id = l.order_id
    LEFT JOIN orders.transactions t ON l.provider = 'sumup' AND t.transaction_id = l.transaction_id OR l.provider = 'card_reader' AND l.kind = 'payment' AND t.order_id = l.order_id
WHERE l.at >= @since AND l.at < @until
UNION ALL
SELECT t.provider, CASE WHEN t.order_id IS NULL THEN 'elsewhere' ELSE 'put aside' END, t.transaction_id, t.amount_minor, t.currency, t.at, o.reference, t.code,
    coalesce((SELECT sum(p.fee_minor) FROM orders.payouts p WHERE p.transaction_code = t.code AND t.code <> '' AND p.kind = 'PAYOUT'), -1)::bigint
FROM orders.transactions t LEFT JOIN orders.orders o ON o.id = t.order_id
WHERE t.at >= @since AND t.at < @until AND t.status NOT IN ('PENDING', 'FAILED', 'CANCELLED')
    AND NOT EXISTS (SELECT FROM orders.ledger l WHERE l.provider = t.provider AND l.transaction_id = t.transaction_id OR l.provider = 'card_reader' AND l.order_id = t.order_id)
ORDER BY at, transaction_id, kind;

-- name: PaidOut :many
-- SumUp's payouts of some days, both included, with the order that each is for.
SELECT p.*, coalesce((SELECT o.reference FROM orders.transactions t JOIN orders.orders o ON o.id = t.order_id
    WHERE t.code = p.transaction_code AND p.transaction_code <> '' LIMIT 1), '')::text AS order_reference
FROM orders.payouts p WHERE p.payout_date BETWEEN @first AND @last ORDER BY p.payout_date, p.id;

-- name: PaidOrders :many
-- Orders that were paid in a time.
SELECT sqlc.embed(o), coalesce((SELECT (d.data ->> 'number')::text FROM orders.documents d WHERE d.order_id = o.id AND d.kind = 'invoice'), '')::text AS invoice,
    coalesce((SELECT string_agg(DISTINCT l.provider, ' ') FROM orders.ledger l WHERE l.order_id = o.id AND l.kind = 'payment'), '')::text AS providers
FROM orders.orders o WHERE o.paid_at >= @since AND o.paid_at < @until ORDER BY o.paid_at, o.id;
