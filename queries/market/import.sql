-- What an import stores, many products at a time.

-- name: ImportedProducts :many
-- What an earlier import left of some files.
SELECT id, origin_id, origin_hash, origin_version, version, slug, status
FROM market.products WHERE origin = @origin AND origin_id = ANY (@origin_ids::text[]);

-- name: LockProducts :many
-- In one order everywhere, so that two who lock the same products do not wait for
-- each other.
SELECT * FROM market.products WHERE id = ANY (@ids::uuid[]) ORDER BY id FOR UPDATE;

-- name: VariantsOfProducts :many
SELECT * FROM market.variants WHERE product_id = ANY (@product_ids::uuid[]) ORDER BY product_id, sort_order;

-- name: SlugsTaken :many
SELECT id, slug, origin_id FROM market.products WHERE slug = ANY (@slugs::text[]);

-- name: SKUsTaken :many
SELECT v.product_id, v.sku, p.slug FROM market.variants v JOIN market.products p ON p.id = v.product_id
WHERE v.sku = ANY (@skus::text[]);

-- name: CategoriesBySlug :many
SELECT id, slug, parent_id, path FROM market.categories WHERE slug = ANY (@slugs::text[]);

-- name: CategoryPaths :many
SELECT id, path FROM market.categories WHERE id = ANY (@ids::uuid[]);

-- name: CopyProducts :copyfrom
INSERT INTO market.products (
    id, slug, name, sort_key, summary, description, description_html, category_id, status, currency, images,
    created_at, updated_at, origin, origin_id, origin_hash, origin_version
) VALUES (
    @id, @slug, @name, @sort_key, @summary, @description, @description_html, @category_id, @status, @currency, @images,
    @created_at, @updated_at, @origin, @origin_id, @origin_hash, @origin_version
);

-- name: CopyVariants :copyfrom
INSERT INTO market.variants (id, product_id, sku, name, price_minor, currency, vat_rate, quantity, unit, sort_order)
VALUES (@id, @product_id, @sku, @name, @price_minor, @currency, @vat_rate, @quantity, @unit, @sort_order);

-- name: UpdateImportedProducts :batchexec
-- The rows are locked by LockProducts.
UPDATE market.products SET slug = @slug, name = @name, sort_key = @sort_key, summary = @summary,
    description = @description, description_html = @description_html, category_id = @category_id,
    status = @status, currency = @currency, images = @images, updated_at = @updated_at, origin_hash = @origin_hash,
    version = version + 1, origin_version = version + 1
WHERE id = @id;

-- name: PutImportedVariants :batchexec
INSERT INTO market.variants (id, product_id, sku, name, price_minor, currency, vat_rate, quantity, unit, sort_order)
VALUES (@id, @product_id, @sku, @name, @price_minor, @currency, @vat_rate, @quantity, @unit, @sort_order)
ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, name = excluded.name, price_minor = excluded.price_minor,
    vat_rate = excluded.vat_rate, quantity = excluded.quantity, unit = excluded.unit, sort_order = excluded.sort_order;

-- name: DropVariants :exec
-- Of these products all variants but those.
DELETE FROM market.variants WHERE product_id = ANY (@product_ids::uuid[]) AND id <> ALL (@keep::uuid[]);

-- name: RememberProductOrigins :exec
-- Of files that changed in nothing that is stored.
UPDATE market.products p SET origin_hash = o.hash
FROM (SELECT unnest(@ids::uuid[]) AS id, unnest(@hashes::text[]) AS hash) o
WHERE p.id = o.id;

-- name: InsertPrices :exec
-- The first prices of variants that are new, each for everybody.
INSERT INTO market.prices (id, variant_id, list, price_minor, valid, created_at)
SELECT unnest(@ids::uuid[]), unnest(@variants::uuid[]), 'public', unnest(@prices::bigint[]), tstzrange(@at::timestamptz, NULL), @at;

-- name: BrandsOfProducts :many
SELECT product_id, term_id FROM market.product_terms WHERE taxonomy = 'brand' AND product_id = ANY (@product_ids::uuid[]);

-- name: TermsBySlug :many
SELECT id, slug FROM market.terms WHERE taxonomy = @taxonomy AND slug = ANY (@slugs::text[]);

-- name: EnsureTerm :execrows
-- Leaves one with the slug as it is.
INSERT INTO market.terms (id, taxonomy, slug, name, created_at, updated_at)
VALUES (@id, @taxonomy, @slug, @name, @at, @at) ON CONFLICT (taxonomy, slug) DO NOTHING;

-- name: CopyProductTerms :copyfrom
INSERT INTO market.product_terms (product_id, term_id, taxonomy) VALUES (@product_id, @term_id, @taxonomy);
