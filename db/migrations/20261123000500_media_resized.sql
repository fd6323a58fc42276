-- migrate:up
-- What was made of an object for smaller screens. A row is written after the
-- bytes are safe. One that names the object itself says that nothing better
-- than its own bytes can be made at that width.
CREATE TABLE media.resized (
    object     text NOT NULL REFERENCES media.objects ON DELETE CASCADE,
    width      integer NOT NULL CHECK (width > 0),  -- the one asked for, pixels; the image may be narrower
    hash       text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (object, width)
);

-- migrate:down
DROP TABLE media.resized;
