-- name: Resized :one
SELECT hash, media_type FROM media.resized WHERE object = @object AND width = @width;

-- name: SaveResized :exec
-- Two processes may make the same at the same time. What is made again, because
-- the store has lost its bytes, takes the place of the other.
INSERT INTO media.resized (object, width, hash, media_type, created_at)
VALUES (@object, @width, @hash, @media_type, @at)
ON CONFLICT (object, width) DO UPDATE
SET hash = EXCLUDED.hash, media_type = EXCLUDED.media_type, created_at = EXCLUDED.created_at;

-- name: Sizes :many
SELECT hash, width, height FROM media.objects WHERE hash = ANY(@hashes::text[]);
