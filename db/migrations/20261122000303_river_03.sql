-- River's migration 3 (river job tags non null), generated: go test ./api/shared/bus -run RiverMigrations -update
-- migrate:up
ALTER TABLE river.river_job ALTER COLUMN tags SET DEFAULT '{}';
UPDATE river.river_job SET tags = '{}' WHERE tags IS NULL;
ALTER TABLE river.river_job ALTER COLUMN tags SET NOT NULL;

INSERT INTO river.river_migration (version) VALUES (3);

-- migrate:down
DELETE FROM river.river_migration WHERE version = 3;

ALTER TABLE river.river_job
    ALTER COLUMN tags DROP NOT NULL,
    ALTER COLUMN tags DROP DEFAULT;
