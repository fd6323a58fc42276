-- name: ProductCards :many
-- Lists run by (sort_key, id); an empty key and a zero id are before every row. The
-- limit is in a sub-select, which the planner does not look into: it would make a plan
-- for every limit anew, which takes as long as the list.
SELECT * FROM market.product_cards
WHERE status = @status AND (sort_key, id) > (@after_key::text, @after_id::uuid)
ORDER BY sort_key, id LIMIT (SELECT @count::integer);

-- name: ProductCardsIn :many
-- As ProductCards, of one category and all below it.
SELECT * FROM market.product_cards
WHERE status = @status AND (sort_key, id) > (@after_key::text, @after_id::uuid)
    AND category_id IN (SELECT c.id FROM market.categories c WHERE c.path @> ARRAY[@category::uuid])
ORDER BY sort_key, id LIMIT (SELECT @count::integer);

-- name: ProductCardsByID :many
SELECT * FROM market.product_cards WHERE status = 'published' AND id = ANY (@ids::uuid[]);

-- name: WalkProductCards :many
-- Published ones, oldest first; the first time there is and a zero id are before
-- every row.
SELECT * FROM market.product_cards
WHERE status = 'published' AND (created_at, id) > (@after_at::timestamptz, @after_id::uuid)
ORDER BY created_at, id LIMIT (SELECT @count::integer);

-- name: ProductPagesByID :many
SELECT * FROM market.product_pages WHERE status = 'published' AND id = ANY (@ids::uuid[]);

-- name: ProductIDBySlug :one
SELECT id FROM market.products WHERE status = 'published' AND slug = $1;

-- name: ProductPage :one
SELECT * FROM market.product_pages WHERE id = $1;

-- name: ProductPageBySlug :one
SELECT * FROM market.product_pages WHERE slug = $1;

-- name: LockProduct :one
-- Every write of a product holds its row, so that writers come one by one.
SELECT id FROM market.products WHERE id = $1 FOR UPDATE;

-- name: LockProductBySlug :one
SELECT id FROM market.products WHERE slug = $1 FOR UPDATE;

-- name: InsertProduct :exec
INSERT INTO market.products (id, slug, name, sort_key, summary, description, description_html, category_id, currency,
    images, options, legal_name, ingredients, ingredients_html, allergens, nutrition, storage, usage, origin_country,
    origin_region, business_name, business_address, age_limit, created_at, updated_at)
VALUES (@id, @slug, @name, @sort_key, @summary, @description, @description_html, @category_id, @currency,
    @images, @options, @legal_name, @ingredients, @ingredients_html, @allergens, @nutrition, @storage, @usage, @origin_country,
    @origin_region, @business_name, @business_address, @age_limit, @at, @at);

-- name: UpdateProduct :exec
UPDATE market.products SET slug = @slug, name = @name, sort_key = @sort_key, summary = @summary,
    description = @description, description_html = @description_html, category_id = @category_id, currency = @currency,
    images = @images, options = @options, legal_name = @legal_name, ingredients = @ingredients,
    ingredients_html = @ingredients_html, allergens = @allergens, nutrition = @nutrition, storage = @storage, usage = @usage,
    origin_country = @origin_country, origin_region = @origin_region, business_name = @business_name,
    business_address = @business_address, age_limit = @age_limit
WHERE id = @id;

-- name: StampProduct :exec
-- After an update that changed something.
UPDATE market.products SET version = version + 1, updated_at = @at WHERE id = @id;

-- name: SetProductStatus :exec
UPDATE market.products SET status = @status, version = version + 1, updated_at = @at WHERE id = @id;

-- name: DeleteProduct :exec
DELETE FROM market.products WHERE id = $1;

-- name: PutVariant :exec
-- The caller writes the prices into the lists too, from which they are turned here.
INSERT INTO market.variants (id, product_id, sku, name, price_minor, currency, vat_rate, quantity, unit, sort_order, options,
    gtin, case_gtin, case_size, pieces, drained_quantity, supplier_sku, sold_by_weight, order_step, order_min, order_max,
    deposit_minor, member_price_minor, allergens, track_stock)
VALUES (@id, @product_id, @sku, @name, @price_minor, @currency, @vat_rate, @quantity, @unit, @sort_order, @options,
    @gtin, @case_gtin, @case_size, @pieces, @drained_quantity, @supplier_sku, @sold_by_weight, @order_step, @order_min, @order_max,
    @deposit_minor, @member_price_minor, @allergens, @track_stock)
ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, name = excluded.name, price_minor = excluded.price_minor,
    vat_rate = excluded.vat_rate, quantity = excluded.quantity, unit = excluded.unit, sort_order = excluded.sort_order,
    options = excluded.options, gtin = excluded.gtin, case_gtin = excluded.case_gtin, case_size = excluded.case_size,
    pieces = excluded.pieces, drained_quantity = excluded.drained_quantity, supplier_sku = excluded.supplier_sku,
    sold_by_weight = excluded.sold_by_weight, order_step = excluded.order_step, order_min = excluded.order_min,
    order_max = excluded.order_max, deposit_minor = excluded.deposit_minor,
    member_price_minor = excluded.member_price_minor, allergens = excluded.allergens, track_stock = excluded.track_stock;

-- name: KeepVariants :exec
-- Removes the product's variants but these.
DELETE FROM market.variants WHERE product_id = @product_id AND id <> ALL (@ids::uuid[]);
