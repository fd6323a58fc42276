-- migrate:up
-- Entries of calendars are found too; their paths are within events.
ALTER TABLE search.documents DROP CONSTRAINT documents_id_check, DROP CONSTRAINT documents_kind_check,
    ADD CONSTRAINT documents_id_check CHECK (id ~ '^(post|prod|entry)_[0-9a-f]{32}$'),
    ADD CONSTRAINT documents_kind_check CHECK (kind IN ('product', 'post', 'page', 'entry'));

-- migrate:down
DELETE FROM search.documents WHERE kind = 'entry';
ALTER TABLE search.documents DROP CONSTRAINT documents_id_check, DROP CONSTRAINT documents_kind_check,
    ADD CONSTRAINT documents_id_check CHECK (id ~ '^(post|prod)_[0-9a-f]{32}$'),
    ADD CONSTRAINT documents_kind_check CHECK (kind IN ('product', 'post', 'page'));
