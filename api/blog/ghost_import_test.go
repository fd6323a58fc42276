package blog_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newService(t testing.TB) (*blog.Service, *db.Pool) {
	pool := dbtest.New(t)
	return blog.New(pool, clock.NewManual(noon)), pool
}

func export(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/ghost-export.json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func importGhost(t testing.TB, s *blog.Service, raw []byte, o blog.ImportOptions) blog.ImportReport {
	t.Helper()
	report, err := s.ImportGhost(context.Background(), bytes.NewReader(raw), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func count(t testing.TB, pool *db.Pool, query string, args ...any) (n int) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImportGhost(t *testing.T) {
	s, pool := newService(t)
	report := importGhost(t, s, export(t), blog.ImportOptions{})

	results := map[string]int{}
	for _, o := range report.Outcomes {
		if o.Change != "created" {
			t.Errorf("%s was %s, want created", o.Slug, o.Change)
		}
		results[o.Result]++
	}
	want := map[string]int{
		"public page": 61, "public page without its gated blocks": 4, "draft": 1, "scheduled": 1, "e-mail only": 1,
		"free part only, the rest is for members": 4,
	}
	if diff := cmp.Diff(want, results); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if len(report.Outcomes) != 72 {
		t.Errorf("%d outcomes, want one a post: 72", len(report.Outcomes))
	}
	published := count(t, pool, `select count(*) from bus.domain_events where kind = 'blog.post_published'`)
	if public := count(t, pool, `select count(*) from blog.posts where is_public`); published != public {
		t.Errorf("%d posts are public, %d were announced", public, published)
	}
}

// TestImportGhostWithRoutes: an export does not say where its posts stand; routes.yaml does.
func TestImportGhostWithRoutes(t *testing.T) {
	s, pool := newService(t)
	routes, err := ghost.ReadRoutes(strings.NewReader("collections:\n  /:\n    permalink: /{year}/{slug}/\n"))
	if err != nil {
		t.Fatal(err)
	}
	importGhost(t, s, export(t), blog.ImportOptions{GhostURL: "https://blog.example.org/", Routes: &routes})
	for want, n := range map[string]int{
		`type = 'post' and is_public and path !~ '^/20[0-9][0-9]/[^/]+/$'`: 0,
		`type = 'page' and path = '/about/'`:                               1,
		`status = 'draft' and path like '/20%'`:                            0,
	} {
		if got := count(t, pool, `select count(*) from blog.posts where `+want); got != n {
			t.Errorf("%d posts with %s, want %d", got, want, n)
		}
	}
}

func TestImportGhostTwiceChangesNothing(t *testing.T) {
	s, pool := newService(t)
	importGhost(t, s, export(t), blog.ImportOptions{Settings: true})
	state := func() string {
		var sum string
		err := pool.QueryRow(context.Background(), `select md5(string_agg(p::text, '|' order by id)) || (select count(*) from bus.domain_events)
			|| (select version from blog.settings) from blog.posts p`).Scan(&sum)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	before := state()
	report := importGhost(t, s, export(t), blog.ImportOptions{Settings: true})
	for _, o := range report.Outcomes {
		if o.Change != "unchanged" {
			t.Errorf("%s was %s the second time", o.Slug, o.Change)
		}
	}
	if after := state(); after != before {
		t.Errorf("the second import changed the database: %s, then %s", before, after)
	}
}

func TestImportGhostTakesChanges(t *testing.T) {
	s, pool := newService(t)
	importGhost(t, s, export(t), blog.ImportOptions{})
	events := count(t, pool, `select count(*) from bus.domain_events`)
	changed := bytes.Replace(export(t), []byte(`"title": "Coming soon"`), []byte(`"title": "Came sooner"`), 1)
	report := importGhost(t, s, changed, blog.ImportOptions{})
	for _, o := range report.Outcomes {
		if want := map[bool]string{true: "updated", false: "unchanged"}[o.Slug == "coming-soon"]; o.Change != want {
			t.Errorf("%s was %s, want %s", o.Slug, o.Change, want)
		}
	}
	if n := count(t, pool, `select count(*) from bus.domain_events`) - events; n != 1 {
		t.Errorf("%d events for one changed post, want 1", n)
	}
}

func TestImportGhostHidesWhatIsGated(t *testing.T) {
	s, _ := newService(t)
	importGhost(t, s, export(t), blog.ImportOptions{})
	ctx := context.Background()
	for _, typ := range []contract.PostType{contract.TypePost, contract.TypePage} {
		posts, _, err := s.FullPosts(ctx, contract.PostQuery{Type: typ, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range posts {
			if strings.Contains(p.HTML, "kg-gated") || strings.Contains(p.HTML, "members-only") {
				t.Errorf("%s shows a gate's marks", p.Slug)
			}
			if p.Visibility == contract.VisibilityPublic {
				continue
			}
			e, err := s.EditedPost(ctx, typ, string(p.ID))
			if err != nil {
				t.Fatal(err)
			}
			if rest := strings.TrimPrefix(e.MembersHTML, p.HTML); rest == "" || strings.Contains(p.HTML+p.Excerpt, rest) {
				t.Errorf("%s shows its gated part", p.Slug)
			}
		}
	}
}

func TestImportGhostMovesAside(t *testing.T) {
	s, _ := newService(t)
	ctx := context.Background()
	title := "About"
	if _, err := s.CreatePost(ctx, contract.TypePage, blog.PostFields{Title: &title}); err != nil {
		t.Fatal(err)
	}
	reserved := bytes.Replace(export(t), []byte(`"slug": "coming-soon"`), []byte(`"slug": "market"`), 1)
	paths := map[string]string{}
	for _, o := range importGhost(t, s, reserved, blog.ImportOptions{}).Outcomes {
		if len(o.Flags) > 0 {
			paths[o.Path] = o.Title
		}
	}
	for path, title := range map[string]string{"/pages/market/": "Coming soon", "/about-2/": "About this site"} {
		if paths[path] == "" {
			t.Errorf("nothing flagged at %s, want %q; have %v", path, title, paths)
		}
	}
}

func TestImportGhostRefuses(t *testing.T) {
	whole := export(t)
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"truncated":    {whole[:len(whole)/2], "ends in the middle"},
		"empty":        {nil, "ends in the middle"},
		"not JSON":     {[]byte("title,slug\na,b"), "malformed at byte"},
		"other JSON":   {[]byte(`{"posts":[]}`), "no db[0].data.posts"},
		"list":         {[]byte(`[]`), "wrong type"},
		"deep":         {[]byte(strings.Repeat(`{"db":[`, 10_001)), "JSON"},
		"not UTF-8":    {[]byte("{\"db\":\"\xff\"}"), "not UTF-8"},
		"NUL":          {[]byte(`{"db":[{"data":{"posts":[{"id":"a","title":"\u0000"}]}}]}`), "NUL"},
		"no ids":       {[]byte(`{"db":[{"data":{"posts":[{"title":"a"}]}}]}`), "no id of its own"},
		"wrong switch": {[]byte(`{"db":[{"data":{"posts":[{"id":"a","featured":"maybe"}]}}]}`), "neither true nor false"},
	} {
		t.Run(name, func(t *testing.T) {
			s, pool := newService(t)
			_, err := s.ImportGhost(context.Background(), bytes.NewReader(c.raw), blog.ImportOptions{})
			if !errors.Is(err, blog.ErrExport) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ImportGhost: %v, want ErrExport with %q", err, c.want)
			}
			if n := count(t, pool, `select count(*) from blog.posts`); n != 0 {
				t.Errorf("%d posts stored", n)
			}
		})
	}
}

func FuzzImportGhost(f *testing.F) {
	s, _ := newService(f)
	f.Add([]byte(`{"db":[{"meta":{"version":"6.65.0"},"data":{"posts":[{"id":"a","title":"A","slug":"a","html":"<p>x</p>","type":"post","status":"published","visibility":"public"}],"posts_tags":[{"post_id":"a","tag_id":"b"}],"tags":[{"id":"b","name":"#b","slug":"hash-b"}]}}]}`))
	f.Add([]byte(`{"db":[{"data":{"posts":[{"id":"\u0000","title":"\u0000"}]}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, err := s.ImportGhost(context.Background(), bytes.NewReader(raw), blog.ImportOptions{})
		if err != nil && !errors.Is(err, blog.ErrExport) {
			t.Fatalf("ImportGhost(%q): %v", raw, err)
		}
	})
}
