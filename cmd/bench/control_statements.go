// The statements of the product, letter by letter; a test compares them.

package main

const (
	productPageBySlug = `-- name: ProductPageBySlug :one
SELECT id, slug, name, sort_key, summary, description, description_html, category_id, status, currency, images, version, created_at, updated_at, origin, origin_id, origin_hash, origin_version, options, legal_name, ingredients, ingredients_html, allergens, nutrition, storage, usage, origin_country, origin_region, business_name, business_address, age_limit, category_slug, category_name, category_path, ancestors, terms, variants FROM market.product_pages WHERE slug = $1
`
	productCards = `-- name: ProductCards :many
SELECT id, slug, name, sort_key, summary, status, currency, created_at, updated_at, image, category_id, category_slug, category_name, category_path, variant_name, price_minor, member_price_minor, pieces, quantity, unit, price_valid_until, lowest_price_minor, variants, in_stock, terms FROM market.product_cards
WHERE status = $1 AND (sort_key, id) > ($2::text, $3::uuid)
ORDER BY sort_key, id LIMIT (SELECT $4::integer)
`
	productCardsByID = `-- name: ProductCardsByID :many
SELECT id, slug, name, sort_key, summary, status, currency, created_at, updated_at, image, category_id, category_slug, category_name, category_path, variant_name, price_minor, member_price_minor, pieces, quantity, unit, price_valid_until, lowest_price_minor, variants, in_stock, terms FROM market.product_cards WHERE status = 'published' AND id = ANY ($1::uuid[])
`
	availability = `-- name: Availability :many
SELECT v.id, v.product_id, p.currency, v.price_minor, v.member_price_minor, v.price_valid_until, v.lowest_price_minor,
    coalesce(v.drained_quantity, v.quantity) AS quantity, v.unit, v.order_min, v.track_stock,
    coalesce(s.on_hand - s.reserved, 0)::bigint AS available
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (id, place)
JOIN market.variants v ON v.id = asked.id
JOIN market.products p ON p.id = v.product_id AND p.status = 'published'
LEFT JOIN market.stock s ON s.variant_id = v.id
ORDER BY asked.place
`
	find = `-- name: Find :many

WITH q AS MATERIALIZED (
    SELECT search.query($5::text, $6::text, $7::text) AS query
), k AS MATERIALIZED (
    SELECT search.of_kinds(search.query($8::text, $6::text, $7::text), $9::text) AS query
), newest AS MATERIALIZED (
    SELECT h.id, h.published_at, search.rank(h.head, h.folded, q.query, $10::text) AS rank FROM (
        SELECT id, head, words, folded, published_at FROM search.documents
        ORDER BY published_at DESC, id DESC LIMIT (SELECT $11::integer)) h CROSS JOIN q
    WHERE h.head @@ (SELECT query FROM k) AND ($8::text = $5::text OR h.words @@ q.query)
), heads AS MATERIALIZED (
    SELECT count(*) AS found FROM (SELECT 1 FROM search.documents WHERE head @@ (SELECT query FROM k) LIMIT $12::integer + 1) f
), texts AS MATERIALIZED (
    SELECT count(*) AS found FROM (SELECT 1 FROM search.documents WHERE words @@ (SELECT query FROM k) LIMIT $12::integer + 1) f
), sample AS MATERIALIZED (
    SELECT count(*) >= 20 AS common FROM (SELECT head FROM search.documents ORDER BY published_at DESC, id DESC LIMIT 200) h
    WHERE head @@ (SELECT query FROM k)
), plan AS MATERIALIZED (
    SELECT CASE
        WHEN (SELECT common FROM sample) AND (SELECT count(*) FROM newest) > $12::integer THEN 'newest'
        WHEN NOT (SELECT common FROM sample) AND (SELECT found FROM texts) <= $12::integer THEN 'words'
        WHEN (SELECT found FROM heads) > $12::integer THEN 'newest'
        WHEN (SELECT found FROM texts) > $12::integer THEN 'heads'
        ELSE 'words' END AS by
), candidates AS (
    SELECT id, head, words, folded, published_at FROM search.documents
    WHERE (SELECT by FROM plan) = 'words' AND words @@ (SELECT query FROM k)
    UNION ALL
    SELECT id, head, words, folded, published_at FROM search.documents
    WHERE (SELECT by FROM plan) = 'heads' AND head @@ (SELECT query FROM k)
    UNION ALL
    SELECT id, head, words, folded, published_at FROM (
        SELECT id, head, words, folded, published_at FROM search.documents
        WHERE (SELECT by FROM plan) = 'heads' ORDER BY published_at DESC, id DESC LIMIT (SELECT $13::integer)) t
    WHERE words @@ (SELECT query FROM k) AND NOT head @@ (SELECT query FROM k)
), ranked AS (
    SELECT c.id, c.published_at, search.rank(c.head, c.folded, q.query, $10::text) AS rank FROM candidates c CROSS JOIN q
    WHERE $8::text = $5::text OR c.words @@ q.query
    UNION ALL
    SELECT id, published_at, rank FROM newest WHERE (SELECT by FROM plan) = 'newest'
)
SELECT id, published_at, rank::integer AS rank FROM ranked
WHERE $1::text = '' OR (rank, published_at, id) < ($2::integer, $3::timestamptz, $1::text)
ORDER BY ranked.rank DESC, published_at DESC, id DESC
LIMIT $4
`
	shown = `-- name: Shown :many
SELECT id, kind, path, title, summary, image, published_at, updated_at,
    ts_headline('search.english', summary || E'\n' || beginning, (SELECT search.query($1::text, $2::text, $3::text)),
        E'StartSel=\u0001, StopSel=\u0002, MaxWords=36, MinWords=18, ShortWord=0')::text AS excerpt
FROM search.documents WHERE id = ANY ($4::text[])
`
)
