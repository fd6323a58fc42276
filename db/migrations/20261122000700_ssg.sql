-- migrate:up
CREATE SCHEMA ssg;

-- The files of the built trees. A unit is what is rendered at once: one post,
-- all pages of one list. The hash decides whether a file is written; it is null
-- from before a file is written until all of its build is done, so that whatever
-- a crash leaves on disk is known and is not taken for what it should be.
CREATE TABLE ssg.pages (
    tree         text NOT NULL CHECK (tree ~ '^[a-z]+$'),
    file         text NOT NULL CHECK (file <> '' AND file !~ '(^|/)\.\.?(/|$)'),
    unit         text NOT NULL,
    content_hash bytea CHECK (length(content_hash) = 32), -- SHA-256
    size         bigint NOT NULL,
    built_at     timestamptz NOT NULL DEFAULT shared.clock(),
    PRIMARY KEY (tree, file)
);
CREATE INDEX pages_unit ON ssg.pages (unit);

-- What a unit read when it was rendered last: when one of these changes, the
-- unit is rendered again.
CREATE TABLE ssg.dependencies (
    key  text NOT NULL,
    unit text NOT NULL,
    PRIMARY KEY (key, unit)
);
CREATE INDEX dependencies_unit ON ssg.dependencies (unit);

-- What the trees as a whole were built with: another fingerprint (other
-- templates, other addresses) means that everything is built anew.
CREATE TABLE ssg.built (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    fingerprint text NOT NULL,
    built_at    timestamptz NOT NULL DEFAULT shared.clock()
);

-- migrate:down
DROP SCHEMA ssg CASCADE;
