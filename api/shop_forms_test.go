package api_test

import (
	"testing"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// loaf is a product of which every part says something.
func (k *keeper) loaf() (at string) {
	k.t.Helper()
	pounds := func(minor int64) market.Price { return market.Price{AmountMinor: minor, Currency: "GBP"} }
	p, err := k.app.Market.CreateProduct(k.t.Context(), market.ProductFields{
		Name: new("Rye"), Slug: new("rye"), Category: new("bread"), Brand: new("bakery"), Ingredients: new("**rye**"), AgeLimit: new(18),
		Options: &[]string{"Size, sliced"}, Labels: &[]market.ClaimFields{{Label: "organic", Source: contract.Declared}},
		Allergens: &[]contract.Allergen{{Code: contract.Gluten, State: contract.Contains}},
		Origin:    &contract.Origin{Country: "GB", Region: "Suffolk"},
		Variants: &[]market.VariantFields{
			{SKU: "R-1", Name: "Big", Price: pounds(300), MemberPrice: &market.Amount{AmountMinor: 250, Currency: "GBP"}, Quantity: 800, Unit: contract.UnitGram,
				Options: &[]string{"1,5 kg"}, SupplierSKU: new("S-1"), TrackStock: new(true), OrderMin: new(int64(2))},
			{SKU: "R-2", Name: "Small", Price: pounds(200), Quantity: 400, Unit: contract.UnitGram, Options: &[]string{"0,5 kg, whole"}},
		}})
	if err != nil {
		k.t.Fatal(err)
	}
	return "/shop/products/" + string(p.ID) + "/"
}

// What a form leaves out stays as it is, and what it shows comes back as it was.
func TestShopFormsLoseNothing(t *testing.T) {
	k := newKeeper(t)
	at := k.loaf()
	was := k.product("rye")
	page := k.get(at)
	k.want(k.send(at, page.fields, nil), 200, "Saved.")
	if p := k.product("rye"); p.Version != was.Version {
		t.Errorf("saving nothing made version %d: %+v", p.Version, p)
	}
	k.want(k.send(at, map[string]string{"etag": page.fields["etag"], "name": "Rye loaf"}, nil), 200, "Saved.")
	p := k.product("rye")
	if p.Name != "Rye loaf" || len(p.Variants) != 2 || len(p.Claims) != 1 || p.Brand == nil || p.Ingredients == "" || p.AgeLimit != 18 ||
		p.Origin.Region != "Suffolk" || p.Allergens[1].State != contract.Contains || len(p.Options) != 1 {
		t.Errorf("a form with a name alone made it %+v", p)
	}
	page = k.get(at)
	k.want(k.send(at, map[string]string{"etag": page.fields["etag"], "variants[0].id": page.fields["variants[0].id"], "variants[0].sku": "R-1",
		"variants[0].name": "Bigger", "variants[0].price": "3", "variants[0].quantity": "800", "variants[0].unit": "g", "variants[0].track_stock": "yes",
		"variants[1].sku": "R-2", "variants[1].name": "Small", "variants[1].price": "2", "variants[1].quantity": "400", "variants[1].unit": "g"}, nil), 200, "Saved.")
	if v := k.product("rye").Variants[0]; v.Name != "Bigger" || v.MemberPrice == nil || v.SupplierSKU != "S-1" || v.OrderMin != 2 || v.Options[0] != "1,5 kg" {
		t.Errorf("a form with a part of a variant made it %+v", v)
	}
	// Numbers beyond all limits, and forms of nothing.
	for _, number := range []string{"99999999999999999999", "-1", "1e9", "0x10", "٣", "NaN", "9223372036854775808"} {
		k.want(k.send(at, k.get(at).fields, map[string]string{"variants[0].price": number, "variants[0].quantity": number, "age_limit": number}), 422)
		k.want(k.send("/shop/stock/", k.get("/shop/stock/").fields, map[string]string{"sku": "R-1", "amount": number}), 422)
	}
	for _, to := range []string{"/shop/products/new/", "/shop/stock/", at, at + "delete/", at + "prices/" + string(p.Variants[0].ID) + "/"} {
		if got := k.send(to, nil, nil); got.status < 400 || got.status >= 500 || got.body == "" {
			t.Errorf("an empty form at %s = %d", to, got.status)
		}
	}
	if k.product("rye").Version != 3 {
		t.Error("what was refused changed something")
	}
}

// Sending a form twice moves stock once.
func TestShopMovesStockOnce(t *testing.T) {
	k := newKeeper(t)
	k.loaf()
	page := k.get("/shop/stock/?sku=R-1")
	for range 3 {
		k.want(k.send("/shop/stock/", page.fields, map[string]string{"amount": "5", "reason": "received", "note": "<b>=1+1</b>"}), 200, "Recorded.", "&lt;b&gt;=1+1")
	}
	list, err := k.app.Market.Stock(t.Context(), market.StockQuery{SKU: "R-1"})
	if err != nil || list.Items[0].OnHand != 5 {
		t.Errorf("%+v, %v, want 5", list, err)
	}
}
