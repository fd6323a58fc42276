-- migrate:up
-- A date whose entry was cut in two has its page below another entry: its unit, which is
-- occurrence/0/<entry>/<date>, is another, and who comes to the old address is led on by the date.
CREATE INDEX pages_of_dates ON ssg.pages (split_part(unit, '/', 4)) WHERE unit LIKE 'occurrence/%';

-- migrate:down
DROP INDEX ssg.pages_of_dates;
