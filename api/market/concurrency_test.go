package market_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// Of many who change the price of the version that all of them read, one wins.
func TestOneWriterAVersion(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	p := s.published("rye-loaf", "bread")
	s.events()
	const rounds, writers = 5, 8
	for round := range rounds {
		var won, lost atomic.Int64
		var winner atomic.Int64
		var group sync.WaitGroup
		for i := range writers {
			group.Go(func() {
				price := int64(1000 + round*writers + i)
				_, err := s.UpdateProduct(t.Context(), "rye-loaf", p.Version, market.ProductFields{
					Variants: &[]market.VariantFields{variant("rye-loaf-1", price, 100, contract.UnitGram)}})
				switch problem.Code(err) {
				case "":
					won.Add(1)
					winner.Store(price)
				case "precondition_failed":
					lost.Add(1)
				default:
					t.Errorf("UpdateProduct: %v", err)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 || lost.Load() != writers-1 {
			t.Fatalf("round %d: %d won and %d lost, want 1 and %d", round, won.Load(), lost.Load(), writers-1)
		}
		next, err := s.Product(t.Context(), "rye-loaf")
		if err != nil {
			t.Fatal(err)
		}
		if next.Price.AmountMinor != winner.Load() || next.Version != p.Version+1 {
			t.Errorf("round %d: price %d in version %d, want the winner's %d in %d", round, next.Price.AmountMinor, next.Version, winner.Load(), p.Version+1)
		}
		p = next
	}
	if got := len(s.events()); got != rounds {
		t.Errorf("%d events, want %d", got, rounds)
	}
}

// However often and by whomever a product is published, it is announced once.
func TestPublishedOnceByMany(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.product("rye-loaf", "bread")
	s.events()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if p, err := s.PublishProduct(t.Context(), "rye-loaf"); err != nil || p.Version != 2 {
				t.Errorf("PublishProduct = version %d, %v, want 2", p.Version, err)
			}
		})
	}
	group.Wait()
	if got := s.events(); len(got) != 1 {
		t.Errorf("events %v, want one", got)
	}
}

// Two moves that are each fine and together a cycle: one of them is refused.
func TestMovesMakeNoCycle(t *testing.T) {
	s := newShop(t)
	const n = 6
	for i := range n {
		s.category("c"+strconv.Itoa(i), "")
	}
	var refused atomic.Int64
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			_, err := s.UpdateCategory(t.Context(), "c"+strconv.Itoa(i), 1, market.CategoryFields{Parent: ptr("c" + strconv.Itoa((i+1)%n))})
			switch problem.Code(err) {
			case "":
			case "below_itself":
				refused.Add(1)
			default:
				t.Errorf("UpdateCategory: %v", err)
			}
		})
	}
	group.Wait()
	list, err := s.Categories(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if refused.Load() != 1 || len(list) != n || len(list[n-1].Ancestors) != n-1 {
		t.Errorf("%d refused, %d in the tree, want 1 and %d in one line: %v", refused.Load(), len(list), n, list)
	}
}

// The database keeps its promises against statements of any author.
func TestDatabaseKeepsItsPromises(t *testing.T) {
	s := newShop(t)
	s.category("bakery", "")
	s.category("bread", "bakery")
	s.published("rye-loaf", "bread")
	for name, tt := range map[string]struct{ sql, constraint string }{
		"cycle":            {`UPDATE market.categories SET parent_id = (SELECT id FROM market.categories WHERE slug = 'bread') WHERE slug = 'bakery'`, "categories_no_cycle"},
		"own parent":       {`UPDATE market.categories SET parent_id = id WHERE slug = 'bakery'`, "categories_no_cycle"},
		"last variant":     {`DELETE FROM market.variants`, "products_need_a_variant"},
		"empty and public": {`INSERT INTO market.products (id, slug, name, sort_key, category_id, status, currency, created_at, updated_at) SELECT gen_random_uuid(), 'x', 'X', 'x', category_id, 'published', 'GBP', updated_at, updated_at FROM market.products`, "products_need_a_variant"},
		"other currency":   {`UPDATE market.variants SET currency = 'EUR'`, "variants_product_fkey"},
		"free":             {`UPDATE market.variants SET price_minor = 0`, "variants_price_minor_check"},
		"no letters":       {`UPDATE market.variants SET currency = 'gbp'`, "variants_currency_check"},
		"used category":    {`DELETE FROM market.categories WHERE slug = 'bread'`, "products_category_fkey"},
		"parent":           {`DELETE FROM market.categories WHERE slug = 'bakery'`, "categories_parent_fkey"},
	} {
		_, err := s.pool.Exec(t.Context(), tt.sql)
		if got := constraintOf(err); got != tt.constraint {
			t.Errorf("%s: constraint %q, want %q (%v)", name, got, tt.constraint, err)
		}
	}
	if _, err := s.pool.Exec(t.Context(), `UPDATE market.categories SET path = '{}'`); err != nil {
		t.Errorf("path: %v", err)
	}
	if c := get[contract.Category](s, "/v1/categories/bread"); len(c.Ancestors) != 1 {
		t.Errorf("the path was overwritten: %v", c)
	}
}
