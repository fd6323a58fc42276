-- Tags, authors and the site's settings.

-- name: TagsOfPosts :many
SELECT pt.post_id, t.id, t.slug, t.name, t.accent_color, t.internal
FROM blog.post_tags pt JOIN blog.tags t ON t.id = pt.tag_id
WHERE pt.post_id = ANY (@post_ids::uuid[])
ORDER BY pt.post_id, pt.sort_order, t.slug;

-- name: AuthorsOfPosts :many
-- The picture is text, so that it is decoded once an author and not once a post.
SELECT pa.post_id, a.id, a.slug, a.name, coalesce(a.profile_image::text, '')::text AS profile_image
FROM blog.post_authors pa JOIN blog.authors a ON a.id = pa.author_id
WHERE pa.post_id = ANY (@post_ids::uuid[])
ORDER BY pa.post_id, pa.sort_order, a.slug;

-- name: TagByID :one
SELECT * FROM blog.tags WHERE id = $1;

-- name: TagBySlug :one
SELECT * FROM blog.tags WHERE slug = $1;

-- name: TagByOrigin :one
SELECT * FROM blog.tags WHERE origin = $1 AND origin_id = $2;

-- name: PublicTag :one
SELECT * FROM blog.tags t
WHERE t.id = $1 AND NOT t.internal AND EXISTS (
    SELECT 1 FROM blog.post_tags pt JOIN blog.posts p ON p.id = pt.post_id
    WHERE pt.tag_id = t.id AND p.is_public AND p.type = 'post');

-- name: PublicTags :many
-- Public tags that at least one public post carries, by slug.
SELECT * FROM blog.tags t
WHERE NOT t.internal AND EXISTS (
    SELECT 1 FROM blog.post_tags pt JOIN blog.posts p ON p.id = pt.post_id
    WHERE pt.tag_id = t.id AND p.is_public AND p.type = 'post')
  AND t.slug > @after_slug
ORDER BY t.slug
LIMIT @max_rows;

-- name: InsertTag :one
INSERT INTO blog.tags (id, slug, name, description, internal, accent_color, feature_image, meta,
    created_at, updated_at, origin, origin_id, origin_hash)
VALUES (@id, @slug, @name, @description, @internal, @accent_color, @feature_image, @meta,
    @created_at, @updated_at, @origin, @origin_id, @origin_hash)
RETURNING *;

-- name: EnsureTag :one
-- The tag with this slug, made if there is none. The update that changes nothing
-- is what makes the row come back.
INSERT INTO blog.tags (id, slug, name, internal, created_at, updated_at)
VALUES (@id, @slug, @name, @internal, @now, @now)
ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug
RETURNING *;

-- name: UpdateTag :one
UPDATE blog.tags SET slug = @slug, name = @name, description = @description, internal = @internal,
    accent_color = @accent_color, feature_image = @feature_image, meta = @meta,
    updated_at = @updated_at, origin_hash = @origin_hash
WHERE id = @id
RETURNING *;

-- name: PostsWithTag :many
-- The posts that carry a tag, locked in one order; local tells those that were made here.
SELECT p.id, p.origin <> 'ghost' AS local FROM blog.posts p
WHERE EXISTS (SELECT 1 FROM blog.post_tags pt WHERE pt.post_id = p.id AND pt.tag_id = @tag_id)
ORDER BY p.id
FOR UPDATE OF p;

-- name: Untag :exec
DELETE FROM blog.post_tags WHERE tag_id = @tag_id AND post_id = ANY (@post_ids::uuid[]);

-- name: DeleteTag :exec
DELETE FROM blog.tags WHERE id = $1;

-- name: KeepTag :exec
-- A tag of Ghost's that posts made here carry is ours from now on.
UPDATE blog.tags SET origin = 'local', origin_id = NULL, origin_hash = NULL WHERE id = $1;

-- name: AuthorByID :one
SELECT * FROM blog.authors WHERE id = $1;

-- name: AuthorBySlug :one
SELECT * FROM blog.authors WHERE slug = $1;

-- name: AuthorByOrigin :one
SELECT * FROM blog.authors WHERE origin = $1 AND origin_id = $2;

-- name: PublicAuthor :one
SELECT * FROM blog.authors a
WHERE a.id = $1 AND EXISTS (
    SELECT 1 FROM blog.post_authors pa JOIN blog.posts p ON p.id = pa.post_id
    WHERE pa.author_id = a.id AND p.is_public AND p.type = 'post');

-- name: PublicAuthors :many
-- Authors of at least one public post, by slug.
SELECT * FROM blog.authors a
WHERE EXISTS (
    SELECT 1 FROM blog.post_authors pa JOIN blog.posts p ON p.id = pa.post_id
    WHERE pa.author_id = a.id AND p.is_public AND p.type = 'post')
  AND a.slug > @after_slug
ORDER BY a.slug
LIMIT @max_rows;

-- name: InsertAuthor :one
INSERT INTO blog.authors (id, slug, name, bio, website, location, profile_image, cover_image, social, meta,
    created_at, updated_at, origin, origin_id, origin_hash)
VALUES (@id, @slug, @name, @bio, @website, @location, @profile_image, @cover_image, @social, @meta,
    @created_at, @updated_at, @origin, @origin_id, @origin_hash)
RETURNING *;

-- name: UpdateAuthor :one
UPDATE blog.authors SET slug = @slug, name = @name, bio = @bio, website = @website, location = @location,
    profile_image = @profile_image, cover_image = @cover_image, social = @social, meta = @meta,
    updated_at = @updated_at, origin_hash = @origin_hash
WHERE id = @id
RETURNING *;

-- name: PostsWithAuthor :many
-- The posts that an author has, locked in one order; local tells those that were made here.
SELECT p.id, p.origin <> 'ghost' AS local FROM blog.posts p
WHERE EXISTS (SELECT 1 FROM blog.post_authors pa WHERE pa.post_id = p.id AND pa.author_id = @author_id)
ORDER BY p.id
FOR UPDATE OF p;

-- name: Unauthor :exec
DELETE FROM blog.post_authors WHERE author_id = @author_id AND post_id = ANY (@post_ids::uuid[]);

-- name: DeleteAuthor :exec
DELETE FROM blog.authors WHERE id = $1;

-- name: KeepAuthor :exec
-- An author of Ghost's whose posts were made here is ours from now on.
UPDATE blog.authors SET origin = 'local', origin_id = NULL, origin_hash = NULL WHERE id = $1;

-- name: Settings :one
SELECT data, version, updated_at FROM blog.settings;

-- name: UpdateSettings :one
UPDATE blog.settings SET data = @data, version = version + 1, updated_at = @updated_at
WHERE version = @version
RETURNING data, version, updated_at;
