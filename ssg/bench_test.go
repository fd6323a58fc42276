package ssg_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/ssg"
)

var benchPosts = flag.Int("posts", 1000, "posts of the site that the benchmarks build")

// fill stores a library of posts by SQL: 3 of 200 tags, 1 of 20 authors each.
func (w *world) fill(n int) {
	w.t.Helper()
	ctx := context.Background()
	must := func(sql string, args ...any) {
		w.t.Helper()
		if _, err := w.pool.Exec(ctx, sql, args...); err != nil {
			w.t.Fatal(err)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	vocabulary := strings.Fields("bread orchard harvest kitchen market season recipe flour butter cellar apple village river share vote the a of and with")
	words := func(n int) string {
		some := make([]string, n)
		for i := range some {
			some[i] = vocabulary[rnd.IntN(len(vocabulary))]
		}
		return strings.Join(some, " ")
	}
	must(`INSERT INTO blog.authors (id, slug, name, created_at, updated_at)
		SELECT gen_random_uuid(), 'author-' || i, 'Author ' || i, '2020-01-01', '2020-01-01' FROM generate_series(1, 20) i`)
	must(`INSERT INTO blog.tags (id, slug, name, created_at, updated_at)
		SELECT gen_random_uuid(), 'topic-' || i, 'Topic ' || i, '2020-01-01', '2020-01-01' FROM generate_series(1, 200) i`)
	must(`CREATE UNLOGGED TABLE bodies (n int, html text, excerpt text)`)
	for from := 0; from < n; from += 5000 {
		rows := make([][]any, 0, 5000)
		for i := from; i < min(n, from+5000); i++ {
			var body strings.Builder
			for range 6 {
				fmt.Fprintf(&body, "<h2 id=\"x\">%s</h2>\n<p>%s</p>\n", words(4), words(90))
			}
			rows = append(rows, []any{i, body.String(), words(25)})
		}
		if _, err := w.pool.CopyFrom(ctx, pgx.Identifier{"bodies"}, []string{"n", "html", "excerpt"}, pgx.CopyFromRows(rows)); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, sql := range []string{
		`INSERT INTO blog.posts (id, type, slug, path, title, status, visibility, source_format, source, html, plaintext, excerpt, reading_time, feature_image, published_at, created_at, updated_at)
		SELECT gen_random_uuid(), 'post', 'old-' || n, '/old-' || n || '/', 'Old post ' || n, 'published', 'public', 'html', '', html, '', excerpt, 3,
			'{"url": "/media/b.jpg", "alt": "Bread", "width": 1200, "height": 800}', '2020-01-01'::timestamptz + n * interval '1 hour', '2020-01-01', '2020-01-01'::timestamptz + n * interval '1 hour' FROM bodies`,
		`INSERT INTO blog.post_tags (post_id, tag_id, sort_order) SELECT DISTINCT ON (p.id, t.id) p.id, t.id, k FROM blog.posts p CROSS JOIN generate_series(1, 3) k
		JOIN (SELECT id, row_number() OVER (ORDER BY slug) AS n FROM blog.tags) t ON t.n = 1 + (power(('x' || substr(md5(p.slug || k), 1, 6))::bit(24)::int / 16777216.0, 2) * 200)::int % 200`,
		`INSERT INTO blog.post_authors (post_id, author_id, sort_order) SELECT p.id, a.id, 0 FROM blog.posts p
		JOIN (SELECT id, row_number() OVER (ORDER BY slug) AS n FROM blog.authors) a ON a.n = 1 + ('x' || substr(md5(p.slug), 1, 6))::bit(24)::int % 20`,
		`DROP TABLE bodies`,
		`ANALYZE blog.posts, blog.post_tags, blog.post_authors, blog.tags, blog.authors`,
	} {
		w.unhurried(sql)
	}
}

// unhurried runs a statement that may take long.
func (w *world) unhurried(sql string) {
	w.t.Helper()
	err := pgx.BeginFunc(context.Background(), w.pool.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(context.Background(), "SET LOCAL statement_timeout = 0"); err != nil {
			return err
		}
		_, err := tx.Exec(context.Background(), sql)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano())
}

// BenchmarkBuild builds a site of -posts posts once: the metrics are of one page.
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := newSizedWorld(b, ssg.DefaultPageSizes)
		w.fill(*benchPosts)
		b.StartTimer()
		before, start := cpu(), time.Now()
		built, err := w.builder.Build(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		pages := float64(built.Pages)
		b.ReportMetric(pages, "pages")
		b.ReportMetric(float64((cpu()-before).Microseconds())/pages, "user-µs/page")
		b.ReportMetric(float64(time.Since(start).Microseconds())/pages, "wall-µs/page")
		b.Logf("plan %v render %v commit %v apply %v took %v user %v", built.Plan, built.Render, built.Commit, built.Apply, built.Took, cpu()-before)
	}
}

// BenchmarkPublish publishes posts on a built site of -posts posts.
func BenchmarkPublish(b *testing.B) {
	w := newSizedWorld(b, ssg.DefaultPageSizes)
	w.fill(*benchPosts)
	ctx := context.Background()
	if _, err := w.builder.Build(ctx); err != nil {
		b.Fatal(err)
	}
	run, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan ssg.Step, 100)
	w.watch = func(s ssg.Step) { done <- s }
	go w.builder.Run(run)
	<-w.builder.Ready()
	title := "x"
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		title = fmt.Sprintf("New post %d", i)
		made, err := w.blog.CreatePost(ctx, contract.TypePost, blog.PostFields{Title: &title, Source: &title, Tags: &[]string{"Topic 1", "Topic 2", "Topic 3"}, Authors: &[]string{"author-1"}})
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if _, err := w.blog.Publish(ctx, contract.TypePost, string(made.ID), nil); err != nil {
			b.Fatal(err)
		}
		s := <-done
		times = append(times, time.Since(start))
		if i%50 == 0 {
			b.Logf("%+v", s)
		}
		time.Sleep(5 * time.Millisecond)
		w.clock.Advance(time.Minute)
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
}
