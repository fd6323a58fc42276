-- Ordering windows, and their slots.

-- name: TakeSlot :one
-- Holds a slot, and its window against editors; then, by the time at which both were
-- held, takes a place where the window is open and a place is left. taken_now says so.
WITH held AS MATERIALIZED (
    SELECT s.id, s.window_id, s.delivery_id, s.starts_at, s.ends_at, s.capacity, s.taken,
        w.name AS window_name, w.opens_at, w.closes_at, w.active
    FROM orders.slots s JOIN orders.windows w ON w.id = s.window_id
    WHERE s.id = $1 FOR UPDATE OF s FOR SHARE OF w
), timed AS MATERIALIZED (
    SELECT held.id, shared.clock() AS at FROM held
), taken AS (
    UPDATE orders.slots s SET taken = s.taken + 1 FROM held JOIN timed ON timed.id = held.id
    WHERE s.id = held.id AND held.active AND timed.at >= held.opens_at AND timed.at < least(held.closes_at, held.ends_at)
        AND (held.capacity IS NULL OR held.taken < held.capacity)
    RETURNING s.id
)
SELECT held.id, held.window_id, held.delivery_id, held.starts_at, held.ends_at, held.window_name, held.opens_at, held.closes_at,
    timed.at::timestamptz AS at, EXISTS (SELECT FROM taken) AS taken_now,
    (held.active AND timed.at >= held.opens_at AND timed.at < least(held.closes_at, held.ends_at))::boolean AS open
FROM held JOIN timed ON timed.id = held.id;

-- name: FreeSlot :exec
UPDATE orders.slots SET taken = taken - 1 WHERE id = $1 AND taken > 0;

-- name: Windows :many
-- Those that close last come first; the caller begins with a time after all of them.
SELECT * FROM orders.windows WHERE (closes_at, id) < (@before::timestamptz, @before_id::uuid)
ORDER BY closes_at DESC, id DESC LIMIT @most;

-- name: Window :one
SELECT * FROM orders.windows WHERE id = $1;

-- name: SlotsOfWindows :many
SELECT s.*, d.name AS delivery_name FROM orders.slots s JOIN orders.delivery_methods d ON d.id = s.delivery_id
WHERE s.window_id = ANY (@windows::uuid[]) ORDER BY s.starts_at, d.sort_order, s.id;

-- name: LockSlotsOfWindow :many
-- Comes before the window's lock: who takes a place in a slot takes them in that order.
SELECT * FROM orders.slots WHERE window_id = $1 ORDER BY id FOR UPDATE;

-- name: LockWindow :one
-- Who takes a place in one of its slots shares it: nobody does meanwhile.
SELECT * FROM orders.windows WHERE id = $1 FOR NO KEY UPDATE;

-- name: InsertWindow :exec
INSERT INTO orders.windows (id, name, opens_at, closes_at, active, created_at, updated_at)
VALUES (@id, @name, @opens_at, @closes_at, @active, shared.clock(), shared.clock());

-- name: UpdateWindow :exec
UPDATE orders.windows SET name = @name, opens_at = @opens_at, closes_at = @closes_at, active = @active,
    version = version + 1, updated_at = shared.clock()
WHERE id = @id;

-- name: DeleteWindow :exec
DELETE FROM orders.windows WHERE id = $1;

-- name: KeepSlots :exec
-- Removes the window's slots but these, and puts these out of each other's way: their
-- times are unique, and two may swap theirs.
WITH gone AS (
    DELETE FROM orders.slots g WHERE g.window_id = @window_id AND g.id <> ALL (@ids::uuid[])
)
UPDATE orders.slots s SET starts_at = s.starts_at - interval '1000 years' WHERE s.window_id = @window_id AND s.id = ANY (@ids::uuid[]);

-- name: PutSlots :exec
INSERT INTO orders.slots (id, window_id, delivery_id, starts_at, ends_at, capacity)
SELECT unnest(@ids::uuid[]), @window_id, unnest(@deliveries::uuid[]), unnest(@starts::timestamptz[]), unnest(@ends::timestamptz[]),
    nullif(unnest(@capacities::integer[]), 0)
ON CONFLICT (id) DO UPDATE SET delivery_id = excluded.delivery_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    capacity = excluded.capacity;
