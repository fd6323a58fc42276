-- Whose a post is.

-- name: PostsOfUser :many
SELECT id, type, slug, path, title, status, created_at, updated_at, published_at FROM blog.posts
WHERE created_by = @created_by ORDER BY id;

-- name: DisownPosts :exec
UPDATE blog.posts SET created_by = NULL WHERE created_by = @created_by;
