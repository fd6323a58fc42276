-- name: ShopOrders :many
-- The newest first. A search finds beginnings of references and addresses, and parts of names.
SELECT sqlc.embed(o), (SELECT count(*) FROM orders.order_lines l WHERE l.order_id = o.id)::bigint AS lines
FROM orders.orders o
WHERE (cardinality(@statuses::text[]) = 0 OR o.status = ANY (@statuses::text[]))
    AND (cardinality(@payments::text[]) = 0 OR o.payment_status = ANY (@payments::text[]))
    AND (cardinality(@fulfilments::text[]) = 0 OR o.fulfilment_status = ANY (@fulfilments::text[]))
    AND (sqlc.narg(slot_id)::uuid IS NULL OR o.slot_id = sqlc.narg(slot_id)::uuid)
    AND (@pattern::text = '' OR o.reference LIKE @reference::text OR lower(o.email) LIKE @pattern::text || '%' OR lower(o.name) LIKE '%' || @pattern::text || '%')
    AND (sqlc.narg(before)::timestamptz IS NULL OR (o.placed_at, o.id) < (sqlc.narg(before)::timestamptz, @before_id::uuid))
ORDER BY o.placed_at DESC, o.id DESC LIMIT @most::int;

-- name: OwnOrders :many
SELECT sqlc.embed(o), (SELECT count(*) FROM orders.order_lines l WHERE l.order_id = o.id)::bigint AS lines
FROM orders.orders o
WHERE o.user_id = @user_id::text
    AND (sqlc.narg(before)::timestamptz IS NULL OR (o.placed_at, o.id) < (sqlc.narg(before)::timestamptz, @before_id::uuid))
ORDER BY o.placed_at DESC, o.id DESC LIMIT @most::int;

-- name: OrderEvents :many
SELECT * FROM orders.order_events WHERE order_id = $1 ORDER BY sequence;

-- name: ExportedOrders :many
SELECT * FROM orders.orders WHERE user_id = @user_id::text ORDER BY placed_at, id;
