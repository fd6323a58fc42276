-- Calendars, and where they are shown.

-- name: CalendarByID :one
SELECT * FROM events.calendars WHERE id = $1;

-- name: CalendarBySlug :one
SELECT * FROM events.calendars WHERE slug = $1;

-- name: LockCalendar :one
-- Writers of a calendar come one by one, and wait for who makes entries in it.
SELECT * FROM events.calendars WHERE id = $1 FOR UPDATE;

-- name: InsertCalendar :one
INSERT INTO events.calendars (id, slug, name, description, description_html, colour, timezone, proposals, position, archived_at, created_at, updated_at)
VALUES (@id, @slug, @name, @description, @description_html, @colour, @timezone, @proposals, @position, @archived_at, @at, @at)
RETURNING *;

-- name: UpdateCalendar :one
-- As its next version.
UPDATE events.calendars SET slug = @slug, name = @name, description = @description, description_html = @description_html, colour = @colour,
    timezone = @timezone, proposals = @proposals, position = @position, archived_at = @archived_at, version = version + 1, updated_at = @at
WHERE id = @id RETURNING *;

-- name: DropPlacements :exec
DELETE FROM events.placements WHERE calendar_id = $1;

-- name: PutPlacement :exec
INSERT INTO events.placements (calendar_id, container_type, container_id, view, position)
VALUES (@calendar_id, @container_type, @container_id, @view, @position);
