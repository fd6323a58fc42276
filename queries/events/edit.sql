-- name: ShareCalendar :one
-- ShareCalendar keeps a calendar as it is to the end of the transaction; locks on entries
-- come after it.
SELECT * FROM events.calendars WHERE id = $1 FOR SHARE;

-- name: VenueExists :one
SELECT EXISTS (SELECT FROM events.venues WHERE id = $1);

-- name: InsertEntry :exec
INSERT INTO events.entries (id, calendar_id, uid, sequence, slug, state, kind, title, summary, description, description_html,
    image, timezone, all_day, local_start, local_end, rrule, rdates, exdates, attendance, venue_id, online_url, online_public,
    organizer, proposed_by, split_from, published_at, edited_at, expanded_until, zone_version, created_at, updated_at)
VALUES (@id, @calendar_id, @uid, @sequence, @slug, @state, @kind, @title, @summary, @description, @description_html,
    @image, @timezone, @all_day, @local_start, @local_end, @rrule, @rdates, @exdates, @attendance, @venue_id, @online_url, @online_public,
    @organizer, @proposed_by, @split_from, @published_at, @edited_at, @expanded_until, @zone_version, @created_at, @created_at);

-- name: UpdateEntry :exec
-- UpdateEntry stores an entry that the transaction holds, as its next version.
UPDATE events.entries SET calendar_id = @calendar_id, sequence = @sequence, slug = @slug, state = @state, kind = @kind,
    title = @title, summary = @summary, description = @description, description_html = @description_html, image = @image,
    timezone = @timezone, all_day = @all_day, local_start = @local_start, local_end = @local_end, rrule = @rrule,
    rdates = @rdates, exdates = @exdates, attendance = @attendance, venue_id = @venue_id, online_url = @online_url,
    online_public = @online_public, organizer = @organizer, published_at = @published_at, edited_at = @edited_at,
    version = version + 1, updated_at = @updated_at
WHERE id = @id;

-- name: StampExpansion :exec
-- StampExpansion notes up to when an entry's dates are stored, and by which zone data.
UPDATE events.entries SET expanded_until = @expanded_until, zone_version = @zone_version, edited_at = @edited_at WHERE id = @id;

-- name: DeleteEntry :exec
DELETE FROM events.entries WHERE id = $1;

-- name: LockOccurrences :many
-- LockOccurrences holds an entry's dates and reads them. Whoever has begun to refer to one
-- is waited for, and nobody can begin before the transaction ends.
SELECT * FROM events.occurrences WHERE entry_id = $1 ORDER BY id FOR UPDATE;

-- name: ReferredOccurrences :many
-- ReferredOccurrences are those of an entry's dates that somebody has saved. It must be a
-- statement after LockOccurrences.
SELECT DISTINCT s.occurrence_id FROM events.saved s JOIN events.occurrences o ON o.id = s.occurrence_id WHERE o.entry_id = $1;

-- name: InsertOccurrences :exec
-- InsertOccurrences stores dates that a series has and that were not there.
INSERT INTO events.occurrences (id, entry_id, recurrence_local, slug, local_start, local_end, starts_at, ends_at, adjusted, created_at, updated_at)
SELECT unnest(@ids::uuid[]), @entry_id, unnest(@recurrences::timestamp[]), unnest(@slugs::text[]), unnest(@local_starts::timestamp[]),
    unnest(@local_ends::timestamp[]), unnest(@starts::timestamptz[]), unnest(@ends::timestamptz[]), unnest(@adjusted::text[]), @at, @at;

-- name: MoveOccurrences :exec
-- MoveOccurrences stores when dates are, which the transaction holds. previous are the
-- instants at which they were to begin, and those of year 1 stand for none.
UPDATE events.occurrences o SET recurrence_local = n.recurrence, slug = n.slug, local_start = n.local_start, local_end = n.local_end,
    starts_at = n.starts_at, ends_at = n.ends_at, adjusted = n.adjusted, moved = n.moved, kept = n.kept,
    previous_start = nullif(n.previous, '0001-01-01 00:00:00+00'), updated_at = @at
FROM (SELECT unnest(@ids::uuid[]) AS id, unnest(@recurrences::timestamp[]) AS recurrence, unnest(@slugs::text[]) AS slug,
    unnest(@local_starts::timestamp[]) AS local_start, unnest(@local_ends::timestamp[]) AS local_end,
    unnest(@starts::timestamptz[]) AS starts_at, unnest(@ends::timestamptz[]) AS ends_at, unnest(@adjusted::text[]) AS adjusted,
    unnest(@moved::boolean[]) AS moved, unnest(@kept::boolean[]) AS kept, unnest(@previous::timestamptz[]) AS previous) n
WHERE o.id = n.id;

-- name: DeleteOccurrences :exec
-- DeleteOccurrences removes dates, and what became of them: it would else read as the entry's.
WITH forgotten AS (DELETE FROM events.transitions WHERE occurrence_id = ANY (@ids::uuid[]))
DELETE FROM events.occurrences WHERE id = ANY (@ids::uuid[]);

-- name: HandOverOccurrences :exec
-- HandOverOccurrences gives the dates of an entry from one on to another entry, with what
-- became of them.
WITH handed AS (UPDATE events.occurrences o SET entry_id = @heir, updated_at = @at
    WHERE o.entry_id = @entry_id AND o.recurrence_local >= @recurrence RETURNING o.id)
UPDATE events.transitions SET entry_id = @heir WHERE occurrence_id IN (SELECT id FROM handed);

-- name: OverrideOccurrence :exec
-- OverrideOccurrence stores what is a date's own, its status too. Its instants and its slug
-- follow from it.
UPDATE events.occurrences SET local_start = @local_start, local_end = @local_end, moved = @moved, title = @title, summary = @summary,
    description = @description, description_html = @description_html, venue_id = @venue_id, online_url = @online_url,
    status = @status, reason = @reason, updated_at = @at
WHERE id = @id;

-- name: InsertTransition :exec
INSERT INTO events.transitions (entry_id, occurrence_id, from_state, to_state, actor, reason, at)
VALUES (@entry_id, @occurrence_id, @from_state, @to_state, @actor, @reason, @at);

-- name: CountProposals :one
-- CountProposals is how many entries a member has proposed that nobody has answered yet.
SELECT count(*) FROM events.entries WHERE proposed_by = @user_id::text AND state IN ('draft', 'submitted');

-- name: EntriesToExtend :many
-- EntriesToExtend are series whose dates are not stored up to a day, after an id.
SELECT id FROM events.entries WHERE rrule <> '' AND expanded_until < @until AND id > @after ORDER BY id LIMIT @count;

-- name: EntriesToRezone :many
-- EntriesToRezone are entries whose instants come from other zone data, after an id.
SELECT id FROM events.entries WHERE zone_version <> @zone_version AND id > @after ORDER BY id LIMIT @count;
