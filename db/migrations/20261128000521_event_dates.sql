-- migrate:up
-- How long dates last: whoever looks for those that are on in a time looks back by the
-- longest of them, a day more for the clocks, and no further.
CREATE INDEX occurrences_length ON events.occurrences ((ends_at - starts_at));
CREATE FUNCTION events.longest() RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT COALESCE(max(ends_at - starts_at), interval '0') + interval '1 day' FROM events.occurrences
$$;

-- Dates as lists and months show them: what is their own in place of the entry's.
CREATE VIEW events.date_cards AS
SELECT o.id, o.slug, o.status, o.local_start, o.local_end, o.starts_at, o.ends_at,
    COALESCE(o.title, e.title) AS title, COALESCE(o.summary, e.summary) AS summary,
    e.id AS entry_id, e.slug AS entry_slug, e.title AS entry_title, e.state, e.kind, e.image, e.timezone, e.all_day, e.attendance, e.proposed_by,
    c.id AS calendar_id, c.slug AS calendar_slug, c.name AS calendar_name, c.colour AS calendar_colour,
    COALESCE(v.name, '') AS place,
    EXISTS (SELECT FROM events.occurrences x WHERE x.entry_id = o.entry_id AND x.id <> o.id) AS series
FROM events.occurrences o
JOIN events.entries e ON e.id = o.entry_id
JOIN events.calendars c ON c.id = e.calendar_id
LEFT JOIN events.venues v ON v.id = COALESCE(o.venue_id, e.venue_id);

-- migrate:down
DROP VIEW events.date_cards;
DROP FUNCTION events.longest();
DROP INDEX events.occurrences_length;
