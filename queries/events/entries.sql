-- name: LockEntry :one
-- LockEntry holds an entry to the end of the transaction and reads it.
SELECT * FROM events.entries WHERE id = $1 FOR UPDATE;

-- name: OccurrencesOf :many
-- OccurrencesOf are an entry's dates in the order of the series.
SELECT * FROM events.occurrences WHERE entry_id = $1 ORDER BY recurrence_local;

-- name: OccurrencesOfAll :many
-- OccurrencesOfAll are the dates of several entries, of each in the order of time.
SELECT * FROM events.occurrences WHERE entry_id = ANY (@entries::uuid[]) ORDER BY entry_id, local_start, id;

-- name: FindEntry :one
SELECT * FROM events.entries WHERE id = $1;

-- name: EntryRows :many
-- EntryRows are entries by their ids.
SELECT * FROM events.entries WHERE id = ANY (@ids::uuid[]) ORDER BY id;

-- name: FindOccurrence :one
SELECT * FROM events.occurrences WHERE id = $1;

-- name: CalendarsOfEntries :many
-- CalendarsOfEntries is what links to calendars need.
SELECT id, slug, name, colour FROM events.calendars WHERE id = ANY (@ids::uuid[]);

-- name: VenuesOfEntries :many
-- VenuesOfEntries are venues by their ids.
SELECT * FROM events.venues WHERE id = ANY (@ids::uuid[]);

-- name: TransitionsOf :many
-- TransitionsOf are what became of an entry, the latest first, before a number.
SELECT * FROM events.transitions WHERE entry_id = @entry_id AND id < @before ORDER BY id DESC LIMIT @count;

-- name: SlugsLike :many
-- SlugsLike are the slugs of a calendar's entries that are a word, or the word and a number.
SELECT slug FROM events.entries WHERE calendar_id = @calendar_id AND (slug = @base::text OR slug LIKE @base::text || '-%');
