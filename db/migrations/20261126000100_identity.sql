-- migrate:up
-- Who people are, how they prove it, and what programs may do for them. Of every secret
-- that somebody else holds only the SHA-256 is here: they have 256 random bits, so that
-- nobody can guess one from its hash. Six digits could be guessed: their hash is keyed
-- with a secret that is not in the database.
CREATE SCHEMA identity;

CREATE TABLE identity.users (
    id              uuid PRIMARY KEY,
    display_name    text NOT NULL DEFAULT '' CHECK (length(display_name) <= 120),
    state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted')),
    webauthn_handle bytea NOT NULL UNIQUE CHECK (length(webauthn_handle) = 32), -- what authenticators know the user by
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    version         bigint NOT NULL DEFAULT 1,
    deletion_due    timestamptz, -- the user asked for it; nothing is gone yet
    deleted_at      timestamptz CHECK ((deleted_at IS NOT NULL) = (state = 'deleted'))
);
CREATE INDEX users_deletion_due ON identity.users (deletion_due) WHERE deletion_due IS NOT NULL AND deleted_at IS NULL;

-- Addresses are stored as they are compared: the domain in lower-case ASCII (IDNA), the
-- part before the @ in lower case. Only a verified one signs in, and is one user's only.
CREATE TABLE identity.emails (
    user_id     uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    address     text NOT NULL CHECK (address = lower(address) AND length(address) BETWEEN 3 AND 254),
    is_primary  boolean NOT NULL DEFAULT false,
    verified_at timestamptz,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, address)
);
CREATE UNIQUE INDEX emails_verified ON identity.emails (address) WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX emails_primary ON identity.emails (user_id) WHERE is_primary;
CREATE INDEX emails_address ON identity.emails (address);

-- An address that is to be added, or to take the place of the primary one, which its
-- holder must confirm as well and can take back for a while.
CREATE TABLE identity.email_changes (
    id               uuid PRIMARY KEY,
    user_id          uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    kind             text NOT NULL CHECK (kind IN ('add', 'replace')),
    old_address      text NOT NULL,
    new_address      text NOT NULL,
    old_token_hash   bytea UNIQUE CHECK (length(old_token_hash) = 32),
    new_token_hash   bytea NOT NULL UNIQUE CHECK (length(new_token_hash) = 32),
    old_confirmed_at timestamptz,
    new_confirmed_at timestamptz,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    done_at          timestamptz,
    voided_at        timestamptz,
    revert_hash      bytea UNIQUE CHECK (length(revert_hash) = 32),
    revert_until     timestamptz,
    reverted_at      timestamptz
);
CREATE INDEX email_changes_user ON identity.email_changes (user_id);

CREATE TABLE identity.role_grants (
    user_id     uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    role        text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'author', 'contributor', 'shopkeeper', 'organiser', 'steward', 'moderator')),
    calendar_id text NOT NULL DEFAULT '', -- of organiser and steward: the calendar that they are it for
    granted_by  text NOT NULL,
    granted_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, role, calendar_id),
    CHECK (calendar_id = '' OR role IN ('organiser', 'steward')),
    CHECK (calendar_id <> '' OR role <> 'organiser')
);
CREATE INDEX role_grants_role ON identity.role_grants (role);

-- An invitation without an address is the one-time link by which the first owner comes.
CREATE TABLE identity.invitations (
    id          uuid PRIMARY KEY,
    address     text,
    token_hash  bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    roles       jsonb NOT NULL DEFAULT '[]', -- [{"role":"organiser","calendar":"cal_…"}]
    invited_by  text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    used_by     uuid REFERENCES identity.users ON DELETE SET NULL,
    revoked_at  timestamptz
);

-- One mail that was asked for to sign in with: a link, and a code for the browser that asked.
CREATE TABLE identity.sign_ins (
    id           uuid PRIMARY KEY,
    address      text NOT NULL,
    token_hash   bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    code_hash    bytea NOT NULL CHECK (length(code_hash) = 32), -- HMAC-SHA-256
    browser_hash bytea NOT NULL CHECK (length(browser_hash) = 32),
    known_device boolean NOT NULL, -- the browser has signed in with this address before
    return_to    text NOT NULL DEFAULT '/',
    network      text NOT NULL,    -- of who asked: an IPv4 address, an IPv6 /64
    user_agent   text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 400),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    code_tries   smallint NOT NULL DEFAULT 0,
    used_at      timestamptz,
    used_by      text CHECK (used_by IN ('link', 'code')),
    CHECK ((used_at IS NULL) = (used_by IS NULL))
);
CREATE INDEX sign_ins_address ON identity.sign_ins (address, expires_at);
CREATE INDEX sign_ins_browser ON identity.sign_ins (browser_hash);
CREATE INDEX sign_ins_expires ON identity.sign_ins (expires_at);

-- Wrong codes of an account's address in a day. They close the way by code, never by link.
CREATE TABLE identity.wrong_codes (
    address text NOT NULL,
    day     date NOT NULL,
    wrong   integer NOT NULL,
    PRIMARY KEY (address, day)
);

-- Browsers that somebody has signed in with.
CREATE TABLE identity.devices (
    user_id      uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    token_hash   bytea NOT NULL CHECK (length(token_hash) = 32),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, token_hash)
);

-- parent_id: the session at the authorization server that a session of an app on a host of
-- its own came from; it ends with it. An ended session is kept for a while, to be shown.
CREATE TABLE identity.sessions (
    id               uuid PRIMARY KEY,
    token_hash       bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    user_id          uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    parent_id        uuid REFERENCES identity.sessions ON DELETE CASCADE,
    origin           text NOT NULL, -- whose cookie it is: https://shop.example
    method           text NOT NULL CHECK (method IN ('link', 'code', 'passkey', 'invitation', 'sso')),
    created_at       timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL, -- when the user proved last who they are
    last_used_at     timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL, -- whatever it is used for
    ended_at         timestamptz,
    ended_why        text CHECK (ended_why IN ('signed_out', 'revoked', 'replaced', 'suspended', 'deleted', 'recovered')),
    network          text NOT NULL,
    user_agent       text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 400),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX sessions_user ON identity.sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_parent ON identity.sessions (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX sessions_expires ON identity.sessions (expires_at);

CREATE TABLE identity.passkeys (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 16 AND 1023),
    credential    jsonb NOT NULL, -- public key, flags and counter, as the library has them
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz
);
CREATE INDEX passkeys_user ON identity.passkeys (user_id);

-- What a browser was asked to sign with a passkey, until it answers.
CREATE TABLE identity.ceremonies (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    kind       text NOT NULL CHECK (kind IN ('register', 'sign_in')),
    user_id    uuid REFERENCES identity.users ON DELETE CASCADE,
    data       jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Programs that people sign in to, or that act by themselves. kind: our apps on hosts of
-- their own; others that this co-op runs (no consent asked); those of others; and services,
-- which have no user.
CREATE TABLE identity.clients (
    client_id                 text PRIMARY KEY CHECK (client_id ~ '^(client|app)_[0-9a-z]+$'), -- never a user's id
    kind                      text NOT NULL CHECK (kind IN ('app', 'first_party', 'third_party', 'service')),
    client_name               text NOT NULL CHECK (length(client_name) BETWEEN 1 AND 120),
    client_uri                text NOT NULL DEFAULT '',
    confidential              boolean NOT NULL,
    secret_hash               bytea CHECK (length(secret_hash) = 32),
    redirect_uris             text[] NOT NULL DEFAULT '{}',
    post_logout_redirect_uris text[] NOT NULL DEFAULT '{}',
    backchannel_logout_uri    text NOT NULL DEFAULT '',
    grant_types               text[] NOT NULL,
    scopes                    text[] NOT NULL,
    audiences                 text[] NOT NULL, -- resources it may ask tokens for (RFC 8707)
    created_by                text NOT NULL,
    created_at                timestamptz NOT NULL,
    updated_at                timestamptz NOT NULL,
    version                   bigint NOT NULL DEFAULT 1,
    disabled_at               timestamptz,
    CHECK (confidential = (secret_hash IS NOT NULL)),
    CHECK (grant_types <@ ARRAY['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code']),
    CHECK (confidential OR NOT 'client_credentials' = ANY (grant_types))
);

CREATE TABLE identity.consents (
    user_id    uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    client_id  text NOT NULL REFERENCES identity.clients ON DELETE CASCADE,
    scopes     text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, client_id)
);

-- What one authorization has led to is one family: revoking it ends all its tokens.
CREATE TABLE identity.grants (
    id         uuid PRIMARY KEY,
    client_id  text NOT NULL REFERENCES identity.clients ON DELETE CASCADE,
    user_id    uuid REFERENCES identity.users ON DELETE CASCADE, -- NULL: the client itself
    session_id uuid REFERENCES identity.sessions ON DELETE SET NULL,
    scopes     text[] NOT NULL,
    audience   text[] NOT NULL,
    auth_time  timestamptz,
    amr        text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, -- of the last token it can lead to
    revoked_at timestamptz,
    revoked_why text CHECK (revoked_why IN ('revoked', 'code_reused', 'refresh_token_reused', 'signed_out', 'client_changed', 'user_changed')),
    CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))
);
CREATE INDEX grants_user ON identity.grants (user_id, client_id) WHERE revoked_at IS NULL;
CREATE INDEX grants_session ON identity.grants (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX grants_expires ON identity.grants (expires_at);

CREATE TABLE identity.codes (
    hash           bytea PRIMARY KEY CHECK (length(hash) = 32),
    grant_id       uuid NOT NULL REFERENCES identity.grants ON DELETE CASCADE,
    redirect_uri   text NOT NULL,
    code_challenge text NOT NULL CHECK (length(code_challenge) = 43), -- S256
    nonce          text NOT NULL DEFAULT '',
    expires_at     timestamptz NOT NULL,
    used_at        timestamptz
);
CREATE INDEX codes_grant ON identity.codes (grant_id);

CREATE TABLE identity.access_tokens (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    grant_id   uuid NOT NULL REFERENCES identity.grants ON DELETE CASCADE,
    scopes     text[] NOT NULL,
    audience   text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX access_tokens_grant ON identity.access_tokens (grant_id);
CREATE INDEX access_tokens_expires ON identity.access_tokens (expires_at);

CREATE TABLE identity.refresh_tokens (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    grant_id   uuid NOT NULL REFERENCES identity.grants ON DELETE CASCADE,
    scopes     text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, -- unless it is used before
    used_at    timestamptz
);
CREATE INDEX refresh_tokens_grant ON identity.refresh_tokens (grant_id);

CREATE TABLE identity.device_codes (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    user_code  text NOT NULL UNIQUE CHECK (user_code ~ '^[BCDFGHJKLMNPQRSTVWXZ]{8}$'),
    client_id  text NOT NULL REFERENCES identity.clients ON DELETE CASCADE,
    scopes     text[] NOT NULL,
    audience   text[] NOT NULL,
    network    text NOT NULL, -- of the device
    user_agent text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 400),
    grant_id   uuid REFERENCES identity.grants ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    every      integer NOT NULL DEFAULT 5, -- seconds between two questions
    polled_at  timestamptz,
    denied_at  timestamptz,
    used_at    timestamptz
);
CREATE INDEX device_codes_expires ON identity.device_codes (expires_at);

CREATE TABLE identity.personal_tokens (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    hash         bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX personal_tokens_user ON identity.personal_tokens (user_id) WHERE revoked_at IS NULL;

-- Keys of ID tokens and logout tokens, sealed with a secret that is not in the database.
CREATE TABLE identity.signing_keys (
    kid        text PRIMARY KEY,
    sealed     bytea NOT NULL, -- PKCS #8
    public_key bytea NOT NULL, -- PKIX
    created_at timestamptz NOT NULL,
    signs_from timestamptz NOT NULL, -- published before that, so that clients know it
    signs_to   timestamptz NOT NULL,
    expires_at timestamptz NOT NULL  -- no longer published
);

-- Append-only: who did what to whom, and what was denied.
CREATE TABLE identity.audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    action     text NOT NULL CHECK (action ~ '^[a-z_]+(\.[a-z_]+)*$'),
    actor      text NOT NULL, -- user_…, client_…, development, operator, anonymous
    subject    text NOT NULL DEFAULT '', -- what it was done to, an id
    user_id    uuid, -- whose account it is about
    network    text NOT NULL DEFAULT '',
    request_id text NOT NULL DEFAULT '',
    details    jsonb NOT NULL DEFAULT '{}' -- never a secret, never an address
);
CREATE INDEX audit_user ON identity.audit (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_at ON identity.audit (at);

CREATE FUNCTION identity.only_append() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('identity.pruning', true) = 'on' AND TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'identity.audit is only added to';
END $$;
CREATE TRIGGER audit_only_append BEFORE UPDATE OR DELETE ON identity.audit
    FOR EACH ROW EXECUTE FUNCTION identity.only_append();

-- migrate:down
DROP SCHEMA identity CASCADE;
