-- migrate:up
-- Sound, film and other files, beside pictures. What a browser would run has no type of
-- its own here: it is kept as application/octet-stream.
ALTER TABLE media.objects
    DROP CONSTRAINT objects_name_check,
    DROP CONSTRAINT objects_media_type_check,
    ADD CONSTRAINT objects_name_check CHECK (name ~ '^[a-z0-9][a-z0-9-]*\.[a-z0-9]{1,8}$' AND length(name) <= 120),
    ADD CONSTRAINT objects_media_type_check CHECK (media_type IN (
        'image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml', 'image/avif', 'image/x-icon',
        'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/wav', 'audio/flac', 'audio/aac',
        'video/mp4', 'video/webm', 'video/ogg', 'video/quicktime',
        'application/pdf', 'application/zip', 'application/gzip', 'application/epub+zip', 'application/json',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'application/vnd.openxmlformats-officedocument.presentationml.presentation',
        'application/vnd.oasis.opendocument.text',
        'application/vnd.oasis.opendocument.spreadsheet',
        'application/vnd.oasis.opendocument.presentation',
        'text/plain', 'text/csv', 'text/markdown', 'text/calendar', 'text/vtt', 'application/octet-stream'
    ));
COMMENT ON COLUMN media.objects.width IS 'pixels; 0: no picture, or one that does not say';
COMMENT ON COLUMN media.objects.height IS 'pixels; 0: no picture, or one that does not say';

-- migrate:down
DELETE FROM media.objects
WHERE media_type NOT IN ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml');
ALTER TABLE media.objects
    DROP CONSTRAINT objects_name_check,
    DROP CONSTRAINT objects_media_type_check,
    ADD CONSTRAINT objects_name_check CHECK (name ~ '^[a-z0-9][a-z0-9-]*\.[a-z]{3,4}$' AND length(name) <= 120),
    ADD CONSTRAINT objects_media_type_check CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml'));
