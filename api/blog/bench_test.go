package blog_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// library is a blog of n public posts: 20 authors, 200 tags of which each post
// has 3, a body of about 6 KB, which PostgreSQL keeps beside the row.
func library(b *testing.B, n int) (*blog.Service, *db.Pool) {
	b.Helper()
	s, pool := newService(b)
	r := rand.New(rand.NewPCG(1, 2))
	var vocabulary []string // the first ones are common, so that a body compresses as prose does
	for range 8000 {
		word := make([]byte, 2+r.IntN(9))
		for i := range word {
			word[i] = "etaoinshrdlucmfwypvbgk"[r.IntN(22)]
		}
		vocabulary = append(vocabulary, string(word))
	}
	words := func(n int) string {
		var t strings.Builder
		for range n {
			fmt.Fprintf(&t, "%s ", vocabulary[int(math.Pow(r.Float64(), 3)*float64(len(vocabulary)))])
		}
		return t.String()
	}
	must := func(sql string, args ...any) {
		b.Helper()
		if _, err := pool.Exec(context.Background(), sql, args...); err != nil {
			b.Fatal(err)
		}
	}
	must(`INSERT INTO blog.authors (id, slug, name, profile_image, created_at, updated_at)
		SELECT gen_random_uuid(), 'author-' || i, 'Author ' || i, '{"url": "/media/a.png", "alt": "A", "width": 64, "height": 64}', shared.clock(), shared.clock() FROM generate_series(1, 20) i`)
	must(`INSERT INTO blog.tags (id, slug, name, created_at, updated_at)
		SELECT gen_random_uuid(), 'tag-' || i, 'Tag ' || i, shared.clock(), shared.clock() FROM generate_series(1, 200) i`)
	rows := make([][]any, n)
	for i := range rows {
		var body strings.Builder
		for range 8 {
			fmt.Fprintf(&body, "<h2>%s</h2>\n<p>%s</p>\n", words(4), words(100))
		}
		rows[i] = []any{fmt.Sprintf("post-%d", i), body.String(), words(25)}
	}
	must(`CREATE UNLOGGED TABLE bodies (slug text, html text, excerpt text)`)
	if _, err := pool.CopyFrom(context.Background(), pgx.Identifier{"bodies"}, []string{"slug", "html", "excerpt"}, pgx.CopyFromRows(rows)); err != nil {
		b.Fatal(err)
	}
	must(`INSERT INTO blog.posts (id, type, slug, path, title, status, visibility, source_format, source, html, plaintext, excerpt, reading_time, feature_image, published_at, created_at, updated_at)
		SELECT gen_random_uuid(), 'post', slug, '/' || slug || '/', 'Post ' || slug, 'published', 'public', 'html', html, html, html, excerpt, 3,
			'{"url": "/media/b.jpg", "alt": "Bread", "width": 1200, "height": 800}', '2020-01-01'::timestamptz + random() * interval '5 years', shared.clock(), shared.clock() FROM bodies`)
	must(`INSERT INTO blog.post_tags (post_id, tag_id, sort_order) SELECT p.id, t.id, t.n FROM blog.posts p,
		LATERAL (SELECT id, row_number() OVER () AS n FROM (SELECT id FROM blog.tags WHERE p.id IS NOT NULL ORDER BY random() LIMIT 3) x) t`)
	must(`INSERT INTO blog.post_authors (post_id, author_id, sort_order) SELECT p.id, a.id, 0 FROM blog.posts p,
		LATERAL (SELECT id FROM blog.authors WHERE p.id IS NOT NULL ORDER BY random() LIMIT 1) a`)
	must(`VACUUM ANALYZE blog.posts, blog.post_tags, blog.post_authors, blog.tags, blog.authors`)
	return s, pool
}

// What a generator reads, by batches of 500; the metric is a post's share.
func BenchmarkBulk(b *testing.B) {
	const n = 5000
	s, _ := library(b, n)
	ctx := context.Background()
	var ids []contract.PostID
	for cursor, more := "", true; more; more = cursor != "" {
		cards, next, err := s.WalkPosts(ctx, cursor)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range cards {
			ids = append(ids, c.ID)
		}
		cursor = next
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(n, func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	batch := func(i int) []contract.PostID { i = i % (n / 500) * 500; return ids[i : i+500] }
	cursor := ""
	for _, bb := range []struct {
		name string
		read func(i int) (int, error)
	}{
		{"PostsByID", func(i int) (int, error) { posts, err := s.PostsByID(ctx, batch(i)); return len(posts), err }},
		{"PostCardsByID", func(i int) (int, error) { cards, err := s.PostCardsByID(ctx, batch(i)); return len(cards), err }},
		{"WalkPosts", func(int) (n int, err error) {
			var cards []contract.PostCard
			cards, cursor, err = s.WalkPosts(ctx, cursor)
			return len(cards), err
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if n, err := bb.read(i); err != nil || n != 500 {
					b.Fatalf("%d posts, %v", n, err)
				}
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(500*i), "µs/post")
		})
	}
}
