-- What is read many at a time, by whoever makes pages of all that is public. The
-- views hold public posts and pages only, and cards hold no body.

-- name: PublicPostsByID :many
SELECT * FROM blog.public_posts WHERE id = ANY (@ids::uuid[]);

-- name: PublicCardsByID :many
SELECT * FROM blog.public_cards WHERE id = ANY (@ids::uuid[]);

-- name: WalkPublicCards :many
-- Oldest first; the first time there is and a zero id are before every row.
SELECT * FROM blog.public_cards
WHERE (sorted_at, id) > (@after_at::timestamptz, @after_id::uuid)
ORDER BY sorted_at, id
LIMIT @max_rows;

-- name: PublicPostAt :one
SELECT id FROM blog.public_cards WHERE path = $1;

-- name: TagsByID :many
SELECT * FROM blog.tags WHERE id = ANY (@ids::uuid[]) AND NOT internal;

-- name: AuthorsByID :many
SELECT * FROM blog.authors WHERE id = ANY (@ids::uuid[]);
