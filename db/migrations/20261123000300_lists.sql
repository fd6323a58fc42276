-- migrate:up

-- The lists whose pages are built: posts of a tag, products of a category. An
-- item keeps the ordinal that it was given when it came into a list; the next
-- one is never given again, also when the list is empty. The first pages are
-- sealed: page k holds the ordinals from size*(k-1) until size*k. Those after
-- the sealed ones are on the open page. See api/shared/paging.
CREATE TABLE ssg.lists (
    id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name   text COLLATE "C" NOT NULL UNIQUE CHECK (name <> '' AND length(name) <= 500 AND name !~ '[[:cntrl:]]'),
    size   integer NOT NULL CHECK (size > 0),
    next   integer NOT NULL DEFAULT 0 CHECK (next >= 0),
    sealed integer NOT NULL DEFAULT 0 CHECK (sealed >= 0), -- how many pages
    CHECK (sealed::bigint * size <= next)
);

-- What is in a list, in order of coming into it; readers are shown the newest first.
CREATE TABLE ssg.list_members (
    list    integer NOT NULL REFERENCES ssg.lists (id) ON DELETE CASCADE,
    ordinal integer NOT NULL CHECK (ordinal >= 0),
    item    text COLLATE "C" NOT NULL CHECK (item <> ''),
    at      timestamptz NOT NULL CHECK (isfinite(at)),
    PRIMARY KEY (list, ordinal),
    UNIQUE (list, item)
);
CREATE INDEX list_members_at ON ssg.list_members (list, at DESC, item DESC);
CREATE INDEX list_members_item ON ssg.list_members (item);

-- Few lists are very long and thousands short. A plan is made for the long ones,
-- walking along an index to a limit; the true number would have it sort the list.
ALTER TABLE ssg.list_members ALTER COLUMN list SET (n_distinct = 10);

-- migrate:down
DROP TABLE ssg.list_members;
DROP TABLE ssg.lists;
