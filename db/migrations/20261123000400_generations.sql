-- migrate:up
-- The manifest and the index become one row a page; what is in them is made anew
-- by the next build.
DROP TABLE ssg.pages, ssg.dependencies, ssg.built;

-- The one generator at work, and what the trees as a whole were made with. The
-- token fences: it grows with every new holder, and who has an older one can
-- commit nothing more.
CREATE TABLE ssg.state (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    fingerprint text NOT NULL DEFAULT '',       -- templates and addresses; empty: never built
    site        bigint NOT NULL DEFAULT 0,      -- hash of what every page shows
    paused      boolean NOT NULL DEFAULT false, -- after a rollback, until resumed
    change      bigint NOT NULL DEFAULT 0,      -- counts what was planned
    rollback_to bigint,                         -- asked of whoever is the generator
    answer      text NOT NULL DEFAULT '',       -- what became of it
    token       bigint NOT NULL DEFAULT 0,
    holder      text NOT NULL DEFAULT '',       -- the id of its output directory
    held_until  timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO ssg.state DEFAULT VALUES;

-- The manifest: the page of each unit, a unit being what is rendered at once.
CREATE TABLE ssg.pages (
    unit         text PRIMARY KEY,
    tree         text NOT NULL CHECK (tree ~ '^[a-z]+$'),
    file         text NOT NULL CHECK (file <> '' AND file !~ '(^|/)\.\.?(/|$)'),
    content_hash bytea NOT NULL CHECK (length(content_hash) = 32), -- SHA-256
    size         bigint NOT NULL CHECK (size >= 0),
    generation   bigint NOT NULL,
    siblings     bytea, -- the content of which compressed siblings exist
    UNIQUE (tree, file) DEFERRABLE INITIALLY DEFERRED -- two pages may swap addresses
);
CREATE INDEX pages_without_siblings ON ssg.pages (unit) WHERE siblings IS DISTINCT FROM content_hash;

-- What each unit read, and the hash of the value that it read. A pair that stands
-- twice does no harm, so that no index but the two for looking up is kept.
CREATE TABLE ssg.dependencies (
    unit  text NOT NULL,
    key   text NOT NULL,
    value bigint NOT NULL
);
CREATE INDEX dependencies_key ON ssg.dependencies (key);
CREATE INDEX dependencies_unit ON ssg.dependencies (unit);

-- Units that are to be rendered. Lane 0 goes first; the others are parts of large
-- builds and may be rendered by any process, which leaves its result here.
CREATE TABLE ssg.work (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane          smallint NOT NULL CHECK (lane IN (0, 1)),
    build         bigint,                    -- the large build that it is a part of
    units         text[] NOT NULL,
    fingerprint   text NOT NULL,
    base          bigint NOT NULL DEFAULT 0, -- the last change that the result knows
    claimed_until timestamptz NOT NULL DEFAULT '-infinity',
    not_before    timestamptz NOT NULL DEFAULT '-infinity',
    attempts      integer NOT NULL DEFAULT 0,
    result        bytea
);
ALTER TABLE ssg.work ALTER COLUMN result SET STORAGE EXTERNAL;

-- What changed while parts of large builds are under way: a part that read an
-- older value is rendered again.
CREATE TABLE ssg.touched (
    change bigint NOT NULL,
    key    text NOT NULL
);
CREATE INDEX touched_change ON ssg.touched (change);

-- A generation is one change of the trees. Its changes are kept for rolling back
-- and for delivering.
CREATE TABLE ssg.generations (
    id      bigint PRIMARY KEY,
    kind    text NOT NULL CHECK (kind IN ('publish', 'build', 'rollback')),
    state   text NOT NULL CHECK (state IN ('ready', 'live')),
    build   bigint, -- the large build that it is a part of
    made_at timestamptz NOT NULL DEFAULT shared.clock()
);
CREATE INDEX generations_ready ON ssg.generations (id) WHERE state = 'ready';

CREATE TABLE ssg.changes (
    generation bigint NOT NULL REFERENCES ssg.generations ON DELETE CASCADE,
    n          integer NOT NULL,
    unit       text NOT NULL,
    tree       text NOT NULL,
    file       text NOT NULL,
    op         text NOT NULL CHECK (op IN ('write', 'delete')),
    old_hash   bytea,  -- of the file before; null where there was none
    new_hash   bytea,  -- null where it is deleted
    size       bigint NOT NULL DEFAULT 0,
    shows      text[], -- what the old bytes show; null once they are not kept any more
    PRIMARY KEY (generation, n)
);
CREATE INDEX changes_unit ON ssg.changes (unit);

-- The pack of a generation: the bytes of what it writes, until the files are safely
-- on disk.
CREATE TABLE ssg.packs (
    generation bigint NOT NULL,
    n          integer NOT NULL, -- of the change
    body       bytea NOT NULL
);
ALTER TABLE ssg.packs ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX packs_generation ON ssg.packs (generation);

-- Addresses that pages have left: a unit that has another page now has moved,
-- any other was withdrawn.
CREATE TABLE ssg.gone (
    tree    text NOT NULL,
    file    text NOT NULL,
    unit    text NOT NULL,
    gone_at timestamptz NOT NULL DEFAULT shared.clock(),
    PRIMARY KEY (tree, file)
);

-- How far each place outside has been brought up to date.
CREATE TABLE ssg.deliveries (
    target     text PRIMARY KEY,
    generation bigint NOT NULL
);

-- migrate:down
DROP TABLE ssg.deliveries, ssg.gone, ssg.packs, ssg.changes, ssg.generations, ssg.touched, ssg.work, ssg.dependencies, ssg.pages, ssg.state;
CREATE TABLE ssg.pages (
    tree         text NOT NULL CHECK (tree ~ '^[a-z]+$'),
    file         text NOT NULL CHECK (file <> '' AND file !~ '(^|/)\.\.?(/|$)'),
    unit         text NOT NULL,
    content_hash bytea CHECK (length(content_hash) = 32),
    size         bigint NOT NULL,
    built_at     timestamptz NOT NULL DEFAULT shared.clock(),
    PRIMARY KEY (tree, file)
);
CREATE INDEX pages_unit ON ssg.pages (unit);
CREATE TABLE ssg.dependencies (
    key  text NOT NULL,
    unit text NOT NULL,
    PRIMARY KEY (key, unit)
);
CREATE INDEX dependencies_unit ON ssg.dependencies (unit);
CREATE TABLE ssg.built (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    fingerprint text NOT NULL,
    built_at    timestamptz NOT NULL DEFAULT shared.clock()
);
