-- What somebody is called, for a line at the top of each page.
-- name: DisplayName :one
SELECT display_name FROM identity.users WHERE id = @id AND state = 'active';

-- Where mail about an account goes to.
-- name: PrimaryAddress :one
SELECT e.address FROM identity.emails e JOIN identity.users u ON u.id = e.user_id
WHERE u.id = @id AND u.state <> 'deleted' AND e.is_primary AND e.verified_at IS NOT NULL;
