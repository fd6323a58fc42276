-- What goes from here to a Ghost, and choosing between what is here and there.

-- name: LeavePushed :one
-- A version is in Ghost, and of a body that was written here the source with the hash.
UPDATE blog.posts SET origin_version = greatest(origin_version, @version::bigint), origin_hash = coalesce(sqlc.narg(source_hash), origin_hash)
WHERE id = @id
RETURNING version;

-- name: PostConflict :one
SELECT * FROM blog.ghost_conflicts WHERE post_id = $1;

-- name: LockConflict :one
SELECT * FROM blog.ghost_conflicts WHERE post_id = $1 FOR UPDATE;

-- name: DropConflict :exec
DELETE FROM blog.ghost_conflicts WHERE post_id = $1;

-- name: EndConflict :exec
-- The body that was pushed last may not be in Ghost any more.
UPDATE blog.posts SET flags = array_remove(flags, @flag::text), origin_hash = NULL WHERE id = @id;

-- name: MakePostLocal :exec
-- Ghost has deleted it, and it stays here.
UPDATE blog.posts SET origin = 'local', origin_id = NULL, origin_hash = NULL, origin_version = NULL WHERE id = $1;

-- name: TagsForGhost :many
-- The tags of a post in order, with what each is in Ghost.
SELECT t.slug, t.name, coalesce(g.ghost_id, '')::text AS ghost_id
FROM blog.post_tags pt JOIN blog.tags t ON t.id = pt.tag_id
LEFT JOIN blog.ghost_objects g ON g.kind = 'tag' AND g.object_id = t.id
WHERE pt.post_id = $1
ORDER BY pt.sort_order;

-- name: AuthorsForGhost :many
-- The authors of a post in order that Ghost has.
SELECT g.ghost_id
FROM blog.post_authors pa JOIN blog.ghost_objects g ON g.kind = 'user' AND g.object_id = pa.author_id
WHERE pa.post_id = $1
ORDER BY pa.sort_order;

-- name: MediaOrigins :many
-- Where the originals of our copies are.
SELECT DISTINCT ON (address) address::text AS address, url
FROM blog.ghost_media WHERE address = ANY (@addresses::text[])
ORDER BY address, url;

-- name: UnpushedPosts :many
-- Posts that were changed here, are in Ghost, and wait for nobody's choice.
SELECT p.id
FROM blog.posts p JOIN blog.ghost_objects g ON g.kind = 'post' AND g.object_id = p.id
WHERE p.origin = 'ghost' AND p.version > p.origin_version AND p.id > @after
  AND NOT EXISTS (SELECT 1 FROM blog.ghost_conflicts c WHERE c.post_id = p.id)
ORDER BY p.id
LIMIT @max_rows;
