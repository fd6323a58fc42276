-- Work: parts of builds, from claiming to the result.

-- name: NextWork :one
-- What is to be done now: lane 0 first, then the parts of large builds in order.
SELECT id, lane, build, units, attempts, base, (result IS NOT NULL)::boolean AS rendered, (claimed_until > shared.clock())::boolean AS claimed
FROM ssg.work WHERE not_before <= shared.clock() AND (lane = 0 OR NOT @only_first::boolean)
ORDER BY lane, id LIMIT 1;

-- name: CountWork :one
SELECT count(*) FROM ssg.work;

-- name: UnclaimedWork :many
SELECT id FROM ssg.work WHERE lane = 1 AND result IS NULL AND claimed_until < shared.clock() AND not_before <= shared.clock()
ORDER BY id LIMIT @max_rows;

-- name: ClaimWork :one
UPDATE ssg.work w SET claimed_until = shared.clock() + make_interval(secs => @hold::float8), base = (SELECT s.change FROM ssg.state s)
WHERE w.id = @id AND w.result IS NULL AND w.claimed_until < shared.clock() AND w.fingerprint = @fingerprint
RETURNING w.units, w.base, w.attempts, w.build;

-- name: GiveUpWork :exec
UPDATE ssg.work SET claimed_until = '-infinity' WHERE id = @id;

-- name: PutResult :execrows
UPDATE ssg.work SET result = @result WHERE id = @id AND result IS NULL AND base = @base;

-- name: Result :one
SELECT result, base FROM ssg.work WHERE id = @id;

-- name: DropWork :exec
DELETE FROM ssg.work WHERE id = @id;

-- name: TouchedSince :many
SELECT DISTINCT key FROM ssg.touched WHERE change > @base;

-- name: FreeClaims :exec
-- Whoever held them may be gone; what is rendered twice is stored once.
UPDATE ssg.work SET claimed_until = '-infinity' WHERE result IS NULL;

-- name: Hide :exec
INSERT INTO ssg.hidden (thing) SELECT unnest(@things::text[]) ON CONFLICT DO NOTHING;

-- name: Unhide :exec
-- All that showed hidden things is built anew.
DELETE FROM ssg.hidden WHERE NOT EXISTS (SELECT FROM ssg.work);

-- name: ForgetKept :many
-- What was kept of pages that showed things which are not to be shown any more. A
-- part of a sitemap shows many, and is not asked which.
UPDATE ssg.changes SET shows = NULL
WHERE EXISTS (SELECT FROM ssg.hidden) AND shows IS NOT NULL
  AND (shows && ARRAY (SELECT h.thing FROM ssg.hidden h) OR unit LIKE 'sitemap/%')
RETURNING generation, n;

-- name: ShowAgain :exec
-- The units that changes give their old bytes show what those showed, so that a
-- change of it finds them.
INSERT INTO ssg.dependencies (unit, key, value)
SELECT r.unit, thing || '#' || @facet::text, -1
FROM (SELECT unnest(@generations::bigint[]) AS generation, unnest(@numbers::int[]) AS n, unnest(@units::text[]) AS unit) r
JOIN ssg.changes c ON c.generation = r.generation AND c.n = r.n, unnest(c.shows) AS thing;
