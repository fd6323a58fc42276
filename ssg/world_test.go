package ssg_test

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/ssg"
)

// world is a site with real services on a database of its own.
type world struct {
	t       testing.TB
	pool    *db.Pool
	clock   *clock.Manual
	blog    *blog.Service
	market  *market.Service
	events  *events.Service
	dir     string
	builder *ssg.Builder
	sizes   ssg.PageSizes
	steps   []ssg.Step
	watch   func(ssg.Step)
}

func newWorld(t testing.TB, own map[urls.App]string) *world {
	t.Helper()
	return newWorldOf(t, own, ssg.PageSizes{Posts: 5, Products: 5})
}

// newSizedWorld is a world whose lists have pages of other sizes than 5.
func newSizedWorld(t testing.TB, sizes ssg.PageSizes) *world {
	t.Helper()
	return newWorldOf(t, nil, sizes)
}

func newWorldOf(t testing.TB, own map[urls.App]string, sizes ssg.PageSizes) *world {
	t.Helper()
	w := &world{t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)), dir: t.TempDir(), sizes: sizes}
	w.blog = blog.New(w.pool, w.clock)
	w.market = market.New(w.pool, w.clock)
	w.events = eventsOf(w.pool, w.clock, w.blog)
	w.builder = w.newBuilder(own, "1")
	return w
}

// eventsOf are the calendars beside a blog.
func eventsOf(pool *db.Pool, now clock.Clock, of *blog.Service) *events.Service {
	sites, err := urls.New("http://localhost:8080", nil)
	if err != nil {
		panic(err)
	}
	return events.New(events.Options{
		Pool: pool, Clock: now, Bus: bus.New(pool, slog.New(slog.DiscardHandler)), Sites: sites, Settings: of.Settings,
	})
}

func (w *world) newBuilder(own map[urls.App]string, fingerprint string) *ssg.Builder {
	w.t.Helper()
	sites, err := urls.New("http://localhost:8080", own)
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := ssg.OpenOutput(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { out.Close() })
	return ssg.New(ssg.Config{
		Maker: ssg.Maker{
			Pool: w.pool, Sources: ssg.Sources{Blog: w.blog, Market: w.market, Events: w.events}, Clock: w.clock, Fingerprint: fingerprint,
			Renderer: ssg.NewRenderer(sites, site.DefaultAssets(), site.Files()), Log: slog.New(slog.DiscardHandler),
		},
		Output: out, Sizes: w.sizes, Watch: func(s ssg.Step) {
			w.steps = append(w.steps, s)
			if w.watch != nil {
				w.watch(s)
			}
		},
	})
}

func (w *world) drain() {
	w.t.Helper()
	if err := w.builder.Drain(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// tree is what is on disk, by file.
func (w *world) tree() map[string]string {
	w.t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(w.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(w.dir, name)
		if strings.HasPrefix(rel, ".") {
			return nil
		}
		body, err := os.ReadFile(name)
		tree[rel] = string(body)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return tree
}

func (w *world) publish(title string, change func(*blog.PostFields)) blog.Edited {
	w.t.Helper()
	source := "Some words about " + title + "."
	fields := blog.PostFields{Title: &title, Source: &source}
	if change != nil {
		change(&fields)
	}
	ctx := context.Background()
	made, err := w.blog.CreatePost(ctx, contract.TypePost, fields)
	if err == nil {
		made, err = w.blog.Publish(ctx, contract.TypePost, string(made.ID), nil)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock.Advance(time.Minute)
	return made
}

func (w *world) equalsFull() {
	w.t.Helper()
	want, err := w.builder.FromScratch(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	got := w.tree()
	for name, body := range want {
		if got[name] != body {
			w.t.Errorf("%s is not what a full build makes (-full +built):\n%s", name, firstDifference(body, got[name]))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			w.t.Errorf("%s is left over", name)
		}
	}
}

// firstDifference is the surroundings of where two pages part.
func firstDifference(want, got string) string {
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	around := func(s string) string { return s[max(0, min(at, len(s))-120):min(at+160, len(s))] }
	return "- " + around(want) + "\n+ " + around(got)
}
