-- Finding. What is looked for is always in a sub-select: the planner cannot look into
-- it, takes the words to be rare and goes by the index, which is right for rare words
-- and bounded by the limits for common ones. Limits are in sub-selects where a plan
-- that knew them would seem better than the one that is kept: it would be made anew for
-- every search, which takes as long as the search.

-- name: Find :many
-- The best documents, after a place in their order. All that match are ranked where
-- they are not more than most; else all whose heads match and some of the newest
-- others; else, of the newest documents, those whose heads match. Which of these it
-- is, is asked in the order that is quick: an index takes the longer the more have the
-- words, so that words of a tenth of the very newest heads are first counted among the
-- newest, and others first in the texts. Nothing is counted that is not asked for.
-- What the indexes are asked for has the words of phrases in any order; phrases are
-- then looked for among the candidates, because their places are beside the row.
WITH q AS MATERIALIZED (
    SELECT search.query(sqlc.arg(whole)::text, sqlc.arg(others)::text, sqlc.arg(last)::text) AS query
), k AS MATERIALIZED (
    SELECT search.of_kinds(search.query(sqlc.arg(loose)::text, sqlc.arg(others)::text, sqlc.arg(last)::text), sqlc.arg(kinds)::text) AS query
), newest AS MATERIALIZED (
    SELECT h.id, h.published_at, search.rank(h.head, h.folded, q.query, sqlc.arg(asked)::text) AS rank FROM (
        SELECT id, head, words, folded, published_at FROM search.documents
        ORDER BY published_at DESC, id DESC LIMIT (SELECT sqlc.arg(newest_heads)::integer)) h CROSS JOIN q
    WHERE h.head @@ (SELECT query FROM k) AND (sqlc.arg(loose)::text = sqlc.arg(whole)::text OR h.words @@ q.query)
), heads AS MATERIALIZED (
    SELECT count(*) AS found FROM (SELECT 1 FROM search.documents WHERE head @@ (SELECT query FROM k) LIMIT sqlc.arg(most)::integer + 1) f
), texts AS MATERIALIZED (
    SELECT count(*) AS found FROM (SELECT 1 FROM search.documents WHERE words @@ (SELECT query FROM k) LIMIT sqlc.arg(most)::integer + 1) f
), sample AS MATERIALIZED (
    SELECT count(*) >= 20 AS common FROM (SELECT head FROM search.documents ORDER BY published_at DESC, id DESC LIMIT 200) h
    WHERE head @@ (SELECT query FROM k)
), plan AS MATERIALIZED (
    SELECT CASE
        WHEN (SELECT common FROM sample) AND (SELECT count(*) FROM newest) > sqlc.arg(most)::integer THEN 'newest'
        WHEN NOT (SELECT common FROM sample) AND (SELECT found FROM texts) <= sqlc.arg(most)::integer THEN 'words'
        WHEN (SELECT found FROM heads) > sqlc.arg(most)::integer THEN 'newest'
        WHEN (SELECT found FROM texts) > sqlc.arg(most)::integer THEN 'heads'
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
        WHERE (SELECT by FROM plan) = 'heads' ORDER BY published_at DESC, id DESC LIMIT (SELECT sqlc.arg(newest_texts)::integer)) t
    WHERE words @@ (SELECT query FROM k) AND NOT head @@ (SELECT query FROM k)
), ranked AS (
    SELECT c.id, c.published_at, search.rank(c.head, c.folded, q.query, sqlc.arg(asked)::text) AS rank FROM candidates c CROSS JOIN q
    WHERE sqlc.arg(loose)::text = sqlc.arg(whole)::text OR c.words @@ q.query
    UNION ALL
    SELECT id, published_at, rank FROM newest WHERE (SELECT by FROM plan) = 'newest'
)
SELECT id, published_at, rank::integer AS rank FROM ranked
WHERE sqlc.arg(after_id)::text = '' OR (rank, published_at, id) < (sqlc.arg(after_rank)::integer, sqlc.arg(after_at)::timestamptz, sqlc.arg(after_id)::text)
ORDER BY ranked.rank DESC, published_at DESC, id DESC
LIMIT sqlc.arg(count);

-- name: FindSimilar :many
-- Titles with a word that is spelt much like one that is looked for.
SELECT id, published_at FROM search.documents
WHERE sqlc.arg(asked)::text <% folded AND kind = ANY (sqlc.arg(kinds)::text[]) AND id <> ALL (sqlc.arg(besides)::text[])
ORDER BY word_similarity(sqlc.arg(asked)::text, folded) DESC, published_at DESC, id DESC
LIMIT sqlc.arg(count);

-- name: Shown :many
-- What hits show, in no order. In excerpts, words that were found stand between the
-- characters 1 and 2.
SELECT id, kind, path, title, summary, image, published_at, updated_at,
    ts_headline('search.english', summary || E'\n' || beginning, (SELECT search.query(sqlc.arg(whole)::text, sqlc.arg(others)::text, sqlc.arg(last)::text)),
        E'StartSel=\u0001, StopSel=\u0002, MaxWords=36, MinWords=18, ShortWord=0')::text AS excerpt
FROM search.documents WHERE id = ANY (sqlc.arg(ids)::text[]);
