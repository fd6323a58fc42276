-- Webhooks that came from Ghost.

-- name: InsertHook :execrows
-- No row: this very webhook has come before.
INSERT INTO blog.ghost_hooks (digest, event, ghost_id, signed_at, received_at)
VALUES (@digest, @event, @ghost_id, @signed_at, @received_at)
ON CONFLICT (digest) DO NOTHING;

-- name: PruneHooks :execrows
-- What is older than the window in which a replay is taken may be forgotten.
DELETE FROM blog.ghost_hooks WHERE id IN (
    SELECT h.id FROM blog.ghost_hooks h WHERE h.received_at < @before ORDER BY h.received_at LIMIT @max_rows);

-- name: LastHook :one
SELECT received_at FROM blog.ghost_hooks ORDER BY received_at DESC LIMIT 1;

-- name: HookStatus :one
-- The times of those that were handled since are in milliseconds.
SELECT w.waiting, w.oldest, t.handled, t.p50, t.p95
FROM (
    SELECT count(*)::bigint AS waiting, coalesce(min(h.received_at), @now)::timestamptz AS oldest
    FROM blog.ghost_hooks h
    WHERE h.handled_at IS NULL
) w, (
    SELECT count(*)::bigint AS handled,
        coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM h.handled_at - h.received_at)::float8 * 1000), 0)::float8 AS p50,
        coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM h.handled_at - h.received_at)::float8 * 1000), 0)::float8 AS p95
    FROM blog.ghost_hooks h
    WHERE h.handled_at IS NOT NULL AND h.received_at > @since
) t;
