-- How goods reach people, and what the shop says of itself.

-- name: DeliveryMethods :many
SELECT * FROM orders.delivery_methods ORDER BY sort_order, name, id;

-- name: DeliveryMethod :one
SELECT * FROM orders.delivery_methods WHERE id = $1;

-- name: LockDeliveryMethod :one
-- Writers come one by one; orders and slots that name it need not wait.
SELECT * FROM orders.delivery_methods WHERE id = $1 FOR NO KEY UPDATE;

-- name: InsertDeliveryMethod :one
-- Nothing comes back where there are as many as there may be.
INSERT INTO orders.delivery_methods (id, name, kind, place, instructions, fee_minor, free_from_minor, currency, postcodes, active,
    sort_order, created_at, updated_at)
SELECT @id, @name, @kind, @place, @instructions, @fee_minor, sqlc.narg(free_from_minor)::bigint, @currency, @postcodes, @active,
    @sort_order, shared.clock(), shared.clock()
WHERE (SELECT count(*) FROM orders.delivery_methods) < @most::bigint
RETURNING *;

-- name: UpdateDeliveryMethod :one
UPDATE orders.delivery_methods SET name = @name, kind = @kind, place = @place, instructions = @instructions, fee_minor = @fee_minor,
    free_from_minor = sqlc.narg(free_from_minor)::bigint, postcodes = @postcodes, active = @active, sort_order = @sort_order,
    version = version + 1, updated_at = shared.clock()
WHERE id = @id RETURNING *;

-- name: DeleteDeliveryMethod :exec
DELETE FROM orders.delivery_methods WHERE id = $1;

-- name: OrderSettings :one
SELECT * FROM orders.settings;

-- name: LockOrderSettings :one
SELECT * FROM orders.settings FOR UPDATE;

-- name: UpdateOrderSettings :one
UPDATE orders.settings SET business_name = @business_name, business_address = @business_address, vat_number = @vat_number,
    company_number = @company_number, contact = @contact, terms = @terms, cancellation = @cancellation, invoice_prefix = @invoice_prefix,
    version = version + 1, updated_at = shared.clock()
RETURNING *;
