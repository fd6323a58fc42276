package market_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// tin is a product with every field there is.
const tin = `{"slug":"chickpeas","name":"Chickpeas","category":"tins","brand":"ash","producer":"mill-lane",
	"labels":[{"label":"vegan","source":"declared"},{"label":"organic","source":"certified","certificate":"GB-ORG-99"}],
	"options":["Size","Salt"],"legal_name":"Chickpeas in water","ingredients":"Chickpeas, **milk** & <b>salt</b>",
	"allergens":[{"code":"milk","state":"contains","detail":"whey"},{"code":"nuts","state":"free"},{"code":"soya","state":"unknown"}],
	"nutrition":{"per":"100g","energy_kj":481,"energy_kcal":115,"fat_mg":2100,"saturates_mg":200,"carbohydrate_mg":16000,"sugars_mg":300,
		"fibre_mg":4100,"protein_mg":7200,"salt_mg":30,"serving_quantity":120},
	"storage":"Keep cool.","usage":"Rinse.","origin":{"country":"IT","region":"Umbria"},
	"business":{"name":"Rose Ash","address":"1 Mill Lane"},"age_limit":18,
	"variants":[{"sku":"CP-400","name":"400 g","options":["400 g","none"],"gtin":"5012345678900","case_gtin":"15012345678907","case_size":12,
		"supplier_sku":"SUPPLIER-1","price":{"amount_minor":120,"currency":"GBP"},"member_price":{"amount_minor":110,"currency":"GBP"},
		"deposit":{"amount_minor":10,"currency":"GBP"},"vat_rate":0,"quantity":400,"drained_quantity":240,"pieces":2,"unit":"g",
		"order_step":2,"order_min":4,"order_max":12,"allergens":[{"code":"milk","state":"free"}],"track_stock":true},
	{"sku":"CP-LOOSE","name":"loose","options":["loose","none"],"price":{"amount_minor":300,"currency":"GBP"},"vat_rate":0,"quantity":1000,"unit":"g",
		"sold_by_weight":true,"order_step":50,"order_min":100}]}`

func newTins(t *testing.T) *shop {
	s := newShop(t)
	s.category("tins", "")
	s.term(contract.BrandTaxonomy, "ash")
	s.term(contract.ProducerTaxonomy, "mill-lane")
	s.term(contract.LabelTaxonomy, "organic")
	s.term(contract.LabelTaxonomy, "vegan")
	s.events()
	return s
}

// at is the first of lists with the code.
func at(list []contract.Allergen, code contract.AllergenCode) contract.Allergen {
	for _, a := range list {
		if a.Code == code {
			return a
		}
	}
	return contract.Allergen{}
}

func TestAllParticulars(t *testing.T) {
	s := newTins(t)
	res, body := apitest.Ask(t, s.handler, apitest.Scenario{Method: "POST", URL: "/v1/products", Header: editor, Body: tin})
	if res.StatusCode != 201 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if _, err := s.PublishProduct(t.Context(), "chickpeas"); err != nil {
		t.Fatal(err)
	}
	p := get[contract.Product](s, "/v1/products/chickpeas")
	if p.Brand.Slug != "ash" || p.Producer.Slug != "mill-lane" || len(p.Labels) != 2 || p.Labels[0].Slug != "organic" {
		t.Errorf("terms %v %v %v", p.Brand, p.Producer, p.Labels)
	}
	if len(p.Claims) != 2 || p.Claims[0].Source != contract.Certified || p.Claims[0].Certificate != "GB-ORG-99" || p.Claims[1].Source != contract.Declared {
		t.Errorf("claims %v", p.Claims)
	}
	fibre := int64(4100)
	want := contract.Particulars{
		LegalName: "Chickpeas in water", Ingredients: "Chickpeas, **milk** & <b>salt</b>",
		IngredientsHTML: "Chickpeas, <strong>milk</strong> &amp; &lt;b&gt;salt&lt;/b&gt;",
		Nutrition: &contract.Nutrition{Per: "100g", EnergyKJ: 481, EnergyKcal: 115, FatMg: 2100, SaturatesMg: 200, CarbohydrateMg: 16000,
			SugarsMg: 300, FibreMg: &fibre, ProteinMg: 7200, SaltMg: 30, ServingQuantity: 120},
		Storage: "Keep cool.", Usage: "Rinse.", Origin: contract.Origin{Country: "IT", Region: "Umbria"},
		Business: contract.Business{Name: "Rose Ash", Address: "1 Mill Lane"}, AgeLimit: 18, Allergens: allUnknown(),
	}
	want.Allergens[6] = contract.Allergen{Code: contract.Milk, State: contract.Contains, Detail: "whey"}
	want.Allergens[9].State = contract.FreeOf
	if diff := cmp.Diff(want, p.Particulars); diff != "" {
		t.Errorf("particulars (-want +got)\n%s", diff)
	}
	gbp := func(minor int64) contract.Money { return contract.Money{AmountMinor: minor, Currency: "GBP"} }
	can := contract.Variant{
		ID: p.Variants[0].ID, SKU: "CP-400", Name: "400 g", Options: []string{"400 g", "none"}, GTIN: "5012345678900", CaseGTIN: "15012345678907",
		CaseSize: 12, Price: gbp(120), MemberPrice: ptr(gbp(110)), Deposit: ptr(gbp(10)), Quantity: 400, Drained: 240, Pieces: 2, Unit: "g",
		UnitPrice: contract.UnitPrice{Money: gbp(500), Per: "kg"}, MemberUnit: &contract.UnitPrice{Money: gbp(458), Per: "kg"},
		OrderStep: 2, OrderMin: 4, OrderMax: 12, Availability: contract.OutOfStock, TrackStock: true, Allergens: allUnknown(),
	}
	can.Allergens[6].State = contract.FreeOf
	if diff := cmp.Diff(can, p.Variants[0]); diff != "" {
		t.Errorf("variant (-want +got)\n%s", diff)
	}
	loose := p.Variants[1]
	if !loose.SoldByWeight || loose.OrderMin != 100 || loose.Allergens != nil || loose.MemberPrice != nil || loose.UnitPrice.AmountMinor != 300 {
		t.Errorf("loose %+v", loose)
	}
	cards, _, err := s.Products(t.Context(), market.ProductQuery{})
	if diff := cmp.Diff([]contract.ProductCard{p.ProductCard}, cards); err != nil || diff != "" {
		t.Errorf("card: %v (-product +list)\n%s", err, diff)
	}
	if whole := get[answered](s, "/v1/products?include=details"); len(whole.Items) != 1 || !cmp.Equal(p, whole.Items[0].Product) {
		t.Errorf("in a list (-product +item)\n%s", cmp.Diff(p, whole.Items[0].Product))
	}
	if p.Availability != contract.InStock || p.MemberPrice.AmountMinor != 110 {
		t.Errorf("card %+v", p.ProductCard)
	}
	if _, body := ask(s, "/v1/products/chickpeas"); strings.Contains(string(body), "SUPPLIER-1") {
		t.Error("everybody sees what the supplier calls it")
	}
	if bulk, err := s.ProductsByID(t.Context(), []contract.ProductID{p.ID}); err != nil || bulk[0].Variants[0].SupplierSKU != "" {
		t.Errorf("pages see what the supplier calls it: %v", err)
	}
	_, body = apitest.Ask(t, s.handler, apitest.Scenario{URL: "/v1/products/chickpeas", Header: editor})
	var edited contract.Product
	if err := json.Unmarshal(body, &edited); err != nil || edited.Variants[0].SupplierSKU != "SUPPLIER-1" {
		t.Errorf("editors see %s, %v", body, err)
	}
}

// What is not given stays; what is given empty goes.
func TestVariantFieldsStay(t *testing.T) {
	s := newTins(t)
	if res, body := apitest.Ask(t, s.handler, apitest.Scenario{Method: "POST", URL: "/v1/products", Header: editor, Body: tin}); res.StatusCode != 201 {
		t.Fatalf("%s", body)
	}
	p, err := s.PublishProduct(t.Context(), "chickpeas")
	if err != nil {
		t.Fatal(err)
	}
	s.events()
	price := market.Price{AmountMinor: 120, Currency: "GBP"}
	can := market.VariantFields{SKU: "CP-400", Name: "400 g", Price: price, Quantity: 400, Unit: "g"}
	loose := market.VariantFields{SKU: "CP-LOOSE", Name: "loose", Price: market.Price{AmountMinor: 300, Currency: "GBP"}, Quantity: 1000, Unit: "g"}
	after, err := s.UpdateProduct(t.Context(), "chickpeas", p.Version, market.ProductFields{Variants: &[]market.VariantFields{can, loose}})
	if diff := cmp.Diff(p, after); err != nil || diff != "" || len(s.events()) != 0 {
		t.Errorf("the old fields alone: %v (-before +after)\n%s", err, diff)
	}
	can.SupplierSKU = ptr("OTHER")
	after, err = s.UpdateProduct(t.Context(), "chickpeas", p.Version, market.ProductFields{Variants: &[]market.VariantFields{can, loose}})
	if err != nil || after.Version != p.Version+1 || after.Variants[0].SupplierSKU != "OTHER" || len(s.events()) != 0 {
		t.Errorf("what the supplier calls it: %v, version %d, want %d in silence", err, after.Version, p.Version+1)
	}
	none := market.Amount{Currency: "GBP"}
	can = market.VariantFields{SKU: "CP-400", Name: "400 g", Price: price, Quantity: 400, Unit: "g", GTIN: ptr(""), CaseGTIN: ptr(""), CaseSize: ptr(0),
		SupplierSKU: ptr(""), MemberPrice: &none, Deposit: &none, Drained: ptr(int64(0)), OrderStep: ptr(int64(1)), OrderMin: ptr(int64(1)),
		OrderMax: ptr(int64(0)), Pieces: ptr(1), Allergens: &[]contract.Allergen{}, TrackStock: ptr(false)}
	after, err = s.UpdateProduct(t.Context(), "chickpeas", after.Version, market.ProductFields{
		Variants: &[]market.VariantFields{can, loose}, Brand: ptr(""), Producer: ptr(""), Labels: &[]market.ClaimFields{},
		Allergens: &[]contract.Allergen{}, Nutrition: market.FieldsOfNutrition(nil), Origin: &contract.Origin{}, Business: &contract.Business{},
	})
	if err != nil {
		t.Fatal(err)
	}
	v := after.Variants[0]
	if v.GTIN != "" || v.CaseGTIN != "" || v.CaseSize != 0 || v.SupplierSKU != "" || v.MemberPrice != nil || v.Deposit != nil || v.Drained != 0 ||
		v.OrderMax != 0 || v.OrderMin != 1 || v.Allergens != nil || v.TrackStock || v.Availability != contract.InStock || v.UnitPrice.AmountMinor != 300 {
		t.Errorf("what is left of the variant: %+v", v)
	}
	if after.Brand != nil || after.Producer != nil || len(after.Labels)+len(after.Claims) != 0 || after.Nutrition != nil ||
		after.Origin != (contract.Origin{}) || after.Business != (contract.Business{}) || at(after.Allergens, contract.Milk).State != contract.Unknown {
		t.Errorf("what is left: %+v", after)
	}
	if got := s.kinds(); got != "product_updated" {
		t.Errorf("events %q", got)
	}
}

// Prices that editors set are in the lists, from when until when.
func TestEditorsPricesAreListed(t *testing.T) {
	s := newTins(t)
	p := s.published("peas", "tins")
	listed := func() string {
		t.Helper()
		page, err := s.Prices(t.Context(), p.Variants[0].ID, market.PriceQuery{})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, e := range page.Items {
			until := "on"
			if e.ValidUntil != nil {
				until = e.ValidUntil.Format("15:04")
			}
			lines = append(lines, e.List+" "+e.ValidFrom.Format("15:04")+"-"+until)
		}
		return strings.Join(lines, ", ")
	}
	if got := listed(); got != "public 09:30-on" {
		t.Errorf("at first %s", got)
	}
	set := func(minor, member int64) {
		t.Helper()
		fields := variant("peas-1", minor, 100, contract.UnitGram)
		fields.MemberPrice = &market.Amount{AmountMinor: member, Currency: "GBP"}
		now, err := s.AnyProduct(t.Context(), "peas")
		if err == nil {
			_, err = s.UpdateProduct(t.Context(), "peas", now.Version, market.ProductFields{Variants: &[]market.VariantFields{fields}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.clock.Advance(time.Hour)
	set(125, 100)
	if got := listed(); got != "member 10:30-on, public 09:30-on" && got != "public 09:30-on, member 10:30-on" {
		t.Errorf("with a member's price %s", got)
	}
	s.clock.Advance(time.Hour)
	set(150, 0)
	if got := listed(); !strings.Contains(got, "public 09:30-11:30") || !strings.Contains(got, "public 11:30-on") || !strings.Contains(got, "member 10:30-11:30") {
		t.Errorf("with another price and none for members %s", got)
	}
}

// Two variants may change their GTINs, as they may their skus.
func TestGTINs(t *testing.T) {
	s := newTins(t)
	pair := func(a, b string) *[]market.VariantFields {
		list := []market.VariantFields{variant("a", 100, 1, contract.UnitEach), variant("b", 100, 1, contract.UnitEach)}
		list[0].GTIN, list[1].GTIN = &a, &b
		return &list
	}
	p, err := s.CreateProduct(t.Context(), market.ProductFields{Slug: ptr("x"), Name: ptr("X"), Category: ptr("tins"), Variants: pair("5012345678900", "40170725")})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = s.UpdateProduct(t.Context(), "x", p.Version, market.ProductFields{Variants: pair("40170725", "5012345678900")}); err != nil || p.Variants[0].GTIN != "40170725" {
		t.Errorf("changed: %v, %v", p.Variants, err)
	}
	// The same number with a zero before it is the same number.
	for _, gtin := range []string{"5012345678900", "05012345678900"} {
		v := variant("c", 100, 1, contract.UnitEach)
		v.GTIN = &gtin
		_, err := s.CreateProduct(t.Context(), market.ProductFields{Slug: ptr("y"), Name: ptr("Y"), Category: ptr("tins"), Variants: &[]market.VariantFields{v}})
		if problem.Code(err) != "gtin_taken" {
			t.Errorf("%s again: %v", gtin, err)
		}
	}
	if _, err := s.AnyProduct(t.Context(), "y"); problem.Code(err) != "not_found" {
		t.Errorf("what was refused is there: %v", err)
	}
}
