-- Planning: from events to the units that are rendered.

-- name: Lead :one
-- Takes the generator's place: where nobody holds it, or the holder is gone and
-- had the same output directory. The token grows, so that the one before can
-- commit nothing more.
UPDATE ssg.state SET token = token + 1, holder = @holder, held_until = shared.clock() + make_interval(secs => @hold::float8)
WHERE held_until < shared.clock() OR holder = @holder
RETURNING token;

-- name: Hold :execrows
UPDATE ssg.state SET held_until = shared.clock() + make_interval(secs => @hold::float8) WHERE token = @token;

-- name: Release :exec
UPDATE ssg.state SET held_until = '-infinity' WHERE token = @token;

-- name: LockState :one
-- No row: somebody else has taken the place. Every transaction of the generator
-- begins with it. It has none of the deadlines that statements for readers have: a
-- build of a large site writes hundreds of thousands of rows.
SELECT set_config('statement_timeout', '0', true), set_config('synchronous_commit', @waits, true)
FROM ssg.state WHERE token = @token FOR UPDATE;

-- name: State :one
SELECT fingerprint, site, day, paused, rollback_to, answer FROM ssg.state;

-- name: AskRollback :exec
UPDATE ssg.state SET rollback_to = @rollback_to::bigint, answer = '';

-- name: AnswerRollback :exec
UPDATE ssg.state SET rollback_to = NULL, answer = @answer;

-- name: PutState :exec
UPDATE ssg.state SET fingerprint = @fingerprint, site = @site, day = @day;

-- name: PutDay :exec
UPDATE ssg.state SET day = @day;

-- name: Pause :exec
UPDATE ssg.state SET paused = @paused;

-- name: ForgetFingerprint :exec
UPDATE ssg.state SET fingerprint = '';

-- name: Places :many
-- In which lists items are, and where.
SELECT l.name AS list, m.item, m.ordinal FROM ssg.list_members m JOIN ssg.lists l ON l.id = m.list
WHERE m.item = ANY (@things::text[]);

-- name: ListItems :many
SELECT m.item FROM ssg.list_members m JOIN ssg.lists l ON l.id = m.list WHERE l.name = @list ORDER BY m.ordinal;

-- name: AllItems :many
SELECT DISTINCT item FROM ssg.list_members;

-- name: Dependents :many
SELECT unit, key, value FROM ssg.dependencies WHERE key = ANY (@keys::text[]);

-- name: KnownUnits :many
SELECT unit FROM ssg.pages WHERE unit = ANY (@units::text[]);

-- name: AllUnits :many
SELECT unit FROM ssg.pages;

-- name: PutWork :many
-- Work in the order given; its ids are in that order.
INSERT INTO ssg.work (lane, build, units, fingerprint, not_before, attempts)
SELECT @lane, sqlc.narg(build)::bigint, string_to_array(u.units, chr(10)), @fingerprint,
    CASE WHEN @delay::float8 = 0 THEN '-infinity' ELSE shared.clock() + make_interval(secs => @delay::float8) END, @attempts
FROM unnest(@units::text[]) WITH ORDINALITY AS u (units, n) ORDER BY u.n
RETURNING id;

-- name: NewBuild :one
UPDATE ssg.state SET change = change + 1 RETURNING change;

-- name: UnderWay :one
-- Whether parts of large builds are under way besides some work, and whether
-- something was hidden that pages may still show.
SELECT EXISTS (SELECT FROM ssg.work WHERE lane = 1 AND id <> @id) AS parts, EXISTS (SELECT FROM ssg.hidden) AS hidden;

-- name: ClearWork :exec
DELETE FROM ssg.work;

-- name: Touch :exec
-- Only while parts of large builds are under way somebody asks.
WITH c AS (UPDATE ssg.state SET change = change + 1 RETURNING change)
INSERT INTO ssg.touched (change, key)
SELECT c.change, k.key FROM c, (SELECT unnest(@keys::text[]) AS key) k
WHERE EXISTS (SELECT FROM ssg.work WHERE lane = 1);

-- name: ClearTouched :exec
DELETE FROM ssg.touched WHERE NOT EXISTS (SELECT FROM ssg.work WHERE lane = 1);
