-- Discounts as the shop keeps them.

-- name: Discounts :many
-- The newest first.
SELECT * FROM cart.discounts
WHERE (sqlc.narg(active)::boolean IS NULL OR active = sqlc.narg(active)) AND (sqlc.narg(after)::uuid IS NULL OR id < sqlc.narg(after))
ORDER BY id DESC LIMIT @count;

-- name: Discount :one
SELECT * FROM cart.discounts WHERE id = $1;

-- name: LockDiscount :one
SELECT * FROM cart.discounts WHERE id = $1 FOR NO KEY UPDATE;

-- name: InsertDiscount :one
INSERT INTO cart.discounts (id, code, name, kind, percent_bp, amount_minor, currency, category_ids, minimum_minor, usage_limit, usage_per_buyer,
    members_only, starts_at, ends_at, active, created_at, updated_at)
SELECT @id, @code, @name, @kind, sqlc.narg(percent_bp), sqlc.narg(amount_minor), sqlc.narg(currency), @category_ids, @minimum_minor, sqlc.narg(usage_limit),
    sqlc.narg(usage_per_buyer), @members_only, sqlc.narg(starts_at), sqlc.narg(ends_at), @active, at, at FROM shared.clock() AS at
RETURNING *;

-- name: UpdateDiscount :one
UPDATE cart.discounts SET code = @code, name = @name, kind = @kind, percent_bp = sqlc.narg(percent_bp), amount_minor = sqlc.narg(amount_minor),
    currency = sqlc.narg(currency), category_ids = @category_ids, minimum_minor = @minimum_minor, usage_limit = sqlc.narg(usage_limit),
    usage_per_buyer = sqlc.narg(usage_per_buyer), members_only = @members_only, starts_at = sqlc.narg(starts_at), ends_at = sqlc.narg(ends_at),
    active = @active, version = version + 1, updated_at = shared.clock()
WHERE id = @id
RETURNING *;
