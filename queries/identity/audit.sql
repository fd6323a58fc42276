-- What was done to accounts and what was denied.

-- name: InsertAudit :exec
INSERT INTO identity.audit (at, action, actor, subject, user_id, network, request_id, details)
VALUES (@at, @action, @actor, @subject, @user_id, @network, @request_id, @details);

-- name: AuditList :many
-- The newest first. prefix is of the action: all of "session", or "session.begun".
SELECT * FROM identity.audit
WHERE (sqlc.narg('before')::bigint IS NULL OR id < sqlc.narg('before')::bigint)
    AND (sqlc.narg('user_id')::uuid IS NULL OR user_id = sqlc.narg('user_id')::uuid)
    AND (@prefix::text = '' OR starts_with(action, @prefix))
ORDER BY id DESC LIMIT @max_rows;

-- name: PruneAudit :one
-- The only way to take rows away: the trigger looks at the setting, which ends with the
-- transaction.
WITH allowed AS MATERIALIZED (
    SELECT set_config('identity.pruning', 'on', true) AS setting
), old AS (
    SELECT a.id FROM identity.audit a, allowed WHERE a.at < @before::timestamptz AND allowed.setting = 'on' ORDER BY a.at LIMIT @max_rows
), gone AS (
    DELETE FROM identity.audit WHERE id IN (SELECT old.id FROM old) RETURNING 1
)
SELECT count(*) FROM gone;
