-- name: LockOrder :one
-- Comes after carts and before everything else.
SELECT * FROM orders.orders WHERE id = $1 FOR UPDATE;

-- name: LockAttempt :one
-- Comes after its order.
SELECT * FROM orders.payment_attempts WHERE id = $1 FOR UPDATE;

-- name: Order :one
SELECT * FROM orders.orders WHERE id = $1;

-- name: OwnOrder :one
SELECT * FROM orders.orders WHERE id = $1 AND user_id = @user_id::text;

-- name: OrderLines :many
SELECT * FROM orders.order_lines WHERE order_id = $1 ORDER BY position;

-- name: LatestAttempt :one
SELECT * FROM orders.payment_attempts WHERE order_id = $1 ORDER BY number DESC LIMIT 1;

-- name: OrderRefunds :many
SELECT * FROM orders.refunds WHERE order_id = $1 ORDER BY created_at, id;

-- name: RecordedState :one
-- What was recorded of an order last, and its lines as they are now.
SELECT e.sequence, e.after_hash, e.after,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'quantity', l.quantity, 'fulfilled', l.fulfilled, 'refunded_minor', l.refunded_minor)
        ORDER BY l.position), '[]') FROM orders.order_lines l WHERE l.order_id = e.order_id)::jsonb AS lines
FROM orders.order_events e WHERE e.order_id = $1 ORDER BY e.sequence DESC LIMIT 1;

-- name: RecordOrder :one
-- Writes an order as it is to be, and the event that says so.
WITH event AS (
    INSERT INTO orders.order_events (order_id, sequence, kind, actor, cause, before_hash, after_hash, after, details, at)
    VALUES (@id, @sequence, @kind, @actor, @cause, @before_hash, @after_hash, @after, @details, shared.clock())
)
UPDATE orders.orders SET
    name = @name, email = @email, phone = @phone, address = sqlc.narg(address)::jsonb, note = @note,
    status = @status, payment_status = @payment_status, fulfilment_status = @fulfilment_status,
    paid_minor = @paid_minor, refunded_minor = @refunded_minor,
    delivery = @delivery, delivery_id = sqlc.narg(delivery_id), slot_id = sqlc.narg(slot_id), editable_until = sqlc.narg(editable_until),
    expires_at = sqlc.narg(expires_at), paid_at = sqlc.narg(paid_at), ready_at = sqlc.narg(ready_at),
    fulfilled_at = sqlc.narg(fulfilled_at), ended_at = sqlc.narg(ended_at),
    version = version + 1, updated_at = shared.clock()
WHERE orders.id = @id
RETURNING *;

-- name: EraseOrders :exec
-- Takes the person out of their orders without open business; the others are remembered.
WITH own AS (
    SELECT o.id, o.status IN ('pending_payment', 'paid', 'part_fulfilled') OR o.payment_status = 'review'
        OR EXISTS (SELECT FROM orders.refunds r WHERE r.order_id = o.id AND r.status IN ('requested', 'sending', 'unknown')) AS open
    FROM orders.orders o WHERE o.user_id = @user_id::text
), remembered AS (
    INSERT INTO orders.erasures (order_id, asked_at) SELECT id, shared.clock() FROM own WHERE open ON CONFLICT DO NOTHING
), notes AS (
    UPDATE orders.order_lines l SET note = '' FROM own WHERE l.order_id = own.id AND NOT own.open AND l.note <> ''
)
UPDATE orders.orders o SET user_id = NULL, name = '', email = '', phone = '', address = NULL, note = ''
FROM own WHERE o.id = own.id AND NOT own.open;

-- name: EraseEnded :exec
-- What EraseOrders left for later, of an order that has just ended.
WITH due AS (
    DELETE FROM orders.erasures e WHERE e.order_id = $1
        AND NOT EXISTS (SELECT FROM orders.refunds r WHERE r.order_id = e.order_id AND r.status IN ('requested', 'sending', 'unknown'))
    RETURNING e.order_id
), notes AS (
    UPDATE orders.order_lines l SET note = '' FROM due WHERE l.order_id = due.order_id AND l.note <> ''
)
UPDATE orders.orders o SET user_id = NULL, name = '', email = '', phone = '', address = NULL, note = ''
FROM due WHERE o.id = due.order_id;

