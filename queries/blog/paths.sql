-- Addresses that were left, and rules for those that nothing has.

-- name: LeftPath :one
-- Where what had a path is now; no row where nobody may see it there.
SELECT coalesce(p.path, '/tag/' || t.slug || '/', '/author/' || a.slug || '/')::text AS path
FROM blog.left_paths l
LEFT JOIN blog.posts p ON l.kind = 'post' AND p.id = l.object_id AND p.is_public
LEFT JOIN blog.tags t ON l.kind = 'tag' AND t.id = l.object_id AND NOT t.internal
LEFT JOIN blog.authors a ON l.kind = 'author' AND a.id = l.object_id
WHERE l.path = $1 AND num_nonnulls(p.id, t.id, a.id) = 1;

-- name: Redirects :many
SELECT * FROM blog.redirects ORDER BY position;

-- name: LockRedirects :exec
-- Rules are replaced by one at a time.
LOCK TABLE blog.redirects IN SHARE ROW EXCLUSIVE MODE;

-- name: DeleteRedirects :exec
DELETE FROM blog.redirects;

-- name: CopyRedirects :copyfrom
INSERT INTO blog.redirects (position, status, pattern, target) VALUES (@position, @status, @pattern, @target);
