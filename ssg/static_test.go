package ssg_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/ssg"
	"rose-ash.com/roseash/ssg/remote"
)

// serve is the world's API on a listener of its own.
func (w *world) serve() string {
	w.t.Helper()
	server := httptest.NewServer(api.NewHandler(api.HandlerOptions{
		Log: slog.New(slog.DiscardHandler), Routes: []api.Routes{w.blog.Routes, w.market.Routes, w.events.Routes},
	}))
	w.t.Cleanup(server.Close)
	return server.URL
}

// static builds the site of an API into dir.
func (w *world) static(url, dir string, own map[urls.App]string, compress bool) ssg.Built {
	w.t.Helper()
	ctx := context.Background()
	from, err := remote.Open(ctx, remote.Options{URL: url})
	if err != nil {
		w.t.Fatal(err)
	}
	built, err := w.staticOf(ctx, from.Sources(), dir, own, compress)
	if err != nil {
		w.t.Fatal(err)
	}
	return built
}

func (w *world) staticOf(ctx context.Context, sources ssg.Sources, dir string, own map[urls.App]string, compress bool) (ssg.Built, error) {
	w.t.Helper()
	sites, err := urls.New("http://localhost:8080", own)
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := ssg.OpenOutput(dir)
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Close()
	last := 0
	built, err := ssg.Static(ctx, ssg.Maker{
		Sources: sources, Clock: w.clock, Log: slog.New(slog.DiscardHandler),
		Renderer: ssg.NewRenderer(sites, site.DefaultAssets(), site.Files()),
	}, out, ssg.StaticOptions{Compress: compress, Progress: func(done, total int) {
		if done < last || done > total {
			w.t.Errorf("progress goes from %d to %d of %d", last, done, total)
		}
		last = done
	}})
	return built, err
}

// in is what the world's tree would be in another directory.
func (w *world) in(dir string) map[string]string {
	other := *w
	other.dir = dir
	return other.tree()
}

// sameTree compares files by name and bytes.
func sameTree(t *testing.T, want, got map[string]string) {
	t.Helper()
	if len(want) < 20 {
		t.Errorf("only %d files to compare with", len(want))
	}
	for name, body := range want {
		if other, there := got[name]; !there {
			t.Errorf("%s is missing", name)
		} else if other != body {
			t.Errorf("%s has other bytes", name)
		}
	}
	for name := range got {
		if _, there := want[name]; !there {
			t.Errorf("%s is too much", name)
		}
	}
}

// TestStaticWritesWhatChanged builds into the same directory again: what did not
// change is left alone, and what is no page goes.
func TestStaticWritesWhatChanged(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 12 {
		w.publish("Post "+string(rune('a'+i)), func(f *blog.PostFields) { f.Tags = ptr([]string{"Roots"}) })
	}
	w.drain()
	url, dir := w.serve(), t.TempDir()
	w.static(url, dir, nil, true)
	there := *w
	there.dir = dir
	before := there.files()
	if again := w.static(url, dir, nil, true); again.Written+again.Deleted != 0 || again.Unchanged != again.Pages {
		t.Errorf("built again: %+v", again)
	}
	for name, was := range before {
		if now := there.files()[name]; now != was {
			t.Errorf("%s was written again", name)
		}
	}
	for name, body := range map[string]string{
		"main/stray/index.html": "of another life", "main/stray/index.html.br": "x", "old/index.html": "a tree that is no more",
		"main/post-a/index.html": "half", "main/post-b/index.html.gz": "",
	} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(body), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "main/post-b/index.html.gz")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "main/post-b/index.html.br")); err != nil {
		t.Fatal(err)
	}
	if mended := w.static(url, dir, nil, true); mended.Written != 1 || mended.Deleted != 2 {
		t.Errorf("after damage: %+v", mended)
	}
	now := there.files()
	if len(now) != len(before) {
		t.Errorf("%d files, %d before", len(now), len(before))
	}
	for name, was := range before {
		if now[name].bytes != was.bytes {
			t.Errorf("%s is not as it was", name)
		}
	}
	// A post that leaves takes its page and its feeds along; siblings of others stay.
	if _, err := w.blog.Unpublish(context.Background(), contract.TypePost, "post-c", nil); err != nil {
		t.Fatal(err)
	}
	w.drain()
	left := w.static(url, dir, nil, true)
	if left.Deleted != 1 || left.Written == 0 || left.Unchanged == 0 {
		t.Errorf("after one left: %+v", left)
	}
	for name, body := range there.tree() {
		if strings.Contains(body, "/post-c/") || strings.HasPrefix(name, "main/post-c/") {
			t.Errorf("%s still speaks of the post that left", name)
		}
	}
}

// TestStaticInTheDirectoryOfABuilder: the builder mends what is not its own when it
// comes back, also where the sizes are the same.
func TestStaticInTheDirectoryOfABuilder(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 6 {
		w.publish("Post "+string(rune('a'+i)), nil)
	}
	w.drain()
	want := w.tree()
	from, err := remote.Open(context.Background(), remote.Options{URL: w.serve()})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := urls.New("http://localhost:9090", nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := ssg.OpenOutput(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	built, err := ssg.Static(context.Background(), ssg.Maker{
		Sources: from.Sources(), Clock: w.clock, Log: slog.New(slog.DiscardHandler),
		Renderer: ssg.NewRenderer(elsewhere, site.DefaultAssets(), site.Files()),
	}, out, ssg.StaticOptions{})
	if err != nil || built.Written < 10 {
		t.Fatalf("%+v, %v", built, err)
	}
	w.builder = w.newBuilder(nil, "1")
	w.drain()
	sameTree(t, want, w.tree())
}

// failing is a blog that breaks down after some answers.
type failing struct {
	ssg.Blog
	left int
}

var errBroken = errors.New("the blog is broken")

func (f *failing) PostsByID(ctx context.Context, ids []contract.PostID) ([]contract.Post, error) {
	if f.left--; f.left < 0 {
		return nil, errBroken
	}
	return f.Blog.PostsByID(ctx, ids)
}

// faulty is the bundled files, of which the pages' style sheet cannot be read.
type faulty struct{ fs.FS }

func (f faulty) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, "site-") && strings.HasSuffix(name, ".css") {
		panic("the style sheet")
	}
	return f.FS.Open(name)
}

// TestStaticKeepsWhatItCannotMake: where something fails nothing is removed, and
// two builds are never at work on one directory.
func TestStaticKeepsWhatItCannotMake(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 8 {
		w.publish("Post "+string(rune('a'+i)), nil)
	}
	w.drain()
	ctx, dir := context.Background(), t.TempDir()
	from, err := remote.Open(ctx, remote.Options{URL: w.serve()})
	if err != nil {
		t.Fatal(err)
	}
	sources := from.Sources()
	if _, err := w.staticOf(ctx, sources, dir, nil, false); err != nil {
		t.Fatal(err)
	}
	before := w.in(dir)
	broken := sources
	broken.Blog = &failing{Blog: sources.Blog}
	if _, err := w.staticOf(ctx, broken, dir, nil, false); !errors.Is(err, errBroken) {
		t.Errorf("with a broken blog: %v", err)
	}
	sameTree(t, before, w.in(dir))

	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := w.staticOf(stopped, sources, dir, nil, false); !errors.Is(err, context.Canceled) {
		t.Errorf("when it is stopped: %v", err)
	}
	sameTree(t, before, w.in(dir))

	out, err := ssg.OpenOutput(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	release, err := out.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.staticOf(ctx, sources, dir, nil, false); err == nil || !strings.Contains(err.Error(), "another builder") {
		t.Errorf("beside another build: %v", err)
	}
	release()

	// One page that cannot be made holds up no other, but what is no page stays.
	if err := os.WriteFile(filepath.Join(dir, "main", "stray.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "main", "post-a", "index.html")); err != nil {
		t.Fatal(err)
	}
	sites, err := urls.New("http://localhost:8080", nil)
	if err != nil {
		t.Fatal(err)
	}
	built, err := ssg.Static(ctx, ssg.Maker{
		Sources: sources, Clock: w.clock, Log: slog.New(slog.DiscardHandler),
		Renderer: ssg.NewRenderer(sites, site.DefaultAssets(), faulty{site.Files()}),
	}, out, ssg.StaticOptions{})
	if !errors.Is(err, ssg.ErrNotMade) || built.Failed != 1 || built.Written != 1 || built.Deleted != 0 {
		t.Errorf("with a page that cannot be made: %+v, %v", built, err)
	}
	before["main/stray.txt"] = ""
	sameTree(t, before, w.in(dir))
}

// TestBuildSaysWhatFailed: a page that cannot be made is counted once, however
// often it was tried, and the others are there.
func TestBuildSaysWhatFailed(t *testing.T) {
	w := newWorld(t, nil)
	w.publish("Leeks", nil)
	sites, err := urls.New("http://localhost:8080", nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := w.builder.Renderer
	w.builder.Renderer = ssg.NewRenderer(sites, site.DefaultAssets(), faulty{site.Files()})
	for range 2 {
		built, err := w.builder.Build(context.Background())
		if !errors.Is(err, ssg.ErrNotMade) || built.Failed != 1 {
			t.Errorf("%+v, %v", built, err)
		}
	}
	if !strings.Contains(w.tree()["main/leeks/index.html"], "Leeks") {
		t.Error("the other pages were not made")
	}
	w.builder.Renderer = whole
	if built, err := w.builder.Build(context.Background()); err != nil || built.Failed != 0 || built.Written != 1 {
		t.Errorf("once it can be made: %+v, %v", built, err)
	}
}
