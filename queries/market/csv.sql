-- What the table of the whole catalogue is read from, and stored by.

-- name: CatalogueAfter :many
-- All products in any status, by slug; an empty one is before all.
SELECT * FROM market.product_pages WHERE slug > @after_slug ORDER BY slug LIMIT @count;

-- name: CatalogueBySlug :many
SELECT * FROM market.product_pages WHERE slug = ANY (@slugs::text[]);

-- name: LockCatalogue :execrows
-- Holds products in one order everywhere, so that two who lock the same ones do not
-- wait for each other.
SELECT id FROM market.products WHERE slug = ANY (@slugs::text[]) ORDER BY id FOR UPDATE;

-- name: GTINsTaken :many
-- GTINs of all lengths as they are compared, with 14 digits.
SELECT lpad(v.gtin, 14, '0')::text AS gtin, v.sku, p.slug
FROM market.variants v JOIN market.products p ON p.id = v.product_id
WHERE lpad(v.gtin, 14, '0') = ANY (@gtins::text[]);

-- name: TermSlugs :many
-- What rows name brands, producers and labels by.
SELECT taxonomy, slug, id FROM market.terms WHERE taxonomy <> 'collection';

-- name: CategorySlugs :many
SELECT slug, id, path FROM market.categories;

-- name: VariantsDue :many
-- Variants whose price lists say something else by now.
SELECT DISTINCT variant_id FROM market.price_turns WHERE at <= @at::timestamptz;
