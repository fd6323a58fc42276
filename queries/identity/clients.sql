-- Clients of the authorization server, and what people have let them do. Whoever changes a
-- client locks it first, then its grants.

-- name: ClientByID :one
SELECT * FROM identity.clients WHERE client_id = $1;

-- name: LockClient :one
SELECT * FROM identity.clients WHERE client_id = $1 FOR NO KEY UPDATE;

-- name: Clients :many
-- By name, after the last one that was seen.
SELECT sqlc.embed(c), lower(c.client_name)::text AS sort_name FROM identity.clients c
WHERE (lower(c.client_name), c.client_id) > (@after_name::text, @after_id::text)
ORDER BY lower(c.client_name), c.client_id LIMIT @most;

-- name: InsertClient :one
INSERT INTO identity.clients (client_id, kind, client_name, client_uri, confidential, secret_hash, redirect_uris,
    post_logout_redirect_uris, backchannel_logout_uri, grant_types, scopes, audiences, created_by, created_at, updated_at)
VALUES (@client_id, @kind, @client_name, @client_uri, @confidential, @secret_hash, @redirect_uris,
    @post_logout_redirect_uris, @backchannel_logout_uri, @grant_types, @scopes, @audiences, @created_by, @at, @at)
RETURNING *;

-- name: UpdateClient :one
UPDATE identity.clients SET client_name = @client_name, client_uri = @client_uri, redirect_uris = @redirect_uris,
    post_logout_redirect_uris = @post_logout_redirect_uris, backchannel_logout_uri = @backchannel_logout_uri,
    grant_types = @grant_types, scopes = @scopes, audiences = @audiences, disabled_at = sqlc.narg(disabled_at),
    updated_at = @at, version = version + 1
WHERE client_id = @client_id RETURNING *;

-- name: SetClientSecret :one
UPDATE identity.clients SET secret_hash = @secret_hash, updated_at = @at, version = version + 1
WHERE client_id = @client_id RETURNING *;

-- name: DeleteClient :exec
DELETE FROM identity.clients WHERE client_id = $1;

-- name: PutApp :execrows
-- The client of an app of ours, as it is configured; nothing where it is so already.
INSERT INTO identity.clients AS c (client_id, kind, client_name, client_uri, confidential, secret_hash, redirect_uris,
    post_logout_redirect_uris, grant_types, scopes, audiences, created_by, created_at, updated_at)
VALUES (@client_id, 'app', @client_name, @client_uri, true, @secret_hash, @redirect_uris,
    @post_logout_redirect_uris, @grant_types, @scopes, @audiences, @created_by, @at, @at)
ON CONFLICT (client_id) DO UPDATE SET client_name = excluded.client_name, client_uri = excluded.client_uri,
    secret_hash = excluded.secret_hash, redirect_uris = excluded.redirect_uris,
    post_logout_redirect_uris = excluded.post_logout_redirect_uris, grant_types = excluded.grant_types,
    scopes = excluded.scopes, audiences = excluded.audiences, disabled_at = NULL,
    updated_at = excluded.updated_at, version = c.version + 1
WHERE (c.client_name, c.client_uri, c.secret_hash, c.redirect_uris, c.post_logout_redirect_uris, c.grant_types, c.scopes, c.audiences, c.disabled_at)
    IS DISTINCT FROM (excluded.client_name, excluded.client_uri, excluded.secret_hash, excluded.redirect_uris,
    excluded.post_logout_redirect_uris, excluded.grant_types, excluded.scopes, excluded.audiences, excluded.disabled_at);

-- name: DisableOtherApps :many
-- Apps that are not among these any more.
UPDATE identity.clients SET disabled_at = @at::timestamptz, updated_at = @at, version = version + 1
WHERE kind = 'app' AND disabled_at IS NULL AND client_id <> ALL (@client_ids::text[])
RETURNING client_id;

-- name: RevokeClientGrants :execrows
-- Everything that a client was given, by anybody.
UPDATE identity.grants SET revoked_at = @at::timestamptz, revoked_why = @why::text
WHERE client_id = @client_id AND revoked_at IS NULL;

-- name: DeleteClientCodes :exec
-- Codes of a client that have not been redeemed.
DELETE FROM identity.codes c USING identity.grants g
WHERE g.id = c.grant_id AND g.client_id = @client_id AND c.used_at IS NULL;

-- name: DeleteClientDeviceCodes :exec
DELETE FROM identity.device_codes WHERE client_id = $1 AND used_at IS NULL;

-- name: ConsentFor :one
-- What somebody has let a client do, in an authorization before.
SELECT scopes FROM identity.consents WHERE user_id = @user_id AND client_id = @client_id;

-- name: PutConsent :exec
-- Adds scopes to what somebody lets a client do.
INSERT INTO identity.consents AS c (user_id, client_id, scopes, created_at, updated_at)
VALUES (@user_id, @client_id, @scopes, @at, @at)
ON CONFLICT (user_id, client_id) DO UPDATE SET updated_at = excluded.updated_at,
    scopes = ARRAY (SELECT DISTINCT s FROM unnest(c.scopes || excluded.scopes) s ORDER BY s);

-- name: DeleteConsent :execrows
DELETE FROM identity.consents WHERE user_id = @user_id AND client_id = @client_id;

-- name: RevokeGrantsOf :many
-- What somebody has given a client.
UPDATE identity.grants SET revoked_at = @at::timestamptz, revoked_why = 'revoked'
WHERE user_id = @user_id AND client_id = @client_id AND revoked_at IS NULL
RETURNING id;

-- name: ConnectedApps :many
-- Clients that somebody has given something that they still have. Our own apps on hosts of
-- their own are parts of the site and not among them. used_at is the epoch where nothing is
-- known of it.
SELECT sqlc.embed(c), coalesce(g.scopes, '{}')::text[] AS scopes, g.since::timestamptz AS since,
    coalesce(g.used, 'epoch')::timestamptz AS used_at
FROM identity.clients c
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT s.scope) FILTER (WHERE s.scope IS NOT NULL) AS scopes, min(f.created_at) AS since, max(f.used) AS used
    FROM (
        SELECT o.scopes, o.created_at, NULL::timestamptz AS used FROM identity.consents o
        WHERE o.user_id = @user_id AND o.client_id = c.client_id
        UNION ALL
        SELECT r.scopes, r.created_at, greatest(r.created_at,
            (SELECT max(a.created_at) FROM identity.access_tokens a WHERE a.grant_id = r.id),
            (SELECT max(t.created_at) FROM identity.refresh_tokens t WHERE t.grant_id = r.id))
        FROM identity.grants r
        WHERE r.user_id = @user_id AND r.client_id = c.client_id AND r.revoked_at IS NULL AND r.expires_at > @at::timestamptz
    ) f LEFT JOIN LATERAL unnest(f.scopes) s(scope) ON true
) g
WHERE c.kind <> 'app' AND c.disabled_at IS NULL AND g.since IS NOT NULL
ORDER BY lower(c.client_name), c.client_id;
