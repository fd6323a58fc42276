-- migrate:up
-- Feeds put the entries of several calendars into one file, in which a UID is to name one of
-- them (RFC 5545 section 3.8.4.7): it is the site's and not a calendar's. Of entries that share
-- one the first keeps it.
UPDATE events.entries e SET uid = replace(e.id::text, '-', '')
WHERE EXISTS (SELECT FROM events.entries o WHERE o.uid = e.uid AND o.id < e.id);
ALTER TABLE events.entries DROP CONSTRAINT entries_uid_key, ADD CONSTRAINT entries_uid_key UNIQUE (uid);

-- migrate:down
ALTER TABLE events.entries DROP CONSTRAINT entries_uid_key, ADD CONSTRAINT entries_uid_key UNIQUE (calendar_id, uid);
