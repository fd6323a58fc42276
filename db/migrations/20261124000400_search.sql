-- migrate:up
-- Full text over what everybody may see: products, posts and pages.
CREATE SCHEMA search;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

-- Texts are stemmed as English; names are also kept as they are written, so that a
-- word is found while it is typed. Both forget accents.
CREATE TEXT SEARCH CONFIGURATION search.english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION search.english
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.english_stem;
CREATE TEXT SEARCH CONFIGURATION search.exact (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION search.exact
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.simple;

-- head holds the words of the title (A), of the names it goes by (B: brand, tags) and
-- of the summary (C); words those and the text (D). Both hold the kind as '=product',
-- so that the index alone finds the kinds that are wanted.
CREATE TABLE search.documents (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^(post|prod)_[0-9a-f]{32}$'),
    kind         text NOT NULL CHECK (kind IN ('product', 'post', 'page')),
    path         text NOT NULL CHECK (path ~ '^/'), -- within its app: the market for products, the blog for the rest
    title        text NOT NULL,
    folded       text NOT NULL, -- the title without case, accents and signs
    summary      text NOT NULL,
    beginning    text NOT NULL, -- of the text, for excerpts
    image        jsonb CHECK (jsonb_typeof(image) = 'object'), -- {url, alt, width, height}
    published_at timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    refs         text[] NOT NULL, -- ids of the tags, authors, terms and categories whose names are among the words
    digest       bytea NOT NULL, -- of all that it was made of
    head         tsvector NOT NULL,
    words        tsvector NOT NULL
) WITH (toast_tuple_target = 1024);
-- What every candidate is ranked by stays in the row.
ALTER TABLE search.documents ALTER COLUMN head SET STORAGE MAIN;
CREATE INDEX documents_words ON search.documents USING gin (words);
CREATE INDEX documents_head ON search.documents USING gin (head);
CREATE INDEX documents_folded ON search.documents USING gin (folded gin_trgm_ops);
CREATE INDEX documents_refs ON search.documents USING gin (refs);
CREATE INDEX documents_newest ON search.documents (published_at DESC, id DESC);

-- Which version of the program made the index, once all of it was made.
CREATE TABLE search.state (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version integer NOT NULL,
    made_at timestamptz NOT NULL
);

-- The words of a head. Its texts hold words and spaces and nothing else.
CREATE FUNCTION search.head_of(kind text, title text, names text, summary text) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT setweight(to_tsvector('search.english', title), 'A') || setweight(to_tsvector('search.exact', title), 'A')
        || setweight(to_tsvector('search.english', names), 'B') || setweight(to_tsvector('search.exact', names), 'B')
        || setweight(to_tsvector('search.english', summary), 'C') || array_to_tsvector(ARRAY['=' || kind])
$$;

-- What is looked for: whole as English, or all but the last word as English with the
-- last one as the beginning of a name. Either may come to nothing (stop words).
CREATE FUNCTION search.query(whole text, others text, last text) RETURNS tsquery LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN last = '' THEN to_tsquery('search.english', whole)
        WHEN others = '' THEN to_tsquery('search.english', whole) || to_tsquery('search.exact', last)
        ELSE to_tsquery('search.english', whole) || (to_tsquery('search.english', others) && to_tsquery('search.exact', last)) END
$$;

-- A query that only finds some kinds ('=post | =page'), or all where none is named;
-- one for nothing stays so.
CREATE FUNCTION search.of_kinds(query tsquery, kinds text) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kinds = '' OR numnode(query) = 0 THEN query ELSE query && kinds::tsquery END
$$;

-- How well a head answers: the title itself, then titles with all words, then heads
-- with all words, within each by the weights of the words found.
CREATE FUNCTION search.rank(head tsvector, folded text, query tsquery, asked text) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN folded = asked THEN 4000000 ELSE 0 END
        + CASE WHEN ts_filter(head, '{a}') @@ query THEN 2000000 ELSE 0 END
        + CASE WHEN head @@ query THEN 1000000 ELSE 0 END
        + least(999999, round(ts_rank('{0.05, 0.2, 0.5, 1}', head, query, 1) * 1000000)::integer)
$$;

-- migrate:down
DROP SCHEMA search CASCADE;
