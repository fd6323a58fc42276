package market_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

var (
	guest  = contract.Buyer{}
	member = contract.Buyer{User: "user_019ab3f47c2e7d06b8a1f0c2d3e4f501", Member: true}
)

// offers are what is offered to a buyer outside of any transaction.
func (s *shop) offers(buyer contract.Buyer, ids ...string) map[string]contract.Offer {
	s.t.Helper()
	list, err := s.Offers(s.t.Context(), nil, ids, buyer)
	if err != nil {
		s.t.Fatalf("Offers: %v", err)
	}
	return list
}

// pie makes a published product with two variants: one counted and dearer for the public,
// one by weight with allergens of its own.
func (s *shop) pie() contract.Product {
	s.t.Helper()
	slice, whole := variant("PIE-S", 350, 200, contract.UnitGram), variant("PIE-W", 1000, 1000, contract.UnitGram)
	slice.Name, slice.TrackStock, slice.VATRate = "Slice", ptr(true), 2000
	slice.MemberPrice, slice.Deposit = &market.Amount{AmountMinor: 300, Currency: "GBP"}, &market.Amount{AmountMinor: 50, Currency: "GBP"}
	slice.OrderStep, slice.OrderMin, slice.OrderMax = ptr(int64(2)), ptr(int64(2)), ptr(int64(8))
	whole.Name, whole.SoldByWeight = "Pie", ptr(true)
	whole.MemberPrice = &market.Amount{AmountMinor: 1100, Currency: "GBP"} // dearer, which nobody pays
	whole.Allergens = &[]contract.Allergen{{Code: contract.Eggs, State: contract.Contains}}
	p, err := s.CreateProduct(s.t.Context(), market.ProductFields{
		Slug: ptr("pie"), Name: ptr("Pie"), Category: ptr("bread"), Ingredients: ptr("Flour, **butter**"), AgeLimit: ptr(18),
		Images:    &[]market.Picture{{URL: "/media/" + hash + "/a.png", Alt: "A", Width: 3, Height: 2}},
		Allergens: &[]contract.Allergen{{Code: contract.Milk, State: contract.Contains, Detail: "butter"}},
		Variants:  &[]market.VariantFields{slice, whole},
	})
	if err == nil {
		p, err = s.PublishProduct(s.t.Context(), "pie")
	}
	if err != nil {
		s.t.Fatalf("pie: %v", err)
	}
	return p
}

func TestOffers(t *testing.T) {
	s := newShop(t)
	top := s.category("food", "")
	low := s.category("bread", "food")
	p := s.pie()
	s.move(change("PIE-S", 7, market.Received))
	s.reserveFor(newOrder(), want(p.Variants[0], 2))
	slice, whole := string(p.Variants[0].ID), string(p.Variants[1].ID)
	draft := s.product("draft", "bread")
	list := s.offers(member, slice, whole, slice, string(draft.Variants[0].ID), "var_00000000000000000000000000000000", "prod_x", "")
	if len(list) != 2 {
		t.Fatalf("%d offers, want 2", len(list))
	}
	got := list[slice]
	if got.Price.AmountMinor != 300 || got.PublicPrice.AmountMinor != 350 || got.Deposit.AmountMinor != 50 || got.Price.Currency != "GBP" {
		t.Errorf("prices %+v", got)
	}
	if got.Kind != contract.ProductLine || got.Name != "Pie" || got.VariantName != "Slice" || got.SKU != "PIE-S" || got.Slug != "pie" || got.Image == nil || got.Image.Alt != "A" {
		t.Errorf("names %+v", got)
	}
	if got.VATRate != 2000 || got.Quantity != 200 || got.Unit != contract.UnitGram || got.SoldByWeight || got.OrderStep != 2 || got.OrderMin != 2 || got.OrderMax != 8 || got.AgeLimit != 18 || got.Ingredients != "Flour, **butter**" {
		t.Errorf("terms %+v", got)
	}
	if got.Available == nil || *got.Available != 5 || !slices.Equal(got.CategoryIDs, []contract.CategoryID{low.ID, top.ID}) {
		t.Errorf("available %v, categories %v", got.Available, got.CategoryIDs)
	}
	if w := list[whole]; w.Price.AmountMinor != 1000 || w.Available != nil || w.VariantName != "" || !w.SoldByWeight || w.OrderMax != 0 {
		t.Errorf("whole %+v", w)
	}
	contains := func(o contract.Offer) (codes []contract.AllergenCode) {
		if len(o.Allergens) != 14 {
			t.Errorf("%d allergens, want all fourteen", len(o.Allergens))
		}
		for _, a := range o.Allergens {
			if a.State == contract.Contains {
				codes = append(codes, a.Code)
			}
		}
		return codes
	}
	if a, b := contains(got), contains(list[whole]); !slices.Equal(a, []contract.AllergenCode{contract.Milk}) || !slices.Equal(b, []contract.AllergenCode{contract.Eggs}) {
		t.Errorf("allergens %v and %v", a, b)
	}
	if o := s.offers(guest, slice)[slice]; o.Price.AmountMinor != 350 || o.LabelHash != got.LabelHash {
		t.Errorf("a guest's offer %+v", o)
	}
	if o := s.offers(guest); len(o) != 0 {
		t.Errorf("offers of nothing: %v", o)
	}
}

// A brush has no allergens; what may be eaten has all fourteen, known or not.
func TestOffersOfWhatIsNoFood(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	brush := variant("BRUSH", 500, 1, contract.UnitEach)
	if _, err := s.CreateProduct(t.Context(), market.ProductFields{Slug: ptr("brush"), Name: ptr("Brush"), Category: ptr("bread"), Variants: &[]market.VariantFields{brush}}); err != nil {
		t.Fatal(err)
	}
	p, err := s.PublishProduct(t.Context(), "brush")
	if err != nil {
		t.Fatal(err)
	}
	v := string(p.Variants[0].ID)
	if o := s.offers(guest, v)[v]; len(o.Allergens) != 0 || o.Allergens == nil || o.Image != nil || len(o.LabelHash) != 64 {
		t.Errorf("a brush %+v", o)
	}
	flour := s.published("flour", "bread")
	v = string(flour.Variants[0].ID)
	if o := s.offers(guest, v)[v]; len(o.Allergens) != 14 || o.Allergens[0].State != contract.Unknown {
		t.Errorf("flour %+v", o.Allergens)
	}
}

// The label's hash follows each particular that is on show, and nothing else.
func TestLabelHash(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.category("cakes", "")
	p := s.pie()
	slice, whole := string(p.Variants[0].ID), string(p.Variants[1].ID)
	seen := map[string]string{}
	hashes := func() map[string]string {
		list := s.offers(guest, slice, whole)
		return map[string]string{slice: list[slice].LabelHash, whole: list[whole].LabelHash}
	}
	last := hashes()
	if last[slice] == last[whole] {
		t.Error("two variants have one hash")
	}
	edits := []struct {
		name   string
		sql    string
		change bool
	}{
		{"ingredients", "UPDATE market.products SET ingredients = 'Flour, butter' WHERE slug = 'pie'", true},
		{"storage", "UPDATE market.products SET storage = 'cool' WHERE slug = 'pie'", true},
		{"usage instead", "UPDATE market.products SET storage = '', usage = 'cool' WHERE slug = 'pie'", true},
		{"legal name", "UPDATE market.products SET legal_name = 'Pie of apples' WHERE slug = 'pie'", true},
		{"origin", "UPDATE market.products SET origin_country = 'GB' WHERE slug = 'pie'", true},
		{"business", "UPDATE market.products SET business_address = 'Mill Lane' WHERE slug = 'pie'", true},
		{"nutrition", `UPDATE market.products SET nutrition = '{"per":"100g","energy_kj":1,"energy_kcal":1,"fat_mg":1,"saturates_mg":1,"carbohydrate_mg":1,"sugars_mg":1,"protein_mg":1,"salt_mg":1}' WHERE slug = 'pie'`, true},
		{"age", "UPDATE market.products SET age_limit = 16 WHERE slug = 'pie'", true},
		{"quantity", "UPDATE market.variants SET quantity = quantity + 1", true},
		{"drained", "UPDATE market.variants SET drained_quantity = 1", true},
		{"allergens", `UPDATE market.variants SET allergens = '{"fish":{"state":"may_contain"}}'`, true},
		{"price and tax", "UPDATE market.variants SET price_minor = price_minor + 1, vat_rate = 1, deposit_minor = 5", false},
		{"place in the shop", "UPDATE market.products SET category_id = (SELECT id FROM market.categories WHERE slug = 'cakes'), summary = 'x', slug = 'tart' WHERE slug = 'pie'", false},
		{"order limits", "UPDATE market.variants SET order_step = 1, order_min = 1, order_max = NULL, track_stock = true", false},
	}
	for _, e := range edits {
		s.exec(e.sql)
		now := hashes()
		for _, v := range []string{slice, whole} {
			if (now[v] != last[v]) != e.change {
				t.Errorf("%s: the hash changed: %v, want %v", e.name, now[v] != last[v], e.change)
			}
			if was, again := seen[now[v]]; e.change && again {
				t.Errorf("%s has the hash of %s", e.name, was)
			}
			seen[now[v]] = e.name
		}
		last = maps.Clone(now)
	}
}

// Through a transaction, Offers sees what that has done.
func TestOffersThroughTransaction(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	p := s.pie()
	s.move(change("PIE-S", 6, market.Received))
	v, back := string(p.Variants[0].ID), errors.New("back")
	err := s.inTx(func(ctx context.Context, tx pgx.Tx) error {
		if _, err := s.Reserve(ctx, tx, newOrder(), []contract.Take{want(p.Variants[0], 4)}); err != nil {
			return err
		}
		inside, err := s.Offers(ctx, tx, []string{v}, guest)
		if err != nil {
			return err
		}
		if *inside[v].Available != 2 || *s.offers(guest, v)[v].Available != 6 {
			t.Errorf("available inside %d, outside %d; want 2 and 6", *inside[v].Available, *s.offers(guest, v)[v].Available)
		}
		return back
	})
	if !errors.Is(err, back) {
		t.Error(err)
	}
	s.stands("PIE-S", "6/0")
}
