-- Venues.

-- name: VenueByID :one
SELECT * FROM events.venues WHERE id = $1;

-- name: VenueBySlug :one
SELECT * FROM events.venues WHERE slug = $1;

-- name: LockVenue :one
-- Writers of a venue come one by one; whoever puts something there need not wait.
SELECT * FROM events.venues WHERE id = $1 FOR NO KEY UPDATE;

-- name: ListVenues :many
-- Venues by name, after a place in the list.
SELECT * FROM events.venues
WHERE (lower(name) COLLATE "C", id) > (@after_name::text, @after_id::uuid)
ORDER BY lower(name) COLLATE "C", id LIMIT @count;

-- name: InsertVenue :one
INSERT INTO events.venues (id, slug, name, street, locality, region, postal_code, country, latitude, longitude, timezone,
    accessibility, accessibility_note, website, created_at, updated_at)
VALUES (@id, @slug, @name, @street, @locality, @region, @postal_code, @country, @latitude, @longitude, @timezone,
    @accessibility, @accessibility_note, @website, @at, @at)
RETURNING *;

-- name: UpdateVenue :one
-- As its next version.
UPDATE events.venues SET slug = @slug, name = @name, street = @street, locality = @locality, region = @region, postal_code = @postal_code,
    country = @country, latitude = @latitude, longitude = @longitude, timezone = @timezone, accessibility = @accessibility,
    accessibility_note = @accessibility_note, website = @website, version = version + 1, updated_at = @at
WHERE id = @id RETURNING *;

-- name: DeleteVenue :exec
DELETE FROM events.venues WHERE id = $1;

-- name: HoldEntriesAt :many
-- The entries that happen, or have a date, at a venue, held to the end of the transaction.
-- They come before the venue, as in every transaction that has both.
SELECT id, state, kind FROM events.entries
WHERE id IN (SELECT e.id FROM events.entries e WHERE e.venue_id = @venue
    UNION SELECT o.entry_id FROM events.occurrences o WHERE o.venue_id = @venue)
ORDER BY id FOR NO KEY UPDATE;

-- name: StampEntries :exec
-- A calendar program is to notice that the place of these is another.
UPDATE events.entries SET edited_at = @at WHERE id = ANY (@ids::uuid[]);
