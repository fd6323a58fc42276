package market_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
)

// shown is the slugs and facets of a list in process.
func (s *shop) shown(q market.ListQuery) string {
	s.t.Helper()
	q.Facets = true
	list, err := s.List(s.t.Context(), q)
	if err != nil {
		s.t.Fatalf("%+v: %v", q, err)
	}
	slugs, facets := outline(list)
	return slugs + " | " + facets
}

// What was committed before a list is asked for is in it, whoever wrote it.
func TestListsSeeEveryChange(t *testing.T) {
	s := newShop(t)
	s.category("bakery", "")
	s.category("bread", "bakery")
	s.category("cakes", "")
	mill := s.term(contract.BrandTaxonomy, "mill")
	s.goods("rye", "bread", "mill", "GB", 300, nil)
	s.goods("wheat", "bread", "", "", 200, nil)
	base := "rye wheat | 2 bakery:2 mill:1 GB:1 in_stock:2 reduced:0 200-300"
	if got := s.shown(market.ListQuery{}); got != base {
		t.Fatalf("at first %q, want %q", got, base)
	}
	for _, step := range []struct{ sql, want string }{
		{"UPDATE market.variants SET price_minor = 250 WHERE sku = 'rye-1'", "rye wheat | 2 bakery:2 mill:1 GB:1 in_stock:2 reduced:0 200-250"},
		{"UPDATE market.products SET sort_key = 'z' WHERE slug = 'rye'", "wheat rye | 2 bakery:2 mill:1 GB:1 in_stock:2 reduced:0 200-250"},
		{"UPDATE market.products SET origin_country = 'DE' WHERE slug = 'rye'", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:2 reduced:0 200-250"},
		{`UPDATE market.products SET allergens = '{"milk": {"state": "free"}}' WHERE slug = 'rye'`, "wheat rye | 2 bakery:2 mill:1 milk:1 DE:1 in_stock:2 reduced:0 200-250"},
		{`UPDATE market.variants SET allergens = '{"nuts": {"state": "free"}}' WHERE sku = 'rye-1'`, "wheat rye | 2 bakery:2 mill:1 nuts:1 DE:1 in_stock:2 reduced:0 200-250"},
		{"UPDATE market.products SET allergens = '{}'; UPDATE market.variants SET allergens = NULL", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:2 reduced:0 200-250"},
		{"UPDATE market.variants SET track_stock = true WHERE sku = 'rye-1'", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:1 out_of_stock:1 reduced:0 200-250"},
		{"INSERT INTO market.stock (variant_id, on_hand, updated_at) SELECT id, 5, shared.clock() FROM market.variants WHERE sku = 'rye-1'", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:2 reduced:0 200-250"},
		{"UPDATE market.stock SET reserved = 5", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:1 out_of_stock:1 reduced:0 200-250"},
		{"UPDATE market.stock SET reserved = 1, on_hand = 8", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:2 reduced:0 200-250"},
		{"UPDATE market.variants SET order_min = 8 WHERE sku = 'rye-1'", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:1 out_of_stock:1 reduced:0 200-250"},
		{"UPDATE market.stock SET on_hand = 9", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:2 reduced:0 200-250"},
		{"UPDATE market.variants SET price_valid_until = shared.clock(), lowest_price_minor = 1 WHERE sku = 'rye-1'", "wheat rye | 2 bakery:2 mill:1 DE:1 in_stock:2 reduced:1 200-250"},
		{"UPDATE market.terms SET slug = 'wind' WHERE slug = 'mill'", "wheat rye | 2 bakery:2 wind:1 DE:1 in_stock:2 reduced:1 200-250"},
		{"UPDATE market.categories SET slug = 'ovens' WHERE slug = 'bakery'", "wheat rye | 2 ovens:2 wind:1 DE:1 in_stock:2 reduced:1 200-250"},
		{"UPDATE market.products SET category_id = (SELECT id FROM market.categories WHERE slug = 'cakes') WHERE slug = 'rye'", "wheat rye | 2 ovens:1 cakes:1 wind:1 DE:1 in_stock:2 reduced:1 200-250"},
		{"UPDATE market.categories SET parent_id = (SELECT id FROM market.categories WHERE slug = 'cakes') WHERE slug = 'ovens'", "wheat rye | 2 cakes:2 wind:1 DE:1 in_stock:2 reduced:1 200-250"},
		{"DELETE FROM market.product_terms", "wheat rye | 2 cakes:2 DE:1 in_stock:2 reduced:1 200-250"},
		{"UPDATE market.products SET status = 'draft' WHERE slug = 'wheat'", "rye | 1 cakes:1 DE:1 in_stock:1 reduced:1 250-250"},
		{"UPDATE market.products SET status = 'published' WHERE slug = 'wheat'", "wheat rye | 2 cakes:2 DE:1 in_stock:2 reduced:1 200-250"},
		{"DELETE FROM market.products WHERE slug = 'rye'", "wheat | 1 cakes:1 in_stock:1 reduced:0 200-200"},
		{"DELETE FROM market.terms", "wheat | 1 cakes:1 in_stock:1 reduced:0 200-200"},
	} {
		s.exec(step.sql)
		if got := s.shown(market.ListQuery{}); got != step.want {
			t.Errorf("after %s\n got %s\nwant %s", step.sql, got, step.want)
		}
		if fresh := (&shop{t: t, Service: market.New(s.pool, s.clock)}).shown(market.ListQuery{}); fresh != step.want {
			t.Errorf("another process after %s\n got %s\nwant %s", step.sql, fresh, step.want)
		}
	}
	if _, err := s.List(t.Context(), market.ListQuery{ProductFilter: market.ProductFilter{Brands: []string{string(mill.ID)}}}); err == nil {
		t.Error("a brand that is gone was found")
	}
}

// Two transactions end in the other order than they began, and a list is read
// between: neither is lost, and what is rolled back is never seen.
func TestLateCommits(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	for i := range 3 {
		s.goods(fmt.Sprint("p", i), "bread", "", "", 100, nil)
	}
	s.shown(market.ListQuery{})
	begin := func(slug, country string) pgx.Tx {
		tx, err := s.pool.Begin(t.Context())
		if err == nil {
			_, err = tx.Exec(t.Context(), "UPDATE market.products SET origin_country = $2 WHERE slug = $1", slug, country)
		}
		if err != nil {
			t.Fatal(err)
		}
		return tx
	}
	early, undone, late := begin("p0", "FR"), begin("p1", "DE"), begin("p2", "GB")
	ends := []struct {
		end  func() error
		want string
	}{
		{func() error { return nil }, ""},
		{func() error { return late.Commit(t.Context()) }, " GB:1"},
		{func() error { return undone.Rollback(t.Context()) }, " GB:1"},
		{func() error { return early.Commit(t.Context()) }, " FR:1 GB:1"},
	}
	for i, e := range ends {
		if err := e.end(); err != nil {
			t.Fatal(err)
		}
		want := "p0 p1 p2 | 3 bread:3" + e.want + " in_stock:3 reduced:0 100-100"
		if got := s.shown(market.ListQuery{}); got != want {
			t.Errorf("step %d: %s, want %s", i, got, want)
		}
	}
}

// A database that was restored has rows of transactions that it has not had yet:
// they do no harm, and what changes from then on is seen.
func TestRestoredChanges(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.goods("rye", "bread", "", "", 100, nil)
	s.exec("UPDATE market.changes SET changed = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8")
	for i, country := range []string{"FR", "DE", "GB"} {
		s.exec("UPDATE market.products SET origin_country = $1", country)
		if got, want := s.shown(market.ListQuery{}), "rye | 1 bread:1 "+country+":1 in_stock:1 reduced:0 100-100"; got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
	// The table made anew, as a restore into the same database does.
	s.exec(`ALTER TABLE market.changes RENAME TO old_changes;
		CREATE TABLE market.changes (LIKE market.old_changes INCLUDING ALL);
		UPDATE market.products SET origin_country = 'IT';
		DELETE FROM market.changes`)
	if got, want := s.shown(market.ListQuery{}), "rye | 1 bread:1 IT:1 in_stock:1 reduced:0 100-100"; got != want {
		t.Errorf("the table made anew: %s, want %s", got, want)
	}
}

// Writers change products in every way, through the service and beside it, while
// readers list. Each writer reads its own change; each reader sees lists whose counts
// are of the list; and at the end all counts are those that SQL finds.
func TestListsWhileWriting(t *testing.T) {
	s := newShop(t)
	for _, slug := range []string{"bakery", "fruit", "tins"} {
		s.category(slug, "")
	}
	s.category("bread", "bakery")
	for i := range 4 {
		s.term(contract.BrandTaxonomy, fmt.Sprint("brand-", i))
		s.term(contract.LabelTaxonomy, fmt.Sprint("label-", i))
	}
	const writers, each, rounds = 4, 6, 25
	for i := range writers * each {
		s.goods(fmt.Sprint("p", i), "bread", "brand-0", "GB", 100, []string{"label-0"})
	}
	other := market.New(s.pool, clock.System{}) // another process
	done := make(chan struct{})
	var reading, writing sync.WaitGroup
	for range 3 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				list, err := s.List(t.Context(), market.ListQuery{Sort: market.CheapestFirst, Facets: true, ProductQuery: market.ProductQuery{Limit: 100}})
				if err != nil {
					t.Errorf("List: %v", err)
					return
				}
				sum := 0
				for _, c := range list.Facets.Availability {
					sum += c.Count
				}
				if sum != list.Facets.Total || len(list.Items) > sum {
					t.Errorf("%d products, %d counted, total %d", len(list.Items), sum, list.Facets.Total)
				}
			}
		})
	}
	for w := range writers {
		writing.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(w)))
			for range rounds {
				slug := fmt.Sprint("p", w*each+random.IntN(each))
				s.change(t, other, random, slug)
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	s.matchesSQL(t)
}

// change does one thing to a product and sees it at once, here and in the other process.
func (s *shop) change(t *testing.T, other *market.Service, random *rand.Rand, slug string) {
	ctx := t.Context()
	p, err := s.AnyProduct(ctx, slug)
	if err != nil {
		t.Errorf("AnyProduct: %v", err)
		return
	}
	filter, there := market.ProductFilter{}, p.Status == contract.PublishedProduct
	switch random.IntN(5) {
	case 0:
		price := 100 + random.Int64N(900)
		_, err = s.UpdateProduct(ctx, slug, p.Version, market.ProductFields{Variants: &[]market.VariantFields{variant(slug+"-1", price, 100, contract.UnitGram)}})
		filter.PriceMin, filter.PriceMax = price, price
	case 1:
		if there = !there; there {
			_, err = s.PublishProduct(ctx, slug)
		} else {
			_, err = s.UnpublishProduct(ctx, slug)
		}
	case 2:
		brand := fmt.Sprint("brand-", random.IntN(4))
		_, err = s.UpdateProduct(ctx, slug, p.Version, market.ProductFields{Brand: &brand,
			Labels: &[]market.ClaimFields{{Label: fmt.Sprint("label-", random.IntN(4)), Source: contract.Declared}}})
		filter.Brands = []string{brand}
	case 3:
		country := []string{"GB", "FR", "DE"}[random.IntN(3)]
		_, err = s.pool.Exec(ctx, "UPDATE market.products SET origin_country = $2 WHERE slug = $1", slug, country)
		filter.Countries = []string{country}
	case 4:
		tracked := random.IntN(2) == 0
		_, err = s.pool.Exec(ctx, "UPDATE market.variants SET track_stock = $2 WHERE sku = $1", slug+"-1", tracked)
		filter.Availability = []contract.Availability{contract.InStock}
		if tracked {
			filter.Availability[0] = contract.OutOfStock
		}
	}
	if err != nil {
		t.Errorf("%s: %v", slug, err)
		return
	}
	for _, service := range []*market.Service{s.Service, other} {
		list, err := service.List(ctx, market.ListQuery{ProductFilter: filter, Only: []contract.ProductID{p.ID}, Facets: true})
		if err != nil || (list.Facets.Total == 1) != there {
			t.Errorf("%s by %+v: total %d, %v, want it there: %v", slug, filter, list.Facets.Total, err, there)
		}
	}
}

// matchesSQL compares all counts of the whole list with statements.
func (s *shop) matchesSQL(t *testing.T) {
	t.Helper()
	list, err := s.List(t.Context(), market.ListQuery{Facets: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{"total": list.Facets.Total, "reduced": list.Facets.Reduced.Count,
		"min": int(list.Facets.Price.Min.AmountMinor), "max": int(list.Facets.Price.Max.AmountMinor)}
	for _, c := range list.Facets.Category {
		got[c.Slug] = c.Count
	}
	for _, terms := range [][]market.TermCount{list.Facets.Brand, list.Facets.Label} {
		for _, c := range terms {
			got[c.Slug] = c.Count
		}
	}
	for _, c := range list.Facets.Country {
		got[c.Code] = c.Count
	}
	for _, c := range list.Facets.Availability {
		got[string(c.Value)] = c.Count
	}
	rows, err := s.pool.Query(t.Context(), `
		WITH p AS (SELECT * FROM market.product_cards WHERE status = 'published')
		SELECT 'total', count(*) FROM p UNION ALL SELECT 'reduced', count(*) FROM p
			WHERE EXISTS (SELECT FROM market.variants v WHERE v.product_id = p.id AND v.price_valid_until IS NOT NULL)
		UNION ALL SELECT 'min', min(price_minor) FROM p UNION ALL SELECT 'max', max(price_minor) FROM p
		UNION ALL SELECT c.slug, count(*) FROM market.categories c JOIN p ON p.category_path @> ARRAY[c.id] WHERE c.parent_id IS NULL GROUP BY 1
		UNION ALL SELECT t.slug, count(*) FROM market.terms t JOIN market.product_terms x ON x.term_id = t.id JOIN p ON p.id = x.product_id GROUP BY 1
		UNION ALL SELECT r.origin_country, count(*) FROM market.products r JOIN p ON p.id = r.id WHERE r.origin_country <> '' GROUP BY 1
		UNION ALL SELECT CASE WHEN in_stock THEN 'in_stock' ELSE 'out_of_stock' END, count(*) FROM p GROUP BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	var name string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&name, &n}, func() error { want[name] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-SQL +list)\n%s", diff)
	}
}

// A reader who gives up does not take the others along.
func TestListsOutliveARequest(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.goods("rye", "bread", "", "", 100, nil)
	hold, err := s.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hold.Exec(t.Context(), "LOCK TABLE market.changes IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 6 {
		ctx, cancel := t.Context(), context.CancelFunc(func() {})
		if i%2 == 0 {
			ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
		}
		group.Go(func() {
			defer cancel()
			_, err := s.List(ctx, market.ListQuery{Facets: true})
			if (err != nil) != (i%2 == 0) {
				t.Errorf("reader %d: %v", i, err)
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	if err := hold.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	group.Wait()
}
