-- name: HoldImport :exec
-- HoldImport keeps a calendar from being imported into twice at once.
SELECT pg_advisory_xact_lock(hashtextextended('events.imports ' || @calendar::text, 0));

-- name: EntryOfUID :one
-- EntryOfUID is the entry of the site that has a UID, or that is told under it though it has
-- another: by itself, or with one of its dates.
SELECT e.id, e.calendar_id, e.uid FROM events.entries e
WHERE e.uid = @uid OR e.id = sqlc.narg(entry) OR e.id = (SELECT o.entry_id FROM events.occurrences o WHERE o.id = sqlc.narg(date))
ORDER BY e.uid <> @uid LIMIT 1;

-- name: LockImport :one
-- LockImport is what was read last of an entry that came from a file.
SELECT * FROM events.imports WHERE entry_id = $1 FOR UPDATE;

-- name: PutImport :exec
INSERT INTO events.imports (entry_id, digest, sequence, modified, at) VALUES (@entry_id, @digest, @sequence, @modified, @at)
ON CONFLICT (entry_id) DO UPDATE SET digest = excluded.digest, sequence = excluded.sequence, modified = excluded.modified, at = excluded.at;

-- name: VenuesNamed :many
-- VenuesNamed are venues of one of two names, in whatever case.
SELECT id FROM events.venues WHERE lower(name) = lower(@name::text) OR lower(name) = lower(@shorter::text) ORDER BY id LIMIT 2;
