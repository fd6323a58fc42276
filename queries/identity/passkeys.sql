-- Passkeys, and what browsers were asked to sign with one.

-- name: InsertCeremony :exec
INSERT INTO identity.ceremonies (hash, kind, user_id, data, expires_at)
VALUES (@hash, @kind, @user_id, @data, @expires_at);

-- name: TakeCeremony :one
-- A ceremony is over with the first answer, whatever that is.
DELETE FROM identity.ceremonies WHERE hash = @hash AND kind = @kind
RETURNING user_id, data, expires_at;

-- name: PasskeyUser :one
-- Whose passkey it is.
SELECT user_id FROM identity.passkeys WHERE credential_id = @credential_id;

-- name: LockPasskey :one
SELECT * FROM identity.passkeys WHERE credential_id = @credential_id AND user_id = @user_id FOR UPDATE;

-- name: UsePasskey :exec
UPDATE identity.passkeys SET credential = @credential, last_used_at = @at WHERE id = @id;

-- name: PasskeysOf :many
SELECT * FROM identity.passkeys WHERE user_id = @user_id ORDER BY created_at, id;

-- name: InsertPasskey :one
-- Nothing where another account has it.
INSERT INTO identity.passkeys (id, user_id, credential_id, credential, name, created_at)
VALUES (@id, @user_id, @credential_id, @credential, @name, @at)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: RenamePasskey :one
UPDATE identity.passkeys SET name = @name WHERE id = @id AND user_id = @user_id RETURNING *;

-- name: DeletePasskey :execrows
DELETE FROM identity.passkeys WHERE id = @id AND user_id = @user_id;

-- name: PruneCeremonies :execrows
DELETE FROM identity.ceremonies WHERE hash IN (
    SELECT c.hash FROM identity.ceremonies c WHERE c.expires_at < @before LIMIT @max_rows
);
