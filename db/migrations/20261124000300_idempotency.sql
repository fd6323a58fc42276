-- migrate:up
-- Answers to requests that carried an Idempotency-Key, written with their effect,
-- so that the same request again has the same answer and no second effect.
CREATE TABLE shared.idempotency_keys (
    principal   text NOT NULL CHECK (length(principal) BETWEEN 1 AND 200), -- whose key it is
    key         text NOT NULL CHECK (key ~ '^[!-~]{1,255}$'),
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32), -- SHA-256 of method, path and body
    answer      jsonb NOT NULL, -- what the answer is rendered from
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_keys_created ON shared.idempotency_keys (created_at);

-- migrate:down
DROP TABLE shared.idempotency_keys;
