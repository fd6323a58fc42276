package market_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// wantEvent compares the one event since the last call.
func wantEvent[T interface{ Kind() string }](t *testing.T, s *shop, want T) {
	t.Helper()
	list := s.events()
	if len(list) != 1 {
		t.Errorf("events %v, want one %s", list, want.Kind())
		return
	}
	kind, data, _ := strings.Cut(list[0], " ")
	var got T
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); kind != want.Kind() || diff != "" {
		t.Errorf("event %s, want %s (-want +got)\n%s", kind, want.Kind(), diff)
	}
}

func TestEventsNameEveryListBeforeAndAfter(t *testing.T) {
	s := newShop(t)
	food := s.category("food", "")
	bread := s.category("bread", "food")
	fruit := s.category("fruit", "food")
	p := s.product("rye-loaf", "bread")
	s.events()
	ids := func(list ...contract.Category) (ids []contract.CategoryID) {
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		return ids
	}
	if _, err := s.PublishProduct(t.Context(), "rye-loaf"); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, s, contract.ProductPublished{ProductRef: contract.ProductRef{ID: p.ID, Categories: ids(food, bread)}})
	if _, err := s.UpdateProduct(t.Context(), "rye-loaf", 2, market.ProductFields{Category: ptr(string(fruit.ID))}); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, s, contract.ProductUpdated{ProductRef: contract.ProductRef{ID: p.ID, Categories: ids(food, bread, fruit)}})
	if err := s.DeleteProduct(t.Context(), string(p.ID), 3); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, s, contract.ProductUnpublished{ProductRef: contract.ProductRef{ID: p.ID, Categories: ids(food, fruit)}})

	if _, err := s.UpdateCategory(t.Context(), "fruit", 1, market.CategoryFields{Parent: ptr("bread")}); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, s, contract.CategoryUpdated{ID: fruit.ID, Ancestors: ids(food, bread)})
	if err := s.DeleteCategory(t.Context(), "fruit", 2); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, s, contract.CategoryUpdated{ID: fruit.ID, Ancestors: ids(food, bread)})
}

func TestVariantsKeepTheirIDs(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.product("rye-loaf", "bread")
	put := func(version int64, variants ...market.VariantFields) contract.Product {
		t.Helper()
		p, err := s.UpdateProduct(t.Context(), "rye-loaf", version, market.ProductFields{Variants: &variants})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a, b := variant("A", 100, 1, contract.UnitEach), variant("B", 200, 1, contract.UnitEach)
	first := put(1, a, b)
	// By sku, in another order, with a new price.
	b.Price.AmountMinor = 90
	second := put(2, b, a)
	if second.Variants[0].ID != first.Variants[1].ID || second.Variants[1].ID != first.Variants[0].ID {
		t.Errorf("ids %v after reordering %v", second.Variants, first.Variants)
	}
	if second.Price.AmountMinor != 90 || second.VariantName != "B" {
		t.Errorf("the card shows %v of %s, want the lowest, 90 of B", second.Price, second.VariantName)
	}
	// By id, swapping skus.
	a.ID, b.ID = first.Variants[1].ID, first.Variants[0].ID
	third := put(3, a, b)
	for i, want := range []contract.Variant{first.Variants[1], first.Variants[0]} {
		if got := third.Variants[i]; got.ID != want.ID || got.SKU == want.SKU {
			t.Errorf("variant %d is %s with sku %s, want %s with the other's", i, got.ID, got.SKU, want.ID)
		}
	}
	// All in another currency, one of them new, one gone.
	c := variant("C", 300, 1, contract.UnitEach)
	c.Price.Currency, a.Price.Currency = "EUR", "EUR"
	fourth := put(4, c, a)
	if fourth.Variants[1].ID != a.ID || fourth.Price.Currency != "EUR" || len(fourth.Variants) != 2 {
		t.Errorf("after the change of currency: %v", fourth.Variants)
	}
	if _, err := s.UpdateProduct(t.Context(), "rye-loaf", 5, market.ProductFields{Variants: &[]market.VariantFields{a, a}}); problem.Code(err) != "invalid" {
		t.Errorf("one variant twice: %v", err)
	}
}

func TestDraftsMayBeIncomplete(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	if _, err := s.CreateProduct(t.Context(), market.ProductFields{Slug: ptr("loaf"), Name: ptr("Loaf"), Category: ptr("bread")}); err != nil {
		t.Fatal(err)
	}
	cards, _, err := s.Products(t.Context(), market.ProductQuery{Status: contract.DraftProduct})
	if err != nil || len(cards) != 1 {
		t.Fatalf("Products = %v, %v", cards, err)
	}
	if got := cards[0]; got.Price != (contract.Money{Currency: "GBP"}) || got.VariantCount != 0 || got.Image != nil {
		t.Errorf("card %+v", got)
	}
	if _, err := s.PublishProduct(t.Context(), "loaf"); problem.Code(err) != "no_variant" {
		t.Errorf("PublishProduct = %v, want no_variant", err)
	}
	s.events()
	if _, err := s.PublishProduct(t.Context(), "none"); problem.Code(err) != "not_found" {
		t.Errorf("PublishProduct of none = %v, want not_found", err)
	}
	if got := s.events(); len(got) != 0 {
		t.Errorf("events %v, want none", got)
	}
}

func TestTreeHasEightLevels(t *testing.T) {
	s := newShop(t)
	parent := ""
	for i := range 8 {
		slug := fmt.Sprintf("c%d", i)
		s.category(slug, parent)
		parent = slug
	}
	s.category("top", "")
	s.category("below", "top")
	fields := market.CategoryFields{Slug: ptr("deep"), Name: ptr("Deep"), Parent: &parent}
	if _, err := s.CreateCategory(t.Context(), fields); problem.Code(err) != "too_deep" {
		t.Errorf("CreateCategory at the ninth level = %v, want too_deep", err)
	}
	// The subtree has two levels, its new place leaves one.
	if _, err := s.UpdateCategory(t.Context(), "top", 1, market.CategoryFields{Parent: ptr("c6")}); problem.Code(err) != "too_deep" {
		t.Errorf("UpdateCategory to where it does not fit = %v, want too_deep", err)
	}
}

// What a product shows of its category is part of what its ETag stands for.
func TestETagFollowsTheCategory(t *testing.T) {
	s := newShop(t)
	s.category("food", "")
	s.category("bread", "food")
	s.published("rye-loaf", "bread")
	tag := func() string {
		res, _ := ask(s, "/v1/products/rye-loaf")
		return res.Header.Get("ETag")
	}
	before := tag()
	if again := tag(); again != before {
		t.Errorf("ETag %s, then %s", before, again)
	}
	if _, err := s.UpdateCategory(t.Context(), "food", 1, market.CategoryFields{Name: ptr("Foods")}); err != nil {
		t.Fatal(err)
	}
	if tag() == before {
		t.Error("a renamed ancestor leaves the ETag as it was")
	}
}

// A sku is compared at commit, after the event was written: nothing of either
// is left.
func TestRefusedAtCommitLeavesNothing(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.published("rye-loaf", "bread")
	before := s.published("white-loaf", "bread")
	s.events()
	taken := []market.VariantFields{variant("rye-loaf-1", 100, 1, contract.UnitEach)}
	if _, err := s.UpdateProduct(t.Context(), "white-loaf", 2, market.ProductFields{Variants: &taken}); problem.Code(err) != "sku_taken" {
		t.Errorf("UpdateProduct = %v, want sku_taken", err)
	}
	if got := s.events(); len(got) != 0 {
		t.Errorf("events %v, want none", got)
	}
	after, err := s.Product(t.Context(), "white-loaf")
	if diff := cmp.Diff(before, after); err != nil || diff != "" {
		t.Errorf("product: %v (-before +after)\n%s", err, diff)
	}
}
