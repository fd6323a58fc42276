package market_test

import (
	"fmt"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// What only the database can tell, at commit or by its constraints, is a refusal with
// words and no fault of ours; and so is what is beyond all limits.
func TestHostileWrites(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	p := s.published("rye", "bread")
	s.published("oat", "bread")
	s.term(contract.BrandTaxonomy, "mill")
	coded := variant("coded", 100, 100, contract.UnitGram)
	coded.GTIN = ptr("5012345678900")
	if _, err := s.CreateProduct(t.Context(), market.ProductFields{Name: ptr("C"), Slug: ptr("coded"), Category: ptr("bread"), Variants: &[]market.VariantFields{coded}}); err != nil {
		t.Fatal(err)
	}
	s.events()
	body := func(more string) string {
		return `{"name":"X","slug":"x","category":"bread",` + more + `}`
	}
	sold := func(more string) string {
		return body(`"variants":[{"sku":"X","name":"X","price":{"amount_minor":100,"currency":"GBP"},"vat_rate":0,"quantity":100,"unit":"g"` + more + `}]`)
	}
	big := "9223372036854775807"
	nutrition := func(fat string) string {
		return body(fmt.Sprintf(`"nutrition":{"per":"100g","energy_kj":1,"energy_kcal":1,"fat_mg":%s,"saturates_mg":0,"carbohydrate_mg":%[1]s,"sugars_mg":0,"protein_mg":%[1]s,"salt_mg":%[1]s}`, fat))
	}
	for _, tt := range []struct{ method, at, body string }{
		{"POST", "/v1/categories", `{"name":"X","slug":"brands"}`},
		{"POST", "/v1/categories", `{"name":"X","slug":"collections"}`},
		{"POST", "/v1/products", sold(`,"gtin":"5012345678900"},{"sku":"Y","name":"Y","price":{"amount_minor":100,"currency":"GBP"},"vat_rate":0,"quantity":100,"unit":"g","gtin":"05012345678900"`)},
		{"POST", "/v1/products", sold(`,"gtin":"05012345678900"`)},
		{"POST", "/v1/products", sold(`,"sku":"coded"`)},
		{"POST", "/v1/products", sold(`},{"sku":"X","name":"Y","price":{"amount_minor":100,"currency":"GBP"},"vat_rate":0,"quantity":100,"unit":"g"`)},
		{"POST", "/v1/products", sold(`},{"sku":"Y","name":"Y","price":{"amount_minor":100,"currency":"EUR"},"vat_rate":0,"quantity":100,"unit":"g"`)},
		{"POST", "/v1/products", sold(`,"member_price":{"amount_minor":` + big + `,"currency":"GBP"}`)},
		{"POST", "/v1/products", sold(`,"member_price":{"amount_minor":90,"currency":"EUR"}`)},
		{"POST", "/v1/products", sold(`,"deposit":{"amount_minor":90,"currency":"EUR"}`)},
		{"POST", "/v1/products", sold(`,"deposit":{"amount_minor":-1,"currency":"GBP"}`)},
		{"POST", "/v1/products", sold(`,"order_min":` + big)},
		{"POST", "/v1/products", sold(`,"order_step":0`)},
		{"POST", "/v1/products", sold(`,"pieces":` + big)},
		{"POST", "/v1/products", sold(`,"options":["a"]`)},
		{"POST", "/v1/products", sold(`,"supplier_sku":"a\u0000b"`)},
		{"POST", "/v1/products", nutrition(big)},
		{"POST", "/v1/products", nutrition("4611686018427387904")},
		{"POST", "/v1/products", nutrition("50000")},
		{"POST", "/v1/products", body(`"ingredients":"a\u0000b"`)},
		{"POST", "/v1/products", body(`"options":["a\u0000"]`)},
		{"POST", "/v1/products", body(`"origin":{"country":"gb","region":""}`)},
		{"POST", "/v1/products", body(`"brand":"brand_` + strings.Repeat("0", 32) + `"`)},
		{"POST", "/v1/products", body(`"labels":[{"label":"mill","source":"declared"}]`)},
		{"POST", "/v1/products", body(`"allergens":[{"code":"milk","state":"free"},{"code":"milk","state":"contains"}]`)},
		{"POST", "/v1/products", body(`"allergens":[{"code":"water","state":"free"}]`)},
		{"POST", "/v1/brands", `{"name":"M","slug":"mill"}`},
		{"POST", "/v1/brands", `{"name":"M\u0000","slug":"m"}`},
		{"POST", "/v1/brands", `{"name":"M","slug":"m","website":"javascript:alert(1)"}`},
		{"POST", "/v1/brands", `{"name":"M","slug":"m","description":"<script>alert(1)</script>"}`},
		{"POST", "/v1/brands", `{"name":"M","slug":"m","rule":{"reduced":true}}`},
		{"POST", "/v1/collections", `{"name":"M","slug":"m","rule":{"categories":["cat_` + strings.Repeat("0", 32) + `"]}}`},
		{"POST", "/v1/collections", `{"name":"M","slug":"m","rule":{"products":["` + string(p.ID) + `\u0000"]}}`},
		{"POST", "/v1/collections", `{"name":"M","slug":"m","placements":[{"container_type":"post","container_id":"post_\u0000"}]}`},
		{"POST", "/v1/collections", `{"name":"M","slug":"m","placements":[{"container_type":"post","container_id":"post_` + strings.Repeat("1", 32) + `"},{"container_type":"post","container_id":"post_` + strings.Repeat("1", 32) + `"}]}`},
		{"POST", "/v1/variants/" + string(p.Variants[0].ID) + "/prices", `{"list":"public","price":{"amount_minor":1,"currency":"GBP"},"valid_from":"0001-01-01T00:00:00Z"}`},
		{"POST", "/v1/variants/" + string(p.Variants[0].ID) + "/prices", `{"list":"public","price":{"amount_minor":1,"currency":"GBP"},"valid_until":"9999-12-31T23:59:59.999999999Z"}`},
		{"POST", "/v1/variants/" + string(p.Variants[0].ID) + "/prices", `{"list":"public","price":{"amount_minor":` + big + `,"currency":"GBP"}}`},
		{"POST", "/v1/stock/movements", `{"movements":[{"sku":"rye-1","change":` + big + `,"reason":"received"}]}`},
		{"POST", "/v1/stock/movements", `{"movements":[{"sku":"rye-1","change":1,"reason":"received"}]}`},
		{"GET", "/v1/products?price_min=" + big + "&price_max=" + big + "&sort=-price", ""},
		{"GET", "/v1/products?brand=%00", ""},
		{"GET", "/v1/products?cursor=%00", ""},
		{"GET", "/v1/availability?ids=var_%00", ""},
		{"GET", "/v1/stock?sku=%00", ""},
		{"GET", "/v1/stock?product=%00&available_max=" + big, ""},
		{"GET", "/v1/brands/%00", ""},
		{"GET", "/v1/products/%ff/related", ""},
	} {
		res, answer := apitest.Ask(t, s.handler, apitest.Scenario{Method: tt.method, URL: tt.at, Body: tt.body,
			Header: with(keyed(fmt.Sprint("hostile-", len(tt.body), tt.body == "")), "Content-Type", "application/json")})
		if res.StatusCode >= 500 || tt.method == "POST" && res.StatusCode < 400 {
			t.Errorf("%s %s %.300s\n = %d %.300s", tt.method, tt.at, tt.body, res.StatusCode, answer)
		}
	}
	if events := s.events(); len(events) > 0 {
		t.Errorf("what was refused was announced: %v", events)
	}
}
