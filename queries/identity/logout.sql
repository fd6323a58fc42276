-- What ends with sessions, and what is no longer needed.

-- name: RevokeSessionGrants :execrows
-- What was given in sessions that have ended together. Who has asked to stay connected while
-- the user is away (offline_access) stays so when the user just signs out, and only then
-- (OpenID Connect Back-Channel Logout 1.0 section 2.7).
UPDATE identity.grants g SET revoked_at = @at::timestamptz, revoked_why = 'signed_out'
WHERE g.session_id = ANY (@sessions::uuid[]) AND g.revoked_at IS NULL
    AND (NOT 'offline_access' = ANY (g.scopes) OR EXISTS (
        SELECT FROM identity.sessions s WHERE s.id = ANY (@sessions::uuid[]) AND s.ended_why NOT IN ('signed_out', 'replaced')
    ));

-- name: LogoutsToTell :many
-- Which clients have signed somebody in by these sessions and want to hear when they end.
SELECT DISTINCT g.client_id, g.session_id::uuid AS session_id, g.user_id::uuid AS user_id
FROM identity.grants g JOIN identity.clients c ON c.client_id = g.client_id
WHERE g.session_id = ANY (@sessions::uuid[]) AND g.user_id IS NOT NULL AND 'openid' = ANY (g.scopes)
    AND c.backchannel_logout_uri <> '' AND c.disabled_at IS NULL
ORDER BY 2, 1;

-- name: PruneCodes :execrows
DELETE FROM identity.codes WHERE hash IN (SELECT c.hash FROM identity.codes c WHERE c.expires_at < @before::timestamptz LIMIT @most);

-- name: PruneAccessTokens :execrows
DELETE FROM identity.access_tokens WHERE hash IN (SELECT a.hash FROM identity.access_tokens a WHERE a.expires_at < @before::timestamptz LIMIT @most);

-- name: PruneRefreshTokens :execrows
DELETE FROM identity.refresh_tokens WHERE hash IN (SELECT r.hash FROM identity.refresh_tokens r WHERE r.expires_at < @before::timestamptz LIMIT @most);

-- name: PruneDeviceCodes :execrows
DELETE FROM identity.device_codes WHERE hash IN (SELECT d.hash FROM identity.device_codes d WHERE d.expires_at < @before::timestamptz LIMIT @most);

-- name: PruneGrants :execrows
-- With their tokens. One of a session that goes on is kept: its client is told when it ends.
DELETE FROM identity.grants WHERE id IN (
    SELECT g.id FROM identity.grants g LEFT JOIN identity.sessions s ON s.id = g.session_id
    WHERE (g.expires_at < @before::timestamptz OR g.revoked_at < @before::timestamptz)
        AND (s.id IS NULL OR s.ended_at IS NOT NULL OR s.expires_at < @before::timestamptz)
    LIMIT @most
);

-- name: SameSession :one
-- Whether a session is another one, or what was before it in the same browser.
SELECT EXISTS (
    SELECT FROM identity.sessions
    WHERE id = @id AND (id = @now_id OR parent_id = @now_id AND ended_why = 'replaced')
);
