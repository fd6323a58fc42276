package blog_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// someSlugs are posts of the export of every status and visibility.
var someSlugs = []string{
	"coming-soon", "about", "vis-members", "vis-tiers", "draft-post", "scheduled-post", "email-only", "card-html-visibility-paid", "card-bookmark",
}

func some(slug string) bool { return slices.Contains(someSlugs, slug) }

// synced is a site with a stand-in for its Ghost.
type synced struct {
	*ghosttest.Ghost
	t    testing.TB
	url  string
	pool *db.Pool
	sync *blog.Sync
	blog *blog.Service
}

// newSynced makes one that has met nothing yet.
func newSynced(t testing.TB, o ghosttest.Options) *synced {
	t.Helper()
	w := &synced{t: t, pool: dbtest.New(t)}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.Ghost.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	w.url, o.URL = server.URL, server.URL
	var err error
	if w.Ghost, err = ghosttest.New(export(t), o); err != nil {
		t.Fatal(err)
	}
	w.blog = blog.New(w.pool, clock.System{})
	w.sync = blog.NewSync(w.blog, blog.SyncOptions{URL: w.url, Client: w.client(), Secret: ghosttest.HookSecret})
	return w
}

func (w *synced) client() *ghost.Client {
	w.t.Helper()
	c, err := ghost.New(ghost.Options{URL: w.url, AdminKey: ghosttest.AdminKey, HTTP: httpx.Operator(time.Minute), Clock: clock.System{}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// reconcile compares everything, without a fault.
func (w *synced) reconcile() blog.Report {
	w.t.Helper()
	r, err := w.sync.Reconcile(context.Background(), blog.ReconcileOptions{})
	if err != nil {
		w.t.Fatalf("Reconcile: %v, %+v", err, r.Faults)
	}
	return r
}

// fetchHooked brings everything of which the queue's hooks tell, and forgets site.changed.
func (w *synced) fetchHooked() (events []string) {
	w.t.Helper()
	for _, h := range w.Hooks() {
		events = append(events, h.Event)
		if h.Event == "site.changed" {
			continue
		}
		now := time.Now()
		hook, err := ghost.ReadHook(ghosttest.HookSecret, h.Event, h.SignedAt(now).Header.Get("X-Ghost-Signature"), h.Body, now, time.Minute)
		if err != nil {
			w.t.Fatal(h.Event, err)
		}
		if _, err := w.sync.Fetch(context.Background(), hook.Kind, hook.ID); err != nil {
			w.t.Fatal(h.Event, err)
		}
	}
	slices.Sort(events)
	return events
}

func (w *synced) rows(query string, args ...any) (lines []string) {
	w.t.Helper()
	rows, err := w.pool.Query(context.Background(), query, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			w.t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return lines
}

// events are the kinds of events since the last call, sorted.
func (w *synced) events() []string {
	w.t.Helper()
	return w.rows(`with taken as (delete from bus.domain_events returning kind) select kind from taken order by kind`)
}

// same compares the database with the Ghost's truth: every post with its address, tags and
// authors, every tag, author, tier, newsletter and member, and that nothing gated shows.
func (w *synced) same() {
	w.t.Helper()
	state := w.State()
	var want []string
	for _, p := range state.Posts {
		status := p.Status
		if status == "sent" {
			status = "published"
		}
		path := "/" + p.Slug + "/"
		if status == "published" && !bool(p.EmailOnly) && p.Status != "sent" {
			path = strings.TrimPrefix(p.URL, state.URL)
		}
		var tags, authors []string
		for _, id := range p.Tags {
			tags = append(tags, state.Tags[id].Slug)
		}
		for _, id := range p.Authors {
			authors = append(authors, state.Users[id].Slug)
		}
		want = append(want, fmt.Sprintf("%s %s %q %s %s %s %v %s %v %v", p.ID, p.Type, p.Title, p.Slug, status, p.Visibility, bool(p.Featured), path, tags, authors))
	}
	got := w.rows(`select format('%s %s "%s" %s %s %s %s %s [%s] [%s]', p.origin_id, p.type, p.title, p.slug, p.status, p.visibility, p.featured::text, p.path,
		(select string_agg(t.slug, ' ' order by pt.sort_order) from blog.post_tags pt join blog.tags t on t.id = pt.tag_id where pt.post_id = p.id),
		(select string_agg(a.slug, ' ' order by pa.sort_order) from blog.post_authors pa join blog.authors a on a.id = pa.author_id where pa.post_id = p.id))
		from blog.posts p where origin = 'ghost'`)
	w.compare("posts", want, got)
	want = nil
	for _, t := range state.Tags {
		want = append(want, t.ID+" "+t.Slug+" "+t.Name)
	}
	w.compare("tags", want, w.rows(`select g.ghost_id || ' ' || t.slug || ' ' || t.name from blog.tags t join blog.ghost_objects g on g.kind = 'tag' and g.object_id = t.id`))
	want = nil
	for _, u := range state.Users {
		want = append(want, u.ID+" "+u.Slug+" "+u.Name)
	}
	w.compare("authors", want, w.rows(`select g.ghost_id || ' ' || a.slug || ' ' || a.name from blog.authors a join blog.ghost_objects g on g.kind = 'user' and g.object_id = a.id`))
	for _, k := range []struct {
		kind  string
		count int
	}{{"tier", len(state.Tiers)}, {"newsletter", len(state.Newsletters)}, {"member", len(state.Members)}} {
		if n := count(w.t, w.pool, `select count(*) from blog.ghost_objects where kind = $1 and object_id is not null`, k.kind); n != k.count {
			w.t.Errorf("%d of kind %s, Ghost has %d", n, k.kind, k.count)
		}
	}
	w.hidden()
}

func (w *synced) compare(what string, want, got []string) {
	w.t.Helper()
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s (-Ghost +here):\n%s", what, diff)
	}
}

// hidden looks for what not everybody may read in what everybody reads.
func (w *synced) hidden() {
	w.t.Helper()
	shown := strings.Join(w.rows(`select concat_ws(' ', title, html, plaintext, excerpt, meta::text, feature_image::text) from blog.posts`), "\n")
	for _, phrase := range w.Gated() {
		if strings.Contains(shown, phrase) {
			w.t.Errorf("everybody reads %q, which is gated", phrase)
		}
	}
	if n := count(w.t, w.pool, `select count(*) from blog.posts where visibility <> 'public' and html <> '' and document not like '%members-only%'`); n != 0 {
		w.t.Errorf("%d posts that are gated whole show something", n)
	}
}

func TestReconcileStoresEverything(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Extra: 120})
	first := w.reconcile()
	w.same()
	published := count(t, w.pool, `select count(*) from bus.domain_events where kind = 'blog.post_published'`)
	if public := count(t, w.pool, `select count(*) from blog.posts where is_public`); published != public || public < 150 {
		t.Errorf("%d posts are public, %d were announced", public, published)
	}
	for _, k := range first.Kinds {
		if k.Created != k.Seen || k.Seen == 0 || k.Changed+k.Removed+k.Missing != 0 || k.HeldBack {
			t.Errorf("the first walk: %+v", k)
		}
	}
	before := w.rows(`select md5(string_agg(p::text, '|' order by id)) from blog.posts p`)
	w.events()
	second := w.reconcile()
	if len(second.Differences) != 0 || len(w.events()) != 0 {
		t.Errorf("the second walk found %+v", second.Differences)
	}
	if after := w.rows(`select md5(string_agg(p::text, '|' order by id)) from blog.posts p`); !slices.Equal(before, after) {
		t.Error("the second walk changed posts")
	}
	lane := w.rows(`select concat_ws(' ', error, succeeded_at is not null, failed_at is null, seen, changed, missing) from blog.ghost_lanes where lane = 'manual'`)
	seen := 0
	for _, k := range second.Kinds {
		seen += k.Seen
	}
	if want := fmt.Sprintf(" t t %d 0 0", seen); !slices.Equal(lane, []string{want}) {
		t.Errorf("the lane tells %q of the second walk, want %q", lane, want)
	}
}

// TestEveryAction: what editors do in Ghost arrives by its hooks where it has some, by a
// walk alone in any case, and readers' pages are told.
func TestEveryAction(t *testing.T) {
	post := func(w *synced, slug string) string {
		p, ok := w.Post(slug)
		if !ok {
			t.Fatalf("no post %s", slug)
		}
		return p.ID
	}
	tag := func(w *synced, slug string) string {
		for id, t := range w.State().Tags {
			if t.Slug == slug {
				return id
			}
		}
		t.Fatalf("no tag %s", slug)
		return ""
	}
	body := func(p *ghosttest.Post) {
		p.SetBody(ghosttest.Paragraph("Everybody reads these words."), ghosttest.Paywall(), ghosttest.Paragraph("Members alone read those words."))
	}
	for _, c := range []struct {
		name   string
		do     func(w *synced)
		hooked bool     // the hooks say all of it
		events []string // that pages are told of
	}{
		{"create a draft", func(w *synced) { w.CreatePost(ghosttest.Post{Title: "New"}) }, true, nil},
		{"edit a draft", func(w *synced) { w.EditPost(post(w, "draft-post"), func(p *ghosttest.Post) { p.Title = "Other" }) }, true, nil},
		{"publish", func(w *synced) { w.Publish(post(w, "draft-post")) }, true, []string{"blog.post_published"}},
		{"create as published", func(w *synced) {
			w.CreatePost(ghosttest.Post{Title: "At once", Status: "published", HTML: "<p>x</p>"})
		}, true, []string{"blog.post_published"}},
		{"edit the body", func(w *synced) { w.EditPost(post(w, "coming-soon"), body) }, true, []string{"blog.post_updated"}},
		{"edit the slug", func(w *synced) {
			w.EditPost(post(w, "coming-soon"), func(p *ghosttest.Post) { p.Slug = "came" })
		}, true, []string{"blog.post_updated"}},
		{"make it for members", func(w *synced) {
			w.EditPost(post(w, "coming-soon"), func(p *ghosttest.Post) { body(p); p.Visibility = "members" })
		}, true, []string{"blog.post_updated"}},
		{"feature it", func(w *synced) { w.EditPost(post(w, "coming-soon"), func(p *ghosttest.Post) { p.Featured = true }) }, true, []string{"blog.post_updated"}},
		{"save without change", func(w *synced) { w.SaveUnchanged(post(w, "coming-soon")) }, true, nil},
		{"change tags", func(w *synced) { w.SetTags(post(w, "coming-soon"), "Bakery", "Brand new", "#hidden") }, true, []string{"blog.post_updated"}},
		{"unpublish", func(w *synced) { w.Unpublish(post(w, "coming-soon")) }, true, []string{"blog.post_unpublished"}},
		{"delete a published one", func(w *synced) { w.Delete(post(w, "coming-soon")) }, true, []string{"blog.post_unpublished"}},
		{"delete a draft", func(w *synced) { w.Delete(post(w, "draft-post")) }, true, nil},
		{"delete a page", func(w *synced) { w.Delete(post(w, "about")) }, true, []string{"blog.post_unpublished"}},
		{"schedule", func(w *synced) { w.Schedule(post(w, "draft-post"), w.Now().Add(time.Hour)) }, true, nil},
		{"reschedule", func(w *synced) { w.Schedule(post(w, "scheduled-post"), w.Now().Add(time.Hour)) }, true, nil},
		{"unschedule", func(w *synced) { w.Unschedule(post(w, "scheduled-post")) }, true, nil},
		{"a schedule fires", func(w *synced) { w.Fire(post(w, "scheduled-post")) }, true, []string{"blog.post_published"}},
		{"rename a tag", func(w *synced) { w.RenameTag(tag(w, "bakery"), "Ovens") }, true, []string{"blog.tag_updated"}},
		{"re-slug a tag", func(w *synced) { w.ReSlugTag(tag(w, "bakery"), "ovens") }, true, []string{"blog.tag_updated"}},
		{"rename an author", func(w *synced) {
			for id := range w.State().Users {
				w.RenameUser(id, "Another name")
				break
			}
		}, false, []string{"blog.author_updated"}},
		{"settings", func(w *synced) { w.EditSettings(map[string]any{"description": "Otherwise"}) }, false, []string{"blog.site_updated"}},
		{"navigation", func(w *synced) { w.SetNavigation([2]string{"Bread", "/bread/"}) }, false, []string{"blog.site_updated"}},
		{"permalinks", func(w *synced) { w.SetPermalink("/{year}/{slug}/") }, false, nil},
		{"bulk unpublish", func(w *synced) { w.BulkUnpublish(post(w, "coming-soon"), post(w, "card-bookmark")) }, false, []string{"blog.post_unpublished", "blog.post_unpublished"}},
		{"bulk delete", func(w *synced) { w.BulkDelete(post(w, "coming-soon"), post(w, "card-bookmark")) }, false, []string{"blog.post_unpublished", "blog.post_unpublished"}},
		{"bulk access", func(w *synced) { w.BulkAccess([]string{post(w, "coming-soon"), post(w, "card-bookmark")}, "members") }, false, []string{"blog.post_updated", "blog.post_updated"}},
		{"bulk tag", func(w *synced) { w.BulkAddTag([]string{post(w, "coming-soon")}, "Late") }, false, []string{"blog.post_updated"}},
		{"import", func(w *synced) { w.Import(ghosttest.Post{Title: "Came in", Status: "published", HTML: "<p>x</p>"}) }, false, []string{"blog.post_published"}},
		{"add a member", func(w *synced) { w.AddMember(ghosttest.Member{Email: "ada@example.org"}) }, true, nil},
		{"delete a member", func(w *synced) {
			for id := range w.State().Members {
				w.DeleteMember(id)
				break
			}
		}, true, nil},
	} {
		for _, by := range []string{"hooks", "a walk"} {
			if by == "hooks" && !c.hooked {
				continue
			}
			t.Run(c.name+" by "+by, func(t *testing.T) {
				t.Parallel()
				w := newSynced(t, ghosttest.Options{Only: some})
				w.reconcile()
				w.events()
				w.Hooks()
				c.do(w)
				if by == "hooks" {
					w.fetchHooked()
				} else {
					w.reconcile()
				}
				w.same()
				if events := w.events(); c.events != nil && !slices.Equal(events, c.events) || c.events == nil && c.name != "permalinks" && len(events) > 0 {
					t.Errorf("pages are told of %v, want %v", events, c.events)
				}
				if r := w.reconcile(); len(r.Differences) > 0 {
					t.Errorf("another walk finds %+v", r.Differences)
				}
			})
		}
	}
}
