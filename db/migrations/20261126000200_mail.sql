-- migrate:up
-- Mail that was queued with what it is about, in the same transaction. What it says is
-- sealed with a secret that is not in the database, because links in it let somebody in.
CREATE TABLE shared.mails (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL,  -- sign_in, invitation, …
    recipient  text NOT NULL,
    sealed     bytea,          -- NULL once it is no longer needed
    created_at timestamptz NOT NULL,
    expires_at timestamptz,    -- of no use after that: not sent
    sent_at    timestamptz,
    failed_at  timestamptz,    -- given up
    attempts   integer NOT NULL DEFAULT 0,
    error      text NOT NULL DEFAULT ''
);
CREATE INDEX mails_created ON shared.mails (created_at);

-- How much of what costs money or mail somebody has asked for: when their quota is whole
-- again. Keys are hashes.
CREATE TABLE shared.rate_limits (
    key      bytea PRIMARY KEY CHECK (length(key) = 32),
    whole_at timestamptz NOT NULL
);
CREATE INDEX rate_limits_whole_at ON shared.rate_limits (whole_at);

-- migrate:down
DROP TABLE shared.rate_limits;
DROP TABLE shared.mails;
