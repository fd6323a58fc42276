package market_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

var table = with(editor, "Content-Type", "text/csv")

// export is the catalogue as it is downloaded.
func (s *shop) export() string {
	s.t.Helper()
	res, body := apitest.Ask(s.t, s.handler, apitest.Scenario{URL: "/v1/catalogue", Header: editor})
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv; charset=utf-8") {
		s.t.Fatalf("GET /v1/catalogue = %d %s %s", res.StatusCode, res.Header, body)
	}
	return string(body)
}

// load imports a table and decodes the answer where it is a 200.
func (s *shop) load(file, query string) (status int, d market.CatalogueDifference, body string) {
	s.t.Helper()
	res, raw := apitest.Ask(s.t, s.handler, apitest.Scenario{Method: "POST", URL: "/v1/catalogue" + query, Header: table, Body: file})
	if res.StatusCode == 200 {
		if err := json.Unmarshal(raw, &d); err != nil {
			s.t.Fatal(err)
		}
	}
	return res.StatusCode, d, string(raw)
}

// applied imports a table, which has to succeed.
func (s *shop) applied(file string) market.CatalogueDifference {
	s.t.Helper()
	status, d, body := s.load(file, "?dry_run=false")
	if status != 200 {
		s.t.Fatalf("import = %d %s", status, body)
	}
	return d
}

// hostileTexts are what files and spreadsheets trip over.
var hostileTexts = []string{"=1+1", "+44 1284", "-5 °C", "@home", "'=1", `"so"`, "a;b,c\td", "two\nlines", "cr\r\nlf", " spaced ", "🥖 é", `\`, "''"}

// rich makes a catalogue in which every column says something, and texts are hostile.
func (s *shop) rich() {
	s.t.Helper()
	s.category("bread", "")
	for _, f := range []struct {
		taxonomy contract.Taxonomy
		slug     string
	}{{contract.BrandTaxonomy, "bakery"}, {contract.ProducerTaxonomy, "mill"}, {contract.LabelTaxonomy, "organic"}, {contract.LabelTaxonomy, "vegan"}} {
		s.makeTerm(f.taxonomy, f.slug)
	}
	for i, hostile := range hostileTexts {
		line := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(hostile)
		slug := fmt.Sprintf("product-%d", i)
		fibre := int64(7400)
		sold := variant(slug+"-1", 125, 100, contract.UnitGram)
		sold.Name, sold.Options = "1"+line, &[]string{"x" + line, "y;z"}
		sold.GTIN, sold.CaseGTIN, sold.CaseSize, sold.SupplierSKU = ptr(gtin(2*i)), ptr("15012345678907"), ptr(6), ptr("S"+line)
		sold.MemberPrice, sold.Deposit = &market.Amount{AmountMinor: 99, Currency: "GBP"}, &market.Amount{AmountMinor: 25, Currency: "GBP"}
		sold.VATRate, sold.Drained, sold.Pieces, sold.SoldByWeight = 1750, ptr(int64(60)), ptr(4), ptr(true)
		sold.OrderStep, sold.OrderMin, sold.OrderMax, sold.TrackStock = ptr(int64(50)), ptr(int64(100)), ptr(int64(500)), ptr(true)
		sold.Allergens = &[]contract.Allergen{{Code: contract.Nuts, State: contract.MayContain, Detail: line}}
		other := variant(slug+"-2", 3, 1, contract.UnitEach)
		other.Options = &[]string{"x", "y"}
		_, err := s.CreateProduct(s.t.Context(), market.ProductFields{
			Slug: &slug, Name: ptr("1" + line), Category: ptr("bread"), Brand: ptr("bakery"), Producer: ptr("mill"),
			Summary: &line, Description: &hostile, LegalName: &line, Ingredients: &hostile, Storage: &hostile, Usage: &hostile,
			Origin: &contract.Origin{Country: "GB", Region: line}, Business: &contract.Business{Name: line, Address: hostile}, AgeLimit: ptr(18),
			Allergens: &[]contract.Allergen{{Code: contract.Gluten, State: contract.Contains, Detail: line}, {Code: contract.Milk, State: contract.FreeOf}},
			Nutrition: market.FieldsOfNutrition(&contract.Nutrition{Per: contract.Per100g, EnergyKJ: 920, EnergyKcal: 218, FatMg: 1400, SaturatesMg: 200,
				CarbohydrateMg: 43_000, SugarsMg: 2100, FibreMg: &fibre, ProteinMg: 6500, SaltMg: 1, ServingQuantity: 50}),
			Labels:  &[]market.ClaimFields{{Label: "organic", Source: contract.Certified, Certificate: line}, {Label: "vegan", Source: contract.Derived}},
			Images:  &[]market.Picture{{URL: "/media/" + hash + "/a.png", Alt: line, Width: 3, Height: 2}, {URL: "/media/" + hash + "/b.png"}},
			Options: &[]string{"Size", "x" + line}, Variants: &[]market.VariantFields{sold, other},
		})
		if err != nil {
			s.t.Fatalf("CreateProduct(%q): %v", hostile, err)
		}
	}
	s.product("plain", "bread")
	if _, err := s.CreateProduct(s.t.Context(), market.ProductFields{Slug: ptr("empty"), Name: ptr("Empty"), Category: ptr("bread")}); err != nil {
		s.t.Fatal(err)
	}
	for _, slug := range []string{"product-0", "product-1", "plain"} {
		if _, err := s.PublishProduct(s.t.Context(), slug); err != nil {
			s.t.Fatal(err)
		}
	}
}

// gtin is the nth GTIN-13 of a made-up company.
func gtin(n int) string {
	digits := fmt.Sprintf("50123%07d", n)
	for check := range 10 {
		if whole := digits + fmt.Sprint(check); market.ValidGTIN(whole) {
			return whole
		}
	}
	panic("no check digit fits")
}

// TestCatalogueRoundTrip: what is downloaded changes nothing when it is imported, and
// makes the same catalogue where there was none.
func TestCatalogueRoundTrip(t *testing.T) {
	s := newShop(t)
	s.rich()
	file := s.export()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil || len(rows) != 1+2*len(hostileTexts)+2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	empty := maps.Clone(map[int]bool{})
	for column := range rows[0] {
		if !slices.ContainsFunc(rows[1:], func(row []string) bool { return row[column] != "" }) {
			empty[column] = true
			if name := rows[0][column]; !strings.HasPrefix(name, "allergen_") {
				t.Errorf("the column %s is empty in every row: it is not proven", name)
			}
		}
	}
	s.events()
	for _, query := range []string{"", "?dry_run=false"} {
		status, d, body := s.load(file, query)
		if status != 200 || d.Created+d.Changed+d.BrokenRows != 0 || d.Unchanged != len(hostileTexts)+2 {
			t.Fatalf("importing what was exported (%s) = %d %s", query, status, body)
		}
	}
	if got := s.events(); len(got) != 0 {
		t.Errorf("no difference made the events %v", got)
	}

	other := newShop(t)
	other.category("bread", "")
	for taxonomy, slugs := range map[contract.Taxonomy][]string{"brand": {"bakery"}, "producer": {"mill"}, "label": {"organic", "vegan"}} {
		for _, slug := range slugs {
			other.makeTerm(taxonomy, slug)
		}
	}
	other.events()
	if d := other.applied(file); d.Created != len(hostileTexts)+2 {
		t.Fatalf("into an empty catalogue: %+v", d)
	}
	if got := other.export(); got != file {
		t.Errorf("the catalogue that was made is another:\n%s\nwant\n%s", got, file)
	}
	if got := other.events(); len(got) != 3 || !strings.HasPrefix(got[0], "market.product_published") {
		t.Errorf("events %v, want three of published products", got)
	}
	if d := other.applied(file); d.Created+d.Changed != 0 {
		t.Errorf("the second time: %+v", d)
	}
}

// TestCatalogueDifference: the dry run tells what would change and changes nothing;
// applying it changes that, and nothing beside it.
func TestCatalogueDifference(t *testing.T) {
	s := newShop(t)
	s.rich()
	before := s.export()
	const file = "\ufeffproduct;sku;price;name;category;variant;quantity;unit;status;member_price\n" +
		"product-0;product-0-1;1,50;Renamed;bread;800 g;800;g;published;0,99\n" +
		"product-0;product-0-2;0,03;;;;1;each;;\n" +
		"plain;plain-1;1,25;Plain;bread;plain-1;100;g;draft;\n" +
		"new-one;N-1;2;New;bread;One;1;each;published;\n"
	s.events()
	status, d, body := s.load(file, "")
	if status != 200 || d.Created != 1 || d.Changed != 2 || d.Unchanged != 0 || d.BrokenRows != 1 || d.Separator != "semicolon" {
		// product-0-2 has no name in its row: a broken row.
		t.Logf("first: %d %s", status, body)
	}
	fixed := strings.Replace(file, "0,03;;;;1;each", "0,03;;;product-0-2;1;each", 1)
	status, d, body = s.load(fixed, "")
	want := []market.CatalogueChange{
		{Product: "product-0", Change: "changed", Columns: []string{"name", "price", "quantity", "variant"}, VariantsChanged: 1},
		{Product: "plain", Change: "changed", Columns: []string{"status"}},
		{Product: "new-one", Change: "created", Columns: []string{}, VariantsCreated: 1},
	}
	if status != 200 || len(d.Products) != 3 || d.BrokenRows != 0 || !d.DryRun {
		t.Fatalf("dry run = %d %s", status, body)
	}
	for i, w := range want {
		got := d.Products[i]
		slices.Sort(got.Columns)
		if got.Product != w.Product || got.Change != w.Change || !slices.Equal(got.Columns, w.Columns) ||
			got.VariantsChanged != w.VariantsChanged || got.VariantsCreated != w.VariantsCreated {
			t.Errorf("change %d = %+v, want %+v", i, got, w)
		}
	}
	if p := d.Products[0].Prices; len(p) != 1 || p[0].Before.AmountMinor != 125 || p[0].After.AmountMinor != 150 || p[0].List != "public" {
		t.Errorf("prices %+v", p)
	}
	if s.export() != before || len(s.events()) != 0 {
		t.Error("the dry run stored something")
	}
	if got := s.applied(fixed); got.Created != 1 || got.Changed != 2 {
		t.Errorf("applied: %+v", got)
	}
	kinds := map[string]int{}
	for _, e := range s.events() {
		kinds[strings.Fields(e)[0]]++
	}
	if !maps.Equal(kinds, map[string]int{"market.product_updated": 1, "market.product_unpublished": 1, "market.product_published": 1}) {
		t.Errorf("events %v", kinds)
	}
	p, err := s.AnyProduct(t.Context(), "product-0")
	if err != nil || p.Name != "Renamed" || p.Variants[0].Price.AmountMinor != 150 || p.Summary != "=1+1" || p.Variants[0].GTIN == "" {
		t.Errorf("product-0 is %+v, %v", p, err)
	}
	if d := s.applied(fixed); d.Created+d.Changed != 0 {
		t.Errorf("the second time: %+v", d)
	}
}

// TestCatalogueBroken: of 10,000 rows 100 are broken in every way there is; each is
// named with its line and a reason, and nothing is applied unless it is asked for.
func TestCatalogueBroken(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.product("there", "bread") // has the sku there-1
	var b strings.Builder
	b.WriteString("product,sku,name,category,variant,price,quantity,unit,gtin,allergen_milk,nutrition_per,order_min,brand\n")
	ways := []func(n int) string{
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,-1,1,each,,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,nowhere,V,1,1,each,,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1,1,each,5012345678901,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1,1,each,5.01E+12,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1,1,pint,,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,there-1,N,bread,V,1,1,each,,,,,", n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1,1,each,,maybe,,,", n, n) },
		func(n int) string { return fmt.Sprintf("P %d,P-%d,N,bread,V,1,1,each,,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N\" x,bread,V,1,1,each,,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1,1,each,,,100g,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1,1,each,,,,0,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,,bread,V,1,1,each,,,,,", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,N,bread,V,1,1,each,,,,,nobody", n, n) },
		func(n int) string { return fmt.Sprintf("p-%d,P-%d,"+apitest.Canary+"\x01,bread,V,1,1,each,,,,,", n, n) },
	}
	broken := map[int]bool{}
	for n := range 10_000 {
		if n%100 == 7 {
			broken[n+2] = true
			b.WriteString(ways[n/100%len(ways)](n) + "\n")
		} else {
			fmt.Fprintf(&b, "p-%d,P-%d,Name,bread,Variant,1.25,1,each,,,,,\n", n, n)
		}
	}
	file := b.String()
	told := func(faults []market.CatalogueFault) map[int]bool {
		lines := map[int]bool{}
		for _, f := range faults {
			lines[f.Line] = true
			if f.Reason == "" || strings.Contains(f.Reason, apitest.Canary) {
				t.Errorf("the fault %+v", f)
			}
		}
		return lines
	}
	status, d, body := s.load(file, "")
	if status != 200 || d.Rows != 10_000 || d.BrokenRows != 100 || !maps.Equal(told(d.Faults), broken) {
		t.Fatalf("dry run = %d, %d rows, %d broken: %.2000s", status, d.Rows, d.BrokenRows, body)
	}
	status, _, body = s.load(file, "?dry_run=false")
	if status != 422 || !strings.Contains(body, `"code":"broken_rows"`) || strings.Count(body, `"location":"body.line[`) != 100 || strings.Contains(body, apitest.Canary) {
		t.Errorf("with broken rows = %d %.500s", status, body)
	}
	if list := get[market.ProductList](s, "/v1/products"); len(list.Items) != 0 {
		t.Error("something was applied")
	}
	var products int
	count := func() int {
		if err := s.pool.QueryRow(t.Context(), "SELECT count(*) FROM market.products").Scan(&products); err != nil {
			t.Fatal(err)
		}
		return products
	}
	if n := count(); n != 1 {
		t.Errorf("%d products, want the one that was there", n)
	}
	status, d, body = s.load(file, "?dry_run=false&broken=skip")
	if status != 200 || d.Created != 9_900 || d.BrokenRows != 100 {
		t.Fatalf("skipping = %d %.500s", status, body)
	}
	if n := count(); n != 9_901 {
		t.Errorf("%d products, want 9901", n)
	}
	status, d, _ = s.load(file, "?dry_run=false&broken=skip")
	if status != 200 || d.Created+d.Changed != 0 || d.Unchanged != 9_900 {
		t.Errorf("the second time: %d %+v", status, d.Created)
	}
}

func TestCatalogueRefused(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.product("there", "bread")
	const head = "product,sku,name,category,variant,price,quantity,unit,summary\n"
	fault := func(file, want string) apitest.Scenario {
		return apitest.Scenario{Name: want, Method: "POST", URL: "/v1/catalogue", Header: table, Body: file, Status: 200, Want: []string{want}}
	}
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "not for strangers", URL: "/v1/catalogue", Status: 401},
		{Name: "nor for those without the scope", Method: "POST", URL: "/v1/catalogue", Header: with(reader, "Content-Type", "text/csv"), Body: head, Status: 403},
		{Name: "another type", Method: "POST", URL: "/v1/catalogue", Header: editor, Body: head, Status: 415},
		{Name: "nothing", Method: "POST", URL: "/v1/catalogue", Header: table, Status: 400},
		{Name: "strange columns", Method: "POST", URL: "/v1/catalogue", Header: table, Body: "product,sku," + apitest.Canary + ",sku\n", Status: 422,
			Want: []string{`"wrong_columns"`, `"body.columns[2]"`, `"body.columns[3]"`}, NotWant: []string{apitest.Canary}},
		{Name: "missing columns", Method: "POST", URL: "/v1/catalogue", Header: table, Body: "name\n", Status: 422, Want: []string{`"body.columns.product"`, `"body.columns.sku"`}},
		{Name: "too many rows", Method: "POST", URL: "/v1/catalogue", Header: table, Body: "product,sku\n" + strings.Repeat("a,\n", 100_001), Status: 422, Want: []string{`"too_many_rows"`}},
		{Name: "too large", Method: "POST", URL: "/v1/catalogue", Header: table, Body: strings.Repeat("x", 64<<20+1), Status: 413},
		fault(head+"a,A,A,bread,V,1,1,each,\nb,A,B,bread,V,1,1,each,\n", `"line":3,"column":"sku","reason":"is in line 2 already"`),
		fault(head+"a,A,A,bread,V,1,1,each,one\na,B,A,bread,W,1,1,each,two\n", `"line":3,"column":"summary","reason":"says something else than line 2`),
		fault(head+"a,A,A,bread,V,1,1,each,one\na,B,,,W,1,1,each,\n", `"created":1`),
		fault(head+"a,A,A,bread,V,1,1,each,\na,,A,bread,,,,,\n", `"line":3,"column":"sku"`),
		fault("product,sku,price\nnew,N,1\n", `"reason":"is a new product, which needs a column name"`),
		fault("product,sku,price\nthere,N,1\n", `"reason":"is a new variant, which needs a column variant"`),
		fault("product,sku,price\nthere,there-1,1.50\n", `"after":{"amount_minor":150`),
		fault("product,sku,description\nthere,there-1,<script>alert(1)</script>\n", `"column":"description"`),
		fault("product,sku,options\nthere,there-1,Size\n", `"column":"option_values"`),
	})
}

// TestCatalogueStreams: the table is written while it is read.
func TestCatalogueStreams(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	var b strings.Builder
	b.WriteString("product,sku,name,category,variant,price,quantity,unit\n")
	for n := range 1_500 {
		fmt.Fprintf(&b, "p-%d,P-%d,Name,bread,Variant,1.25,1,each\n", n, n)
	}
	s.applied(b.String())
	file := s.export()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil || len(rows) != 1_501 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	write, err := s.Catalogue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := write(refusing{}); err == nil {
		t.Error("whoever cannot take the table is told that all went well")
	}
}

type refusing struct{ bytes.Buffer }

func (refusing) Write([]byte) (int, error) { return 0, http.ErrHandlerTimeout }

func (s *shop) makeTerm(taxonomy contract.Taxonomy, slug string) {
	s.t.Helper()
	if _, err := s.EnsureTerm(s.t.Context(), taxonomy, market.TermFields{Slug: &slug, Name: &slug}); err != nil {
		s.t.Fatal(err)
	}
}
