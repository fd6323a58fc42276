-- Devices that wait for somebody's consent (RFC 8628).

-- name: InsertDeviceCode :execrows
-- Nothing where the user code is taken.
INSERT INTO identity.device_codes (hash, user_code, client_id, scopes, audience, network, user_agent, created_at, expires_at, every)
VALUES (@hash, @user_code, @client_id, @scopes, @audience, @network, @user_agent, @at, @expires_at, @every)
ON CONFLICT (user_code) DO NOTHING;

-- name: DeviceByUserCode :one
SELECT sqlc.embed(d), sqlc.embed(c) FROM identity.device_codes d JOIN identity.clients c ON c.client_id = d.client_id
WHERE d.user_code = @user_code AND d.expires_at > @at::timestamptz AND c.disabled_at IS NULL;

-- name: LockDevice :one
SELECT * FROM identity.device_codes WHERE user_code = @user_code AND expires_at > @at::timestamptz FOR UPDATE;

-- name: LockDeviceByHash :one
SELECT * FROM identity.device_codes WHERE hash = $1 FOR UPDATE;

-- name: InsertDeviceGrant :execrows
-- What somebody gives a device, if their session is alive. It does not end with the session:
-- the device is not the browser. When and how the user signed in is taken from the session.
INSERT INTO identity.grants (id, client_id, user_id, scopes, audience, auth_time, amr, created_at, expires_at)
SELECT @id, @client_id, s.user_id, @scopes::text[], @audience::text[], s.authenticated_at,
    CASE s.method WHEN 'passkey' THEN ARRAY['pop', 'user'] ELSE ARRAY['otp'] END, @at, @expires_at
FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id
WHERE s.id = @session_id AND s.user_id = @user_id AND s.ended_at IS NULL AND s.expires_at > @at AND u.state = 'active';

-- name: AllowDevice :exec
UPDATE identity.device_codes SET grant_id = @grant_id WHERE hash = @hash;

-- name: DenyDevice :exec
UPDATE identity.device_codes SET denied_at = @at::timestamptz WHERE hash = @hash;

-- name: PollDevice :exec
UPDATE identity.device_codes SET polled_at = @at::timestamptz, every = @every WHERE hash = @hash;

-- name: UseDevice :exec
UPDATE identity.device_codes SET used_at = @at::timestamptz WHERE hash = @hash;

-- name: DeviceGrant :one
-- What somebody gave a device, if they are still somebody and have not taken it back.
SELECT g.* FROM identity.grants g JOIN identity.users u ON u.id = g.user_id
WHERE g.id = @id AND g.revoked_at IS NULL AND u.state = 'active';
