-- name: UserByID :one
SELECT * FROM identity.users WHERE id = $1;
