-- name: CheckoutTerms :one
-- What an order has to agree with: the settings, and how it is delivered.
SELECT shared.clock()::timestamptz AS at, t.version AS terms_version, t.terms, t.cancellation,
    EXISTS (SELECT FROM orders.delivery_methods m WHERE m.active) AS delivers,
    d.id AS delivery_id, d.name, d.kind, d.place, d.instructions, d.fee_minor, d.free_from_minor, d.currency, d.postcodes,
    EXISTS (SELECT FROM orders.slots o WHERE o.delivery_id = d.id) AS has_slots
FROM orders.settings t
LEFT JOIN orders.delivery_methods d ON d.id = sqlc.narg(delivery_id)::uuid AND d.active;

-- name: PlaceOrder :one
-- One statement: the order, its lines and its first event. Nothing comes
-- back where the reference is taken.
WITH placed AS (
    INSERT INTO orders.orders (id, reference, channel, cart_id, user_id, name, email, phone, address, note,
        status, payment_status, fulfilment_status, currency, gross_minor, discount_minor, deposit_minor, delivery_minor, total_minor,
        vat, discounts, delivery, delivery_id, slot_id, editable_until, terms_version, accepted, placed_at, expires_at, updated_at)
    VALUES (@id, @reference, @channel, sqlc.narg(cart_id), sqlc.narg(user_id), @name, @email, @phone, sqlc.narg(address)::jsonb, @note,
        @status, @payment_status, @fulfilment_status, @currency, @gross_minor, @discount_minor, @deposit_minor, @delivery_minor, @total_minor,
        @vat, @discounts, @delivery, sqlc.narg(delivery_id), sqlc.narg(slot_id), sqlc.narg(editable_until), sqlc.narg(terms_version), @accepted,
        @placed_at, sqlc.narg(expires_at), @placed_at)
    ON CONFLICT (reference) DO NOTHING RETURNING id
), lines AS (
    INSERT INTO orders.order_lines (id, order_id, position, kind, thing, offer, ordered, quantity, note,
        gross_minor, discount_minor, net_minor, deposit_minor, vat_minor)
    SELECT l.id, placed.id, l.position, l.kind, l.thing, l.offer, l.quantity, l.quantity, l.note,
        l.gross, l.discount, l.gross - l.discount, l.deposit, l.vat
    FROM placed, (SELECT unnest(@line_ids::uuid[]) AS id, unnest(@positions::integer[]) AS position, unnest(@kinds::text[]) AS kind,
        unnest(@things::text[]) AS thing, unnest(@offers::text[])::jsonb AS offer, unnest(@quantities::bigint[]) AS quantity,
        unnest(@notes::text[]) AS note, unnest(@grosses::bigint[]) AS gross, unnest(@line_discounts::bigint[]) AS discount,
        unnest(@deposits::bigint[]) AS deposit, unnest(@vats::bigint[]) AS vat) l
), event AS (
    INSERT INTO orders.order_events (order_id, sequence, kind, actor, cause, after_hash, after, details, at)
    SELECT id, 1, 'placed', @actor, @cause, @after_hash, @after, '{}', @placed_at FROM placed
)
SELECT id FROM placed;

-- name: CheckoutSettings :one
SELECT *, shared.clock()::timestamptz AS at FROM orders.settings;

-- name: CheckoutMethods :many
-- How goods can be had now.
SELECT * FROM orders.delivery_methods WHERE active AND currency = $1 ORDER BY sort_order, name, id;

-- name: CheckoutSlots :many
-- Slots of windows that are open.
SELECT s.*, w.name AS window_name, w.opens_at, w.closes_at
FROM orders.slots s JOIN orders.windows w ON w.id = s.window_id AND w.active
WHERE w.opens_at <= shared.clock() AND w.closes_at > shared.clock() AND s.ends_at > shared.clock() AND s.delivery_id = ANY (@deliveries::uuid[])
ORDER BY s.starts_at, s.id;

-- name: SlottedMethods :many
-- The methods that take orders for slots only, also while no window is open or active.
SELECT DISTINCT s.delivery_id FROM orders.slots s;
