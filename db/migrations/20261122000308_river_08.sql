-- River's migration 8 (job id autoincrement), generated: go test ./api/shared/bus -run RiverMigrations -update
-- migrate:up
-- No-op. Postgres sequences already prevent automatically generated job IDs
-- from being reused.
SELECT 1;

INSERT INTO river.river_migration (line, version) VALUES ('main', 8);

-- migrate:down
DELETE FROM river.river_migration WHERE version = 8;

-- No-op. Postgres sequences already prevent automatically generated job IDs
-- from being reused.
SELECT 1;
