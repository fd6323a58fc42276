-- Made from db/migrations by `make gen`. Read it; change the migrations.

CREATE SCHEMA blog;

CREATE SCHEMA bus;

CREATE SCHEMA market;

CREATE SCHEMA media;

CREATE SCHEMA river;

CREATE SCHEMA shared;

CREATE SCHEMA ssg;

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

CREATE FUNCTION shared.clock() RETURNS timestamp with time zone
    LANGUAGE sql PARALLEL SAFE
    AS $$
    SELECT coalesce(nullif(current_setting('shared.clock', true), '')::timestamptz, clock_timestamp())
$$;

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
    CONSTRAINT posts_check CHECK (((status <> 'published'::text) OR (published_at IS NOT NULL))),
    CONSTRAINT posts_check1 CHECK (((origin = 'local'::text) = (origin_id IS NULL))),
    CONSTRAINT posts_custom_excerpt_check CHECK ((length(custom_excerpt) <= 2000)),
    CONSTRAINT posts_origin_check CHECK ((origin = ANY (ARRAY['local'::text, 'ghost'::text, 'markdown'::text]))),
    CONSTRAINT posts_path_check CHECK ((path ~ '^/(pages/)?[a-z0-9][a-z0-9_-]*/$'::text)),
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
    CONSTRAINT categories_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100) AND (slug <> 'products'::text)))
);

CREATE TABLE market.products (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    sort_key text NOT NULL COLLATE pg_catalog."C",
    summary text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    description_html text DEFAULT ''::text NOT NULL,
    brand text DEFAULT ''::text NOT NULL,
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
    CONSTRAINT products_brand_check CHECK ((length(brand) <= 100)),
    CONSTRAINT products_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT products_description_check CHECK ((length(description) <= 50000)),
    CONSTRAINT products_images_check CHECK (((jsonb_typeof(images) = 'array'::text) AND (jsonb_array_length(images) <= 20))),
    CONSTRAINT products_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT products_origin_check CHECK ((origin = ANY (ARRAY['local'::text, 'markdown'::text]))),
    CONSTRAINT products_origin_id_check CHECK (((origin = 'local'::text) = (origin_id IS NULL))),
    CONSTRAINT products_slug_check CHECK (((slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (length(slug) <= 100))),
    CONSTRAINT products_sort_key_check CHECK ((sort_key <> ''::text)),
    CONSTRAINT products_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text]))),
    CONSTRAINT products_summary_check CHECK ((length(summary) <= 500))
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
    CONSTRAINT variants_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT variants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT variants_price_minor_check CHECK (((price_minor >= 1) AND (price_minor <= '99999999999'::bigint))),
    CONSTRAINT variants_quantity_check CHECK (((quantity >= 1) AND (quantity <= 1000000000))),
    CONSTRAINT variants_sku_check CHECK ((sku ~ '^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$'::text)),
    CONSTRAINT variants_sort_order_check CHECK ((sort_order >= 0)),
    CONSTRAINT variants_unit_check CHECK ((unit = ANY (ARRAY['g'::text, 'ml'::text, 'each'::text]))),
    CONSTRAINT variants_vat_rate_check CHECK (((vat_rate >= 0) AND (vat_rate <= 10000)))
);

CREATE VIEW market.product_cards AS
 SELECT p.id,
    p.slug,
    p.name,
    p.sort_key,
    p.summary,
    p.brand,
    p.status,
    p.currency,
    p.updated_at,
    (p.images -> 0) AS image,
    c.id AS category_id,
    c.slug AS category_slug,
    c.name AS category_name,
    COALESCE(v.name, ''::text) AS variant_name,
    COALESCE(v.price_minor, (0)::bigint) AS price_minor,
    COALESCE(v.quantity, (0)::bigint) AS quantity,
    COALESCE(v.unit, 'each'::text) AS unit,
    COALESCE(v.variants, (0)::bigint) AS variants,
    p.created_at,
    c.path AS category_path
   FROM ((market.products p
     JOIN market.categories c ON ((c.id = p.category_id)))
     LEFT JOIN LATERAL ( SELECT x.name,
            x.price_minor,
            x.quantity,
            x.unit,
            count(*) OVER () AS variants
           FROM market.variants x
          WHERE (x.product_id = p.id)
          ORDER BY x.price_minor, x.sort_order
         LIMIT 1) v ON (true));

CREATE VIEW market.product_pages AS
 SELECT p.id,
    p.slug,
    p.name,
    p.summary,
    p.brand,
    p.status,
    p.currency,
    p.images,
    p.description,
    p.description_html,
    p.version,
    p.updated_at,
    c.id AS category_id,
    c.slug AS category_slug,
    c.name AS category_name,
    c.path AS category_path,
    ( SELECT COALESCE(json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name) ORDER BY (cardinality(a.path))), '[]'::json) AS "coalesce"
           FROM market.categories a
          WHERE ((a.id = ANY (c.path)) AND (a.id <> c.id))) AS ancestors,
    ( SELECT COALESCE(json_agg(json_build_object('id', v.id, 'sku', v.sku, 'name', v.name, 'price_minor', v.price_minor, 'vat_rate', v.vat_rate, 'quantity', v.quantity, 'unit', v.unit) ORDER BY v.sort_order), '[]'::json) AS "coalesce"
           FROM market.variants v
          WHERE (v.product_id = p.id)) AS variants,
    p.created_at
   FROM (market.products p
     JOIN market.categories c ON ((c.id = p.category_id)));

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
    CONSTRAINT objects_media_type_check CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text, 'image/gif'::text, 'image/svg+xml'::text]))),
    CONSTRAINT objects_name_check CHECK (((name ~ '^[a-z0-9][a-z0-9-]*\.[a-z]{3,4}$'::text) AND (length(name) <= 120))),
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

ALTER TABLE ONLY blog.authors
    ADD CONSTRAINT authors_origin_origin_id_key UNIQUE (origin, origin_id);

ALTER TABLE ONLY blog.authors
    ADD CONSTRAINT authors_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.authors
    ADD CONSTRAINT authors_slug_key UNIQUE (slug);

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

ALTER TABLE ONLY blog.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (one);

ALTER TABLE ONLY blog.tags
    ADD CONSTRAINT tags_origin_origin_id_key UNIQUE (origin, origin_id);

ALTER TABLE ONLY blog.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY blog.tags
    ADD CONSTRAINT tags_slug_key UNIQUE (slug);

ALTER TABLE ONLY bus.domain_events
    ADD CONSTRAINT domain_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY bus.handled
    ADD CONSTRAINT handled_pkey PRIMARY KEY (event_id, handler);

ALTER TABLE ONLY bus.handlers
    ADD CONSTRAINT handlers_pkey PRIMARY KEY (handler);

ALTER TABLE ONLY market.categories
    ADD CONSTRAINT categories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.categories
    ADD CONSTRAINT categories_slug_key UNIQUE (slug);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_id_currency_key UNIQUE (id, currency);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_origin_key UNIQUE (origin, origin_id);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_pkey PRIMARY KEY (id);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_slug_key UNIQUE (slug);

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

CREATE INDEX post_authors_author ON blog.post_authors USING btree (author_id);

CREATE INDEX post_tags_tag ON blog.post_tags USING btree (tag_id);

CREATE INDEX posts_listed ON blog.posts USING btree (type, sorted_at DESC, id DESC) WHERE is_public;

CREATE INDEX posts_sorted ON blog.posts USING btree (type, sorted_at DESC, id DESC);

CREATE INDEX posts_walked ON blog.posts USING btree (sorted_at, id) WHERE is_public;

CREATE INDEX domain_events_created ON bus.domain_events USING btree (created_at);

CREATE INDEX domain_events_unbuilt ON bus.domain_events USING btree (id) WHERE (built_at IS NULL);

CREATE INDEX domain_events_undispatched ON bus.domain_events USING btree (id) WHERE (dispatched_at IS NULL);

CREATE INDEX categories_parent ON market.categories USING btree (parent_id);

CREATE INDEX categories_path ON market.categories USING gin (path);

CREATE INDEX products_category ON market.products USING btree (category_id, status, sort_key, id);

CREATE INDEX products_listed ON market.products USING btree (status, sort_key, id);

CREATE INDEX products_walked ON market.products USING btree (created_at, id) WHERE (status = 'published'::text);

CREATE INDEX river_job_args_index ON river.river_job USING gin (args);

CREATE INDEX river_job_kind ON river.river_job USING btree (kind);

CREATE INDEX river_job_metadata_index ON river.river_job USING gin (metadata);

CREATE INDEX river_job_prioritized_fetching_index ON river.river_job USING btree (state, queue, priority, scheduled_at, id);

CREATE INDEX river_job_state_and_finalized_at_index ON river.river_job USING btree (state, finalized_at) WHERE (finalized_at IS NOT NULL);

CREATE UNIQUE INDEX river_job_unique_idx ON river.river_job USING btree (unique_key) WHERE ((unique_key IS NOT NULL) AND (unique_states IS NOT NULL) AND river.river_job_state_in_bitmask(unique_states, state));

CREATE INDEX river_notification_created_at_idx ON river.river_notification USING btree (created_at);

CREATE INDEX river_notification_topic_id_idx ON river.river_notification USING btree (topic, id);

CREATE INDEX changes_unit ON ssg.changes USING btree (unit);

CREATE INDEX dependencies_key ON ssg.dependencies USING btree (key);

CREATE INDEX dependencies_unit ON ssg.dependencies USING btree (unit);

CREATE INDEX generations_ready ON ssg.generations USING btree (id) WHERE (state = 'ready'::text);

CREATE INDEX list_members_at ON ssg.list_members USING btree (list, at DESC, item DESC);

CREATE INDEX list_members_item ON ssg.list_members USING btree (item);

CREATE INDEX packs_generation ON ssg.packs USING btree (generation);

CREATE INDEX pages_without_siblings ON ssg.pages USING btree (unit) WHERE (siblings IS DISTINCT FROM content_hash);

CREATE INDEX touched_change ON ssg.touched USING btree (change);

CREATE TRIGGER move_subcategories AFTER UPDATE OF parent_id ON market.categories FOR EACH ROW WHEN ((new.path <> old.path)) EXECUTE FUNCTION market.move_subcategories();

CREATE TRIGGER place_category BEFORE INSERT OR UPDATE OF id, parent_id, path ON market.categories FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION market.place_category();

CREATE CONSTRAINT TRIGGER published_has_variant AFTER INSERT OR UPDATE OF status ON market.products DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status = 'published'::text)) EXECUTE FUNCTION market.require_variant();

CREATE CONSTRAINT TRIGGER variant_kept AFTER DELETE OR UPDATE OF product_id ON market.variants DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION market.require_variant();

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

ALTER TABLE ONLY market.categories
    ADD CONSTRAINT categories_parent_fkey FOREIGN KEY (parent_id) REFERENCES market.categories(id);

ALTER TABLE ONLY market.products
    ADD CONSTRAINT products_category_fkey FOREIGN KEY (category_id) REFERENCES market.categories(id);

ALTER TABLE ONLY market.variants
    ADD CONSTRAINT variants_product_fkey FOREIGN KEY (product_id, currency) REFERENCES market.products(id, currency) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY media.resized
    ADD CONSTRAINT resized_object_fkey FOREIGN KEY (object) REFERENCES media.objects(hash) ON DELETE CASCADE;

ALTER TABLE ONLY ssg.changes
    ADD CONSTRAINT changes_generation_fkey FOREIGN KEY (generation) REFERENCES ssg.generations(id) ON DELETE CASCADE;

ALTER TABLE ONLY ssg.list_members
    ADD CONSTRAINT list_members_list_fkey FOREIGN KEY (list) REFERENCES ssg.lists(id) ON DELETE CASCADE;
