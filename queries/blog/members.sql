-- Who of the people here is a member of the Ghost's.

-- name: LockMemberAddress :exec
-- Whoever links an address holds it until the end of the transaction, so that of two who
-- do so at once the second sees what the first found.
SELECT pg_advisory_xact_lock(hashtextextended('blog.member ' || lower(@address::text), 0));

-- name: LinkMembers :exec
-- The members with an address are a user's, or nobody's.
UPDATE blog.members SET user_id = sqlc.narg(user_id)
WHERE lower(email) = lower(@address::text) AND user_id IS DISTINCT FROM sqlc.narg(user_id);

-- name: UnlinkMembers :exec
UPDATE blog.members SET user_id = NULL WHERE user_id = @user_id;

-- name: MembershipOf :one
-- What a user reads as: one with several addresses has what all of them have.
SELECT coalesce(bool_or(m.status <> 'free'), false)::boolean AS paid,
    ARRAY (
        SELECT DISTINCT t.slug FROM blog.members k
        JOIN blog.ghost_objects o ON o.kind = 'tier' AND o.ghost_id = ANY (k.tiers)
        JOIN blog.tiers t ON t.id = o.object_id
        WHERE k.user_id = @user_id ORDER BY t.slug
    )::text[] AS tiers
FROM blog.members m WHERE m.user_id = @user_id;

-- name: MembersOfUser :many
SELECT m.id, m.email, m.name, m.status, m.labels, m.user_id, m.created_at, m.updated_at,
    ARRAY (
        SELECT t.slug FROM blog.ghost_objects o JOIN blog.tiers t ON t.id = o.object_id
        WHERE o.kind = 'tier' AND o.ghost_id = ANY (m.tiers) ORDER BY t.slug
    )::text[] AS tiers,
    ARRAY (
        SELECT n.slug FROM blog.ghost_objects o JOIN blog.newsletters n ON n.id = o.object_id
        WHERE o.kind = 'newsletter' AND o.ghost_id = ANY (m.newsletters) ORDER BY n.slug
    )::text[] AS newsletters
FROM blog.members m WHERE m.user_id = @user_id ORDER BY m.id;

-- name: TierNames :many
SELECT name FROM blog.tiers WHERE slug = ANY (@slugs::text[]) ORDER BY monthly_minor NULLS FIRST, name, id;
