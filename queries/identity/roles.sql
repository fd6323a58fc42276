-- Roles that users have. A member has none.

-- name: RolesOf :many
SELECT * FROM identity.role_grants WHERE user_id = @user_id ORDER BY role, calendar_id;

-- name: InsertRole :execrows
INSERT INTO identity.role_grants (user_id, role, calendar_id, granted_by, granted_at)
VALUES (@user_id, @role, @calendar_id, @granted_by, @at)
ON CONFLICT DO NOTHING;

-- name: DeleteRole :execrows
DELETE FROM identity.role_grants WHERE user_id = @user_id AND role = @role AND calendar_id = @calendar_id;

-- name: HoldOwners :exec
-- Taken after the user's row by whoever makes somebody an owner or no longer one, so that
-- two owners cannot remove each other.
SELECT pg_advisory_xact_lock(7238532158);

-- name: OtherOwners :one
-- How many owners there are besides a user who stay: those who can sign in and have not asked
-- for the end of their account.
SELECT count(*) FROM identity.role_grants g JOIN identity.users u ON u.id = g.user_id
WHERE g.role = 'owner' AND u.id <> @user_id AND u.state = 'active' AND u.deletion_due IS NULL;

-- name: ActiveOwners :one
SELECT count(*) FROM identity.role_grants g JOIN identity.users u ON u.id = g.user_id
WHERE g.role = 'owner' AND u.state = 'active';
