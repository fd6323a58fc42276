-- migrate:up
-- Events: calendars with their entries, and the occurrences of these. The local wall time and
-- the zone of an entry are the truth; instants follow from them, in Go and never here, with
-- the zone data that the program brings.
CREATE SCHEMA events;

CREATE TABLE events.venues (
    id                 uuid PRIMARY KEY,
    slug               text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' AND length(slug) <= 100),
    name               text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    street             text NOT NULL DEFAULT '' CHECK (length(street) <= 300),
    locality           text NOT NULL DEFAULT '' CHECK (length(locality) <= 120),
    region             text NOT NULL DEFAULT '' CHECK (length(region) <= 120),
    postal_code        text NOT NULL DEFAULT '' CHECK (length(postal_code) <= 20),
    country            text NOT NULL DEFAULT '' CHECK (country ~ '^([A-Z]{2})?$'), -- ISO 3166-1
    latitude           double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude          double precision CHECK (longitude BETWEEN -180 AND 180),
    timezone           text NOT NULL CHECK (length(timezone) BETWEEN 1 AND 60),
    accessibility      text[] NOT NULL DEFAULT '{}' CHECK (cardinality(accessibility) <= 20),
    accessibility_note text NOT NULL DEFAULT '' CHECK (length(accessibility_note) <= 2000),
    website            text NOT NULL DEFAULT '' CHECK (length(website) <= 500),
    version            bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    CONSTRAINT venues_point_check CHECK ((latitude IS NULL) = (longitude IS NULL))
);

CREATE TABLE events.calendars (
    id               uuid PRIMARY KEY,
    slug             text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' AND length(slug) <= 100),
    name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    description      text NOT NULL DEFAULT '' CHECK (length(description) <= 10000), -- Markdown
    description_html text NOT NULL DEFAULT '',
    colour           text NOT NULL DEFAULT '' CHECK (colour ~ '^(#[0-9a-f]{6})?$'),
    timezone         text NOT NULL CHECK (length(timezone) BETWEEN 1 AND 60),
    proposals        boolean NOT NULL DEFAULT false, -- whether members may propose entries
    position         integer NOT NULL DEFAULT 0,
    archived_at      timestamptz,
    version          bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);

-- Where a calendar is shown besides its own pages. There is no key on what it is shown under,
-- which is another domain's.
CREATE TABLE events.placements (
    calendar_id    uuid NOT NULL REFERENCES events.calendars (id) ON DELETE CASCADE,
    container_type text NOT NULL CHECK (container_type IN ('site', 'market', 'page', 'post')),
    container_id   text NOT NULL CHECK (container_id ~ '^(post_[0-9a-f]{32})?$'),
    view           text NOT NULL CHECK (view IN ('list', 'month', 'next')),
    position       integer NOT NULL DEFAULT 0,
    PRIMARY KEY (calendar_id, container_type, container_id),
    CHECK ((container_type IN ('site', 'market')) = (container_id = ''))
);
CREATE INDEX placements_container ON events.placements (container_type, container_id);

-- An entry is a VEVENT (RFC 5545): one that happens once, or a series.
CREATE TABLE events.entries (
    id               uuid PRIMARY KEY,
    calendar_id      uuid NOT NULL REFERENCES events.calendars (id),
    uid              text NOT NULL CHECK (length(uid) BETWEEN 1 AND 255),
    sequence         integer NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    slug             text NOT NULL CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' AND length(slug) <= 100),
    state            text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'submitted', 'provisional', 'confirmed', 'declined', 'cancelled', 'postponed')),
    kind             text NOT NULL DEFAULT 'public' CHECK (kind IN ('public', 'private')),
    title            text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    summary          text NOT NULL DEFAULT '' CHECK (length(summary) <= 500),
    description      text NOT NULL DEFAULT '' CHECK (length(description) <= 50000), -- Markdown
    description_html text NOT NULL DEFAULT '',
    image            jsonb,
    timezone         text NOT NULL CHECK (length(timezone) BETWEEN 1 AND 60),
    all_day          boolean NOT NULL DEFAULT false,
    local_start      timestamp NOT NULL,
    local_end        timestamp NOT NULL, -- exclusive
    rrule            text NOT NULL DEFAULT '' CHECK (length(rrule) <= 500), -- empty: it happens once; UNTIL is local time
    rdates           timestamp[] NOT NULL DEFAULT '{}' CHECK (cardinality(rdates) <= 800),
    exdates          timestamp[] NOT NULL DEFAULT '{}' CHECK (cardinality(exdates) <= 800),
    attendance       text NOT NULL DEFAULT 'in_person' CHECK (attendance IN ('in_person', 'online', 'mixed')),
    venue_id         uuid REFERENCES events.venues (id),
    online_url       text NOT NULL DEFAULT '' CHECK (length(online_url) <= 2000),
    online_public    boolean NOT NULL DEFAULT false, -- else the address is for those who have a place
    organizer        text NOT NULL DEFAULT '' CHECK (length(organizer) <= 200), -- shown; empty: the site
    proposed_by      text NOT NULL DEFAULT '' CHECK (proposed_by ~ '^(user_[0-9a-f]{32})?$'),
    split_from       uuid REFERENCES events.entries (id) ON DELETE SET NULL,
    published_at     timestamptz, -- when it was confirmed first
    edited_at        timestamptz NOT NULL, -- DTSTAMP: the last change that a calendar program is to notice
    expanded_until   timestamp NOT NULL, -- occurrences up to here, in local time, are stored
    zone_version     text NOT NULL, -- of the zone data that gave the instants
    version          bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT entries_uid_key UNIQUE (calendar_id, uid),
    CONSTRAINT entries_slug_key UNIQUE (calendar_id, slug),
    CONSTRAINT entries_range_check CHECK (local_end > local_start OR (local_end = local_start AND NOT all_day)),
    CONSTRAINT entries_all_day_check CHECK (NOT all_day OR (local_start::time = '00:00' AND local_end::time = '00:00')),
    CONSTRAINT entries_online_check CHECK (attendance <> 'in_person' OR online_url = '')
);
CREATE INDEX entries_state ON events.entries (state);
CREATE INDEX entries_venue ON events.entries (venue_id);
CREATE INDEX entries_proposed ON events.entries (proposed_by) WHERE proposed_by <> '';
CREATE INDEX entries_split ON events.entries (split_from);
CREATE INDEX entries_expand ON events.entries (expanded_until) WHERE rrule <> '';
CREATE INDEX entries_zone ON events.entries (zone_version);

-- One date of an entry. What is NULL is the entry's. An id stays whatever is edited, as long
-- as somebody may refer to it.
CREATE TABLE events.occurrences (
    id               uuid PRIMARY KEY,
    entry_id         uuid NOT NULL REFERENCES events.entries (id) ON DELETE CASCADE,
    recurrence_local timestamp NOT NULL, -- RECURRENCE-ID: when the series has it, in the entry's zone
    slug             text NOT NULL CHECK (slug ~ '^[0-9][0-9-]{0,30}$'),
    local_start      timestamp NOT NULL,
    local_end        timestamp NOT NULL,
    starts_at        timestamptz NOT NULL,
    ends_at          timestamptz NOT NULL,
    adjusted         text NOT NULL DEFAULT '' CHECK (adjusted IN ('', 'gap', 'overlap')), -- local_start is a time that does not exist, or exists twice
    status           text NOT NULL DEFAULT 'scheduled' CHECK (status IN ('scheduled', 'cancelled', 'postponed')),
    moved            boolean NOT NULL DEFAULT false, -- local_start or local_end are its own
    kept             boolean NOT NULL DEFAULT false, -- the series has it no more; somebody refers to it
    title            text CHECK (length(title) BETWEEN 1 AND 200),
    summary          text CHECK (length(summary) <= 500),
    description      text CHECK (length(description) <= 50000),
    description_html text,
    venue_id         uuid REFERENCES events.venues (id),
    online_url       text CHECK (length(online_url) <= 2000),
    previous_start   timestamptz, -- when it was to begin, where that was public and has changed
    reason           text NOT NULL DEFAULT '' CHECK (length(reason) <= 500), -- of cancelling or postponing, shown
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT occurrences_recurrence_key UNIQUE (entry_id, recurrence_local) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT occurrences_slug_key UNIQUE (entry_id, slug) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT occurrences_range_check CHECK (local_end >= local_start AND ends_at >= starts_at AND ends_at <= starts_at + interval '400 days')
);
CREATE INDEX occurrences_starts ON events.occurrences (starts_at, id);
CREATE INDEX occurrences_local ON events.occurrences (local_start);
CREATE INDEX occurrences_venue ON events.occurrences (venue_id);

-- What became of an entry, or of one of its dates, and who did it.
CREATE TABLE events.transitions (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id      uuid NOT NULL REFERENCES events.entries (id) ON DELETE CASCADE,
    occurrence_id uuid REFERENCES events.occurrences (id) ON DELETE SET NULL,
    from_state    text NOT NULL CHECK (length(from_state) <= 20), -- empty: it was made
    to_state      text NOT NULL CHECK (length(to_state) <= 20),
    actor         text NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
    reason        text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    at            timestamptz NOT NULL
);
CREATE INDEX transitions_entry ON events.transitions (entry_id, id);
CREATE INDEX transitions_occurrence ON events.transitions (occurrence_id);

-- What members keep for themselves: whole calendars, and single dates. A date that somebody
-- has saved is not removed by an edit.
CREATE TABLE events.follows (
    user_id     text NOT NULL CHECK (user_id ~ '^user_[0-9a-f]{32}$'),
    calendar_id uuid NOT NULL REFERENCES events.calendars (id) ON DELETE CASCADE,
    at          timestamptz NOT NULL,
    PRIMARY KEY (user_id, calendar_id)
);
CREATE INDEX follows_calendar ON events.follows (calendar_id);
CREATE TABLE events.saved (
    user_id       text NOT NULL CHECK (user_id ~ '^user_[0-9a-f]{32}$'),
    occurrence_id uuid NOT NULL REFERENCES events.occurrences (id),
    at            timestamptz NOT NULL,
    PRIMARY KEY (user_id, occurrence_id)
);
CREATE INDEX saved_occurrence ON events.saved (occurrence_id);

-- Addresses under which a member's own calendar can be subscribed to.
CREATE TABLE events.feeds (
    id         uuid PRIMARY KEY,
    user_id    text NOT NULL CHECK (user_id ~ '^user_[0-9a-f]{32}$'),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    created_at timestamptz NOT NULL,
    used_at    timestamptz -- to the hour
);
CREATE INDEX feeds_user ON events.feeds (user_id);

-- The day that the site's pages were made for: what is still to come changes at midnight.
ALTER TABLE ssg.state ADD COLUMN day text NOT NULL DEFAULT '' CHECK (day ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$');

-- migrate:down
ALTER TABLE ssg.state DROP COLUMN day;
DROP SCHEMA events CASCADE;
