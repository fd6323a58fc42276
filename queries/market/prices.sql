-- name: SetPrice :execrows
-- From at on, for as long as the price that it replaces had still to go; where there
-- was none, until the next. What was in force ends; what would have begun at the same
-- instant gives way. Nothing where it is so already. The caller holds the product.
WITH in_force AS (
    SELECT p.id, p.valid, p.price_minor FROM market.prices p
    WHERE p.variant_id = @variant_id AND p.list = @list AND p.valid @> @at::timestamptz
), ended AS (
    UPDATE market.prices p SET valid = tstzrange(lower(p.valid), @at::timestamptz) FROM in_force f
    WHERE p.id = f.id AND f.price_minor <> @price_minor AND lower(f.valid) < @at::timestamptz
), gone AS (
    DELETE FROM market.prices p USING in_force f
    WHERE p.id = f.id AND f.price_minor <> @price_minor AND lower(f.valid) = @at::timestamptz
)
INSERT INTO market.prices (id, variant_id, list, price_minor, valid, created_at)
SELECT @id, @variant_id, @list, @price_minor, tstzrange(@at::timestamptz, coalesce(
        (SELECT upper(f.valid) FROM in_force f),
        (SELECT min(lower(n.valid)) FROM market.prices n
            WHERE n.variant_id = @variant_id AND n.list = @list AND n.valid >> tstzrange(@at::timestamptz, @at::timestamptz, '[]')))),
    @created_at
WHERE NOT EXISTS (SELECT FROM in_force f WHERE f.price_minor = @price_minor);

-- name: EndPrice :execrows
-- What is in force at that time ends there; what is planned stays. The caller holds
-- the product.
WITH gone AS (
    DELETE FROM market.prices p
    WHERE p.variant_id = @variant_id AND p.list = @list AND lower(p.valid) = @at::timestamptz RETURNING p.id
), ended AS (
    UPDATE market.prices p SET valid = tstzrange(lower(p.valid), @at::timestamptz)
    WHERE p.variant_id = @variant_id AND p.list = @list AND p.valid @> @at::timestamptz AND lower(p.valid) < @at::timestamptz
    RETURNING p.id
)
SELECT id FROM gone UNION ALL SELECT id FROM ended;

-- name: PricesWithin :many
-- Those of which some is within the time; until NULL is without an end.
SELECT * FROM market.prices
WHERE variant_id = @variant_id AND list = @list AND valid && tstzrange(@valid_from::timestamptz, sqlc.narg('valid_until')::timestamptz)
ORDER BY lower(valid);

-- name: PriceAt :one
SELECT * FROM market.prices WHERE variant_id = @variant_id AND list = @list AND valid @> @at::timestamptz;

-- name: PriceByID :one
SELECT * FROM market.prices WHERE id = @id AND variant_id = @variant_id;

-- name: PriceUntil :many
-- The one before: it ends when another begins. At most one.
SELECT * FROM market.prices WHERE variant_id = @variant_id AND list = @list AND upper(valid) = @at::timestamptz;

-- name: InsertPrice :exec
INSERT INTO market.prices (id, variant_id, list, price_minor, valid, created_at)
VALUES (@id, @variant_id, @list, @price_minor, tstzrange(@valid_from::timestamptz, sqlc.narg('valid_until')::timestamptz), @created_at);

-- name: SpanPrice :exec
-- Gives a price another time; of what has begun only the end.
UPDATE market.prices SET valid = tstzrange(@valid_from::timestamptz, sqlc.narg('valid_until')::timestamptz) WHERE id = @id;

-- name: DeletePrice :exec
DELETE FROM market.prices WHERE id = @id;

-- name: ListPrices :many
-- Those that begin last come first; the caller begins with a time after all of them.
SELECT * FROM market.prices
WHERE variant_id = @variant_id AND (@list::text = '' OR list = @list)
    AND (lower(valid), id) < (@before_at::timestamptz, @before_id::uuid)
ORDER BY lower(valid) DESC, id DESC LIMIT @count;

-- name: TurnVariants :many
-- Brings what the price lists say at that time into the variants, and returns the
-- products of those that changed. A reduction is a public price with an end that is
-- lower than the one before it; beside it stands the lowest price of the 30 days
-- before it began. A variant without a public price keeps what it has.
UPDATE market.variants v
SET price_minor = s.price_minor, member_price_minor = s.member_price_minor,
    price_valid_until = s.price_valid_until, lowest_price_minor = s.lowest_price_minor
FROM (
    SELECT x.id, coalesce(p.price_minor, x.price_minor) AS price_minor, m.price_minor AS member_price_minor,
        r.price_valid_until, r.lowest_price_minor
    FROM market.variants x
    -- OFFSET 0: each variant's own few rows by index, whatever the planner knows of the table.
    LEFT JOIN LATERAL (SELECT * FROM market.prices p
        WHERE p.variant_id = x.id AND p.list = 'public' AND p.valid @> @at::timestamptz OFFSET 0) p ON true
    LEFT JOIN LATERAL (SELECT * FROM market.prices m
        WHERE m.variant_id = x.id AND m.list = 'member' AND m.valid @> @at::timestamptz OFFSET 0) m ON true
    LEFT JOIN LATERAL (
        SELECT upper(p.valid) AS price_valid_until, min(h.price_minor) AS lowest_price_minor
        FROM market.prices h
        WHERE h.variant_id = x.id AND h.list = 'public'
            AND h.valid && tstzrange(lower(p.valid) - interval '30 days', lower(p.valid))
        HAVING NOT upper_inf(p.valid) AND bool_or(upper(h.valid) = lower(p.valid) AND h.price_minor > p.price_minor)
    ) r ON true
    WHERE x.id = ANY (@ids::uuid[])
) s
WHERE v.id = s.id
    AND (v.price_minor, v.member_price_minor, v.price_valid_until, v.lowest_price_minor)
        IS DISTINCT FROM (s.price_minor, s.member_price_minor, s.price_valid_until, s.lowest_price_minor)
RETURNING v.product_id;

-- name: PlanTurn :exec
INSERT INTO market.price_turns (variant_id, at) VALUES (@variant_id, @at);

-- name: DueTurns :many
-- Takes what is due and nobody else has taken, the oldest first.
DELETE FROM market.price_turns WHERE id IN (
    SELECT t.id FROM market.price_turns t WHERE t.at <= @at::timestamptz
    ORDER BY t.at LIMIT @count FOR UPDATE SKIP LOCKED
) RETURNING variant_id;

-- name: LockProductsOf :many
-- Holds the products of variants, in the order of their ids.
SELECT p.id FROM market.products p
WHERE p.id IN (SELECT v.product_id FROM market.variants v WHERE v.id = ANY (@variants::uuid[]))
ORDER BY p.id FOR UPDATE;

-- name: ProductPaths :many
-- What events about products carry, by id.
SELECT p.id, p.status, c.path FROM market.products p JOIN market.categories c ON c.id = p.category_id
WHERE p.id = ANY (@ids::uuid[]) ORDER BY p.id;

-- name: VariantProduct :one
SELECT product_id, currency FROM market.variants WHERE id = $1;
