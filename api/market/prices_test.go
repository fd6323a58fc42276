package market_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// day is the nth day after the one on which a shop's clock begins.
func day(n int) time.Time { return time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC).AddDate(0, 0, n) }

func price(list string, minor int64, from, until *time.Time) market.PlannedPriceFields {
	return market.PlannedPriceFields{List: list, Price: market.Price{AmountMinor: minor, Currency: "GBP"}, ValidFrom: from, ValidUntil: until}
}

func (s *shop) plan(v contract.VariantID, fields market.PlannedPriceFields) market.ListedPrice {
	s.t.Helper()
	p, err := s.PlanPrice(s.t.Context(), v, fields)
	if err != nil {
		s.t.Fatalf("PlanPrice(%+v): %v", fields, err)
	}
	return p
}

func (s *shop) turn() {
	s.t.Helper()
	if err := s.Turn(s.t.Context()); err != nil {
		s.t.Fatalf("Turn: %v", err)
	}
}

// listed writes a list's prices, the first to begin first: "0-3:125".
func (s *shop) listed(v contract.VariantID, list string) string {
	s.t.Helper()
	page, err := s.Prices(s.t.Context(), v, market.PriceQuery{List: list, Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	var parts []string
	for _, p := range page.Items {
		until := ""
		if p.ValidUntil != nil {
			until = fmt.Sprint(p.ValidUntil.Sub(day(0)).Hours() / 24)
		}
		parts = append([]string{fmt.Sprintf("%v-%s:%d", p.ValidFrom.Sub(day(0)).Hours()/24, until, p.Price.AmountMinor)}, parts...)
	}
	return strings.Join(parts, " ")
}

// A week's life of a price, over HTTP.
func TestPricesOverHTTP(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	v := s.published("rye", "bread").Variants[0].ID
	path := "/v1/variants/" + string(v) + "/prices"
	gone := ""
	updated := map[string]int{"market.product_updated": 1, "*": 0}
	body := func(list string, minor int, more string) string {
		return fmt.Sprintf(`{"list":%q,"price":{"amount_minor":%d,"currency":"GBP"}%s}`, list, minor, more)
	}
	on := func(name string, n int) string {
		return fmt.Sprintf(`,%q:%q`, name, day(n).Format(time.RFC3339))
	}
	turned := func(n int) func(*testing.T) {
		return func(*testing.T) { s.clock.Set(day(n)); s.turn() }
	}
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "the price it was made with", URL: path, Header: editor, Status: 200,
			Want: []string{`"list":"public"`, `"amount_minor":125`, `"state":"current"`, `"valid_from":"2026-05-01T09:30:00Z"`}, NotWant: []string{"valid_until", "next_cursor"},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "planned for the day after tomorrow, for a week", Method: "POST", URL: path, Header: editor, Status: 201, Events: quiet,
			Body: body("public", 99, on("valid_from", 2)+on("valid_until", 9)), Want: []string{`"state":"planned"`, `"id":"price_`, `"valid_until":"2026-05-10T09:30:00Z"`}},
		{Name: "across it", Method: "POST", URL: path, Header: editor, Status: 409, Events: quiet, Body: body("public", 90, on("valid_until", 3)), Want: []string{`"price_planned"`}},
		{Name: "around it", Method: "POST", URL: path, Header: editor, Status: 409, Events: quiet, Body: body("public", 90, on("valid_until", 30)), Want: []string{`"price_planned"`}},
		{Name: "the same time again", Method: "POST", URL: path, Header: editor, Status: 409, Events: quiet, Body: body("public", 90, on("valid_from", 2)+on("valid_until", 9)), Want: []string{`"price_planned"`}},
		{Name: "for members from now", Method: "POST", URL: path, Header: editor, Status: 201, Events: updated, Body: body("member", 115, ""), Want: []string{`"state":"current"`}},
		{Name: "for members again", Method: "POST", URL: path, Header: editor, Status: 201, Events: quiet, Body: body("member", 115, "")},
		{Name: "readers see it", URL: "/v1/products/rye", Status: 200, Want: []string{`"member_price":{"amount_minor":115`}, NotWant: []string{`"reduction"`}},
		{Name: "it begins", Before: turned(2), URL: "/v1/products/rye", Status: 200,
			Want: []string{`"price":{"amount_minor":99`, `"reduction":{"valid_until":"2026-05-10T09:30:00Z","lowest_price":{"amount_minor":125`}},
		{Name: "all three of the public list", URL: path + "?list=public", Header: editor, Status: 200,
			Want: []string{`"state":"planned"`, `"state":"current"`, `"state":"past"`}, NotWant: []string{`"member"`}},
		{Name: "two a page", URL: path + "?limit=2", Header: editor, Status: 200, Want: []string{`"next_cursor"`}},
		{Name: "what has begun stays", Method: "DELETE", Status: 409, Want: []string{`"price_begun"`}, Header: editor, Events: quiet, URL: path + "/" + s.firstPrice(v)},
		{Name: "it ends", Before: turned(9), URL: "/v1/products/rye", Status: 200, Want: []string{`"price":{"amount_minor":125`}, NotWant: []string{`"reduction"`}},
		{Name: "planned once more", Method: "POST", URL: path, Header: editor, Status: 201, Body: body("public", 80, on("valid_from", 20)+on("valid_until", 21)),
			After: func(t *testing.T, _ *http.Response, b []byte) {
				gone = string(b[strings.Index(string(b), "price_"):][:38])
			}},
		{Name: "of another variant", Method: "DELETE", Status: 404, Header: editor, URL: "/v1/variants/var_00000000000000000000000000000000/prices/price_00000000000000000000000000000000"},
		{Name: "no such price", Method: "DELETE", Status: 404, Header: editor, URL: path + "/price_00000000000000000000000000000000"},
	})
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "taken back", Method: "DELETE", URL: path + "/" + gone, Header: editor, Status: 204, Events: quiet},
		{Name: "taken back again", Method: "DELETE", URL: path + "/" + gone, Header: editor, Status: 404, Events: quiet},
	})
	if got, want := s.listed(v, "public"), "0-2:125 2-9:99 9-:125"; got != want {
		t.Errorf("prices %s, want %s", got, want)
	}
}

// firstPrice is the id of the price that a variant began with.
func (s *shop) firstPrice(v contract.VariantID) string {
	s.t.Helper()
	page, err := s.Prices(s.t.Context(), v, market.PriceQuery{})
	if err != nil || len(page.Items) == 0 {
		s.t.Fatal(err)
	}
	return string(page.Items[len(page.Items)-1].ID)
}

func TestPricesAreRefused(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	v := s.published("rye", "bread").Variants[0].ID
	path := "/v1/variants/" + string(v) + "/prices"
	const good = `{"list":"public","price":{"amount_minor":99,"currency":"GBP"},"valid_from":"2026-05-02T00:00:00Z","valid_until":"2026-05-03T00:00:00Z"}`
	var scenarios []apitest.Scenario
	for _, tt := range []struct {
		name, old, new string
		status         int
		want           string
	}{
		{"another list", `"list":"public"`, `"list":"` + apitest.Canary + `"`, 422, `"body.list"`},
		{"no list", `"list":"public",`, ``, 422, `"body`},
		{"nothing", `99`, `0`, 422, `"body.price.amount_minor"`},
		{"beyond all", `99`, `100000000000`, 422, `"body.price.amount_minor"`},
		{"a fraction", `99`, `0.99`, 422, `"body.price.amount_minor"`},
		{"another currency", `GBP`, `EUR`, 422, `"body.price.currency"`},
		{"in the past", `"valid_from":"2026-05-02T00:00:00Z"`, `"valid_from":"2026-05-01T09:29:59Z"`, 422, `"body.valid_from"`},
		{"in a thousand years", `"valid_from":"2026-05-02T00:00:00Z","valid_until":"2026-05-03T00:00:00Z"`, `"valid_from":"3026-05-02T00:00:00Z"`, 422, `"body.valid_from"`},
		{"to the end of time", `2026-05-03`, `9999-12-31`, 422, `"body.valid_until"`},
		{"no time", `2026-05-02T00:00:00Z`, apitest.Canary, 422, `"body.valid_from"`},
		{"for no time", `2026-05-03`, `2026-05-02`, 422, `"body.valid_until"`},
		{"backwards", `2026-05-03`, `2026-05-01`, 422, `"body.valid_until"`},
		{"an unknown field", `"list"`, `"` + apitest.Canary + `":1,"list"`, 422, ``},
	} {
		if !strings.Contains(good, tt.old) {
			t.Fatalf("no %s in the body", tt.old)
		}
		scenarios = append(scenarios, apitest.Scenario{Name: tt.name, Method: "POST", URL: path, Header: editor, Body: strings.Replace(good, tt.old, tt.new, 1),
			Status: tt.status, Want: []string{tt.want}, NotWant: []string{apitest.Canary}, Events: quiet})
	}
	const none = "/v1/variants/var_00000000000000000000000000000000/prices"
	for _, tt := range []struct {
		method, url, body string
		status            int
	}{
		{"GET", none, "", 404}, {"POST", none, good, 404},
		{"GET", "/v1/variants/" + apitest.Canary + "/prices", "", 422},
		{"GET", path + "?list=" + apitest.Canary, "", 422}, {"GET", path + "?cursor=" + apitest.Canary, "", 422}, {"GET", path + "?limit=0", "", 422},
		{"DELETE", path + "/" + apitest.Canary, "", 422},
	} {
		scenarios = append(scenarios, apitest.Scenario{Name: tt.method + tt.url, Method: tt.method, URL: tt.url, Header: editor, Body: tt.body, Status: tt.status, NotWant: []string{apitest.Canary}, Events: quiet})
	}
	for _, op := range []struct{ method, url, body string }{
		{"GET", path, ""}, {"POST", path, good}, {"DELETE", path + "/" + s.firstPrice(v), ""},
	} {
		for status, header := range map[int]map[string]string{401: nil, 403: reader} {
			scenarios = append(scenarios, apitest.Scenario{Name: fmt.Sprint(op.method, status), Method: op.method, URL: op.url, Header: header, Body: op.body, Status: status, Events: quiet})
		}
	}
	apitest.Run(t, s.handler, s.pool, scenarios)
	if got, want := s.listed(v, ""), "0-:125"; got != want {
		t.Errorf("prices %s, want %s: a refusal changes nothing", got, want)
	}
}

// How prices are cut out of each other and grow together again.
func TestPricesAreDivided(t *testing.T) {
	at := func(n int) *time.Time { return ptr(day(n)) }
	for _, tt := range []struct {
		name  string
		steps func(s *shop, v contract.VariantID)
		want  string
	}{
		{"from tomorrow for good", func(s *shop, v contract.VariantID) { s.plan(v, price("public", 130, at(1), nil)) }, "0-1:125 1-:130"},
		{"for good until the next", func(s *shop, v contract.VariantID) {
			s.plan(v, price("public", 130, at(5), nil))
			s.plan(v, price("public", 140, at(2), nil))
		}, "0-2:125 2-5:140 5-:130"},
		{"for good in a temporary one", func(s *shop, v contract.VariantID) {
			s.plan(v, price("public", 99, at(1), at(9)))
			s.plan(v, price("public", 95, at(4), nil))
		}, "0-1:125 1-4:99 4-9:95 9-:125"},
		{"instead of one that begins then", func(s *shop, v contract.VariantID) {
			s.plan(v, price("public", 130, at(5), nil))
			s.plan(v, price("public", 131, at(5), nil))
		}, "0-5:125 5-:131"},
		{"the same for good", func(s *shop, v contract.VariantID) { s.plan(v, price("public", 125, at(3), nil)) }, "0-:125"},
		{"one within another", func(s *shop, v contract.VariantID) {
			s.plan(v, price("public", 99, at(1), at(9)))
			s.plan(v, price("public", 90, at(3), at(4)))
		}, "0-1:125 1-3:99 3-4:90 4-9:99 9-:125"},
		{"one after another", func(s *shop, v contract.VariantID) {
			s.plan(v, price("public", 99, at(1), at(3)))
			s.plan(v, price("public", 90, at(3), at(5)))
		}, "0-1:125 1-3:99 3-5:90 5-:125"},
		{"at once", func(s *shop, v contract.VariantID) { s.plan(v, price("public", 99, nil, at(3))) }, "0-3:99 3-:125"},
		{"taken back", func(s *shop, v contract.VariantID) {
			p := s.plan(v, price("public", 99, at(1), at(3)))
			s.unplan(v, p.ID)
		}, "0-:125"},
		{"what follows taken back", func(s *shop, v contract.VariantID) {
			s.plan(v, price("public", 99, at(1), at(3)))
			page, _ := s.Prices(s.t.Context(), v, market.PriceQuery{})
			s.unplan(v, page.Items[0].ID)
		}, "0-1:125 1-:99"},
		{"one between two others taken back", func(s *shop, v contract.VariantID) {
			s.plan(v, price("public", 130, at(5), nil))
			p := s.plan(v, price("public", 99, at(2), at(4)))
			s.unplan(v, p.ID)
		}, "0-5:125 5-:130"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(t)
			s.category("bread", "")
			v := s.published("rye", "bread").Variants[0].ID
			tt.steps(s, v)
			if got := s.listed(v, "public"); got != tt.want {
				t.Errorf("prices %s, want %s", got, tt.want)
			}
		})
	}
}

func (s *shop) unplan(v contract.VariantID, p market.PriceID) {
	s.t.Helper()
	if err := s.UnplanPrice(s.t.Context(), v, p); err != nil {
		s.t.Fatalf("UnplanPrice: %v", err)
	}
}

// The members' list may have gaps: members pay what all pay.
func TestMemberPrices(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	v := s.published("rye", "bread").Variants[0].ID
	p := s.plan(v, price("member", 110, ptr(day(2)), ptr(day(4))))
	s.plan(v, price("member", 100, ptr(day(6)), ptr(day(8))))
	s.plan(v, price("member", 105, ptr(day(5)), nil))
	if got, want := s.listed(v, "member"), "2-4:110 5-6:105 6-8:100"; got != want {
		t.Errorf("prices %s, want %s", got, want)
	}
	var seen []int64
	for n := range 9 {
		s.clock.Set(day(n))
		s.turn()
		member := int64(0)
		if m := s.variantNow(v).MemberPrice; m != nil {
			member = m.AmountMinor
		}
		seen = append(seen, member)
	}
	if fmt.Sprint(seen) != "[0 0 110 110 0 105 100 100 0]" {
		t.Errorf("members paid %v", seen)
	}
	if err := s.UnplanPrice(t.Context(), v, p.ID); err == nil {
		t.Error("a price that has been was taken back")
	}
}

func (s *shop) variantNow(v contract.VariantID) contract.Variant {
	s.t.Helper()
	p, err := s.Product(s.t.Context(), "rye")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, one := range p.Variants {
		if one.ID == v {
			return one
		}
	}
	s.t.Fatalf("no variant %s", v)
	return contract.Variant{}
}
