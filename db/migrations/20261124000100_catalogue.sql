-- migrate:up
-- The catalogue of a food shop: what a product is made of and where it is from, who
-- makes it, what it costs whom and when, and how much of it there is.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- GS1 General Specifications, section 7.9: the check digit of a GTIN of 8, 12, 13
-- or 14 digits. Shorter ones are longer ones without leading zeros.
CREATE FUNCTION market.gtin_ok(gtin text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN gtin ~ '^([0-9]{8}|[0-9]{12,14})$' THEN (
        SELECT sum(substr(lpad(gtin, 14, '0'), i, 1)::int * CASE i % 2 WHEN 1 THEN 3 ELSE 1 END) % 10 = 0
        FROM generate_series(1, 14) AS i) ELSE false END
$$;

-- Allergens by the names of Annex II of Regulation (EU) 1169/2011 as retained in the
-- United Kingdom: {"milk": {"state": "contains", "detail": "whey"}}. What is not
-- named is unknown, which is not the same as absent.
CREATE FUNCTION market.allergens_ok(allergens jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE jsonb_typeof(allergens) WHEN 'object' THEN NOT EXISTS (
        SELECT FROM jsonb_each(allergens) AS a (code, says)
        WHERE code NOT IN ('celery', 'gluten', 'crustaceans', 'eggs', 'fish', 'lupin', 'milk', 'molluscs', 'mustard',
                'nuts', 'peanuts', 'sesame', 'soya', 'sulphites')
            OR coalesce(says ->> 'state', '') NOT IN ('contains', 'may_contain', 'free')
            OR length(coalesce(says ->> 'detail', '')) > 100
    ) ELSE false END
$$;

-- Nutrition of 100 g or 100 ml, energy in kJ and kcal, the rest in milligrams. Parts
-- are not more than the whole; 100 ml may weigh more than 100 g (syrup: 140 g).
CREATE FUNCTION market.nutrition_ok(n jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT coalesce(CASE jsonb_typeof(n) WHEN 'object' THEN
        n ->> 'per' IN ('100g', '100ml')
        AND (n ->> 'energy_kj')::bigint BETWEEN 0 AND 4000 AND (n ->> 'energy_kcal')::bigint BETWEEN 0 AND 1000
        AND (n ->> 'fat_mg')::bigint >= 0 AND (n ->> 'carbohydrate_mg')::bigint >= 0
        AND (n ->> 'protein_mg')::bigint >= 0 AND (n ->> 'salt_mg')::bigint >= 0
        AND coalesce((n ->> 'fibre_mg')::bigint, 0) >= 0
        AND (n ->> 'saturates_mg')::bigint BETWEEN 0 AND (n ->> 'fat_mg')::bigint
        AND (n ->> 'sugars_mg')::bigint BETWEEN 0 AND (n ->> 'carbohydrate_mg')::bigint
        AND (n ->> 'fat_mg')::bigint + (n ->> 'carbohydrate_mg')::bigint + (n ->> 'protein_mg')::bigint
            + (n ->> 'salt_mg')::bigint + coalesce((n ->> 'fibre_mg')::bigint, 0)
            <= CASE n ->> 'per' WHEN '100g' THEN 100000 ELSE 140000 END
    END, false)
$$;

-- Terms: what products are grouped by besides categories. A brand and a producer
-- are one a product; a label (organic, vegan) says who claims it; a collection has
-- its products by a rule.
CREATE TABLE market.terms (
    id               uuid PRIMARY KEY,
    taxonomy         text NOT NULL CHECK (taxonomy IN ('brand', 'producer', 'label', 'collection')),
    slug             text NOT NULL CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' AND length(slug) <= 100),
    name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sort_key         text COLLATE "C" NOT NULL GENERATED ALWAYS AS ( -- the name without case and accents
                     left(regexp_replace(lower(normalize(name, NFKD) COLLATE "C"), '[\u0300-\u036f]', '', 'g'), 120)) STORED,
    description      text NOT NULL DEFAULT '' CHECK (length(description) <= 10000), -- Markdown
    description_html text NOT NULL DEFAULT '', -- of description, sanitised
    image            jsonb CHECK (jsonb_typeof(image) = 'object'), -- {url, alt, width, height}
    website          text NOT NULL DEFAULT '' CHECK (length(website) <= 500),
    place            text NOT NULL DEFAULT '' CHECK (length(place) <= 200), -- "Suffolk, England"
    rule             jsonb CHECK (jsonb_typeof(rule) = 'object'), -- of a collection: contract.Rule
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT terms_slug_key UNIQUE (taxonomy, slug),
    UNIQUE (id, taxonomy),
    CHECK ((taxonomy = 'collection') = (rule IS NOT NULL))
);
CREATE INDEX terms_listed ON market.terms (taxonomy, sort_key, id);

-- The terms of a product. Those of collections follow from their rules and are kept
-- in the transaction that changes the product or the rule.
CREATE TABLE market.product_terms (
    product_id  uuid NOT NULL REFERENCES market.products (id) ON DELETE CASCADE,
    term_id     uuid NOT NULL,
    taxonomy    text NOT NULL,
    source      text CHECK (source IN ('declared', 'certified', 'derived')),
    certificate text NOT NULL DEFAULT '' CHECK (length(certificate) <= 100), -- "GB-ORG-99"
    PRIMARY KEY (product_id, term_id),
    CONSTRAINT product_terms_term_fkey FOREIGN KEY (term_id, taxonomy) REFERENCES market.terms (id, taxonomy),
    CHECK ((taxonomy = 'label') = (source IS NOT NULL)),
    CHECK (certificate = '' OR source = 'certified')
);
CREATE UNIQUE INDEX product_terms_one ON market.product_terms (product_id, taxonomy) WHERE taxonomy IN ('brand', 'producer');
CREATE INDEX product_terms_term ON market.product_terms (term_id, product_id);

-- Where a collection is shown besides its own page. The container is of another
-- domain, which is why no key leads there.
CREATE TABLE market.placements (
    term_id        uuid NOT NULL,
    taxonomy       text NOT NULL DEFAULT 'collection' CHECK (taxonomy = 'collection'),
    container_type text NOT NULL CHECK (container_type IN ('post', 'page')),
    container_id   text NOT NULL CHECK (length(container_id) BETWEEN 1 AND 100),
    sort_order     integer NOT NULL DEFAULT 0,
    PRIMARY KEY (term_id, container_type, container_id),
    FOREIGN KEY (term_id, taxonomy) REFERENCES market.terms (id, taxonomy) ON DELETE CASCADE
);
CREATE INDEX placements_container ON market.placements (container_type, container_id);

-- Words that the market's own addresses use.
ALTER TABLE market.categories ADD CONSTRAINT categories_slug_free
    CHECK (slug NOT IN ('brands', 'producers', 'labels', 'collections'));

-- What the law wants known before food is bought (retained Regulation (EU)
-- 1169/2011, articles 9 and 14), and what options the variants differ in.
ALTER TABLE market.products
    ADD COLUMN options          text[] NOT NULL DEFAULT '{}' CHECK (cardinality(options) <= 3), -- {Size,Flavour}
    ADD COLUMN legal_name       text NOT NULL DEFAULT '' CHECK (length(legal_name) <= 200),
    ADD COLUMN ingredients      text NOT NULL DEFAULT '' CHECK (length(ingredients) <= 5000), -- allergens **so**
    ADD COLUMN ingredients_html text NOT NULL DEFAULT '',
    ADD COLUMN allergens        jsonb NOT NULL DEFAULT '{}' CONSTRAINT products_allergens_check CHECK (market.allergens_ok(allergens)),
    ADD COLUMN nutrition        jsonb CONSTRAINT products_nutrition_check CHECK (market.nutrition_ok(nutrition)),
    ADD COLUMN storage          text NOT NULL DEFAULT '' CHECK (length(storage) <= 500),
    ADD COLUMN usage            text NOT NULL DEFAULT '' CHECK (length(usage) <= 1000),
    ADD COLUMN origin_country   text NOT NULL DEFAULT '' CHECK (origin_country ~ '^([A-Z]{2})?$'), -- ISO 3166-1
    ADD COLUMN origin_region    text NOT NULL DEFAULT '' CHECK (length(origin_region) <= 200),
    ADD COLUMN business_name    text NOT NULL DEFAULT '' CHECK (length(business_name) <= 200),
    ADD COLUMN business_address text NOT NULL DEFAULT '' CHECK (length(business_address) <= 500),
    ADD COLUMN age_limit        integer NOT NULL DEFAULT 0 CHECK (age_limit BETWEEN 0 AND 25);

-- Brands were words. Where two are spelt so that one address would do for both, they
-- are one brand.
WITH words AS (
    SELECT DISTINCT ON (slug) slug, brand FROM (
        SELECT brand, trim(BOTH '-' FROM left(regexp_replace(lower(brand), '[^a-z0-9]+', '-', 'g'), 100)) AS slug
        FROM market.products WHERE brand <> ''
    ) b WHERE slug <> '' ORDER BY slug, brand
)
INSERT INTO market.terms (id, taxonomy, slug, name, created_at, updated_at)
SELECT gen_random_uuid(), 'brand', slug, brand, shared.clock(), shared.clock() FROM words;
INSERT INTO market.product_terms (product_id, term_id, taxonomy)
SELECT p.id, t.id, 'brand' FROM market.products p
JOIN market.terms t ON t.slug = trim(BOTH '-' FROM left(regexp_replace(lower(p.brand), '[^a-z0-9]+', '-', 'g'), 100))
WHERE p.brand <> '';
DROP VIEW market.product_pages;
DROP VIEW market.product_cards;
ALTER TABLE market.products DROP COLUMN brand;

-- What is sold by weight is ordered in grams, and its price is that of quantity;
-- everything else is ordered by the piece. price_minor and the columns beside it are
-- what the price lists say now.
ALTER TABLE market.variants
    ADD COLUMN options            text[] NOT NULL DEFAULT '{}', -- one value for each of the product's options
    ADD COLUMN gtin               text CONSTRAINT variants_gtin_check CHECK (market.gtin_ok(gtin)),
    ADD COLUMN case_gtin          text CONSTRAINT variants_case_gtin_check CHECK (market.gtin_ok(case_gtin)),
    ADD COLUMN case_size          integer NOT NULL DEFAULT 0 CHECK (case_size BETWEEN 0 AND 100000), -- pieces; 0: not known
    ADD COLUMN pieces             integer NOT NULL DEFAULT 1 CHECK (pieces BETWEEN 1 AND 100000), -- in the pack: 4 x 125 g
    ADD COLUMN drained_quantity   bigint CHECK (drained_quantity BETWEEN 1 AND quantity),
    ADD COLUMN supplier_sku       text NOT NULL DEFAULT '' CHECK (length(supplier_sku) <= 64),
    ADD COLUMN sold_by_weight     boolean NOT NULL DEFAULT false CHECK (NOT sold_by_weight OR unit = 'g'),
    ADD COLUMN order_step         bigint NOT NULL DEFAULT 1 CHECK (order_step BETWEEN 1 AND 1000000),
    ADD COLUMN order_min          bigint NOT NULL DEFAULT 1,
    ADD COLUMN order_max          bigint CHECK (order_max <= 1000000),
    ADD COLUMN deposit_minor      bigint NOT NULL DEFAULT 0 CHECK (deposit_minor BETWEEN 0 AND 99999999999),
    ADD COLUMN member_price_minor bigint CHECK (member_price_minor BETWEEN 1 AND 99999999999),
    ADD COLUMN price_valid_until  timestamptz, -- of a reduced price
    ADD COLUMN lowest_price_minor bigint, -- of the 30 days before the reduction
    ADD COLUMN allergens          jsonb CONSTRAINT variants_allergens_check CHECK (market.allergens_ok(allergens)), -- where they differ
    ADD COLUMN track_stock        boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT variants_order_check CHECK (order_min BETWEEN order_step AND 1000000 AND order_min % order_step = 0
        AND coalesce(order_max >= order_min AND order_max % order_step = 0, true)
    ),
    ADD CONSTRAINT variants_reduced_check CHECK ((price_valid_until IS NULL) = (lowest_price_minor IS NULL));
-- Checked at commit, so that two variants can swap theirs.
ALTER TABLE market.variants ADD CONSTRAINT variants_gtin_key
    EXCLUDE (lpad(gtin, 14, '0') WITH =) DEFERRABLE INITIALLY DEFERRED;

-- Price lists: what a variant costs whom, and when. Nothing overlaps, and what has
-- been stays as it was.
CREATE TABLE market.prices (
    id          uuid PRIMARY KEY,
    variant_id  uuid NOT NULL REFERENCES market.variants (id) ON DELETE CASCADE,
    list        text NOT NULL CHECK (list IN ('public', 'member')),
    price_minor bigint NOT NULL CHECK (price_minor BETWEEN 1 AND 99999999999), -- VAT included
    valid       tstzrange NOT NULL CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
    created_at  timestamptz NOT NULL,
    CONSTRAINT prices_overlap EXCLUDE USING gist (variant_id WITH =, list WITH =, valid WITH &&) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX prices_variant ON market.prices (variant_id, list, lower(valid));
INSERT INTO market.prices (id, variant_id, list, price_minor, valid, created_at)
SELECT gen_random_uuid(), v.id, 'public', v.price_minor, tstzrange(p.created_at, NULL), shared.clock()
FROM market.variants v JOIN market.products p ON p.id = v.product_id;

-- Stock: one number for web and counter. on_hand is the sum of the movements, which
-- stay; reserved is part of it and belongs to orders.
CREATE TABLE market.stock (
    variant_id uuid PRIMARY KEY REFERENCES market.variants (id) ON DELETE CASCADE,
    on_hand    bigint NOT NULL DEFAULT 0 CONSTRAINT stock_not_negative CHECK (on_hand >= 0),
    reserved   bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL,
    CONSTRAINT stock_reserved_check CHECK (reserved BETWEEN 0 AND on_hand)
);
CREATE TABLE market.stock_movements (
    id         uuid PRIMARY KEY,
    variant_id uuid NOT NULL REFERENCES market.stock (variant_id) ON DELETE CASCADE,
    change     bigint NOT NULL CHECK (change <> 0 AND abs(change) <= 1000000000),
    on_hand    bigint NOT NULL CHECK (on_hand >= 0), -- after it
    reason     text NOT NULL CHECK (reason IN ('received', 'counter_sale', 'order', 'returned', 'counted', 'wasted', 'corrected')),
    note       text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    actor      text NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
    created_at timestamptz NOT NULL
);
CREATE INDEX stock_movements_variant ON market.stock_movements (variant_id, created_at DESC, id DESC);
CREATE INDEX stock_movements_all ON market.stock_movements (created_at DESC, id DESC);

CREATE FUNCTION market.keep_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a movement of stock stays as it is' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_movement BEFORE UPDATE ON market.stock_movements FOR EACH ROW EXECUTE FUNCTION market.keep_movement();

-- Which products changed in which transaction, for whoever keeps a picture of the
-- catalogue in memory: the row of a product that is gone stays. The zero id stands
-- for the category tree.
CREATE TABLE market.changes (
    product_id uuid PRIMARY KEY,
    changed    xid8 NOT NULL
);
CREATE INDEX changes_changed ON market.changes (changed);

CREATE FUNCTION market.note_change(product uuid) RETURNS void LANGUAGE sql AS $$
    INSERT INTO market.changes (product_id, changed) VALUES (product, pg_current_xact_id())
    ON CONFLICT (product_id) DO UPDATE SET changed = excluded.changed
        WHERE market.changes.changed <> excluded.changed
$$;
CREATE FUNCTION market.note_changed_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'products' THEN PERFORM market.note_change(CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
    WHEN 'categories' THEN PERFORM market.note_change('00000000-0000-0000-0000-000000000000');
    WHEN 'stock' THEN PERFORM market.note_change((SELECT v.product_id FROM market.variants v WHERE v.id = NEW.variant_id));
    ELSE PERFORM market.note_change(CASE TG_OP WHEN 'DELETE' THEN OLD.product_id ELSE NEW.product_id END);
    END CASE;
    RETURN NULL;
END $$;
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON market.products FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON market.variants FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON market.product_terms FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON market.categories FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();
-- Of stock only what a reader of lists sees: that there is none, or some again.
CREATE TRIGGER note_change AFTER UPDATE ON market.stock FOR EACH ROW
    WHEN ((OLD.on_hand - OLD.reserved > 0) <> (NEW.on_hand - NEW.reserved > 0)) EXECUTE FUNCTION market.note_changed_row();
INSERT INTO market.changes SELECT id, pg_current_xact_id() FROM market.products;

-- What a list shows of a product: the variant with the lowest price stands for all.
-- A draft may have none yet.
--
-- Terms come in one order everywhere. Each is looked up by its id (OFFSET 0): the
-- planner would rather read all terms for every product than a few by the index.
CREATE VIEW market.product_cards AS
SELECT p.id, p.slug, p.name, p.sort_key, p.summary, p.status, p.currency, p.created_at, p.updated_at,
    p.images -> 0 AS image,
    c.id AS category_id, c.slug AS category_slug, c.name AS category_name, c.path AS category_path,
    coalesce(v.name, '') AS variant_name, coalesce(v.price_minor, 0) AS price_minor, v.member_price_minor,
    coalesce(v.pieces, 1) AS pieces, coalesce(v.drained_quantity, v.quantity, 0) AS quantity, coalesce(v.unit, 'each') AS unit,
    v.price_valid_until, v.lowest_price_minor,
    coalesce(v.variants, 0) AS variants, coalesce(v.in_stock, false) AS in_stock,
    (SELECT coalesce(json_agg(json_build_object('id', t.id, 'taxonomy', t.taxonomy, 'slug', t.slug, 'name', t.name,
            'source', x.source, 'certificate', x.certificate) ORDER BY t.taxonomy, t.sort_key, t.id), '[]')::json
        FROM market.product_terms x CROSS JOIN LATERAL (SELECT * FROM market.terms WHERE id = x.term_id OFFSET 0) t
        WHERE x.product_id = p.id) AS terms
FROM market.products p
JOIN market.categories c ON c.id = p.category_id
LEFT JOIN LATERAL (
    SELECT x.name, x.price_minor, x.member_price_minor, x.quantity, x.drained_quantity, x.unit, x.pieces,
        x.price_valid_until, x.lowest_price_minor, count(*) OVER () AS variants,
        bool_or(NOT x.track_stock OR coalesce(s.on_hand - s.reserved, 0) >= x.order_min) OVER () AS in_stock
    FROM market.variants x LEFT JOIN market.stock s ON s.variant_id = x.id WHERE x.product_id = p.id
    ORDER BY x.price_minor, x.sort_order LIMIT 1
) v ON true;

-- All that a product's page shows, in one row. Of a variant that is not counted
-- available is null.
CREATE VIEW market.product_pages AS
SELECT p.*,
    c.slug AS category_slug, c.name AS category_name, c.path AS category_path,
    (SELECT coalesce(json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name) ORDER BY cardinality(a.path)), '[]')::json
        FROM market.categories a WHERE a.id = ANY (c.path) AND a.id <> c.id) AS ancestors,
    (SELECT coalesce(json_agg(json_build_object('id', t.id, 'taxonomy', t.taxonomy, 'slug', t.slug, 'name', t.name,
            'source', x.source, 'certificate', x.certificate) ORDER BY t.taxonomy, t.sort_key, t.id), '[]')::json
        FROM market.product_terms x CROSS JOIN LATERAL (SELECT * FROM market.terms WHERE id = x.term_id OFFSET 0) t
        WHERE x.product_id = p.id) AS terms,
    (SELECT coalesce(json_agg(to_json(v) ORDER BY v.sort_order), '[]')::json
        FROM (SELECT x.*, CASE WHEN x.track_stock THEN coalesce(s.on_hand - s.reserved, 0) END AS available
            FROM market.variants x LEFT JOIN market.stock s ON s.variant_id = x.id WHERE x.product_id = p.id) v) AS variants
FROM market.products p
JOIN market.categories c ON c.id = p.category_id;

-- All that a term's page shows of the term, in one row.
CREATE VIEW market.term_pages AS
SELECT t.*, (SELECT coalesce(json_agg(json_build_object('container_type', x.container_type, 'container_id', x.container_id)
        ORDER BY x.container_type, x.container_id), '[]')::json
    FROM market.placements x WHERE x.term_id = t.id) AS placements
FROM market.terms t;

-- Which products are in which collections is kept exact by one lock: whoever changes
-- products shares it, whoever changes a rule or moves a category holds it alone. It is
-- taken before any row and before that of the category tree.
CREATE FUNCTION market.share_collections() RETURNS void
LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_xact_lock_shared(hashtext('market.collections')) $$;
CREATE FUNCTION market.hold_collections() RETURNS void
LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_xact_lock(hashtext('market.collections')) $$;

-- The database's ids among those of a rule: cat_019ab3f47c2e7d06b8a1f0c2d3e4f506.
CREATE FUNCTION market.rule_ids(ids jsonb) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(right(x, 32)::uuid), '{}') FROM jsonb_array_elements_text(ids) AS x
$$;

-- Whether a product is known to be free of an allergen: all its variants are, by
-- what they say themselves or else by what the product says.
CREATE FUNCTION market.free_of(product uuid, allergens jsonb, code text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT bool_and(coalesce(coalesce(v.allergens, free_of.allergens) -> code ->> 'state', '') = 'free')
            FROM market.variants v WHERE v.product_id = product),
        coalesce(allergens -> code ->> 'state', '') = 'free')
$$;

-- Which products, drafts too, fit the rules of which collections: the meaning of
-- contract.Rule.
CREATE VIEW market.collection_fits AS
WITH rules AS MATERIALIZED (
    SELECT t.id, market.rule_ids(t.rule -> 'categories') AS categories, market.rule_ids(t.rule -> 'brands') AS brands,
        market.rule_ids(t.rule -> 'producers') AS producers, market.rule_ids(t.rule -> 'labels') AS labels,
        ARRAY(SELECT jsonb_array_elements_text(t.rule -> 'free_from')) AS free_from,
        ARRAY(SELECT jsonb_array_elements_text(t.rule -> 'countries')) AS countries,
        coalesce((t.rule ->> 'reduced')::boolean, false) AS reduced,
        t.rule - '{products,except}'::text[] <> '{}' AS narrows,
        market.rule_ids(t.rule -> 'products') AS besides, market.rule_ids(t.rule -> 'except') AS excepted
    FROM market.terms t WHERE t.taxonomy = 'collection'
)
SELECT r.id AS term_id, p.id AS product_id
FROM rules r CROSS JOIN market.products p JOIN market.categories c ON c.id = p.category_id
WHERE p.id <> ALL (r.excepted) AND (p.id = ANY (r.besides) OR r.narrows
    AND (r.categories = '{}' OR c.path && r.categories)
    AND (r.countries = '{}' OR p.origin_country = ANY (r.countries))
    AND (r.brands = '{}' OR EXISTS (SELECT FROM market.product_terms x WHERE x.product_id = p.id AND x.term_id = ANY (r.brands)))
    AND (r.producers = '{}' OR EXISTS (SELECT FROM market.product_terms x WHERE x.product_id = p.id AND x.term_id = ANY (r.producers)))
    AND (r.labels = '{}' OR EXISTS (SELECT FROM market.product_terms x WHERE x.product_id = p.id AND x.term_id = ANY (r.labels)))
    AND (NOT r.reduced OR EXISTS (SELECT FROM market.variants v WHERE v.product_id = p.id AND v.price_valid_until IS NOT NULL))
    AND NOT EXISTS (SELECT FROM unnest(r.free_from) AS code WHERE NOT market.free_of(p.id, p.allergens, code)));

-- migrate:down
DROP VIEW market.collection_fits, market.term_pages;
DROP FUNCTION market.share_collections, market.hold_collections, market.rule_ids, market.free_of;
DROP VIEW market.product_pages, market.product_cards;
DROP TABLE market.changes, market.stock_movements, market.stock, market.prices, market.placements CASCADE;
ALTER TABLE market.categories DROP CONSTRAINT categories_slug_free;
DROP TRIGGER note_change ON market.products;
DROP TRIGGER note_change ON market.variants;
DROP TRIGGER note_change ON market.categories;
ALTER TABLE market.products ADD COLUMN brand text NOT NULL DEFAULT '' CHECK (length(brand) <= 100);
UPDATE market.products p SET brand = left(t.name, 100)
FROM market.product_terms x JOIN market.terms t ON t.id = x.term_id WHERE x.product_id = p.id AND x.taxonomy = 'brand';
DROP TABLE market.product_terms, market.terms CASCADE;
ALTER TABLE market.products DROP COLUMN options, DROP COLUMN legal_name, DROP COLUMN ingredients, DROP COLUMN ingredients_html,
    DROP COLUMN allergens, DROP COLUMN nutrition, DROP COLUMN storage, DROP COLUMN usage, DROP COLUMN origin_country,
    DROP COLUMN origin_region, DROP COLUMN business_name, DROP COLUMN business_address, DROP COLUMN age_limit;
ALTER TABLE market.variants DROP CONSTRAINT variants_order_check, DROP CONSTRAINT variants_reduced_check,
    DROP COLUMN options, DROP COLUMN gtin, DROP COLUMN case_gtin, DROP COLUMN case_size, DROP COLUMN pieces,
    DROP COLUMN drained_quantity, DROP COLUMN supplier_sku, DROP COLUMN sold_by_weight, DROP COLUMN order_step,
    DROP COLUMN order_min, DROP COLUMN order_max, DROP COLUMN deposit_minor, DROP COLUMN member_price_minor,
    DROP COLUMN price_valid_until, DROP COLUMN lowest_price_minor, DROP COLUMN allergens, DROP COLUMN track_stock;
DROP FUNCTION market.note_changed_row, market.note_change, market.keep_movement, market.gtin_ok, market.allergens_ok, market.nutrition_ok;
CREATE VIEW market.product_cards AS
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

CREATE VIEW market.product_pages AS
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
