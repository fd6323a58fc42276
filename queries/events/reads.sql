-- What visitors and programs read: entries that visitors see, their dates and months.
-- Public states are written out where an index or a count depends on them.

-- name: PublicCalendars :many
-- All calendars in their order, archived ones too.
SELECT * FROM events.calendars ORDER BY position, lower(name), id;

-- name: AnyCalendar :one
SELECT EXISTS (SELECT FROM events.calendars WHERE archived_at IS NULL);

-- name: PlacementsOf :many
SELECT * FROM events.placements WHERE calendar_id = ANY (@calendars::uuid[])
ORDER BY calendar_id, position, container_type, container_id;

-- name: PublicEntriesByID :many
SELECT * FROM events.entries
WHERE id = ANY (@ids::uuid[]) AND state IN ('confirmed', 'postponed', 'cancelled') ORDER BY id;

-- name: WalkEntries :many
-- Links to the entries that visitors see, the oldest first. A private one has no slug.
SELECT e.id, e.slug, e.title, e.kind, c.id AS calendar_id, c.slug AS calendar_slug, c.name AS calendar_name, c.colour AS calendar_colour
FROM events.entries e JOIN events.calendars c ON c.id = e.calendar_id
WHERE e.id > @after AND e.state IN ('confirmed', 'postponed', 'cancelled')
ORDER BY e.id LIMIT @count;

-- name: CalendarEntries :many
-- What feeds have of calendars.
SELECT id FROM events.entries
WHERE calendar_id = ANY (@calendars::uuid[]) AND state IN ('confirmed', 'postponed', 'cancelled') ORDER BY id;

-- name: EntryBySlug :one
SELECT e.id FROM events.entries e JOIN events.calendars c ON c.id = e.calendar_id
WHERE c.slug = @calendar AND e.slug = @entry AND e.kind = 'public' AND e.state IN ('confirmed', 'postponed', 'cancelled');

-- name: Months :many
-- How many dates visitors see in each local month; one that touches several counts in each.
-- A private one that is off takes no time and is not told of.
SELECT to_char(m.month, 'YYYY-MM') AS month, count(*)::integer AS count
FROM events.occurrences o
JOIN events.entries e ON e.id = o.entry_id
CROSS JOIN LATERAL generate_series(date_trunc('month', o.local_start),
    GREATEST(o.local_start, o.local_end - interval '1 microsecond'), interval '1 month') AS m (month)
WHERE e.calendar_id = ANY (@calendars::uuid[]) AND e.state IN ('confirmed', 'postponed', 'cancelled')
    AND (e.kind = 'public' OR e.state = 'confirmed' AND o.status = 'scheduled')
GROUP BY 1 ORDER BY 1;

-- name: CalendarIDs :many
-- The calendars among ids; all that are not archived where every is true.
SELECT id FROM events.calendars WHERE CASE WHEN @every::boolean THEN archived_at IS NULL ELSE id = ANY (@ids::uuid[]) END;

-- name: DateCards :many
-- Dates of calendars in the order of time, after a place in it. The local days are looked
-- for by their instants as well, which the index knows: nowhere is it a day away from UTC,
-- and none is on that has begun earlier than the longest lasts. A private one that is off
-- takes no time, and only those who may know it are told of it: they are the viewer, who may
-- have proposed it, and whoever organises the calendars that are known.
SELECT * FROM events.date_cards d
WHERE d.starts_at >= sqlc.arg(least)::timestamptz - events.longest() AND d.starts_at < sqlc.arg(most)::timestamptz
    AND (d.starts_at, d.id) > (sqlc.arg(after_at)::timestamptz, sqlc.arg(after_id)::uuid)
    AND d.local_start < sqlc.arg(until)::timestamp AND (d.local_end > sqlc.arg(begin)::timestamp OR d.local_start >= sqlc.arg(begin)::timestamp)
    AND d.ends_at > sqlc.arg(ends_after)::timestamptz
    AND d.calendar_id = ANY (sqlc.arg(calendars)::uuid[])
    AND d.state = ANY (sqlc.arg(states)::text[])
    AND (d.kind = 'public' OR NOT sqlc.arg(public_only)::boolean)
    AND (d.calendar_id = ANY (sqlc.arg(known)::uuid[]) OR d.proposed_by = sqlc.arg(viewer)::text AND d.proposed_by <> ''
        OR d.state IN ('confirmed', 'postponed', 'cancelled') AND (d.kind = 'public' OR d.state = 'confirmed' AND d.status = 'scheduled'))
ORDER BY d.starts_at, d.id
LIMIT sqlc.narg(count)::integer;

-- name: DateCard :one
SELECT * FROM events.date_cards WHERE id = @id;

-- name: ListEntries :many
-- Entries in the order in which they were made, after one. What is not public is there for
-- its viewer, who may have proposed it, and for whoever organises the calendars that are
-- known; the words of a private one are found by nobody else.
SELECT * FROM events.entries e
WHERE e.id > sqlc.arg(after)::uuid AND e.state = ANY (sqlc.arg(states)::text[])
    AND (sqlc.arg(every)::boolean OR e.calendar_id = ANY (sqlc.arg(calendars)::uuid[]))
    AND (e.kind = 'public' OR NOT sqlc.arg(public_only)::boolean)
    AND (e.calendar_id = ANY (sqlc.arg(known)::uuid[]) OR e.proposed_by = sqlc.arg(viewer)::text AND e.proposed_by <> ''
        OR e.state IN ('confirmed', 'postponed', 'cancelled')
            AND (e.kind = 'public' OR sqlc.arg(slug)::text = '' AND sqlc.arg(words)::text = ''))
    AND (NOT sqlc.arg(mine)::boolean OR e.proposed_by = sqlc.arg(viewer)::text AND e.proposed_by <> '')
    AND (sqlc.arg(slug)::text = '' OR e.slug = sqlc.arg(slug)::text)
    AND (sqlc.arg(words)::text = '' OR strpos(lower(e.title || ' ' || e.summary), lower(sqlc.arg(words)::text)) > 0)
    AND (sqlc.narg(begin)::timestamp IS NULL OR EXISTS (SELECT FROM events.occurrences o
        WHERE o.entry_id = e.id AND (o.local_end > sqlc.narg(begin)::timestamp OR o.local_start >= sqlc.narg(begin)::timestamp)))
ORDER BY e.id LIMIT sqlc.arg(count)::integer;

-- name: EveryCalendarID :many
SELECT id FROM events.calendars;

-- name: CalendarsBySlug :many
SELECT id FROM events.calendars WHERE slug = ANY (@slugs::text[]);

-- name: NextDates :many
-- Of each public entry the first date that is not over and takes place.
SELECT DISTINCT ON (entry_id) * FROM events.date_cards
WHERE entry_id = ANY (@entries::uuid[]) AND ends_at > sqlc.arg(ends_after)::timestamptz AND kind = 'public' AND state = 'confirmed' AND status = 'scheduled'
ORDER BY entry_id, starts_at, id;
