-- Copies of the files that Ghost's objects show.

-- name: ClaimMedia :many
-- Remembers files that nobody has asked for yet; who gets them back copies them before
-- lease ends. The urls come sorted, so that two who name the same do not wait for each other.
INSERT INTO blog.ghost_media (url, next_at)
SELECT unnest(@urls::text[]), @lease::timestamptz
ON CONFLICT (url) DO NOTHING
RETURNING url;

-- name: DueMedia :one
-- Takes the next file whose time has come, until lease.
UPDATE blog.ghost_media SET next_at = @lease::timestamptz
WHERE url = (
    SELECT url FROM blog.ghost_media WHERE next_at <= @at::timestamptz AND address IS NULL
    ORDER BY next_at, url LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING url, attempts;

-- name: Media :many
SELECT * FROM blog.ghost_media WHERE url = ANY (@urls::text[]);

-- name: MediaCopied :exec
UPDATE blog.ghost_media
SET address = @address::text, width = @width, height = @height, attempts = attempts + 1, next_at = NULL, error = ''
WHERE url = @url;

-- name: MediaFailed :exec
-- next_at is null where it is given up.
UPDATE blog.ghost_media SET attempts = attempts + 1, next_at = sqlc.narg(next_at), error = @error
WHERE url = @url AND address IS NULL;

-- name: MediaPutOff :exec
-- For a file that was not there in time, with which nothing is wrong, and for one that is
-- still being copied.
UPDATE blog.ghost_media SET next_at = @at::timestamptz WHERE url = @url AND address IS NULL;

-- name: RetryMedia :execrows
UPDATE blog.ghost_media SET attempts = 0, next_at = @at::timestamptz WHERE address IS NULL;

-- name: ForgetMediaUses :exec
-- Of objects that are gone from Ghost.
DELETE FROM blog.ghost_media_uses u USING blog.ghost_objects o
WHERE o.kind = u.kind AND o.ghost_id = u.ghost_id AND o.deleted_at IS NOT NULL;

-- name: ForgetMedia :exec
-- Files that there is no copy of and that nothing shows any more. Nobody may be about to
-- say that they show one: take HoldMediaUses before.
DELETE FROM blog.ghost_media m
WHERE m.address IS NULL AND NOT EXISTS (SELECT FROM blog.ghost_media_uses u WHERE u.url = m.url);

-- name: HoldMediaUses :exec
-- Waits for those who took ShareMediaUses, and has others wait.
LOCK TABLE blog.ghost_media_uses IN SHARE ROW EXCLUSIVE MODE;

-- name: ShareMediaUses :exec
-- Taken before files are claimed whose uses are added in the same transaction.
LOCK TABLE blog.ghost_media_uses IN ROW EXCLUSIVE MODE;

-- name: AddMediaUses :exec
INSERT INTO blog.ghost_media_uses (url, kind, ghost_id)
SELECT unnest(@urls::text[]), @kind, @ghost_id
ON CONFLICT DO NOTHING;

-- name: DropMediaUses :exec
-- Leaves an object only the uses of some files.
DELETE FROM blog.ghost_media_uses WHERE kind = @kind AND ghost_id = @ghost_id AND NOT url = ANY (@urls::text[]);

-- name: WaitingForMedia :many
-- Objects that show a file of which a copy has come since they were stored.
SELECT DISTINCT u.kind, u.ghost_id
FROM blog.ghost_media_uses u JOIN blog.ghost_media m USING (url)
WHERE m.address IS NOT NULL
ORDER BY u.kind, u.ghost_id
LIMIT @max_rows;

-- name: ArrivedMedia :many
SELECT u.url FROM blog.ghost_media_uses u JOIN blog.ghost_media m USING (url)
WHERE u.kind = @kind AND u.ghost_id = @ghost_id AND m.address IS NOT NULL;

-- name: DropArrivedUses :exec
DELETE FROM blog.ghost_media_uses WHERE kind = @kind AND ghost_id = @ghost_id AND url = ANY (@urls::text[]);

-- name: CountMissingMedia :one
SELECT count(*)::integer FROM blog.ghost_media WHERE address IS NULL;
