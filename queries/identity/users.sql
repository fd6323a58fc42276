-- Users. Whoever changes a user, or lets one in, locks the row first.

-- name: UserByID :one
SELECT * FROM identity.users WHERE id = $1;

-- name: LockUser :one
SELECT * FROM identity.users WHERE id = $1 FOR NO KEY UPDATE;

-- name: LockUserByAddress :one
-- The user whose verified address it is.
SELECT u.* FROM identity.users u JOIN identity.emails e ON e.user_id = u.id
WHERE e.address = @address AND e.verified_at IS NOT NULL
FOR NO KEY UPDATE OF u;

-- name: UserByAddress :one
SELECT user_id FROM identity.emails WHERE address = @address AND verified_at IS NOT NULL;

-- name: InsertUser :one
INSERT INTO identity.users (id, display_name, webauthn_handle, created_at, updated_at)
VALUES (@id, @display_name, @webauthn_handle, @at, @at)
RETURNING *;

-- name: PersonByID :one
-- A user with the primary address and all roles.
SELECT sqlc.embed(u), coalesce(e.address, '')::text AS address, e.verified_at,
    coalesce((
        SELECT jsonb_agg(jsonb_build_object('role', g.role, 'calendar', g.calendar_id) ORDER BY g.role, g.calendar_id)
        FROM identity.role_grants g WHERE g.user_id = u.id
    ), '[]')::jsonb AS roles
FROM identity.users u LEFT JOIN identity.emails e ON e.user_id = u.id AND e.is_primary
WHERE u.id = $1;

-- name: PeopleList :many
-- The newest first. pattern is of LIKE, in lower case.
SELECT sqlc.embed(u), coalesce(e.address, '')::text AS address, e.verified_at,
    coalesce((
        SELECT jsonb_agg(jsonb_build_object('role', g.role, 'calendar', g.calendar_id) ORDER BY g.role, g.calendar_id)
        FROM identity.role_grants g WHERE g.user_id = u.id
    ), '[]')::jsonb AS roles
FROM identity.users u LEFT JOIN identity.emails e ON e.user_id = u.id AND e.is_primary
WHERE (sqlc.narg('before')::uuid IS NULL OR u.id < sqlc.narg('before')::uuid)
    AND (@state::text = '' AND u.state <> 'deleted' OR u.state = @state)
    AND (@role::text = '' OR EXISTS (SELECT FROM identity.role_grants g WHERE g.user_id = u.id AND g.role = @role))
    AND (@pattern::text = '' OR lower(u.display_name) LIKE @pattern
        OR EXISTS (SELECT FROM identity.emails x WHERE x.user_id = u.id AND x.address LIKE @pattern))
ORDER BY u.id DESC LIMIT @max_rows;

-- name: UpdateUser :exec
UPDATE identity.users SET display_name = @display_name, state = @state, deletion_due = @deletion_due,
    version = version + 1, updated_at = @at
WHERE id = @id;

-- name: TouchUser :exec
-- For what belongs to the user and is shown with it.
UPDATE identity.users SET version = version + 1, updated_at = @at WHERE id = @id;

-- name: RevokeUserGrants :exec
UPDATE identity.grants SET revoked_at = @at::timestamptz, revoked_why = 'user_changed' WHERE user_id = @user_id AND revoked_at IS NULL;

-- name: RevokeUserTokens :exec
UPDATE identity.personal_tokens SET revoked_at = @at::timestamptz WHERE user_id = @user_id AND revoked_at IS NULL;

-- name: DeleteNewPasskeysOf :execrows
DELETE FROM identity.passkeys WHERE user_id = @user_id AND created_at >= @since::timestamptz;

-- name: DeleteDevicesOf :exec
DELETE FROM identity.devices WHERE user_id = @user_id;

-- name: DueDeletions :many
SELECT id FROM identity.users WHERE deletion_due <= @at::timestamptz AND deleted_at IS NULL ORDER BY deletion_due LIMIT @max_rows;

-- name: MarkDeleted :exec
UPDATE identity.users SET display_name = '', state = 'deleted', webauthn_handle = @webauthn_handle, deleted_at = @at::timestamptz,
    version = version + 1, updated_at = @at::timestamptz
WHERE id = @id;

-- name: EraseSignIns :exec
-- What was sent to addresses that belong to nobody any more.
DELETE FROM identity.sign_ins WHERE address = ANY (@addresses::text[]);

-- name: EraseWrongCodes :exec
DELETE FROM identity.wrong_codes WHERE address = ANY (@addresses::text[]);

-- name: EraseInvitations :exec
DELETE FROM identity.invitations WHERE address = ANY (@addresses::text[]) OR used_by = @user_id::uuid OR user_id = @user_id::uuid;

-- name: EraseEmails :exec
DELETE FROM identity.emails WHERE user_id = @user_id;

-- name: EraseEmailChanges :exec
DELETE FROM identity.email_changes WHERE user_id = @user_id;

-- name: ErasePasskeys :exec
DELETE FROM identity.passkeys WHERE user_id = @user_id;

-- name: EraseCeremonies :exec
DELETE FROM identity.ceremonies WHERE user_id = @user_id;

-- name: EraseSessions :exec
-- The rows stay until they are pruned, so that clients can be told which have ended.
UPDATE identity.sessions SET network = '', user_agent = '' WHERE user_id = @user_id;

-- name: EraseConsents :exec
DELETE FROM identity.consents WHERE user_id = @user_id;

-- name: EraseGrants :exec
DELETE FROM identity.grants WHERE user_id = @user_id;

-- name: EraseTokens :exec
DELETE FROM identity.personal_tokens WHERE user_id = @user_id;

-- name: EraseRoles :exec
DELETE FROM identity.role_grants WHERE user_id = @user_id;

-- name: ExportUser :one
-- All that is stored of a user, but for hashes and keys, which say nothing of anybody.
SELECT jsonb_build_object(
    'profile', (SELECT jsonb_build_object('id', u.id, 'display_name', u.display_name, 'state', u.state, 'created_at', u.created_at,
            'updated_at', u.updated_at, 'deletion_due', u.deletion_due) FROM identity.users u WHERE u.id = @user_id),
    'email_addresses', coalesce((SELECT jsonb_agg(jsonb_build_object('address', e.address, 'primary', e.is_primary,
            'verified_at', e.verified_at, 'created_at', e.created_at) ORDER BY e.created_at, e.address)
        FROM identity.emails e WHERE e.user_id = @user_id), '[]'),
    'email_changes', coalesce((SELECT jsonb_agg(jsonb_build_object('kind', c.kind, 'old_address', c.old_address, 'new_address', c.new_address,
            'created_at', c.created_at, 'done_at', c.done_at, 'reverted_at', c.reverted_at) ORDER BY c.created_at)
        FROM identity.email_changes c WHERE c.user_id = @user_id), '[]'),
    'roles', coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'calendar', g.calendar_id, 'granted_at', g.granted_at) ORDER BY g.role, g.calendar_id)
        FROM identity.role_grants g WHERE g.user_id = @user_id), '[]'),
    'sessions', coalesce((SELECT jsonb_agg(jsonb_build_object('id', s.id, 'origin', s.origin, 'method', s.method, 'created_at', s.created_at,
            'last_used_at', s.last_used_at, 'expires_at', s.expires_at, 'ended_at', s.ended_at, 'ended_why', s.ended_why,
            'network', s.network, 'user_agent', s.user_agent) ORDER BY s.created_at)
        FROM identity.sessions s WHERE s.user_id = @user_id), '[]'),
    'devices', coalesce((SELECT jsonb_agg(jsonb_build_object('created_at', d.created_at, 'last_used_at', d.last_used_at) ORDER BY d.created_at)
        FROM identity.devices d WHERE d.user_id = @user_id), '[]'),
    'passkeys', coalesce((SELECT jsonb_agg(jsonb_build_object('name', p.name, 'created_at', p.created_at, 'last_used_at', p.last_used_at) ORDER BY p.created_at)
        FROM identity.passkeys p WHERE p.user_id = @user_id), '[]'),
    'personal_tokens', coalesce((SELECT jsonb_agg(jsonb_build_object('name', t.name, 'scopes', t.scopes, 'created_at', t.created_at,
            'expires_at', t.expires_at, 'last_used_at', t.last_used_at, 'revoked_at', t.revoked_at) ORDER BY t.created_at)
        FROM identity.personal_tokens t WHERE t.user_id = @user_id), '[]'),
    'connected_apps', coalesce((SELECT jsonb_agg(jsonb_build_object('client_id', c.client_id, 'scopes', c.scopes, 'created_at', c.created_at,
            'updated_at', c.updated_at) ORDER BY c.created_at)
        FROM identity.consents c WHERE c.user_id = @user_id), '[]'),
    'invitations', coalesce((SELECT jsonb_agg(jsonb_build_object('address', i.address, 'roles', i.roles, 'created_at', i.created_at, 'used_at', i.used_at) ORDER BY i.created_at)
        FROM identity.invitations i WHERE i.used_by = @user_id), '[]'),
    'security_events', coalesce((SELECT jsonb_agg(jsonb_build_object('at', a.at, 'action', a.action, 'actor', a.actor, 'subject', a.subject,
            'network', CASE WHEN a.actor IN (@name::text, 'anonymous') THEN a.network ELSE '' END, 'details', a.details) ORDER BY a.id)
        FROM identity.audit a WHERE a.user_id = @user_id), '[]')
)::jsonb AS everything;

-- name: UsersByAnyAddress :many
SELECT user_id FROM identity.emails WHERE address = @address ORDER BY user_id LIMIT 2;
