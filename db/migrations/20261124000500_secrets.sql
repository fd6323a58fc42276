-- migrate:up
-- Keys that every process needs and no operator has to think of. A restore brings
-- them back with everything else. cursor: what the API signs next_cursor with;
-- another one makes the cursors that clients still hold invalid, nothing more.
CREATE TABLE shared.secrets (
    name   text PRIMARY KEY CHECK (name ~ '^[a-z_]+$'),
    secret bytea NOT NULL CHECK (length(secret) >= 32)
);

-- 366 bits of the server's strong randomness.
INSERT INTO shared.secrets (name, secret)
VALUES ('cursor', sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

-- migrate:down
DROP TABLE shared.secrets;
