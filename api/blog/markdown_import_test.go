package blog_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// file is a post of a site that moves in.
func file(slug string, change ...func(*blog.MarkdownFile)) blog.MarkdownFile {
	f := blog.MarkdownFile{
		File: "blog/" + slug + ".md", Type: contract.TypePost, Title: "On " + slug, Slug: slug, Source: "Flour, *water*, salt.",
		Tags: []string{"Bread", "Oven"}, Authors: []string{"Ada"}, Published: noon.AddDate(-1, 0, 0),
	}
	for _, c := range change {
		c(&f)
	}
	f.Hash = fmt.Sprintf("%+v", f)
	return f
}

// bring imports files as one batch and returns what became of them by slug, with
// the reason or the warnings behind it.
func bring(t testing.TB, s *blog.Service, dryRun bool, files ...blog.MarkdownFile) map[string]string {
	t.Helper()
	im := s.NewMarkdownImport(dryRun)
	batch, err := im.Judge(context.Background(), files)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := im.Store(context.Background(), batch)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for i, o := range outcomes {
		if o.File != files[i].File {
			t.Errorf("outcome %d is of %s, want %s", i, o.File, files[i].File)
		}
		got[o.File] = strings.TrimSpace(strings.Join(append([]string{string(o.Change), o.Path, o.Reason}, o.Warnings...), " "))
	}
	return got
}

// eventsSince is the kinds of the events since the last call.
func eventsSince(t testing.TB, pool *db.Pool) (kinds string) {
	t.Helper()
	err := pool.QueryRow(context.Background(), `with e as (delete from bus.domain_events returning id, kind)
		select coalesce(string_agg(replace(kind, 'blog.post_', ''), ' ' order by id), '') from e`).Scan(&kinds)
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func want(t testing.TB, got, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestImportMarkdown(t *testing.T) {
	s, pool := newService(t)
	files := []blog.MarkdownFile{
		file("a"),
		file("b", func(f *blog.MarkdownFile) { f.Draft = true }),
		file("c", func(f *blog.MarkdownFile) { f.Published = noon.AddDate(1, 0, 0) }),
		file("d", func(f *blog.MarkdownFile) { f.Source = "Text <script>x</script>\n\n<!--more-->\n\nmore" }),
		file("e", func(f *blog.MarkdownFile) { f.Type = contract.TypePage; f.Published = time.Time{}; f.Tags = nil }),
		file("f", func(f *blog.MarkdownFile) { f.Image.URL = "javascript:x"; f.Tags = []string{"bread", "?"} }),
	}
	first := map[string]string{
		"blog/a.md": "created /a/", "blog/b.md": "created", "blog/c.md": "created",
		"blog/d.md": "created /d/  left out a script element", "blog/e.md": "created /e/",
		"blog/f.md": "created /f/  its picture has an address that cannot be used a tag has a name that cannot be used: ?",
	}
	want(t, bring(t, s, true, files...), first)
	if n := count(t, pool, `select (select count(*) from blog.posts) + (select count(*) from blog.tags) + (select count(*) from bus.domain_events)`); n != 0 {
		t.Fatalf("a dry run stored %d rows", n)
	}
	want(t, bring(t, s, false, files...), first)
	if got := eventsSince(t, pool); got != "published published published published" {
		t.Errorf("events %q", got)
	}
	e, err := s.EditedPost(t.Context(), contract.TypePost, "a")
	if err != nil {
		t.Fatal(err)
	}
	if e.HTML != "<p>Flour, <em>water</em>, salt.</p>" || e.Excerpt != "Flour, water, salt." || e.Status != contract.StatusPublished ||
		!e.PublishedAt.Equal(noon.AddDate(-1, 0, 0)) || !e.UpdatedAt.Equal(e.PublishedAt) || e.SourceFormat != contract.FormatMarkdown ||
		len(e.Tags) != 2 || e.Tags[0].Slug != "bread" || len(e.Authors) != 1 || e.Authors[0].Name != "Ada" {
		t.Errorf("stored %+v", e)
	}
	if e, _ := s.EditedPost(t.Context(), contract.TypePost, "c"); e.Status != contract.StatusScheduled {
		t.Errorf("a post to come is %s", e.Status)
	}
	if e, _ := s.EditedPost(t.Context(), contract.TypePost, "d"); strings.Contains(e.HTML, "script") || !strings.Contains(e.HTML, "more") || len(e.Flags) != 1 {
		t.Errorf("unsafe: %q, flags %v", e.HTML, e.Flags)
	}
	if n := count(t, pool, `select count(*) from blog.tags`); n != 2 {
		t.Errorf("%d tags, want bread and oven", n)
	}

	// Again: nothing. Then one changes in what is shown, one in nothing.
	state := func() (sum string) {
		if err := pool.QueryRow(t.Context(), `select md5(string_agg(p::text, '|' order by id)) from blog.posts p`).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	before := state()
	again := bring(t, s, false, files...)
	for name, got := range again {
		if !strings.HasPrefix(got, "unchanged") {
			t.Errorf("%s the second time: %s", name, got)
		}
	}
	if state() != before || eventsSince(t, pool) != "" {
		t.Error("the second import changed something")
	}
	files[0] = file("a", func(f *blog.MarkdownFile) { f.Tags = []string{"Oven", "Cakes"}; f.Slug = "aa" })
	files[1] = file("b", func(f *blog.MarkdownFile) { f.Draft = false })
	files[3].Hash = "another comment in the front matter"
	files[4] = file("e", func(f *blog.MarkdownFile) { f.Draft = true; f.Type = contract.TypePage })
	third := bring(t, s, true, files...)
	if third["blog/a.md"] != "updated /aa/" || third["blog/d.md"] != "updated /d/  left out a script element" {
		t.Errorf("a dry run of changes: %v", third)
	}
	want(t, bring(t, s, false, files...), map[string]string{
		"blog/a.md": "updated /aa/", "blog/b.md": "updated /b/", "blog/c.md": "unchanged", "blog/d.md": "unchanged /d/  left out a script element",
		"blog/e.md": "updated", "blog/f.md": again["blog/f.md"],
	})
	if got := eventsSince(t, pool); got != "updated published unpublished" {
		t.Errorf("events %q", got)
	}
	if e, err := s.EditedPost(t.Context(), contract.TypePost, "aa"); err != nil || e.Version != 2 || len(e.Tags) != 2 || e.Tags[1].Slug != "cakes" {
		t.Errorf("updated: %+v, %v", e, err)
	}
	for _, got := range bring(t, s, false, files...) {
		if !strings.HasPrefix(got, "unchanged") {
			t.Errorf("after the update: %s", got)
		}
	}
}

func TestImportMarkdownKeepsEdits(t *testing.T) {
	s, pool := newService(t)
	bring(t, s, false, file("a"), file("b"))
	title := "Mine"
	if _, err := s.UpdatePost(t.Context(), contract.TypePost, "a", 1, blog.PostFields{Title: &title}); err != nil {
		t.Fatal(err)
	}
	e, err := s.EditedPost(t.Context(), contract.TypePost, "b")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeletePost(t.Context(), contract.TypePost, "b", e.Version); err != nil {
		t.Fatal(err)
	}
	eventsSince(t, pool)
	changed := func(f *blog.MarkdownFile) { f.Title = "Theirs" }
	want(t, bring(t, s, false, file("a", changed), file("b", changed)), map[string]string{
		"blog/a.md": "kept /a/  was changed here since the last import: the file's change is left out", "blog/b.md": "created /b/",
	})
	if e, _ := s.EditedPost(t.Context(), contract.TypePost, "a"); e.Title != "Mine" || eventsSince(t, pool) != "published" {
		t.Errorf("the edit was not kept: %q", e.Title)
	}
}

func TestImportMarkdownRefuses(t *testing.T) {
	s, pool := newService(t)
	title, slug := "A", "mine"
	if _, err := s.CreatePost(t.Context(), contract.TypePage, blog.PostFields{Title: &title, Slug: &slug}); err != nil {
		t.Fatal(err)
	}
	bring(t, s, false, file("earlier"))
	other := func(name, slug string) blog.MarkdownFile {
		return file(slug, func(f *blog.MarkdownFile) { f.File = "blog/" + name + ".md" })
	}
	files := []blog.MarkdownFile{
		file("a"), other("b", "mine"), other("c", "market"), other("d", "a"), other("e", "???"), other("f", "earlier"),
		file("g", func(f *blog.MarkdownFile) { f.Source = strings.Repeat("<div>", 1000) }),
		file("h", func(f *blog.MarkdownFile) { f.Source = "<!--kg-gated-block:begin-->" }),
		other("i", "Dein_Brot"),
	}
	for _, dryRun := range []bool{true, false} {
		want(t, bring(t, s, dryRun, files...), map[string]string{
			"blog/a.md": "created /a/", "blog/b.md": "refused  another post or page has the slug mine",
			"blog/c.md": "refused  the slug market is a word that the site itself uses", "blog/d.md": `refused  the slug a is that of "blog/a.md"`,
			"blog/e.md": "refused  its slug has no letter or digit that an address can have",
			"blog/f.md": `refused  the slug earlier is that of "blog/earlier.md"`, "blog/g.md": "refused  its elements are nested too deeply",
			"blog/h.md": "refused  its text holds a gated block of Ghost's, which Markdown has not", "blog/i.md": "created /dein-brot/",
		})
	}
	if n := count(t, pool, `select count(*) from blog.posts`); n != 4 {
		t.Errorf("%d posts, want 4", n)
	}
	// An address that is taken does not move a post that is there.
	want(t, bring(t, s, false, file("a", func(f *blog.MarkdownFile) { f.Slug = "mine"; f.Title = "New" })), map[string]string{
		"blog/a.md": "refused  another post or page has the slug mine"})
}

// TestImportMarkdownBesideEditors: whoever is faster, nothing of a batch is lost,
// and no address or tag is there twice.
func TestImportMarkdownBesideEditors(t *testing.T) {
	s, pool := newService(t)
	const rounds, each = 8, 10
	var group sync.WaitGroup
	for round := range rounds {
		var files []blog.MarkdownFile
		for n := range each {
			files = append(files, file(fmt.Sprintf("r%d-%d", round, n), func(f *blog.MarkdownFile) {
				f.Tags = []string{fmt.Sprintf("t%d", n), fmt.Sprintf("u%d", round)}
			}))
		}
		im := s.NewMarkdownImport(false)
		batch, err := im.Judge(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			outcomes, err := im.Store(t.Context(), batch)
			if err != nil {
				t.Errorf("Store: %v", err)
			}
			for _, o := range outcomes {
				if o.Change != contract.ImportCreated && !strings.Contains(o.Reason, "another post or page has the slug") {
					t.Errorf("%s was %s: %s", o.File, o.Change, o.Reason)
				}
			}
		})
		group.Go(func() {
			for n := range each {
				title, slug, tags := "Editor", fmt.Sprintf("r%d-%d", round, each-1-n), []string{fmt.Sprintf("u%d", round), "t3"}
				_, _ = s.CreatePost(t.Context(), contract.TypePost, blog.PostFields{Title: &title, Slug: &slug, Tags: &tags})
			}
		})
	}
	group.Wait()
	if n := count(t, pool, `select count(*) from blog.posts`); n != rounds*each {
		t.Errorf("%d posts, want %d", n, rounds*each)
	}
	if n := count(t, pool, `select count(*) from blog.post_tags`); n != 2*rounds*each {
		t.Errorf("the posts have %d tags together, want two each", n)
	}
	// A tag whose files all lost their slug to an editor is not made.
	if n := count(t, pool, `select count(*) from blog.tags t where not exists (select from blog.post_tags x where x.tag_id = t.id)`); n != 0 {
		t.Errorf("%d tags without a post", n)
	}
}
