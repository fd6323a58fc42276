package market_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// origin is where a row of a table says what country a product is of.
var origin = regexp.MustCompile(",(GB|FR|DE),")

// Everybody at once: editors with prices, planners, the turn job, the counter, tables,
// rules, categories and terms that come and go. Nobody meets a fault, and afterwards
// everything that is kept twice agrees.
func TestEverybodyAtOnce(t *testing.T) {
	s := newShop(t)
	slugs, skus := s.fair()
	s.crowd(24)
	until := time.Now().Add(2 * time.Second)
	var group sync.WaitGroup
	work := func(name string, many int, do func(random *rand.Rand) error) {
		for i := range many {
			group.Go(func() {
				random := rand.New(rand.NewPCG(uint64(i), uint64(len(name))))
				for time.Now().Before(until) && !t.Failed() {
					err := do(random)
					var d *problem.Details
					if err != nil && (!errors.As(err, &d) || d.Status >= http.StatusInternalServerError) {
						t.Errorf("%s: %v", name, err)
					}
				}
			})
		}
	}
	work("editor", 3, func(r *rand.Rand) error {
		p, err := s.AnyProduct(t.Context(), slugs[r.IntN(len(slugs))])
		if err != nil {
			return err
		}
		fields := make([]market.VariantFields, len(p.Variants))
		for n, v := range p.Variants {
			fields[n] = variant(v.SKU, 50+r.Int64N(200), 100, contract.UnitGram)
			fields[n].TrackStock = ptr(r.IntN(4) > 0)
		}
		_, err = s.UpdateProduct(t.Context(), p.Slug, p.Version, market.ProductFields{Variants: &fields,
			Brand: ptr(fmt.Sprint("brand-", r.IntN(2))), Category: ptr(fmt.Sprint("c", r.IntN(3)))})
		return err
	})
	work("status", 1, func(r *rand.Rand) error {
		slug := slugs[r.IntN(len(slugs))]
		if _, err := s.UnpublishProduct(t.Context(), slug); err != nil {
			return err
		}
		_, err := s.PublishProduct(t.Context(), slug)
		return err
	})
	work("planner", 2, func(r *rand.Rand) error {
		p, err := s.AnyProduct(t.Context(), slugs[r.IntN(len(slugs))])
		if err != nil {
			return err
		}
		from := s.clock.Now().Add(time.Duration(1+r.IntN(5)) * time.Minute)
		f := price([]string{"public", "member"}[r.IntN(2)], 40+r.Int64N(100), &from, ptr(from.Add(time.Duration(1+r.IntN(60))*time.Minute)))
		_, err = s.PlanPrice(t.Context(), p.Variants[r.IntN(len(p.Variants))].ID, f)
		return err
	})
	work("clock", 1, func(*rand.Rand) error {
		time.Sleep(2 * time.Millisecond)
		s.clock.Advance(10 * time.Second)
		return nil
	})
	work("turn", 2, func(*rand.Rand) error { return s.Turn(t.Context()) })
	work("counter", 6, func(r *rand.Rand) error {
		var moves []market.StockMove
		for _, i := range r.Perm(len(skus))[:1+r.IntN(6)] {
			moves = append(moves, found(skus[i], r.Int64N(2)))
		}
		_, err := s.tryMove(moves...)
		return err
	})
	work("table", 1, func(r *rand.Rand) error {
		_, raw := apitest.Ask(t, s.handler, apitest.Scenario{URL: "/v1/catalogue", Header: editor})
		file := origin.ReplaceAllString(string(raw), ","+[]string{"GB", "FR", "DE"}[r.IntN(3)]+",")
		_, err := s.ImportCatalogue(t.Context(), []byte(file), market.CatalogueImport{SkipBroken: true})
		if problem.Code(err) == "busy" {
			return nil
		}
		return err
	})
	work("rules", 2, func(r *rand.Rand) error {
		rule := []*contract.Rule{{Reduced: true}, {Countries: []string{"FR", "GB", "DE"}}, {Countries: []string{"US"}}, {Countries: []string{"FR"}}}[r.IntN(4)]
		slug := fmt.Sprint("collection-", r.IntN(2))
		c, err := s.EnsureTerm(t.Context(), contract.CollectionTaxonomy, market.TermFields{Slug: &slug, Name: ptr("C"), Rule: rule})
		if err != nil {
			return err
		}
		if r.IntN(3) == 0 {
			return s.DeleteTerm(t.Context(), contract.CollectionTaxonomy, slug, c.Version)
		}
		_, err = s.UpdateTerm(t.Context(), contract.CollectionTaxonomy, slug, c.Version, market.TermFields{Rule: rule})
		return err
	})
	work("brands", 1, func(r *rand.Rand) error {
		slug := fmt.Sprint("brand-", r.IntN(2))
		b, err := s.EnsureTerm(t.Context(), contract.BrandTaxonomy, market.TermFields{Slug: &slug, Name: ptr("B")})
		if err != nil {
			return err
		}
		if r.IntN(2) == 0 {
			return s.DeleteTerm(t.Context(), contract.BrandTaxonomy, slug, b.Version)
		}
		_, err = s.UpdateTerm(t.Context(), contract.BrandTaxonomy, slug, b.Version, market.TermFields{Name: ptr(fmt.Sprint("B", r.IntN(9)))})
		return err
	})
	work("categories", 1, func(r *rand.Rand) error {
		c, err := s.Category(t.Context(), "c1")
		if err != nil {
			return err
		}
		_, err = s.UpdateCategory(t.Context(), "c1", c.Version, market.CategoryFields{Parent: ptr([]string{"", "c2"}[r.IntN(2)]), Name: ptr(fmt.Sprint("C", r.IntN(9)))})
		return err
	})
	work("readers", 2, func(*rand.Rand) error {
		_, err := s.List(t.Context(), market.ListQuery{Facets: true, Sort: market.CheapestFirst})
		return err
	})
	group.Wait()
	s.turn()
	s.ledgerHolds()
	s.listsHold()
	s.exact(t, slugs)
	s.exec("DELETE FROM market.product_terms WHERE taxonomy = 'collection'") // of which lists give no counts
	s.matchesSQL(t)
}

// fair makes products of three counted variants each, whose ids and skus are in
// different orders.
func (s *shop) fair() (slugs, skus []string) {
	for i := range 3 {
		s.category(fmt.Sprint("c", i), "")
	}
	s.category("bread", "c0")
	s.term(contract.BrandTaxonomy, "brand-0")
	s.term(contract.BrandTaxonomy, "brand-1")
	for i := range 8 {
		slug := fmt.Sprint("p-", i)
		of := []string{fmt.Sprint("S-", (i*3)%8, "-0"), fmt.Sprint("S-", (i*3)%8, "-1")}
		s.counted(slug, of...)
		s.exec("UPDATE market.products SET origin_country = 'GB' WHERE slug = $1", slug)
		slugs, skus = append(slugs, slug), append(skus, of...)
	}
	return slugs, skus
}

// Whoever changes a rule notes products in any order, and the counter does not meet
// them halfway.
func TestStockMovesWhileARuleChanges(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	first, second := s.counted("a", "A"), s.counted("b", "B")
	done := make(chan error, 1)
	err := db.InTx(t.Context(), s.pool, func(tx pgx.Tx) error {
		note := func(p contract.Product) error {
			_, err := tx.Exec(t.Context(), "SELECT market.hold_collections(), market.note_change(right($1::text, 32)::uuid)", p.ID)
			return err
		}
		if err := note(second); err != nil {
			return err
		}
		go func() {
			_, err := s.tryMove(change("A", 1, market.Received), change("B", 1, market.Received))
			done <- err
		}()
		for waiting := 0; waiting == 0 && len(done) == 0; {
			if err := s.pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(&waiting); err != nil {
				return err
			}
		}
		return note(first)
	})
	if met := <-done; err != nil || met != nil {
		t.Errorf("the rule: %v, the counter: %v", err, met)
	}
}
