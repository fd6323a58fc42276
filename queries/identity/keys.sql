-- Keys that ID tokens and logout tokens are signed with.

-- name: SigningKeys :many
-- Keys that are published, the newest first.
SELECT * FROM identity.signing_keys WHERE expires_at > @now ORDER BY signs_from DESC, kid;

-- name: LockSigningKeys :exec
-- One process at a time makes a key.
SELECT pg_advisory_xact_lock(hashtextextended('identity.signing_keys', 0));

-- name: AddSigningKey :exec
INSERT INTO identity.signing_keys (kid, sealed, public_key, created_at, signs_from, signs_to, expires_at)
VALUES (@kid, @sealed, @public_key, @created_at, @signs_from, @signs_to, @expires_at);

-- name: DropSigningKeys :execrows
DELETE FROM identity.signing_keys WHERE expires_at <= @now;
