// The statements of adding and ordering, letter by letter; a test compares them. What is not
// generated (the bus, River, idempotency) is written as they send it.

package main

const (
	cartBasket = `-- name: Basket :many

WITH c AS MATERIALIZED (
    SELECT o.id, o.currency, o.note, o.version, o.updated_at,
        ARRAY(SELECT d.discount_id FROM cart.cart_discounts d WHERE d.cart_id = o.id ORDER BY d.position)::uuid[] AS discounts
    FROM cart.carts o WHERE o.holder = $1 AND o.status = 'open'
)
SELECT c.id, coalesce(c.currency, '')::text AS currency, c.note, c.version, c.updated_at, c.discounts,
    l.id AS line_id, coalesce(l.kind, '')::text AS kind, coalesce(l.thing, '')::text AS thing, coalesce(l.name, '')::text AS name,
    coalesce(l.quantity, 0)::bigint AS quantity, coalesce(l.note, '')::text AS line_note,
    coalesce(l.added_unit_minor, 0)::bigint AS added_unit_minor, coalesce(l.position, 0)::integer AS position
FROM c LEFT JOIN cart.lines l ON l.cart_id = c.id
ORDER BY l.position, l.id
`
	cartLock = `-- name: LockOpenCart :one
SELECT id FROM cart.carts WHERE holder = $1 AND status = 'open' FOR UPDATE
`
	cartNewCart = `-- name: NewCart :one
WITH c AS (
    INSERT INTO cart.carts (id, holder, currency, expires_at, created_at, updated_at)
    SELECT $8, $9, $10, at + make_interval(secs => $11), at, at FROM shared.clock() AS at
    ON CONFLICT (holder) WHERE status = 'open' DO NOTHING
    RETURNING id, created_at
)
INSERT INTO cart.lines (id, cart_id, kind, thing, name, quantity, note, added_unit_minor, position, created_at, updated_at)
SELECT $1::uuid, c.id, $2::text, $3::text, $4::text, $5::bigint, $6::text, $7::bigint, 1, c.created_at, c.created_at FROM c
RETURNING created_at
`
	cartPutLine = `-- name: PutLine :one
WITH c AS (
    UPDATE cart.carts o SET version = o.version + 1, currency = $9, expires_at = shared.clock() + make_interval(secs => $10), updated_at = shared.clock()
    WHERE o.id = $11 AND o.status = 'open' AND o.version = $12
    RETURNING o.id, o.updated_at
)
INSERT INTO cart.lines AS l (id, cart_id, kind, thing, name, quantity, note, added_unit_minor, position, created_at, updated_at)
SELECT $1::uuid, c.id, $2::text, $3::text, $4::text, $5::bigint, $6::text, $7::bigint, $8::integer, c.updated_at, c.updated_at FROM c
ON CONFLICT (cart_id, kind, thing) DO UPDATE SET quantity = excluded.quantity, note = excluded.note, name = excluded.name,
    added_unit_minor = excluded.added_unit_minor, updated_at = excluded.updated_at
RETURNING updated_at
`
	cartConvert = `-- name: ConvertCart :exec
UPDATE cart.carts SET status = 'converted', order_id = $1::text, version = version + 1, updated_at = shared.clock()
WHERE id = $2
`
	marketOffers = `-- name: Offers :many

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
WHERE v.id = ANY ($1::uuid[])
`
	marketHold = `-- name: HoldForOrder :many
WITH named AS MATERIALIZED (
    SELECT unnest($2::uuid[]) AS id
    UNION SELECT r.variant_id FROM market.reservations r WHERE r.order_id = $1
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
LEFT JOIN market.reservations r ON r.order_id = $1 AND r.variant_id = v.id
WHERE v.id = ANY (ARRAY(SELECT named.id FROM named))
ORDER BY v.product_id, v.id
`
	marketTake = `-- name: TakeStock :batchone
WITH given AS (
    SELECT $1::uuid AS variant_id, $2::bigint AS own, $3::bigint AS reserve, $4::bigint AS change, $5::timestamptz AS at
), taken AS (
    UPDATE market.stock s SET reserved = s.reserved + g.reserve, on_hand = s.on_hand + g.change, updated_at = g.at
    FROM given g
    WHERE s.variant_id = g.variant_id AND s.reserved + g.reserve <= s.on_hand + g.change
    RETURNING s.variant_id, s.on_hand, g.own, g.change, g.at, s.on_hand - s.reserved AS available,
        s.on_hand - s.reserved - g.change + g.reserve AS before
), put AS (
    INSERT INTO market.reservations (order_id, variant_id, quantity, reserved_at)
    SELECT $6::text, taken.variant_id, taken.own, taken.at FROM taken WHERE taken.own > 0
    ON CONFLICT (order_id, variant_id) DO UPDATE SET quantity = excluded.quantity
), gone AS (
    DELETE FROM market.reservations r
    WHERE r.order_id = $6::text AND r.variant_id IN (SELECT taken.variant_id FROM taken WHERE taken.own = 0)
), moved AS (
    INSERT INTO market.stock_movements (id, variant_id, change, on_hand, reason, note, actor, created_at)
    SELECT $7::uuid, taken.variant_id, taken.change, taken.on_hand, $8::text, $9::text, $10::text, taken.at
    FROM taken WHERE taken.change <> 0
)
SELECT v.product_id, ((taken.available >= v.order_min) <> (taken.before >= v.order_min))::boolean AS turned
FROM taken JOIN market.variants v ON v.id = taken.variant_id
`
	ordersTerms = `-- name: CheckoutTerms :one
SELECT shared.clock()::timestamptz AS at, t.version AS terms_version, t.terms, t.cancellation,
    EXISTS (SELECT FROM orders.delivery_methods m WHERE m.active) AS delivers,
    d.id AS delivery_id, d.name, d.kind, d.place, d.instructions, d.fee_minor, d.free_from_minor, d.currency, d.postcodes,
    EXISTS (SELECT FROM orders.slots o WHERE o.delivery_id = d.id) AS has_slots
FROM orders.settings t
LEFT JOIN orders.delivery_methods d ON d.id = $1::uuid AND d.active
`
	ordersPlace = `-- name: PlaceOrder :one
WITH placed AS (
    INSERT INTO orders.orders (id, reference, channel, cart_id, user_id, name, email, phone, address, note,
        status, payment_status, fulfilment_status, currency, gross_minor, discount_minor, deposit_minor, delivery_minor, total_minor,
        vat, discounts, delivery, delivery_id, slot_id, editable_until, terms_version, accepted, placed_at, expires_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10,
        $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27,
        $28, $29, $28)
    ON CONFLICT (reference) DO NOTHING RETURNING id
), lines AS (
    INSERT INTO orders.order_lines (id, order_id, position, kind, thing, offer, ordered, quantity, note,
        gross_minor, discount_minor, net_minor, deposit_minor, vat_minor)
    SELECT l.id, placed.id, l.position, l.kind, l.thing, l.offer, l.quantity, l.quantity, l.note,
        l.gross, l.discount, l.gross - l.discount, l.deposit, l.vat
    FROM placed, (SELECT unnest($30::uuid[]) AS id, unnest($31::integer[]) AS position, unnest($32::text[]) AS kind,
        unnest($33::text[]) AS thing, unnest($34::text[])::jsonb AS offer, unnest($35::bigint[]) AS quantity,
        unnest($36::text[]) AS note, unnest($37::bigint[]) AS gross, unnest($38::bigint[]) AS discount,
        unnest($39::bigint[]) AS deposit, unnest($40::bigint[]) AS vat) l
), event AS (
    INSERT INTO orders.order_events (order_id, sequence, kind, actor, cause, after_hash, after, details, at)
    SELECT id, 1, 'placed', $41, $42, $43, $44, '{}', $28 FROM placed
)
SELECT id FROM placed
`
	ordersInsertAttempt = `-- name: InsertAttempt :one
INSERT INTO orders.payment_attempts (id, order_id, number, reference, status, amount_minor, currency, valid_until, verify_due, created_at, updated_at)
VALUES ($1, $2, (SELECT coalesce(max(a.number), 0) + 1 FROM orders.payment_attempts a WHERE a.order_id = $2),
    $3, 'creating', $4, $5, $6, shared.clock() + make_interval(secs => $7::float8), shared.clock(), shared.clock())
RETURNING id, order_id, number, provider, reference, provider_id, status, amount_minor, currency, hosted_url, provider_status, valid_until, verify_due, verify_cause, verify_tries, fault, created_at, updated_at, settled_at
`
	ordersAdopt = `-- name: AdoptCheckout :one
UPDATE orders.payment_attempts SET
    provider_id = $1, hosted_url = $2, status = CASE WHEN status = 'creating' THEN 'open' ELSE status END, provider_status = $3, fault = $4,
    verify_due = shared.clock() + make_interval(secs => $5::float8), updated_at = shared.clock()
WHERE id = $6 AND provider_id IS NULL AND status IN ('creating', 'closed')
RETURNING id, order_id, number, provider, reference, provider_id, status, amount_minor, currency, hosted_url, provider_status, valid_until, verify_due, verify_cause, verify_tries, fault, created_at, updated_at, settled_at
`
	busEmit = `
WITH events AS (
	INSERT INTO bus.domain_events (kind, data)
	SELECT kind, data::jsonb FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS e (kind, data, n) ORDER BY n
)
SELECT pg_notify('bus', '')`
	riverInsert = `
INSERT INTO river.river_job (args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags)
VALUES ($1, clock_timestamp(), 'orders.verify', 25, '{}', 1, 'payments', $2, 'scheduled', '{}') RETURNING *`
)
