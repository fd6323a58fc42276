package market_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

func TestProductsAreReadByID(t *testing.T) {
	s := newShop(t)
	food := s.category("food", "")
	bread := s.category("bread", "food")
	rolls := s.category("rolls", "bread")
	want := map[string]contract.Product{"soup": s.published("soup", "food"), "rye": s.published("rye", "bread")}
	s.clock.Advance(time.Hour)
	want["bun"] = s.published("bun", "rolls")
	if _, err := s.UpdateProduct(t.Context(), "bun", want["bun"].Version, market.ProductFields{Images: &[]market.Picture{}}); err != nil {
		t.Fatal(err)
	}
	draft := s.product("draft", "rolls")
	back := s.published("back", "rolls")
	if _, err := s.UnpublishProduct(t.Context(), "back"); err != nil {
		t.Fatal(err)
	}
	ask := []contract.ProductID{draft.ID, back.ID, "", "prod_", "rye", "prod_\x00", id.Format[contract.ProductID]("prod", id.New()),
		contract.ProductID(strings.Replace(string(want["rye"].ID), "prod_", "var_", 1)), want["rye"].ID}
	for _, p := range want {
		ask = append(ask, p.ID)
	}
	products, err := s.ProductsByID(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	cards, err := s.ProductCardsByID(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	walked, next, err := s.WalkProducts(t.Context(), "")
	if err != nil || next != "" {
		t.Fatalf("next %q, %v", next, err)
	}
	if len(products) != len(want) || len(cards) != len(want) || len(walked) != len(want) {
		t.Fatalf("%d products, %d cards, %d walked, want %d of each", len(products), len(cards), len(walked), len(want))
	}
	if walked[2].Slug != "bun" {
		t.Errorf("the walk ends with %s, want the newest", walked[2].Slug)
	}
	for _, p := range products {
		one, err := s.Product(t.Context(), p.Slug)
		if diff := cmp.Diff(one, p); err != nil || diff != "" {
			t.Errorf("%s: %v (-one +many)\n%s", p.Slug, err, diff)
		}
		for name, list := range map[string][]contract.ProductCard{"cards": cards, "walked": walked} {
			i := slices.IndexFunc(list, func(c contract.ProductCard) bool { return c.ID == p.ID })
			if i < 0 {
				t.Fatalf("%s has no %s", name, p.Slug)
			}
			if diff := cmp.Diff(p.ProductCard, list[i]); diff != "" {
				t.Errorf("%s: %s (-product +card)\n%s", name, p.Slug, diff)
			}
		}
		wantIDs := map[string][]contract.CategoryID{"soup": {food.ID}, "rye": {bread.ID, food.ID}, "bun": {rolls.ID, bread.ID, food.ID}}[p.Slug]
		if diff := cmp.Diff(wantIDs, p.CategoryIDs); diff != "" {
			t.Errorf("categories of %s (-want +got)\n%s", p.Slug, diff)
		}
		if !p.CreatedAt.Equal(want[p.Slug].CreatedAt) || p.CreatedAt.IsZero() {
			t.Errorf("%s was made at %v, want %v", p.Slug, p.CreatedAt, want[p.Slug].CreatedAt)
		}
	}
	for _, none := range [][]contract.ProductID{nil, {"prod_x"}} {
		products, err := s.ProductsByID(t.Context(), none)
		cards, err2 := s.ProductCardsByID(t.Context(), none)
		if len(products)+len(cards) != 0 || err != nil || err2 != nil {
			t.Errorf("of no ids: %v, %v, %v, %v", products, cards, err, err2)
		}
	}
}

// TestProductWalkOverEqualTimes walks more products than fit once, all made at
// one time.
func TestProductWalkOverEqualTimes(t *testing.T) {
	s := newShop(t)
	s.category("food", "")
	if _, err := s.pool.Exec(t.Context(), `WITH p AS (
		INSERT INTO market.products (id, slug, name, sort_key, category_id, currency, status, created_at, updated_at)
			SELECT gen_random_uuid(), 'p' || i, 'P', 'p', c.id, 'GBP', CASE WHEN i % 11 = 10 THEN 'draft' ELSE 'published' END, $1, $1
			FROM generate_series(1, 1101) i, market.categories c RETURNING id, slug)
		INSERT INTO market.variants (id, product_id, sku, name, price_minor, currency, vat_rate, quantity, unit, sort_order)
			SELECT gen_random_uuid(), id, slug, 'V', 100, 'GBP', 0, 1, 'each', 0 FROM p`, s.clock.Now()); err != nil {
		t.Fatal(err)
	}
	seen := map[contract.ProductID]bool{}
	var last contract.ProductID
	all := walk(t, 500, func(cursor string) ([]contract.ProductCard, string, error) {
		return s.WalkProducts(t.Context(), cursor)
	})
	for _, c := range all {
		if seen[c.ID] || c.ID <= last {
			t.Fatalf("%s after %s", c.ID, last)
		}
		seen[c.ID], last = true, c.ID
	}
	if len(all) != 1001 {
		t.Errorf("%d products, want 1001", len(all))
	}
	if _, _, err := s.WalkProducts(t.Context(), "no cursor"); problem.Code(err) != "invalid_cursor" {
		t.Errorf("WalkProducts(no cursor) = %v", err)
	}
}

func TestProductBySlug(t *testing.T) {
	s := newShop(t)
	s.category("food", "")
	rye := s.published("rye", "food")
	s.product("draft", "food")
	for slug, want := range map[string]contract.ProductID{"rye": rye.ID, "draft": "", "none": "", "": "", "Rye": "", "rye\x00": "", "\xff": "", string(rye.ID): ""} {
		got, found, err := s.ProductBySlug(t.Context(), slug)
		if got != want || found != (want != "") || err != nil {
			t.Errorf("ProductBySlug(%q) = %q, %v, %v, want %q", slug, got, found, err, want)
		}
	}
}

// What a generator reads, by batches of 400; the metric is a product's share.
func BenchmarkBulk(b *testing.B) {
	s := stocked(b)
	cards, _, err := s.WalkProducts(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	var ids []contract.ProductID
	for _, c := range cards {
		ids = append(ids, c.ID)
	}
	for name, read := range map[string]func() (int, error){
		"ProductsByID":     func() (int, error) { all, err := s.ProductsByID(b.Context(), ids); return len(all), err },
		"ProductCardsByID": func() (int, error) { all, err := s.ProductCardsByID(b.Context(), ids); return len(all), err },
		"WalkProducts":     func() (int, error) { all, _, err := s.WalkProducts(b.Context(), ""); return len(all), err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				got, err := read()
				if err != nil || got != 400 {
					b.Fatal(fmt.Sprint(got, " products, ", err))
				}
				n += got
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/product")
		})
	}
}
