-- What members keep for themselves: calendars that they follow, dates that they have saved, and
-- the secret addresses of their own calendars.

-- name: LockMember :exec
-- Held by whoever stores something of a member, and by who erases them.
SELECT pg_advisory_xact_lock(hashtextextended('events.member ' || @user_id::text, 0));

-- name: IsErased :one
SELECT EXISTS (SELECT FROM events.erased WHERE user_hash = sha256(convert_to(@user_id::text, 'UTF8')));

-- name: Follow :exec
INSERT INTO events.follows (user_id, calendar_id, at) VALUES (@user_id, @calendar_id, @at) ON CONFLICT DO NOTHING;

-- name: Unfollow :exec
DELETE FROM events.follows WHERE user_id = @user_id AND calendar_id = @calendar_id;

-- name: FollowsOf :many
-- The calendars that a member follows, in the order of calendars.
SELECT sqlc.embed(c), f.at FROM events.follows f JOIN events.calendars c ON c.id = f.calendar_id
WHERE f.user_id = @user_id ORDER BY c.position, lower(c.name), c.id;

-- name: Save :exec
INSERT INTO events.saved (user_id, occurrence_id, at) VALUES (@user_id, @occurrence_id, @at) ON CONFLICT DO NOTHING;

-- name: Unsave :exec
DELETE FROM events.saved WHERE user_id = @user_id AND occurrence_id = @occurrence_id;

-- name: CountSaved :one
-- How many dates a member has saved besides one.
SELECT count(*) FROM events.saved WHERE user_id = @user_id AND occurrence_id <> @besides;

-- name: SavedCards :many
-- Dates that a member has saved, in the order of time, after a place in it: those that they may
-- know of now.
SELECT sqlc.embed(d), s.at FROM events.saved s JOIN events.date_cards d ON d.id = s.occurrence_id
WHERE s.user_id = @user_id AND d.ends_at > sqlc.arg(ends_after)::timestamptz
    AND (d.starts_at, d.id) > (sqlc.arg(after_at)::timestamptz, sqlc.arg(after_id)::uuid)
    AND (d.calendar_id = ANY (sqlc.arg(known)::uuid[]) OR d.proposed_by = @user_id
        OR d.kind = 'public' AND d.state IN ('confirmed', 'postponed', 'cancelled'))
ORDER BY d.starts_at, d.id LIMIT sqlc.arg(count)::integer;

-- name: SavedElsewhere :many
-- Dates that a member has saved of calendars that they do not follow.
SELECT o.id, o.entry_id FROM events.saved s JOIN events.occurrences o ON o.id = s.occurrence_id JOIN events.entries e ON e.id = o.entry_id
WHERE s.user_id = @user_id AND e.calendar_id NOT IN (SELECT f.calendar_id FROM events.follows f WHERE f.user_id = @user_id)
ORDER BY o.starts_at, o.id;

-- name: FeedsOf :many
SELECT * FROM events.feeds WHERE user_id = @user_id ORDER BY id;

-- name: CountFeeds :one
SELECT count(*) FROM events.feeds WHERE user_id = @user_id;

-- name: InsertFeed :one
INSERT INTO events.feeds (id, user_id, token_hash, name, created_at) VALUES (@id, @user_id, @token_hash, @name, @at) RETURNING *;

-- name: DeleteFeed :execrows
DELETE FROM events.feeds WHERE id = @id AND user_id = @user_id;

-- name: FeedByHash :one
SELECT * FROM events.feeds WHERE token_hash = $1;

-- name: TouchFeed :exec
UPDATE events.feeds SET used_at = @hour WHERE id = @id AND (used_at IS NULL OR used_at < @hour);

-- name: MarkErased :exec
INSERT INTO events.erased (user_hash) VALUES (sha256(convert_to(@user_id::text, 'UTF8'))) ON CONFLICT DO NOTHING;

-- name: EraseFeeds :exec
DELETE FROM events.feeds WHERE user_id = @user_id;

-- name: EraseFollows :exec
DELETE FROM events.follows WHERE user_id = @user_id;

-- name: EraseSaved :exec
DELETE FROM events.saved WHERE user_id = @user_id;

-- name: HoldDrafts :many
-- A member's drafts, held to the end of the transaction: not those that organisers have made of
-- what they had declined.
SELECT e.id FROM events.entries e
WHERE e.proposed_by = @user_id::text AND e.proposed_by <> '' AND e.state = 'draft' AND NOT EXISTS
    (SELECT FROM events.transitions t WHERE t.entry_id = e.id AND t.occurrence_id IS NULL AND t.from_state = 'declined')
ORDER BY e.id FOR UPDATE;

-- name: UnsaveAll :exec
DELETE FROM events.saved s USING events.occurrences o WHERE o.id = s.occurrence_id AND o.entry_id = @entry;

-- name: ForgetProposer :exec
UPDATE events.entries SET proposed_by = '' WHERE proposed_by = @user_id::text AND proposed_by <> '';

-- name: ForgetActor :exec
UPDATE events.transitions SET actor = 'erased' WHERE actor = @user_id::text;

-- name: ProposedBy :many
-- What a member has proposed, for their export.
SELECT id, title, state, kind, summary, description, created_at FROM events.entries WHERE proposed_by = @user_id::text AND proposed_by <> '' ORDER BY id;

-- name: DoneBy :many
-- What a member has done with entries, for their export.
SELECT entry_id, from_state, to_state, reason, at FROM events.transitions WHERE actor = @user_id::text ORDER BY id;

-- name: SavedOf :many
-- What a member has saved, for their export: with no word of what is private, or not public any
-- more and not of their own making.
SELECT o.id, CASE WHEN e.proposed_by = @user_id OR e.kind = 'public' AND e.state IN ('confirmed', 'postponed', 'cancelled')
    THEN COALESCE(o.title, e.title) ELSE 'Busy' END::text AS title, o.local_start, e.timezone, s.at
FROM events.saved s JOIN events.occurrences o ON o.id = s.occurrence_id JOIN events.entries e ON e.id = o.entry_id
WHERE s.user_id = @user_id ORDER BY s.at, o.id;
