-- name: VariantsToMove :many
-- The variants that are named by id or sku.
SELECT id, sku FROM market.variants WHERE id = ANY (@ids::uuid[]) OR sku = ANY (@skus::text[]);

-- name: KeepProductsOf :many
-- Holds the products of variants against changes by editors, not against each other's
-- movements of stock, in the order of their ids.
SELECT p.id FROM market.products p
WHERE p.id IN (SELECT v.product_id FROM market.variants v WHERE v.id = ANY (@variants::uuid[]))
ORDER BY p.id FOR KEY SHARE;

-- name: OpenStock :exec
-- Stock begins with the first movement.
INSERT INTO market.stock (variant_id, updated_at)
SELECT v.id, @at FROM market.variants v WHERE v.id = ANY (@variants::uuid[]) AND v.track_stock ORDER BY v.id
ON CONFLICT (variant_id) DO NOTHING;

-- name: LockStock :many
-- Holds the stock of variants, in the order of their ids.
SELECT variant_id, on_hand, reserved FROM market.stock
WHERE variant_id = ANY (@variants::uuid[]) ORDER BY variant_id FOR UPDATE;

-- name: StockedVariants :many
-- What a movement has to know of variants, products in the order of their ids.
SELECT id, product_id, order_min, track_stock FROM market.variants WHERE id = ANY (@variants::uuid[]) ORDER BY product_id, id;

-- name: InsertMovements :copyfrom
INSERT INTO market.stock_movements (id, variant_id, change, on_hand, reason, note, actor, created_at)
VALUES (@id, @variant_id, @change, @on_hand, @reason, @note, @actor, @created_at);

-- name: SetOnHand :batchexec
UPDATE market.stock SET on_hand = @on_hand, updated_at = @at WHERE variant_id = @variant_id;

-- name: StockLevels :many
-- What is counted, by sku.
SELECT v.id, v.sku, v.name, v.product_id, p.slug, p.name AS product_name, p.status,
    coalesce(s.on_hand, 0)::bigint AS on_hand, coalesce(s.reserved, 0)::bigint AS reserved, s.updated_at
FROM market.variants v
JOIN market.products p ON p.id = v.product_id
LEFT JOIN market.stock s ON s.variant_id = v.id
WHERE v.track_stock AND v.sku > @after_sku
    AND (sqlc.narg('product_id')::uuid IS NULL OR v.product_id = sqlc.narg('product_id')::uuid)
    AND (sqlc.narg('sku')::text IS NULL OR v.sku = sqlc.narg('sku')::text)
    AND (sqlc.narg('available_max')::bigint IS NULL
        OR coalesce(s.on_hand - s.reserved, 0) <= sqlc.narg('available_max')::bigint)
ORDER BY v.sku LIMIT @count;

-- name: StockLevelsOf :many
-- The same of these variants.
SELECT v.id, v.sku, v.name, v.product_id, p.slug, p.name AS product_name, p.status,
    coalesce(s.on_hand, 0)::bigint AS on_hand, coalesce(s.reserved, 0)::bigint AS reserved, s.updated_at
FROM market.variants v
JOIN market.products p ON p.id = v.product_id
LEFT JOIN market.stock s ON s.variant_id = v.id
WHERE v.id = ANY (@variants::uuid[]) ORDER BY v.sku;

-- name: Movements :many
-- Newest first; the caller begins with a time after all of them.
SELECT m.*, v.sku FROM market.stock_movements m JOIN market.variants v ON v.id = m.variant_id
WHERE (m.created_at, m.id) < (@before_at::timestamptz, @before_id::uuid)
ORDER BY m.created_at DESC, m.id DESC LIMIT @count;

-- name: MovementsOf :many
-- Movements of one variant.
SELECT m.*, v.sku FROM market.stock_movements m JOIN market.variants v ON v.id = m.variant_id
WHERE m.variant_id = @variant_id AND (m.created_at, m.id) < (@before_at::timestamptz, @before_id::uuid)
ORDER BY m.created_at DESC, m.id DESC LIMIT @count;

-- name: AnyProductID :one
SELECT id FROM market.products WHERE slug = $1;

-- name: VariantIDBySKU :one
SELECT id FROM market.variants WHERE sku = $1;

-- name: Availability :many
-- In the order of the ids, each once; what is unknown or not published is left out.
SELECT v.id, v.product_id, p.currency, v.price_minor, v.member_price_minor, v.price_valid_until, v.lowest_price_minor,
    coalesce(v.drained_quantity, v.quantity) AS quantity, v.unit, v.order_min, v.track_stock,
    coalesce(s.on_hand - s.reserved, 0)::bigint AS available
FROM unnest(@ids::uuid[]) WITH ORDINALITY AS asked (id, place)
JOIN market.variants v ON v.id = asked.id
JOIN market.products p ON p.id = v.product_id AND p.status = 'published'
LEFT JOIN market.stock s ON s.variant_id = v.id
ORDER BY asked.place;
