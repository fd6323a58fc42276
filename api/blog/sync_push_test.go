package blog_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// twoWay is a blog and a Ghost that has one post of it.
type twoWay struct {
	*blog.Sync
	t     testing.TB
	g     *ghosttest.Ghost
	s     *blog.Service
	pool  *db.Pool
	bus   *bus.Bus
	ghost string          // the post's id there
	id    contract.PostID // and here

	mu     sync.Mutex
	writes []map[string]any // what was written to Ghost
	around func(w http.ResponseWriter, r *http.Request, next http.Handler)
}

func newTwoWay(t testing.TB, writeBack bool) *twoWay {
	t.Helper()
	e := &twoWay{t: t, pool: dbtest.New(t)}
	server := httptest.NewServer(http.HandlerFunc(e.serve))
	t.Cleanup(server.Close)
	var err error
	e.g, err = ghosttest.New(export(t), ghosttest.Options{URL: server.URL, Only: func(slug string) bool { return slug == "vis-public" }})
	if err != nil {
		t.Fatal(err)
	}
	client, err := ghost.New(ghost.Options{URL: server.URL, AdminKey: ghosttest.AdminKey, HTTP: httpx.Operator(time.Minute), Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	e.s, e.bus = blog.New(e.pool, clock.System{}), bus.New(e.pool, nil, bus.StopWithin(time.Minute))
	e.Sync = blog.NewSync(e.s, blog.SyncOptions{URL: server.URL, Client: client, WriteBack: writeBack, Bus: e.bus})
	e.ghost = e.g.CreatePost(ghosttest.Post{Type: "post", Title: "Bread", Slug: "bread", Status: "published", Visibility: "public", CustomExcerpt: "Loaves."})
	e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.SetBody(ghosttest.Paragraph("Flour and water.")) })
	e.fetch()
	row := e.post("bread")
	if !strings.Contains(row.HTML, "Flour and water.") {
		t.Fatalf("brought %q", row.HTML)
	}
	e.id = row.ID
	return e
}

func (e *twoWay) serve(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	around := e.around
	if r.Method == http.MethodPut {
		raw, err := io.ReadAll(r.Body)
		var body map[string][]map[string]any
		if err != nil || json.Unmarshal(raw, &body) != nil {
			e.t.Errorf("written: %s, %v", raw, err)
		}
		for _, items := range body {
			e.writes = append(e.writes, items...)
		}
		r.Body = io.NopCloser(strings.NewReader(string(raw)))
	}
	e.mu.Unlock()
	if around == nil {
		e.g.ServeHTTP(w, r)
		return
	}
	around(w, r, e.g)
}

// during has a function run at the first request of a method, in place of it.
func (e *twoWay) during(method string, f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	var once sync.Once
	e.mu.Lock()
	defer e.mu.Unlock()
	e.around = func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		first := false
		if r.Method == method {
			once.Do(func() { first = true })
		}
		if first {
			f(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func (e *twoWay) fetch() {
	e.t.Helper()
	if _, err := e.Fetch(context.Background(), ghost.KindPost, e.ghost); err != nil {
		e.t.Fatal(err)
	}
}

func (e *twoWay) post(ref string) blog.Edited {
	e.t.Helper()
	p, err := e.s.EditedPost(context.Background(), contract.TypePost, ref)
	if err != nil {
		e.t.Fatal(err)
	}
	return p
}

func (e *twoWay) edit(f blog.PostFields) blog.Edited {
	e.t.Helper()
	p, err := e.s.UpdatePost(context.Background(), contract.TypePost, string(e.id), e.post(string(e.id)).Version, f)
	if err != nil {
		e.t.Fatal(err)
	}
	return p
}

func (e *twoWay) push() bool {
	e.t.Helper()
	pushed, err := blog.PushForTest(context.Background(), e.Sync, e.id)
	if err != nil {
		e.t.Fatal(err)
	}
	return pushed
}

func (e *twoWay) theirs() ghosttest.Post { return e.g.State().Posts[e.ghost] }

// fields are the names that the nth write had, but for updated_at.
func (e *twoWay) fields(n int) []string {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if n >= len(e.writes) {
		e.t.Fatalf("%d writes, want more", len(e.writes))
	}
	names := maps.Clone(e.writes[n])
	if names["updated_at"] == nil {
		e.t.Error("a write without updated_at")
	}
	delete(names, "updated_at")
	return slices.Sorted(maps.Keys(names))
}

// atRest says that here and there are alike, that nothing waits, and that another fetch and
// push find nothing to do.
func (e *twoWay) atRest() {
	e.t.Helper()
	if n := count(e.t, e.pool, `select count(*) from blog.posts where origin = 'ghost' and version <> origin_version`); n != 0 {
		e.t.Errorf("%d posts are not in Ghost as they are here", n)
	}
	if n := count(e.t, e.pool, `select count(*) from blog.ghost_conflicts`); n != 0 {
		e.t.Errorf("%d conflicts", n)
	}
	e.mu.Lock()
	writes := len(e.writes)
	e.mu.Unlock()
	before := e.post(string(e.id))
	e.fetch()
	e.push()
	if after := e.post(string(e.id)); after.Version != before.Version || len(e.writes) != writes {
		e.t.Errorf("another look changed version %d to %d and wrote %d times", before.Version, after.Version, len(e.writes)-writes)
	}
}

func (e *twoWay) conflicts() int {
	e.t.Helper()
	flagged := count(e.t, e.pool, `select count(*) from blog.posts where exists (select 1 from unnest(flags) f where f like '%choose which is kept')`)
	n := count(e.t, e.pool, `select count(*) from blog.ghost_conflicts`)
	if n != flagged {
		e.t.Errorf("%d conflicts, %d posts are flagged", n, flagged)
	}
	return n
}

func TestPushWritesWhatWasChanged(t *testing.T) {
	e := newTwoWay(t, true)
	lexical := e.theirs().Lexical
	if e.push() || len(e.writes) != 0 {
		t.Error("what was not changed was written")
	}
	title, excerpt, featured := "Rye bread", "", true
	e.edit(blog.PostFields{Title: &title, CustomExcerpt: &excerpt, Featured: &featured})
	if !e.push() {
		t.Error("nothing was written")
	}
	if diff := cmp.Diff([]string{"custom_excerpt", "featured", "title"}, e.fields(0)); diff != "" {
		t.Errorf("fields written (-want +got):\n%s", diff)
	}
	if p := e.theirs(); p.Title != title || p.CustomExcerpt != "" || !bool(p.Featured) || p.Lexical != lexical {
		t.Errorf("Ghost has %+v", p)
	}
	e.atRest()
}

func TestPushWritesBodies(t *testing.T) {
	e := newTwoWay(t, true)
	source := "Rye and *water*.\n\n<!--members-only-->\n\nThe sourdough."
	members := contract.VisibilityMembers
	e.edit(blog.PostFields{Source: &source, Visibility: &members})
	e.push()
	p := e.theirs()
	if p.Visibility != "members" || !strings.Contains(p.HTML, "Rye and") || !strings.Contains(p.HTML, "<!--members-only-->") || !strings.Contains(p.HTML, "The sourdough.") {
		t.Errorf("Ghost has %s %s", p.Visibility, p.HTML)
	}
	e.atRest()
	title := "Sourdough"
	if row := e.edit(blog.PostFields{Title: &title}); row.Source != source || row.SourceFormat != contract.FormatMarkdown || strings.Contains(row.HTML, "sourdough") {
		t.Errorf("here is %+v", row)
	}
	e.push()
	if diff := cmp.Diff([]string{"title"}, e.fields(1)); diff != "" {
		t.Errorf("fields written the second time (-want +got):\n%s", diff)
	}
	e.atRest()
	e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.SetBody(ghosttest.Paragraph("Spelt.")); p.Visibility = "public" })
	e.fetch()
	if row := e.post(string(e.id)); row.SourceFormat != contract.FormatLexical || !strings.Contains(row.HTML, "Spelt.") {
		t.Errorf("Ghost's later change came as %+v", row)
	}
}

func TestPushWritesTheRest(t *testing.T) {
	e := newTwoWay(t, true)
	ctx := context.Background()
	slug, tags := "rye", []string{"News", "Rye flour", "#oven"}
	meta := contract.Meta{MetaTitle: "M", MetaDescription: "D", CanonicalURL: "https://elsewhere.example/rye/"}
	picture := contract.Image{URL: "https://pictures.example/rye.jpg", Alt: "A loaf"}
	e.edit(blog.PostFields{Slug: &slug, Tags: &tags, Meta: &meta, FeatureImage: &picture})
	e.push()
	p := e.theirs()
	var names []string
	state := e.g.State()
	for _, id := range p.Tags {
		names = append(names, state.Tags[id].Name)
	}
	if diff := cmp.Diff([]string{"News", "Rye flour", "#oven"}, names); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if p.Slug != "rye" || p.MetaTitle != "M" || p.CanonicalURL != meta.CanonicalURL || p.FeatureImage != picture.URL || p.FeatureImageAlt != "A loaf" {
		t.Errorf("Ghost has %+v", p)
	}
	e.atRest()
	if row := e.post(string(e.id)); row.Path != "/rye/" {
		t.Errorf("stands at %s", row.Path)
	}
	if _, err := e.s.Unpublish(ctx, contract.TypePost, string(e.id), nil); err != nil {
		t.Fatal(err)
	}
	e.push()
	if p := e.theirs(); p.Status != "draft" {
		t.Errorf("Ghost has it %s", p.Status)
	}
	e.atRest()
	if _, err := e.s.Publish(ctx, contract.TypePost, string(e.id), nil); err != nil {
		t.Fatal(err)
	}
	e.push()
	if p := e.theirs(); p.Status != "published" {
		t.Errorf("Ghost has it %s", p.Status)
	}
	e.atRest()
}

// TestPushStandsWhereGhostHasIt: Ghost's permalinks hold for what is renamed here.
func TestPushStandsWhereGhostHasIt(t *testing.T) {
	e := newTwoWay(t, true)
	e.g.SetPermalink("/blog/{slug}/")
	e.fetch()
	slug := "rye"
	if row := e.edit(blog.PostFields{Slug: &slug}); row.Path != "/rye/" {
		t.Errorf("before it is written: %s", row.Path)
	}
	e.push()
	if row := e.post(string(e.id)); row.Path != "/blog/rye/" || row.Slug != "rye" {
		t.Errorf("stands at %s", row.Path)
	}
	e.atRest()
}
