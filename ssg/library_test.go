// A large site, put into the database as rows.

package ssg_test

import (
	"context"
	"crypto/md5"
	"fmt"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/ssg"
)

// library is a world of many posts, post i being post-i of 0 to n-1, one a minute,
// by one of 5 authors and under 3 of 25 tags; and a fifth as many products in 5
// categories, each below two others. Every list has a multiple of 20 items, so
// that what an event touches does not hang on where a page ends. Posts 40 to 64 are
// by an author who has no others, and one category has 30 products of its own, which
// are a brand's. A collection of 20 others stands under post 600.
type library struct {
	*world
	n      int
	newest string // id of the post that was the newest
}

const visitors = 25 // posts by the author who has no others

func newLibrary(t testing.TB, n int) *library {
	t.Helper()
	w := &library{world: newWorld(t, nil), n: n}
	w.builder.Sizes = ssg.DefaultPageSizes
	begun := w.clock.Now().Add(-time.Duration(n+60) * time.Minute)
	for _, sql := range []string{
		`INSERT INTO blog.authors (id, slug, name, bio, created_at, updated_at)
			SELECT md5('author' || i)::uuid, 'author-' || i, 'Author ' || i, 'Writes.', $1::timestamptz, $1::timestamptz FROM generate_series(0, 5) i WHERE $2::int > 0`,
		`INSERT INTO blog.tags (id, slug, name, created_at, updated_at)
			SELECT md5('tag' || i)::uuid, 'tag-' || i, 'Tag ' || i, $1::timestamptz, $1::timestamptz FROM generate_series(0, 24) i WHERE $2::int > 0`,
		`INSERT INTO blog.posts (id, type, slug, path, title, status, visibility, source_format, source, html, plaintext, custom_excerpt, excerpt, reading_time, published_at, created_at, updated_at)
			SELECT md5('post' || i)::uuid, 'post', 'post-' || i, '/post-' || i || '/', 'Post ' || i, 'published', 'public', 'markdown', b, '<p>' || b || '</p>', b, 'Short.', 'Short.', 1, at, at, at
			FROM generate_series(0, $2::int - 1) i, LATERAL (SELECT 'Words of ' || i || repeat(' and more', 40) AS b, $1::timestamptz + i * interval '1 minute' AS at) x`,
		`INSERT INTO blog.post_tags (post_id, tag_id, sort_order)
			SELECT md5('post' || i)::uuid, md5('tag' || (i + 7 * k) % 25)::uuid, k FROM generate_series(0, $2::int - 1) i, generate_series(0, 2) k WHERE $1::timestamptz < 'infinity'`,
		`INSERT INTO blog.post_authors (post_id, author_id, sort_order)
			SELECT md5('post' || i)::uuid, md5('author' || CASE WHEN i BETWEEN 40 AND 64 THEN 5 ELSE i % 5 END)::uuid, 0 FROM generate_series(0, $2::int - 1) i WHERE $1::timestamptz < 'infinity'`,
		`INSERT INTO market.categories (id, slug, name, parent_id, path, created_at, updated_at)
			SELECT md5('category' || i)::uuid, 'category-' || i, 'Category ' || i, CASE WHEN i > 0 THEN md5('category' || (CASE WHEN i = 1 THEN 0 ELSE 1 END))::uuid END,
				CASE i WHEN 0 THEN ARRAY[md5('category0')::uuid] WHEN 1 THEN ARRAY[md5('category0')::uuid, md5('category1')::uuid]
					ELSE ARRAY[md5('category0')::uuid, md5('category1')::uuid, md5('category' || i)::uuid] END, $1::timestamptz, $1::timestamptz
			FROM generate_series(0, 7) i WHERE $2::int > 0`,
		`WITH p AS (INSERT INTO market.products (id, slug, name, sort_key, category_id, currency, status, created_at, updated_at)
			SELECT md5('product' || i)::uuid, 'product-' || i, 'Product ' || i, 'product ' || i, md5('category' || CASE WHEN i BETWEEN 50 AND 79 THEN 7 ELSE 2 + i % 5 END)::uuid, 'GBP', 'published', $1::timestamptz + i * interval '1 minute', $1::timestamptz
			FROM generate_series(0, $2::int / 5 - 1) i RETURNING id, slug)
		INSERT INTO market.variants (id, product_id, sku, name, price_minor, currency, vat_rate, quantity, unit, sort_order)
			SELECT id, id, slug, 'V', 100, 'GBP', 0, 1, 'each', 0 FROM p`,
		`INSERT INTO market.terms (id, taxonomy, slug, name, created_at, updated_at)
			SELECT md5('brand1')::uuid, 'brand', 'brand-1', 'Brand 1', $1::timestamptz, $1::timestamptz WHERE $2::int > 0`,
		`INSERT INTO market.product_terms (product_id, term_id, taxonomy)
			SELECT md5('product' || i)::uuid, md5('brand1')::uuid, 'brand' FROM generate_series(50, 79) i WHERE $1::timestamptz < 'infinity' AND $2::int > 0`,
		`INSERT INTO market.terms (id, taxonomy, slug, name, rule, created_at, updated_at)
			SELECT md5('collection1')::uuid, 'collection', 'collection-1', 'Collection 1', $3::jsonb, $1::timestamptz, $1::timestamptz WHERE $2::int > 0`,
		`INSERT INTO market.product_terms (product_id, term_id, taxonomy)
			SELECT md5('product' || i)::uuid, md5('collection1')::uuid, 'collection' FROM generate_series(120, 139) i WHERE $1::timestamptz < 'infinity' AND $2::int > 0`,
		`INSERT INTO market.placements (term_id, container_type, container_id)
			SELECT md5('collection1')::uuid, 'post', 'post_' || md5('post600') WHERE $1::timestamptz < 'infinity' AND $2::int > 0`,
		`ANALYZE`,
	} {
		args := []any{begun, n}
		if sql == "ANALYZE" {
			args = nil
		} else if strings.Contains(sql, "$3") {
			args = append(args, collectionOf(120, 139))
		}
		if _, err := w.pool.Exec(context.Background(), sql, args...); err != nil {
			t.Fatalf("%v: %s", err, sql)
		}
	}
	return w
}

// collectionOf is the rule of a collection that names some products.
func collectionOf(from, to int) contract.Rule {
	var r contract.Rule
	for i := from; i <= to; i++ {
		r.Products = append(r.Products, contract.ProductID(fmt.Sprintf("prod_%x", md5.Sum(fmt.Appendf(nil, "product%d", i)))))
	}
	return r
}

// updateTerm changes a brand or collection.
func (w *library) updateTerm(taxonomy contract.Taxonomy, slug string, f market.TermFields) error {
	t, err := w.market.Term(context.Background(), taxonomy, slug)
	if err == nil {
		_, err = w.market.UpdateTerm(context.Background(), taxonomy, slug, t.Version, f)
	}
	return err
}

// post is the nth post as its editor has it.
func (w *library) post(n int) string {
	w.t.Helper()
	p, err := w.blog.EditedPost(context.Background(), contract.TypePost, fmt.Sprintf("post-%d", n))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(p.ID)
}

// update changes the nth post, or the one with an id.
func (w *library) update(n int, f blog.PostFields) error { return w.updateByID(w.post(n), f) }

func (w *library) updateByID(id string, f blog.PostFields) error {
	e, err := w.blog.EditedPost(context.Background(), contract.TypePost, id)
	if err == nil {
		_, err = w.blog.UpdatePost(context.Background(), contract.TypePost, id, e.Version, f)
	}
	return err
}

// author is the nth author's id.
func (w *library) author(n int) contract.AuthorID {
	w.t.Helper()
	a, err := w.blog.Author(context.Background(), fmt.Sprintf("author-%d", n))
	if err != nil {
		w.t.Fatal(err)
	}
	return a.ID
}

// navigate changes the menu, which every page shows.
func (w *library) navigate() error {
	_, version, err := w.blog.VersionedSettings(context.Background())
	if err == nil {
		_, _, err = w.blog.UpdateSettings(context.Background(), version, blog.SettingsFields{Navigation: &[]contract.NavItem{{Label: "Bread", URL: "/tag/tag-1/"}}})
	}
	return err
}
