-- Generations: what the trees hold, and how they came to it.

-- name: PagesOfUnits :many
SELECT unit, tree, file, content_hash, size, siblings FROM ssg.pages WHERE unit = ANY (@units::text[]);

-- name: AllPages :many
SELECT unit, tree, file, content_hash, size FROM ssg.pages;

-- name: Strangers :many
-- The pages at some places that belong to other units than those given.
SELECT tree, file, unit FROM ssg.pages
WHERE (tree, file) IN (SELECT unnest(@trees::text[]), unnest(@files::text[])) AND unit <> ALL (@units::text[]) AND unit NOT LIKE 'gone/%';

-- name: TakeLeft :many
-- Files that were left for later where a page comes now.
DELETE FROM ssg.pages WHERE unit LIKE 'gone/%' AND (tree, file) IN (SELECT unnest(@trees::text[]), unnest(@files::text[]))
RETURNING unit, tree, file, content_hash, size, siblings;

-- name: NewGeneration :one
INSERT INTO ssg.generations (id, kind, state, build)
SELECT coalesce(max(id), 0) + 1, @kind, 'ready', sqlc.narg(build) FROM ssg.generations
RETURNING id;

-- name: PutChanges :exec
-- The old bytes show what the unit whose page they are read and is; it is asked before the
-- unit's dependencies are replaced.
INSERT INTO ssg.changes (generation, n, unit, tree, file, op, old_hash, new_hash, size, shows)
SELECT @generation, c.n, c.unit, c.tree, c.file, c.op, c.old_hash, c.new_hash, c.size,
    CASE WHEN c.old_hash IS NOT NULL THEN
        (SELECT coalesce(array_agg(DISTINCT split_part(d.key, '#', 1)), '{}') FROM ssg.dependencies d WHERE d.unit = c.was)
        || regexp_replace(c.was, '^[a-z]+/[0-9]+/', '')
    END
FROM (SELECT generate_subscripts(@units::text[], 1) AS n, unnest(@units::text[]) AS unit, unnest(@trees::text[]) AS tree,
    unnest(@files::text[]) AS file, unnest(@ops::text[]) AS op, unnest(@old_hashes::bytea[]) AS old_hash,
    unnest(@new_hashes::bytea[]) AS new_hash, unnest(@sizes::bigint[]) AS size, unnest(@shown_by::text[]) AS was) c;

-- name: PutPages :exec
INSERT INTO ssg.pages (unit, tree, file, content_hash, size, generation)
SELECT unnest(@units::text[]), unnest(@trees::text[]), unnest(@files::text[]), unnest(@hashes::bytea[]), unnest(@sizes::bigint[]), @generation
ON CONFLICT (unit) DO UPDATE SET tree = excluded.tree, file = excluded.file, content_hash = excluded.content_hash,
    size = excluded.size, generation = excluded.generation, siblings = NULL;

-- name: PutLeft :exec
-- Files that are left for later show what their units read and are. Under a facet that
-- nothing has, so that no change has them removed before their time.
INSERT INTO ssg.dependencies (unit, key, value)
SELECT l.file, shown.thing || '#shown', 0
FROM (SELECT unnest(@files::text[]) AS file, unnest(@units::text[]) AS unit) l, LATERAL (
    SELECT split_part(d.key, '#', 1) AS thing FROM ssg.dependencies d WHERE d.unit = l.unit
    UNION SELECT regexp_replace(l.unit, '^[a-z]+/[0-9]+/', '')) shown;

-- name: DropPages :exec
DELETE FROM ssg.pages WHERE unit = ANY (@units::text[]);

-- name: ClearDependencies :exec
DELETE FROM ssg.dependencies WHERE unit = ANY (@units::text[]);

-- name: PutDependencies :copyfrom
INSERT INTO ssg.dependencies (unit, key, value) VALUES (@unit, @key, @value);

-- name: PutPack :copyfrom
INSERT INTO ssg.packs (generation, n, body) VALUES (@generation, @n, @body);

-- name: Pack :many
SELECT n, body FROM ssg.packs WHERE generation = @generation ORDER BY n;

-- name: DropPacks :exec
DELETE FROM ssg.packs WHERE generation <= @id;

-- name: PutGone :exec
INSERT INTO ssg.gone (tree, file, unit)
SELECT unnest(@trees::text[]), unnest(@files::text[]), unnest(@units::text[])
ON CONFLICT (tree, file) DO UPDATE SET unit = excluded.unit, gone_at = shared.clock();

-- name: ClearGone :exec
DELETE FROM ssg.gone WHERE (tree, file) IN (SELECT unnest(@trees::text[]), unnest(@files::text[]));

-- name: Gone :one
-- What became of an address: whose it was, and where that is now.
SELECT g.unit, p.tree AS to_tree, p.file AS to_file FROM ssg.gone g LEFT JOIN ssg.pages p ON p.unit = g.unit
WHERE g.tree = @tree AND g.file = @file;

-- name: PageOfDate :one
-- Where the page of a date is, whatever entry it is below.
SELECT tree, file FROM ssg.pages WHERE unit LIKE 'occurrence/%' AND split_part(unit, '/', 4) = @date::text ORDER BY unit LIMIT 1;

-- name: PageAt :one
SELECT unit FROM ssg.pages WHERE tree = @tree AND file = @file;

-- name: DamagePages :exec
-- Their bytes are written again whatever they are.
UPDATE ssg.pages SET content_hash = decode(repeat('00', 32), 'hex') WHERE unit = ANY (@units::text[]);

-- name: ReadyGenerations :many
SELECT id FROM ssg.generations WHERE state = 'ready' ORDER BY id;

-- name: Changes :many
SELECT n, unit, tree, file, op, old_hash, new_hash, size, (shows IS NOT NULL)::boolean AS kept FROM ssg.changes
WHERE generation = @generation ORDER BY n;

-- name: GoLive :exec
UPDATE ssg.generations SET state = 'live' WHERE state = 'ready' AND id <= @id;

-- name: OldestGeneration :one
SELECT coalesce(min(id), 0)::bigint FROM ssg.generations;

-- name: LastGeneration :one
SELECT coalesce(max(id), 0)::bigint FROM ssg.generations;

-- name: PruneGenerations :many
-- Generations that nobody can roll back to and that were delivered everywhere.
-- The parts of one large build count as one.
DELETE FROM ssg.generations g
WHERE g.state = 'live' AND g.id < (SELECT min(k.first) FROM (
    SELECT min(id) AS first FROM ssg.generations GROUP BY coalesce(-build, id) ORDER BY first DESC LIMIT @keep::bigint) k)
  AND NOT EXISTS (SELECT FROM ssg.deliveries d WHERE d.generation < g.id)
RETURNING id;

-- name: WithoutSiblings :many
SELECT unit, tree, file, content_hash, size FROM ssg.pages WHERE siblings IS DISTINCT FROM content_hash ORDER BY unit LIMIT @max_rows;

-- name: PutSiblings :exec
UPDATE ssg.pages p SET siblings = s.hash FROM (SELECT unnest(@units::text[]) AS unit, unnest(@hashes::bytea[]) AS hash) s
WHERE p.unit = s.unit AND p.content_hash = s.hash;

-- name: LastGenerations :many
-- The parts of one large build are shown as one, by the number of the last.
SELECT max(g.id)::bigint AS id, min(g.kind)::text AS kind, bool_and(g.state = 'live')::boolean AS live, max(g.made_at)::timestamptz AS made_at,
    count(c.n) FILTER (WHERE c.op = 'write') AS written, count(c.n) FILTER (WHERE c.op = 'delete') AS deleted
FROM ssg.generations g LEFT JOIN ssg.changes c ON c.generation = g.id
GROUP BY coalesce(-g.build, g.id) ORDER BY 1 DESC LIMIT @max_rows;
