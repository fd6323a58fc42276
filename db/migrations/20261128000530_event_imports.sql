-- migrate:up
-- Entries that came from iCalendar files, and what of them was read last: the same file again
-- changes nothing.
CREATE TABLE events.imports (
    entry_id uuid PRIMARY KEY REFERENCES events.entries (id) ON DELETE CASCADE,
    digest   bytea NOT NULL CHECK (length(digest) = 32), -- SHA-256 of its lines, DTSTAMP not among them
    sequence integer NOT NULL CHECK (sequence >= 0),
    modified timestamptz, -- LAST-MODIFIED, where the file tells it
    at       timestamptz NOT NULL
);

-- migrate:down
DROP TABLE events.imports;
