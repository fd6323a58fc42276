package market_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// Many workers turn hundreds of variants at once: each product has one new version
// and one event, and turning again changes nothing.
func TestTurnByMany(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	const products = 130
	versions := map[string]int64{}
	for i := range products {
		slug := fmt.Sprintf("p-%d", i)
		p := s.published(slug, "bread")
		versions[slug] = p.Version
		s.plan(p.Variants[0].ID, price("public", 99, ptr(day(1)), ptr(day(2))))
	}
	s.events()
	s.turn()
	if got := s.events(); len(got) != 0 {
		t.Fatalf("%d events before it is time", len(got))
	}
	s.clock.Set(day(1))
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() { s.turn() })
	}
	group.Go(func() { s.editor("p-7", 3) })
	group.Wait()
	s.turn()
	for slug, version := range versions {
		p, err := s.Product(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		if slug == "p-7" {
			continue
		}
		if p.Price.AmountMinor != 99 || p.Version != version+1 || p.Reduction == nil || p.Reduction.Lowest.AmountMinor != 125 {
			t.Errorf("%s: %+v, version %d, reduction %+v", slug, p.Price, p.Version, p.Reduction)
		}
	}
	if got := len(s.events()); got < products || got > products+3 {
		t.Errorf("%d events, want one for each of %d and the editor's", got, products)
	}
	s.turn()
	if got := s.events(); len(got) != 0 {
		t.Errorf("turning again: %v", got)
	}
	s.clock.Set(day(2))
	s.turn()
	if got := len(s.events()); got < products-1 || got > products {
		t.Errorf("%d events at the end, want one for each", got)
	}
	var left int
	if err := s.pool.QueryRow(t.Context(), "SELECT count(*) FROM market.price_turns").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d turns left, %v", left, err)
	}
}

// What another worker has taken is passed by, not waited for.
func TestTurnPassesByWhatIsTaken(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	taken, free := s.published("taken", "bread"), s.published("rye", "bread")
	for _, p := range []contract.Product{taken, free} {
		s.plan(p.Variants[0].ID, price("public", 99, ptr(day(1)), nil))
	}
	s.clock.Set(day(1))
	err := db.InTx(t.Context(), s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), "SELECT FROM market.price_turns ORDER BY id LIMIT 1 FOR UPDATE"); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		return s.Turn(ctx)
	})
	if err != nil {
		t.Fatalf("Turn: %v", err)
	}
	if got := s.variantNow(free.Variants[0].ID).Price.AmountMinor; got != 99 {
		t.Errorf("the free one costs %d, want 99", got)
	}
	s.turn()
	if p, err := s.Product(t.Context(), "taken"); err != nil || p.Price.AmountMinor != 99 {
		t.Errorf("the other costs %d, %v, want 99", p.Price.AmountMinor, err)
	}
}

// What an editor is writing is waited for: what was read before it is not written
// after it.
func TestTurnWaitsForTheEditor(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	v := s.published("rye", "bread").Variants[0].ID
	s.plan(v, price("public", 99, ptr(day(1)), nil))
	s.clock.Set(day(1))
	err := s.whileHeld("UPDATE market.prices SET price_minor = 77 WHERE upper_inf(valid)", "UPDATE market.variants SET price_minor = 77",
		func() error { return s.Turn(t.Context()) })
	if err != nil {
		t.Error(err)
	}
	if got := s.variantNow(v).Price.AmountMinor; got != 77 {
		t.Errorf("price %d, want the editor's 77", got)
	}
}

// A draft turns in silence; a product that is gone is passed by.
func TestTurnOfDraftsAndGone(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	draft, gone := s.product("draft", "bread"), s.product("gone", "bread")
	for _, p := range []contract.Product{draft, gone} {
		s.plan(p.Variants[0].ID, price("public", 99, ptr(day(1)), nil))
	}
	if err := s.DeleteProduct(t.Context(), "gone", gone.Version); err != nil {
		t.Fatal(err)
	}
	s.events()
	s.clock.Set(day(3))
	s.turn()
	p, err := s.AnyProduct(t.Context(), "draft")
	if err != nil || p.Price.AmountMinor != 99 || p.Version != draft.Version+1 || p.Reduction != nil {
		t.Errorf("%+v, version %d, reduction %+v, %v", p.Price, p.Version, p.Reduction, err)
	}
	if got := s.events(); len(got) != 0 {
		t.Errorf("events %v, want none of drafts", got)
	}
}

// What an editor writes meanwhile is cut out of what is planned.
func TestEditorBetweenPrices(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	p := s.published("rye", "bread")
	v := p.Variants[0].ID
	s.plan(v, price("public", 99, ptr(day(2)), ptr(day(4))))
	edit := func(minor int64) {
		t.Helper()
		now, err := s.Product(t.Context(), "rye")
		if err != nil {
			t.Fatal(err)
		}
		fields := variant("rye-1", minor, 100, contract.UnitGram)
		fields.ID = v
		if _, err := s.UpdateProduct(t.Context(), "rye", now.Version, market.ProductFields{Variants: &[]market.VariantFields{fields}}); err != nil {
			t.Fatal(err)
		}
	}
	s.clock.Set(day(1))
	edit(130)
	s.clock.Set(day(3))
	s.turn()
	edit(99)
	if got, want := s.listed(v, "public"), "0-1:125 1-2:130 2-4:99 4-:125"; got != want {
		t.Errorf("prices %s, want %s", got, want)
	}
	if r := s.variantNow(v).Reduction; r == nil || r.Lowest.AmountMinor != 125 || !r.ValidUntil.Equal(day(4)) {
		t.Errorf("reduction %+v, want until day 4 beside 125", r)
	}
	edit(98)
	if got, want := s.listed(v, "public"), "0-1:125 1-2:130 2-3:99 3-4:98 4-:125"; got != want {
		t.Errorf("prices %s, want %s", got, want)
	}
	if got := s.variantNow(v).Price.AmountMinor; got != 98 {
		t.Errorf("price %d, want 98", got)
	}
}

// The lowest price is that of the 30 days before the reduction, not of all time.
func TestLowestOfThirtyDays(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	v := s.published("rye", "bread").Variants[0].ID
	s.plan(v, price("public", 50, nil, ptr(day(1))))
	s.plan(v, price("public", 110, ptr(day(10)), ptr(day(12))))
	s.plan(v, price("public", 100, ptr(day(40)), ptr(day(41))))
	s.plan(v, price("public", 101, ptr(day(60)), ptr(day(61))))
	for n, want := range map[int]int64{0: 0, 10: 50, 40: 110, 60: 100} {
		s.clock.Set(day(n))
		s.turnAll()
		got := int64(0)
		if r := s.variantNow(v).Reduction; r != nil {
			got = r.Lowest.AmountMinor
		}
		if got != want {
			t.Errorf("day %d: lowest %d, want %d", n, got, want)
		}
	}
}

// turnAll has every variant looked at, whatever the clock did.
func (s *shop) turnAll() {
	s.t.Helper()
	if _, err := s.pool.Exec(s.t.Context(), "INSERT INTO market.price_turns (variant_id, at) SELECT id, $1 FROM market.variants", s.clock.Now()); err != nil {
		s.t.Fatal(err)
	}
	s.turn()
}

// The job itself, worked by the bus of two processes.
func TestTurnIsAJob(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	v := s.published("rye", "bread").Variants[0].ID
	s.plan(v, price("public", 99, ptr(day(1)), nil))
	for range 2 {
		b := bus.New(s.pool, nil, bus.StopWithin(time.Minute))
		market.New(s.pool, clock.NewManual(day(2))).Jobs(b)
		done := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { done <- b.Run(ctx) }()
		t.Cleanup(func() { cancel(); <-done })
	}
	for range 1200 {
		if s.variantNow(v).Price.AmountMinor == 99 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the price did not begin")
}
