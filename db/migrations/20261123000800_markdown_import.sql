-- migrate:up
-- Posts and products may come from the Markdown files of another site. Their
-- origin_id is the file's path from the content root, origin_hash that of its bytes.
ALTER TABLE blog.posts DROP CONSTRAINT posts_origin_check;
ALTER TABLE blog.posts ADD CONSTRAINT posts_origin_check CHECK (origin IN ('local', 'ghost', 'markdown'));

ALTER TABLE market.products
    ADD COLUMN origin text NOT NULL DEFAULT 'local' CHECK (origin IN ('local', 'markdown')),
    ADD COLUMN origin_id text,
    ADD COLUMN origin_hash text,
    ADD COLUMN origin_version bigint, -- the version that the last import left; a higher one was changed here
    ADD CONSTRAINT products_origin_id_check CHECK ((origin = 'local') = (origin_id IS NULL)),
    ADD CONSTRAINT products_origin_key UNIQUE (origin, origin_id);

-- migrate:down
ALTER TABLE market.products DROP COLUMN origin, DROP COLUMN origin_id, DROP COLUMN origin_hash, DROP COLUMN origin_version;
ALTER TABLE blog.posts DROP CONSTRAINT posts_origin_check;
ALTER TABLE blog.posts ADD CONSTRAINT posts_origin_check CHECK (origin IN ('local', 'ghost'));
