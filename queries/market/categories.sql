-- name: Categories :many
-- The whole tree, in no order that matters: siblings are sorted in Go.
SELECT * FROM market.categories;

-- name: CategoryFamily :many
-- A category with its ancestors and children: all that its page shows of the tree.
SELECT r.* FROM market.categories c
JOIN market.categories r ON r.id = ANY (c.path) OR r.parent_id = c.id
WHERE c.id = $1;

-- name: Category :one
SELECT * FROM market.categories WHERE id = $1;

-- name: CategoryID :one
SELECT id FROM market.categories WHERE slug = $1;

-- name: CategoryPath :one
-- The ids from the root down to the category.
SELECT path FROM market.categories WHERE id = $1;

-- name: LockTree :exec
SELECT market.lock_tree();

-- name: InsertCategory :exec
INSERT INTO market.categories (id, slug, name, description, image, parent_id, path, sort_order, created_at, updated_at)
VALUES (@id, @slug, @name, @description, @image, sqlc.narg(parent_id), '{}', @sort_order, @at, @at);

-- name: UpdateCategory :exec
UPDATE market.categories SET slug = @slug, name = @name, description = @description, image = @image,
    parent_id = sqlc.narg(parent_id), sort_order = @sort_order, version = version + 1, updated_at = @at
WHERE id = @id;

-- name: DeleteCategory :exec
DELETE FROM market.categories WHERE id = $1;
