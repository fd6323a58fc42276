-- Grants, codes and tokens, as the authorization server's endpoints make and use them up.
-- Times that decide are the caller's @now, so that tests can move it.

-- name: IssueCode :execrows
-- A grant with its code, for a session that is alive: whoever ends it at the same time
-- waits for this and finds the grant, or makes this find no session. When and how the user
-- signed in is taken from the session itself (RFC 8176 has the names).
WITH live AS (
    SELECT s.id, s.user_id, s.authenticated_at,
        CASE s.method WHEN 'passkey' THEN ARRAY['pop', 'user'] ELSE ARRAY['otp'] END AS amr
    FROM identity.users u JOIN identity.sessions s ON s.user_id = u.id
    WHERE s.id = @session_id AND u.id = @user_id AND u.state = 'active' AND s.ended_at IS NULL AND s.expires_at > @now
    FOR KEY SHARE OF u FOR SHARE OF s
), granted AS (
    INSERT INTO identity.grants (id, client_id, user_id, session_id, scopes, audience, auth_time, amr, created_at, expires_at)
    SELECT @grant_id, @client_id, live.user_id, live.id, @scopes::text[], @audience::text[], live.authenticated_at, live.amr, @now, @grant_expires_at
    FROM live
    RETURNING id
)
INSERT INTO identity.codes (hash, grant_id, redirect_uri, code_challenge, nonce, expires_at)
SELECT @hash, granted.id, @redirect_uri, @code_challenge, @nonce, @code_expires_at FROM granted;

-- name: CodeToRedeem :one
-- A code with what decides about it, if it is this client's.
SELECT c.redirect_uri, c.code_challenge, c.nonce, c.expires_at, c.used_at,
    g.id AS grant_id, g.user_id, g.session_id, g.scopes, g.audience, g.auth_time, g.amr, g.revoked_at,
    k.confidential, k.secret_hash, k.grant_types, k.disabled_at, u.state AS user_state
FROM identity.codes c
JOIN identity.grants g ON g.id = c.grant_id
JOIN identity.clients k ON k.client_id = g.client_id
JOIN identity.users u ON u.id = g.user_id
WHERE c.hash = @hash AND g.client_id = @client_id;

-- name: RedeemCode :one
-- Uses a code up and makes the tokens, in one statement. Of two at once the second waits for
-- the first and finds the code used: used is 0. issued is 0 for a grant that was revoked.
WITH used AS (
    UPDATE identity.codes c SET used_at = @now::timestamptz
    WHERE c.hash = @hash AND c.used_at IS NULL AND c.expires_at > @now
    RETURNING c.grant_id
), alive AS (
    SELECT g.id, g.expires_at FROM identity.grants g JOIN used ON used.grant_id = g.id
    WHERE g.revoked_at IS NULL AND g.expires_at > @now
), access AS (
    INSERT INTO identity.access_tokens (hash, grant_id, scopes, audience, created_at, expires_at)
    SELECT @access_hash, alive.id, @access_scopes::text[], @access_audience::text[], @now, @access_expires_at FROM alive
    RETURNING grant_id
), refresh AS (
    INSERT INTO identity.refresh_tokens (hash, grant_id, scopes, created_at, expires_at)
    SELECT sqlc.narg(refresh_hash)::bytea AS hash, alive.id, @refresh_scopes::text[] AS scopes, @now, least(@refresh_expires_at, alive.expires_at) AS expires_at
    FROM alive WHERE sqlc.narg(refresh_hash)::bytea IS NOT NULL
)
SELECT (SELECT count(*) FROM used) AS used, (SELECT count(*) FROM access) AS issued;

-- name: RefreshToRedeem :one
-- A refresh token with what decides about it, if it is this client's.
SELECT r.scopes, r.created_at, r.expires_at, r.used_at,
    g.id AS grant_id, g.user_id, g.session_id, g.audience, g.auth_time, g.amr, g.expires_at AS grant_expires_at, g.revoked_at,
    k.confidential, k.secret_hash, k.grant_types, k.scopes AS client_scopes, k.disabled_at, u.state AS user_state
FROM identity.refresh_tokens r
JOIN identity.grants g ON g.id = r.grant_id
JOIN identity.clients k ON k.client_id = g.client_id
JOIN identity.users u ON u.id = g.user_id
WHERE r.hash = @hash AND g.client_id = @client_id;

-- name: RedeemRefresh :one
-- As RedeemCode, for a refresh token.
WITH used AS (
    UPDATE identity.refresh_tokens r SET used_at = @now::timestamptz
    WHERE r.hash = @hash AND r.used_at IS NULL AND r.expires_at > @now
    RETURNING r.grant_id
), alive AS (
    SELECT g.id, g.expires_at FROM identity.grants g JOIN used ON used.grant_id = g.id
    WHERE g.revoked_at IS NULL AND g.expires_at > @now
), access AS (
    INSERT INTO identity.access_tokens (hash, grant_id, scopes, audience, created_at, expires_at)
    SELECT @access_hash, alive.id, @access_scopes::text[], @access_audience::text[], @now, @access_expires_at FROM alive
    RETURNING grant_id
), refresh AS (
    INSERT INTO identity.refresh_tokens (hash, grant_id, scopes, created_at, expires_at)
    SELECT sqlc.narg(refresh_hash)::bytea AS hash, alive.id, @refresh_scopes::text[] AS scopes, @now, least(@refresh_expires_at, alive.expires_at) AS expires_at
    FROM alive WHERE sqlc.narg(refresh_hash)::bytea IS NOT NULL
)
SELECT (SELECT count(*) FROM used) AS used, (SELECT count(*) FROM access) AS issued;

-- name: IssueTokens :execrows
-- Tokens of a grant that the caller holds in its transaction (a device's).
WITH alive AS (
    SELECT g.id, g.expires_at FROM identity.grants g
    WHERE g.id = @grant_id AND g.revoked_at IS NULL AND g.expires_at > @now
), refresh AS (
    INSERT INTO identity.refresh_tokens (hash, grant_id, scopes, created_at, expires_at)
    SELECT sqlc.narg(refresh_hash)::bytea AS hash, alive.id, @refresh_scopes::text[] AS scopes, @now, least(@refresh_expires_at, alive.expires_at) AS expires_at
    FROM alive WHERE sqlc.narg(refresh_hash)::bytea IS NOT NULL
)
INSERT INTO identity.access_tokens (hash, grant_id, scopes, audience, created_at, expires_at)
SELECT @access_hash, alive.id, @access_scopes::text[], @access_audience::text[], @now, @access_expires_at FROM alive;

-- name: IssueServiceToken :exec
-- An access token of a program that acts by itself, with a grant of its own.
WITH granted AS (
    INSERT INTO identity.grants (id, client_id, scopes, audience, created_at, expires_at)
    VALUES (@grant_id, @client_id, @scopes::text[], @audience::text[], @now, @expires_at)
    RETURNING id
)
INSERT INTO identity.access_tokens (hash, grant_id, scopes, audience, created_at, expires_at)
SELECT @hash, granted.id, @scopes::text[], @audience::text[], @now, @expires_at FROM granted;

-- name: AccessTokenInUse :one
-- An access token that is good now, whose grant is alive, whose client is enabled and whose
-- user is active, with the user's roles ("organiser cal_…").
SELECT t.scopes, t.audience, t.created_at, t.expires_at, g.id AS grant_id, g.client_id, g.user_id, g.session_id, g.auth_time, k.scopes AS client_scopes,
    ARRAY(SELECT r.role || ' ' || r.calendar_id FROM identity.role_grants r WHERE r.user_id = g.user_id)::text[] AS roles
FROM identity.access_tokens t
JOIN identity.grants g ON g.id = t.grant_id
JOIN identity.clients k ON k.client_id = g.client_id
LEFT JOIN identity.users u ON u.id = g.user_id
WHERE t.hash = @hash AND t.expires_at > @now AND g.revoked_at IS NULL AND k.disabled_at IS NULL
    AND (g.user_id IS NULL OR u.state = 'active');

-- name: RevokeGrant :execrows
-- Ends a grant with all its tokens; one that has ended already is left as it is.
UPDATE identity.grants SET revoked_at = @now::timestamptz, revoked_why = @why::text
WHERE id = @id AND revoked_at IS NULL;

-- name: DropAccessToken :execrows
-- Ends one access token, if it is this client's.
DELETE FROM identity.access_tokens t USING identity.grants g
WHERE t.hash = @hash AND g.id = t.grant_id AND g.client_id = @client_id;
