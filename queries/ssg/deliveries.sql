-- Deliveries: how far the places outside are.

-- name: Delivered :one
SELECT generation FROM ssg.deliveries WHERE target = @target;

-- name: PutDelivered :exec
INSERT INTO ssg.deliveries (target, generation) VALUES (@target, @generation)
ON CONFLICT (target) DO UPDATE SET generation = excluded.generation;

-- name: ForgetDeliveries :exec
DELETE FROM ssg.deliveries;

-- name: ChangedFiles :many
-- The files that generations changed, and what is there now: no unit where the
-- file is gone.
SELECT f.tree, f.file, p.unit, p.content_hash FROM (
    SELECT DISTINCT c.tree, c.file FROM ssg.changes c WHERE c.generation > @since AND c.generation <= @until) f
LEFT JOIN ssg.pages p ON p.tree = f.tree AND p.file = f.file;
