-- migrate:up
-- A card knows when its product was made and the way down to its category; new
-- columns of a view go last.
CREATE OR REPLACE VIEW market.product_cards AS
SELECT p.id, p.slug, p.name, p.sort_key, p.summary, p.brand, p.status, p.currency, p.updated_at,
    p.images -> 0 AS image,
    c.id AS category_id, c.slug AS category_slug, c.name AS category_name,
    coalesce(v.name, '') AS variant_name, coalesce(v.price_minor, 0) AS price_minor,
    coalesce(v.quantity, 0) AS quantity, coalesce(v.unit, 'each') AS unit, coalesce(v.variants, 0) AS variants,
    p.created_at, c.path AS category_path
FROM market.products p
JOIN market.categories c ON c.id = p.category_id
LEFT JOIN LATERAL (
    SELECT x.name, x.price_minor, x.quantity, x.unit, count(*) OVER () AS variants
    FROM market.variants x WHERE x.product_id = p.id
    ORDER BY x.price_minor, x.sort_order LIMIT 1
) v ON true;

CREATE OR REPLACE VIEW market.product_pages AS
SELECT p.id, p.slug, p.name, p.summary, p.brand, p.status, p.currency, p.images, p.description, p.description_html,
    p.version, p.updated_at,
    c.id AS category_id, c.slug AS category_slug, c.name AS category_name, c.path AS category_path,
    (SELECT coalesce(json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name) ORDER BY cardinality(a.path)), '[]')::json
        FROM market.categories a WHERE a.id = ANY (c.path) AND a.id <> c.id) AS ancestors,
    (SELECT coalesce(json_agg(json_build_object('id', v.id, 'sku', v.sku, 'name', v.name, 'price_minor', v.price_minor,
            'vat_rate', v.vat_rate, 'quantity', v.quantity, 'unit', v.unit) ORDER BY v.sort_order), '[]')::json
        FROM market.variants v WHERE v.product_id = p.id) AS variants,
    p.created_at
FROM market.products p
JOIN market.categories c ON c.id = p.category_id;

-- For whoever walks all published products.
CREATE INDEX products_walked ON market.products (created_at, id) WHERE status = 'published';

-- migrate:down
DROP INDEX market.products_walked;
DROP VIEW market.product_pages;
DROP VIEW market.product_cards;
CREATE VIEW market.product_cards AS
SELECT p.id, p.slug, p.name, p.sort_key, p.summary, p.brand, p.status, p.currency, p.updated_at,
    p.images -> 0 AS image,
    c.id AS category_id, c.slug AS category_slug, c.name AS category_name,
    coalesce(v.name, '') AS variant_name, coalesce(v.price_minor, 0) AS price_minor,
    coalesce(v.quantity, 0) AS quantity, coalesce(v.unit, 'each') AS unit, coalesce(v.variants, 0) AS variants
FROM market.products p
JOIN market.categories c ON c.id = p.category_id
LEFT JOIN LATERAL (
    SELECT x.name, x.price_minor, x.quantity, x.unit, count(*) OVER () AS variants
    FROM market.variants x WHERE x.product_id = p.id
    ORDER BY x.price_minor, x.sort_order LIMIT 1
) v ON true;
CREATE VIEW market.product_pages AS
SELECT p.id, p.slug, p.name, p.summary, p.brand, p.status, p.currency, p.images, p.description, p.description_html,
    p.version, p.updated_at,
    c.id AS category_id, c.slug AS category_slug, c.name AS category_name, c.path AS category_path,
    (SELECT coalesce(json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name) ORDER BY cardinality(a.path)), '[]')::json
        FROM market.categories a WHERE a.id = ANY (c.path) AND a.id <> c.id) AS ancestors,
    (SELECT coalesce(json_agg(json_build_object('id', v.id, 'sku', v.sku, 'name', v.name, 'price_minor', v.price_minor,
            'vat_rate', v.vat_rate, 'quantity', v.quantity, 'unit', v.unit) ORDER BY v.sort_order), '[]')::json
        FROM market.variants v WHERE v.product_id = p.id) AS variants
FROM market.products p
JOIN market.categories c ON c.id = p.category_id;
