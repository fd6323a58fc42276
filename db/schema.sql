-- Made from db/migrations by `make gen`. Read it; change the migrations.

CREATE SCHEMA account;

CREATE SCHEMA blog;

CREATE SCHEMA bus;

CREATE SCHEMA cart;

CREATE SCHEMA events;

CREATE SCHEMA identity;

CREATE SCHEMA market;

CREATE SCHEMA media;

CREATE SCHEMA orders;

CREATE SCHEMA river;

CREATE SCHEMA search;

CREATE SCHEMA shared;

CREATE SCHEMA ssg;

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

CREATE TYPE river.river_job_state AS ENUM (
    'available',
    'cancelled',
    'completed',
    'discarded',
    'pending',
    'retryable',
    'running',
    'scheduled'
);

CREATE FUNCTION blog.forget_paths() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM blog.left_paths WHERE kind = TG_ARGV[0] AND object_id = OLD.id;
    RETURN NULL;
END $$;

CREATE FUNCTION blog.leave_path() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.published_at IS NOT NULL THEN
        INSERT INTO blog.left_paths (path, kind, object_id, left_at) VALUES (OLD.path, 'post', OLD.id, shared.clock())
        ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, object_id = excluded.object_id, left_at = excluded.left_at;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        DELETE FROM blog.left_paths WHERE path = NEW.path;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION blog.leave_slug() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO blog.left_paths (path, kind, object_id, left_at)
        VALUES ('/' || TG_ARGV[0] || '/' || OLD.slug || '/', TG_ARGV[0], OLD.id, shared.clock())
        ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, object_id = excluded.object_id, left_at = excluded.left_at;
    END IF;
    DELETE FROM blog.left_paths WHERE path = '/' || TG_ARGV[0] || '/' || NEW.slug || '/';
    RETURN NULL;
END $$;

CREATE FUNCTION events.longest() RETURNS interval
    LANGUAGE sql STABLE
    AS $$
    SELECT COALESCE(max(ends_at - starts_at), interval '0') + interval '1 day' FROM events.occurrences
$$;

CREATE FUNCTION identity.only_append() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_setting('identity.pruning', true) = 'on' AND TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'identity.audit is only added to';
END $$;

CREATE FUNCTION market.allergens_ok(allergens jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
    SELECT CASE jsonb_typeof(allergens) WHEN 'object' THEN NOT EXISTS (
        SELECT FROM jsonb_each(allergens) AS a (code, says)
        WHERE code NOT IN ('celery', 'gluten', 'crustaceans', 'eggs', 'fish', 'lupin', 'milk', 'molluscs', 'mustard',
                'nuts', 'peanuts', 'sesame', 'soya', 'sulphites')
            OR coalesce(says ->> 'state', '') NOT IN ('contains', 'may_contain', 'free')
            OR length(coalesce(says ->> 'detail', '')) > 100
    ) ELSE false END
$$;

CREATE FUNCTION market.free_bits(allergens jsonb) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
    SELECT CASE WHEN allergens = '{}' THEN 0 ELSE
          CASE WHEN allergens -> 'celery' ->> 'state' = 'free' THEN 1 ELSE 0 END
        | CASE WHEN allergens -> 'gluten' ->> 'state' = 'free' THEN 2 ELSE 0 END
        | CASE WHEN allergens -> 'crustaceans' ->> 'state' = 'free' THEN 4 ELSE 0 END
        | CASE WHEN allergens -> 'eggs' ->> 'state' = 'free' THEN 8 ELSE 0 END
        | CASE WHEN allergens -> 'fish' ->> 'state' = 'free' THEN 16 ELSE 0 END
        | CASE WHEN allergens -> 'lupin' ->> 'state' = 'free' THEN 32 ELSE 0 END
        | CASE WHEN allergens -> 'milk' ->> 'state' = 'free' THEN 64 ELSE 0 END
        | CASE WHEN allergens -> 'molluscs' ->> 'state' = 'free' THEN 128 ELSE 0 END
        | CASE WHEN allergens -> 'mustard' ->> 'state' = 'free' THEN 256 ELSE 0 END
        | CASE WHEN allergens -> 'nuts' ->> 'state' = 'free' THEN 512 ELSE 0 END
        | CASE WHEN allergens -> 'peanuts' ->> 'state' = 'free' THEN 1024 ELSE 0 END
        | CASE WHEN allergens -> 'sesame' ->> 'state' = 'free' THEN 2048 ELSE 0 END
        | CASE WHEN allergens -> 'soya' ->> 'state' = 'free' THEN 4096 ELSE 0 END
        | CASE WHEN allergens -> 'sulphites' ->> 'state' = 'free' THEN 8192 ELSE 0 END
    END
$$;

CREATE FUNCTION market.free_of(product uuid, allergens jsonb, code text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(
        (SELECT bool_and(coalesce(coalesce(v.allergens, free_of.allergens) -> code ->> 'state', '') = 'free')
            FROM market.variants v WHERE v.product_id = product),
        coalesce(allergens -> code ->> 'state', '') = 'free')
$$;

CREATE FUNCTION market.gtin_ok(gtin text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT
    AS $_$
    SELECT CASE WHEN gtin ~ '^([0-9]{8}|[0-9]{12,14})$' THEN (
        SELECT sum(substr(lpad(gtin, 14, '0'), i, 1)::int * CASE i % 2 WHEN 1 THEN 3 ELSE 1 END) % 10 = 0
        FROM generate_series(1, 14) AS i) ELSE false END
$_$;

CREATE FUNCTION market.hold_collections() RETURNS void
    LANGUAGE sql
    AS $$ SELECT pg_advisory_xact_lock(hashtext('market.collections')) $$;

CREATE FUNCTION market.keep_movement() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'a movement of stock stays as it is' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION market.lock_tree() RETURNS void
    LANGUAGE sql
    AS $$ SELECT pg_advisory_xact_lock(hashtext('market.categories')) $$;

CREATE FUNCTION market.move_subcategories() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE market.categories c SET path = NEW.path || c.path[cardinality(OLD.path) + 1:]
    WHERE c.path @> ARRAY[NEW.id] AND c.id <> NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION market.note_availability() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE product uuid;
BEGIN
    SELECT v.product_id INTO product FROM market.variants v
    WHERE v.id = NEW.variant_id
        AND (OLD.on_hand - OLD.reserved >= v.order_min) <> (NEW.on_hand - NEW.reserved >= v.order_min);
    IF FOUND THEN PERFORM market.note_change(product); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION market.note_change(product uuid) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO market.changes (product_id, changed) VALUES (product, pg_current_xact_id())
    ON CONFLICT (product_id) DO UPDATE SET changed = excluded.changed
        WHERE market.changes.changed <> excluded.changed
$$;

CREATE FUNCTION market.note_changed_row() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'products' THEN PERFORM market.note_change(CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
    WHEN 'categories' THEN PERFORM market.note_change('00000000-0000-0000-0000-000000000000');
    WHEN 'stock' THEN PERFORM market.note_change((SELECT v.product_id FROM market.variants v WHERE v.id = NEW.variant_id));
    ELSE PERFORM market.note_change(CASE TG_OP WHEN 'DELETE' THEN OLD.product_id ELSE NEW.product_id END);
    END CASE;
    RETURN NULL;
END $$;

CREATE FUNCTION market.note_term() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM market.note_change(CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
    RETURN NULL;
END $$;

CREATE FUNCTION market.nutrition_ok(n jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
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

CREATE FUNCTION market.place_category() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION market.require_variant() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION market.rule_ids(ids jsonb) RETURNS uuid[]
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT coalesce(array_agg(right(x, 32)::uuid), '{}') FROM jsonb_array_elements_text(ids) AS x
$$;

CREATE FUNCTION market.share_collections() RETURNS void
    LANGUAGE sql
    AS $$ SELECT pg_advisory_xact_lock_shared(hashtext('market.collections')) $$;

CREATE FUNCTION orders.keep_order() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT (OLD.status = NEW.status OR (OLD.status, NEW.status) IN (
        ('pending_payment', 'paid'), ('pending_payment', 'cancelled'), ('pending_payment', 'expired'), ('expired', 'paid'),
        ('paid', 'part_fulfilled'), ('paid', 'fulfilled'), ('paid', 'cancelled'),
        ('part_fulfilled', 'fulfilled'), ('part_fulfilled', 'cancelled')))
    OR NOT (OLD.payment_status = NEW.payment_status OR (OLD.payment_status, NEW.payment_status) IN (
        ('unpaid', 'review'), ('review', 'unpaid'), ('unpaid', 'paid'), ('review', 'paid'),
        ('paid', 'part_refunded'), ('paid', 'refunded'), ('part_refunded', 'refunded')))
    OR NEW.paid_minor < OLD.paid_minor OR NEW.refunded_minor < OLD.refunded_minor
    OR (NEW.id, NEW.reference, NEW.channel, NEW.currency, NEW.placed_at) IS DISTINCT FROM (OLD.id, OLD.reference, OLD.channel, OLD.currency, OLD.placed_at) THEN
        RAISE EXCEPTION 'an order does not go from %/% to %/%', OLD.status, OLD.payment_status, NEW.status, NEW.payment_status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION orders.keep_row() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'a row of % stays as it is', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION orders.keep_terms() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO orders.terms VALUES (NEW.version, NEW.terms, NEW.cancellation, NEW.updated_at);
    RETURN NULL;
END $$;

CREATE FUNCTION orders.new_words() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'other terms are another version' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION river.river_job_state_in_bitmask(bitmask bit, state river.river_job_state) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE state
        WHEN 'available' THEN get_bit(bitmask, 7)
        WHEN 'cancelled' THEN get_bit(bitmask, 6)
        WHEN 'completed' THEN get_bit(bitmask, 5)
        WHEN 'discarded' THEN get_bit(bitmask, 4)
        WHEN 'pending'   THEN get_bit(bitmask, 3)
        WHEN 'retryable' THEN get_bit(bitmask, 2)
        WHEN 'running'   THEN get_bit(bitmask, 1)
        WHEN 'scheduled' THEN get_bit(bitmask, 0)
        ELSE 0
    END = 1;
$$;

CREATE FUNCTION search.head_of(kind text, title text, names text, summary text) RETURNS tsvector
    LANGUAGE sql STABLE
    AS $$
    SELECT setweight(to_tsvector('search.english', title), 'A') || setweight(to_tsvector('search.exact', title), 'A')
        || setweight(to_tsvector('search.english', names), 'B') || setweight(to_tsvector('search.exact', names), 'B')
        || setweight(to_tsvector('search.english', summary), 'C') || array_to_tsvector(ARRAY['=' || kind])
$$;

CREATE FUNCTION search.of_kinds(query tsquery, kinds text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE WHEN kinds = '' OR numnode(query) = 0 THEN query ELSE query && kinds::tsquery END
$$;

CREATE FUNCTION search.query(whole text, others text, last text) RETURNS tsquery
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE WHEN last = '' THEN to_tsquery('search.english', whole)
        WHEN others = '' THEN to_tsquery('search.english', whole) || to_tsquery('search.exact', last)
        ELSE to_tsquery('search.english', whole) || (to_tsquery('search.english', others) && to_tsquery('search.exact', last)) END
$$;

CREATE FUNCTION search.rank(head tsvector, folded text, query tsquery, asked text) RETURNS integer
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE WHEN folded = asked THEN 4000000 ELSE 0 END
        + CASE WHEN ts_filter(head, '{a}') @@ query THEN 2000000 ELSE 0 END
        + CASE WHEN head @@ query THEN 1000000 ELSE 0 END
        + least(999999, round(ts_rank('{0.05, 0.2, 0.5, 1}', head, query, 1) * 1000000)::integer)
$$;

CREATE FUNCTION shared.clock() RETURNS timestamp with time zone
    LANGUAGE sql PARALLEL SAFE
    AS $$
    SELECT coalesce(nullif(current_setting('shared.clock', true), '')::timestamptz, clock_timestamp())
$$;

CREATE TEXT SEARCH CONFIGURATION search.english (
    PARSER = pg_catalog."default" );

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR asciiword WITH english_stem;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR word WITH public.unaccent, english_stem;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR numword WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR email WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR url WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR host WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR sfloat WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR version WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR hword_numpart WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR hword_part WITH public.unaccent, english_stem;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR hword_asciipart WITH english_stem;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR numhword WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR asciihword WITH english_stem;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR hword WITH public.unaccent, english_stem;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR url_path WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR file WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR "float" WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR "int" WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.english
    ADD MAPPING FOR uint WITH simple;

CREATE TEXT SEARCH CONFIGURATION search.exact (
    PARSER = pg_catalog."default" );

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR asciiword WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR word WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR numword WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR email WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR url WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR host WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR sfloat WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR version WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR hword_numpart WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR hword_part WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR hword_asciipart WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR numhword WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR asciihword WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR hword WITH public.unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR url_path WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR file WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR "float" WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR "int" WITH simple;

ALTER TEXT SEARCH CONFIGURATION search.exact
    ADD MAPPING FOR uint WITH simple;

CREATE TABLE account.exports (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    failed_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    archive bytea,
    CONSTRAINT exports_check CHECK (((archive IS NULL) OR (ready_at IS NOT NULL)))
);

CREATE TABLE blog.authors (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    bio text DEFAULT ''::text NOT NULL,
    website text DEFAULT ''::text NOT NULL,
    location text DEFAULT ''::text NOT NULL,
    profile_image jsonb,
    cover_image jsonb,
    social jsonb DEFAULT '{}'::jsonb NOT NULL,
    meta jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    origin text DEFAULT 'local'::text NOT NULL,
    origin_id text,
    origin_hash text,
    CONSTRAINT authors_name_check CHECK (((length(name) >= 1) AND (length(name) <= 191))),
    CONSTRAINT authors_origin_check CHECK ((origin = ANY (ARRAY['local'::text, 'ghost'::text]))),
    CONSTRAINT authors_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9_-]{0,190}$'::text))
);

CREATE TABLE blog.ghost_conflicts (
    post_id uuid NOT NULL,
    theirs jsonb,
    found_at timestamp with time zone NOT NULL
);

CREATE TABLE blog.ghost_hooks (
    id bigint NOT NULL,
    digest bytea NOT NULL,
    event text NOT NULL,
    ghost_id text,
    signed_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    handled_at timestamp with time zone,
    CONSTRAINT ghost_hooks_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT ghost_hooks_event_check CHECK ((length(event) <= 64)),
    CONSTRAINT ghost_hooks_ghost_id_check CHECK (((length(ghost_id) >= 1) AND (length(ghost_id) <= 64)))
);

ALTER TABLE blog.ghost_hooks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME blog.ghost_hooks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE blog.ghost_lanes (
    lane text NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    succeeded_at timestamp with time zone,
    failed_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL,
    took_ms bigint DEFAULT 0 NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    missing integer DEFAULT 0 NOT NULL,
    CONSTRAINT ghost_lanes_lane_check CHECK ((lane = ANY (ARRAY['hook'::text, 'change'::text, 'period'::text, 'manual'::text, 'media'::text, 'push'::text])))
);

CREATE TABLE blog.ghost_media (
    url text NOT NULL,
    address text,
    width integer DEFAULT 0 NOT NULL,
    height integer DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL,
    CONSTRAINT ghost_media_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
);

CREATE TABLE blog.ghost_media_uses (
    url text NOT NULL,
    kind text NOT NULL,
    ghost_id text NOT NULL
);

CREATE TABLE blog.ghost_objects (
    kind text NOT NULL,
    ghost_id text NOT NULL,
    object_id uuid,
    hash bytea NOT NULL,
    data jsonb,
    url text,
    edited_at timestamp with time zone,
    applied_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT ghost_objects_check CHECK (((deleted_at IS NULL) OR ((data IS NULL) AND (object_id IS NULL)))),
    CONSTRAINT ghost_objects_ghost_id_check CHECK (((length(ghost_id) >= 1) AND (length(ghost_id) <= 64))),
    CONSTRAINT ghost_objects_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT ghost_objects_kind_check CHECK ((kind = ANY (ARRAY['post'::text, 'tag'::text, 'user'::text, 'tier'::text, 'newsletter'::text, 'member'::text, 'settings'::text])))
);

CREATE TABLE blog.left_paths (
    path text NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    left_at timestamp with time zone NOT NULL,
    CONSTRAINT left_paths_kind_check CHECK ((kind = ANY (ARRAY['post'::text, 'tag'::text, 'author'::text]))),
    CONSTRAINT left_paths_path_check CHECK (((path ~~ '/%'::text) AND (length(path) <= 1000)))
);

CREATE TABLE blog.members (
    id uuid NOT NULL,
    ghost_uuid uuid,
    email text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    status text NOT NULL,
    labels text[] DEFAULT '{}'::text[] NOT NULL,
    newsletters text[] DEFAULT '{}'::text[] NOT NULL,
    tiers text[] DEFAULT '{}'::text[] NOT NULL,
    user_id uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT members_email_check CHECK (((email <> ''::text) AND (length(email) <= 320))),
    CONSTRAINT members_status_check CHECK ((status = ANY (ARRAY['free'::text, 'paid'::text, 'comped'::text, 'gift'::text])))
);

CREATE TABLE blog.newsletters (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    status text NOT NULL,
    visibility text NOT NULL,
    subscribe_on_signup boolean NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    sender_name text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT newsletters_status_check CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);

CREATE TABLE blog.post_authors (
    post_id uuid NOT NULL,
    author_id uuid NOT NULL,
    sort_order integer NOT NULL
);

CREATE TABLE blog.post_tags (
    post_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    sort_order integer NOT NULL
);

CREATE TABLE blog.posts (
    id uuid NOT NULL,
    type text NOT NULL,
    slug text NOT NULL,
    path text NOT NULL,
    title text NOT NULL,
    status text NOT NULL,
    visibility text NOT NULL,
    email_only boolean DEFAULT false NOT NULL,
    is_public boolean GENERATED ALWAYS AS (((status = 'published'::text) AND (NOT email_only))) STORED NOT NULL,
    featured boolean DEFAULT false NOT NULL,
    source_format text NOT NULL,
    source text NOT NULL,
    ghost_html text,
    html text NOT NULL,
    members_html text,
    plaintext text NOT NULL,
    custom_excerpt text,
    excerpt text NOT NULL,
    reading_time integer NOT NULL,
    feature_image jsonb,
    meta jsonb DEFAULT '{}'::jsonb NOT NULL,
    codeinjection_head text,
    codeinjection_foot text,
    custom_template text,
    show_title_and_feature_image boolean DEFAULT true NOT NULL,
    published_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    sorted_at timestamp with time zone GENERATED ALWAYS AS (COALESCE(published_at, created_at)) STORED NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    origin text DEFAULT 'local'::text NOT NULL,
    origin_id text,
    origin_hash text,
    origin_version bigint,
    flags text[] DEFAULT '{}'::text[] NOT NULL,
    document text,
    tiers text[] DEFAULT '{}'::text[] NOT NULL,
    render_version integer DEFAULT 0 NOT NULL,
    created_by uuid,
    CONSTRAINT posts_check CHECK (((status <> 'published'::text) OR (published_at IS NOT NULL))),
    CONSTRAINT posts_check1 CHECK (((origin = 'local'::text) = (origin_id IS NULL))),
    CONSTRAINT posts_custom_excerpt_check CHECK ((length(custom_excerpt) <= 2000)),
    CONSTRAINT posts_origin_check CHECK ((origin = ANY (ARRAY['local'::text, 'ghost'::text, 'markdown'::text]))),
    CONSTRAINT posts_path_check CHECK (((path ~ '^(/[a-z0-9][a-z0-9_-]*)+/$'::text) AND (length(path) <= 1000))),
    CONSTRAINT posts_reading_time_check CHECK ((reading_time >= 1)),
    CONSTRAINT posts_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9_-]{0,190}$'::text)),
    CONSTRAINT posts_source_format_check CHECK ((source_format = ANY (ARRAY['markdown'::text, 'lexical'::text, 'mobiledoc'::text, 'html'::text]))),
    CONSTRAINT posts_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'scheduled'::text, 'published'::text]))),
    CONSTRAINT posts_title_check CHECK (((length(title) >= 1) AND (length(title) <= 2000))),
    CONSTRAINT posts_type_check CHECK ((type = ANY (ARRAY['post'::text, 'page'::text]))),
    CONSTRAINT posts_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'members'::text, 'paid'::text, 'tiers'::text])))
);

CREATE VIEW blog.public_cards AS
 SELECT p.id,
    p.type,
    p.slug,
    p.path,
    p.title,
    p.excerpt,
    p.feature_image,
    p.featured,
    p.visibility,
    p.reading_time,
    p.published_at,
    p.updated_at,
    p.sorted_at
   FROM blog.posts p
  WHERE p.is_public;

CREATE VIEW blog.public_posts AS
 SELECT p.id,
    p.type,
    p.slug,
    p.path,
    p.title,
    p.excerpt,
    p.feature_image,
    p.featured,
    p.visibility,
    p.reading_time,
    p.published_at,
    p.updated_at,
    p.sorted_at,
    NULLIF(p.meta, '{}'::jsonb) AS meta,
    p.html,
    (p.members_html IS NOT NULL) AS gated,
    p.custom_template,
    p.show_title_and_feature_image
   FROM blog.posts p
  WHERE p.is_public;

CREATE TABLE blog.redirects (
    "position" integer NOT NULL,
    status integer NOT NULL,
    pattern text NOT NULL,
    target text NOT NULL,
    CONSTRAINT redirects_pattern_check CHECK (((length(pattern) >= 1) AND (length(pattern) <= 1000))),
    CONSTRAINT redirects_status_check CHECK ((status = ANY (ARRAY[301, 302]))),
    CONSTRAINT redirects_target_check CHECK (((length(target) >= 1) AND (length(target) <= 2000)))
);

CREATE TABLE blog.settings (
    one boolean DEFAULT true NOT NULL,
    data jsonb NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT settings_one_check CHECK (one)
);

CREATE TABLE blog.tags (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    internal boolean DEFAULT false NOT NULL,
    accent_color text,
    feature_image jsonb,
    meta jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    origin text DEFAULT 'local'::text NOT NULL,
    origin_id text,
    origin_hash text,
    CONSTRAINT tags_accent_color_check CHECK ((accent_color ~ '^#[0-9a-fA-F]{6}$'::text)),
    CONSTRAINT tags_name_check CHECK (((length(name) >= 1) AND (length(name) <= 191))),
    CONSTRAINT tags_origin_check CHECK ((origin = ANY (ARRAY['local'::text, 'ghost'::text]))),
    CONSTRAINT tags_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9_-]{0,190}$'::text))
);

CREATE TABLE blog.tiers (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    type text NOT NULL,
    active boolean NOT NULL,
    visibility text NOT NULL,
    currency text,
    monthly_minor bigint,
    yearly_minor bigint,
    trial_days integer DEFAULT 0 NOT NULL,
    benefits text[] DEFAULT '{}'::text[] NOT NULL,
    welcome_page_url text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT tiers_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT tiers_monthly_minor_check CHECK ((monthly_minor >= 0)),
    CONSTRAINT tiers_trial_days_check CHECK ((trial_days >= 0)),
    CONSTRAINT tiers_type_check CHECK ((type = ANY (ARRAY['free'::text, 'paid'::text]))),
    CONSTRAINT tiers_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'none'::text]))),
    CONSTRAINT tiers_yearly_minor_check CHECK ((yearly_minor >= 0))
);

CREATE TABLE bus.domain_events (
    id bigint NOT NULL,
    kind text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT shared.clock() NOT NULL,
    dispatched_at timestamp with time zone,
    built_at timestamp with time zone,
    CONSTRAINT domain_events_kind_check CHECK ((kind ~ '^[a-z]+\.[a-z_]+$'::text))
);

ALTER TABLE bus.domain_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME bus.domain_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE bus.handled (
    event_id bigint NOT NULL,
    handler text NOT NULL,
    handled_at timestamp with time zone DEFAULT shared.clock() NOT NULL,
    CONSTRAINT handled_handler_check CHECK ((handler ~ '^[a-z]+\.[a-z_]+$'::text))
);

CREATE TABLE bus.handlers (
    handler text NOT NULL,
    kind text NOT NULL,
    max_attempts smallint NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT handlers_handler_check CHECK ((handler ~ '^[a-z]+\.[a-z_]+$'::text)),
    CONSTRAINT handlers_max_attempts_check CHECK ((max_attempts > 0))
);

CREATE TABLE cart.cart_discounts (
    cart_id uuid NOT NULL,
    discount_id uuid NOT NULL,
    "position" integer NOT NULL
);

CREATE TABLE cart.carts (
    id uuid NOT NULL,
    holder text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    order_id text,
    currency text,
    note text DEFAULT ''::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT carts_check CHECK (((status = 'converted'::text) = (order_id IS NOT NULL))),
    CONSTRAINT carts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT carts_holder_check CHECK ((holder ~ '^(user_[0-9a-f]{32}|anonymous_[0-9a-f]{64})$'::text)),
    CONSTRAINT carts_note_check CHECK ((length(note) <= 1000)),
    CONSTRAINT carts_order_id_check CHECK ((order_id ~ '^ord_[0-9a-f]{32}$'::text)),
    CONSTRAINT carts_status_check CHECK ((status = ANY (ARRAY['open'::text, 'converted'::text, 'merged'::text, 'abandoned'::text]))),
    CONSTRAINT carts_version_check CHECK ((version > 0))
);

CREATE TABLE cart.discount_uses (
    discount_id uuid NOT NULL,
    order_id text NOT NULL,
    buyer text NOT NULL,
    taken_minor bigint NOT NULL,
    used_at timestamp with time zone NOT NULL,
    CONSTRAINT discount_uses_buyer_check CHECK (((length(buyer) >= 1) AND (length(buyer) <= 100))),
    CONSTRAINT discount_uses_order_id_check CHECK ((order_id ~ '^ord_[0-9a-f]{32}$'::text)),
    CONSTRAINT discount_uses_taken_minor_check CHECK ((taken_minor >= 0))
);

CREATE TABLE cart.discounts (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    percent_bp integer,
    amount_minor bigint,
    currency text,
    category_ids text[] DEFAULT '{}'::text[] NOT NULL,
    minimum_minor bigint DEFAULT 0 NOT NULL,
    usage_limit integer,
    usage_per_buyer integer,
    members_only boolean DEFAULT false NOT NULL,
    used integer DEFAULT 0 NOT NULL,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    active boolean DEFAULT true NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT discounts_amount_minor_check CHECK (((amount_minor >= 1) AND (amount_minor <= '99999999999'::bigint))),
    CONSTRAINT discounts_category_ids_check CHECK ((cardinality(category_ids) <= 50)),
    CONSTRAINT discounts_check CHECK ((ends_at > starts_at)),
    CONSTRAINT discounts_check1 CHECK (((kind = 'percent'::text) = (percent_bp IS NOT NULL))),
    CONSTRAINT discounts_check2 CHECK (((kind = 'fixed'::text) = (amount_minor IS NOT NULL))),
    CONSTRAINT discounts_check3 CHECK ((((amount_minor IS NULL) AND (minimum_minor = 0)) OR (currency IS NOT NULL))),
    CONSTRAINT discounts_code_check CHECK ((code ~ '^[A-Z0-9-]{3,40}$'::text)),
    CONSTRAINT discounts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT discounts_kind_check CHECK ((kind = ANY (ARRAY['percent'::text, 'fixed'::text]))),
    CONSTRAINT discounts_minimum_minor_check CHECK ((minimum_minor >= 0)),
    CONSTRAINT discounts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT discounts_percent_bp_check CHECK (((percent_bp >= 1) AND (percent_bp <= 10000))),
    CONSTRAINT discounts_usage_limit_check CHECK ((usage_limit > 0)),
    CONSTRAINT discounts_usage_per_buyer_check CHECK ((usage_per_buyer > 0)),
    CONSTRAINT discounts_used_check CHECK (((used >= 0) AND (used <= COALESCE(usage_limit, 2147483647))))
);

CREATE TABLE cart.lines (
    id uuid NOT NULL,
    cart_id uuid NOT NULL,
    kind text NOT NULL,
    thing text NOT NULL,
    quantity bigint NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    added_unit_minor bigint NOT NULL,
    "position" integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    CONSTRAINT lines_added_unit_minor_check CHECK ((added_unit_minor >= 0)),
    CONSTRAINT lines_kind_check CHECK ((kind = ANY (ARRAY['product'::text, 'ticket'::text, 'booking'::text]))),
    CONSTRAINT lines_name_check CHECK ((length(name) <= 400)),
    CONSTRAINT lines_note_check CHECK ((length(note) <= 500)),
    CONSTRAINT lines_quantity_check CHECK (((quantity >= 1) AND (quantity <= 1000000))),
    CONSTRAINT lines_thing_check CHECK (((length(thing) >= 1) AND (length(thing) <= 100)))
);

CREATE TABLE events.calendars (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    colour text DEFAULT ''::text NOT NULL,
    timezone text NOT NULL,
    proposals boolean DEFAULT false NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    archived_at timestamp with time zone,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT calendars_colour_check CHECK ((colour ~ '^(#[0-9a-f]{6})?$'::text)),
    CONSTRAINT calendars_description_check CHECK ((length(description) <= 10000)),
    CONSTRAINT calendars_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT calendars_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100))),
    CONSTRAINT calendars_timezone_check CHECK (((length(timezone) >= 1) AND (length(timezone) <= 60))),
    CONSTRAINT calendars_version_check CHECK ((version > 0))
);

CREATE TABLE events.entries (
    id uuid NOT NULL,
    calendar_id uuid NOT NULL,
    uid text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    slug text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    kind text DEFAULT 'public'::text NOT NULL,
    title text NOT NULL,
    summary text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    image jsonb,
    timezone text NOT NULL,
    all_day boolean DEFAULT false NOT NULL,
    local_start timestamp without time zone NOT NULL,
    local_end timestamp without time zone NOT NULL,
    rrule text DEFAULT ''::text NOT NULL,
    rdates timestamp without time zone[] DEFAULT '{}'::timestamp without time zone[] NOT NULL,
    exdates timestamp without time zone[] DEFAULT '{}'::timestamp without time zone[] NOT NULL,
    attendance text DEFAULT 'in_person'::text NOT NULL,
    venue_id uuid,
    online_url text DEFAULT ''::text NOT NULL,
    online_public boolean DEFAULT false NOT NULL,
    organizer text DEFAULT ''::text NOT NULL,
    proposed_by text DEFAULT ''::text NOT NULL,
    split_from uuid,
    published_at timestamp with time zone,
    edited_at timestamp with time zone NOT NULL,
    expanded_until timestamp without time zone NOT NULL,
    zone_version text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT entries_all_day_check CHECK (((NOT all_day) OR (((local_start)::time without time zone = '00:00:00'::time without time zone) AND ((local_end)::time without time zone = '00:00:00'::time without time zone)))),
    CONSTRAINT entries_attendance_check CHECK ((attendance = ANY (ARRAY['in_person'::text, 'online'::text, 'mixed'::text]))),
    CONSTRAINT entries_description_check CHECK ((length(description) <= 50000)),
    CONSTRAINT entries_exdates_check CHECK ((cardinality(exdates) <= 800)),
    CONSTRAINT entries_kind_check CHECK ((kind = ANY (ARRAY['public'::text, 'private'::text]))),
    CONSTRAINT entries_online_check CHECK (((attendance <> 'in_person'::text) OR (online_url = ''::text))),
    CONSTRAINT entries_online_url_check CHECK ((length(online_url) <= 2000)),
    CONSTRAINT entries_organizer_check CHECK ((length(organizer) <= 200)),
    CONSTRAINT entries_proposed_by_check CHECK ((proposed_by ~ '^(user_[0-9a-f]{32})?$'::text)),
    CONSTRAINT entries_range_check CHECK (((local_end > local_start) OR ((local_end = local_start) AND (NOT all_day)))),
    CONSTRAINT entries_rdates_check CHECK ((cardinality(rdates) <= 800)),
    CONSTRAINT entries_rrule_check CHECK ((length(rrule) <= 500)),
    CONSTRAINT entries_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT entries_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100))),
    CONSTRAINT entries_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'submitted'::text, 'provisional'::text, 'confirmed'::text, 'declined'::text, 'cancelled'::text, 'postponed'::text]))),
    CONSTRAINT entries_summary_check CHECK ((length(summary) <= 500)),
    CONSTRAINT entries_timezone_check CHECK (((length(timezone) >= 1) AND (length(timezone) <= 60))),
    CONSTRAINT entries_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200))),
    CONSTRAINT entries_uid_check CHECK (((length(uid) >= 1) AND (length(uid) <= 255))),
    CONSTRAINT entries_version_check CHECK ((version > 0))
);

CREATE TABLE events.occurrences (
    id uuid NOT NULL,
    entry_id uuid NOT NULL,
    recurrence_local timestamp without time zone NOT NULL,
    slug text NOT NULL,
    local_start timestamp without time zone NOT NULL,
    local_end timestamp without time zone NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    adjusted text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'scheduled'::text NOT NULL,
    moved boolean DEFAULT false NOT NULL,
    kept boolean DEFAULT false NOT NULL,
    title text,
    summary text,
    description text,
    description_html text,
    venue_id uuid,
    online_url text,
    previous_start timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT occurrences_adjusted_check CHECK ((adjusted = ANY (ARRAY[''::text, 'gap'::text, 'overlap'::text]))),
    CONSTRAINT occurrences_description_check CHECK ((length(description) <= 50000)),
    CONSTRAINT occurrences_online_url_check CHECK ((length(online_url) <= 2000)),
    CONSTRAINT occurrences_range_check CHECK (((local_end >= local_start) AND (ends_at >= starts_at) AND (ends_at <= (starts_at + '400 days'::interval)))),
    CONSTRAINT occurrences_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT occurrences_slug_check CHECK ((slug ~ '^[0-9][0-9-]{0,30}$'::text)),
    CONSTRAINT occurrences_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'cancelled'::text, 'postponed'::text]))),
    CONSTRAINT occurrences_summary_check CHECK ((length(summary) <= 500)),
    CONSTRAINT occurrences_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

CREATE TABLE events.venues (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    street text DEFAULT ''::text NOT NULL,
    locality text DEFAULT ''::text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    postal_code text DEFAULT ''::text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    latitude double precision,
    longitude double precision,
    timezone text NOT NULL,
    accessibility text[] DEFAULT '{}'::text[] NOT NULL,
    accessibility_note text DEFAULT ''::text NOT NULL,
    website text DEFAULT ''::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT venues_accessibility_check CHECK ((cardinality(accessibility) <= 20)),
    CONSTRAINT venues_accessibility_note_check CHECK ((length(accessibility_note) <= 2000)),
    CONSTRAINT venues_country_check CHECK ((country ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT venues_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT venues_locality_check CHECK ((length(locality) <= 120)),
    CONSTRAINT venues_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT venues_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT venues_point_check CHECK (((latitude IS NULL) = (longitude IS NULL))),
    CONSTRAINT venues_postal_code_check CHECK ((length(postal_code) <= 20)),
    CONSTRAINT venues_region_check CHECK ((length(region) <= 120)),
    CONSTRAINT venues_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100))),
    CONSTRAINT venues_street_check CHECK ((length(street) <= 300)),
    CONSTRAINT venues_timezone_check CHECK (((length(timezone) >= 1) AND (length(timezone) <= 60))),
    CONSTRAINT venues_version_check CHECK ((version > 0)),
    CONSTRAINT venues_website_check CHECK ((length(website) <= 500))
);

CREATE VIEW events.date_cards AS
 SELECT o.id,
    o.slug,
    o.status,
    o.local_start,
    o.local_end,
    o.starts_at,
    o.ends_at,
    COALESCE(o.title, e.title) AS title,
    COALESCE(o.summary, e.summary) AS summary,
    e.id AS entry_id,
    e.slug AS entry_slug,
    e.title AS entry_title,
    e.state,
    e.kind,
    e.image,
    e.timezone,
    e.all_day,
    e.attendance,
    e.proposed_by,
    c.id AS calendar_id,
    c.slug AS calendar_slug,
    c.name AS calendar_name,
    c.colour AS calendar_colour,
    COALESCE(v.name, ''::text) AS place,
    (EXISTS ( SELECT
           FROM events.occurrences x
          WHERE ((x.entry_id = o.entry_id) AND (x.id <> o.id)))) AS series
   FROM (((events.occurrences o
     JOIN events.entries e ON ((e.id = o.entry_id)))
     JOIN events.calendars c ON ((c.id = e.calendar_id)))
     LEFT JOIN events.venues v ON ((v.id = COALESCE(o.venue_id, e.venue_id))));

CREATE TABLE events.erased (
    user_hash bytea NOT NULL,
    CONSTRAINT erased_user_hash_check CHECK ((length(user_hash) = 32))
);

CREATE TABLE events.feeds (
    id uuid NOT NULL,
    user_id text NOT NULL,
    token_hash bytea NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT feeds_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT feeds_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT feeds_user_id_check CHECK ((user_id ~ '^user_[0-9a-f]{32}$'::text))
);

CREATE TABLE events.follows (
    user_id text NOT NULL,
    calendar_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT follows_user_id_check CHECK ((user_id ~ '^user_[0-9a-f]{32}$'::text))
);

CREATE TABLE events.imports (
    entry_id uuid NOT NULL,
    digest bytea NOT NULL,
    sequence integer NOT NULL,
    modified timestamp with time zone,
    at timestamp with time zone NOT NULL,
    CONSTRAINT imports_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT imports_sequence_check CHECK ((sequence >= 0))
);

CREATE TABLE events.placements (
    calendar_id uuid NOT NULL,
    container_type text NOT NULL,
    container_id text NOT NULL,
    view text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    CONSTRAINT placements_check CHECK (((container_type = ANY (ARRAY['site'::text, 'market'::text])) = (container_id = ''::text))),
    CONSTRAINT placements_container_id_check CHECK ((container_id ~ '^(post_[0-9a-f]{32})?$'::text)),
    CONSTRAINT placements_container_type_check CHECK ((container_type = ANY (ARRAY['site'::text, 'market'::text, 'page'::text, 'post'::text]))),
    CONSTRAINT placements_view_check CHECK ((view = ANY (ARRAY['list'::text, 'month'::text, 'next'::text])))
);

CREATE TABLE events.saved (
    user_id text NOT NULL,
    occurrence_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT saved_user_id_check CHECK ((user_id ~ '^user_[0-9a-f]{32}$'::text))
);

CREATE TABLE events.transitions (
    id bigint NOT NULL,
    entry_id uuid NOT NULL,
    occurrence_id uuid,
    from_state text NOT NULL,
    to_state text NOT NULL,
    actor text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT transitions_actor_check CHECK (((length(actor) >= 1) AND (length(actor) <= 100))),
    CONSTRAINT transitions_from_state_check CHECK ((length(from_state) <= 20)),
    CONSTRAINT transitions_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT transitions_to_state_check CHECK ((length(to_state) <= 20))
);

ALTER TABLE events.transitions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.transitions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE identity.access_tokens (
    hash bytea NOT NULL,
    grant_id uuid NOT NULL,
    scopes text[] NOT NULL,
    audience text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT access_tokens_hash_check CHECK ((length(hash) = 32))
);

CREATE TABLE identity.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    user_id uuid,
    network text DEFAULT ''::text NOT NULL,
    request_id text DEFAULT ''::text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_action_check CHECK ((action ~ '^[a-z_]+(\.[a-z_]+)*$'::text))
);

ALTER TABLE identity.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME identity.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE identity.ceremonies (
    hash bytea NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    data jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ceremonies_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT ceremonies_kind_check CHECK ((kind = ANY (ARRAY['register'::text, 'sign_in'::text])))
);

CREATE TABLE identity.clients (
    client_id text NOT NULL,
    kind text NOT NULL,
    client_name text NOT NULL,
    client_uri text DEFAULT ''::text NOT NULL,
    confidential boolean NOT NULL,
    secret_hash bytea,
    redirect_uris text[] DEFAULT '{}'::text[] NOT NULL,
    post_logout_redirect_uris text[] DEFAULT '{}'::text[] NOT NULL,
    backchannel_logout_uri text DEFAULT ''::text NOT NULL,
    grant_types text[] NOT NULL,
    scopes text[] NOT NULL,
    audiences text[] NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT clients_check CHECK ((confidential = (secret_hash IS NOT NULL))),
    CONSTRAINT clients_check1 CHECK ((confidential OR (NOT ('client_credentials'::text = ANY (grant_types))))),
    CONSTRAINT clients_client_id_check CHECK ((client_id ~ '^(client|app)_[0-9a-z]+$'::text)),
    CONSTRAINT clients_client_name_check CHECK (((length(client_name) >= 1) AND (length(client_name) <= 120))),
    CONSTRAINT clients_grant_types_check CHECK ((grant_types <@ ARRAY['authorization_code'::text, 'refresh_token'::text, 'client_credentials'::text, 'urn:ietf:params:oauth:grant-type:device_code'::text])),
    CONSTRAINT clients_kind_check CHECK ((kind = ANY (ARRAY['app'::text, 'first_party'::text, 'third_party'::text, 'service'::text]))),
    CONSTRAINT clients_secret_hash_check CHECK ((length(secret_hash) = 32))
);

CREATE TABLE identity.codes (
    hash bytea NOT NULL,
    grant_id uuid NOT NULL,
    redirect_uri text NOT NULL,
    code_challenge text NOT NULL,
    nonce text DEFAULT ''::text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT codes_code_challenge_check CHECK ((length(code_challenge) = 43)),
    CONSTRAINT codes_hash_check CHECK ((length(hash) = 32))
);

CREATE TABLE identity.consents (
    user_id uuid NOT NULL,
    client_id text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

CREATE TABLE identity.device_codes (
    hash bytea NOT NULL,
    user_code text NOT NULL,
    client_id text NOT NULL,
    scopes text[] NOT NULL,
    audience text[] NOT NULL,
    network text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    grant_id uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    every integer DEFAULT 5 NOT NULL,
    polled_at timestamp with time zone,
    denied_at timestamp with time zone,
    used_at timestamp with time zone,
    CONSTRAINT device_codes_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT device_codes_user_agent_check CHECK ((length(user_agent) <= 400)),
    CONSTRAINT device_codes_user_code_check CHECK ((user_code ~ '^[BCDFGHJKLMNPQRSTVWXZ]{8}$'::text))
);

CREATE TABLE identity.devices (
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    CONSTRAINT devices_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE identity.email_changes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    old_address text NOT NULL,
    new_address text NOT NULL,
    old_token_hash bytea,
    new_token_hash bytea NOT NULL,
    old_confirmed_at timestamp with time zone,
    new_confirmed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    voided_at timestamp with time zone,
    revert_hash bytea,
    revert_until timestamp with time zone,
    reverted_at timestamp with time zone,
    CONSTRAINT email_changes_kind_check CHECK ((kind = ANY (ARRAY['add'::text, 'replace'::text]))),
    CONSTRAINT email_changes_new_token_hash_check CHECK ((length(new_token_hash) = 32)),
    CONSTRAINT email_changes_old_token_hash_check CHECK ((length(old_token_hash) = 32)),
    CONSTRAINT email_changes_revert_hash_check CHECK ((length(revert_hash) = 32))
);

CREATE TABLE identity.emails (
    user_id uuid NOT NULL,
    address text NOT NULL,
    is_primary boolean DEFAULT false NOT NULL,
    verified_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT emails_address_check CHECK (((address = lower(address)) AND ((length(address) >= 3) AND (length(address) <= 254))))
);

CREATE TABLE identity.grants (
    id uuid NOT NULL,
    client_id text NOT NULL,
    user_id uuid,
    session_id uuid,
    scopes text[] NOT NULL,
    audience text[] NOT NULL,
    auth_time timestamp with time zone,
    amr text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_why text,
    CONSTRAINT grants_check CHECK (((revoked_at IS NULL) = (revoked_why IS NULL))),
    CONSTRAINT grants_revoked_why_check CHECK ((revoked_why = ANY (ARRAY['revoked'::text, 'code_reused'::text, 'refresh_token_reused'::text, 'signed_out'::text, 'client_changed'::text, 'user_changed'::text])))
);

CREATE TABLE identity.invitations (
    id uuid NOT NULL,
    address text,
    token_hash bytea NOT NULL,
    roles jsonb DEFAULT '[]'::jsonb NOT NULL,
    invited_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    used_by uuid,
    revoked_at timestamp with time zone,
    user_id uuid,
    CONSTRAINT invitations_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE identity.passkeys (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    credential jsonb NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_credential_id_check CHECK (((length(credential_id) >= 16) AND (length(credential_id) <= 1023))),
    CONSTRAINT passkeys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE identity.personal_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT personal_tokens_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT personal_tokens_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE identity.refresh_tokens (
    hash bytea NOT NULL,
    grant_id uuid NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT refresh_tokens_hash_check CHECK ((length(hash) = 32))
);

CREATE TABLE identity.role_grants (
    user_id uuid NOT NULL,
    role text NOT NULL,
    calendar_id text DEFAULT ''::text NOT NULL,
    granted_by text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    CONSTRAINT role_grants_check CHECK (((calendar_id = ''::text) OR (role = ANY (ARRAY['organiser'::text, 'steward'::text])))),
    CONSTRAINT role_grants_check1 CHECK (((calendar_id <> ''::text) OR (role <> 'organiser'::text))),
    CONSTRAINT role_grants_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'editor'::text, 'author'::text, 'contributor'::text, 'shopkeeper'::text, 'organiser'::text, 'steward'::text, 'moderator'::text])))
);

CREATE TABLE identity.sessions (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    parent_id uuid,
    origin text NOT NULL,
    method text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    authenticated_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_why text,
    network text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    CONSTRAINT sessions_check CHECK (((ended_at IS NULL) = (ended_why IS NULL))),
    CONSTRAINT sessions_ended_why_check CHECK ((ended_why = ANY (ARRAY['signed_out'::text, 'revoked'::text, 'replaced'::text, 'suspended'::text, 'deleted'::text, 'recovered'::text]))),
    CONSTRAINT sessions_method_check CHECK ((method = ANY (ARRAY['link'::text, 'code'::text, 'passkey'::text, 'invitation'::text, 'sso'::text]))),
    CONSTRAINT sessions_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT sessions_user_agent_check CHECK ((length(user_agent) <= 400))
);

CREATE TABLE identity.sign_ins (
    id uuid NOT NULL,
    address text NOT NULL,
    token_hash bytea NOT NULL,
    code_hash bytea NOT NULL,
    browser_hash bytea NOT NULL,
    known_device boolean NOT NULL,
    return_to text DEFAULT '/'::text NOT NULL,
    network text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    code_tries smallint DEFAULT 0 NOT NULL,
    used_at timestamp with time zone,
    used_by text,
    CONSTRAINT sign_ins_browser_hash_check CHECK ((length(browser_hash) = 32)),
    CONSTRAINT sign_ins_check CHECK (((used_at IS NULL) = (used_by IS NULL))),
    CONSTRAINT sign_ins_code_hash_check CHECK ((length(code_hash) = 32)),
    CONSTRAINT sign_ins_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT sign_ins_used_by_check CHECK ((used_by = ANY (ARRAY['link'::text, 'code'::text]))),
    CONSTRAINT sign_ins_user_agent_check CHECK ((length(user_agent) <= 400))
);

CREATE TABLE identity.signing_keys (
    kid text NOT NULL,
    sealed bytea NOT NULL,
    public_key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    signs_from timestamp with time zone NOT NULL,
    signs_to timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE identity.users (
    id uuid NOT NULL,
    display_name text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    webauthn_handle bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deletion_due timestamp with time zone,
    deleted_at timestamp with time zone,
    CONSTRAINT users_check CHECK (((deleted_at IS NOT NULL) = (state = 'deleted'::text))),
    CONSTRAINT users_display_name_check CHECK ((length(display_name) <= 120)),
    CONSTRAINT users_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'deleted'::text]))),
    CONSTRAINT users_webauthn_handle_check CHECK ((length(webauthn_handle) = 32))
);

CREATE TABLE identity.wrong_codes (
    address text NOT NULL,
    day date NOT NULL,
    wrong integer NOT NULL
);

CREATE TABLE market.categories (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    image jsonb,
    parent_id uuid,
    path uuid[] NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT categories_depth CHECK (((cardinality(path) >= 1) AND (cardinality(path) <= 8))),
    CONSTRAINT categories_description_check CHECK ((length(description) <= 2000)),
    CONSTRAINT categories_image_check CHECK ((jsonb_typeof(image) = 'object'::text)),
    CONSTRAINT categories_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT categories_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100) AND (slug <> 'products'::text))),
    CONSTRAINT categories_slug_free CHECK ((slug <> ALL (ARRAY['brands'::text, 'producers'::text, 'labels'::text, 'collections'::text])))
);

CREATE TABLE market.changes (
    product_id uuid NOT NULL,
    changed xid8 NOT NULL
);

CREATE TABLE market.product_terms (
    product_id uuid NOT NULL,
    term_id uuid NOT NULL,
    taxonomy text NOT NULL,
    source text,
    certificate text DEFAULT ''::text NOT NULL,
    CONSTRAINT product_terms_certificate_check CHECK ((length(certificate) <= 100)),
    CONSTRAINT product_terms_check CHECK (((taxonomy = 'label'::text) = (source IS NOT NULL))),
    CONSTRAINT product_terms_check1 CHECK (((certificate = ''::text) OR (source = 'certified'::text))),
    CONSTRAINT product_terms_source_check CHECK ((source = ANY (ARRAY['declared'::text, 'certified'::text, 'derived'::text])))
);

CREATE TABLE market.products (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    sort_key text NOT NULL COLLATE pg_catalog."C",
    summary text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    category_id uuid NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    currency text NOT NULL,
    images jsonb DEFAULT '[]'::jsonb NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    origin text DEFAULT 'local'::text NOT NULL,
    origin_id text,
    origin_hash text,
    origin_version bigint,
    options text[] DEFAULT '{}'::text[] NOT NULL,
    legal_name text DEFAULT ''::text NOT NULL,
    ingredients text DEFAULT ''::text NOT NULL,
    ingredients_html text DEFAULT ''::text NOT NULL,
    allergens jsonb DEFAULT '{}'::jsonb NOT NULL,
    nutrition jsonb,
    storage text DEFAULT ''::text NOT NULL,
    usage text DEFAULT ''::text NOT NULL,
    origin_country text DEFAULT ''::text NOT NULL,
    origin_region text DEFAULT ''::text NOT NULL,
    business_name text DEFAULT ''::text NOT NULL,
    business_address text DEFAULT ''::text NOT NULL,
    age_limit integer DEFAULT 0 NOT NULL,
    CONSTRAINT products_age_limit_check CHECK (((age_limit >= 0) AND (age_limit <= 25))),
    CONSTRAINT products_allergens_check CHECK (market.allergens_ok(allergens)),
    CONSTRAINT products_business_address_check CHECK ((length(business_address) <= 500)),
    CONSTRAINT products_business_name_check CHECK ((length(business_name) <= 200)),
    CONSTRAINT products_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT products_description_check CHECK ((length(description) <= 50000)),
    CONSTRAINT products_images_check CHECK (((jsonb_typeof(images) = 'array'::text) AND (jsonb_array_length(images) <= 20))),
    CONSTRAINT products_ingredients_check CHECK ((length(ingredients) <= 5000)),
    CONSTRAINT products_legal_name_check CHECK ((length(legal_name) <= 200)),
    CONSTRAINT products_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT products_nutrition_check CHECK (market.nutrition_ok(nutrition)),
    CONSTRAINT products_options_check CHECK ((cardinality(options) <= 3)),
    CONSTRAINT products_origin_check CHECK ((origin = ANY (ARRAY['local'::text, 'markdown'::text]))),
    CONSTRAINT products_origin_country_check CHECK ((origin_country ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT products_origin_id_check CHECK (((origin = 'local'::text) = (origin_id IS NULL))),
    CONSTRAINT products_origin_region_check CHECK ((length(origin_region) <= 200)),
    CONSTRAINT products_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100))),
    CONSTRAINT products_sort_key_check CHECK ((sort_key <> ''::text)),
    CONSTRAINT products_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text]))),
    CONSTRAINT products_storage_check CHECK ((length(storage) <= 500)),
    CONSTRAINT products_summary_check CHECK ((length(summary) <= 500)),
    CONSTRAINT products_usage_check CHECK ((length(usage) <= 1000))
);

CREATE TABLE market.terms (
    id uuid NOT NULL,
    taxonomy text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    sort_key text GENERATED ALWAYS AS ("left"(regexp_replace(lower((NORMALIZE(name, NFKD) COLLATE "C")), '[\u0300-\u036f]'::text, ''::text, 'g'::text), 120)) STORED NOT NULL COLLATE pg_catalog."C",
    description text DEFAULT ''::text NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    image jsonb,
    website text DEFAULT ''::text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    rule jsonb,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT terms_check CHECK (((taxonomy = 'collection'::text) = (rule IS NOT NULL))),
    CONSTRAINT terms_description_check CHECK ((length(description) <= 10000)),
    CONSTRAINT terms_image_check CHECK ((jsonb_typeof(image) = 'object'::text)),
    CONSTRAINT terms_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT terms_place_check CHECK ((length(place) <= 200)),
    CONSTRAINT terms_rule_check CHECK ((jsonb_typeof(rule) = 'object'::text)),
    CONSTRAINT terms_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100))),
    CONSTRAINT terms_taxonomy_check CHECK ((taxonomy = ANY (ARRAY['brand'::text, 'producer'::text, 'label'::text, 'collection'::text]))),
    CONSTRAINT terms_website_check CHECK ((length(website) <= 500))
);

CREATE TABLE market.variants (
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    vat_rate integer NOT NULL,
    quantity bigint NOT NULL,
    unit text NOT NULL,
    sort_order integer NOT NULL,
    options text[] DEFAULT '{}'::text[] NOT NULL,
    gtin text,
    case_gtin text,
    case_size integer DEFAULT 0 NOT NULL,
    pieces integer DEFAULT 1 NOT NULL,
    drained_quantity bigint,
    supplier_sku text DEFAULT ''::text NOT NULL,
    sold_by_weight boolean DEFAULT false NOT NULL,
    order_step bigint DEFAULT 1 NOT NULL,
    order_min bigint DEFAULT 1 NOT NULL,
    order_max bigint,
    deposit_minor bigint DEFAULT 0 NOT NULL,
    member_price_minor bigint,
    price_valid_until timestamp with time zone,
    lowest_price_minor bigint,
    allergens jsonb,
    track_stock boolean DEFAULT false NOT NULL,
    CONSTRAINT variants_allergens_check CHECK (market.allergens_ok(allergens)),
    CONSTRAINT variants_case_gtin_check CHECK (market.gtin_ok(case_gtin)),
    CONSTRAINT variants_case_size_check CHECK (((case_size >= 0) AND (case_size <= 100000))),
    CONSTRAINT variants_check CHECK (((drained_quantity >= 1) AND (drained_quantity <= quantity))),
    CONSTRAINT variants_check1 CHECK (((NOT sold_by_weight) OR (unit = 'g'::text))),
    CONSTRAINT variants_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT variants_deposit_minor_check CHECK (((deposit_minor >= 0) AND (deposit_minor <= '99999999999'::bigint))),
    CONSTRAINT variants_gtin_check CHECK (market.gtin_ok(gtin)),
    CONSTRAINT variants_member_price_minor_check CHECK (((member_price_minor >= 1) AND (member_price_minor <= '99999999999'::bigint))),
    CONSTRAINT variants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT variants_order_check CHECK ((((order_min >= order_step) AND (order_min <= 1000000)) AND ((order_min % order_step) = 0) AND COALESCE(((order_max >= order_min) AND ((order_max % order_step) = 0)), true))),
    CONSTRAINT variants_order_max_check CHECK ((order_max <= 1000000)),
    CONSTRAINT variants_order_step_check CHECK (((order_step >= 1) AND (order_step <= 1000000))),
    CONSTRAINT variants_pieces_check CHECK (((pieces >= 1) AND (pieces <= 100000))),
    CONSTRAINT variants_price_minor_check CHECK (((price_minor >= 1) AND (price_minor <= '99999999999'::bigint))),
    CONSTRAINT variants_quantity_check CHECK (((quantity >= 1) AND (quantity <= 1000000000))),
    CONSTRAINT variants_reduced_check CHECK (((price_valid_until IS NULL) = (lowest_price_minor IS NULL))),
    CONSTRAINT variants_sku_check CHECK ((sku ~ '^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$'::text)),
    CONSTRAINT variants_sort_order_check CHECK ((sort_order >= 0)),
    CONSTRAINT variants_supplier_sku_check CHECK ((length(supplier_sku) <= 64)),
    CONSTRAINT variants_unit_check CHECK ((unit = ANY (ARRAY['g'::text, 'ml'::text, 'each'::text]))),
    CONSTRAINT variants_vat_rate_check CHECK (((vat_rate >= 0) AND (vat_rate <= 10000)))
);

CREATE VIEW market.collection_fits AS
 WITH rules AS MATERIALIZED (
         SELECT t.id,
            market.rule_ids((t.rule -> 'categories'::text)) AS categories,
            market.rule_ids((t.rule -> 'brands'::text)) AS brands,
            market.rule_ids((t.rule -> 'producers'::text)) AS producers,
            market.rule_ids((t.rule -> 'labels'::text)) AS labels,
            ARRAY( SELECT jsonb_array_elements_text((t.rule -> 'free_from'::text)) AS jsonb_array_elements_text) AS free_from,
            ARRAY( SELECT jsonb_array_elements_text((t.rule -> 'countries'::text)) AS jsonb_array_elements_text) AS countries,
            COALESCE(((t.rule ->> 'reduced'::text))::boolean, false) AS reduced,
            ((t.rule - '{products,except}'::text[]) <> '{}'::jsonb) AS narrows,
            market.rule_ids((t.rule -> 'products'::text)) AS besides,
            market.rule_ids((t.rule -> 'except'::text)) AS excepted
           FROM market.terms t
          WHERE (t.taxonomy = 'collection'::text)
        )
 SELECT r.id AS term_id,
    p.id AS product_id
   FROM ((rules r
     CROSS JOIN market.products p)
     JOIN market.categories c ON ((c.id = p.category_id)))
  WHERE ((p.id <> ALL (r.excepted)) AND ((p.id = ANY (r.besides)) OR (r.narrows AND ((r.categories = '{}'::uuid[]) OR (c.path && r.categories)) AND ((r.countries = '{}'::text[]) OR (p.origin_country = ANY (r.countries))) AND ((r.brands = '{}'::uuid[]) OR (EXISTS ( SELECT
           FROM market.product_terms x
          WHERE ((x.product_id = p.id) AND (x.term_id = ANY (r.brands)))))) AND ((r.producers = '{}'::uuid[]) OR (EXISTS ( SELECT
           FROM market.product_terms x
          WHERE ((x.product_id = p.id) AND (x.term_id = ANY (r.producers)))))) AND ((r.labels = '{}'::uuid[]) OR (EXISTS ( SELECT
           FROM market.product_terms x
          WHERE ((x.product_id = p.id) AND (x.term_id = ANY (r.labels)))))) AND ((NOT r.reduced) OR (EXISTS ( SELECT
           FROM market.variants v
          WHERE ((v.product_id = p.id) AND (v.price_valid_until IS NOT NULL))))) AND (NOT (EXISTS ( SELECT
           FROM unnest(r.free_from) code(code)
          WHERE (NOT market.free_of(p.id, p.allergens, code.code))))))));

CREATE TABLE market.placements (
    term_id uuid NOT NULL,
    taxonomy text DEFAULT 'collection'::text NOT NULL,
    container_type text NOT NULL,
    container_id text NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    CONSTRAINT placements_container_id_check CHECK (((length(container_id) >= 1) AND (length(container_id) <= 100))),
    CONSTRAINT placements_container_type_check CHECK ((container_type = ANY (ARRAY['post'::text, 'page'::text]))),
    CONSTRAINT placements_taxonomy_check CHECK ((taxonomy = 'collection'::text))
);

CREATE TABLE market.price_turns (
    id bigint NOT NULL,
    variant_id uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE market.price_turns ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME market.price_turns_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE market.prices (
    id uuid NOT NULL,
    variant_id uuid NOT NULL,
    list text NOT NULL,
    price_minor bigint NOT NULL,
    valid tstzrange NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT prices_list_check CHECK ((list = ANY (ARRAY['public'::text, 'member'::text]))),
    CONSTRAINT prices_price_minor_check CHECK (((price_minor >= 1) AND (price_minor <= '99999999999'::bigint))),
    CONSTRAINT prices_valid_check CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid))))
);

CREATE TABLE market.stock (
    variant_id uuid NOT NULL,
    on_hand bigint DEFAULT 0 NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT stock_not_negative CHECK ((on_hand >= 0)),
    CONSTRAINT stock_reserved_check CHECK (((reserved >= 0) AND (reserved <= on_hand)))
);

CREATE VIEW market.product_cards AS
 SELECT p.id,
    p.slug,
    p.name,
    p.sort_key,
    p.summary,
    p.status,
    p.currency,
    p.created_at,
    p.updated_at,
    (p.images -> 0) AS image,
    c.id AS category_id,
    c.slug AS category_slug,
    c.name AS category_name,
    c.path AS category_path,
    COALESCE(v.name, ''::text) AS variant_name,
    COALESCE(v.price_minor, (0)::bigint) AS price_minor,
    v.member_price_minor,
    COALESCE(v.pieces, 1) AS pieces,
    COALESCE(v.drained_quantity, v.quantity, (0)::bigint) AS quantity,
    COALESCE(v.unit, 'each'::text) AS unit,
    v.price_valid_until,
    v.lowest_price_minor,
    COALESCE(v.variants, (0)::bigint) AS variants,
    COALESCE(v.in_stock, false) AS in_stock,
    ( SELECT COALESCE(json_agg(json_build_object('id', t.id, 'taxonomy', t.taxonomy, 'slug', t.slug, 'name', t.name, 'source', x.source, 'certificate', x.certificate) ORDER BY t.taxonomy, t.sort_key, t.id), '[]'::json) AS "coalesce"
           FROM (market.product_terms x
             CROSS JOIN LATERAL ( SELECT terms.id,
                    terms.taxonomy,
                    terms.slug,
                    terms.name,
                    terms.sort_key,
                    terms.description,
                    terms.description_html,
                    terms.image,
                    terms.website,
                    terms.place,
                    terms.rule,
                    terms.version,
                    terms.created_at,
                    terms.updated_at
                   FROM market.terms
                  WHERE (terms.id = x.term_id)
                 OFFSET 0) t)
          WHERE (x.product_id = p.id)) AS terms
   FROM ((market.products p
     JOIN market.categories c ON ((c.id = p.category_id)))
     LEFT JOIN LATERAL ( SELECT x.name,
            x.price_minor,
            x.member_price_minor,
            x.quantity,
            x.drained_quantity,
            x.unit,
            x.pieces,
            x.price_valid_until,
            x.lowest_price_minor,
            count(*) OVER () AS variants,
            bool_or(((NOT x.track_stock) OR (COALESCE((s.on_hand - s.reserved), (0)::bigint) >= x.order_min))) OVER () AS in_stock
           FROM (market.variants x
             LEFT JOIN market.stock s ON ((s.variant_id = x.id)))
          WHERE (x.product_id = p.id)
          ORDER BY x.price_minor, x.sort_order
         LIMIT 1) v ON (true));

CREATE VIEW market.product_pages AS
 SELECT p.id,
    p.slug,
    p.name,
    p.sort_key,
    p.summary,
    p.description,
    p.description_html,
    p.category_id,
    p.status,
    p.currency,
    p.images,
    p.version,
    p.created_at,
    p.updated_at,
    p.origin,
    p.origin_id,
    p.origin_hash,
    p.origin_version,
    p.options,
    p.legal_name,
    p.ingredients,
    p.ingredients_html,
    p.allergens,
    p.nutrition,
    p.storage,
    p.usage,
    p.origin_country,
    p.origin_region,
    p.business_name,
    p.business_address,
    p.age_limit,
    c.slug AS category_slug,
    c.name AS category_name,
    c.path AS category_path,
    ( SELECT COALESCE(json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name) ORDER BY (cardinality(a.path))), '[]'::json) AS "coalesce"
           FROM market.categories a
          WHERE ((a.id = ANY (c.path)) AND (a.id <> c.id))) AS ancestors,
    ( SELECT COALESCE(json_agg(json_build_object('id', t.id, 'taxonomy', t.taxonomy, 'slug', t.slug, 'name', t.name, 'source', x.source, 'certificate', x.certificate) ORDER BY t.taxonomy, t.sort_key, t.id), '[]'::json) AS "coalesce"
           FROM (market.product_terms x
             CROSS JOIN LATERAL ( SELECT terms.id,
                    terms.taxonomy,
                    terms.slug,
                    terms.name,
                    terms.sort_key,
                    terms.description,
                    terms.description_html,
                    terms.image,
                    terms.website,
                    terms.place,
                    terms.rule,
                    terms.version,
                    terms.created_at,
                    terms.updated_at
                   FROM market.terms
                  WHERE (terms.id = x.term_id)
                 OFFSET 0) t)
          WHERE (x.product_id = p.id)) AS terms,
    ( SELECT COALESCE(json_agg(to_json(v.*) ORDER BY v.sort_order), '[]'::json) AS "coalesce"
           FROM ( SELECT x.id,
                    x.product_id,
                    x.sku,
                    x.name,
                    x.price_minor,
                    x.currency,
                    x.vat_rate,
                    x.quantity,
                    x.unit,
                    x.sort_order,
                    x.options,
                    x.gtin,
                    x.case_gtin,
                    x.case_size,
                    x.pieces,
                    x.drained_quantity,
                    x.supplier_sku,
                    x.sold_by_weight,
                    x.order_step,
                    x.order_min,
                    x.order_max,
                    x.deposit_minor,
                    x.member_price_minor,
                    x.price_valid_until,
                    x.lowest_price_minor,
                    x.allergens,
                    x.track_stock,
                        CASE
                            WHEN x.track_stock THEN COALESCE((s.on_hand - s.reserved), (0)::bigint)
                            ELSE NULL::bigint
                        END AS available
                   FROM (market.variants x
                     LEFT JOIN market.stock s ON ((s.variant_id = x.id)))
                  WHERE (x.product_id = p.id)) v) AS variants
   FROM (market.products p
     JOIN market.categories c ON ((c.id = p.category_id)));

CREATE TABLE market.reservations (
    order_id text NOT NULL,
    variant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    paid boolean DEFAULT false NOT NULL,
    reserved_at timestamp with time zone NOT NULL,
    CONSTRAINT reservations_order_id_check CHECK ((order_id ~ '^ord_[0-9a-f]{32}$'::text)),
    CONSTRAINT reservations_quantity_check CHECK ((quantity > 0))
);

CREATE TABLE market.stock_movements (
    id uuid NOT NULL,
    variant_id uuid NOT NULL,
    change bigint NOT NULL,
    on_hand bigint NOT NULL,
    reason text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    actor text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT stock_movements_actor_check CHECK (((length(actor) >= 1) AND (length(actor) <= 100))),
    CONSTRAINT stock_movements_change_check CHECK (((change <> 0) AND (abs(change) <= 1000000000))),
    CONSTRAINT stock_movements_note_check CHECK ((length(note) <= 500)),
    CONSTRAINT stock_movements_on_hand_check CHECK ((on_hand >= 0)),
    CONSTRAINT stock_movements_reason_check CHECK ((reason = ANY (ARRAY['received'::text, 'counter_sale'::text, 'order'::text, 'returned'::text, 'counted'::text, 'wasted'::text, 'corrected'::text])))
);

CREATE VIEW market.term_pages AS
 SELECT t.id,
    t.taxonomy,
    t.slug,
    t.name,
    t.sort_key,
    t.description,
    t.description_html,
    t.image,
    t.website,
    t.place,
    t.rule,
    t.version,
    t.created_at,
    t.updated_at,
    ( SELECT COALESCE(json_agg(json_build_object('container_type', x.container_type, 'container_id', x.container_id) ORDER BY x.container_type, x.container_id), '[]'::json) AS "coalesce"
           FROM market.placements x
          WHERE (x.term_id = t.id)) AS placements
   FROM market.terms t;

CREATE TABLE media.objects (
    hash text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT objects_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT objects_height_check CHECK ((height >= 0)),
    CONSTRAINT objects_media_type_check CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text, 'image/gif'::text, 'image/svg+xml'::text, 'image/avif'::text, 'image/x-icon'::text, 'audio/mpeg'::text, 'audio/mp4'::text, 'audio/ogg'::text, 'audio/wav'::text, 'audio/flac'::text, 'audio/aac'::text, 'video/mp4'::text, 'video/webm'::text, 'video/ogg'::text, 'video/quicktime'::text, 'application/pdf'::text, 'application/zip'::text, 'application/gzip'::text, 'application/epub+zip'::text, 'application/json'::text, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'::text, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'::text, 'application/vnd.openxmlformats-officedocument.presentationml.presentation'::text, 'application/vnd.oasis.opendocument.text'::text, 'application/vnd.oasis.opendocument.spreadsheet'::text, 'application/vnd.oasis.opendocument.presentation'::text, 'text/plain'::text, 'text/csv'::text, 'text/markdown'::text, 'text/calendar'::text, 'text/vtt'::text, 'application/octet-stream'::text]))),
    CONSTRAINT objects_name_check CHECK (((name ~ '^[a-z0-9][a-z0-9-]*\.[a-z0-9]{1,8}$'::text) AND (length(name) <= 120))),
    CONSTRAINT objects_size_check CHECK ((size > 0)),
    CONSTRAINT objects_width_check CHECK ((width >= 0))
);

CREATE TABLE media.resized (
    object text NOT NULL,
    width integer NOT NULL,
    hash text NOT NULL,
    media_type text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT resized_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT resized_media_type_check CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text]))),
    CONSTRAINT resized_width_check CHECK ((width > 0))
);

CREATE TABLE orders.counters (
    name text NOT NULL,
    value bigint DEFAULT 0 NOT NULL,
    CONSTRAINT counters_name_check CHECK ((name = ANY (ARRAY['invoice'::text, 'credit_note'::text]))),
    CONSTRAINT counters_value_check CHECK ((value >= 0))
);

CREATE TABLE orders.delivery_methods (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    instructions text DEFAULT ''::text NOT NULL,
    fee_minor bigint DEFAULT 0 NOT NULL,
    free_from_minor bigint,
    currency text NOT NULL,
    postcodes text[] DEFAULT '{}'::text[] NOT NULL,
    active boolean DEFAULT true NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT delivery_methods_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT delivery_methods_fee_minor_check CHECK (((fee_minor >= 0) AND (fee_minor <= 99999999))),
    CONSTRAINT delivery_methods_free_from_minor_check CHECK ((free_from_minor > 0)),
    CONSTRAINT delivery_methods_instructions_check CHECK ((length(instructions) <= 1000)),
    CONSTRAINT delivery_methods_kind_check CHECK ((kind = ANY (ARRAY['collection'::text, 'delivery'::text]))),
    CONSTRAINT delivery_methods_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT delivery_methods_place_check CHECK ((length(place) <= 300)),
    CONSTRAINT delivery_methods_postcodes_check CHECK ((cardinality(postcodes) <= 200)),
    CONSTRAINT delivery_methods_version_check CHECK ((version > 0))
);

CREATE TABLE orders.differences (
    id uuid NOT NULL,
    kind text NOT NULL,
    provider text DEFAULT 'sumup'::text NOT NULL,
    transaction_id text NOT NULL,
    order_id uuid,
    ours_minor bigint,
    theirs_minor bigint,
    currency text DEFAULT ''::text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    found_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text DEFAULT ''::text NOT NULL,
    resolution text DEFAULT ''::text NOT NULL,
    CONSTRAINT differences_check CHECK (((resolved_at IS NULL) = (resolved_by = ''::text))),
    CONSTRAINT differences_kind_check CHECK ((kind = ANY (ARRAY['payment_missed'::text, 'foreign_payment'::text, 'refund_outside'::text, 'amount'::text, 'missing_there'::text, 'chargeback'::text, 'paid_mismatch'::text, 'paid_twice'::text, 'refund_failed'::text]))),
    CONSTRAINT differences_resolution_check CHECK ((length(resolution) <= 500)),
    CONSTRAINT differences_resolved_by_check CHECK ((length(resolved_by) <= 100)),
    CONSTRAINT differences_transaction_id_check CHECK (((length(transaction_id) >= 1) AND (length(transaction_id) <= 100)))
);

CREATE TABLE orders.documents (
    kind text NOT NULL,
    number bigint NOT NULL,
    order_id uuid NOT NULL,
    refund_id uuid,
    data jsonb NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT documents_check CHECK (((kind = 'credit_note'::text) = (refund_id IS NOT NULL))),
    CONSTRAINT documents_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text]))),
    CONSTRAINT documents_number_check CHECK ((number > 0))
);

CREATE TABLE orders.erasures (
    order_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL
);

CREATE TABLE orders.ledger (
    id uuid NOT NULL,
    provider text NOT NULL,
    transaction_id text NOT NULL,
    kind text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    order_id uuid,
    attempt_id uuid,
    refund_id uuid,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ledger_check CHECK ((((kind = 'payment'::text) = (amount_minor > 0)) AND (amount_minor <> 0))),
    CONSTRAINT ledger_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ledger_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text, 'chargeback'::text]))),
    CONSTRAINT ledger_provider_check CHECK ((provider = ANY (ARRAY['sumup'::text, 'cash'::text, 'card_reader'::text]))),
    CONSTRAINT ledger_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT ledger_transaction_id_check CHECK (((length(transaction_id) >= 1) AND (length(transaction_id) <= 100)))
);

CREATE TABLE orders.order_events (
    order_id uuid NOT NULL,
    sequence integer NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    cause text NOT NULL,
    before_hash bytea,
    after_hash bytea NOT NULL,
    after jsonb NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT order_events_actor_check CHECK (((length(actor) >= 1) AND (length(actor) <= 100))),
    CONSTRAINT order_events_after_hash_check CHECK ((length(after_hash) = 32)),
    CONSTRAINT order_events_before_hash_check CHECK ((length(before_hash) = 32)),
    CONSTRAINT order_events_cause_check CHECK (((length(cause) >= 1) AND (length(cause) <= 200))),
    CONSTRAINT order_events_kind_check CHECK ((kind ~ '^[a-z]+(\.[a-z_]+)*$'::text)),
    CONSTRAINT order_events_sequence_check CHECK ((sequence > 0))
);

CREATE TABLE orders.order_lines (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    thing text NOT NULL,
    offer jsonb NOT NULL,
    ordered bigint NOT NULL,
    quantity bigint NOT NULL,
    fulfilled bigint DEFAULT 0 NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    gross_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    deposit_minor bigint NOT NULL,
    vat_minor bigint NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT order_lines_check CHECK (((quantity >= 0) AND (quantity <= ordered))),
    CONSTRAINT order_lines_check1 CHECK (((discount_minor >= 0) AND (discount_minor <= gross_minor))),
    CONSTRAINT order_lines_check2 CHECK ((net_minor = (gross_minor - discount_minor))),
    CONSTRAINT order_lines_check3 CHECK (((refunded_minor >= 0) AND (refunded_minor <= (net_minor + deposit_minor)))),
    CONSTRAINT order_lines_deposit_minor_check CHECK ((deposit_minor >= 0)),
    CONSTRAINT order_lines_fulfilled_check CHECK (((fulfilled >= 0) AND (fulfilled <= quantity))),
    CONSTRAINT order_lines_gross_minor_check CHECK ((gross_minor >= 0)),
    CONSTRAINT order_lines_kind_check CHECK ((kind = ANY (ARRAY['product'::text, 'ticket'::text, 'booking'::text]))),
    CONSTRAINT order_lines_note_check CHECK ((length(note) <= 500)),
    CONSTRAINT order_lines_ordered_check CHECK (((ordered >= 1) AND (ordered <= 1000000))),
    CONSTRAINT order_lines_thing_check CHECK (((length(thing) >= 1) AND (length(thing) <= 100))),
    CONSTRAINT order_lines_vat_minor_check CHECK ((vat_minor >= 0))
);

CREATE TABLE orders.orders (
    id uuid NOT NULL,
    reference text NOT NULL,
    channel text NOT NULL,
    cart_id text,
    user_id text,
    name text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    address jsonb,
    note text DEFAULT ''::text NOT NULL,
    status text NOT NULL,
    payment_status text NOT NULL,
    fulfilment_status text NOT NULL,
    currency text NOT NULL,
    gross_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    deposit_minor bigint NOT NULL,
    delivery_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    vat jsonb NOT NULL,
    discounts jsonb DEFAULT '[]'::jsonb NOT NULL,
    paid_minor bigint DEFAULT 0 NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL,
    delivery jsonb DEFAULT '{}'::jsonb NOT NULL,
    delivery_id uuid,
    slot_id uuid,
    editable_until timestamp with time zone,
    terms_version bigint,
    accepted jsonb DEFAULT '{}'::jsonb NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    paid_at timestamp with time zone,
    ready_at timestamp with time zone,
    fulfilled_at timestamp with time zone,
    ended_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT orders_cart_id_check CHECK ((cart_id ~ '^cart_[0-9a-f]{32}$'::text)),
    CONSTRAINT orders_channel_check CHECK ((channel = ANY (ARRAY['web'::text, 'counter'::text]))),
    CONSTRAINT orders_check CHECK (((discount_minor >= 0) AND (discount_minor <= gross_minor))),
    CONSTRAINT orders_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT orders_delivery_minor_check CHECK ((delivery_minor >= 0)),
    CONSTRAINT orders_deposit_minor_check CHECK ((deposit_minor >= 0)),
    CONSTRAINT orders_email_check CHECK ((length(email) <= 254)),
    CONSTRAINT orders_fulfilment_status_check CHECK ((fulfilment_status = ANY (ARRAY['unfulfilled'::text, 'picking'::text, 'ready'::text, 'part_fulfilled'::text, 'fulfilled'::text]))),
    CONSTRAINT orders_gross_minor_check CHECK ((gross_minor >= 0)),
    CONSTRAINT orders_name_check CHECK ((length(name) <= 120)),
    CONSTRAINT orders_note_check CHECK ((length(note) <= 1000)),
    CONSTRAINT orders_paid_before CHECK (((status = ANY (ARRAY['pending_payment'::text, 'cancelled'::text, 'expired'::text])) OR (paid_at IS NOT NULL))),
    CONSTRAINT orders_paid_check CHECK (((payment_status = ANY (ARRAY['unpaid'::text, 'review'::text])) = (paid_at IS NULL))),
    CONSTRAINT orders_paid_minor_check CHECK ((paid_minor >= 0)),
    CONSTRAINT orders_payment_status_check CHECK ((payment_status = ANY (ARRAY['unpaid'::text, 'review'::text, 'paid'::text, 'part_refunded'::text, 'refunded'::text]))),
    CONSTRAINT orders_phone_check CHECK ((length(phone) <= 40)),
    CONSTRAINT orders_reference_check CHECK ((reference ~ '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'::text)),
    CONSTRAINT orders_refunded_check CHECK (((refunded_minor >= 0) AND (refunded_minor <= paid_minor))),
    CONSTRAINT orders_status_check CHECK ((status = ANY (ARRAY['pending_payment'::text, 'paid'::text, 'part_fulfilled'::text, 'fulfilled'::text, 'cancelled'::text, 'expired'::text]))),
    CONSTRAINT orders_total_check CHECK ((total_minor = (((gross_minor - discount_minor) + deposit_minor) + delivery_minor))),
    CONSTRAINT orders_user_id_check CHECK ((user_id ~ '^user_[0-9a-f]{32}$'::text)),
    CONSTRAINT orders_version_check CHECK ((version > 0))
);

CREATE TABLE orders.payment_attempts (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    number integer NOT NULL,
    provider text DEFAULT 'sumup'::text NOT NULL,
    reference text NOT NULL,
    provider_id text,
    status text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    hosted_url text DEFAULT ''::text NOT NULL,
    provider_status text DEFAULT ''::text NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    verify_due timestamp with time zone,
    verify_cause text DEFAULT 'poll'::text NOT NULL,
    verify_tries integer DEFAULT 0 NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT payment_attempts_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT payment_attempts_check CHECK (((provider <> 'sumup'::text) OR (status <> ALL (ARRAY['creating'::text, 'open'::text])) OR (verify_due IS NOT NULL))),
    CONSTRAINT payment_attempts_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payment_attempts_fault_check CHECK ((length(fault) <= 100)),
    CONSTRAINT payment_attempts_hosted_url_check CHECK ((length(hosted_url) <= 500)),
    CONSTRAINT payment_attempts_number_check CHECK ((number > 0)),
    CONSTRAINT payment_attempts_provider_check CHECK ((provider = ANY (ARRAY['sumup'::text, 'cash'::text, 'card_reader'::text, 'none'::text]))),
    CONSTRAINT payment_attempts_provider_id_check CHECK (((length(provider_id) >= 1) AND (length(provider_id) <= 100))),
    CONSTRAINT payment_attempts_provider_status_check CHECK ((length(provider_status) <= 30)),
    CONSTRAINT payment_attempts_reference_check CHECK ((reference ~ '^[0-9A-Z]{26}$'::text)),
    CONSTRAINT payment_attempts_status_check CHECK ((status = ANY (ARRAY['creating'::text, 'open'::text, 'paid'::text, 'closed'::text, 'mismatch'::text]))),
    CONSTRAINT payment_attempts_verify_cause_check CHECK ((verify_cause = ANY (ARRAY['poll'::text, 'webhook'::text, 'return'::text])))
);

CREATE TABLE orders.payouts (
    id text NOT NULL,
    payout_date date NOT NULL,
    kind text NOT NULL,
    transaction_code text DEFAULT ''::text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    amount_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    currency text NOT NULL,
    status text DEFAULT ''::text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT payouts_kind_check CHECK ((length(kind) <= 50))
);

CREATE TABLE orders.reconciliations (
    id uuid NOT NULL,
    from_at timestamp with time zone NOT NULL,
    to_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    ours_minor bigint DEFAULT 0 NOT NULL,
    theirs_minor bigint DEFAULT 0 NOT NULL,
    found integer DEFAULT 0 NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT reconciliations_check CHECK ((to_at > from_at)),
    CONSTRAINT reconciliations_fault_check CHECK ((length(fault) <= 100)),
    CONSTRAINT reconciliations_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);

CREATE TABLE orders.refunds (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    provider text NOT NULL,
    transaction_id text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    lines jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text NOT NULL,
    before_minor bigint DEFAULT 0 NOT NULL,
    due timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    actor text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT refunds_actor_check CHECK (((length(actor) >= 1) AND (length(actor) <= 100))),
    CONSTRAINT refunds_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT refunds_check CHECK (((status = 'done'::text) = (done_at IS NOT NULL))),
    CONSTRAINT refunds_check1 CHECK (((status = ANY (ARRAY['requested'::text, 'sending'::text, 'unknown'::text])) = (due IS NOT NULL))),
    CONSTRAINT refunds_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT refunds_fault_check CHECK ((length(fault) <= 100)),
    CONSTRAINT refunds_note_check CHECK ((length(note) <= 500)),
    CONSTRAINT refunds_provider_check CHECK ((provider = ANY (ARRAY['sumup'::text, 'cash'::text, 'card_reader'::text]))),
    CONSTRAINT refunds_reason_check CHECK ((reason = ANY (ARRAY['requested'::text, 'cancelled'::text, 'short'::text, 'edited'::text, 'late_payment'::text, 'paid_twice'::text, 'mismatch'::text, 'outside'::text]))),
    CONSTRAINT refunds_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'sending'::text, 'unknown'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT refunds_transaction_id_check CHECK (((length(transaction_id) >= 1) AND (length(transaction_id) <= 100)))
);

CREATE TABLE orders.settings (
    one boolean DEFAULT true NOT NULL,
    business_name text DEFAULT ''::text NOT NULL,
    business_address text DEFAULT ''::text NOT NULL,
    vat_number text DEFAULT ''::text NOT NULL,
    company_number text DEFAULT ''::text NOT NULL,
    contact text DEFAULT ''::text NOT NULL,
    terms text DEFAULT ''::text NOT NULL,
    cancellation text DEFAULT ''::text NOT NULL,
    invoice_prefix text DEFAULT ''::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT settings_business_address_check CHECK ((length(business_address) <= 500)),
    CONSTRAINT settings_business_name_check CHECK ((length(business_name) <= 200)),
    CONSTRAINT settings_cancellation_check CHECK ((length(cancellation) <= 20000)),
    CONSTRAINT settings_company_number_check CHECK ((length(company_number) <= 30)),
    CONSTRAINT settings_contact_check CHECK ((length(contact) <= 200)),
    CONSTRAINT settings_invoice_prefix_check CHECK ((invoice_prefix ~ '^[A-Z0-9-]{0,10}$'::text)),
    CONSTRAINT settings_one_check CHECK (one),
    CONSTRAINT settings_terms_check CHECK ((length(terms) <= 20000)),
    CONSTRAINT settings_vat_number_check CHECK ((length(vat_number) <= 30)),
    CONSTRAINT settings_version_check CHECK ((version > 0))
);

CREATE TABLE orders.slots (
    id uuid NOT NULL,
    window_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    capacity integer,
    taken integer DEFAULT 0 NOT NULL,
    CONSTRAINT slots_capacity_check CHECK ((capacity > 0)),
    CONSTRAINT slots_check CHECK ((ends_at > starts_at)),
    CONSTRAINT slots_taken_check CHECK (((taken >= 0) AND (taken <= COALESCE(capacity, 2147483647))))
);

CREATE TABLE orders.terms (
    version bigint NOT NULL,
    terms text NOT NULL,
    cancellation text NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE orders.transactions (
    provider text DEFAULT 'sumup'::text NOT NULL,
    transaction_id text NOT NULL,
    code text DEFAULT ''::text NOT NULL,
    order_id uuid,
    amount_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    charged_back_minor bigint NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT transactions_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT transactions_charged_back_minor_check CHECK ((charged_back_minor >= 0)),
    CONSTRAINT transactions_code_check CHECK ((length(code) <= 100)),
    CONSTRAINT transactions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT transactions_provider_check CHECK ((provider = 'sumup'::text)),
    CONSTRAINT transactions_refunded_minor_check CHECK ((refunded_minor >= 0)),
    CONSTRAINT transactions_status_check CHECK ((length(status) <= 100)),
    CONSTRAINT transactions_transaction_id_check CHECK (((length(transaction_id) >= 1) AND (length(transaction_id) <= 100)))
);

CREATE TABLE orders.windows (
    id uuid NOT NULL,
    name text NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    active boolean DEFAULT true NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT windows_check CHECK ((closes_at > opens_at)),
    CONSTRAINT windows_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT windows_version_check CHECK ((version > 0))
);

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);

CREATE TABLE river.river_job (
    id bigint NOT NULL,
    state river.river_job_state DEFAULT 'available'::river.river_job_state NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 25 NOT NULL,
    attempted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finalized_at timestamp with time zone,
    scheduled_at timestamp with time zone DEFAULT now() NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    args jsonb NOT NULL,
    attempted_by text[],
    errors jsonb[],
    kind text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    queue text DEFAULT 'default'::text NOT NULL,
    tags character varying(255)[] DEFAULT '{}'::character varying[] NOT NULL,
    unique_key bytea,
    unique_states bit(8),
    CONSTRAINT finalized_or_finalized_at_null CHECK ((((finalized_at IS NULL) AND (state <> ALL (ARRAY['cancelled'::river.river_job_state, 'completed'::river.river_job_state, 'discarded'::river.river_job_state]))) OR ((finalized_at IS NOT NULL) AND (state = ANY (ARRAY['cancelled'::river.river_job_state, 'completed'::river.river_job_state, 'discarded'::river.river_job_state]))))),
    CONSTRAINT kind_length CHECK (((char_length(kind) > 0) AND (char_length(kind) < 128))),
    CONSTRAINT max_attempts_is_positive CHECK ((max_attempts > 0)),
    CONSTRAINT priority_in_range CHECK (((priority >= 1) AND (priority <= 4))),
    CONSTRAINT queue_length CHECK (((char_length(queue) > 0) AND (char_length(queue) < 128)))
);

CREATE SEQUENCE river.river_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE river.river_job_id_seq OWNED BY river.river_job.id;

CREATE UNLOGGED TABLE river.river_leader (
    elected_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    leader_id text NOT NULL,
    name text DEFAULT 'default'::text NOT NULL,
    CONSTRAINT leader_id_length CHECK (((char_length(leader_id) > 0) AND (char_length(leader_id) < 128))),
    CONSTRAINT name_length CHECK ((name = 'default'::text))
);

CREATE TABLE river.river_migration (
    line text NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT line_length CHECK (((char_length(line) > 0) AND (char_length(line) < 128))),
    CONSTRAINT version_gte_1 CHECK ((version >= 1))
);

CREATE TABLE river.river_notification (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT topic_length CHECK (((length(topic) > 0) AND (length(topic) < 128)))
);

CREATE SEQUENCE river.river_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE river.river_notification_id_seq OWNED BY river.river_notification.id;

CREATE TABLE river.river_queue (
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    paused_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE TABLE search.documents (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    path text NOT NULL,
    title text NOT NULL,
    folded text NOT NULL,
    summary text NOT NULL,
    beginning text NOT NULL,
    image jsonb,
    published_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    refs text[] NOT NULL,
    digest bytea NOT NULL,
    head tsvector NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT documents_id_check CHECK ((id ~ '^(post|prod|entry)_[0-9a-f]{32}$'::text)),
    CONSTRAINT documents_image_check CHECK ((jsonb_typeof(image) = 'object'::text)),
    CONSTRAINT documents_kind_check CHECK ((kind = ANY (ARRAY['product'::text, 'post'::text, 'page'::text, 'entry'::text]))),
    CONSTRAINT documents_path_check CHECK ((path ~ '^/'::text))
)
WITH (toast_tuple_target='1024');
ALTER TABLE ONLY search.documents ALTER COLUMN head SET STORAGE MAIN;

CREATE TABLE search.state (
    one boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT state_one_check CHECK (one)
);

CREATE TABLE shared.idempotency_keys (
    principal text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_keys_fingerprint_check CHECK ((length(fingerprint) = 32)),
    CONSTRAINT idempotency_keys_key_check CHECK ((key ~ '^[!-~]{1,255}$'::text)),
    CONSTRAINT idempotency_keys_principal_check CHECK (((length(principal) >= 1) AND (length(principal) <= 200)))
);

CREATE TABLE shared.mails (
    id uuid NOT NULL,
    kind text NOT NULL,
    recipient text NOT NULL,
    sealed bytea,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL
);

CREATE TABLE shared.rate_limits (
    key bytea NOT NULL,
    whole_at timestamp with time zone NOT NULL,
    CONSTRAINT rate_limits_key_check CHECK ((length(key) = 32))
);

CREATE TABLE shared.secrets (
    name text NOT NULL,
    secret bytea NOT NULL,
    CONSTRAINT secrets_name_check CHECK ((name ~ '^[a-z_]+$'::text)),
    CONSTRAINT secrets_secret_check CHECK ((length(secret) >= 32))
);

CREATE TABLE ssg.changes (
    generation bigint NOT NULL,
    n integer NOT NULL,
    unit text NOT NULL,
    tree text NOT NULL,
    file text NOT NULL,
    op text NOT NULL,
    old_hash bytea,
    new_hash bytea,
    size bigint DEFAULT 0 NOT NULL,
    shows text[],
    CONSTRAINT changes_op_check CHECK ((op = ANY (ARRAY['write'::text, 'delete'::text])))
);

CREATE TABLE ssg.deliveries (
    target text NOT NULL,
    generation bigint NOT NULL
);

CREATE TABLE ssg.dependencies (
    unit text NOT NULL,
    key text NOT NULL,
    value bigint NOT NULL
);

CREATE TABLE ssg.generations (
    id bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    build bigint,
    made_at timestamp with time zone DEFAULT shared.clock() NOT NULL,
    CONSTRAINT generations_kind_check CHECK ((kind = ANY (ARRAY['publish'::text, 'build'::text, 'rollback'::text]))),
    CONSTRAINT generations_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'live'::text])))
);

CREATE TABLE ssg.gone (
    tree text NOT NULL,
    file text NOT NULL,
    unit text NOT NULL,
    gone_at timestamp with time zone DEFAULT shared.clock() NOT NULL
);

CREATE TABLE ssg.hidden (
    thing text NOT NULL
);

CREATE TABLE ssg.list_members (
    list integer NOT NULL,
    ordinal integer NOT NULL,
    item text NOT NULL COLLATE pg_catalog."C",
    at timestamp with time zone NOT NULL,
    CONSTRAINT list_members_at_check CHECK (isfinite(at)),
    CONSTRAINT list_members_item_check CHECK ((item <> ''::text)),
    CONSTRAINT list_members_ordinal_check CHECK ((ordinal >= 0))
);
ALTER TABLE ONLY ssg.list_members ALTER COLUMN list SET (n_distinct=10);

CREATE TABLE ssg.lists (
    id integer NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    size integer NOT NULL,
    next integer DEFAULT 0 NOT NULL,
    sealed integer DEFAULT 0 NOT NULL,
    CONSTRAINT lists_check CHECK ((((sealed)::bigint * size) <= next)),
    CONSTRAINT lists_name_check CHECK (((name <> ''::text) AND (length(name) <= 500) AND (name !~ '[[:cntrl:]]'::text))),
    CONSTRAINT lists_next_check CHECK ((next >= 0)),
    CONSTRAINT lists_sealed_check CHECK ((sealed >= 0)),
    CONSTRAINT lists_size_check CHECK ((size > 0))
);

ALTER TABLE ssg.lists ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ssg.lists_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ssg.packs (
    generation bigint NOT NULL,
    n integer NOT NULL,
    body bytea NOT NULL
);
ALTER TABLE ONLY ssg.packs ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE ssg.pages (
    unit text NOT NULL,
    tree text NOT NULL,
    file text NOT NULL,
    content_hash bytea NOT NULL,
    size bigint NOT NULL,
    generation bigint NOT NULL,
    siblings bytea,
    CONSTRAINT pages_content_hash_check CHECK ((length(content_hash) = 32)),
    CONSTRAINT pages_file_check CHECK (((file <> ''::text) AND (file !~ '(^|/)\.\.?(/|$)'::text))),
    CONSTRAINT pages_size_check CHECK ((size >= 0)),
    CONSTRAINT pages_tree_check CHECK ((tree ~ '^[a-z]+$'::text))
);

CREATE TABLE ssg.state (
    one boolean DEFAULT true NOT NULL,
    fingerprint text DEFAULT ''::text NOT NULL,
    site bigint DEFAULT 0 NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    change bigint DEFAULT 0 NOT NULL,
    rollback_to bigint,
    answer text DEFAULT ''::text NOT NULL,
    token bigint DEFAULT 0 NOT NULL,
    holder text DEFAULT ''::text NOT NULL,
    held_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    day text DEFAULT ''::text NOT NULL,
    CONSTRAINT state_day_check CHECK ((day ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$'::text)),
    CONSTRAINT state_one_check CHECK (one)
);

CREATE TABLE ssg.touched (
    change bigint NOT NULL,
    key text NOT NULL
);

CREATE TABLE ssg.work (
    id bigint NOT NULL,
    lane smallint NOT NULL,
    build bigint,
    units text[] NOT NULL,
    fingerprint text NOT NULL,
    base bigint DEFAULT 0 NOT NULL,
    claimed_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    not_before timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    result bytea,
    CONSTRAINT work_lane_check CHECK ((lane = ANY (ARRAY[0, 1])))
);
ALTER TABLE ONLY ssg.work ALTER COLUMN result SET STORAGE EXTERNAL;

ALTER TABLE ssg.work ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ssg.work_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY river.river_job ALTER COLUMN id SET DEFAULT nextval('river.river_job_id_seq'::regclass);

ALTER TABLE ONLY river.river_notification ALTER COLUMN id SET DEFAULT nextval('river.river_notification_id_seq'::regclass);

ALTER TABLE ONLY account.exports
    ADD CONSTRAINT exports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.authors
    ADD CONSTRAINT authors_origin_origin_id_key UNIQUE (origin, origin_id);

ALTER TABLE ONLY blog.authors
    ADD CONSTRAINT authors_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.authors
    ADD CONSTRAINT authors_slug_key UNIQUE (slug);

ALTER TABLE ONLY blog.ghost_conflicts
    ADD CONSTRAINT ghost_conflicts_pkey PRIMARY KEY (post_id);

ALTER TABLE ONLY blog.ghost_hooks
    ADD CONSTRAINT ghost_hooks_digest_key UNIQUE (digest);

ALTER TABLE ONLY blog.ghost_hooks
    ADD CONSTRAINT ghost_hooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.ghost_lanes
    ADD CONSTRAINT ghost_lanes_pkey PRIMARY KEY (lane);

ALTER TABLE ONLY blog.ghost_media
    ADD CONSTRAINT ghost_media_pkey PRIMARY KEY (url);

ALTER TABLE ONLY blog.ghost_media_uses
    ADD CONSTRAINT ghost_media_uses_pkey PRIMARY KEY (url, kind, ghost_id);

ALTER TABLE ONLY blog.ghost_objects
    ADD CONSTRAINT ghost_objects_pkey PRIMARY KEY (kind, ghost_id);

ALTER TABLE ONLY blog.left_paths
    ADD CONSTRAINT left_paths_pkey PRIMARY KEY (path);

ALTER TABLE ONLY blog.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.newsletters
    ADD CONSTRAINT newsletters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.post_authors
    ADD CONSTRAINT post_authors_pkey PRIMARY KEY (post_id, author_id);

ALTER TABLE ONLY blog.post_tags
    ADD CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, tag_id);

ALTER TABLE ONLY blog.posts
    ADD CONSTRAINT posts_origin_origin_id_key UNIQUE (origin, origin_id);

ALTER TABLE ONLY blog.posts
    ADD CONSTRAINT posts_path_key UNIQUE (path);

ALTER TABLE ONLY blog.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.posts
    ADD CONSTRAINT posts_type_slug_key UNIQUE (type, slug);

ALTER TABLE ONLY blog.redirects
    ADD CONSTRAINT redirects_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY blog.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (one);

ALTER TABLE ONLY blog.tags
    ADD CONSTRAINT tags_origin_origin_id_key UNIQUE (origin, origin_id);

ALTER TABLE ONLY blog.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.tags
    ADD CONSTRAINT tags_slug_key UNIQUE (slug);

ALTER TABLE ONLY blog.tiers
    ADD CONSTRAINT tiers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY bus.domain_events
    ADD CONSTRAINT domain_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY bus.handled
    ADD CONSTRAINT handled_pkey PRIMARY KEY (event_id, handler);

ALTER TABLE ONLY bus.handlers
    ADD CONSTRAINT handlers_pkey PRIMARY KEY (handler);

ALTER TABLE ONLY cart.cart_discounts
    ADD CONSTRAINT cart_discounts_pkey PRIMARY KEY (cart_id, discount_id);

ALTER TABLE ONLY cart.carts
    ADD CONSTRAINT carts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY cart.discount_uses
    ADD CONSTRAINT discount_uses_pkey PRIMARY KEY (discount_id, order_id);

ALTER TABLE ONLY cart.discounts
    ADD CONSTRAINT discounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY cart.lines
    ADD CONSTRAINT lines_cart_id_kind_thing_key UNIQUE (cart_id, kind, thing);

ALTER TABLE ONLY cart.lines
    ADD CONSTRAINT lines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY events.calendars
    ADD CONSTRAINT calendars_pkey PRIMARY KEY (id);

ALTER TABLE ONLY events.calendars
    ADD CONSTRAINT calendars_slug_key UNIQUE (slug);

ALTER TABLE ONLY events.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY events.entries
    ADD CONSTRAINT entries_slug_key UNIQUE (calendar_id, slug);

ALTER TABLE ONLY events.entries
    ADD CONSTRAINT entries_uid_key UNIQUE (uid);

ALTER TABLE ONLY events.erased
    ADD CONSTRAINT erased_pkey PRIMARY KEY (user_hash);

ALTER TABLE ONLY events.feeds
    ADD CONSTRAINT feeds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY events.feeds
    ADD CONSTRAINT feeds_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY events.follows
    ADD CONSTRAINT follows_pkey PRIMARY KEY (user_id, calendar_id);

ALTER TABLE ONLY events.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (entry_id);

ALTER TABLE ONLY events.occurrences
    ADD CONSTRAINT occurrences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY events.occurrences
    ADD CONSTRAINT occurrences_recurrence_key UNIQUE (entry_id, recurrence_local) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY events.occurrences
    ADD CONSTRAINT occurrences_slug_key UNIQUE (entry_id, slug) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY events.placements
    ADD CONSTRAINT placements_pkey PRIMARY KEY (calendar_id, container_type, container_id);

ALTER TABLE ONLY events.saved
    ADD CONSTRAINT saved_pkey PRIMARY KEY (user_id, occurrence_id);

ALTER TABLE ONLY events.transitions
    ADD CONSTRAINT transitions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY events.venues
    ADD CONSTRAINT venues_pkey PRIMARY KEY (id);

ALTER TABLE ONLY events.venues
    ADD CONSTRAINT venues_slug_key UNIQUE (slug);

ALTER TABLE ONLY identity.access_tokens
    ADD CONSTRAINT access_tokens_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY identity.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.ceremonies
    ADD CONSTRAINT ceremonies_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY identity.clients
    ADD CONSTRAINT clients_pkey PRIMARY KEY (client_id);

ALTER TABLE ONLY identity.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY identity.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (user_id, client_id);

ALTER TABLE ONLY identity.device_codes
    ADD CONSTRAINT device_codes_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY identity.device_codes
    ADD CONSTRAINT device_codes_user_code_key UNIQUE (user_code);

ALTER TABLE ONLY identity.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (user_id, token_hash);

ALTER TABLE ONLY identity.email_changes
    ADD CONSTRAINT email_changes_new_token_hash_key UNIQUE (new_token_hash);

ALTER TABLE ONLY identity.email_changes
    ADD CONSTRAINT email_changes_old_token_hash_key UNIQUE (old_token_hash);

ALTER TABLE ONLY identity.email_changes
    ADD CONSTRAINT email_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.email_changes
    ADD CONSTRAINT email_changes_revert_hash_key UNIQUE (revert_hash);

ALTER TABLE ONLY identity.emails
    ADD CONSTRAINT emails_pkey PRIMARY KEY (user_id, address);

ALTER TABLE ONLY identity.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.invitations
    ADD CONSTRAINT invitations_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY identity.passkeys
    ADD CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id);

ALTER TABLE ONLY identity.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.personal_tokens
    ADD CONSTRAINT personal_tokens_hash_key UNIQUE (hash);

ALTER TABLE ONLY identity.personal_tokens
    ADD CONSTRAINT personal_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY identity.role_grants
    ADD CONSTRAINT role_grants_pkey PRIMARY KEY (user_id, role, calendar_id);

ALTER TABLE ONLY identity.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY identity.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.sign_ins
    ADD CONSTRAINT sign_ins_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY identity.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (kid);

ALTER TABLE ONLY identity.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.users
    ADD CONSTRAINT users_webauthn_handle_key UNIQUE (webauthn_handle);

ALTER TABLE ONLY identity.wrong_codes
    ADD CONSTRAINT wrong_codes_pkey PRIMARY KEY (address, day);

ALTER TABLE ONLY market.categories
    ADD CONSTRAINT categories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.categories
    ADD CONSTRAINT categories_slug_key UNIQUE (slug);

ALTER TABLE ONLY market.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (product_id);

ALTER TABLE ONLY market.placements
    ADD CONSTRAINT placements_pkey PRIMARY KEY (term_id, container_type, container_id);

ALTER TABLE ONLY market.price_turns
    ADD CONSTRAINT price_turns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.prices
    ADD CONSTRAINT prices_overlap EXCLUDE USING gist (variant_id WITH =, list WITH =, valid WITH &&) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY market.prices
    ADD CONSTRAINT prices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.product_terms
    ADD CONSTRAINT product_terms_pkey PRIMARY KEY (product_id, term_id);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_id_currency_key UNIQUE (id, currency);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_origin_key UNIQUE (origin, origin_id);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_slug_key UNIQUE (slug);

ALTER TABLE ONLY market.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (order_id, variant_id);

ALTER TABLE ONLY market.stock_movements
    ADD CONSTRAINT stock_movements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.stock
    ADD CONSTRAINT stock_pkey PRIMARY KEY (variant_id);

ALTER TABLE ONLY market.terms
    ADD CONSTRAINT terms_id_taxonomy_key UNIQUE (id, taxonomy);

ALTER TABLE ONLY market.terms
    ADD CONSTRAINT terms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.terms
    ADD CONSTRAINT terms_slug_key UNIQUE (taxonomy, slug);

ALTER TABLE ONLY market.variants
    ADD CONSTRAINT variants_gtin_key EXCLUDE USING btree (lpad(gtin, 14, '0'::text) WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY market.variants
    ADD CONSTRAINT variants_order_key UNIQUE (product_id, sort_order) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY market.variants
    ADD CONSTRAINT variants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.variants
    ADD CONSTRAINT variants_sku_key UNIQUE (sku) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY media.objects
    ADD CONSTRAINT objects_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY media.resized
    ADD CONSTRAINT resized_pkey PRIMARY KEY (object, width);

ALTER TABLE ONLY orders.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (name);

ALTER TABLE ONLY orders.delivery_methods
    ADD CONSTRAINT delivery_methods_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.differences
    ADD CONSTRAINT differences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (kind, number);

ALTER TABLE ONLY orders.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY orders.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.ledger
    ADD CONSTRAINT ledger_provider_transaction_id_kind_sequence_key UNIQUE (provider, transaction_id, kind, sequence);

ALTER TABLE ONLY orders.order_events
    ADD CONSTRAINT order_events_pkey PRIMARY KEY (order_id, sequence);

ALTER TABLE ONLY orders.order_lines
    ADD CONSTRAINT order_lines_order_id_kind_thing_key UNIQUE (order_id, kind, thing);

ALTER TABLE ONLY orders.order_lines
    ADD CONSTRAINT order_lines_order_id_position_key UNIQUE (order_id, "position");

ALTER TABLE ONLY orders.order_lines
    ADD CONSTRAINT order_lines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.payment_attempts
    ADD CONSTRAINT payment_attempts_order_id_number_key UNIQUE (order_id, number);

ALTER TABLE ONLY orders.payment_attempts
    ADD CONSTRAINT payment_attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.payouts
    ADD CONSTRAINT payouts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.reconciliations
    ADD CONSTRAINT reconciliations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.refunds
    ADD CONSTRAINT refunds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (one);

ALTER TABLE ONLY orders.slots
    ADD CONSTRAINT slots_pkey PRIMARY KEY (id);

ALTER TABLE ONLY orders.slots
    ADD CONSTRAINT slots_window_id_delivery_id_starts_at_key UNIQUE (window_id, delivery_id, starts_at);

ALTER TABLE ONLY orders.terms
    ADD CONSTRAINT terms_pkey PRIMARY KEY (version);

ALTER TABLE ONLY orders.transactions
    ADD CONSTRAINT transactions_pkey PRIMARY KEY (provider, transaction_id);

ALTER TABLE ONLY orders.windows
    ADD CONSTRAINT windows_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY river.river_job
    ADD CONSTRAINT river_job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY river.river_leader
    ADD CONSTRAINT river_leader_pkey PRIMARY KEY (name);

ALTER TABLE ONLY river.river_migration
    ADD CONSTRAINT river_migration_pkey1 PRIMARY KEY (line, version);

ALTER TABLE ONLY river.river_notification
    ADD CONSTRAINT river_notification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY river.river_queue
    ADD CONSTRAINT river_queue_pkey PRIMARY KEY (name);

ALTER TABLE ONLY search.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY search.state
    ADD CONSTRAINT state_pkey PRIMARY KEY (one);

ALTER TABLE ONLY shared.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, key);

ALTER TABLE ONLY shared.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY shared.rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (key);

ALTER TABLE ONLY shared.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (name);

ALTER TABLE ONLY ssg.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (generation, n);

ALTER TABLE ONLY ssg.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (target);

ALTER TABLE ONLY ssg.generations
    ADD CONSTRAINT generations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ssg.gone
    ADD CONSTRAINT gone_pkey PRIMARY KEY (tree, file);

ALTER TABLE ONLY ssg.hidden
    ADD CONSTRAINT hidden_pkey PRIMARY KEY (thing);

ALTER TABLE ONLY ssg.list_members
    ADD CONSTRAINT list_members_list_item_key UNIQUE (list, item);

ALTER TABLE ONLY ssg.list_members
    ADD CONSTRAINT list_members_pkey PRIMARY KEY (list, ordinal);

ALTER TABLE ONLY ssg.lists
    ADD CONSTRAINT lists_name_key UNIQUE (name);

ALTER TABLE ONLY ssg.lists
    ADD CONSTRAINT lists_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ssg.pages
    ADD CONSTRAINT pages_pkey PRIMARY KEY (unit);

ALTER TABLE ONLY ssg.pages
    ADD CONSTRAINT pages_tree_file_key UNIQUE (tree, file) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY ssg.state
    ADD CONSTRAINT state_pkey PRIMARY KEY (one);

ALTER TABLE ONLY ssg.work
    ADD CONSTRAINT work_pkey PRIMARY KEY (id);

CREATE INDEX exports_expires ON account.exports USING btree (expires_at);

CREATE INDEX exports_user ON account.exports USING btree (user_id, created_at);

CREATE INDEX ghost_hooks_received ON blog.ghost_hooks USING btree (received_at);

CREATE INDEX ghost_hooks_waiting ON blog.ghost_hooks USING btree (received_at) WHERE (handled_at IS NULL);

CREATE INDEX ghost_media_next ON blog.ghost_media USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX ghost_media_uses_object ON blog.ghost_media_uses USING btree (kind, ghost_id);

CREATE UNIQUE INDEX ghost_objects_object ON blog.ghost_objects USING btree (kind, object_id) WHERE (object_id IS NOT NULL);

CREATE INDEX left_paths_object ON blog.left_paths USING btree (kind, object_id);

CREATE INDEX members_email ON blog.members USING btree (lower(email));

CREATE INDEX members_user ON blog.members USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX post_authors_author ON blog.post_authors USING btree (author_id);

CREATE INDEX post_tags_tag ON blog.post_tags USING btree (tag_id);

CREATE INDEX posts_created_by ON blog.posts USING btree (created_by) WHERE (created_by IS NOT NULL);

CREATE INDEX posts_listed ON blog.posts USING btree (type, sorted_at DESC, id DESC) WHERE is_public;

CREATE INDEX posts_sorted ON blog.posts USING btree (type, sorted_at DESC, id DESC);

CREATE INDEX posts_walked ON blog.posts USING btree (sorted_at, id) WHERE is_public;

CREATE INDEX domain_events_created ON bus.domain_events USING btree (created_at);

CREATE INDEX domain_events_unbuilt ON bus.domain_events USING btree (id) WHERE (built_at IS NULL);

CREATE INDEX domain_events_undispatched ON bus.domain_events USING btree (id) WHERE (dispatched_at IS NULL);

CREATE INDEX cart_discounts_discount ON cart.cart_discounts USING btree (discount_id);

CREATE INDEX carts_expires ON cart.carts USING btree (expires_at) WHERE (status = 'open'::text);

CREATE INDEX carts_holder ON cart.carts USING btree (holder);

CREATE UNIQUE INDEX carts_open ON cart.carts USING btree (holder) WHERE (status = 'open'::text);

CREATE UNIQUE INDEX carts_order ON cart.carts USING btree (order_id);

CREATE INDEX discount_uses_buyer ON cart.discount_uses USING btree (discount_id, buyer);

CREATE INDEX discount_uses_order ON cart.discount_uses USING btree (order_id);

CREATE UNIQUE INDEX discounts_code ON cart.discounts USING btree (code);

CREATE INDEX entries_expand ON events.entries USING btree (expanded_until) WHERE (rrule <> ''::text);

CREATE INDEX entries_proposed ON events.entries USING btree (proposed_by) WHERE (proposed_by <> ''::text);

CREATE INDEX entries_split ON events.entries USING btree (split_from);

CREATE INDEX entries_state ON events.entries USING btree (state);

CREATE INDEX entries_venue ON events.entries USING btree (venue_id);

CREATE INDEX entries_zone ON events.entries USING btree (zone_version);

CREATE INDEX feeds_user ON events.feeds USING btree (user_id);

CREATE INDEX follows_calendar ON events.follows USING btree (calendar_id);

CREATE INDEX occurrences_length ON events.occurrences USING btree (((ends_at - starts_at)));

CREATE INDEX occurrences_local ON events.occurrences USING btree (local_start);

CREATE INDEX occurrences_starts ON events.occurrences USING btree (starts_at, id);

CREATE INDEX occurrences_venue ON events.occurrences USING btree (venue_id);

CREATE INDEX placements_container ON events.placements USING btree (container_type, container_id);

CREATE INDEX saved_occurrence ON events.saved USING btree (occurrence_id);

CREATE INDEX transitions_entry ON events.transitions USING btree (entry_id, id);

CREATE INDEX transitions_occurrence ON events.transitions USING btree (occurrence_id);

CREATE INDEX access_tokens_expires ON identity.access_tokens USING btree (expires_at);

CREATE INDEX access_tokens_grant ON identity.access_tokens USING btree (grant_id);

CREATE INDEX audit_at ON identity.audit USING btree (at);

CREATE INDEX audit_user ON identity.audit USING btree (user_id, id) WHERE (user_id IS NOT NULL);

CREATE INDEX ceremonies_expires ON identity.ceremonies USING btree (expires_at);

CREATE INDEX codes_grant ON identity.codes USING btree (grant_id);

CREATE INDEX consents_client ON identity.consents USING btree (client_id);

CREATE INDEX device_codes_client ON identity.device_codes USING btree (client_id);

CREATE INDEX device_codes_expires ON identity.device_codes USING btree (expires_at);

CREATE INDEX email_changes_user ON identity.email_changes USING btree (user_id);

CREATE INDEX emails_address ON identity.emails USING btree (address);

CREATE UNIQUE INDEX emails_primary ON identity.emails USING btree (user_id) WHERE is_primary;

CREATE UNIQUE INDEX emails_verified ON identity.emails USING btree (address) WHERE (verified_at IS NOT NULL);

CREATE INDEX grants_client ON identity.grants USING btree (client_id);

CREATE INDEX grants_expires ON identity.grants USING btree (expires_at);

CREATE INDEX grants_session ON identity.grants USING btree (session_id) WHERE (session_id IS NOT NULL);

CREATE INDEX grants_user ON identity.grants USING btree (user_id, client_id) WHERE (revoked_at IS NULL);

CREATE INDEX invitations_user ON identity.invitations USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX passkeys_user ON identity.passkeys USING btree (user_id);

CREATE INDEX personal_tokens_user ON identity.personal_tokens USING btree (user_id) WHERE (revoked_at IS NULL);

CREATE INDEX refresh_tokens_grant ON identity.refresh_tokens USING btree (grant_id);

CREATE INDEX role_grants_role ON identity.role_grants USING btree (role);

CREATE INDEX sessions_expires ON identity.sessions USING btree (expires_at);

CREATE INDEX sessions_parent ON identity.sessions USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX sessions_user ON identity.sessions USING btree (user_id) WHERE (ended_at IS NULL);

CREATE INDEX sign_ins_address ON identity.sign_ins USING btree (address, expires_at);

CREATE INDEX sign_ins_browser ON identity.sign_ins USING btree (browser_hash);

CREATE INDEX sign_ins_expires ON identity.sign_ins USING btree (expires_at);

CREATE INDEX users_deletion_due ON identity.users USING btree (deletion_due) WHERE ((deletion_due IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX categories_parent ON market.categories USING btree (parent_id);

CREATE INDEX categories_path ON market.categories USING gin (path);

CREATE INDEX changes_changed ON market.changes USING btree (changed);

CREATE INDEX placements_container ON market.placements USING btree (container_type, container_id);

CREATE INDEX price_turns_at ON market.price_turns USING btree (at);

CREATE INDEX prices_variant ON market.prices USING btree (variant_id, list, lower(valid));

CREATE UNIQUE INDEX product_terms_one ON market.product_terms USING btree (product_id, taxonomy) WHERE (taxonomy = ANY (ARRAY['brand'::text, 'producer'::text]));

CREATE INDEX product_terms_term ON market.product_terms USING btree (term_id, product_id);

CREATE INDEX products_category ON market.products USING btree (category_id, status, sort_key, id);

CREATE INDEX products_listed ON market.products USING btree (status, sort_key, id);

CREATE INDEX products_walked ON market.products USING btree (created_at, id) WHERE (status = 'published'::text);

CREATE INDEX reservations_variant ON market.reservations USING btree (variant_id);

CREATE INDEX stock_movements_all ON market.stock_movements USING btree (created_at DESC, id DESC);

CREATE INDEX stock_movements_variant ON market.stock_movements USING btree (variant_id, created_at DESC, id DESC);

CREATE INDEX terms_listed ON market.terms USING btree (taxonomy, sort_key, id);

CREATE INDEX differences_found ON orders.differences USING btree (found_at DESC, id DESC);

CREATE UNIQUE INDEX differences_one ON orders.differences USING btree (provider, kind, transaction_id) WHERE (resolved_at IS NULL);

CREATE INDEX differences_order ON orders.differences USING btree (order_id);

CREATE UNIQUE INDEX documents_credit_note ON orders.documents USING btree (refund_id);

CREATE UNIQUE INDEX documents_invoice ON orders.documents USING btree (order_id) WHERE (kind = 'invoice'::text);

CREATE INDEX documents_issued ON orders.documents USING btree (issued_at);

CREATE INDEX documents_order ON orders.documents USING btree (order_id);

CREATE INDEX ledger_at ON orders.ledger USING btree (at);

CREATE INDEX ledger_attempt ON orders.ledger USING btree (attempt_id);

CREATE INDEX ledger_order ON orders.ledger USING btree (order_id);

CREATE UNIQUE INDEX orders_cart ON orders.orders USING btree (cart_id) WHERE (status <> ALL (ARRAY['cancelled'::text, 'expired'::text]));

CREATE INDEX orders_delivery ON orders.orders USING btree (delivery_id);

CREATE INDEX orders_email ON orders.orders USING btree (lower(email));

CREATE INDEX orders_open ON orders.orders USING btree (placed_at) WHERE (status = ANY (ARRAY['pending_payment'::text, 'paid'::text, 'part_fulfilled'::text]));

CREATE INDEX orders_paid ON orders.orders USING btree (paid_at);

CREATE INDEX orders_placed ON orders.orders USING btree (placed_at DESC, id DESC);

CREATE UNIQUE INDEX orders_reference ON orders.orders USING btree (reference);

CREATE INDEX orders_slot ON orders.orders USING btree (slot_id);

CREATE INDEX orders_user ON orders.orders USING btree (user_id, placed_at DESC, id DESC) WHERE (user_id IS NOT NULL);

CREATE INDEX payment_attempts_created ON orders.payment_attempts USING btree (created_at);

CREATE INDEX payment_attempts_due ON orders.payment_attempts USING btree (verify_due) WHERE (verify_due IS NOT NULL);

CREATE UNIQUE INDEX payment_attempts_live ON orders.payment_attempts USING btree (order_id) WHERE (status = ANY (ARRAY['creating'::text, 'open'::text]));

CREATE UNIQUE INDEX payment_attempts_provider ON orders.payment_attempts USING btree (provider, provider_id) WHERE (provider_id IS NOT NULL);

CREATE UNIQUE INDEX payment_attempts_reference ON orders.payment_attempts USING btree (reference);

CREATE INDEX payouts_date ON orders.payouts USING btree (payout_date);

CREATE INDEX payouts_transaction ON orders.payouts USING btree (transaction_code);

CREATE INDEX reconciliations_started ON orders.reconciliations USING btree (started_at DESC, id DESC);

CREATE INDEX refunds_due ON orders.refunds USING btree (due) WHERE (due IS NOT NULL);

CREATE INDEX refunds_order ON orders.refunds USING btree (order_id);

CREATE UNIQUE INDEX refunds_sending ON orders.refunds USING btree (provider, transaction_id) WHERE (status = ANY (ARRAY['sending'::text, 'unknown'::text]));

CREATE INDEX refunds_transaction ON orders.refunds USING btree (provider, transaction_id);

CREATE INDEX slots_delivery ON orders.slots USING btree (delivery_id);

CREATE INDEX transactions_at ON orders.transactions USING btree (at);

CREATE INDEX transactions_code ON orders.transactions USING btree (code);

CREATE INDEX transactions_order ON orders.transactions USING btree (order_id);

CREATE INDEX windows_closes ON orders.windows USING btree (closes_at);

CREATE INDEX river_job_args_index ON river.river_job USING gin (args);

CREATE INDEX river_job_kind ON river.river_job USING btree (kind);

CREATE INDEX river_job_metadata_index ON river.river_job USING gin (metadata);

CREATE INDEX river_job_prioritized_fetching_index ON river.river_job USING btree (state, queue, priority, scheduled_at, id);

CREATE INDEX river_job_state_and_finalized_at_index ON river.river_job USING btree (state, finalized_at) WHERE (finalized_at IS NOT NULL);

CREATE UNIQUE INDEX river_job_unique_idx ON river.river_job USING btree (unique_key) WHERE ((unique_key IS NOT NULL) AND (unique_states IS NOT NULL) AND river.river_job_state_in_bitmask(unique_states, state));

CREATE INDEX river_notification_created_at_idx ON river.river_notification USING btree (created_at);

CREATE INDEX river_notification_topic_id_idx ON river.river_notification USING btree (topic, id);

CREATE INDEX documents_folded ON search.documents USING gin (folded public.gin_trgm_ops);

CREATE INDEX documents_head ON search.documents USING gin (head);

CREATE INDEX documents_newest ON search.documents USING btree (published_at DESC, id DESC);

CREATE INDEX documents_refs ON search.documents USING gin (refs);

CREATE INDEX documents_words ON search.documents USING gin (words);

CREATE INDEX idempotency_keys_created ON shared.idempotency_keys USING btree (created_at);

CREATE INDEX mails_created ON shared.mails USING btree (created_at);

CREATE INDEX rate_limits_whole_at ON shared.rate_limits USING btree (whole_at);

CREATE INDEX changes_unit ON ssg.changes USING btree (unit);

CREATE INDEX dependencies_key ON ssg.dependencies USING btree (key);

CREATE INDEX dependencies_unit ON ssg.dependencies USING btree (unit);

CREATE INDEX generations_ready ON ssg.generations USING btree (id) WHERE (state = 'ready'::text);

CREATE INDEX list_members_at ON ssg.list_members USING btree (list, at DESC, item DESC);

CREATE INDEX list_members_item ON ssg.list_members USING btree (item);

CREATE INDEX packs_generation ON ssg.packs USING btree (generation);

CREATE INDEX pages_of_dates ON ssg.pages USING btree (split_part(unit, '/'::text, 4)) WHERE (unit ~~ 'occurrence/%'::text);

CREATE INDEX pages_without_siblings ON ssg.pages USING btree (unit) WHERE (siblings IS DISTINCT FROM content_hash);

CREATE INDEX touched_change ON ssg.touched USING btree (change);

CREATE TRIGGER forget_paths AFTER DELETE ON blog.authors FOR EACH ROW EXECUTE FUNCTION blog.forget_paths('author');

CREATE TRIGGER forget_paths AFTER DELETE ON blog.posts FOR EACH ROW EXECUTE FUNCTION blog.forget_paths('post');

CREATE TRIGGER forget_paths AFTER DELETE ON blog.tags FOR EACH ROW EXECUTE FUNCTION blog.forget_paths('tag');

CREATE TRIGGER leave_path AFTER UPDATE OF path ON blog.posts FOR EACH ROW WHEN ((old.path <> new.path)) EXECUTE FUNCTION blog.leave_path();

CREATE TRIGGER leave_slug AFTER UPDATE OF slug ON blog.authors FOR EACH ROW WHEN ((old.slug <> new.slug)) EXECUTE FUNCTION blog.leave_slug('author');

CREATE TRIGGER leave_slug AFTER UPDATE OF slug ON blog.tags FOR EACH ROW WHEN ((old.slug <> new.slug)) EXECUTE FUNCTION blog.leave_slug('tag');

CREATE TRIGGER take_path AFTER INSERT ON blog.posts FOR EACH ROW EXECUTE FUNCTION blog.leave_path();

CREATE TRIGGER take_slug AFTER INSERT ON blog.authors FOR EACH ROW EXECUTE FUNCTION blog.leave_slug('author');

CREATE TRIGGER take_slug AFTER INSERT ON blog.tags FOR EACH ROW EXECUTE FUNCTION blog.leave_slug('tag');

CREATE TRIGGER audit_only_append BEFORE DELETE OR UPDATE ON identity.audit FOR EACH ROW EXECUTE FUNCTION identity.only_append();

CREATE TRIGGER keep_movement BEFORE UPDATE ON market.stock_movements FOR EACH ROW EXECUTE FUNCTION market.keep_movement();

CREATE TRIGGER move_subcategories AFTER UPDATE OF parent_id ON market.categories FOR EACH ROW WHEN ((new.path <> old.path)) EXECUTE FUNCTION market.move_subcategories();

CREATE TRIGGER note_begun AFTER INSERT ON market.stock FOR EACH ROW WHEN ((new.on_hand > 0)) EXECUTE FUNCTION market.note_changed_row();

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON market.categories FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON market.product_terms FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON market.products FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();

CREATE TRIGGER note_change AFTER UPDATE ON market.stock FOR EACH ROW WHEN (((old.on_hand - old.reserved) <> (new.on_hand - new.reserved))) EXECUTE FUNCTION market.note_availability();

CREATE TRIGGER note_change AFTER INSERT OR DELETE ON market.terms FOR EACH ROW EXECUTE FUNCTION market.note_term();

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON market.variants FOR EACH ROW EXECUTE FUNCTION market.note_changed_row();

CREATE TRIGGER note_renamed AFTER UPDATE ON market.terms FOR EACH ROW WHEN (((old.slug IS DISTINCT FROM new.slug) OR (old.name IS DISTINCT FROM new.name))) EXECUTE FUNCTION market.note_term();

CREATE TRIGGER place_category BEFORE INSERT OR UPDATE OF id, parent_id, path ON market.categories FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION market.place_category();

CREATE CONSTRAINT TRIGGER published_has_variant AFTER INSERT OR UPDATE OF status ON market.products DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status = 'published'::text)) EXECUTE FUNCTION market.require_variant();

CREATE CONSTRAINT TRIGGER variant_kept AFTER DELETE OR UPDATE OF product_id ON market.variants DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION market.require_variant();

CREATE TRIGGER keep_order BEFORE UPDATE ON orders.orders FOR EACH ROW EXECUTE FUNCTION orders.keep_order();

CREATE TRIGGER keep_row BEFORE DELETE OR UPDATE ON orders.documents FOR EACH ROW EXECUTE FUNCTION orders.keep_row();

CREATE TRIGGER keep_row BEFORE DELETE OR UPDATE ON orders.ledger FOR EACH ROW EXECUTE FUNCTION orders.keep_row();

CREATE TRIGGER keep_row BEFORE UPDATE ON orders.order_events FOR EACH ROW EXECUTE FUNCTION orders.keep_row();

CREATE TRIGGER keep_row BEFORE DELETE OR UPDATE ON orders.terms FOR EACH ROW EXECUTE FUNCTION orders.keep_row();

CREATE TRIGGER keep_terms AFTER UPDATE ON orders.settings FOR EACH ROW WHEN ((old.version <> new.version)) EXECUTE FUNCTION orders.keep_terms();

CREATE TRIGGER new_words BEFORE UPDATE ON orders.settings FOR EACH ROW WHEN (((old.version = new.version) AND ((old.terms IS DISTINCT FROM new.terms) OR (old.cancellation IS DISTINCT FROM new.cancellation)))) EXECUTE FUNCTION orders.new_words();

ALTER TABLE ONLY blog.ghost_conflicts
    ADD CONSTRAINT ghost_conflicts_post_id_fkey FOREIGN KEY (post_id) REFERENCES blog.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY blog.ghost_media_uses
    ADD CONSTRAINT ghost_media_uses_url_fkey FOREIGN KEY (url) REFERENCES blog.ghost_media(url) ON DELETE CASCADE;

ALTER TABLE ONLY blog.post_authors
    ADD CONSTRAINT post_authors_author_id_fkey FOREIGN KEY (author_id) REFERENCES blog.authors(id);

ALTER TABLE ONLY blog.post_authors
    ADD CONSTRAINT post_authors_post_id_fkey FOREIGN KEY (post_id) REFERENCES blog.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY blog.post_tags
    ADD CONSTRAINT post_tags_post_id_fkey FOREIGN KEY (post_id) REFERENCES blog.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY blog.post_tags
    ADD CONSTRAINT post_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES blog.tags(id);

ALTER TABLE ONLY bus.handled
    ADD CONSTRAINT handled_event_id_fkey FOREIGN KEY (event_id) REFERENCES bus.domain_events(id) ON DELETE CASCADE;

ALTER TABLE ONLY cart.cart_discounts
    ADD CONSTRAINT cart_discounts_cart_id_fkey FOREIGN KEY (cart_id) REFERENCES cart.carts(id) ON DELETE CASCADE;

ALTER TABLE ONLY cart.cart_discounts
    ADD CONSTRAINT cart_discounts_discount_id_fkey FOREIGN KEY (discount_id) REFERENCES cart.discounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY cart.discount_uses
    ADD CONSTRAINT discount_uses_discount_id_fkey FOREIGN KEY (discount_id) REFERENCES cart.discounts(id);

ALTER TABLE ONLY cart.lines
    ADD CONSTRAINT lines_cart_id_fkey FOREIGN KEY (cart_id) REFERENCES cart.carts(id) ON DELETE CASCADE;

ALTER TABLE ONLY events.entries
    ADD CONSTRAINT entries_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES events.calendars(id);

ALTER TABLE ONLY events.entries
    ADD CONSTRAINT entries_split_from_fkey FOREIGN KEY (split_from) REFERENCES events.entries(id) ON DELETE SET NULL;

ALTER TABLE ONLY events.entries
    ADD CONSTRAINT entries_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES events.venues(id);

ALTER TABLE ONLY events.follows
    ADD CONSTRAINT follows_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES events.calendars(id) ON DELETE CASCADE;

ALTER TABLE ONLY events.imports
    ADD CONSTRAINT imports_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES events.entries(id) ON DELETE CASCADE;

ALTER TABLE ONLY events.occurrences
    ADD CONSTRAINT occurrences_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES events.entries(id) ON DELETE CASCADE;

ALTER TABLE ONLY events.occurrences
    ADD CONSTRAINT occurrences_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES events.venues(id);

ALTER TABLE ONLY events.placements
    ADD CONSTRAINT placements_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES events.calendars(id) ON DELETE CASCADE;

ALTER TABLE ONLY events.saved
    ADD CONSTRAINT saved_occurrence_id_fkey FOREIGN KEY (occurrence_id) REFERENCES events.occurrences(id);

ALTER TABLE ONLY events.transitions
    ADD CONSTRAINT transitions_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES events.entries(id) ON DELETE CASCADE;

ALTER TABLE ONLY events.transitions
    ADD CONSTRAINT transitions_occurrence_id_fkey FOREIGN KEY (occurrence_id) REFERENCES events.occurrences(id) ON DELETE SET NULL;

ALTER TABLE ONLY identity.access_tokens
    ADD CONSTRAINT access_tokens_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES identity.grants(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.ceremonies
    ADD CONSTRAINT ceremonies_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.codes
    ADD CONSTRAINT codes_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES identity.grants(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.consents
    ADD CONSTRAINT consents_client_id_fkey FOREIGN KEY (client_id) REFERENCES identity.clients(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.consents
    ADD CONSTRAINT consents_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.device_codes
    ADD CONSTRAINT device_codes_client_id_fkey FOREIGN KEY (client_id) REFERENCES identity.clients(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.device_codes
    ADD CONSTRAINT device_codes_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES identity.grants(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.devices
    ADD CONSTRAINT devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.email_changes
    ADD CONSTRAINT email_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.emails
    ADD CONSTRAINT emails_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.grants
    ADD CONSTRAINT grants_client_id_fkey FOREIGN KEY (client_id) REFERENCES identity.clients(client_id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.grants
    ADD CONSTRAINT grants_session_id_fkey FOREIGN KEY (session_id) REFERENCES identity.sessions(id) ON DELETE SET NULL;

ALTER TABLE ONLY identity.grants
    ADD CONSTRAINT grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.invitations
    ADD CONSTRAINT invitations_used_by_fkey FOREIGN KEY (used_by) REFERENCES identity.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY identity.invitations
    ADD CONSTRAINT invitations_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.passkeys
    ADD CONSTRAINT passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.personal_tokens
    ADD CONSTRAINT personal_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.refresh_tokens
    ADD CONSTRAINT refresh_tokens_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES identity.grants(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.role_grants
    ADD CONSTRAINT role_grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.sessions
    ADD CONSTRAINT sessions_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES identity.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY market.categories
    ADD CONSTRAINT categories_parent_fkey FOREIGN KEY (parent_id) REFERENCES market.categories(id);

ALTER TABLE ONLY market.placements
    ADD CONSTRAINT placements_term_id_taxonomy_fkey FOREIGN KEY (term_id, taxonomy) REFERENCES market.terms(id, taxonomy) ON DELETE CASCADE;

ALTER TABLE ONLY market.prices
    ADD CONSTRAINT prices_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES market.variants(id) ON DELETE CASCADE;

ALTER TABLE ONLY market.product_terms
    ADD CONSTRAINT product_terms_product_id_fkey FOREIGN KEY (product_id) REFERENCES market.products(id) ON DELETE CASCADE;

ALTER TABLE ONLY market.product_terms
    ADD CONSTRAINT product_terms_term_fkey FOREIGN KEY (term_id, taxonomy) REFERENCES market.terms(id, taxonomy);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_category_fkey FOREIGN KEY (category_id) REFERENCES market.categories(id);

ALTER TABLE ONLY market.stock_movements
    ADD CONSTRAINT stock_movements_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES market.stock(variant_id) ON DELETE CASCADE;

ALTER TABLE ONLY market.stock
    ADD CONSTRAINT stock_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES market.variants(id) ON DELETE CASCADE;

ALTER TABLE ONLY market.variants
    ADD CONSTRAINT variants_product_fkey FOREIGN KEY (product_id, currency) REFERENCES market.products(id, currency) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY media.resized
    ADD CONSTRAINT resized_object_fkey FOREIGN KEY (object) REFERENCES media.objects(hash) ON DELETE CASCADE;

ALTER TABLE ONLY orders.differences
    ADD CONSTRAINT differences_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id) ON DELETE SET NULL;

ALTER TABLE ONLY orders.documents
    ADD CONSTRAINT documents_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id);

ALTER TABLE ONLY orders.documents
    ADD CONSTRAINT documents_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES orders.refunds(id);

ALTER TABLE ONLY orders.erasures
    ADD CONSTRAINT erasures_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY orders.ledger
    ADD CONSTRAINT ledger_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES orders.payment_attempts(id);

ALTER TABLE ONLY orders.ledger
    ADD CONSTRAINT ledger_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id);

ALTER TABLE ONLY orders.order_events
    ADD CONSTRAINT order_events_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY orders.order_lines
    ADD CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY orders.orders
    ADD CONSTRAINT orders_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES orders.delivery_methods(id) ON DELETE SET NULL;

ALTER TABLE ONLY orders.orders
    ADD CONSTRAINT orders_slot_id_fkey FOREIGN KEY (slot_id) REFERENCES orders.slots(id) ON DELETE SET NULL;

ALTER TABLE ONLY orders.payment_attempts
    ADD CONSTRAINT payment_attempts_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY orders.refunds
    ADD CONSTRAINT refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id) ON DELETE CASCADE;

ALTER TABLE ONLY orders.slots
    ADD CONSTRAINT slots_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES orders.delivery_methods(id);

ALTER TABLE ONLY orders.slots
    ADD CONSTRAINT slots_window_id_fkey FOREIGN KEY (window_id) REFERENCES orders.windows(id) ON DELETE CASCADE;

ALTER TABLE ONLY orders.transactions
    ADD CONSTRAINT transactions_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders.orders(id);

ALTER TABLE ONLY ssg.changes
    ADD CONSTRAINT changes_generation_fkey FOREIGN KEY (generation) REFERENCES ssg.generations(id) ON DELETE CASCADE;

ALTER TABLE ONLY ssg.list_members
    ADD CONSTRAINT list_members_list_fkey FOREIGN KEY (list) REFERENCES ssg.lists(id) ON DELETE CASCADE;
