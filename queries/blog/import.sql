-- What an import stores, many posts at a time.

-- name: ImportedPosts :many
-- What an earlier import left of some files.
SELECT id, origin_id, origin_hash, origin_version, version, type, slug, path, is_public
FROM blog.posts WHERE origin = @origin AND origin_id = ANY (@origin_ids::text[]);

-- name: LockPosts :many
-- In one order everywhere, so that two who lock the same posts do not wait for
-- each other.
SELECT * FROM blog.posts WHERE id = ANY (@ids::uuid[]) ORDER BY id FOR UPDATE;

-- name: AddressesTaken :many
-- Who has one of the paths, or one of the slugs in either type.
SELECT id, type, slug, path, origin, origin_id FROM blog.posts
WHERE path = ANY (@paths::text[]) OR (type IN ('post', 'page') AND slug = ANY (@slugs::text[]));

-- name: CopyPosts :copyfrom
INSERT INTO blog.posts (
    id, type, slug, path, title, status, visibility, source_format, source, html, plaintext, custom_excerpt, excerpt,
    reading_time, feature_image, published_at, created_at, updated_at, origin, origin_id, origin_hash, origin_version, flags
) VALUES (
    @id, @type, @slug, @path, @title, @status, @visibility, @source_format, @source, @html, @plaintext, @custom_excerpt, @excerpt,
    @reading_time, @feature_image, @published_at, @created_at, @updated_at, @origin, @origin_id, @origin_hash, @origin_version, @flags
);

-- name: UpdateImportedPosts :batchexec
-- The rows are locked by LockPosts.
UPDATE blog.posts SET
    type = @type, slug = @slug, path = @path, title = @title, status = @status, source_format = @source_format,
    source = @source, html = @html, members_html = NULL, plaintext = @plaintext, custom_excerpt = @custom_excerpt,
    excerpt = @excerpt, reading_time = @reading_time, feature_image = @feature_image, published_at = @published_at,
    updated_at = @updated_at, origin_hash = @origin_hash, flags = @flags,
    version = version + 1, origin_version = version + 1
WHERE id = @id;

-- name: RememberOrigins :exec
-- Of files that changed in nothing that is stored.
UPDATE blog.posts p SET origin_hash = o.hash
FROM (SELECT unnest(@ids::uuid[]) AS id, unnest(@hashes::text[]) AS hash) o
WHERE p.id = o.id;

-- name: EnsureTags :exec
-- Makes those whose slug is not there. The slugs come sorted.
INSERT INTO blog.tags (id, slug, name, internal, created_at, updated_at)
SELECT unnest(@ids::uuid[]), unnest(@slugs::text[]), unnest(@names::text[]), unnest(@internal::boolean[]), @at, @at
ON CONFLICT (slug) DO NOTHING;

-- name: TagsBySlug :many
SELECT id, slug FROM blog.tags WHERE slug = ANY (@slugs::text[]);

-- name: EnsureAuthors :exec
-- Makes those whose slug is not there. The slugs come sorted.
INSERT INTO blog.authors (id, slug, name, created_at, updated_at)
SELECT unnest(@ids::uuid[]), unnest(@slugs::text[]), unnest(@names::text[]), @at, @at
ON CONFLICT (slug) DO NOTHING;

-- name: AuthorsBySlug :many
SELECT id, slug FROM blog.authors WHERE slug = ANY (@slugs::text[]);

-- name: ClearTagsOfPosts :exec
DELETE FROM blog.post_tags WHERE post_id = ANY (@post_ids::uuid[]);

-- name: ClearAuthorsOfPosts :exec
DELETE FROM blog.post_authors WHERE post_id = ANY (@post_ids::uuid[]);

-- name: CopyPostTags :copyfrom
INSERT INTO blog.post_tags (post_id, tag_id, sort_order) VALUES (@post_id, @tag_id, @sort_order);

-- name: CopyPostAuthors :copyfrom
INSERT INTO blog.post_authors (post_id, author_id, sort_order) VALUES (@post_id, @author_id, @sort_order);
