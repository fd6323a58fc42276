-- How the sync with a Ghost is doing.

-- name: Lanes :many
SELECT * FROM blog.ghost_lanes;

-- name: GhostCounts :many
-- What is stored of each kind, what of it is gone, and at how much somebody should look.
SELECT o.kind, count(*) FILTER (WHERE o.deleted_at IS NULL)::bigint AS stored, count(*) FILTER (WHERE o.deleted_at IS NOT NULL)::bigint AS deleted,
    count(*) FILTER (WHERE p.flags <> '{}')::bigint AS flagged
FROM blog.ghost_objects o LEFT JOIN blog.posts p ON o.kind = 'post' AND p.id = o.object_id
GROUP BY o.kind ORDER BY o.kind;

-- name: FlaggedPosts :many
-- Posts at which somebody should look, the latest change first, and how many there are in all.
SELECT p.id, p.type, p.title, p.path, p.is_public, p.flags, (count(*) OVER ())::bigint AS total
FROM blog.posts p
WHERE p.flags <> '{}'
ORDER BY p.updated_at DESC, p.id DESC
LIMIT @max_rows;

-- name: Conflicts :many
SELECT c.post_id, c.found_at, (c.theirs IS NULL)::boolean AS deleted_there, p.type, p.title, p.path, p.is_public
FROM blog.ghost_conflicts c JOIN blog.posts p ON p.id = c.post_id
ORDER BY c.found_at, c.post_id
LIMIT @max_rows;

-- name: MissingMedia :many
-- Files of which there is no copy, those that were tried most first.
SELECT m.url, m.attempts, m.error, m.next_at, (count(*) OVER ())::bigint AS total
FROM blog.ghost_media m
WHERE m.address IS NULL
ORDER BY m.attempts DESC, m.url
LIMIT @max_rows;

-- name: ScheduledPosts :many
SELECT p.id, p.type, p.title, p.published_at, (count(*) OVER ())::bigint AS total
FROM blog.posts p
WHERE p.status = 'scheduled'
ORDER BY p.published_at, p.id
LIMIT @max_rows;
