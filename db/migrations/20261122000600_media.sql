-- migrate:up
CREATE SCHEMA media;

-- What is in the media store, by the SHA-256 of its bytes. A row is written
-- after the bytes are safe, and never changed: the same bytes sent again under
-- another name are the object that is already here.
CREATE TABLE media.objects (
    hash       text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    name       text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]*\.[a-z]{3,4}$' AND length(name) <= 120),
    media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml')),
    size       bigint NOT NULL CHECK (size > 0),
    width      integer NOT NULL CHECK (width >= 0),  -- pixels; 0: an SVG that does not say
    height     integer NOT NULL CHECK (height >= 0),
    created_at timestamptz NOT NULL
);

-- migrate:down
DROP SCHEMA media CASCADE;
