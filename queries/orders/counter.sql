-- Sales over the counter.

-- name: CounterPaid :exec
-- Money that was taken over the counter: an attempt that is paid from the start, and its
-- movement, which bears its reference.
WITH attempt AS (
    INSERT INTO orders.payment_attempts (id, order_id, number, provider, reference, status, amount_minor, currency, valid_until,
        created_at, updated_at, settled_at)
    VALUES (@attempt_id, @order_id, 1, @provider, @reference, 'paid', @amount_minor, @currency, @at, @at, @at, @at)
)
INSERT INTO orders.ledger (id, provider, transaction_id, kind, order_id, attempt_id, amount_minor, currency, at, recorded_at)
VALUES (@id, @provider, @reference, 'payment', @order_id, @attempt_id, @amount_minor, @currency, @at, @at);

-- name: HandOverAll :exec
UPDATE orders.order_lines SET fulfilled = quantity WHERE order_id = $1;
