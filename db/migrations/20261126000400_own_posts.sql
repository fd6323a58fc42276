-- migrate:up
-- Whose a post is: authors change and publish their own, contributors draft theirs.
-- NULL: nobody's who can sign in (imported, made by a program, synced).
ALTER TABLE blog.posts ADD COLUMN created_by uuid;
CREATE INDEX posts_created_by ON blog.posts (created_by) WHERE created_by IS NOT NULL;

-- migrate:down
DROP INDEX blog.posts_created_by;
ALTER TABLE blog.posts DROP COLUMN created_by;
