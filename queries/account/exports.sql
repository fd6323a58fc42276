-- The lock under which one user's exports are asked for: at most one is at work.
-- name: LockExportsOf :exec
SELECT pg_advisory_xact_lock(hashtextextended('account.exports ' || sqlc.arg(user_id)::text, 0));

-- name: InsertExport :one
INSERT INTO account.exports (id, user_id, created_at, expires_at)
VALUES (@id, @user_id, @created_at, @expires_at)
RETURNING id, user_id, created_at, ready_at, failed_at, expires_at;

-- The one that is at work.
-- name: RunningExport :one
SELECT id, user_id, created_at, ready_at, failed_at, expires_at FROM account.exports
WHERE user_id = @user_id AND ready_at IS NULL AND failed_at IS NULL
ORDER BY created_at LIMIT 1;

-- name: CountExports :one
SELECT count(*) AS asked, coalesce(min(created_at), @since)::timestamptz AS oldest FROM account.exports
WHERE user_id = @user_id AND created_at > @since;

-- name: ExportsOf :many
SELECT id, user_id, created_at, ready_at, failed_at, expires_at FROM account.exports
WHERE user_id = @user_id ORDER BY created_at DESC, id DESC LIMIT @max_rows;

-- name: ExportOf :one
SELECT id, user_id, created_at, ready_at, failed_at, expires_at FROM account.exports
WHERE id = @id AND user_id = @user_id;

-- name: ArchiveOf :one
SELECT * FROM account.exports WHERE id = @id AND user_id = @user_id;

-- Nothing where it was finished, or erased, meanwhile.
-- name: FinishExport :execrows
UPDATE account.exports SET ready_at = @now, expires_at = @expires_at, archive = @archive
WHERE id = @id AND ready_at IS NULL AND failed_at IS NULL;

-- name: FailExport :exec
UPDATE account.exports SET failed_at = @now WHERE id = @id AND ready_at IS NULL AND failed_at IS NULL;

-- name: UnfinishedExport :one
SELECT user_id FROM account.exports WHERE id = @id AND ready_at IS NULL AND failed_at IS NULL;

-- Archives whose time is over.
-- name: ExpireExports :execrows
UPDATE account.exports SET archive = NULL WHERE expires_at <= @now AND archive IS NOT NULL;

-- Those that nobody works at any more.
-- name: FailStuckExports :execrows
UPDATE account.exports SET failed_at = @now
WHERE created_at <= @stuck_since AND ready_at IS NULL AND failed_at IS NULL;

-- name: DeleteOldExports :execrows
DELETE FROM account.exports WHERE created_at <= @before;

-- name: DeleteExportsOf :execrows
DELETE FROM account.exports WHERE user_id = @user_id;
