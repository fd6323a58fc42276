package cart_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/db"
)

// newMarket is carts of what a real market sells: a loaf for 3.25, for members 3.00, of which
// twelve are in stock, in the category bread below food; and flour by weight.
func newMarket(t testing.TB) (w *world, m *market.Service, loaf, flour string, food contract.CategoryID) {
	t.Helper()
	w = newWorld(t)
	m = market.New(w.pool, w.clock)
	w.serve(map[contract.LineKind]cart.Owner{contract.ProductLine: m})
	ctx := t.Context()
	text := func(s string) *string { return &s }
	top, err := m.CreateCategory(ctx, market.CategoryFields{Slug: text("food"), Name: text("Food")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.CreateCategory(ctx, market.CategoryFields{Slug: text("bread"), Name: text("Bread"), Parent: text("food")}); err != nil {
		t.Fatal(err)
	}
	member, yes, hundred := market.Amount{AmountMinor: 300, Currency: "GBP"}, true, int64(100)
	if _, err := m.CreateProduct(ctx, market.ProductFields{
		Slug: text("rye"), Name: text("Rye"), Category: text("bread"),
		Variants: &[]market.VariantFields{
			{SKU: "RYE", Name: "800 g loaf", Price: market.Price{AmountMinor: 325, Currency: "GBP"}, MemberPrice: &member, Quantity: 800, Unit: contract.UnitGram, TrackStock: &yes},
			{SKU: "FLOUR", Name: "Flour", Price: market.Price{AmountMinor: 180, Currency: "GBP"}, Quantity: 1000, Unit: contract.UnitGram, SoldByWeight: &yes, OrderStep: &hundred, OrderMin: &hundred, VATRate: 2000},
		},
	}); err != nil {
		t.Fatal(err)
	}
	p, err := m.PublishProduct(ctx, "rye")
	if err != nil {
		t.Fatal(err)
	}
	request, err := idempotency.For("test", "stock", "POST", "/v1/stock/movements", nil)
	if err != nil {
		t.Fatal(err)
	}
	twelve := int64(12)
	if _, _, err := m.MoveStock(ctx, request, "test", []market.StockMove{{SKU: "RYE", Change: &twelve, Reason: "received"}}); err != nil {
		t.Fatal(err)
	}
	return w, m, string(p.Variants[0].ID), string(p.Variants[1].ID), top.ID
}

// TestOfTheMarket: a cart of what the market sells.
func TestOfTheMarket(t *testing.T) {
	w, m, loaf, flour, food := newMarket(t)
	w.discount(`{"code":"FOOD","name":"Food","kind":"percent","percent_bp":1000,"category_ids":["` + string(food) + `"]}`)
	b, u := w.browser(), w.user("ada")
	b.add(loaf, 2)
	c := b.add(flour, 350-50)
	if c.Totals.TotalMinor != 650+54 || c.Totals.VATMinor != 9 || c.Lines[0].Offer.Name != "Rye" || len(c.Lines[0].Offer.Allergens) != 14 || notices(c, loaf) != "" {
		t.Errorf("the cart is %+v", c)
	}
	if c := b.cart("POST", "/v1/cart/codes", code("food")); c.Totals.DiscountMinor != 70 {
		t.Errorf("a code for the category above takes %d", c.Totals.DiscountMinor)
	}
	if err := w.signIn(ada, b.cookie); err != nil {
		t.Fatal(err)
	}
	if c := u.see(); c.Totals.GrossMinor != 600+54 || notices(c, loaf) != "" {
		t.Errorf("a member's cart is %+v", c.Totals)
	}
	if c := u.add(loaf, 11); notices(c, loaf) != "less_available" || *c.Lines[0].Notices[0].Available != 12 {
		t.Errorf("more than there is: %+v", c.Lines[0].Notices)
	}
	if got := u.refused("POST", "/v1/cart/items", item(flour, 50)); got != "invalid" {
		t.Errorf("flour off the step: %q", got)
	}
	if _, err := m.UpdateProduct(t.Context(), "rye", 2, market.ProductFields{Variants: &[]market.VariantFields{
		{SKU: "RYE", Name: "800 g loaf", Price: market.Price{AmountMinor: 325, Currency: "GBP"}, MemberPrice: &market.Amount{AmountMinor: 310, Currency: "GBP"}, Quantity: 800, Unit: contract.UnitGram},
		{SKU: "FLOUR", Name: "Flour", Price: market.Price{AmountMinor: 180, Currency: "GBP"}, Quantity: 1000, Unit: contract.UnitGram, VATRate: 2000},
	}}); err != nil {
		t.Fatal(err)
	}
	if c := u.see(); notices(c, loaf) != "price_changed less_available" {
		t.Errorf("a raised price: %q", notices(c, loaf))
	}
	o := order()
	taken, err := u.take(o, "", nil)
	if err != nil || taken.Totals.GrossMinor != 13*310+54 || !taken.Buyer.Member {
		t.Errorf("Take = %+v, %v", taken.Totals, err)
	}
	if _, err := m.UnpublishProduct(t.Context(), "rye"); err != nil {
		t.Fatal(err)
	}
	w.giveBack(taken, o)
	if c := u.see(); notices(c, loaf) != "gone" || notices(c, flour) != "gone" || c.Totals.TotalMinor != 0 || c.Lines[0].Offer.Name != "Rye, 800 g loaf" {
		t.Errorf("what was given back: %+v", c)
	}
}

// BenchmarkAdd is putting something into a cart: over HTTP, and with nothing but pgx and the
// same statements, as a measure of what the rest costs.
func BenchmarkAdd(b *testing.B) {
	w, m, loaf, _, _ := newMarket(b)
	w.exec("UPDATE market.variants SET order_max = NULL")
	s := w.user("ada")
	s.add(loaf, 1)
	b.Run("http", func(b *testing.B) {
		body := item(loaf, 1)
		for b.Loop() {
			if res, text := s.ask("POST", "/v1/cart/items", body); res.StatusCode != 200 {
				b.Fatalf("%d %s", res.StatusCode, text)
			}
		}
	})
	b.Run("service", func(b *testing.B) {
		ctx := s.ctx()
		for b.Loop() {
			if _, err := w.Add(ctx, cart.CartItem{Kind: contract.ProductLine, ID: loaf, Quantity: 1}, "", nil, noNetwork); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("new, http", func(b *testing.B) {
		body := item(loaf, 1)
		for b.Loop() {
			if res, text := w.browser().ask("POST", "/v1/cart/items", body); res.StatusCode != 200 {
				b.Fatalf("%d %s", res.StatusCode, text)
			}
		}
	})
	b.Run("offers", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.Offers(b.Context(), nil, []string{loaf}, contract.Buyer{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("merge", func(b *testing.B) {
		for b.Loop() {
			g := w.browser()
			g.add(loaf, 1)
			if err := db.InTx(b.Context(), w.pool, func(tx pgx.Tx) error {
				return w.Merge(b.Context(), tx, contract.SignedIn{User: contract.UserID(id.Format[string]("user", id.New()))}, contract.Visitor{Cart: g.cookie})
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
