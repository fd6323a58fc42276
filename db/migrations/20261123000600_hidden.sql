-- migrate:up
-- What was hidden lately. Bytes that show it are not kept for rolling back, until
-- all that is planned is built.
CREATE TABLE ssg.hidden (
    thing text PRIMARY KEY
);

-- migrate:down
DROP TABLE ssg.hidden;
