package market_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

const (
	somePost = "post_019ab3f47c2e7d06b8a1f0c2d3e4f50a"
	somePage = "post_019ab3f47c2e7d06b8a1f0c2d3e4f50b"
)

var termSaid = map[string]int{"market.term_updated": 1, "*": 0}

// TestLifeOfATerm follows a brand, a producer and a label from birth to deletion;
// each step sees what the steps before it left.
func TestLifeOfATerm(t *testing.T) {
	for _, taxonomy := range []contract.Taxonomy{contract.BrandTaxonomy, contract.ProducerTaxonomy, contract.LabelTaxonomy} {
		t.Run(string(taxonomy), func(t *testing.T) {
			s := newShop(t)
			s.category("bread", "")
			s.published("rye-loaf", "bread")
			carry := market.ProductFields{Labels: &[]market.ClaimFields{{Label: "ash-farm", Source: contract.Declared}}}
			drop := market.ProductFields{Labels: &[]market.ClaimFields{}}
			switch taxonomy {
			case contract.BrandTaxonomy:
				carry, drop = market.ProductFields{Brand: ptr("ash-farm")}, market.ProductFields{Brand: ptr("")}
			case contract.ProducerTaxonomy:
				carry, drop = market.ProductFields{Producer: ptr("ash-farm")}, market.ProductFields{Producer: ptr("")}
			}
			edit := func(fields market.ProductFields) func(*testing.T) {
				return func(t *testing.T) {
					p, err := s.Product(t.Context(), "rye-loaf")
					if err == nil {
						_, err = s.UpdateProduct(t.Context(), "rye-loaf", p.Version, fields)
					}
					if err != nil {
						t.Fatal(err)
					}
					s.events()
				}
			}
			list := "/v1/" + string(taxonomy) + "s"
			path := list + "/ash-farm"
			var tag string
			ifMatch := map[string]string{}
			remember := func(_ *testing.T, res *http.Response, _ []byte) {
				tag = res.Header.Get("ETag")
				ifMatch["Authorization"], ifMatch["If-Match"] = editor["Authorization"], tag
			}
			apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
				{Name: "none", URL: list, Status: 200, Want: []string{`"items":[]`}, Events: quiet},
				{Name: "by a stranger", Method: "POST", URL: list, Body: `{"name":"Ash Farm","slug":"ash-farm"}`, Status: 401, Events: quiet},
				{Name: "made", Method: "POST", URL: list, Header: editor, Status: 201, Events: termSaid, After: remember,
					Body:       `{"name":"Ash Farm","slug":"ash-farm","description":"*Ours*."}`,
					Want:       []string{`"id":"` + string(taxonomy) + `_`, `"taxonomy":"` + string(taxonomy) + `"`, `"description_html":"<p><em>Ours</em>.</p>"`, `"version":1`},
					WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
				{Name: "once more", Method: "POST", URL: list, Header: editor, Body: `{"name":"Ash","slug":"ash-farm"}`, Status: 409, Want: []string{`"code":"slug_taken"`}, Events: quiet},
				{Name: "everybody sees it", URL: path, Status: 200, Want: []string{"Ash Farm"}, WantHeader: map[string]string{"Cache-Control": "public, no-cache"}},
				{Name: "in the list too", URL: list, Status: 200, Want: []string{`"slug":"ash-farm"`}, NotWant: []string{"next_cursor"}},
				{Name: "not as another kind", URL: "/v1/collections/ash-farm", Status: 404},
				{Name: "carried", URL: path, Status: 200, Before: edit(carry)},
				{Name: "seen on the product", URL: "/v1/products/rye-loaf", Status: 200, Want: []string{`"name":"Ash Farm"`}},
				{Name: "not deleted while it is carried", Method: "DELETE", URL: path, Header: ifMatch, Status: 409, Want: []string{`"code":"in_use"`}, Events: quiet},
				{Name: "without a version", Method: "PATCH", URL: path, Header: editor, Body: `{"name":"Ash"}`, Status: 428, Events: quiet},
				{Name: "renamed", Method: "PATCH", URL: path, Header: ifMatch, Body: `{"name":"Rose Ash Farm"}`, Status: 200, Want: []string{`"version":2`}, Events: termSaid},
				{Name: "of the version before", Method: "PATCH", URL: path, Header: ifMatch, Body: `{"name":"Ash"}`, Status: 412, Events: quiet},
				{Name: "the version now", URL: path, Status: 200, After: remember},
				{Name: "the same again", Method: "PATCH", URL: path, Header: ifMatch, Body: `{"name":"Rose Ash Farm"}`, Status: 200, Want: []string{`"version":2`}, Events: quiet},
				{Name: "other Markdown for the same page", Method: "PATCH", URL: path, Header: ifMatch, Body: `{"description":"_Ours_."}`, Status: 200, Want: []string{`"version":3`}, Events: quiet, After: remember},
				{Name: "a picture", Method: "PATCH", URL: path, Header: ifMatch, Body: `{"image":{"url":"/media/` + hash + `/a.png","alt":"A field"}}`, Status: 200, Want: []string{`"alt":"A field"`}, Events: termSaid, After: remember},
				{Name: "and none", Method: "PATCH", URL: path, Header: ifMatch, Body: `{"image":{"url":"","alt":""}}`, Status: 200, NotWant: []string{`"image"`}, Events: termSaid, After: remember},
				{Name: "another address", Method: "PATCH", URL: path, Header: ifMatch, Body: `{"slug":"rose-ash-farm"}`, Status: 200, Events: termSaid, After: remember},
				{Name: "which the product links to", URL: "/v1/products/rye-loaf", Status: 200, Want: []string{`"slug":"rose-ash-farm","name":"Rose Ash Farm"`}},
				{Name: "the old one is gone", URL: path, Status: 404},
				{Name: "deleted when nobody has it", Method: "DELETE", URL: list + "/rose-ash-farm", Before: edit(drop), Header: ifMatch, Status: 204, Events: termSaid},
				{Name: "deleted again", Method: "DELETE", URL: list + "/rose-ash-farm", Header: ifMatch, Status: 404, Events: quiet},
			})
		})
	}
}

// TestTermRefusals: nothing of what is refused is stored, and none of it is echoed.
func TestTermRefusals(t *testing.T) {
	s := newShop(t)
	bread := s.category("bread", "")
	rye := s.published("rye-loaf", "bread")
	brand := s.term(contract.BrandTaxonomy, "ash-farm")
	label := s.term(contract.LabelTaxonomy, "organic")
	s.term(contract.CollectionTaxonomy, "best")
	s.events()
	const canary = apitest.Canary
	unknown := func(prefix string) string { return prefix + "_00000000000000000000000000000000" }
	var scenarios []apitest.Scenario
	post := func(plural, name, fields string, status int, want ...string) {
		scenarios = append(scenarios, apitest.Scenario{Name: plural + ": " + name, Method: "POST", URL: "/v1/" + plural, Header: editor,
			Body: `{` + fields + `}`, Status: status, Want: want, NotWant: []string{canary}, Events: quiet})
	}
	const named = `"name":"X","slug":"x"`
	post("brands", "no name", `"slug":"x"`, 422, `"body`)
	post("brands", "no slug", `"name":"X"`, 422, `"body`)
	post("brands", "a blank name", `"name":"  ","slug":"x"`, 422, `"body.name"`)
	post("brands", "a name of two lines", `"name":"`+canary+`\nx","slug":"x"`, 422, `"body.name"`)
	post("brands", "a long name", `"name":"`+strings.Repeat("é", 201)+`","slug":"x"`, 422, `"body.name"`)
	post("brands", "a slug with a path", `"name":"X","slug":"../`+canary+`"`, 422, `"body.slug"`)
	post("brands", "a script", named+`,"description":"<script>`+canary+`</script>"`, 422, `"code":"unsafe_html"`)
	post("brands", "a long description", named+`,"description":"`+strings.Repeat("a", 10_001)+`"`, 422, `"body.description"`)
	post("brands", "a website by script", named+`,"website":"javascript:`+canary+`"`, 422, `"body.website"`)
	post("brands", "a website without a host", named+`,"website":"https:/`+canary+`"`, 422, `"body.website"`)
	post("brands", "a website with a password", named+`,"website":"https://a:`+canary+`@example.org/"`, 422, `"body.website"`)
	post("brands", "an image from elsewhere", named+`,"image":{"url":"https://example.org/`+canary+`.jpg","alt":""}`, 422, `"body.image.url"`)
	post("brands", "a rule", named+`,"rule":{}`, 422)
	post("labels", "a place", named+`,"place":"`+canary+`"`, 422)
	post("labels", "placements", named+`,"placements":[]`, 422)
	post("collections", "a website", named+`,"website":"https://example.org/"`, 422)
	rule := func(name, rule, location string) {
		post("collections", name, named+`,"rule":{`+rule+`}`, 422, `"`+location)
	}
	rule("no category", `"categories":["`+unknown("cat")+`"]`, "body.rule.categories[0]")
	rule("a brand for a category", `"categories":["`+string(brand.ID)+`"]`, "body.rule.categories[0]")
	rule("a slug for a category", `"categories":["bread"]`, "body.rule.categories[0]")
	rule("no brand", `"brands":["`+string(brand.ID)+`","`+unknown("brand")+`"]`, "body.rule.brands[1]")
	rule("a label for a brand", `"brands":["`+string(label.ID)+`"]`, "body.rule.brands[0]")
	rule("a label by the id of a brand", `"labels":["`+strings.Replace(string(brand.ID), "brand", "label", 1)+`"]`, "body.rule.labels[0]")
	rule("no producer", `"producers":["`+unknown("producer")+`"]`, "body.rule.producers[0]")
	rule("no product", `"products":["`+unknown("prod")+`"]`, "body.rule.products[0]")
	rule("no product left out", `"except":["`+unknown("prod")+`"]`, "body.rule.except[0]")
	rule("a category twice", `"categories":["`+string(bread.ID)+`","`+string(bread.ID)+`"]`, "body.rule.categories[1]")
	rule("no allergen", `"free_from":["`+canary+`"]`, "body.rule.free_from[0]")
	rule("an allergen twice", `"free_from":["milk","milk"]`, "body.rule.free_from[1]")
	rule("no country", `"countries":["gb"]`, "body.rule.countries[0]")
	rule("an unknown field", `"`+canary+`":1`, "body.rule")
	rule("too many products", `"products":["`+strings.Join(slices.Repeat([]string{string(rye.ID)}, 501), `","`)+`"]`, "body.rule.products")
	place := func(name, placements, location string) {
		post("collections", name, named+`,"placements":[`+placements+`]`, 422, `"`+location)
	}
	place("under a product", `{"container_type":"product","container_id":"`+somePost+`"}`, "body.placements[0].container_type")
	place("under a slug", `{"container_type":"page","container_id":"about"}`, "body.placements[0].container_id")
	twice := `{"container_type":"page","container_id":"` + somePage + `"}`
	place("twice under a page", twice+`,`+twice, "body.placements[1]")
	for name, query := range map[string]string{
		"a cursor": "?cursor=" + canary, "no limit": "?limit=0", "a limit beyond all": "?limit=101", "another question": "?container_id=" + somePost,
		"ids and a cursor": "?ids=" + string(brand.ID) + "&cursor=x",
	} {
		scenarios = append(scenarios, apitest.Scenario{Name: "listed by " + name, URL: "/v1/brands" + query, Status: 422, NotWant: []string{canary}})
	}
	apitest.Run(t, s.handler, s.pool, scenarios)
	for _, taxonomy := range []contract.Taxonomy{contract.BrandTaxonomy, contract.LabelTaxonomy, contract.CollectionTaxonomy} {
		if terms, err := s.Terms(t.Context(), taxonomy); err != nil || len(terms) != 1 {
			t.Errorf("%d of %s, %v, want the one from before", len(terms), taxonomy, err)
		}
	}
}

// In process there is one type of fields for all taxonomies.
func TestTermFieldsOfOtherTaxonomies(t *testing.T) {
	s := newShop(t)
	for location, tt := range map[string]struct {
		taxonomy contract.Taxonomy
		fields   market.TermFields
	}{
		"body.place":      {contract.LabelTaxonomy, market.TermFields{Place: ptr("Suffolk")}},
		"body.website":    {contract.CollectionTaxonomy, market.TermFields{Website: ptr("https://example.org/")}},
		"body.rule":       {contract.BrandTaxonomy, market.TermFields{Rule: &contract.Rule{}}},
		"body.placements": {contract.ProducerTaxonomy, market.TermFields{Placements: &[]contract.Container{}}},
	} {
		tt.fields.Name, tt.fields.Slug = ptr("X"), ptr("x")
		_, err := s.CreateTerm(t.Context(), tt.taxonomy, tt.fields)
		if d := problem.From(err); d.Status != 422 || len(d.Errors) != 1 || d.Errors[0].Location != location {
			t.Errorf("%s of a %s: %v", location, tt.taxonomy, err)
		}
	}
}

func TestTermsAreWalkedByName(t *testing.T) {
	s := newShop(t)
	for _, name := range []string{"éclair", "Eel", "zest", "ash", "Ash", "Øre", "apple"} {
		slug := fmt.Sprintf("b%x", name)
		if _, err := s.CreateTerm(t.Context(), contract.BrandTaxonomy, market.TermFields{Slug: &slug, Name: &name}); err != nil {
			t.Fatal(err)
		}
	}
	s.term(contract.LabelTaxonomy, "organic")
	all, err := s.Terms(t.Context(), contract.BrandTaxonomy)
	if err != nil {
		t.Fatal(err)
	}
	var walked []contract.Term
	for url := "/v1/brands?limit=2"; ; {
		page := get[market.TermList](s, url)
		walked = append(walked, page.Items...)
		if page.NextCursor == "" {
			break
		}
		url = "/v1/brands?limit=2&cursor=" + page.NextCursor
	}
	if diff := cmp.Diff(all, walked); diff != "" {
		t.Errorf("walked (-all +walked)\n%s", diff)
	}
	var names []string
	for _, b := range walked {
		names = append(names, strings.ToLower(b.Name))
	}
	if got := strings.Join(names, " "); got != "apple ash ash éclair eel zest øre" {
		t.Errorf("in the order %s", got)
	}
}

func TestTermsInBulk(t *testing.T) {
	s := newShop(t)
	brand, label := s.term(contract.BrandTaxonomy, "ash"), s.term(contract.LabelTaxonomy, "ash")
	places := []contract.Container{{Type: "page", ID: somePage}, {Type: "post", ID: somePost}}
	var placed []contract.Term
	for _, slug := range []string{"b", "a"} {
		c, err := s.CreateTerm(t.Context(), contract.CollectionTaxonomy, market.TermFields{Slug: &slug, Name: &slug, Placements: &places})
		if err != nil {
			t.Fatal(err)
		}
		placed, places = append(placed, c), places[:1]
	}
	ask := []contract.TermID{brand.ID, label.ID, placed[0].ID, "brand_", "x", "", contract.TermID(strings.Replace(string(label.ID), "label", "producer", 1)), brand.ID}
	terms, err := s.TermsByID(t.Context(), ask)
	slices.SortFunc(terms, func(a, b contract.Term) int { return strings.Compare(string(a.ID), string(b.ID)) })
	if diff := cmp.Diff([]contract.Term{brand, placed[0], label}, terms); err != nil || diff != "" {
		t.Errorf("TermsByID: %v (-want +got)\n%s", err, diff)
	}
	list := get[market.TermList](s, fmt.Sprintf("/v1/labels?ids=%s,%s,brand_x", brand.ID, label.ID))
	if diff := cmp.Diff([]contract.Term{label}, list.Items); diff != "" {
		t.Errorf("?ids (-want +got)\n%s", diff)
	}
	for slug, want := range map[string]contract.TermID{"ash": label.ID, "b": "", "\x00": ""} {
		if got, found, err := s.TermBySlug(t.Context(), contract.LabelTaxonomy, slug); err != nil || got != want || found != (want != "") {
			t.Errorf("TermBySlug(%q) = %q, %v, %v", slug, got, found, err)
		}
	}
	on, err := s.PlacedOn(t.Context(), []string{somePage, somePost, "post_x"})
	want := map[string][]contract.TermID{somePage: {placed[1].ID, placed[0].ID}, somePost: {placed[0].ID}}
	if diff := cmp.Diff(want, on); err != nil || diff != "" {
		t.Errorf("PlacedOn: %v (-want +got)\n%s", err, diff)
	}
	for url, want := range map[string][]contract.Term{
		"/v1/collections?container_id=" + somePage + "," + somePost: {placed[1], placed[0]},
		"/v1/collections?container_id=" + somePost:                  {placed[0]},
		"/v1/collections?container_id=post_x":                       {},
	} {
		if diff := cmp.Diff(want, get[market.TermList](s, url).Items); diff != "" {
			t.Errorf("%s (-want +got)\n%s", url, diff)
		}
	}
}

func TestEnsureTerm(t *testing.T) {
	s := newShop(t)
	fields := market.TermFields{Slug: ptr("ash"), Name: ptr("Ash"), Place: ptr("Suffolk")}
	made, err := s.EnsureTerm(t.Context(), contract.BrandTaxonomy, fields)
	if err != nil || made.Place != "Suffolk" || len(s.events()) != 1 {
		t.Fatalf("EnsureTerm = %+v, %v", made, err)
	}
	fields.Name = ptr("Another")
	again, err := s.EnsureTerm(t.Context(), contract.BrandTaxonomy, fields)
	if diff := cmp.Diff(made, again); err != nil || diff != "" || len(s.events()) != 0 {
		t.Errorf("the second time: %v\n%s", err, diff)
	}
	if _, err := s.EnsureTerm(t.Context(), contract.BrandTaxonomy, market.TermFields{Slug: ptr("x"), Name: ptr("")}); problem.Code(err) != "invalid" {
		t.Errorf("without a name: %v", err)
	}
}
