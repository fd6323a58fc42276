package api_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db/dbtest"
)

// keeper is somebody at a browser without scripts: a shopkeeper, unless as says otherwise.
type keeper struct {
	t       *testing.T
	app     *api.App
	handler http.Handler
	header  map[string]string
	as      *auth.Principal // who has signed in; nil: nobody
}

// shopkeeper may do what a shopkeeper's role permits.
func shopkeeper() *auth.Principal {
	return &auth.Principal{Name: "user_keeper", Scopes: []string{auth.ScopeMarketWrite, auth.ScopeMediaWrite, auth.ScopeAccountWrite}}
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	app, err := api.New(api.AppOptions{Config: config.Config{DataDir: t.TempDir()}, Pool: dbtest.New(t), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	k := &keeper{t: t, app: app, handler: app.Handler(nil), as: shopkeeper()}
	for _, slug := range []string{"bread", "cakes"} {
		if _, err := app.Market.CreateCategory(t.Context(), market.CategoryFields{Slug: &slug, Name: &slug}); err != nil {
			t.Fatal(err)
		}
	}
	for taxonomy, slug := range map[contract.Taxonomy]string{contract.BrandTaxonomy: "bakery", contract.LabelTaxonomy: "organic"} {
		if _, err := app.Market.EnsureTerm(t.Context(), taxonomy, market.TermFields{Slug: &slug, Name: &slug}); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// seen is a page as a browser has it: its text and its forms' fields.
type seen struct {
	status int
	at     string
	body   string
	fields map[string]string
}

func (k *keeper) do(method, at, kind string, body io.Reader) (*http.Response, string) {
	k.t.Helper()
	ctx := k.t.Context()
	if k.as != nil {
		ctx = auth.WithPrincipal(ctx, *k.as)
	}
	r := httptest.NewRequestWithContext(ctx, method, at, body)
	r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:40000"
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, value := range k.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	k.handler.ServeHTTP(w, r)
	res := w.Result()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	return res, string(raw)
}

// open follows redirects as browsers do.
func (k *keeper) open(res *http.Response, body, at string) seen {
	k.t.Helper()
	for res.StatusCode == http.StatusSeeOther {
		at = res.Header.Get("Location")
		res, body = k.do(http.MethodGet, at, "", http.NoBody)
	}
	s := seen{status: res.StatusCode, at: at, body: body, fields: map[string]string{}}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		k.t.Fatal(err)
	}
	readFields(doc, s.fields)
	return s
}

// readFields is what a browser would send of all forms of a page.
func readFields(n *html.Node, to map[string]string) {
	a := map[string]string{}
	for _, attr := range n.Attr {
		a[attr.Key] = attr.Val
	}
	_, checked := a["checked"]
	switch {
	case n.Type != html.ElementNode || a["name"] == "":
	case n.Data == "input" && a["type"] == "checkbox" && !checked:
	case n.Data == "input":
		if _, twice := to[a["name"]]; !twice {
			to[a["name"]] = a["value"]
		}
	case n.Data == "textarea" && n.FirstChild != nil:
		to[a["name"]] = strings.TrimPrefix(n.FirstChild.Data, "\n")
	case n.Data == "select":
		for o := n.FirstChild; o != nil; o = o.NextSibling {
			for _, attr := range o.Attr {
				if attr.Key == "selected" {
					to[a["name"]] = value(o)
				}
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		readFields(c, to)
	}
}

func value(n *html.Node) string {
	for _, attr := range n.Attr {
		if attr.Key == "value" {
			return attr.Val
		}
	}
	return ""
}

func (k *keeper) get(at string) seen {
	k.t.Helper()
	res, body := k.do(http.MethodGet, at, "", http.NoBody)
	return k.open(res, body, at)
}

// send sends a page's form with some fields changed.
func (k *keeper) send(at string, fields, changes map[string]string) seen {
	k.t.Helper()
	form := url.Values{}
	all := maps.Clone(fields)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, changes)
	for name, value := range all {
		form.Set(name, strings.ReplaceAll(value, "\n", "\r\n"))
	}
	res, body := k.do(http.MethodPost, at, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	return k.open(res, body, at)
}

// want is a page with a status and some texts.
func (k *keeper) want(s seen, status int, texts ...string) seen {
	k.t.Helper()
	if s.status != status {
		k.t.Errorf("%s = %d, want %d\n%.3000s", s.at, s.status, status, s.body)
	}
	for _, text := range texts {
		if !strings.Contains(s.body, text) {
			k.t.Errorf("%s lacks %q", s.at, text)
		}
	}
	return s
}

// TestShop makes, changes, prices, counts and sells a product by forms alone.
func TestShop(t *testing.T) {
	k := newKeeper(t)
	k.want(k.get("/shop/"), 200, "There is nothing here yet")

	// A form with faults keeps what was typed, and says at the fields what is wrong.
	page := k.get("/shop/products/new/")
	typed := map[string]string{"name": "Rye loaf", "slug": "Rye Loaf", "category": "bread", "summary": "Dark & <sour>", "description": "Two\ndays.",
		"variants[0].name": "800 g", "variants[0].sku": "RYE-800", "variants[0].price": "4,20", "variants[0].quantity": "800", "variants[0].gtin": "5012345678901",
		"variants[0].track_stock": "yes", "allergens.gluten": "contains", "allergens.gluten.detail": "rye", "labels.organic": "certified",
		"labels.organic.certificate": "GB-ORG-99", "brand": "bakery", "origin.country": "gb"}
	page = k.want(k.send("/shop/products/new/", page.fields, typed), 422, "expected a number such as 3.25", "Dark &amp; &lt;sour&gt;")
	if page.fields["summary"] != typed["summary"] || page.fields["variants[0].price"] != "4,20" || page.fields["description"] != typed["description"] {
		t.Errorf("what was typed is lost: %v", page.fields)
	}
	page = k.want(k.send("/shop/products/new/", page.fields, map[string]string{"variants[0].price": "4.20"}), 422, `href="#f-slug"`)
	page = k.want(k.send("/shop/products/new/", page.fields, map[string]string{"slug": "rye-loaf"}), 422, `href="#f-variants-0-gtin"`)
	page = k.want(k.send("/shop/products/new/", page.fields, map[string]string{"variants[0].gtin": "5012345678900"}), 200, "The draft was made", "draft", "Rye loaf")
	at, _, _ := strings.Cut(page.at, "?")
	for name, want := range map[string]string{"summary": "Dark & <sour>", "description": "Two\ndays.", "variants[0].price": "4.20", "allergens.gluten": "contains",
		"allergens.gluten.detail": "rye", "labels.organic": "certified", "labels.organic.certificate": "GB-ORG-99", "brand": "bakery", "origin.country": "GB",
		"variants[0].track_stock": "yes", "variants[0].gtin": "5012345678900", "nutrition.per": ""} {
		if got := page.fields[name]; got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}

	// Saving what is there changes nothing; saving more keeps the rest.
	k.want(k.send(at, page.fields, nil), 200, "Saved.")
	if p := k.product("rye-loaf"); p.Version != 1 {
		t.Errorf("saving nothing made version %d", p.Version)
	}
	page = k.want(k.send(at, page.fields, map[string]string{"nutrition.per": "100g", "nutrition.energy_kj": "920", "nutrition.energy_kcal": "218", "nutrition.fat_mg": "1.4",
		"nutrition.saturates_mg": "0.2", "nutrition.carbohydrate_mg": "43", "nutrition.sugars_mg": "50", "nutrition.protein_mg": "6.5", "nutrition.salt_mg": "1.1"}), 422, `href="#f-nutrition-sugars-mg"`)
	k.want(k.send(at, page.fields, map[string]string{"nutrition.sugars_mg": "2.1"}), 200, "Saved.")
	p := k.product("rye-loaf")
	if p.Nutrition == nil || p.Nutrition.SugarsMg != 2100 || p.Nutrition.FibreMg != nil || p.Variants[0].SKU != "RYE-800" || len(p.Claims) != 1 {
		t.Errorf("saved as %+v", p)
	}

	// Somebody else was faster: both are shown, and sending again stores.
	page = k.get(at)
	other := "Theirs"
	if _, err := k.app.Market.UpdateProduct(t.Context(), "rye-loaf", p.Version, market.ProductFields{Summary: &other}); err != nil {
		t.Fatal(err)
	}
	page = k.want(k.send(at, page.fields, map[string]string{"summary": "Mine"}), 412, "Somebody changed this product meanwhile", "Now stored: <q>Theirs</q>")
	if page.fields["summary"] != "Mine" {
		t.Errorf("what was typed is lost: %q", page.fields["summary"])
	}
	k.want(k.send(at, page.fields, nil), 200, "Saved.")
	if got := k.product("rye-loaf").Summary; got != "Mine" {
		t.Errorf("the summary is %q", got)
	}

	k.want(k.send(at+"publish/", nil, nil), 200, "Published. Its page is being built", "Look at its page")
	k.want(k.get("/shop/?q=rye"), 200, "Rye loaf", "1 found")
	k.want(k.get("/shop/?q=RYE-800"), 200, "Rye loaf")
	k.want(k.get("/shop/?q=nothing"), 200, "Nothing was found")

	k.prices(at, p)
	k.stock()

	page = k.get(at)
	k.want(k.send(at+"delete/", map[string]string{"etag": `"v1-old"`}, nil), 412, "somebody changed the product meanwhile")
	k.want(k.send(at+"delete/", page.fields, nil), 200, "Deleted.")
	k.want(k.get(at), 404)
}

// prices plans a reduction and takes it back.
func (k *keeper) prices(at string, p contract.Product) {
	k.t.Helper()
	at += "prices/" + string(p.Variants[0].ID) + "/"
	page := k.want(k.get(at), 200, "£4.20", "current")
	tomorrow := time.Now().Add(24 * time.Hour).Format("2006-01-02T15:04")
	later := time.Now().Add(48 * time.Hour).Format("2006-01-02T15:04")
	page = k.want(k.send(at, page.fields, map[string]string{"price": "3.5O", "valid_from": tomorrow}), 422, "expected an amount such as 3.25")
	page = k.want(k.send(at, page.fields, map[string]string{"price": "3.50", "valid_until": "2020-01-01T00:00"}), 422, "f-valid-until")
	page = k.want(k.send(at, page.fields, map[string]string{"valid_until": later}), 200, "The price is set.", "planned", "£3.50")
	// The latest stands first: what costs £4.20 again, then the reduction.
	rows := strings.Split(page.body, `action="`+at+`price_`)
	planned, _, _ := strings.Cut(rows[len(rows)-1], `"`)
	page = k.want(k.send(at+"price_"+planned, nil, nil), 200, "was taken back")
	if strings.Contains(page.body, "£3.50") {
		k.t.Error("the price that was taken back is still there")
	}
	k.want(k.send(at+"price_"+planned, nil, nil), 404, "That was not done")
}

// stock records what comes and goes; a form that is sent twice counts once.
func (k *keeper) stock() {
	k.t.Helper()
	page := k.want(k.get("/shop/stock/?sku=RYE-800"), 200, "Rye loaf", "None yet.")
	received := map[string]string{"sku": "RYE-800", "reason": "received", "amount": "12", "note": "from the oven"}
	k.want(k.send("/shop/stock/", page.fields, received), 200, "Recorded.", "from the oven", "+12")
	k.want(k.send("/shop/stock/", page.fields, received), 200)
	for _, step := range []struct{ reason, amount, want string }{{"counter_sale", "2", "-2"}, {"wasted", "1", "-1"}, {"counted", "8", "-1"}} {
		page = k.get("/shop/stock/?sku=RYE-800")
		k.want(k.send("/shop/stock/", page.fields, map[string]string{"sku": "RYE-800", "reason": step.reason, "amount": step.amount}), 200, "Recorded.", ">"+step.want+"<")
	}
	page = k.get("/shop/stock/")
	k.want(k.send("/shop/stock/", page.fields, map[string]string{"sku": "RYE-800", "reason": "counter_sale", "amount": "9"}), 409, "Nothing was stored")
	k.want(k.send("/shop/stock/", page.fields, map[string]string{"sku": "NONE", "reason": "counter_sale", "amount": "9"}), 422)
	page = k.want(k.send("/shop/stock/", page.fields, map[string]string{"sku": "RYE-800", "reason": "counter_sale", "amount": "two"}), 422, "expected a whole number")
	if page.fields["amount"] != "two" {
		k.t.Error("what was typed is lost")
	}
	k.want(k.get("/shop/stock/?low=8"), 200, "RYE-800")
	if got := k.get("/shop/stock/?low=7"); strings.Contains(got.body, "<code>RYE-800</code></td><td data-label=\"On hand\"") {
		k.t.Error("8 are no more than 7")
	}
}

func (k *keeper) product(slug string) contract.Product {
	k.t.Helper()
	p, err := k.app.Market.AnyProduct(k.t.Context(), slug)
	if err != nil {
		k.t.Fatal(err)
	}
	return p
}

// upload sends a file as a browser does.
func (k *keeper) upload(name, file string) seen {
	k.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, file)
	}
	if err != nil || form.Close() != nil {
		k.t.Fatal(err)
	}
	res, raw := k.do(http.MethodPost, "/shop/catalogue/", form.FormDataContentType(), &body)
	return k.open(res, raw, "/shop/catalogue/")
}

// TestShopCatalogue: a file is looked at first and applied when it is said so.
func TestShopCatalogue(t *testing.T) {
	k := newKeeper(t)
	const head = "product,sku,name,category,variant,price,quantity,unit\n"
	page := k.want(k.upload("a.csv", head+"rye,R-1,Rye,bread,Loaf,3.25,800,g\n"), 200, "<strong>1</strong> new", "rye", "Apply the changes")
	if _, body := k.do("GET", "/shop/catalogue/file.csv", "", http.NoBody); strings.Contains(body, "rye") {
		t.Error("looking at a file stored it")
	}
	k.want(k.send("/shop/catalogue/apply/", page.fields, nil), 200, "The catalogue was imported")
	res, body := k.do("GET", "/shop/catalogue/file.csv", "", http.NoBody)
	if res.Header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" || !strings.Contains(body, "\r\nrye,") {
		t.Errorf("the file is %s %.300s", res.Header, body)
	}
	k.want(k.upload("a.csv", body), 200, "<strong>1</strong> as they are")

	page = k.want(k.upload("b.csv", head+"rye,R-1,Rye,bread,Loaf,3.50,800,g\noat,O-1,Oat,"+apitest.Canary+",Loaf,1,1,each\n"), 200,
		"R-1: £3.25 → £3.50", "<strong>1</strong> broken rows", "expected the slug of a category", "Apply all but what has broken rows")
	if strings.Contains(page.body, apitest.Canary) {
		t.Error("the page repeats what stands in the file")
	}
	k.want(k.send("/shop/catalogue/apply/", map[string]string{"token": page.fields["token"]}, nil), 422, "1 rows are broken", "Line 3 category")
	k.want(k.send("/shop/catalogue/apply/", map[string]string{"token": page.fields["token"], "broken": "skip"}, nil), 200, "The catalogue was imported")
	if p := k.product("rye"); p.Variants[0].Price.AmountMinor != 350 {
		t.Errorf("the price is %d", p.Variants[0].Price.AmountMinor)
	}
	k.want(k.upload("c.csv", "product,sku,colour\n"), 422, "Column 3 is no column of the catalogue")
	k.want(k.upload("d.csv", ""), 400)
	k.want(k.send("/shop/catalogue/apply/", map[string]string{"token": "none"}, nil), 409, "no longer kept")
}

// TestShopIsClosed to everybody who has not signed in, whose roles permit nothing in it, and
// to other sites' pages in a shopkeeper's browser.
func TestShopIsClosed(t *testing.T) {
	k := newKeeper(t)
	pages := []string{"/shop/", "/shop/stock/", "/shop/catalogue/file.csv", "/shop/nothing/"}
	k.as = nil
	for _, at := range pages {
		res, body := k.do("GET", at, "", http.NoBody)
		if res.StatusCode != 303 || res.Header.Get("Location") != "/login/?return_to="+url.QueryEscape(at) || strings.Contains(body, "shop-") {
			t.Errorf("%s for nobody = %d to %q", at, res.StatusCode, res.Header.Get("Location"))
		}
	}
	k.want(k.send("/shop/stock/", map[string]string{"sku": "R-1", "reason": "received", "amount": "1"}, nil), 401, "You are not signed in")
	k.header = map[string]string{"Authorization": "Bearer roseash_dev_" + strings.Repeat("A", 26)}
	if res, _ := k.do("GET", "/shop/", "", http.NoBody); res.StatusCode != 303 {
		t.Errorf("a token opens the pages: %d", res.StatusCode)
	}
	k.header = nil
	k.as = &auth.Principal{Name: "user_member", Scopes: []string{auth.ScopeBlogWrite, auth.ScopeMediaWrite, auth.ScopeAccountWrite}}
	for _, at := range pages {
		k.want(k.get(at), 403, "change products, prices and stock")
	}
	k.want(k.send("/shop/products/new/", map[string]string{"name": "x"}, nil), 403)
	k.as = shopkeeper()
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}} {
		k.header = header
		k.want(k.send("/shop/products/new/", map[string]string{"name": "x"}, nil), 403)
	}
	k.header = nil
	for _, at := range []string{"/shop/nothing/", "/shop/products/../../v1/products/", "/shop/products/%00/", fmt.Sprintf("/shop/products/%s/", strings.Repeat("x", 200))} {
		if got := k.get(at); got.status != 404 && got.status != 400 && got.status != 422 && got.status != 301 && got.status != 307 {
			t.Errorf("%s = %d", at, got.status)
		}
	}
}
