-- migrate:up
CREATE SCHEMA market;

-- Held to the end of the transaction by whoever changes the shape of the
-- category tree, so that two moves cannot make a cycle between them.
CREATE FUNCTION market.lock_tree() RETURNS void
LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_xact_lock(hashtext('market.categories')) $$;

-- The category tree. path holds the ids from the root down to the row itself.
-- The triggers keep it, and with it the promise that there is no cycle.
CREATE TABLE market.categories (
    id          uuid PRIMARY KEY,
    slug        text NOT NULL CONSTRAINT categories_slug_key UNIQUE
                CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' AND length(slug) <= 100 AND slug <> 'products'),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    image       jsonb CHECK (jsonb_typeof(image) = 'object'), -- {url, alt, width, height}
    parent_id   uuid CONSTRAINT categories_parent_fkey REFERENCES market.categories (id),
    path        uuid[] NOT NULL CONSTRAINT categories_depth CHECK (cardinality(path) BETWEEN 1 AND 8),
    sort_order  integer NOT NULL DEFAULT 0, -- among siblings, then by name
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX categories_parent ON market.categories (parent_id);
CREATE INDEX categories_path ON market.categories USING gin (path);

CREATE FUNCTION market.place_category() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above uuid[] := '{}';
BEGIN
    PERFORM market.lock_tree();
    IF NEW.parent_id IS NOT NULL THEN
        SELECT c.path INTO above FROM market.categories c WHERE c.id = NEW.parent_id;
        IF NEW.id = ANY (above) OR NEW.id = NEW.parent_id THEN
            RAISE EXCEPTION 'a category cannot be below itself'
                USING ERRCODE = 'check_violation', SCHEMA = 'market', TABLE = 'categories', CONSTRAINT = 'categories_no_cycle';
        END IF;
    END IF;
    NEW.path := coalesce(above, '{}') || NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER place_category BEFORE INSERT OR UPDATE OF id, parent_id, path ON market.categories
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION market.place_category();

CREATE FUNCTION market.move_subcategories() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE market.categories c SET path = NEW.path || c.path[cardinality(OLD.path) + 1:]
    WHERE c.path @> ARRAY[NEW.id] AND c.id <> NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER move_subcategories AFTER UPDATE OF parent_id ON market.categories
    FOR EACH ROW WHEN (NEW.path <> OLD.path) EXECUTE FUNCTION market.move_subcategories();

-- Products. version counts the changes of a product and its variants. sort_key
-- orders lists the same on every cluster, whatever its locale. A product has one
-- currency; its variants repeat it, which the foreign key makes them agree on.
CREATE TABLE market.products (
    id               uuid PRIMARY KEY,
    slug             text NOT NULL CONSTRAINT products_slug_key UNIQUE
                     CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' AND length(slug) <= 100),
    name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sort_key         text COLLATE "C" NOT NULL CHECK (sort_key <> ''),
    summary          text NOT NULL DEFAULT '' CHECK (length(summary) <= 500),
    description      text NOT NULL DEFAULT '' CHECK (length(description) <= 50000), -- Markdown
    description_html text NOT NULL DEFAULT '', -- of description, sanitised
    brand            text NOT NULL DEFAULT '' CHECK (length(brand) <= 100),
    category_id      uuid NOT NULL CONSTRAINT products_category_fkey REFERENCES market.categories (id),
    status           text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published')),
    currency         text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    images           jsonb NOT NULL DEFAULT '[]' -- [{url, alt, width, height}], the first is the card's
                     CHECK (jsonb_typeof(images) = 'array' AND jsonb_array_length(images) <= 20),
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    UNIQUE (id, currency)
);
CREATE INDEX products_listed ON market.products (status, sort_key, id);
CREATE INDEX products_category ON market.products (category_id, status, sort_key, id);

-- Variants: what is sold. The sku is checked at commit, so that two variants can
-- swap theirs.
CREATE TABLE market.variants (
    id          uuid PRIMARY KEY,
    product_id  uuid NOT NULL,
    sku         text NOT NULL CONSTRAINT variants_sku_key UNIQUE DEFERRABLE INITIALLY DEFERRED
                CHECK (sku ~ '^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$'),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    price_minor bigint NOT NULL CHECK (price_minor BETWEEN 1 AND 99999999999), -- VAT included
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    vat_rate    integer NOT NULL CHECK (vat_rate BETWEEN 0 AND 10000), -- basis points
    quantity    bigint NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000), -- of unit
    unit        text NOT NULL CHECK (unit IN ('g', 'ml', 'each')),
    sort_order  integer NOT NULL CHECK (sort_order >= 0),
    CONSTRAINT variants_product_fkey FOREIGN KEY (product_id, currency)
        REFERENCES market.products (id, currency) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT variants_order_key UNIQUE (product_id, sort_order) DEFERRABLE INITIALLY DEFERRED
);

-- A published product has at least one variant, from commit to commit.
CREATE FUNCTION market.require_variant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE product uuid;
BEGIN
    IF TG_TABLE_NAME = 'products' THEN product := NEW.id; ELSE product := OLD.product_id; END IF;
    IF EXISTS (SELECT FROM market.products p WHERE p.id = product AND p.status = 'published')
        AND NOT EXISTS (SELECT FROM market.variants v WHERE v.product_id = product) THEN
        RAISE EXCEPTION 'a published product needs a variant'
            USING ERRCODE = 'check_violation', SCHEMA = 'market', TABLE = 'products', CONSTRAINT = 'products_need_a_variant';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER published_has_variant AFTER INSERT OR UPDATE OF status ON market.products
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'published') EXECUTE FUNCTION market.require_variant();
CREATE CONSTRAINT TRIGGER variant_kept AFTER DELETE OR UPDATE OF product_id ON market.variants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION market.require_variant();

-- What a list shows of a product: the variant with the lowest price stands for
-- all. A draft may have none yet.
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

-- All that a product's page shows, in one row.
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

-- migrate:down
DROP SCHEMA market CASCADE;
