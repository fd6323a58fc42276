-- migrate:up
-- What a list shows of a public post or page. None of the columns is a body, so
-- that reading a card fetches nothing from beside the row.
CREATE VIEW blog.public_cards AS
SELECT p.id, p.type, p.slug, p.path, p.title, p.excerpt, p.feature_image, p.featured, p.visibility, p.reading_time,
    p.published_at, p.updated_at, p.sorted_at
FROM blog.posts p
WHERE p.is_public;

-- All that everybody may see of a public post or page: its card, the free part of
-- the body, and whether there is more. An empty meta is null, which costs a reader
-- nothing.
CREATE VIEW blog.public_posts AS
SELECT p.id, p.type, p.slug, p.path, p.title, p.excerpt, p.feature_image, p.featured, p.visibility, p.reading_time,
    p.published_at, p.updated_at, p.sorted_at,
    nullif(p.meta, '{}') AS meta, p.html, (p.members_html IS NOT NULL)::boolean AS gated, p.custom_template,
    p.show_title_and_feature_image
FROM blog.posts p
WHERE p.is_public;

-- For whoever walks all that is public, posts and pages alike.
CREATE INDEX posts_walked ON blog.posts (sorted_at, id) WHERE is_public;

-- migrate:down
DROP INDEX blog.posts_walked;
DROP VIEW blog.public_posts;
DROP VIEW blog.public_cards;
