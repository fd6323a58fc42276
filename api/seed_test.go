package api_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
	content "rose-ash.com/roseash/db/seed"
)

// whole is the product's services on a database of their own.
func whole(t *testing.T) (*api.App, *db.Pool) {
	t.Helper()
	pool := dbtest.New(t)
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + filepath.Join(t.TempDir(), "data")}})
	if err != nil {
		t.Fatal(err)
	}
	app, err := api.New(api.AppOptions{Config: cfg, Pool: pool, Log: slog.New(slog.DiscardHandler),
		BusOptions: []bus.Option{bus.StopWithin(patience)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return app, pool
}

func demo(t *testing.T) *content.Data {
	t.Helper()
	data, err := content.Content()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func recorded(t *testing.T, pool *db.Pool) int {
	t.Helper()
	records, err := bus.Unbuilt(t.Context(), pool, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return len(records)
}

func TestSeed(t *testing.T) {
	ctx := t.Context()
	app, pool := whole(t)
	data := demo(t)
	if untouched, err := app.Untouched(ctx); err != nil || !untouched {
		t.Fatalf("Untouched() = %v, %v on a new database", untouched, err)
	}
	steps, last := 0, 0
	report, err := app.Seed(ctx, data, func(done, total int) { steps, last = done, total })
	if err != nil {
		t.Fatal(err)
	}
	want := api.SeedReport{Posts: len(data.Posts), Pages: len(data.Pages), Products: len(data.Products), Categories: len(data.Categories)}
	if report != want {
		t.Errorf("Seed() = %+v, want %+v", report, want)
	}
	if steps == 0 || steps != last {
		t.Errorf("progress ended at %d of %d", steps, last)
	}
	if untouched, err := app.Untouched(ctx); err != nil || untouched {
		t.Errorf("Untouched() = %v, %v after the seed", untouched, err)
	}
	post, err := app.Blog.Post(ctx, contract.TypePost, data.Posts[0].Slug)
	if err != nil {
		t.Fatal(err)
	}
	if !post.PublishedAt.Equal(data.Posts[0].PublishedAt) || len(post.Tags) != len(data.Posts[0].Tags) || len(post.Authors) != len(data.Posts[0].Authors) {
		t.Errorf("the newest post is %+v", post.PostCard)
	}

	before := recorded(t, pool)
	if report, err := app.Seed(ctx, data, nil); err != nil || report != (api.SeedReport{}) {
		t.Errorf("the second Seed() = %+v, %v", report, err)
	}
	if after := recorded(t, pool); after != before {
		t.Errorf("the second seed emitted %d events", after-before)
	}
}

// TestSeedKeepsChanges: what somebody did to the demo stays.
func TestSeedKeepsChanges(t *testing.T) {
	ctx := t.Context()
	app, pool := whole(t)
	data := demo(t)
	if _, err := app.Seed(ctx, data, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Blog.Unpublish(ctx, contract.TypePost, data.Posts[0].Slug, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Market.UnpublishProduct(ctx, data.Products[0].Slug); err != nil {
		t.Fatal(err)
	}
	before := recorded(t, pool)
	if report, err := app.Seed(ctx, data, nil); err != nil || report != (api.SeedReport{}) {
		t.Errorf("Seed() = %+v, %v", report, err)
	}
	if after := recorded(t, pool); after != before {
		t.Errorf("the seed emitted %d events", after-before)
	}
	if _, err := app.Blog.Post(ctx, contract.TypePost, data.Posts[0].Slug); err == nil {
		t.Error("the post is public again")
	}
}

// TestSeedGoesOn: broken off at any step, the next one completes it.
func TestSeedGoesOn(t *testing.T) {
	app, _ := whole(t)
	data := demo(t)
	for cut := 0; ; cut += 20 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := app.Seed(ctx, data, func(done, _ int) {
			if done == cut {
				cancel()
			}
		})
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	cards, next, err := app.Market.WalkProducts(t.Context(), "")
	if err != nil || next != "" || len(cards) != len(data.Products) {
		t.Errorf("%d products are public, %q, %v, want %d", len(cards), next, err, len(data.Products))
	}
	settings, err := app.Blog.Settings(t.Context())
	if err != nil || settings.Title != data.Site.Title || len(settings.Navigation) != len(data.Site.Navigation) {
		t.Errorf("the settings are %+v, %v", settings, err)
	}
}

func TestMarketForPages(t *testing.T) {
	ctx := t.Context()
	app, _ := whole(t)
	data := demo(t)
	if _, err := app.Seed(ctx, data, nil); err != nil {
		t.Fatal(err)
	}
	pages := app.Market
	categories, err := pages.Categories(ctx)
	if err != nil || len(categories) != len(data.Categories) {
		t.Errorf("%d categories, %v, want %d", len(categories), err, len(data.Categories))
	}
	there, err := app.Market.Product(ctx, data.Products[0].Slug)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := pages.ProductsByID(ctx, []contract.ProductID{there.ID}); err != nil || len(list) != 1 || list[0].Slug != there.Slug {
		t.Errorf("ProductsByID() = %d products, %v", len(list), err)
	}
	if _, err := app.Market.UnpublishProduct(ctx, there.Slug); err != nil {
		t.Fatal(err)
	}
	ids := []contract.ProductID{there.ID, "prod_00000000000000000000000000000000", "nonsense!"}
	if list, err := pages.ProductsByID(ctx, ids); err != nil || len(list) != 0 {
		t.Errorf("ProductsByID(%v) = %d products, %v", ids, len(list), err)
	}
	if _, _, err := pages.WalkProducts(ctx, "no cursor of ours"); err == nil {
		t.Error("a cursor that is not ours is taken")
	}
}
