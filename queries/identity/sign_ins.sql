-- Links and codes to sign in with.

-- name: LockAddress :exec
-- Requests for one address are decided upon one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('sign in ' || @address::text, 0));

-- name: SignInState :one
-- What decides about a mail: how many live ones there are for an address, whether the
-- browser has signed in with it before, and whether anybody has it.
SELECT
    count(*) FILTER (WHERE known_device) AS known,
    count(*) FILTER (WHERE NOT known_device) AS strange,
    EXISTS (SELECT FROM identity.emails e WHERE e.address = @address AND e.verified_at IS NOT NULL) AS has_account
FROM identity.sign_ins WHERE address = @address AND used_at IS NULL AND expires_at > @at;

-- name: KnownDevice :one
SELECT EXISTS (
    SELECT FROM identity.emails e JOIN identity.devices d ON d.user_id = e.user_id
    WHERE e.address = @address AND e.verified_at IS NOT NULL AND d.token_hash = @device
);

-- name: InsertSignIn :exec
INSERT INTO identity.sign_ins (id, address, token_hash, code_hash, browser_hash, known_device, return_to, network, user_agent, created_at, expires_at)
VALUES (@id, @address, @token_hash, @code_hash, @browser_hash, @known_device, @return_to, @network, @user_agent, @at, @expires_at);

-- name: ShowSignIn :one
SELECT s.address, s.browser_hash, s.return_to, s.network, s.user_agent,
    EXISTS (SELECT FROM identity.emails e WHERE e.address = s.address AND e.verified_at IS NOT NULL) AS has_account
FROM identity.sign_ins s
WHERE s.token_hash = @token_hash AND s.used_at IS NULL AND s.expires_at > @at;

-- name: UseLink :one
UPDATE identity.sign_ins SET used_at = @at::timestamptz, used_by = 'link'
WHERE token_hash = @token_hash AND used_at IS NULL AND expires_at > @at
RETURNING address, return_to;

-- name: LockSignIn :one
-- The one that a browser has asked for.
SELECT * FROM identity.sign_ins WHERE browser_hash = @browser_hash ORDER BY created_at DESC, id DESC LIMIT 1 FOR UPDATE;

-- name: WrongCodes :one
-- How many codes of an address were wrong today; it stays so until the end of the
-- transaction.
INSERT INTO identity.wrong_codes (address, day, wrong) VALUES (@address, @day, 0)
ON CONFLICT (address, day) DO UPDATE SET wrong = wrong_codes.wrong
RETURNING wrong;

-- name: CountWrongCode :exec
WITH tried AS (UPDATE identity.sign_ins s SET code_tries = s.code_tries + 1 WHERE s.id = @id)
UPDATE identity.wrong_codes w SET wrong = w.wrong + 1 WHERE w.address = @address AND w.day = @day;

-- name: UseCode :one
UPDATE identity.sign_ins SET used_at = @at::timestamptz, used_by = 'code'
WHERE id = @id AND used_at IS NULL AND expires_at > @at AND code_tries < @max_tries
RETURNING address, return_to;

-- name: PruneSignIns :execrows
DELETE FROM identity.sign_ins WHERE id IN (
    SELECT s.id FROM identity.sign_ins s WHERE s.expires_at < @before ORDER BY s.expires_at LIMIT @max_rows
);

-- name: PruneWrongCodes :execrows
DELETE FROM identity.wrong_codes WHERE day < @before;

-- name: LockUserOfLink :exec
-- The user's row comes before everything else of theirs. Nothing is locked for an address
-- that nobody has yet.
SELECT FROM identity.users u JOIN identity.emails e ON e.user_id = u.id AND e.verified_at IS NOT NULL
    JOIN identity.sign_ins s ON s.address = e.address
WHERE s.token_hash = @token_hash
FOR NO KEY UPDATE OF u;

-- name: LockUserOfBrowser :exec
-- Of the mail that LockSignIn finds, and of no other: a browser may have asked for several people's.
SELECT FROM identity.users u JOIN identity.emails e ON e.user_id = u.id AND e.verified_at IS NOT NULL
WHERE e.address = (SELECT s.address FROM identity.sign_ins s WHERE s.browser_hash = @browser_hash ORDER BY s.created_at DESC, s.id DESC LIMIT 1)
FOR NO KEY UPDATE OF u;
