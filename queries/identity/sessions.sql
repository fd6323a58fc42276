-- Sessions, and the browsers that people have signed in with. Whoever begins or ends a
-- session of somebody's locks the user's row first.

-- name: SessionByToken :one
-- The session that a cookie stands for, if it still lives: it has not ended, neither has
-- the one that it came from, both were used of late, and the user is active. idle is the
-- time after which they must have been used.
SELECT s.id, s.user_id, s.parent_id, s.authenticated_at, s.last_used_at,
    ARRAY(
        SELECT g.role || ' ' || g.calendar_id FROM identity.role_grants g
        WHERE g.user_id = s.user_id ORDER BY g.role, g.calendar_id
    )::text[] AS roles
FROM identity.sessions s
JOIN identity.users u ON u.id = s.user_id
LEFT JOIN identity.sessions p ON p.id = s.parent_id
WHERE s.token_hash = @token_hash AND s.origin = @origin AND u.state = 'active'
    AND s.ended_at IS NULL AND s.expires_at > @at AND s.last_used_at > @idle
    AND (s.parent_id IS NULL OR p.ended_at IS NULL AND p.expires_at > @at AND p.last_used_at > @idle);

-- name: TouchSession :exec
-- One row a statement, so that two of them never wait for each other.
UPDATE identity.sessions SET last_used_at = @at
WHERE id = @id AND ended_at IS NULL AND last_used_at <= @before;

-- name: LiveSession :one
-- A session that others may come from.
SELECT * FROM identity.sessions
WHERE id = @id AND user_id = @user_id AND parent_id IS NULL
    AND ended_at IS NULL AND expires_at > @at AND last_used_at > @idle
FOR SHARE;

-- name: SessionUser :one
SELECT user_id FROM identity.sessions WHERE id = $1 AND ended_at IS NULL;

-- name: InsertSession :exec
INSERT INTO identity.sessions (id, token_hash, user_id, parent_id, origin, method, created_at,
    authenticated_at, last_used_at, expires_at, network, user_agent)
VALUES (@id, @token_hash, @user_id, @parent_id, @origin, @method, @at,
    @authenticated_at, @at, @expires_at, @network, @user_agent);

-- name: ReplaceSession :one
-- Ends the session that a browser had before.
UPDATE identity.sessions SET ended_at = @at::timestamptz, ended_why = 'replaced'
WHERE token_hash = @token_hash AND origin = @origin AND ended_at IS NULL
RETURNING id, user_id, parent_id;

-- name: AdoptSessions :exec
-- What came from a session that its user has replaced comes from the new one from now on,
-- and the old one too: what was granted in it ends when the new one does.
UPDATE identity.sessions SET parent_id = @successor::uuid WHERE parent_id = @old::uuid OR id = @old::uuid;

-- name: EndSessions :many
UPDATE identity.sessions SET ended_at = @at::timestamptz, ended_why = @why::text
WHERE id = ANY (@ids::uuid[]) AND ended_at IS NULL
RETURNING id;

-- name: EndSessionsOf :many
-- All sessions of a user but one, the one that it came from, and others from there.
UPDATE identity.sessions s SET ended_at = @at::timestamptz, ended_why = @why::text
WHERE s.user_id = @user_id AND s.ended_at IS NULL
    AND coalesce(s.parent_id, s.id) <> coalesce((SELECT e.parent_id FROM identity.sessions e WHERE e.id = @kept_id), @kept_id)
RETURNING id;

-- name: EndSessionsFrom :many
UPDATE identity.sessions SET ended_at = @at::timestamptz, ended_why = @why::text
WHERE parent_id = ANY (@ids::uuid[]) AND ended_at IS NULL
RETURNING id;

-- name: ReplacedBy :many
-- Earlier sessions of the same browsers, whose grants have lived on.
SELECT id FROM identity.sessions WHERE parent_id = ANY (@ids::uuid[]) AND ended_why = 'replaced';

-- name: OwnSessions :many
-- The browsers in which somebody is signed in. Sessions of apps on other hosts belong to
-- the one that they came from.
SELECT s.id, s.origin, s.method, s.created_at, s.authenticated_at, s.expires_at, s.network, s.user_agent,
    greatest(s.last_used_at, max(c.last_used_at))::timestamptz AS last_used_at,
    coalesce(array_agg(c.origin ORDER BY c.origin) FILTER (WHERE c.id IS NOT NULL), '{}')::text[] AS apps,
    (s.id = @current OR coalesce(bool_or(c.id = @current), false))::boolean AS is_current
FROM identity.sessions s
LEFT JOIN identity.sessions c ON c.parent_id = s.id AND c.ended_at IS NULL AND c.expires_at > @at AND c.last_used_at > @idle
WHERE s.user_id = @user_id AND s.parent_id IS NULL AND s.ended_at IS NULL AND s.expires_at > @at AND s.last_used_at > @idle
GROUP BY s.id
ORDER BY greatest(s.last_used_at, max(c.last_used_at)) DESC, s.id
LIMIT 200;

-- name: OwnSession :one
SELECT id FROM identity.sessions WHERE id = @id AND user_id = @user_id AND ended_at IS NULL;

-- name: SeeDevice :execrows
UPDATE identity.devices SET last_used_at = @at WHERE user_id = @user_id AND token_hash = @token_hash;

-- name: HasDevices :one
SELECT EXISTS (SELECT FROM identity.devices WHERE user_id = @user_id);

-- name: InsertDevice :exec
INSERT INTO identity.devices (user_id, token_hash, created_at, last_used_at)
VALUES (@user_id, @token_hash, @at, @at);

-- name: MailedAt :one
-- Where somebody is written to.
SELECT address FROM identity.emails WHERE user_id = @user_id AND is_primary AND verified_at IS NOT NULL;

-- name: PruneSessions :execrows
-- Sessions that ended long ago, or ran out. A replaced one stays as long as its successor.
DELETE FROM identity.sessions WHERE id IN (
    SELECT s.id FROM identity.sessions s LEFT JOIN identity.sessions p ON p.id = s.parent_id
    WHERE (s.ended_at < @before::timestamptz OR s.expires_at < @before OR s.last_used_at < @idle)
        AND (s.ended_why IS DISTINCT FROM 'replaced' OR p.id IS NULL OR p.ended_at < @before OR p.expires_at < @before)
    LIMIT @max_rows
);

-- name: PruneDevices :execrows
DELETE FROM identity.devices WHERE last_used_at < @before;
