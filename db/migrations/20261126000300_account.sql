-- migrate:up
-- What people ask for of their own data.
CREATE SCHEMA account;

CREATE TABLE account.exports (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL,
    created_at timestamptz NOT NULL,
    ready_at   timestamptz,
    failed_at  timestamptz,
    expires_at timestamptz NOT NULL,
    archive    bytea, -- a zip; NULL until it is made, and again once it has expired
    CHECK ((archive IS NULL) OR ready_at IS NOT NULL)
);
CREATE INDEX exports_user ON account.exports (user_id, created_at);
CREATE INDEX exports_expires ON account.exports (expires_at);

-- migrate:down
DROP SCHEMA account CASCADE;
