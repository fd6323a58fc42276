-- Carts and their lines. Carts are locked before anything else, several under the lock of
-- their holder; what is read under such a lock is read by a statement of its own, so that it
-- is what the holder before has committed.

-- name: Basket :many
-- The open cart of a holder with its lines in their order, a row for each line and one where
-- there is none.
WITH c AS MATERIALIZED (
    SELECT o.id, o.currency, o.note, o.version, o.updated_at,
        ARRAY(SELECT d.discount_id FROM cart.cart_discounts d WHERE d.cart_id = o.id ORDER BY d.position)::uuid[] AS discounts
    FROM cart.carts o WHERE o.holder = @holder AND o.status = 'open'
)
SELECT c.id, coalesce(c.currency, '')::text AS currency, c.note, c.version, c.updated_at, c.discounts,
    l.id AS line_id, coalesce(l.kind, '')::text AS kind, coalesce(l.thing, '')::text AS thing, coalesce(l.name, '')::text AS name,
    coalesce(l.quantity, 0)::bigint AS quantity, coalesce(l.note, '')::text AS line_note,
    coalesce(l.added_unit_minor, 0)::bigint AS added_unit_minor, coalesce(l.position, 0)::integer AS position
FROM c LEFT JOIN cart.lines l ON l.cart_id = c.id
ORDER BY l.position, l.id;

-- name: LockOpenCart :one
SELECT id FROM cart.carts WHERE holder = @holder AND status = 'open' FOR UPDATE;

-- name: EnsureCart :exec
-- Makes the holder's open cart where there is none.
INSERT INTO cart.carts (id, holder, expires_at, created_at, updated_at)
SELECT @id, @holder, at + make_interval(secs => @idle), at, at FROM shared.clock() AS at
ON CONFLICT (holder) WHERE status = 'open' DO NOTHING;

-- name: NewCart :one
-- A cart with its first line; nothing where the holder has got one meanwhile.
WITH c AS (
    INSERT INTO cart.carts (id, holder, currency, expires_at, created_at, updated_at)
    SELECT @cart_id, @holder, @currency, at + make_interval(secs => @idle), at, at FROM shared.clock() AS at
    ON CONFLICT (holder) WHERE status = 'open' DO NOTHING
    RETURNING id, created_at
)
INSERT INTO cart.lines (id, cart_id, kind, thing, name, quantity, note, added_unit_minor, position, created_at, updated_at)
SELECT @id::uuid, c.id, @kind::text, @thing::text, @name::text, @quantity::bigint, @note::text, @added_unit_minor::bigint, 1, c.created_at, c.created_at FROM c
RETURNING created_at;

-- name: PutLine :one
-- Puts a line into the cart, or changes the one that is there, and counts the version on;
-- nothing where the cart is no longer open or of another version than was read.
WITH c AS (
    UPDATE cart.carts o SET version = o.version + 1, currency = @currency, expires_at = shared.clock() + make_interval(secs => @idle), updated_at = shared.clock()
    WHERE o.id = @cart_id AND o.status = 'open' AND o.version = @version
    RETURNING o.id, o.updated_at
)
INSERT INTO cart.lines AS l (id, cart_id, kind, thing, name, quantity, note, added_unit_minor, position, created_at, updated_at)
SELECT @id::uuid, c.id, @kind::text, @thing::text, @name::text, @quantity::bigint, @note::text, @added_unit_minor::bigint, @position::integer, c.updated_at, c.updated_at FROM c
ON CONFLICT (cart_id, kind, thing) DO UPDATE SET quantity = excluded.quantity, note = excluded.note, name = excluded.name,
    added_unit_minor = excluded.added_unit_minor, updated_at = excluded.updated_at
RETURNING updated_at;

-- name: PutLines :exec
-- Puts lines into a cart that the caller has locked, in place of those of the same things.
INSERT INTO cart.lines AS l (id, cart_id, kind, thing, name, quantity, note, added_unit_minor, position, created_at, updated_at)
SELECT v.id, @cart_id::uuid, v.kind, v.thing, v.name, v.quantity, v.note, v.added_unit_minor, v.position, at, at
FROM shared.clock() AS at, (
    SELECT unnest(@ids::uuid[]) AS id, unnest(@kinds::text[]) AS kind, unnest(@things::text[]) AS thing, unnest(@names::text[]) AS name,
        unnest(@quantities::bigint[]) AS quantity, unnest(@notes::text[]) AS note, unnest(@added::bigint[]) AS added_unit_minor,
        unnest(@positions::integer[]) AS position
) v
ON CONFLICT (cart_id, kind, thing) DO UPDATE SET quantity = excluded.quantity, note = excluded.note, updated_at = excluded.updated_at;

-- name: ChangeLine :exec
UPDATE cart.lines SET quantity = @quantity, note = @note, added_unit_minor = @added_unit_minor, updated_at = shared.clock()
WHERE id = @id AND cart_id = @cart_id;

-- name: DeleteLine :exec
DELETE FROM cart.lines WHERE id = @id AND cart_id = @cart_id;

-- name: DeleteLines :exec
DELETE FROM cart.lines WHERE cart_id = @cart_id;

-- name: DeleteCodes :exec
DELETE FROM cart.cart_discounts WHERE cart_id = @cart_id;

-- name: TouchCart :one
-- Writes what a cart that the caller has locked says of itself, and counts its version on.
UPDATE cart.carts SET version = version + 1, note = @note, currency = sqlc.narg(currency),
    expires_at = shared.clock() + make_interval(secs => @idle), updated_at = shared.clock()
WHERE id = @id
RETURNING version, updated_at;

-- name: CountLines :one
SELECT count(*) FROM cart.lines l JOIN cart.carts c ON c.id = l.cart_id WHERE c.holder = @holder AND c.status = 'open';

-- name: LastOrder :one
-- The order that the holder's last cart has become.
SELECT order_id::text FROM cart.carts WHERE holder = @holder AND status = 'converted' ORDER BY updated_at DESC, id DESC LIMIT 1;

-- name: ConvertCart :exec
UPDATE cart.carts SET status = 'converted', order_id = @order_id::text, version = version + 1, updated_at = shared.clock()
WHERE id = @id;

-- name: LockHolder :exec
-- Taken before any cart by who may hold several at once: then such never wait for each other
-- in a circle. Browsers come before users. (A row that has changed while it was waited for
-- stays locked, though it is no longer what was asked for: an open cart that has become an
-- order.)
SELECT pg_advisory_xact_lock(hashtextextended('cart ' || @holder::text, 0));

-- name: LockCart :one
SELECT * FROM cart.carts WHERE id = @id FOR UPDATE;

-- name: CartByID :one
SELECT * FROM cart.carts WHERE id = @id;

-- name: LinesOf :many
SELECT * FROM cart.lines WHERE cart_id = @cart_id ORDER BY position, id;

-- name: AbandonCart :execrows
-- Ends a cart whose order has ended unpaid; once.
UPDATE cart.carts SET status = 'abandoned', order_id = NULL, version = version + 1, updated_at = shared.clock(),
    expires_at = shared.clock() + make_interval(secs => @idle)
WHERE id = @id AND status = 'converted' AND order_id = @order_id::text;

-- name: Holds :one
-- Whether a browser's token is worth anything.
SELECT EXISTS (SELECT FROM cart.carts WHERE holder = @holder AND status IN ('open', 'converted'));

-- name: EndMerged :exec
UPDATE cart.carts SET status = 'merged', note = '', version = version + 1, updated_at = shared.clock() WHERE id = @id;

-- name: MoveConverted :exec
UPDATE cart.carts SET holder = @holder, version = version + 1 WHERE holder = @browser AND status = 'converted';

-- name: DeleteIdle :execrows
DELETE FROM cart.carts WHERE id IN (
    SELECT c.id FROM cart.carts c WHERE c.status = 'open' AND c.expires_at <= shared.clock()
    ORDER BY c.expires_at LIMIT @max_rows FOR UPDATE SKIP LOCKED
);

-- name: DeleteEnded :execrows
-- Carts that were merged or whose order ended unpaid; those that are orders stay.
DELETE FROM cart.carts WHERE id IN (
    SELECT c.id FROM cart.carts c WHERE c.status IN ('merged', 'abandoned') AND c.expires_at <= shared.clock()
    LIMIT @max_rows FOR UPDATE SKIP LOCKED
);

-- name: DeleteCartsOf :exec
DELETE FROM cart.carts WHERE holder = @holder;

-- name: ForgetBuyer :exec
-- What somebody has used of codes stays counted, without saying who it was.
UPDATE cart.discount_uses SET buyer = 'erased' WHERE buyer = @buyer;

-- name: CartsOf :many
SELECT c.*, ARRAY(SELECT d.code FROM cart.cart_discounts x JOIN cart.discounts d ON d.id = x.discount_id WHERE x.cart_id = c.id ORDER BY x.position)::text[] AS codes
FROM cart.carts c WHERE c.holder = @holder ORDER BY c.created_at, c.id;

-- name: LinesOfHolder :many
SELECT l.* FROM cart.lines l JOIN cart.carts c ON c.id = l.cart_id WHERE c.holder = @holder ORDER BY l.cart_id, l.position, l.id;

-- name: UsesOf :many
SELECT d.code, u.order_id, u.taken_minor, u.used_at FROM cart.discount_uses u JOIN cart.discounts d ON d.id = u.discount_id
WHERE u.buyer = @buyer ORDER BY u.used_at, u.order_id, d.code;
