-- Terms: brands, producers, labels and collections.

-- name: ShareCollections :exec
-- Held to the end of the transaction by whoever changes products, and taken before
-- any product: their rules stay as they are meanwhile.
SELECT market.share_collections();

-- name: HoldCollections :exec
-- Held by whoever changes rules or moves categories: no product changes meanwhile.
SELECT market.hold_collections();

-- name: RefreshCollections :exec
-- Puts products into the collections whose rules they fit, and takes them out of the
-- others.
WITH fits AS MATERIALIZED (
    SELECT f.term_id, f.product_id FROM market.collection_fits f WHERE f.product_id = ANY (@product_ids::uuid[])
), gone AS (
    DELETE FROM market.product_terms x
    WHERE x.product_id = ANY (@product_ids::uuid[]) AND x.taxonomy = 'collection'
        AND (x.product_id, x.term_id) NOT IN (SELECT fits.product_id, fits.term_id FROM fits) -- hashed, however many there are
)
INSERT INTO market.product_terms (product_id, term_id, taxonomy)
SELECT fits.product_id, fits.term_id, 'collection' FROM fits ORDER BY fits.product_id, fits.term_id
ON CONFLICT (product_id, term_id) DO NOTHING;

-- name: DropProductTerms :exec
-- Of these taxonomies all terms of the product but those.
DELETE FROM market.product_terms
WHERE product_id = @product_id AND taxonomy = ANY (@taxonomies::text[]) AND term_id <> ALL (@keep::uuid[]);

-- name: PutProductTerm :exec
INSERT INTO market.product_terms (product_id, term_id, taxonomy, source, certificate)
VALUES (@product_id, @term_id, @taxonomy, @source, @certificate)
ON CONFLICT (product_id, term_id) DO UPDATE SET source = excluded.source, certificate = excluded.certificate
WHERE (market.product_terms.source, market.product_terms.certificate) IS DISTINCT FROM (excluded.source, excluded.certificate);

-- name: TermID :one
SELECT id FROM market.terms WHERE taxonomy = @taxonomy AND slug = @slug;

-- name: KnownTerm :one
SELECT id FROM market.terms WHERE taxonomy = @taxonomy AND id = @id;

-- name: TermPages :many
-- Lists run by (sort_key, id); an empty key and a zero id are before every row.
SELECT t.* FROM market.term_pages t
WHERE t.taxonomy = @taxonomy AND (t.sort_key, t.id) > (@after_key::text, @after_id::uuid)
ORDER BY t.sort_key, t.id LIMIT @count;

-- name: TermPagesPlaced :many
-- As TermPages, of those that are placed under one of the containers.
SELECT t.* FROM market.term_pages t
WHERE t.taxonomy = @taxonomy AND (t.sort_key, t.id) > (@after_key::text, @after_id::uuid)
    AND t.id IN (SELECT x.term_id FROM market.placements x WHERE x.container_id = ANY (@containers::text[]))
ORDER BY t.sort_key, t.id LIMIT @count;

-- name: TermPagesByID :many
SELECT * FROM market.term_pages WHERE id = ANY (@ids::uuid[]);

-- name: TermPage :one
SELECT * FROM market.term_pages WHERE id = $1;

-- name: LockTerm :one
-- Writers of a term come one by one; whoever gives it to a product need not wait.
SELECT id FROM market.terms WHERE taxonomy = @taxonomy AND id = @id FOR NO KEY UPDATE;

-- name: InsertTerm :exec
INSERT INTO market.terms (id, taxonomy, slug, name, description, description_html, image, website, place, rule, created_at, updated_at)
VALUES (@id, @taxonomy, @slug, @name, @description, @description_html, @image, @website, @place, @rule, @at, @at);

-- name: UpdateTerm :exec
UPDATE market.terms SET slug = @slug, name = @name, description = @description, description_html = @description_html,
    image = @image, website = @website, place = @place, rule = @rule, version = version + 1, updated_at = @at
WHERE id = @id;

-- name: DeleteTerm :exec
DELETE FROM market.terms WHERE id = $1;

-- name: DropPlacements :exec
DELETE FROM market.placements WHERE term_id = $1;

-- name: PutPlacement :exec
INSERT INTO market.placements (term_id, container_type, container_id) VALUES (@term_id, @container_type, @container_id);

-- name: PlacedOn :many
-- The collections under posts and pages, in their order.
SELECT x.container_id, x.term_id FROM market.placements x JOIN market.terms t ON t.id = x.term_id
WHERE x.container_id = ANY (@containers::text[])
ORDER BY x.container_id, x.sort_order, t.sort_key, t.id;

-- name: RefreshCollection :many
-- Makes a collection what its rule says, and returns the published products that came
-- or left.
WITH fits AS MATERIALIZED (
    SELECT f.product_id FROM market.collection_fits f WHERE f.term_id = @term_id
), gone AS (
    DELETE FROM market.product_terms x
    WHERE x.term_id = @term_id AND x.product_id NOT IN (SELECT fits.product_id FROM fits)
    RETURNING x.product_id
), come AS (
    INSERT INTO market.product_terms (product_id, term_id, taxonomy)
    SELECT fits.product_id, @term_id, 'collection' FROM fits
    ON CONFLICT (product_id, term_id) DO NOTHING RETURNING product_id
)
SELECT p.id FROM market.products p
WHERE p.status = 'published' AND p.id IN (SELECT gone.product_id FROM gone UNION ALL SELECT come.product_id FROM come)
ORDER BY p.id;

-- name: EmptyCollection :many
-- Takes every product out, and returns the published ones.
WITH gone AS (DELETE FROM market.product_terms x WHERE x.term_id = @term_id RETURNING x.product_id)
SELECT p.id FROM market.products p WHERE p.status = 'published' AND p.id IN (SELECT gone.product_id FROM gone) ORDER BY p.id;

-- name: CollectionsByCategory :many
-- Those whose rule looks at categories.
SELECT id FROM market.terms WHERE taxonomy = 'collection' AND rule ? 'categories' ORDER BY id;

-- name: KnownOfRule :many
-- Which of a rule's ids there are, and of what.
SELECT 'cat'::text AS kind, c.id FROM market.categories c WHERE c.id = ANY (@ids::uuid[])
UNION ALL SELECT 'prod', p.id FROM market.products p WHERE p.id = ANY (@ids::uuid[])
UNION ALL SELECT t.taxonomy, t.id FROM market.terms t WHERE t.id = ANY (@ids::uuid[]);
