-- Posts and pages. A list is ordered by (sorted_at, id), newest first, and a
-- cursor is the last pair that a reader has seen.

-- name: PostByID :one
SELECT * FROM blog.posts WHERE id = $1;

-- name: PostBySlug :one
SELECT * FROM blog.posts WHERE type = $1 AND slug = $2;

-- name: PostByOrigin :one
SELECT * FROM blog.posts WHERE origin = $1 AND origin_id = $2 FOR UPDATE;

-- name: LockPost :one
SELECT * FROM blog.posts WHERE id = $1 FOR UPDATE;

-- name: PublicPosts :many
SELECT * FROM blog.public_cards p
WHERE p.type = @type
  AND (sqlc.narg(tag_id)::uuid IS NULL OR EXISTS (
        SELECT 1 FROM blog.post_tags pt WHERE pt.post_id = p.id AND pt.tag_id = sqlc.narg(tag_id)))
  AND (sqlc.narg(author_id)::uuid IS NULL OR EXISTS (
        SELECT 1 FROM blog.post_authors pa WHERE pa.post_id = p.id AND pa.author_id = sqlc.narg(author_id)))
  AND (sqlc.narg(featured)::boolean IS NULL OR p.featured = sqlc.narg(featured))
  AND (sqlc.narg(after_at)::timestamptz IS NULL
       OR (p.sorted_at, p.id) < (sqlc.narg(after_at)::timestamptz, sqlc.narg(after_id)::uuid))
ORDER BY p.sorted_at DESC, p.id DESC
LIMIT @max_rows;

-- name: PostsByStatus :many
-- PublicPosts for editors, and for others with those that they have made. It stands apart so that PublicPosts keeps its partial
-- index, which a condition with OR would not use; the columns are the same.
SELECT p.id, p.type, p.slug, p.path, p.title, p.excerpt, p.feature_image, p.featured, p.visibility, p.reading_time,
    p.published_at, p.updated_at, p.sorted_at
FROM blog.posts p
WHERE p.type = @type AND p.status = ANY (@statuses::text[])
  AND (sqlc.narg(created_by)::uuid IS NULL OR p.created_by = sqlc.narg(created_by))
  AND (sqlc.narg(tag_id)::uuid IS NULL OR EXISTS (
        SELECT 1 FROM blog.post_tags pt WHERE pt.post_id = p.id AND pt.tag_id = sqlc.narg(tag_id)))
  AND (sqlc.narg(author_id)::uuid IS NULL OR EXISTS (
        SELECT 1 FROM blog.post_authors pa WHERE pa.post_id = p.id AND pa.author_id = sqlc.narg(author_id)))
  AND (sqlc.narg(featured)::boolean IS NULL OR p.featured = sqlc.narg(featured))
  AND (sqlc.narg(after_at)::timestamptz IS NULL
       OR (p.sorted_at, p.id) < (sqlc.narg(after_at)::timestamptz, sqlc.narg(after_id)::uuid))
ORDER BY p.sorted_at DESC, p.id DESC
LIMIT @max_rows;

-- name: NewerPost :one
SELECT * FROM blog.public_cards p
WHERE p.type = 'post' AND (p.sorted_at, p.id) > (@sorted_at::timestamptz, @id::uuid)
ORDER BY p.sorted_at, p.id
LIMIT 1;

-- name: OlderPost :one
SELECT * FROM blog.public_cards p
WHERE p.type = 'post' AND (p.sorted_at, p.id) < (@sorted_at::timestamptz, @id::uuid)
ORDER BY p.sorted_at DESC, p.id DESC
LIMIT 1;

-- name: InsertPost :one
INSERT INTO blog.posts (
    id, type, slug, path, title, status, visibility, email_only, featured,
    source_format, source, ghost_html, html, members_html, plaintext, custom_excerpt, excerpt, reading_time,
    feature_image, meta, codeinjection_head, codeinjection_foot, custom_template,
    show_title_and_feature_image, published_at, created_at, updated_at,
    origin, origin_id, origin_hash, flags, document, tiers, render_version, created_by
) VALUES (
    @id, @type, @slug, @path, @title, @status, @visibility, @email_only, @featured,
    @source_format, @source, @ghost_html, @html, @members_html, @plaintext, @custom_excerpt, @excerpt, @reading_time,
    @feature_image, @meta, @codeinjection_head, @codeinjection_foot, @custom_template,
    @show_title_and_feature_image, @published_at, @created_at, @updated_at,
    @origin, @origin_id, @origin_hash, @flags, @document, @tiers, @render_version, @created_by
) RETURNING *;

-- name: UpdatePost :one
-- The version is the compare-and-set: no row means that somebody was faster.
UPDATE blog.posts SET
    type = @type, slug = @slug, path = @path, title = @title, status = @status, visibility = @visibility,
    email_only = @email_only, featured = @featured, source_format = @source_format, source = @source,
    ghost_html = @ghost_html, html = @html, members_html = @members_html, plaintext = @plaintext,
    custom_excerpt = @custom_excerpt, excerpt = @excerpt, reading_time = @reading_time,
    feature_image = @feature_image, meta = @meta, codeinjection_head = @codeinjection_head,
    codeinjection_foot = @codeinjection_foot, custom_template = @custom_template,
    show_title_and_feature_image = @show_title_and_feature_image, published_at = @published_at,
    created_at = @created_at, updated_at = @updated_at, origin_hash = @origin_hash, flags = @flags,
    document = @document, tiers = @tiers, render_version = @render_version, version = version + 1
WHERE id = @id AND version = @version
RETURNING *;

-- name: MarkImported :exec
UPDATE blog.posts SET origin_version = version WHERE id = $1;

-- name: MarkRendered :exec
-- Of bodies that a newer renderer makes as they are.
UPDATE blog.posts SET render_version = @render_version WHERE id = @id;

-- name: TouchPosts :many
-- A new version of posts that lost a tag or author; what was not changed here still is not.
UPDATE blog.posts SET version = version + 1, origin_version = CASE WHEN origin_version = version THEN version + 1 ELSE origin_version END
WHERE id = ANY (@ids::uuid[])
RETURNING id, type, is_public;

-- name: DeletePost :exec
DELETE FROM blog.posts WHERE id = $1;

-- name: AddressTaken :one
-- Whether another post has the path, or another of the same type the slug.
SELECT EXISTS (
    SELECT 1 FROM blog.posts
    WHERE id <> @id AND (path = @path OR (type = @type AND slug = @slug)));

-- name: ClearPostTags :exec
DELETE FROM blog.post_tags WHERE post_id = $1;

-- name: AddPostTags :exec
INSERT INTO blog.post_tags (post_id, tag_id, sort_order)
SELECT @post_id, t.id, t.n - 1 FROM unnest(@tag_ids::uuid[]) WITH ORDINALITY AS t (id, n);

-- name: ClearPostAuthors :exec
DELETE FROM blog.post_authors WHERE post_id = $1;

-- name: AddPostAuthors :exec
INSERT INTO blog.post_authors (post_id, author_id, sort_order)
SELECT @post_id, a.id, a.n - 1 FROM unnest(@author_ids::uuid[]) WITH ORDINALITY AS a (id, n);
