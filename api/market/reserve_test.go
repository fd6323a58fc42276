package market_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// goodsOf is a shop with rye and wheat, ten of each, and salt that is not counted.
func goodsOf(t *testing.T) (s *shop, rye, wheat, salt contract.Variant) {
	t.Helper()
	s = newShop(t)
	s.category("bread", "")
	p := s.counted("loaf", "RYE", "WHEAT")
	s.move(change("RYE", 10, market.Received), change("WHEAT", 10, market.Received))
	return s, p.Variants[0], p.Variants[1], s.published("salt", "bread").Variants[0]
}

func TestReserveIsAllOrNothing(t *testing.T) {
	s, rye, wheat, salt := goodsOf(t)
	a, b := newOrder(), newOrder()
	if short := s.reserveFor(a, want(rye, 4), want(wheat, 10), want(salt, 1_000_000)); short != "" {
		t.Errorf("short of %s", short)
	}
	s.stands("RYE", "10/4 4")
	s.stands("salt-1", "0/0")
	gone := contract.Take{ID: "var_00000000000000000000000000000000", Quantity: 1}
	got := s.reserveFor(b, want(rye, 3), want(wheat, 1), want(salt, 1), gone, want(rye, 4), contract.Take{ID: "var_x", Quantity: 2})
	if want := string(rye.ID) + ": 6\n" + string(wheat.ID) + ": 0\n" + gone.ID + ": 0\nvar_x: 0\n"; got != want {
		t.Errorf("short of\n%s, want\n%s", got, want)
	}
	s.stands("RYE", "10/4 4")
	s.stands("WHEAT", "10/10 10")
	if short := s.reserveFor(b, want(rye, 3), want(rye, 3)); short != "" { // the same thing twice adds up
		t.Errorf("short of %s", short)
	}
	s.stands("RYE", "10/10 4 6")
	s.reservationsHold()
	for _, n := range []int64{0, -1} {
		if err := s.inTx(func(ctx context.Context, tx pgx.Tx) error {
			_, err := s.Reserve(ctx, tx, newOrder(), []contract.Take{want(rye, n)})
			return err
		}); err == nil {
			t.Errorf("%d could be reserved", n)
		}
	}
}

// What an order holds itself never stands in its way: not when it asks again for the last
// of it, nor when it wants other things instead.
func TestI10OwnReservationNeverBlocks(t *testing.T) {
	s, rye, wheat, _ := goodsOf(t)
	a, b := newOrder(), newOrder()
	for range 3 { // a page that is reloaded, a second attempt
		if short := s.reserveFor(a, want(rye, 10)); short != "" {
			t.Fatalf("the owner is short of %s", short)
		}
		s.stands("RYE", "10/10 10")
	}
	if short := s.reserveFor(b, want(rye, 1)); short != string(rye.ID)+": 0\n" {
		t.Errorf("another is short of %q", short)
	}
	if short := s.reserveFor(a, want(rye, 11)); short != string(rye.ID)+": 10\n" {
		t.Errorf("the owner of all is short of %q", short)
	}
	s.stands("RYE", "10/10 10")
	if short := s.reserveFor(a, want(rye, 9), want(wheat, 2)); short != "" {
		t.Errorf("the owner is short of %s", short)
	}
	if short := s.reserveFor(b, want(rye, 1)); short != "" {
		t.Errorf("what was let go cannot be had: %s", short)
	}
	s.stands("RYE", "10/10 9 1")
	s.reserveFor(a, want(wheat, 1))
	s.stands("RYE", "10/1 1")
	s.stands("WHEAT", "10/1 1")
	s.reserveFor(a)
	s.stands("WHEAT", "10/0")
	s.reservationsHold()
}

func TestReleaseAllocateFulfil(t *testing.T) {
	s, rye, wheat, salt := goodsOf(t)
	a := newOrder()
	s.reserveFor(a, want(rye, 6), want(wheat, 2), want(salt, 3))
	for range 2 {
		s.must(func(ctx context.Context, tx pgx.Tx) error { return s.Allocate(ctx, tx, a) })
	}
	s.stands("RYE", "10/6 6p")
	s.release(a, want(rye, 2))
	s.stands("RYE", "10/4 4p")
	s.fulfil(a, want(rye, 1), want(salt, 3))
	s.stands("RYE", "9/3 3p")
	s.fulfil(a, want(rye, 2), want(wheat, 2))
	s.stands("RYE", "7/1 1p")
	s.stands("WHEAT", "8/0")
	s.fulfil(a, want(wheat, 2)) // it holds none any more
	s.stands("WHEAT", "8/0")
	for range 2 {
		s.release(a)
		s.stands("RYE", "7/0")
	}
	s.release(newOrder())
	s.must(func(ctx context.Context, tx pgx.Tx) error {
		return s.Return(ctx, tx, a, "shop:till", []contract.Take{want(rye, 2), want(salt, 1), {ID: "var_00000000000000000000000000000000", Quantity: 4}})
	})
	s.stands("RYE", "9/0")
	s.reservationsHold()
	list, err := s.Movements(t.Context(), market.MovementQuery{SKU: "RYE"})
	if err != nil || len(list.Items) != 4 {
		t.Fatalf("%d movements, %v", len(list.Items), err)
	}
	for i, wanted := range []market.Movement{{Change: 2, OnHand: 9, Reason: market.Returned}, {Change: -2, OnHand: 7, Reason: market.OrderSent}, {Change: -1, OnHand: 9, Reason: market.OrderSent}} {
		if m := list.Items[i]; m.Change != wanted.Change || m.OnHand != wanted.OnHand || m.Reason != wanted.Reason || m.Actor != "shop:till" || m.Note != string(a) {
			t.Errorf("movement %+v, want %+v", m, wanted)
		}
	}
}

func TestSellNeverTakesWhatIsReserved(t *testing.T) {
	s, rye, wheat, salt := goodsOf(t)
	s.reserveFor(newOrder(), want(rye, 7))
	if short := s.sell(newOrder(), want(rye, 4), want(wheat, 1)); short != string(rye.ID)+": 3\n" {
		t.Errorf("short of %q", short)
	}
	s.stands("WHEAT", "10/0")
	if short := s.sell(newOrder(), want(rye, 3), want(salt, 9)); short != "" {
		t.Errorf("short of %q", short)
	}
	s.stands("RYE", "7/7 7")
	if _, err := s.tryMove(change("RYE", -1, market.CounterSale)); problem.Code(err) != "insufficient_stock" {
		t.Errorf("MoveStock below what is reserved: %v", err)
	}
	s.reservationsHold()
	list, err := s.Movements(t.Context(), market.MovementQuery{SKU: "RYE", Limit: 1})
	if err != nil || list.Items[0].Reason != market.CounterSale || list.Items[0].Change != -3 {
		t.Errorf("movement %+v, %v", list.Items, err)
	}
	own := newOrder() // one that holds some itself takes that
	s.reserveFor(own, want(wheat, 8))
	if short := s.sell(own, want(wheat, 9)); short != "" {
		t.Errorf("short of %q", short)
	}
	s.stands("WHEAT", "1/0")
	s.reservationsHold()
}

// Pages are told where the last is reserved, and where it can be had again.
func TestReservingAnnouncesWhatTurns(t *testing.T) {
	s, rye, wheat, _ := goodsOf(t)
	s.events()
	a := newOrder()
	steps := []struct {
		name   string
		do     func()
		events int
	}{
		{"some is left", func() { s.reserveFor(a, want(rye, 9)) }, 0},
		{"the last of two variants of a product", func() { s.reserveFor(a, want(rye, 10), want(wheat, 10)) }, 1},
		{"handed over", func() { s.fulfil(a, want(rye, 10)) }, 0},
		{"let go", func() { s.release(a) }, 1},
		{"sold over the counter", func() { s.sell(newOrder(), want(wheat, 10)) }, 1},
		{"returned", func() {
			s.must(func(ctx context.Context, tx pgx.Tx) error {
				return s.Return(ctx, tx, a, "shop:till", []contract.Take{want(rye, 1)})
			})
		}, 1},
	}
	for _, step := range steps {
		step.do()
		if events := s.events(); len(events) != step.events {
			t.Errorf("%s: events %v, want %d", step.name, events, step.events)
		}
	}
}

func TestReservedIsNotRemoved(t *testing.T) {
	s, rye, _, _ := goodsOf(t)
	p, err := s.AnyProduct(t.Context(), "loaf")
	if err != nil {
		t.Fatal(err)
	}
	a := newOrder()
	s.reserveFor(a, want(rye, 2))
	without := `{"variants":[{"sku":"WHEAT","name":"WHEAT","price":{"amount_minor":125,"currency":"GBP"},"vat_rate":0,"quantity":100,"unit":"g"}]}`
	etag := func() string { res, _ := ask(s, "/v1/products/loaf"); return res.Header.Get("ETag") }
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "the product", Method: "DELETE", URL: "/v1/products/loaf", Header: with(editor, "If-Match", etag()), Status: 409, Want: []string{`"code":"reserved"`}, NotWant: []string{string(a)}, Events: map[string]int{"*": 0}},
		{Name: "its variant", Method: "PATCH", URL: "/v1/products/loaf", Header: with(editor, "If-Match", etag()), Body: without, Status: 409, Want: []string{`"code":"reserved"`, "body.variants"}, Events: map[string]int{"*": 0}},
	})
	s.stands("RYE", "10/2 2")
	s.release(a)
	if _, err := s.UpdateProduct(t.Context(), "loaf", p.Version, market.ProductFields{Variants: &[]market.VariantFields{variant("WHEAT", 125, 100, contract.UnitGram)}}); err != nil {
		t.Errorf("the variant stays although nobody holds it: %v", err)
	}
	if short := s.reserveFor(a, want(rye, 1)); short != string(rye.ID)+": 0\n" {
		t.Errorf("short of %q", short)
	}
}

// What orders hold stays theirs when a product is edited, and adds up until it is gone.
func TestReservationsSurviveEdits(t *testing.T) {
	s, rye, wheat, salt := goodsOf(t)
	a, b := newOrder(), newOrder()
	s.reserveFor(a, want(rye, 4), want(salt, 2))
	edit := func(slug string, tracked bool, skus ...string) {
		p, err := s.AnyProduct(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		fields := make([]market.VariantFields, len(skus))
		for i, sku := range skus {
			fields[i] = variant(sku, 130, 100, contract.UnitGram)
			fields[i].TrackStock, fields[i].OrderMin = &tracked, ptr(int64(3))
		}
		if _, err := s.UpdateProduct(t.Context(), slug, p.Version, market.ProductFields{Variants: &fields}); err != nil {
			t.Fatal(err)
		}
	}
	edit("loaf", false, "RYE", "WHEAT")
	edit("salt", true, "salt-1")
	s.reserveFor(b, want(rye, 100), want(wheat, 100)) // it is not counted now
	s.stands("RYE", "10/4 4")
	s.fulfil(a, want(rye, 1), want(salt, 2)) // salt was not counted then
	s.stands("RYE", "9/3 3")
	s.stands("salt-1", "0/0")
	s.must(func(ctx context.Context, tx pgx.Tx) error {
		return s.Return(ctx, tx, a, "shop:till", []contract.Take{want(salt, 2)})
	})
	s.stands("salt-1", "2/0")
	s.reserveFor(a, want(rye, 2)) // what is not counted is not held
	s.stands("RYE", "9/0")
	edit("loaf", true, "RYE", "WHEAT")
	s.reserveFor(a, want(rye, 9))
	if _, err := s.UnpublishProduct(t.Context(), "loaf"); err != nil {
		t.Fatal(err)
	}
	s.fulfil(a, want(rye, 4))
	s.release(a)
	s.stands("RYE", "5/0")
	s.reservationsHold()
}

// A variant that is removed while somebody reserves it is short, and neither waits for
// the other in a circle; one that is reserved meanwhile is not removed.
func TestReserveWhileRemoved(t *testing.T) {
	s, rye, wheat, _ := goodsOf(t)
	got := ""
	if err := s.whileHeld("UPDATE market.products SET summary = 'x'", "DELETE FROM market.variants WHERE sku = 'RYE'", func() error {
		return s.inTx(func(ctx context.Context, tx pgx.Tx) error {
			short, err := s.Reserve(ctx, tx, newOrder(), []contract.Take{want(wheat, 1), want(rye, 1)})
			got = shown(short)
			return err
		})
	}); err != nil || got != string(rye.ID)+": 0\n" {
		t.Errorf("short of %q, %v", got, err)
	}
	s.reservationsHold()
}
