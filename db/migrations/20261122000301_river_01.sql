-- River's migration 1 (create river migration), generated: go test ./api/shared/bus -run RiverMigrations -update
-- migrate:up
CREATE SCHEMA river;

CREATE TABLE river.river_migration(
  id bigserial PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT NOW(),
  version bigint NOT NULL,
  CONSTRAINT version CHECK (version >= 1)
);

CREATE UNIQUE INDEX ON river.river_migration USING btree(version);

INSERT INTO river.river_migration (version) VALUES (1);

-- migrate:down
DROP TABLE river.river_migration;

DROP SCHEMA river;
