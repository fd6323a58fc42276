-- Reservations: what of the stock belongs to orders, and what an order takes of it.

-- name: Offers :many
-- What variants of published products are and cost now; what is unknown or not published
-- is left out.
SELECT v.id, v.sku, v.name AS variant_name, v.price_minor, v.member_price_minor, v.deposit_minor, v.vat_rate, v.quantity,
    v.unit, v.drained_quantity, v.pieces, v.sold_by_weight, v.order_step, v.order_min, v.order_max, v.track_stock,
    coalesce(s.on_hand - s.reserved, 0)::bigint AS available,
    coalesce(v.allergens, p.allergens)::jsonb AS allergens,
    p.slug, p.name, p.currency, (p.images -> 0)::jsonb AS image, p.legal_name, p.ingredients, coalesce(p.nutrition::text, '')::text AS nutrition,
    p.storage, p.usage, p.origin_country, p.origin_region, p.business_name, p.business_address, p.age_limit,
    c.path AS category_path
FROM market.variants v
JOIN market.products p ON p.id = v.product_id AND p.status = 'published'
JOIN market.categories c ON c.id = p.category_id
LEFT JOIN market.stock s ON s.variant_id = v.id
WHERE v.id = ANY (@ids::uuid[]);

-- name: HoldForOrder :many
-- Holds what a change of an order's stock needs, in the order in which everybody takes
-- it: the rules of collections (shared), the products against editors, the stock by id.
-- It answers with these variants and those that the order holds already, in the order of
-- their products. The count of each step makes the next one wait for it; arrays, where a
-- join would do, have few rows looked up by their keys however many there are.
WITH named AS MATERIALIZED (
    SELECT unnest(@variants::uuid[]) AS id
    UNION SELECT r.variant_id FROM market.reservations r WHERE r.order_id = @order_id
), rules AS MATERIALIZED (
    SELECT market.share_collections()
), kept AS MATERIALIZED (
    SELECT p.id FROM market.products p
    WHERE (SELECT count(*) FROM rules) > 0
        AND p.id = ANY (ARRAY(SELECT v.product_id FROM market.variants v WHERE v.id = ANY (ARRAY(SELECT named.id FROM named))))
    ORDER BY p.id FOR KEY SHARE
), held AS MATERIALIZED (
    SELECT s.variant_id, s.on_hand, s.reserved FROM market.stock s
    WHERE (SELECT count(*) FROM kept) > 0 AND s.variant_id = ANY (ARRAY(SELECT named.id FROM named))
    ORDER BY s.variant_id FOR UPDATE
)
SELECT v.id, v.track_stock, held.on_hand, held.reserved, coalesce(r.quantity, 0)::bigint AS own
FROM market.variants v
LEFT JOIN held ON held.variant_id = v.id
LEFT JOIN market.reservations r ON r.order_id = @order_id AND r.variant_id = v.id
WHERE v.id = ANY (ARRAY(SELECT named.id FROM named))
ORDER BY v.product_id, v.id;

-- name: TakeStock :batchone
-- Makes what an order holds of a variant own (zero: nothing), with it what is reserved,
-- and what is on hand by way of a movement. It finds no row where more would be reserved
-- than is there. turned: readers see it come or go.
WITH given AS (
    SELECT @variant_id::uuid AS variant_id, @own::bigint AS own, @reserve::bigint AS reserve, @change::bigint AS change, @at::timestamptz AS at
), taken AS (
    UPDATE market.stock s SET reserved = s.reserved + g.reserve, on_hand = s.on_hand + g.change, updated_at = g.at
    FROM given g
    WHERE s.variant_id = g.variant_id AND s.reserved + g.reserve <= s.on_hand + g.change
    RETURNING s.variant_id, s.on_hand, g.own, g.change, g.at, s.on_hand - s.reserved AS available,
        s.on_hand - s.reserved - g.change + g.reserve AS before
), put AS (
    INSERT INTO market.reservations (order_id, variant_id, quantity, reserved_at)
    SELECT @order_id::text, taken.variant_id, taken.own, taken.at FROM taken WHERE taken.own > 0
    ON CONFLICT (order_id, variant_id) DO UPDATE SET quantity = excluded.quantity
), gone AS (
    DELETE FROM market.reservations r
    WHERE r.order_id = @order_id::text AND r.variant_id IN (SELECT taken.variant_id FROM taken WHERE taken.own = 0)
), moved AS (
    INSERT INTO market.stock_movements (id, variant_id, change, on_hand, reason, note, actor, created_at)
    SELECT @movement_id::uuid, taken.variant_id, taken.change, taken.on_hand, @reason::text, @note::text, @actor::text, taken.at
    FROM taken WHERE taken.change <> 0
)
SELECT v.product_id, ((taken.available >= v.order_min) <> (taken.before >= v.order_min))::boolean AS turned
FROM taken JOIN market.variants v ON v.id = taken.variant_id;

-- name: AllocateReservations :exec
UPDATE market.reservations SET paid = true WHERE order_id = @order_id AND NOT paid;

-- name: ReservedBesides :many
-- The skus of the variants of these products that orders hold, but those. The caller
-- holds the products.
SELECT v.sku FROM market.variants v
WHERE v.product_id = ANY (@product_ids::uuid[]) AND v.id <> ALL (@keep::uuid[])
    AND EXISTS (SELECT FROM market.reservations r WHERE r.variant_id = v.id)
ORDER BY v.sku;
