-- migrate:up
CREATE SCHEMA shared;

-- The time that queries decide by. Unlike now() it moves on while a transaction
-- waits for a lock; tests set shared.clock for their session.
CREATE FUNCTION shared.clock() RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('shared.clock', true), '')::timestamptz, clock_timestamp())
$$;

-- migrate:down
DROP SCHEMA shared CASCADE;
