-- migrate:up
-- What the sync with a Ghost keeps. Ghost's Admin API is the truth for what came from
-- there, until somebody changes it here.

-- Ghost's permalinks may have several segments.
ALTER TABLE blog.posts DROP CONSTRAINT posts_path_check;
ALTER TABLE blog.posts ADD CONSTRAINT posts_path_check
    CHECK (path ~ '^(/[a-z0-9][a-z0-9_-]*)+/$' AND length(path) <= 1000);

ALTER TABLE blog.posts
    ADD COLUMN document text, -- the whole body with its gates, where not everybody may read all of it
    ADD COLUMN tiers text[] NOT NULL DEFAULT '{}', -- slugs of the tiers that visibility 'tiers' names
    ADD COLUMN render_version integer NOT NULL DEFAULT 0; -- of the renderer that made html

-- Each thing of Ghost's as it was stored last.
CREATE TABLE blog.ghost_objects (
    kind       text NOT NULL CHECK (kind IN ('post', 'tag', 'user', 'tier', 'newsletter', 'member', 'settings')),
    ghost_id   text NOT NULL CHECK (length(ghost_id) BETWEEN 1 AND 64),
    object_id  uuid, -- ours; null for settings and once it is deleted
    hash       bytea NOT NULL CHECK (length(hash) = 32), -- of the fields that are stored
    data       jsonb, -- those fields; null for members and once it is deleted
    url        text, -- where Ghost has it
    edited_at  timestamptz, -- Ghost's updated_at, which a write to Ghost has to name
    applied_at timestamptz NOT NULL,
    deleted_at timestamptz, -- Ghost answered 404 for it
    PRIMARY KEY (kind, ghost_id),
    CHECK (deleted_at IS NULL OR data IS NULL AND object_id IS NULL)
);
CREATE UNIQUE INDEX ghost_objects_object ON blog.ghost_objects (kind, object_id) WHERE object_id IS NOT NULL;

-- Webhooks that came, each once. What Ghost says in them is a hint, and is not kept.
CREATE TABLE blog.ghost_hooks (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest      bytea NOT NULL UNIQUE CHECK (length(digest) = 32), -- SHA-256 of time, event and body
    event       text NOT NULL CHECK (length(event) <= 64),
    ghost_id    text CHECK (length(ghost_id) BETWEEN 1 AND 64), -- null for site.changed
    signed_at   timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    handled_at  timestamptz
);
CREATE INDEX ghost_hooks_waiting ON blog.ghost_hooks (received_at) WHERE handled_at IS NULL;
CREATE INDEX ghost_hooks_received ON blog.ghost_hooks (received_at);

-- How each lane of the sync is doing.
CREATE TABLE blog.ghost_lanes (
    lane         text PRIMARY KEY CHECK (lane IN ('hook', 'change', 'period', 'manual', 'media', 'push')),
    started_at   timestamptz,
    finished_at  timestamptz,
    succeeded_at timestamptz,
    failed_at    timestamptz,
    error        text NOT NULL DEFAULT '', -- of the last failure, in words of ours
    took_ms      bigint NOT NULL DEFAULT 0, -- from the hook, or the walk's start, to the end
    seen         integer NOT NULL DEFAULT 0,
    changed      integer NOT NULL DEFAULT 0,
    missing      integer NOT NULL DEFAULT 0
);

-- A post that was changed here and in Ghost: both are kept until somebody chooses.
CREATE TABLE blog.ghost_conflicts (
    post_id  uuid PRIMARY KEY REFERENCES blog.posts ON DELETE CASCADE,
    theirs   jsonb, -- Ghost's post; null: it was deleted there
    found_at timestamptz NOT NULL
);

-- Files of Ghost's and of other hosts that posts show, and our copies of them.
CREATE TABLE blog.ghost_media (
    url      text PRIMARY KEY CHECK (length(url) BETWEEN 1 AND 2000),
    address  text, -- of our copy; null: there is none yet
    width    integer NOT NULL DEFAULT 0,
    height   integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    next_at  timestamptz, -- of the next attempt; null: none is needed or it is given up
    error    text NOT NULL DEFAULT ''
);
CREATE INDEX ghost_media_next ON blog.ghost_media (next_at) WHERE next_at IS NOT NULL;

-- What shows a file of which there is no copy yet, to be stored again when there is one.
CREATE TABLE blog.ghost_media_uses (
    url      text NOT NULL REFERENCES blog.ghost_media ON DELETE CASCADE,
    kind     text NOT NULL,
    ghost_id text NOT NULL,
    PRIMARY KEY (url, kind, ghost_id)
);
CREATE INDEX ghost_media_uses_object ON blog.ghost_media_uses (kind, ghost_id);

CREATE TABLE blog.tiers (
    id            uuid PRIMARY KEY,
    slug          text NOT NULL,
    name          text NOT NULL,
    description   text NOT NULL DEFAULT '',
    type          text NOT NULL CHECK (type IN ('free', 'paid')),
    active        boolean NOT NULL,
    visibility    text NOT NULL CHECK (visibility IN ('public', 'none')),
    currency      text CHECK (currency ~ '^[A-Z]{3}$'),
    monthly_minor bigint CHECK (monthly_minor >= 0),
    yearly_minor  bigint CHECK (yearly_minor >= 0),
    trial_days    integer NOT NULL DEFAULT 0 CHECK (trial_days >= 0),
    benefits      text[] NOT NULL DEFAULT '{}',
    welcome_page_url text NOT NULL DEFAULT '',
    updated_at    timestamptz NOT NULL
);

CREATE TABLE blog.newsletters (
    id          uuid PRIMARY KEY,
    slug        text NOT NULL,
    name        text NOT NULL,
    description text NOT NULL DEFAULT '',
    status      text NOT NULL CHECK (status IN ('active', 'archived')),
    visibility  text NOT NULL,
    subscribe_on_signup boolean NOT NULL,
    sort_order  integer NOT NULL DEFAULT 0,
    sender_name text NOT NULL DEFAULT '',
    updated_at  timestamptz NOT NULL
);

-- Ghost's members. One is a user of ours once that user's verified e-mail is theirs.
CREATE TABLE blog.members (
    id          uuid PRIMARY KEY,
    ghost_uuid  uuid,
    email       text NOT NULL CHECK (email <> '' AND length(email) <= 320),
    name        text NOT NULL DEFAULT '',
    status      text NOT NULL CHECK (status IN ('free', 'paid', 'comped', 'gift')),
    labels      text[] NOT NULL DEFAULT '{}', -- slugs
    newsletters text[] NOT NULL DEFAULT '{}', -- Ghost's ids
    tiers       text[] NOT NULL DEFAULT '{}', -- Ghost's ids
    user_id     uuid UNIQUE,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX members_email ON blog.members (lower(email));

-- Addresses that posts, tags and authors have had.
CREATE TABLE blog.left_paths (
    path      text PRIMARY KEY CHECK (path LIKE '/%' AND length(path) <= 1000),
    kind      text NOT NULL CHECK (kind IN ('post', 'tag', 'author')),
    object_id uuid NOT NULL,
    left_at   timestamptz NOT NULL
);
CREATE INDEX left_paths_object ON blog.left_paths (kind, object_id);

CREATE FUNCTION blog.leave_path() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER leave_path AFTER UPDATE OF path ON blog.posts
    FOR EACH ROW WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION blog.leave_path();
CREATE TRIGGER take_path AFTER INSERT ON blog.posts
    FOR EACH ROW EXECUTE FUNCTION blog.leave_path();
CREATE FUNCTION blog.forget_paths() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM blog.left_paths WHERE kind = TG_ARGV[0] AND object_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_paths AFTER DELETE ON blog.posts FOR EACH ROW EXECUTE FUNCTION blog.forget_paths('post');

-- The slugs that tags and authors have had.
CREATE FUNCTION blog.leave_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO blog.left_paths (path, kind, object_id, left_at)
        VALUES ('/' || TG_ARGV[0] || '/' || OLD.slug || '/', TG_ARGV[0], OLD.id, shared.clock())
        ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, object_id = excluded.object_id, left_at = excluded.left_at;
    END IF;
    DELETE FROM blog.left_paths WHERE path = '/' || TG_ARGV[0] || '/' || NEW.slug || '/';
    RETURN NULL;
END $$;
CREATE TRIGGER leave_slug AFTER UPDATE OF slug ON blog.tags
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION blog.leave_slug('tag');
CREATE TRIGGER take_slug AFTER INSERT ON blog.tags FOR EACH ROW EXECUTE FUNCTION blog.leave_slug('tag');
CREATE TRIGGER forget_paths AFTER DELETE ON blog.tags FOR EACH ROW EXECUTE FUNCTION blog.forget_paths('tag');
CREATE TRIGGER leave_slug AFTER UPDATE OF slug ON blog.authors
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION blog.leave_slug('author');
CREATE TRIGGER take_slug AFTER INSERT ON blog.authors FOR EACH ROW EXECUTE FUNCTION blog.leave_slug('author');
CREATE TRIGGER forget_paths AFTER DELETE ON blog.authors FOR EACH ROW EXECUTE FUNCTION blog.forget_paths('author');

-- Rules for addresses that nothing has, in the order in which they are tried.
CREATE TABLE blog.redirects (
    position integer PRIMARY KEY,
    status   integer NOT NULL CHECK (status IN (301, 302)),
    pattern  text NOT NULL CHECK (length(pattern) BETWEEN 1 AND 1000), -- RE2
    target   text NOT NULL CHECK (length(target) BETWEEN 1 AND 2000) -- $1 stands for what the first group matched
);

-- migrate:down
DROP TABLE blog.redirects;
DROP TRIGGER forget_paths ON blog.authors;
DROP TRIGGER take_slug ON blog.authors;
DROP TRIGGER leave_slug ON blog.authors;
DROP TRIGGER forget_paths ON blog.tags;
DROP TRIGGER take_slug ON blog.tags;
DROP TRIGGER leave_slug ON blog.tags;
DROP FUNCTION blog.leave_slug;
DROP TRIGGER forget_paths ON blog.posts;
DROP TRIGGER take_path ON blog.posts;
DROP TRIGGER leave_path ON blog.posts;
DROP FUNCTION blog.forget_paths;
DROP FUNCTION blog.leave_path;
DROP TABLE blog.left_paths, blog.members, blog.newsletters, blog.tiers, blog.ghost_media_uses, blog.ghost_media,
    blog.ghost_conflicts, blog.ghost_lanes, blog.ghost_hooks, blog.ghost_objects;
ALTER TABLE blog.posts DROP COLUMN render_version, DROP COLUMN tiers, DROP COLUMN document;
ALTER TABLE blog.posts DROP CONSTRAINT posts_path_check;
ALTER TABLE blog.posts ADD CONSTRAINT posts_path_check CHECK (path ~ '^/(pages/)?[a-z0-9][a-z0-9_-]*/$');
