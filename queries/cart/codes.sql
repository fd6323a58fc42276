-- Discount codes in carts, and what orders have used of them. Discounts are locked after
-- carts, in the order of their ids, in a mode that leaves keys to them free.

-- name: CodesByID :many
-- Discounts as they are now: whether they hold, and how often a buyer has used them.
SELECT sqlc.embed(d),
    (d.active AND coalesce(d.starts_at <= shared.clock(), true) AND coalesce(d.ends_at > shared.clock(), true))::boolean AS live,
    (SELECT count(*) FROM cart.discount_uses u WHERE u.discount_id = d.id AND u.buyer = @buyer::text)::bigint AS used_by_buyer
FROM cart.discounts d WHERE d.id = ANY (@ids::uuid[]);

-- name: CodeByText :one
-- A code that can be used now by somebody.
SELECT id FROM cart.discounts d
WHERE d.code = @code AND d.active AND coalesce(d.starts_at <= shared.clock(), true) AND coalesce(d.ends_at > shared.clock(), true)
    AND (d.usage_limit IS NULL OR d.used < d.usage_limit);

-- name: AddCode :exec
-- After those that are there.
INSERT INTO cart.cart_discounts (cart_id, discount_id, position)
SELECT @cart_id, @discount_id, coalesce(max(position), 0) + 1 FROM cart.cart_discounts WHERE cart_id = @cart_id;

-- name: CopyCodes :exec
-- Puts the codes of one cart into another after those that are there, up to so many.
INSERT INTO cart.cart_discounts (cart_id, discount_id, position)
SELECT @into_cart::uuid, f.discount_id, h.last + f.place::integer
FROM (SELECT coalesce(max(position), 0) AS last, count(*) AS n FROM cart.cart_discounts WHERE cart_id = @into_cart::uuid) h,
    (SELECT a.discount_id, row_number() OVER (ORDER BY a.position) AS place FROM cart.cart_discounts a
        WHERE a.cart_id = @from_cart::uuid AND NOT EXISTS (SELECT FROM cart.cart_discounts b WHERE b.cart_id = @into_cart::uuid AND b.discount_id = a.discount_id)) f
WHERE h.n + f.place <= @most::integer
ON CONFLICT DO NOTHING;

-- name: RemoveCode :execrows
DELETE FROM cart.cart_discounts WHERE cart_id = @cart_id AND discount_id = @discount_id;

-- name: LockDiscounts :exec
SELECT id FROM cart.discounts WHERE id = ANY (@ids::uuid[]) ORDER BY id FOR NO KEY UPDATE;

-- name: LockUsed :exec
-- Locks what an order has used.
SELECT d.id FROM cart.discounts d WHERE d.id IN (SELECT u.discount_id FROM cart.discount_uses u WHERE u.order_id = @order_id)
ORDER BY d.id FOR NO KEY UPDATE;

-- name: UseDiscounts :exec
UPDATE cart.discounts SET used = used + 1 WHERE id = ANY (@ids::uuid[]);

-- name: InsertUses :exec
INSERT INTO cart.discount_uses (discount_id, order_id, buyer, taken_minor, used_at)
SELECT unnest(@ids::uuid[]), @order_id::text, @buyer::text, unnest(@taken::bigint[]), shared.clock();

-- name: GiveBackUses :exec
WITH gone AS (DELETE FROM cart.discount_uses WHERE order_id = @order_id RETURNING discount_id)
UPDATE cart.discounts d SET used = d.used - 1 FROM gone WHERE d.id = gone.discount_id;
