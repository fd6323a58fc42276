-- name: PickOrders :many
-- Orders that are to be handed over, those of the earliest slots first.
SELECT o.id, o.reference, o.name, o.note, o.fulfilment_status, o.delivery, o.version
FROM orders.orders o LEFT JOIN orders.slots s ON s.id = o.slot_id
WHERE o.status IN ('paid', 'part_fulfilled')
    AND (sqlc.narg(window_id)::uuid IS NULL OR s.window_id = sqlc.narg(window_id)::uuid)
    AND (sqlc.narg(slot_id)::uuid IS NULL OR o.slot_id = sqlc.narg(slot_id)::uuid)
ORDER BY s.starts_at NULLS FIRST, o.placed_at, o.id LIMIT @most::int;

-- name: PickLines :many
-- What of these orders has not been handed over yet.
SELECT id, order_id, kind, thing, offer, quantity, fulfilled, note FROM orders.order_lines
WHERE order_id = ANY (@orders::uuid[]) AND quantity > fulfilled ORDER BY order_id, position;
