-- Invitations, and the one-time links that the operator makes.

-- name: InsertInvitation :one
INSERT INTO identity.invitations (id, address, token_hash, roles, invited_by, user_id, created_at, expires_at)
VALUES (@id, @address, @token_hash, @roles, @invited_by, @user_id, @at, @expires_at)
RETURNING *;

-- name: InvitationByToken :one
SELECT * FROM identity.invitations
WHERE token_hash = @hash AND used_at IS NULL AND revoked_at IS NULL AND expires_at > @at::timestamptz;

-- name: LockInvitationByToken :one
SELECT * FROM identity.invitations
WHERE token_hash = @hash AND used_at IS NULL AND revoked_at IS NULL AND expires_at > @at::timestamptz
FOR UPDATE;

-- name: LockInvitation :one
SELECT * FROM identity.invitations WHERE id = $1 FOR UPDATE;

-- name: UseInvitation :exec
UPDATE identity.invitations SET used_at = @at::timestamptz, used_by = @used_by::uuid WHERE id = @id;

-- name: RevokeInvitation :exec
UPDATE identity.invitations SET revoked_at = @at::timestamptz WHERE id = @id;

-- name: RevokeOwnerless :exec
-- The links for the first owner that nobody has used.
UPDATE identity.invitations SET revoked_at = @at::timestamptz WHERE address IS NULL AND used_at IS NULL AND revoked_at IS NULL;

-- name: RevokeInvitationsTo :exec
UPDATE identity.invitations SET revoked_at = @at::timestamptz
WHERE address = @address::text AND user_id IS NULL AND used_at IS NULL AND revoked_at IS NULL;

-- name: RevokeLinksOf :exec
-- The links of the operator's that let a user in.
UPDATE identity.invitations SET revoked_at = @at::timestamptz WHERE user_id = @user_id::uuid AND used_at IS NULL AND revoked_at IS NULL;

-- name: InvitationList :many
-- The newest first. The links that the operator makes are not among them.
SELECT * FROM identity.invitations
WHERE address IS NOT NULL AND user_id IS NULL AND (sqlc.narg('before')::uuid IS NULL OR id < sqlc.narg('before')::uuid)
ORDER BY id DESC LIMIT @max_rows;

-- name: DeleteOldInvitations :exec
DELETE FROM identity.invitations WHERE expires_at < @before::timestamptz;
