-- migrate:up
-- Who has two verified addresses may be two of Ghost's members, and reads what either may.
ALTER TABLE blog.members DROP CONSTRAINT members_user_id_key;
CREATE INDEX members_user ON blog.members (user_id) WHERE user_id IS NOT NULL;

-- migrate:down
DROP INDEX blog.members_user;
ALTER TABLE blog.members ADD CONSTRAINT members_user_id_key UNIQUE (user_id);
