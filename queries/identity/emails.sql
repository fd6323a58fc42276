-- Addresses of users, and changes of them that wait to be confirmed.

-- name: InsertEmail :execrows
-- Nothing where the address is somebody's already; waits for who is just becoming it.
INSERT INTO identity.emails (user_id, address, is_primary, verified_at, created_at)
VALUES (@user_id, @address, @is_primary, @verified_at, @at)
ON CONFLICT DO NOTHING;

-- name: EmailsOf :many
SELECT * FROM identity.emails WHERE user_id = @user_id ORDER BY is_primary DESC, created_at, address;

-- name: VerifyEmail :execrows
UPDATE identity.emails SET verified_at = @at::timestamptz WHERE user_id = @user_id AND address = @address AND verified_at IS NULL;

-- name: DeleteEmail :one
DELETE FROM identity.emails WHERE user_id = @user_id AND address = @address RETURNING *;

-- name: DeleteNewEmails :many
-- Those that were verified since, but for one.
DELETE FROM identity.emails WHERE user_id = @user_id AND address <> @keep AND verified_at >= @since::timestamptz RETURNING *;

-- name: NoPrimaryEmail :exec
UPDATE identity.emails SET is_primary = false WHERE user_id = @user_id AND is_primary;

-- name: SetPrimaryEmail :execrows
-- After NoPrimaryEmail.
UPDATE identity.emails SET is_primary = true WHERE user_id = @user_id AND address = @address;

-- name: InsertEmailChange :exec
INSERT INTO identity.email_changes (id, user_id, kind, old_address, new_address, old_token_hash, new_token_hash, old_confirmed_at,
    created_at, expires_at, revert_hash, revert_until)
VALUES (@id, @user_id, @kind, @old_address, @new_address, @old_token_hash, @new_token_hash, @old_confirmed_at,
    @at, @expires_at, @revert_hash, @revert_until);

-- name: EmailChangeByToken :one
SELECT * FROM identity.email_changes WHERE old_token_hash = @hash::bytea OR new_token_hash = @hash::bytea OR revert_hash = @hash::bytea;

-- name: LockEmailChange :one
SELECT * FROM identity.email_changes WHERE id = $1 FOR UPDATE;

-- name: PendingEmailChanges :many
SELECT * FROM identity.email_changes
WHERE user_id = @user_id AND done_at IS NULL AND voided_at IS NULL AND reverted_at IS NULL AND expires_at > @at::timestamptz
ORDER BY created_at, id;

-- name: CountEmailChanges :one
SELECT count(*) FROM identity.email_changes WHERE user_id = @user_id AND created_at > @since::timestamptz;

-- name: VoidEmailChanges :exec
-- Those that wait: all of a kind, or those to an address.
UPDATE identity.email_changes SET voided_at = @at::timestamptz
WHERE user_id = @user_id AND done_at IS NULL AND voided_at IS NULL AND reverted_at IS NULL
    AND (kind = @kind OR new_address = @new_address);

-- name: VoidLaterEmailChanges :exec
-- Those that wait, and the ways back of those that came after a change that is taken back.
UPDATE identity.email_changes SET voided_at = @at::timestamptz
WHERE user_id = @user_id AND id <> @id AND voided_at IS NULL AND reverted_at IS NULL AND (done_at IS NULL OR created_at >= @since::timestamptz);

-- name: ConfirmEmailChange :exec
UPDATE identity.email_changes SET old_confirmed_at = @old_confirmed_at, new_confirmed_at = @new_confirmed_at, done_at = @done_at,
    revert_hash = @revert_hash, revert_until = @revert_until
WHERE id = @id;

-- name: MarkReverted :exec
UPDATE identity.email_changes SET reverted_at = @at::timestamptz WHERE id = @id;

-- name: DeleteOldEmailChanges :exec
-- Those that can neither be confirmed nor taken back since a time.
DELETE FROM identity.email_changes WHERE expires_at < @before::timestamptz AND (revert_until IS NULL OR revert_until < @before::timestamptz);

-- name: DeleteFurtherEmails :many
-- All addresses of a user but the primary one.
DELETE FROM identity.emails WHERE user_id = @user_id AND NOT is_primary
RETURNING address, verified_at;
