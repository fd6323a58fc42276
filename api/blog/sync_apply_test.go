package blog_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// path is where a post stands here.
func (w *synced) path(ghostID string) string {
	w.t.Helper()
	return strings.Join(w.rows(`select path from blog.posts where origin_id = $1`, ghostID), "|")
}

func (w *synced) flags(ghostID string) string {
	w.t.Helper()
	return strings.Join(w.rows(`select unnest(flags) from blog.posts where origin_id = $1`, ghostID), "|")
}

// TestAddressesThatWereLeft lead to where the thing is now.
func TestAddressesThatWereLeft(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	w.reconcile()
	id := w.idOf("coming-soon")
	moved := func(path, want string) {
		t.Helper()
		to, found, err := w.blog.Moved(t.Context(), path)
		if err != nil || found != (want != "") || to.Location != want {
			t.Errorf("%s leads to %q, %v, want %q", path, to.Location, err, want)
		}
	}
	w.EditPost(id, func(p *ghosttest.Post) { p.Slug = "came" })
	w.fetchHooked()
	moved("/coming-soon/", "/came/")
	w.SetPermalink("/{year}/{slug}/")
	w.reconcile()
	w.same()
	now := w.path(id)
	if !strings.HasPrefix(now, "/20") {
		t.Errorf("the post stands at %s", now)
	}
	moved("/coming-soon/", now)
	moved("/came/", now)
	w.EditPost(id, func(p *ghosttest.Post) { p.Slug = "coming-soon" })
	w.fetchHooked()
	moved(now, w.path(id))
	for tag, one := range w.State().Tags {
		if one.Slug == "bakery" {
			w.ReSlugTag(tag, "ovens")
		}
	}
	for user, one := range w.State().Users {
		if one.Slug == "olive" {
			w.EditUser(user, func(u *ghosttest.User) { u.Slug = "olivia" })
		}
	}
	w.reconcile()
	moved("/tag/bakery/", "/tag/ovens/")
	moved("/author/olive/", "/author/olivia/")
	w.Delete(id)
	w.fetchHooked()
	moved("/came/", "")
}

// TestGhostKeepsItsPosts: what would come back is not deleted here, an import or not.
func TestGhostKeepsItsPosts(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	w.reconcile()
	p, err := w.blog.EditedPost(t.Context(), contract.TypePost, "coming-soon")
	if err != nil {
		t.Fatal(err)
	}
	importGhost(t, w.blog, []byte(`{"db": [{"data": {"posts": []}}]}`), blog.ImportOptions{})
	if err := w.blog.DeletePost(t.Context(), contract.TypePost, "coming-soon", p.Version); problem.Code(err) != "kept_in_ghost" {
		t.Errorf("deleting a post of Ghost's: %v", err)
	}
}

// TestWherePostsStand: at Ghost's own path where that can be, else aside, flagged, until
// what is in the way goes.
func TestWherePostsStand(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	mine, err := w.blog.CreatePost(t.Context(), contract.TypePost, blog.PostFields{Title: ptr("Coming soon")})
	if err != nil {
		t.Fatal(err)
	}
	reserved := w.CreatePost(ghosttest.Post{Title: "Market", Slug: "market", Status: "published", HTML: "<p>x</p>"})
	w.reconcile()
	id := w.idOf("coming-soon")
	for _, c := range []struct{ id, path, flag string }{
		{id, "/coming-soon-2/", "/coming-soon/ is taken"},
		{reserved, "/pages/market/", "the site itself uses"},
	} {
		if got := w.path(c.id); got != c.path || !strings.Contains(w.flags(c.id), c.flag) {
			t.Errorf("stands at %s with %q, want %s with %q", got, w.flags(c.id), c.path, c.flag)
		}
	}
	if err := w.blog.DeletePost(t.Context(), contract.TypePost, mine.Slug, mine.Version); err != nil {
		t.Fatal(err)
	}
	w.reconcile()
	if got := w.path(id); got != "/coming-soon/" || w.flags(id) != "" {
		t.Errorf("the way is free and it stands at %s with %q", got, w.flags(id))
	}
	// What stands aside for good is tried anew by each walk, and nobody is told.
	if _, err := w.blog.EnsureTag(t.Context(), contract.Tag{TagLink: contract.TagLink{Slug: "mine", Name: "Mine"}}); err != nil {
		t.Fatal(err)
	}
	tag := w.AddTag(ghosttest.Tag{Name: "Theirs", Slug: "theirs"})
	w.SetTags(id, "Theirs")
	w.reconcile()
	w.ReSlugTag(tag, "mine")
	w.reconcile()
	w.events()
	w.reconcile()
	if got, events := w.rows(`select slug from blog.tags where name = 'Theirs'`), w.events(); !slices.Equal(got, []string{"mine-2"}) || len(events) > 0 {
		t.Errorf("the tag has the slug %v, and pages are told of %v", got, events)
	}
	w.DeleteTag(tag)
	w.Unpublish(reserved)
	w.SetPermalink("/{primary_author}/{slug}/")
	w.reconcile()
	w.Publish(w.idOf("draft-post"))
	w.fetchHooked()
	w.Delete(reserved)
	w.fetchHooked()
	w.same()
}

// TestSlugsThatChangeHands: two posts, and two tags, end with each other's slugs in
// whatever order they are met.
func TestSlugsThatChangeHands(t *testing.T) {
	for _, first := range []int{0, 1} {
		w := newSynced(t, ghosttest.Options{Only: some})
		a := w.CreatePost(ghosttest.Post{Title: "A", Slug: "a", Status: "published", HTML: "<p>a</p>"})
		b := w.CreatePost(ghosttest.Post{Title: "B", Slug: "b", Status: "published", HTML: "<p>b</p>"})
		x, z := w.AddTag(ghosttest.Tag{Name: "X", Slug: "x"}), w.AddTag(ghosttest.Tag{Name: "Z", Slug: "z"})
		w.reconcile()
		post := func(id, slug string) { w.EditPost(id, func(p *ghosttest.Post) { p.Slug = slug }) }
		post(a, "c")
		post(b, "a")
		post(a, "b")
		w.ReSlugTag(x, "c")
		w.ReSlugTag(z, "x")
		w.ReSlugTag(x, "z")
		posts, tags := []string{a, b}, []string{x, z}
		w.fetch(ghost.KindPost, posts[first])
		w.fetch(ghost.KindPost, posts[1-first])
		w.fetch(ghost.KindTag, tags[first])
		w.fetch(ghost.KindTag, tags[1-first])
		w.same()
	}
}

// TestTagsThatAreHereAlready: one that was made here with the same slug is the same and
// stays as it is; what Ghost does with its own never takes it from posts made here.
func TestTagsThatAreHereAlready(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	mine, err := w.blog.CreatePost(t.Context(), contract.TypePost, blog.PostFields{Title: ptr("Mine"), Tags: &[]string{"Ovens of mine"}})
	if err != nil {
		t.Fatal(err)
	}
	tagsOf := func(id string) string {
		return strings.Join(w.rows(`select t.slug || ':' || t.name from blog.post_tags pt join blog.tags t on t.id = pt.tag_id join blog.posts p on p.id = pt.post_id
			where coalesce(p.origin_id, p.slug) = $1 order by pt.sort_order`, id), " ")
	}
	tag := w.AddTag(ghosttest.Tag{Name: "Ovens", Slug: "ovens-of-mine"})
	id := w.idOf("coming-soon")
	w.SetTags(id, "Ovens")
	w.reconcile()
	if got := tagsOf(id); got != "ovens-of-mine:Ovens of mine" {
		t.Errorf("Ghost's post has the tags %q", got)
	}
	w.ReSlugTag(tag, "ovens")
	w.reconcile()
	if got, here := tagsOf(id), tagsOf(mine.Slug); got != "ovens:Ovens" || here != "ovens-of-mine:Ovens of mine" {
		t.Errorf("after Ghost's slug is another, Ghost's post has %q and ours %q", got, here)
	}
	if _, err := w.blog.UpdatePost(t.Context(), contract.TypePost, mine.Slug, mine.Version, blog.PostFields{Tags: &[]string{"Ovens"}}); err != nil {
		t.Fatal(err)
	}
	w.DeleteTag(tag)
	w.fetchHooked()
	if got, here := tagsOf(id), tagsOf(mine.Slug); got != "" || here != "ovens:Ovens" {
		t.Errorf("after Ghost has deleted it, Ghost's post has %q and ours %q", got, here)
	}
	if r := w.reconcile(); len(r.Differences) > 1 {
		t.Errorf("the walk finds %+v", r.Differences)
	}
}

// TestWhatBecomesOfAddresses: links to the Ghost lead here, what is elsewhere stays.
func TestWhatBecomesOfAddresses(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	w.CreatePost(ghosttest.Post{Title: "Market", Slug: "market", Status: "published", HTML: "<p>x</p>"})
	id := w.CreatePost(ghosttest.Post{Title: "Links", Status: "published", CanonicalURL: "__GHOST_URL__/links/"})
	w.reconcile()
	w.EditPost(id, func(p *ghosttest.Post) {
		p.SetBody(ghosttest.HTMLCard(`<p><a href="__GHOST_URL__/coming-soon/?a=1#b">1</a><a href="__GHOST_URL__/market/">2</a><a href="__GHOST_URL__/tag/news">3</a>`+
			`<a href="https://elsewhere.example/coming-soon/">4</a><a href="__GHOST_URL__/content/files/2026/menu.pdf">5</a><a href="mailto:a@example.org">6</a>`+
			`<img src="__GHOST_URL__/content/images/2026/loaf.jpg" alt="A loaf"></p>`), ghosttest.Image("__GHOST_URL__/content/images/2026/crust.jpg"))
		p.FeatureImage = "__GHOST_URL__/content/images/2026/top.jpg"
		p.CodeinjectionHead = "<script>x()</script>"
	})
	w.fetchHooked()
	html := strings.Join(w.rows(`select html from blog.posts where origin_id = $1`, id), "")
	for _, want := range []string{`href="/coming-soon/?a=1#b"`, `href="/pages/market/"`, `href="/tag/news/"`, `href="https://elsewhere.example/coming-soon/"`,
		`href="` + w.url + `/content/files/2026/menu.pdf"`, `src="` + w.url + `/content/images/2026/loaf.jpg"`, `/content/images/2026/crust.jpg`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
	if n := count(t, w.pool, `select count(*) from blog.posts where origin_id = $1 and meta::text not like '%canonical%' and feature_image ->> 'url' = $2
		and codeinjection_head like '<script>%' and html not like '%x()%'`, id, w.url+"/content/images/2026/top.jpg"); n != 1 {
		t.Error("the post's own fields are otherwise")
	}
	if got := w.flags(id); !strings.Contains(got, "has code injection, which is kept and not run") {
		t.Errorf("flags: %q", got)
	}
}

// TestBodiesThatCannotBeRendered are shown as Ghost rendered them, with a flag.
func TestBodiesThatCannotBeRendered(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	deep := strings.Repeat("<div>", 3000) + "x"
	for i, c := range []struct{ lexical, mobiledoc, html, flag, shows string }{
		{`{"root":{"type":"root","children":[{"type":"jigsaw"}]}}`, "", "<p>Ghost made this</p>", "not known here (jigsaw)", "Ghost made this"},
		{`{"root":`, "", "<p>Ghost made this</p>", "cannot be read", "Ghost made this"},
		{"", `{"version":"0.3.1"}`, "<p>Ghost made this</p>", "older editor", "Ghost made this"},
		{"", `{"version":"0.3.1"}`, deep, "nests elements too deeply", ""},
	} {
		id := w.CreatePost(ghosttest.Post{Title: fmt.Sprint("Odd ", i), Status: "published", Lexical: c.lexical, Mobiledoc: c.mobiledoc, HTML: c.html})
		w.fetchHooked()
		html := strings.Join(w.rows(`select html from blog.posts where origin_id = $1`, id), "")
		if !strings.Contains(w.flags(id), c.flag) || !strings.Contains(html, c.shows) {
			t.Errorf("%s%s: flags %q, shows %q", c.lexical, c.mobiledoc, w.flags(id), html)
		}
	}
}

// TestImportThenSync: what an export brought is what the sync goes on from.
func TestImportThenSync(t *testing.T) {
	w := newSynced(t, ghosttest.Options{})
	importGhost(t, w.blog, export(t), blog.ImportOptions{GhostURL: w.url, Settings: true})
	before := w.rows(`select id::text from blog.posts order by id`)
	w.events()
	r := w.reconcile()
	w.same()
	for _, k := range r.Kinds {
		if k.Kind != ghost.KindMember && k.Created > 0 {
			t.Errorf("the sync takes %d of kind %s for new", k.Created, k.Kind)
		}
	}
	if after := w.rows(`select id::text from blog.posts order by id`); !slices.Equal(before, after) {
		t.Error("posts have other ids")
	}
	if events := w.events(); slices.Contains(events, "blog.post_published") || slices.Contains(events, "blog.post_unpublished") {
		t.Errorf("the sync after the import announces %v", events)
	}
	report := importGhost(t, w.blog, bytes.ReplaceAll(export(t), []byte(`"title": "Coming soon"`), []byte(`"title": "Older"`)), blog.ImportOptions{GhostURL: w.url})
	if len(report.Outcomes) != 72 {
		t.Errorf("%d outcomes", len(report.Outcomes))
	}
	w.reconcile()
	w.same()
}

// TestChangedHereAndThere: ours stays shown, with a conflict, and the walk is quiet.
func TestChangedHereAndThere(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	w.reconcile()
	id, other := w.idOf("coming-soon"), w.idOf("card-bookmark")
	for _, slug := range []string{"coming-soon", "card-bookmark"} {
		e, err := w.blog.EditedPost(t.Context(), contract.TypePost, slug)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.blog.UpdatePost(t.Context(), contract.TypePost, slug, e.Version, blog.PostFields{Title: ptr("Ours")}); err != nil {
			t.Fatal(err)
		}
	}
	w.EditPost(id, func(p *ghosttest.Post) { p.Title = "Theirs" })
	w.Delete(other)
	w.events()
	w.reconcile()
	got := w.rows(`select p.title || ' ' || coalesce(c.theirs ->> 'title', 'deleted') || ' ' || p.is_public || ' ' || p.flags::text
		from blog.ghost_conflicts c join blog.posts p on p.id = c.post_id order by 1`)
	want := []string{`Ours Theirs true {"was changed here and in Ghost: choose which is kept"}`, `Ours deleted true {"was changed here and in Ghost: choose which is kept"}`}
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("conflicts: %q", got)
	}
	if r := w.reconcile(); len(r.Differences) > 0 || len(w.events()) > 0 {
		t.Errorf("the next walk finds %+v", r.Differences)
	}
}

// TestRenderOld: bodies that an older version made are made anew, and only pages that are
// otherwise are told of; what was written here stays.
func TestRenderOld(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	w.reconcile()
	e, err := w.blog.EditedPost(t.Context(), contract.TypePost, "coming-soon")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.blog.UpdatePost(t.Context(), contract.TypePost, "coming-soon", e.Version, blog.PostFields{Source: ptr("Written here.")}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.pool.Exec(t.Context(), `update blog.posts set render_version = 0`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.pool.Exec(t.Context(), `update blog.posts set html = '<p>as it was</p>' where slug in ('card-bookmark', 'coming-soon', 'draft-post')`); err != nil {
		t.Fatal(err)
	}
	w.events()
	if err := w.sync.RenderOld(t.Context()); err != nil {
		t.Fatal(err)
	}
	if events := w.events(); !slices.Equal(events, []string{"blog.post_updated"}) {
		t.Errorf("pages are told of %v, want one post", events)
	}
	if left := w.rows(`select slug from blog.posts where html = '<p>as it was</p>' or render_version = 0 order by 1`); !slices.Equal(left, []string{"coming-soon"}) {
		t.Errorf("%v are as they were", left)
	}
	if r := w.reconcile(); len(r.Differences) > 0 {
		t.Errorf("a walk finds %+v", r.Differences)
	}
	if n := count(t, w.pool, `select count(*) from blog.posts where version > origin_version`); n != 1 {
		t.Errorf("%d posts count as changed here, want 1", n)
	}
}

// TestSettings: what is changed in Ghost is taken, what is changed here stays.
func TestSyncedSettings(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	w.reconcile()
	settings, version, err := w.blog.VersionedSettings(t.Context())
	if err != nil || settings.Title == "Rose Ash" || settings.Social["facebook"] == "" {
		t.Fatalf("%+v, %v", settings, err)
	}
	if _, _, err := w.blog.UpdateSettings(t.Context(), version, blog.SettingsFields{Description: ptr("Written here")}); err != nil {
		t.Fatal(err)
	}
	w.EditSettings(map[string]any{"title": "Otherwise", "facebook": nil, "announcement_content": `<p>Hello <a href="` + w.url + `/about/">x</a></p>`,
		"announcement_visibility": `["visitors"]`, "timezone": "Europe/Paris", "accent_color": "red",
		"navigation": `[{"label":"A","url":"` + w.url + `/about/"},{"label":"B","url":"#/portal/"},{"label":"C","url":"javascript:x()"}]`})
	w.reconcile()
	settings, _, err = w.blog.VersionedSettings(t.Context())
	if err != nil || settings.Title != "Otherwise" || settings.Description != "Written here" || settings.Social["facebook"] != "" ||
		!strings.Contains(settings.Announcement, `href="/about/"`) || settings.Timezone != "Europe/Paris" || settings.AccentColor == "red" ||
		len(settings.Navigation) != 1 || settings.Navigation[0].URL != "/about/" {
		t.Errorf("%+v, %v", settings, err)
	}
}

// TestFieldsOfPosts: what a post has beyond its words is kept.
func TestFieldsOfPosts(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	var tier string
	for id, one := range w.State().Tiers {
		if tier = id; one.Slug != "free" {
			break
		}
	}
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	id := w.CreatePost(ghosttest.Post{
		Title: "All of it", Status: "published", Visibility: "tiers", Tiers: []string{tier}, Featured: true, CustomTemplate: "custom-wide",
		CustomExcerpt: "In short", FeatureImage: "https://media.example.org/a.jpg", FeatureImageAlt: "Alt", FeatureImageCaption: "<b>Cap</b><script>x</script>",
		Meta: ghosttest.Meta{MetaTitle: "MT", OGImage: "https://media.example.org/o.jpg", TwitterDescription: "TD"}, PublishedAt: at,
		Type: "page",
	})
	w.fetchHooked()
	slug := w.State().Tiers[tier].Slug
	if n := count(t, w.pool, `select count(*) from blog.posts where origin_id = $1 and type = 'page' and visibility = 'tiers' and tiers = array[$2::text] and featured
		and custom_template = 'custom-wide' and custom_excerpt = 'In short' and excerpt = 'In short' and published_at = $3
		and feature_image @> '{"url":"https://media.example.org/a.jpg","alt":"Alt","caption":"<b>Cap</b>"}'
		and meta @> '{"meta_title":"MT","og_image":"https://media.example.org/o.jpg","twitter_description":"TD"}'
		and source_format = 'lexical' and render_version > 0`, id, slug, at); n != 1 {
		t.Errorf("the post is otherwise: %s", w.rows(`select row_to_json(p)::text from blog.posts p where origin_id = $1`, id))
	}
}
