-- name: ExportByID :one
SELECT * FROM account.exports WHERE id = $1 AND user_id = $2;
