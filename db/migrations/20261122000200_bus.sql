-- migrate:up
CREATE SCHEMA bus;

-- What happened in a domain, written in the transaction in which it happened.
-- Consumers find their rows by the null marks, not by an id cursor: an event
-- whose transaction commits late would be jumped over by a cursor.
CREATE TABLE bus.domain_events (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
    data          jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT shared.clock(),
    dispatched_at timestamptz, -- its handlers have their jobs
    built_at      timestamptz  -- the generator has put it on the pages
);
CREATE INDEX domain_events_undispatched ON bus.domain_events (id) WHERE dispatched_at IS NULL;
CREATE INDEX domain_events_unbuilt ON bus.domain_events (id) WHERE built_at IS NULL;
CREATE INDEX domain_events_created ON bus.domain_events (created_at);

-- The handlers that some running version of the program has. An event gets a
-- job for each of them, whichever version dispatches it, so that none is missed
-- while two versions run side by side.
CREATE TABLE bus.handlers (
    handler      text PRIMARY KEY CHECK (handler ~ '^[a-z]+\.[a-z_]+$'),
    kind         text NOT NULL,
    max_attempts smallint NOT NULL CHECK (max_attempts > 0),
    seen_at      timestamptz NOT NULL
);

-- A handler writes its row here in its own transaction, so that doing an event
-- twice does nothing.
CREATE TABLE bus.handled (
    event_id   bigint NOT NULL REFERENCES bus.domain_events (id) ON DELETE CASCADE,
    handler    text NOT NULL CHECK (handler ~ '^[a-z]+\.[a-z_]+$'),
    handled_at timestamptz NOT NULL DEFAULT shared.clock(),
    PRIMARY KEY (event_id, handler)
);

-- migrate:down
DROP SCHEMA bus CASCADE;
