-- migrate:up
CREATE SCHEMA blog;

-- Posts and pages, with Ghost's fields. html is what everybody may read;
-- members_html is the whole body for those whom visibility names, null where
-- there is nothing more. Neither holds anything a reader could run.
CREATE TABLE blog.posts (
    id            uuid PRIMARY KEY,
    type          text NOT NULL CHECK (type IN ('post', 'page')),
    slug          text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,190}$'),
    path          text NOT NULL UNIQUE CHECK (path ~ '^/(pages/)?[a-z0-9][a-z0-9_-]*/$'),
    title         text NOT NULL CHECK (length(title) BETWEEN 1 AND 2000),
    status        text NOT NULL CHECK (status IN ('draft', 'scheduled', 'published')),
    visibility    text NOT NULL CHECK (visibility IN ('public', 'members', 'paid', 'tiers')),
    email_only    boolean NOT NULL DEFAULT false,
    is_public     boolean NOT NULL GENERATED ALWAYS AS (status = 'published' AND NOT email_only) STORED,
    featured      boolean NOT NULL DEFAULT false,
    source_format text NOT NULL CHECK (source_format IN ('markdown', 'lexical', 'mobiledoc', 'html')),
    source        text NOT NULL,
    ghost_html    text, -- the document as Ghost stores it, with its gates; null once somebody writes here
    html          text NOT NULL,
    members_html  text,
    plaintext     text NOT NULL, -- of html
    custom_excerpt text CHECK (length(custom_excerpt) <= 2000),
    excerpt       text NOT NULL, -- the custom one, else the beginning of plaintext
    reading_time  integer NOT NULL CHECK (reading_time >= 1),
    feature_image jsonb, -- {url, alt, caption, width, height}
    meta          jsonb NOT NULL DEFAULT '{}',
    codeinjection_head text,
    codeinjection_foot text,
    custom_template text,
    show_title_and_feature_image boolean NOT NULL DEFAULT true,
    published_at  timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    sorted_at     timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(published_at, created_at)) STORED,
    version       bigint NOT NULL DEFAULT 1,
    origin        text NOT NULL DEFAULT 'local' CHECK (origin IN ('local', 'ghost')),
    origin_id     text, -- Ghost's id
    origin_hash   text, -- of the fields as they came, so that a second import sees no change
    origin_version bigint, -- the version that the last import left; a higher one was changed here
    flags         text[] NOT NULL DEFAULT '{}', -- what an editor should look at
    CHECK (status <> 'published' OR published_at IS NOT NULL),
    CHECK ((origin = 'local') = (origin_id IS NULL)),
    UNIQUE (type, slug),
    UNIQUE (origin, origin_id)
);
CREATE INDEX posts_listed ON blog.posts (type, sorted_at DESC, id DESC) WHERE is_public;
CREATE INDEX posts_sorted ON blog.posts (type, sorted_at DESC, id DESC);

CREATE TABLE blog.tags (
    id            uuid PRIMARY KEY,
    slug          text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,190}$'),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 191),
    description   text NOT NULL DEFAULT '',
    internal      boolean NOT NULL DEFAULT false,
    accent_color  text CHECK (accent_color ~ '^#[0-9a-fA-F]{6}$'),
    feature_image jsonb,
    meta          jsonb NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    origin        text NOT NULL DEFAULT 'local' CHECK (origin IN ('local', 'ghost')),
    origin_id     text,
    origin_hash   text,
    UNIQUE (origin, origin_id)
);

CREATE TABLE blog.authors (
    id            uuid PRIMARY KEY,
    slug          text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9_-]{0,190}$'),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 191),
    bio           text NOT NULL DEFAULT '',
    website       text NOT NULL DEFAULT '',
    location      text NOT NULL DEFAULT '',
    profile_image jsonb,
    cover_image   jsonb,
    social        jsonb NOT NULL DEFAULT '{}',
    meta          jsonb NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    origin        text NOT NULL DEFAULT 'local' CHECK (origin IN ('local', 'ghost')),
    origin_id     text,
    origin_hash   text,
    UNIQUE (origin, origin_id)
);

CREATE TABLE blog.post_tags (
    post_id    uuid NOT NULL REFERENCES blog.posts (id) ON DELETE CASCADE,
    tag_id     uuid NOT NULL REFERENCES blog.tags (id),
    sort_order integer NOT NULL,
    PRIMARY KEY (post_id, tag_id)
);
CREATE INDEX post_tags_tag ON blog.post_tags (tag_id);

CREATE TABLE blog.post_authors (
    post_id    uuid NOT NULL REFERENCES blog.posts (id) ON DELETE CASCADE,
    author_id  uuid NOT NULL REFERENCES blog.authors (id),
    sort_order integer NOT NULL,
    PRIMARY KEY (post_id, author_id)
);
CREATE INDEX post_authors_author ON blog.post_authors (author_id);

-- The publication's own particulars: one row.
CREATE TABLE blog.settings (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    data       jsonb NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);
INSERT INTO blog.settings (data, updated_at) VALUES (
    '{"title": "Rose Ash", "description": "", "locale": "en-GB", "timezone": "Europe/London", "navigation": [], "secondary_navigation": []}',
    shared.clock());

-- migrate:down
DROP SCHEMA blog CASCADE;
