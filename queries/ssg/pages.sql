-- The generator's manifest and its index of who read what.

-- name: PagesOfUnits :many
SELECT tree, file, unit, content_hash, size FROM ssg.pages WHERE unit = ANY (@units::text[]);

-- name: AllPages :many
SELECT tree, file, unit, content_hash, size FROM ssg.pages ORDER BY tree, file;

-- name: PutPages :exec
INSERT INTO ssg.pages (tree, file, unit, content_hash, size)
SELECT unnest(@trees::text[]), unnest(@files::text[]), unnest(@units::text[]), unnest(@hashes::bytea[]), unnest(@sizes::bigint[])
ON CONFLICT (tree, file) DO UPDATE SET
    unit = excluded.unit, content_hash = excluded.content_hash, size = excluded.size, built_at = shared.clock();

-- name: MarkWriting :exec
INSERT INTO ssg.pages (tree, file, unit, size)
SELECT unnest(@trees::text[]), unnest(@files::text[]), unnest(@units::text[]), 0
ON CONFLICT (tree, file) DO UPDATE SET unit = excluded.unit, content_hash = NULL;

-- name: DropPages :exec
DELETE FROM ssg.pages
WHERE (tree, file) IN (SELECT unnest(@trees::text[]), unnest(@files::text[]));

-- name: Dependents :many
SELECT DISTINCT unit FROM ssg.dependencies WHERE key = ANY (@keys::text[]) ORDER BY unit;

-- name: KnownUnits :many
SELECT DISTINCT unit FROM ssg.pages ORDER BY unit;

-- name: ClearDependencies :exec
DELETE FROM ssg.dependencies WHERE unit = ANY (@units::text[]);

-- name: PutDependencies :exec
INSERT INTO ssg.dependencies (key, unit)
SELECT unnest(@keys::text[]), unnest(@units::text[])
ON CONFLICT DO NOTHING;

-- name: Fingerprint :one
SELECT fingerprint FROM ssg.built;

-- name: PutFingerprint :exec
INSERT INTO ssg.built (fingerprint) VALUES (@fingerprint)
ON CONFLICT (one) DO UPDATE SET fingerprint = excluded.fingerprint, built_at = shared.clock();
