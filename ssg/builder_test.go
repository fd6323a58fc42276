package ssg_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

func ptr[T any](v T) *T { return &v }

func TestPublishAndUnpublish(t *testing.T) {
	w := newWorld(t, nil)
	w.drain()
	older := w.publish("Beetroot", nil)
	w.drain()
	post := w.publish("Parsnips", func(f *blog.PostFields) { f.Tags = ptr([]string{"Roots", "#hidden"}) })
	w.drain()
	tree := w.tree()
	for file, want := range map[string]string{
		"main/parsnips/index.html": "Some words about Parsnips.", "main/index.html": "Parsnips",
		"main/tag/roots/index.html": "Parsnips", "main/rss.xml": "<title>Parsnips</title>",
		"main/sitemap-posts-1.xml": "/parsnips/", "main/beetroot/index.html": "/parsnips/", "main/tag/roots/rss.xml": "Parsnips",
	} {
		if !strings.Contains(tree[file], want) {
			t.Errorf("%s does not hold %q", file, want)
		}
	}
	if _, ok := tree["main/tag/hash-hidden/index.html"]; ok {
		t.Error("an internal tag has a page")
	}
	w.equalsFull()

	if _, err := w.blog.Unpublish(context.Background(), contract.TypePost, string(post.ID), nil); err != nil {
		t.Fatal(err)
	}
	w.drain()
	for name, body := range w.tree() {
		if strings.Contains(strings.ToLower(name+body), "parsnips") {
			t.Errorf("%s still speaks of the unpublished post", name)
		}
	}
	w.equalsFull()
	_ = older
}

func TestUnchangedPagesAreNotWritten(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 15 {
		w.publish(fmt.Sprintf("Post %d", i), nil)
	}
	w.drain()
	stamp := func() map[string]time.Time {
		at := map[string]time.Time{}
		for name := range w.tree() {
			info, err := os.Stat(filepath.Join(w.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			at[name] = info.ModTime()
		}
		return at
	}
	past := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for name := range w.tree() {
		if err := os.Chtimes(filepath.Join(w.dir, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	e, err := w.blog.EditedPost(context.Background(), contract.TypePost, "post-7")
	if err != nil {
		t.Fatal(err)
	}
	// An edit beyond the excerpt and the feed touches one page only.
	long := strings.Repeat("Some words about Post 7. ", 30)
	if e, err = w.blog.UpdatePost(context.Background(), contract.TypePost, "post-7", e.Version, blog.PostFields{Source: ptr(long + "Old end."), CustomExcerpt: ptr("Short.")}); err != nil {
		t.Fatal(err)
	}
	w.drain()
	for name := range w.tree() {
		os.Chtimes(filepath.Join(w.dir, name), past, past)
	}
	if _, err = w.blog.UpdatePost(context.Background(), contract.TypePost, "post-7", e.Version, blog.PostFields{Title: &e.Title, Featured: ptr(false), Source: ptr(long + "New end.")}); err != nil {
		t.Fatal(err)
	}
	w.drain()
	for name, at := range stamp() {
		written := !at.Equal(past)
		// The feed has the body, the sitemap the day of change.
		if want := name == "main/post-7/index.html" || name == "main/rss.xml" || strings.HasPrefix(name, "main/sitemap-posts"); written && !want {
			t.Errorf("%s was written again", name)
		}
	}
	w.equalsFull()
}

func TestGatedWordsNeverReachTheTree(t *testing.T) {
	w := newWorld(t, nil)
	raw, err := os.Open("../api/blog/testdata/ghost-export.json")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := w.blog.ImportGhost(context.Background(), raw, blog.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	const secret = "qzx-secret-qzx"
	p := w.publish("Members", func(f *blog.PostFields) {
		f.Source = ptr("Free part.\n\n<!--members-only-->\n\nThe " + secret)
		f.Visibility = ptr(contract.VisibilityMembers)
	})
	open := w.publish("Was open", func(f *blog.PostFields) { f.Source = ptr("The " + secret) })
	w.drain()
	e, err := w.blog.EditedPost(context.Background(), contract.TypePost, string(open.ID))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.blog.UpdatePost(context.Background(), contract.TypePost, string(open.ID), e.Version, blog.PostFields{Visibility: ptr(contract.VisibilityPaid)}); err != nil {
		t.Fatal(err)
	}
	w.drain()
	// The words that Ghost's own front end hides from anonymous readers.
	for name, body := range w.tree() {
		for _, hidden := range []string{secret, "kg-gated-block", "members-only"} {
			if strings.Contains(body, hidden) {
				t.Errorf("%s holds %q", name, hidden)
			}
		}
	}
	if !strings.Contains(w.tree()["main/members/index.html"], "Free part.") {
		t.Errorf("the free part of %s is not on its page", p.Slug)
	}
	w.equalsFull()
}

func TestDamageIsMendedAtTheStart(t *testing.T) {
	w := newWorld(t, nil)
	w.publish("Leeks", nil)
	w.drain()
	want := w.tree()
	for name, damage := range map[string]func(string) error{
		"main/leeks/index.html": os.Remove,
		"main/index.html":       func(f string) error { return os.WriteFile(f, []byte("half"), 0o644) },
		"main/stray/index.html": func(f string) error {
			return errors.Join(os.MkdirAll(filepath.Dir(f), 0o755), os.WriteFile(f, []byte("gated words of another life"), 0o644))
		},
		"main/.new-ABC": func(f string) error { return os.WriteFile(f, nil, 0o644) },
	} {
		if err := damage(filepath.Join(w.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	w.builder = w.newBuilder(nil, "1")
	w.drain()
	got := w.tree()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s was not mended", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// TestABuildThatWasNotRecorded breaks builds off after they were planned. What the
// data says later holds all the same.
func TestABuildThatWasNotRecorded(t *testing.T) {
	w := newWorld(t, nil)
	ctx := context.Background()
	kept := w.publish("Kept", nil)
	w.drain()
	broken := func(change func()) {
		t.Helper()
		if _, err := w.pool.Exec(ctx, "alter table ssg.generations add constraint broken check (kind = 'build') not valid"); err != nil {
			t.Fatal(err)
		}
		change()
		if err := w.builder.Drain(ctx); err == nil {
			t.Fatal("the build was recorded")
		}
		if _, err := w.pool.Exec(ctx, "alter table ssg.generations drop constraint broken"); err != nil {
			t.Fatal(err)
		}
	}
	edit := func(title string) {
		t.Helper()
		e, err := w.blog.EditedPost(ctx, contract.TypePost, string(kept.ID))
		if err == nil {
			_, err = w.blog.UpdatePost(ctx, contract.TypePost, string(kept.ID), e.Version, blog.PostFields{Title: &title})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var gone blog.Edited
	broken(func() { gone = w.publish("Gone", nil); edit("Other") })
	if _, err := w.blog.Unpublish(ctx, contract.TypePost, string(gone.ID), nil); err != nil {
		t.Fatal(err)
	}
	edit("Kept")
	w.drain()
	w.equalsFull()

	broken(func() { w.publish("Late", nil) })
	w.builder = w.newBuilder(nil, "1") // the process was killed
	w.drain()
	w.equalsFull()
}

// TestForeignCharactersInAFeed: a feed is XML whatever was pasted into a post.
func TestForeignCharactersInAFeed(t *testing.T) {
	w := newWorld(t, nil)
	w.publish("Odd \u000b title", func(f *blog.PostFields) { f.Source = ptr("a \u000b b \u0008 c ]]> d \ufffe e") })
	w.drain()
	if err := xml.Unmarshal([]byte(w.tree()["main/rss.xml"]), new(struct{})); err != nil {
		t.Errorf("the feed cannot be read: %v", err)
	}
}

func TestHostPerApp(t *testing.T) {
	w := newWorld(t, map[urls.App]string{urls.Market: "http://market.localhost:8080"})
	w.publish("Chard", nil)
	w.drain()
	tree := w.tree()
	for file, want := range map[string]string{
		"market/index.html": "http://localhost:8080/", "main/index.html": "http://market.localhost:8080/",
		"market/robots.txt": "http://market.localhost:8080/sitemap.xml", "market/404.html": "Page not found",
	} {
		if !strings.Contains(tree[file], want) {
			t.Errorf("%s does not hold %q", file, want)
		}
	}
	if _, ok := tree["main/market/index.html"]; ok {
		t.Error("the market is in the main tree as well")
	}
	w.equalsFull()
}
