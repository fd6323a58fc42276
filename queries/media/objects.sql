-- name: Object :one
SELECT * FROM media.objects WHERE hash = $1;

-- name: InsertObject :exec
-- The first name of the same bytes stays.
INSERT INTO media.objects (hash, name, media_type, size, width, height, created_at)
VALUES (@hash, @name, @media_type, @size, @width, @height, @at)
ON CONFLICT (hash) DO NOTHING;
