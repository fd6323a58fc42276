-- name: ChangeLines :exec
-- What is still wanted of lines, and what has been handed over.
UPDATE orders.order_lines l SET quantity = c.quantity, fulfilled = c.fulfilled
FROM (SELECT unnest(@ids::uuid[]) AS id, unnest(@quantities::bigint[]) AS quantity, unnest(@fulfilleds::bigint[]) AS fulfilled) c
WHERE l.id = c.id AND l.order_id = @order_id;

-- name: LockSlots :exec
-- Both slots of a move, by their ids: two moves do not wait for each other.
SELECT id FROM orders.slots WHERE id = ANY (@ids::uuid[]) ORDER BY id FOR UPDATE;
