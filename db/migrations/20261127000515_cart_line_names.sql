-- migrate:up
-- What a line was called when it was put in: all that can be said of it once it is gone.
ALTER TABLE cart.lines ADD COLUMN name text NOT NULL DEFAULT '' CHECK (length(name) <= 400);

-- migrate:down
ALTER TABLE cart.lines DROP COLUMN name;
