-- Keeping the index: documents as they are now, under a lock for each id.

-- name: LockDocuments :exec
-- Whoever brings a document up to date reads the present state under its lock; the
-- one who comes later has read later.
SELECT pg_advisory_xact_lock(hashtextextended('search ' || id, 0))
FROM (SELECT unnest(@ids::text[]) AS id ORDER BY 1) AS sorted;

-- name: Digests :many
SELECT id, digest FROM search.documents WHERE id = ANY (@ids::text[]);

-- name: PutDocument :batchexec
INSERT INTO search.documents (id, kind, path, title, folded, summary, beginning, image, published_at, updated_at, refs, digest, head, words)
SELECT @id, @kind, @path, @title, @folded, @summary, @beginning, sqlc.narg(image), @published_at, @updated_at, @refs, @digest, h.head,
    h.head || setweight(to_tsvector('search.english', @body_words::text), 'D') || setweight(to_tsvector('search.exact', @codes::text), 'D')
FROM (SELECT search.head_of(@kind, @title_words::text, @name_words::text, @summary_words::text) AS head) AS h
ON CONFLICT (id) DO UPDATE SET (kind, path, title, folded, summary, beginning, image, published_at, updated_at, refs, digest, head, words) =
    (excluded.kind, excluded.path, excluded.title, excluded.folded, excluded.summary, excluded.beginning, excluded.image,
        excluded.published_at, excluded.updated_at, excluded.refs, excluded.digest, excluded.head, excluded.words);

-- name: RemoveDocuments :exec
DELETE FROM search.documents WHERE id = ANY (@ids::text[]);

-- name: DocumentsNaming :many
-- Those whose words include the name of one of these tags, authors, terms or categories.
SELECT id FROM search.documents WHERE refs && @refs::text[] ORDER BY id;

-- name: DocumentIDs :many
SELECT id FROM search.documents WHERE id > @after ORDER BY id LIMIT @count;

-- name: MadeBy :one
SELECT version FROM search.state;

-- name: SetMadeBy :exec
INSERT INTO search.state (version, made_at) VALUES (@version, shared.clock())
ON CONFLICT (one) DO UPDATE SET version = excluded.version, made_at = excluded.made_at;
