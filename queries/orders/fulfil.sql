-- name: ChangeClock :one
-- The time that changes of an order are decided by: asked for once it is locked.
SELECT shared.clock()::timestamptz;

-- name: ChangeLines :exec
-- What is still wanted of lines, and what has been handed over.
UPDATE orders.order_lines l SET quantity = c.quantity, fulfilled = c.fulfilled
FROM (SELECT unnest(@ids::uuid[]) AS id, unnest(@quantities::bigint[]) AS quantity, unnest(@fulfilleds::bigint[]) AS fulfilled) c
WHERE l.id = c.id AND l.order_id = @order_id;

-- name: PendingRefunds :one
-- What of an order is on its way back.
SELECT coalesce(sum(amount_minor), 0)::bigint FROM orders.refunds WHERE order_id = $1 AND status IN ('requested', 'sending', 'unknown');

-- name: LockSlots :exec
-- Both slots of a move, by their ids: two moves do not wait for each other.
SELECT id FROM orders.slots WHERE id = ANY (@ids::uuid[]) ORDER BY id FOR UPDATE;

-- name: PartsBack :many
-- What has gone back of each line, '' for delivery, or is on its way.
SELECT coalesce(p ->> 'line', '')::text AS line, sum((p ->> 'amount_minor')::bigint)::bigint AS amount_minor
FROM orders.refunds r, jsonb_array_elements(r.lines) p
WHERE r.order_id = $1 AND r.status <> 'failed' GROUP BY 1;
