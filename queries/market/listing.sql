-- What keeps a picture of the published catalogue in memory exact.

-- name: CatalogueChanged :one
-- Whether anything changed that a snapshot did not see, and the snapshot that saw
-- this. earlier is true of a database that is behind that snapshot: not the one it was
-- taken of. Of the same database the other columns stay as they are, until it starts
-- anew, after a crash too, or the table is made anew: then transaction ids may be given
-- out again, and nothing that was known of them holds.
--
-- The order makes the planner walk the index from its end, where there is nothing to
-- find most of the time, whatever it believes of the snapshot.
SELECT pg_current_snapshot()::text AS seen,
    (pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(b.snapshot))::boolean AS earlier,
    pg_postmaster_start_time()::timestamptz AS started,
    coalesce(pg_stat_get_bgwriter_stat_reset_time(), 'epoch')::timestamptz AS recovered,
    'market.changes'::regclass::oid::bigint AS relation,
    coalesce((SELECT true FROM market.changes x
        WHERE x.changed >= pg_snapshot_xmin(b.snapshot) AND x.changed < pg_snapshot_xmax(pg_current_snapshot())
            AND NOT pg_visible_in_snapshot(x.changed, b.snapshot)
        ORDER BY x.changed DESC LIMIT 1), false)::boolean AS changed
FROM (SELECT CAST(@before AS text)::pg_snapshot AS snapshot) b;

-- name: CatalogueChanges :many
-- The products and terms that changed since a snapshot; the zero id is the tree of
-- categories. What a restored database says of transactions to come is left alone.
SELECT x.product_id FROM market.changes x, (SELECT CAST(@before AS text)::pg_snapshot AS snapshot) b
WHERE x.changed >= pg_snapshot_xmin(b.snapshot) AND x.changed < pg_snapshot_xmax(pg_current_snapshot())
    AND NOT pg_visible_in_snapshot(x.changed, b.snapshot);

-- name: ListedIDs :many
-- Published products in the order of their ids; a zero id is before every other.
SELECT id FROM market.products WHERE status = 'published' AND id > @after ORDER BY id LIMIT @count;

-- name: ListedProducts :many
-- What lists filter and sort by, of the published products among these. A product is
-- free of what all its variants are free of, by their own word or else the product's
-- (market.free_of), is in stock where one of them is (market.product_cards), and is
-- reduced where one of them is.
SELECT p.id, p.sort_key, p.created_at, p.category_id, p.currency, p.origin_country,
    v.price_minor::bigint AS price_minor, v.in_stock::boolean AS in_stock, v.reduced::boolean AS reduced,
    (v.own & CASE WHEN v.inherits THEN market.free_bits(p.allergens) ELSE 16383 END)::integer AS free,
    coalesce(t.terms, '{}')::uuid[] AS terms
FROM market.products p
JOIN (
    SELECT x.product_id, min(x.price_minor) AS price_minor,
        bool_or(NOT x.track_stock OR coalesce(s.on_hand - s.reserved, 0) >= x.order_min) AS in_stock,
        bool_or(x.price_valid_until IS NOT NULL) AS reduced,
        coalesce(bit_and(market.free_bits(x.allergens)), 16383) AS own, bool_or(x.allergens IS NULL) AS inherits
    FROM market.variants x LEFT JOIN market.stock s ON s.variant_id = x.id
    WHERE x.product_id = ANY (@ids::uuid[]) GROUP BY x.product_id
) v ON v.product_id = p.id
LEFT JOIN (
    SELECT x.product_id, array_agg(x.term_id) AS terms
    FROM market.product_terms x WHERE x.product_id = ANY (@ids::uuid[]) GROUP BY x.product_id
) t ON t.product_id = p.id
WHERE p.id = ANY (@ids::uuid[]) AND p.status = 'published';

-- name: ListedTerms :many
-- Those with these ids; all where there is none.
SELECT id, taxonomy, slug, name FROM market.terms WHERE cardinality(@ids::uuid[]) = 0 OR id = ANY (@ids::uuid[]);

-- name: ListedCategories :many
SELECT id, parent_id, slug, name FROM market.categories;
