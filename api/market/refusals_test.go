package market_test

import (
	"regexp"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestParticularsAreRefused: each field of a product that is wrong is named, nothing
// is stored, and nothing is echoed.
func TestParticularsAreRefused(t *testing.T) {
	s := newTins(t)
	const canary = apitest.Canary
	var scenarios []apitest.Scenario
	bad := func(name, old, new string, want ...string) {
		if !strings.Contains(tin, old) {
			t.Fatalf("no %s in the body", old)
		}
		scenarios = append(scenarios, apitest.Scenario{Name: name, Method: "POST", URL: "/v1/products", Header: editor,
			Body: strings.Replace(tin, old, new, 1), Status: 422, Want: want, NotWant: []string{canary}, Events: quiet})
	}
	bad("no such brand", `"brand":"ash"`, `"brand":"`+canary+`"`, `"body.brand"`)
	bad("a label for a brand", `"brand":"ash"`, `"brand":"vegan"`, `"body.brand"`)
	bad("no such producer", `"mill-lane"`, `"producer_00000000000000000000000000000000"`, `"body.producer"`)
	bad("no such label", `"label":"vegan"`, `"label":"`+canary+`"`, `"body.labels[0].label"`)
	bad("a label twice", `"label":"vegan"`, `"label":"organic"`, `"body.labels[1].label"`)
	bad("nobody says so", `"source":"declared"`, `"source":"`+canary+`"`, `"body.labels[0].source"`)
	bad("a certificate of nobody", `"source":"certified"`, `"source":"declared"`, `"body.labels[1].certificate"`)
	bad("four options", `["Size","Salt"]`, `["a","b","c","d"]`, `"body.options"`)
	bad("an option twice", `["Size","Salt"]`, `["Size","Size"]`, `"body.options[1]"`)
	bad("a blank option", `["Size","Salt"]`, `["Size"," "]`, `"body.options[1]"`)
	bad("values for fewer options", `["Size","Salt"]`, `["Size"]`, `"body.variants[0].options"`)
	bad("values for more options", `["loose","none"]`, `["loose"]`, `"body.variants[1].options"`)
	bad("a blank value", `["loose","none"]`, `["loose",""]`, `"body.variants[1].options[1]"`)
	bad("the same values", `["loose","none"]`, `["400 g","none"]`, `"body.variants[1].options"`)
	bad("a long legal name", `Chickpeas in water`, strings.Repeat("é", 201), `"body.legal_name"`)
	bad("long ingredients", `Chickpeas, **milk**`, strings.Repeat("a", 5001), `"body.ingredients"`)
	bad("ingredients with a bell", `**milk**`, `\u0007`, `"body.ingredients"`)
	bad("an allergen that is none", `"code":"milk","state":"contains"`, `"code":"`+canary+`","state":"contains"`, `"body.allergens[0].code"`)
	bad("an allergen twice", `"code":"nuts"`, `"code":"milk"`, `"body.allergens[1].code"`)
	bad("an allergen in another state", `"state":"contains"`, `"state":"`+canary+`"`, `"body.allergens[0].state"`)
	bad("details of what is unknown", `"state":"unknown"`, `"state":"unknown","detail":"x"`, `"body.allergens[2].detail"`)
	bad("a variant's allergen that is none", `"allergens":[{"code":"milk","state":"free"}]`, `"allergens":[{"code":"`+canary+`","state":"free"}]`, `"body.variants[0].allergens[0].code"`)
	bad("nutrition of another amount", `"per":"100g"`, `"per":"`+canary+`"`, `"body.nutrition.per"`)
	bad("no salt", `"salt_mg":30,`, ``, `"body.nutrition.salt_mg"`)
	bad("nutrition that is not declared", `"per":"100g"`, `"per":"none"`, `"body.nutrition.energy_kj"`)
	bad("more saturates than fat", `"saturates_mg":200`, `"saturates_mg":2101`, `"body.nutrition.saturates_mg"`)
	bad("more sugars than carbohydrate", `"sugars_mg":300`, `"sugars_mg":16001`, `"body.nutrition.sugars_mg"`)
	bad("parts that weigh more than all", `"protein_mg":7200`, `"protein_mg":78000`, `"body.nutrition.per"`)
	bad("less than nothing", `"fat_mg":2100`, `"fat_mg":-1`, `"body.nutrition.fat_mg"`)
	bad("a fraction", `"fat_mg":2100`, `"fat_mg":2.1`, `"body.nutrition.fat_mg"`)
	bad("another energy in kJ", `"energy_kj":481`, `"energy_kj":115`, `"body.nutrition.energy_kj"`)
	bad("energy that no food has", `"energy_kj":481,"energy_kcal":115`, `"energy_kj":4100,"energy_kcal":980`, `"body.nutrition.energy_kj"`)
	bad("long storage", `Keep cool.`, strings.Repeat("a", 501), `"body.storage"`)
	bad("long usage", `Rinse.`, strings.Repeat("a", 1001), `"body.usage"`)
	bad("no country", `"country":"IT"`, `"country":"Italy"`, `"body.origin.country"`)
	bad("a long region", `Umbria`, strings.Repeat("a", 201), `"body.origin.region"`)
	bad("a long business", `Rose Ash`, strings.Repeat("a", 201), `"body.business.name"`)
	bad("a long address", `1 Mill Lane`, strings.Repeat("a", 501), `"body.business.address"`)
	bad("an age below all", `"age_limit":18`, `"age_limit":-1`, `"body.age_limit"`)
	bad("an age beyond all", `"age_limit":18`, `"age_limit":26`, `"body.age_limit"`)
	bad("a wrong check digit", `5012345678900`, `5012345678901`, `"body.variants[0].gtin"`)
	bad("a short number", `5012345678900`, `50123456789`, `"body.variants[0].gtin"`)
	bad("a number with letters", `5012345678900`, `50123456789OO`, `"body.variants[0].gtin"`)
	bad("a case's wrong check digit", `15012345678907`, `15012345678908`, `"body.variants[0].case_gtin"`)
	bad("a number twice", `"sku":"CP-LOOSE"`, `"sku":"CP-LOOSE","gtin":"05012345678900"`, `"body.variants[1].gtin"`)
	bad("a case of nothing", `"case_size":12`, `"case_size":-1`, `"body.variants[0].case_size"`)
	bad("a long supplier's sku", `SUPPLIER-1`, strings.Repeat("a", 65), `"body.variants[0].supplier_sku"`)
	bad("members pay in francs", `"amount_minor":110,"currency":"GBP"`, `"amount_minor":110,"currency":"CHF"`, `"body.variants[0].member_price.currency"`)
	bad("members are paid", `"amount_minor":110`, `"amount_minor":-110`, `"body.variants[0].member_price.amount_minor"`)
	bad("a deposit in francs", `"amount_minor":10,"currency":"GBP"`, `"amount_minor":10,"currency":"CHF"`, `"body.variants[0].deposit.currency"`)
	bad("more without the liquid", `"drained_quantity":240`, `"drained_quantity":401`, `"body.variants[0].drained_quantity"`)
	bad("no pieces", `"pieces":2`, `"pieces":0`, `"body.variants[0].pieces"`)
	bad("pieces by weight", `"unit":"g",
		"sold_by_weight"`, `"unit":"each",
		"sold_by_weight"`, `"body.variants[1].sold_by_weight"`)
	bad("no step", `"order_step":2`, `"order_step":0`, `"body.variants[0].order_step"`)
	bad("a minimum between steps", `"order_min":4`, `"order_min":3`, `"body.variants[0].order_min"`)
	bad("a minimum below the step", `"order_step":50,"order_min":100`, `"order_step":50`, `"body.variants[1].order_min"`)
	bad("a maximum between steps", `"order_max":12`, `"order_max":11`, `"body.variants[0].order_max"`)
	bad("a maximum below the minimum", `"order_max":12`, `"order_max":2`, `"body.variants[0].order_max"`)
	apitest.Run(t, s.handler, s.pool, scenarios)
	var rows int
	if err := s.pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM market.products) + (SELECT count(*) FROM market.variants)
		+ (SELECT count(*) FROM market.product_terms) + (SELECT count(*) FROM market.prices)`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d rows of what was refused, %v", rows, err)
	}
}

// A refused change leaves all as it was, the terms and prices too.
func TestRefusedChangeLeavesAll(t *testing.T) {
	s := newTins(t)
	if res, body := apitest.Ask(t, s.handler, apitest.Scenario{Method: "POST", URL: "/v1/products", Header: editor, Body: tin}); res.StatusCode != 201 {
		t.Fatalf("%s", body)
	}
	s.published("peas", "tins")
	s.events()
	picture := func() (all string) {
		if err := s.pool.QueryRow(t.Context(), `SELECT (SELECT json_agg(p ORDER BY p.id) FROM market.product_pages p)::text
			|| (SELECT json_agg(p ORDER BY p.id) FROM market.prices p)::text`).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := picture()
	for name, fields := range map[string]market.ProductFields{
		"options that the variants have not": {Options: &[]string{"Size"}, Brand: ptr("")},
		"a slug that is taken":               {Slug: ptr("peas"), Labels: &[]market.ClaimFields{}},
		"a sku that is taken":                {Options: &[]string{}, Variants: &[]market.VariantFields{variant("peas-1", 1, 1, "g")}},
		"no such label":                      {Brand: ptr(""), Labels: &[]market.ClaimFields{{Label: "x", Source: "declared"}}},
	} {
		if _, err := s.UpdateProduct(t.Context(), "chickpeas", 1, fields); problem.From(err).Status < 400 || problem.From(err).Status >= 500 {
			t.Errorf("%s: %v", name, err)
		}
		if picture() != before || len(s.events()) != 0 {
			t.Fatalf("%s left something behind", name)
		}
	}
}

func TestValidGTIN(t *testing.T) {
	for gtin, want := range map[string]bool{
		"5012345678900": true, "15012345678907": true, "40170725": true, "036000291452": true, "00000000": true, "05012345678900": true,
		"5012345678901": false, "50123456789": false, "": false, "4017072": false, "401707255": false, "٥٠١٢٣٤٥٦٧٨٩٠٠": false, "5012345-78900": false, " 40170725": false,
	} {
		if got := market.ValidGTIN(gtin); got != want {
			t.Errorf("ValidGTIN(%q) = %v", gtin, got)
		}
	}
}

// FuzzGTIN: Go and the database have one opinion, and no digit can be another.
func FuzzGTIN(f *testing.F) {
	s := newShop(f)
	for _, gtin := range []string{"5012345678900", "40170725", "036000291452", "15012345678907", "0", "x", "\n", "5012345678900\n"} {
		f.Add(gtin)
	}
	f.Fuzz(func(t *testing.T, gtin string) {
		valid := market.ValidGTIN(gtin)
		if strings.ContainsRune(gtin, 0) || strings.ToValidUTF8(gtin, "") != gtin {
			if valid {
				t.Errorf("ValidGTIN(%q)", gtin)
			}
			return
		}
		var stored bool
		if err := s.pool.QueryRow(t.Context(), "SELECT market.gtin_ok($1)", gtin).Scan(&stored); err != nil || stored != valid {
			t.Errorf("ValidGTIN(%q) = %v, in the database %v, %v", gtin, valid, stored, err)
		}
		if valid {
			for i := range gtin {
				other := gtin[:i] + string('0'+(gtin[i]-'0'+1)%10) + gtin[i+1:]
				if market.ValidGTIN(other) {
					t.Errorf("both %s and %s", gtin, other)
				}
			}
		}
	})
}

// strongOnly is what ingredients may be: text and <strong>.
var strongOnly = regexp.MustCompile(`^([^<>"']|<strong>[^<>"']+</strong>)*$`)

// FuzzIngredients: whatever is written, what readers get is text with words in bold.
func FuzzIngredients(f *testing.F) {
	s := newShop(f)
	s.category("tins", "")
	if _, err := s.CreateProduct(f.Context(), market.ProductFields{Slug: ptr("x"), Name: ptr("X"), Category: ptr("tins")}); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"Wholemeal **rye** flour", "****", "** **", "**<script>**", "a ** b", "**a\nb**", "<strong>x", "**a****b**", "&lt;", "***x***"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := s.AnyProduct(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		p, err = s.UpdateProduct(t.Context(), "x", p.Version, market.ProductFields{Ingredients: &text})
		if err != nil {
			if problem.From(err).Status != 422 {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if p.Ingredients != text || !strongOnly.MatchString(p.IngredientsHTML) {
			t.Errorf("%q became %q", text, p.IngredientsHTML)
		}
	})
}
