-- Members, and what they may be and subscribe to.

-- name: PutTier :exec
INSERT INTO blog.tiers (
    id, slug, name, description, type, active, visibility, currency, monthly_minor, yearly_minor, trial_days, benefits,
    welcome_page_url, updated_at
) VALUES (
    @id, @slug, @name, @description, @type, @active, @visibility, @currency, @monthly_minor, @yearly_minor, @trial_days, @benefits,
    @welcome_page_url, @updated_at
) ON CONFLICT (id) DO UPDATE SET
    slug = excluded.slug, name = excluded.name, description = excluded.description, type = excluded.type, active = excluded.active,
    visibility = excluded.visibility, currency = excluded.currency, monthly_minor = excluded.monthly_minor,
    yearly_minor = excluded.yearly_minor, trial_days = excluded.trial_days, benefits = excluded.benefits,
    welcome_page_url = excluded.welcome_page_url, updated_at = excluded.updated_at;

-- name: DeleteTier :exec
DELETE FROM blog.tiers WHERE id = $1;

-- name: OpenTiers :many
-- Those that everybody may see: what costs nothing first, then by price.
SELECT * FROM blog.tiers
WHERE active AND visibility = 'public'
ORDER BY type <> 'free', monthly_minor NULLS FIRST, name, id;

-- name: PutNewsletter :exec
INSERT INTO blog.newsletters (
    id, slug, name, description, status, visibility, subscribe_on_signup, sort_order, sender_name, updated_at
) VALUES (
    @id, @slug, @name, @description, @status, @visibility, @subscribe_on_signup, @sort_order, @sender_name, @updated_at
) ON CONFLICT (id) DO UPDATE SET
    slug = excluded.slug, name = excluded.name, description = excluded.description, status = excluded.status,
    visibility = excluded.visibility, subscribe_on_signup = excluded.subscribe_on_signup, sort_order = excluded.sort_order,
    sender_name = excluded.sender_name, updated_at = excluded.updated_at;

-- name: DeleteNewsletter :exec
DELETE FROM blog.newsletters WHERE id = $1;

-- name: OpenNewsletters :many
-- Those that everybody may subscribe to, in the order that Ghost shows them in. Ghost's
-- visibility of a newsletter is members: anybody who signs up.
SELECT * FROM blog.newsletters
WHERE status = 'active' AND visibility IN ('members', 'public')
ORDER BY sort_order, name, id;

-- name: PutMember :exec
-- Whoever was the member by the old e-mail is not by the new one.
INSERT INTO blog.members AS m (
    id, ghost_uuid, email, name, status, labels, newsletters, tiers, created_at, updated_at
) VALUES (
    @id, @ghost_uuid, @email, @name, @status, @labels, @newsletters, @tiers, @created_at, @updated_at
) ON CONFLICT (id) DO UPDATE SET
    ghost_uuid = excluded.ghost_uuid, email = excluded.email, name = excluded.name, status = excluded.status,
    labels = excluded.labels, newsletters = excluded.newsletters, tiers = excluded.tiers,
    user_id = CASE WHEN lower(m.email) = lower(excluded.email) THEN m.user_id END,
    updated_at = excluded.updated_at;

-- name: DeleteMember :exec
DELETE FROM blog.members WHERE id = $1;

-- name: Members :many
-- Members by id, with slugs in place of Ghost's ids; what those name no more is left out.
SELECT m.id, m.email, m.name, m.status, m.labels, m.user_id, m.created_at, m.updated_at,
    ARRAY (
        SELECT t.slug FROM blog.ghost_objects o JOIN blog.tiers t ON t.id = o.object_id
        WHERE o.kind = 'tier' AND o.ghost_id = ANY (m.tiers) ORDER BY t.slug
    )::text[] AS tiers,
    ARRAY (
        SELECT n.slug FROM blog.ghost_objects o JOIN blog.newsletters n ON n.id = o.object_id
        WHERE o.kind = 'newsletter' AND o.ghost_id = ANY (m.newsletters) ORDER BY n.slug
    )::text[] AS newsletters
FROM blog.members m
WHERE (sqlc.narg(email)::text IS NULL OR lower(m.email) = lower(sqlc.narg(email)))
  AND (sqlc.narg(after)::uuid IS NULL OR m.id > sqlc.narg(after))
ORDER BY m.id
LIMIT @max_rows;
