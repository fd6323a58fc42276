-- Personal access tokens: what somebody lets a program of their own do.

-- name: InsertPersonalToken :one
INSERT INTO identity.personal_tokens (id, user_id, name, hash, scopes, created_at, expires_at)
VALUES (@id, @user_id, @name, @hash, @scopes, @at, @expires_at) RETURNING *;

-- name: PersonalTokens :many
-- Those of a user that are good, the newest first.
SELECT * FROM identity.personal_tokens
WHERE user_id = @user_id AND revoked_at IS NULL AND expires_at > @at::timestamptz
ORDER BY id DESC;

-- name: CountPersonalTokens :one
SELECT count(*) FROM identity.personal_tokens
WHERE user_id = @user_id AND revoked_at IS NULL AND expires_at > @at::timestamptz;

-- name: RevokePersonalToken :execrows
UPDATE identity.personal_tokens SET revoked_at = @at::timestamptz
WHERE id = @id AND user_id = @user_id AND revoked_at IS NULL;

-- name: PersonalTokenByHash :one
-- A good token, with what its user may do now.
SELECT t.id, t.user_id, t.scopes, t.last_used_at,
    ARRAY (SELECT r.role || ' ' || r.calendar_id FROM identity.role_grants r WHERE r.user_id = t.user_id)::text[] AS roles
FROM identity.personal_tokens t JOIN identity.users u ON u.id = t.user_id
WHERE t.hash = @hash AND t.revoked_at IS NULL AND t.expires_at > @at::timestamptz AND u.state = 'active';

-- name: TouchPersonalToken :exec
UPDATE identity.personal_tokens SET last_used_at = @at::timestamptz
WHERE id = @id AND (last_used_at IS NULL OR last_used_at < @before::timestamptz);

-- name: DeleteOldPersonalTokens :execrows
-- Those that have been of no use since before a time.
DELETE FROM identity.personal_tokens WHERE id IN (
    SELECT t.id FROM identity.personal_tokens t WHERE t.revoked_at < @before::timestamptz OR t.expires_at < @before::timestamptz LIMIT @most
);
