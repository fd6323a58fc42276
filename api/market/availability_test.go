package market_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

func TestAvailability(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	rye := s.counted("rye", "RYE-800", "RYE-400").Variants
	plain := s.published("plain", "bread").Variants[0]
	draft := s.product("draft", "bread").Variants[0]
	s.move(change("RYE-800", 10, market.Received))
	s.reserve("RYE-800", 4)
	if _, err := s.pool.Exec(t.Context(), "UPDATE market.variants SET drained_quantity = 50, member_price_minor = 110 WHERE sku = 'RYE-400'"); err != nil {
		t.Fatal(err)
	}
	ids := func(list ...contract.VariantID) string {
		parts := make([]string, len(list))
		for i, v := range list {
			parts[i] = string(v)
		}
		return "/v1/availability?ids=" + strings.Join(parts, ",")
	}
	const unknown = contract.VariantID("var_00000000000000000000000000000000")
	path := ids(plain.ID, rye[0].ID, unknown, draft.ID, rye[1].ID, rye[0].ID)
	known := map[string]string{}
	remember := func(_ *testing.T, res *http.Response, _ []byte) { known["If-None-Match"] = res.Header.Get("ETag") }
	public := map[string]string{"Cache-Control": "public, no-cache"}
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "in the order of the ids", URL: path, Status: 200, WantHeader: public, After: remember, NotWant: []string{string(draft.ID), string(unknown)},
			Want: []string{fmt.Sprintf(`{"items":[{"variant":"%s","availability":"in_stock","available":null,"price":{"amount_minor":125,"currency":"GBP"},"unit_price":{"amount_minor":1250,"currency":"GBP","per":"kg"}},`+
				`{"variant":"%s","availability":"in_stock","available":6,"price":{"amount_minor":125,"currency":"GBP"},"unit_price":{"amount_minor":1250,"currency":"GBP","per":"kg"}},`+
				`{"variant":"%s","availability":"out_of_stock","available":0,"price":{"amount_minor":125,"currency":"GBP"},"member_price":{"amount_minor":110,"currency":"GBP"},"unit_price":{"amount_minor":2500,"currency":"GBP","per":"kg"}}]}`,
				plain.ID, rye[0].ID, rye[1].ID)}},
		{Name: "for those who have it", URL: path, Header: known, Status: 304, WantHeader: public, After: func(t *testing.T, res *http.Response, _ []byte) {
			if got := res.Header.Get("ETag"); got != known["If-None-Match"] || strings.HasPrefix(got, "W/") {
				t.Errorf("ETag %s, want the one that was sent, and strong", got)
			}
		}},
		{Name: "one is sold", Method: "POST", URL: "/v1/stock/movements", Header: keyed("k"), Body: movements(`{"sku":"RYE-800","change":-1,"reason":"counter_sale"}`), Status: 200},
		{Name: "and it is another answer", URL: path, Header: known, Status: 200, Want: []string{`"available":5`}},
		{Name: "nothing that is known", URL: ids(unknown), Status: 200, Want: []string{`{"items":[]}`}},
		{Name: "an editor sees no draft either", URL: ids(draft.ID), Header: editor, Status: 200, Want: []string{`{"items":[]}`}},
		{Name: "two hundred", URL: ids(repeated(plain.ID, 200)...), Status: 200},
		{Name: "two hundred and one", URL: ids(repeated(plain.ID, 201)...), Status: 422, Want: []string{`"query.ids"`}},
		{Name: "none", URL: "/v1/availability", Status: 422, Want: []string{`"query.ids"`}},
		{Name: "an empty one", URL: "/v1/availability?ids=", Status: 422},
		{Name: "no id", URL: ids(plain.ID, apitest.Canary), Status: 422, Want: []string{`"query.ids[1]"`}, NotWant: []string{apitest.Canary}},
		{Name: "another kind of id", URL: ids("prod_00000000000000000000000000000000"), Status: 422, Want: []string{`"query.ids[0]"`}},
	})
}

func repeated(v contract.VariantID, n int) []contract.VariantID {
	list := make([]contract.VariantID, n)
	for i := range list {
		list[i] = v
	}
	return list
}
