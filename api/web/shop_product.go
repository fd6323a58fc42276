// The form of one product: making, changing, publishing and deleting it.

package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// maxForm is how many bytes a form may have.
const maxForm = 1 << 20

// parse reads a form that was sent.
func parse(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		if d := problem.From(err); d.Status == http.StatusRequestEntityTooLarge {
			return d
		}
		return problem.BadRequest("the form cannot be read")
	}
	return nil
}

func (s *Shop) newProduct(w http.ResponseWriter, r *http.Request) error {
	values := productValues(contract.Product{})
	for _, code := range contract.AllergenCodes {
		values["allergens."+string(code)] = string(contract.Unknown)
	}
	newVariantValues(values, 0)
	return s.form(w, r, http.StatusOK, nil, site.ShopProductPage{Form: site.Form{Values: values}}, nil)
}

func (s *Shop) createProduct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	b := newProductBody(r.PostForm, defaultCurrency, nil)
	view := site.ShopProductPage{Form: site.Form{Values: b.values, Errors: b.errors}}
	if len(b.errors) > 0 {
		return s.form(w, r, http.StatusUnprocessableEntity, nil, view, wrong(nil, nil))
	}
	a, err := s.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/products", json: b.json})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.form(w, r, a.status, nil, view, wrong(a.refused, b.note(a.refused)))
	}
	return done(w, r, shopAddress+"products/"+strings.TrimPrefix(a.header.Get("Location"), "/v1/products/")+"/", "made")
}

func (s *Shop) editProduct(w http.ResponseWriter, r *http.Request) error {
	p, a, err := read[contract.Product](s, r, "/v1/products/"+r.PathValue("id"), nil)
	if err != nil {
		return err
	}
	view := site.ShopProductPage{Form: site.Form{Values: productValues(p)}, ETag: a.header.Get("ETag")}
	newVariantValues(view.Form.Values, len(p.Variants))
	return s.form(w, r, http.StatusOK, &p, view, nil)
}

func (s *Shop) saveProduct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	p, now, err := read[contract.Product](s, r, "/v1/products/"+r.PathValue("id"), nil)
	if err != nil {
		return err
	}
	currency := defaultCurrency
	if len(p.Variants) > 0 {
		currency = p.Variants[0].Price.Currency
	}
	b := newProductBody(r.PostForm, currency, productValues(p))
	view := site.ShopProductPage{Form: site.Form{Values: b.values, Errors: b.errors}, ETag: b.values["etag"]}
	if len(b.errors) > 0 {
		return s.form(w, r, http.StatusUnprocessableEntity, &p, view, wrong(nil, nil))
	}
	a, err := s.ask(r.Context(), r, call{method: http.MethodPatch, path: "/v1/products/" + string(p.ID), json: b.json, ifMatch: b.values["etag"]})
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		// Both are shown; sending the form again is then of what is stored now.
		view.ETag, view.Form.Stored = now.header.Get("ETag"), meanwhile(p, b.values)
		return s.form(w, r, a.status, &p, view, &site.Message{Kind: "changed", Text: "Somebody changed this product meanwhile. What you typed is kept; " +
			"where something else is stored now it is shown beneath. Save again to store what you typed."})
	case a.refused != nil:
		return s.form(w, r, a.status, &p, view, wrong(a.refused, b.note(a.refused)))
	}
	return done(w, r, productAddress(p.ID), "saved")
}

// meanwhile is what is stored now, by the fields of the form in which something else
// was typed. Variants are found by their ids.
func meanwhile(p contract.Product, was map[string]string) map[string]string {
	now := productValues(p)
	for i := range p.Variants {
		for name := range now {
			if strings.HasPrefix(name, variantPrefix(i)) {
				delete(now, name)
			}
		}
	}
	for i := range maxVariants {
		for _, v := range p.Variants {
			if was[variantPrefix(i)+"id"] == string(v.ID) {
				variantValues(now, i, v)
			}
		}
	}
	maps.DeleteFunc(now, func(name, value string) bool { return was[name] == value })
	return now
}

// wrong tells that a form was not taken, with what is about no field.
func wrong(d *problem.Details, rest []string) *site.Message {
	m := &site.Message{Kind: "fault", Text: "Nothing was stored: see what is wrong with the fields."}
	if d == nil {
		return m
	}
	if len(d.Errors) == len(rest) {
		m.Text = "Nothing was stored: " + d.Detail + "."
	}
	for _, text := range rest {
		m.Items = append(m.Items, site.Link{Text: text})
	}
	return m
}

// actOnProduct publishes, takes back or deletes.
func (s *Shop) actOnProduct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	path := "/v1/products/" + r.PathValue("id")
	back := shopAddress + "products/" + r.PathValue("id") + "/"
	c, what := call{method: http.MethodPut, path: path + "/" + r.PathValue("action")}, r.PathValue("action")+"ed"
	switch r.PathValue("action") {
	case "publish", "unpublish":
	case "delete":
		c, back, what = call{method: http.MethodDelete, path: path, ifMatch: r.PostForm.Get("etag")}, shopAddress, "deleted"
	default:
		return problem.NotFound("there is nothing at this address")
	}
	a, err := s.ask(r.Context(), r, c)
	if err != nil {
		return err
	}
	if a.refused == nil {
		return done(w, r, back, what)
	}
	p, now, err := read[contract.Product](s, r, path, nil)
	if err != nil {
		return err
	}
	view := site.ShopProductPage{Form: site.Form{Values: productValues(p)}, ETag: now.header.Get("ETag")}
	newVariantValues(view.Form.Values, len(p.Variants))
	text := a.refused.Detail
	if a.status == http.StatusPreconditionFailed {
		text = "somebody changed the product meanwhile; look at it again first"
	}
	return s.form(w, r, a.status, &p, view, &site.Message{Kind: "fault", Text: "That was not done: " + text + "."})
}

// form shows the form of a product; p is nil for a new one.
func (s *Shop) form(w http.ResponseWriter, r *http.Request, status int, p *contract.Product, view site.ShopProductPage, message *site.Message) error {
	title := "New product"
	if p != nil {
		title = p.Name
		view.ID, view.Published = string(p.ID), p.Status == contract.PublishedProduct
		if view.Published {
			view.PageURL = s.pageOf(p.Slug)
		}
	}
	shop, _, err := s.page(r, "products", title, site.Link{Text: "Products", URL: shopAddress})
	if err != nil {
		return err
	}
	if view.Shop = shop; message != nil {
		message.Items = append(message.Items, faultLinks(view.Form)...)
		view.Shop.Message = message
	}
	if err := s.choices(r, &view); err != nil {
		return err
	}
	for _, code := range contract.AllergenCodes {
		view.Allergens = append(view.Allergens, site.Choice{Value: string(code), Text: scene.Allergen(code)})
	}
	view.Variants = variantForms(view.Form, view.ID)
	return show(w, r, status, site.ShopProduct(view))
}

// faultLinks lead to the fields that something is wrong with.
func faultLinks(f site.Form) (links []site.Link) {
	for _, name := range slices.Sorted(maps.Keys(f.Errors)) {
		links = append(links, site.Link{Text: inWords(name) + ": " + f.Errors[name], URL: "#" + site.FieldID(name)})
	}
	return links
}

// inWords is a field's name in words; variants are counted from 1.
func inWords(name string) string {
	if rest, ok := strings.CutPrefix(name, "variants["); ok {
		number, field, _ := strings.Cut(rest, "].")
		if n, err := strconv.Atoi(number); err == nil {
			return fmt.Sprintf("Variant %d, %s", n+1, strings.ReplaceAll(field, "_", " "))
		}
	}
	name = strings.NewReplacer("_mg", "", "_", " ", ".", " ").Replace(name)
	return strings.ToUpper(name[:1]) + name[1:]
}

// variantForms are the variants of a form, the last one new.
func variantForms(f site.Form, product string) (list []site.ShopVariant) {
	for i := range maxVariants {
		at := variantPrefix(i)
		if _, ok := f.Values[at+"unit"]; !ok {
			break
		}
		v := site.ShopVariant{Prefix: at, ID: f.Values[at+"id"], Title: "Another variant", Open: product == ""}
		if product == "" {
			v.Title = "Its first variant"
		}
		if name := f.Values[at+"name"]; name != "" {
			v.Title = fmt.Sprintf("%s · %s · %s", name, f.Values[at+"sku"], f.Values[at+"price"])
		}
		if v.ID != "" {
			v.PricesURL = shopAddress + "products/" + product + "/prices/" + v.ID + "/"
		}
		for _, notes := range []map[string]string{f.Errors, f.Stored} {
			for name := range notes {
				v.Open = v.Open || strings.HasPrefix(name, at)
			}
		}
		list = append(list, v)
	}
	return list
}

// choices are the categories and terms that there are.
func (s *Shop) choices(r *http.Request, view *site.ShopProductPage) error {
	categories, _, err := read[struct{ Items []contract.Category }](s, r, "/v1/categories", nil)
	if err != nil {
		return err
	}
	view.Categories = []site.Choice{{Text: "Choose one"}}
	for _, c := range categories.Items {
		view.Categories = append(view.Categories, site.Choice{Value: c.Slug, Text: strings.Repeat("– ", len(c.Ancestors)) + c.Name})
	}
	for path, to := range map[string]*[]site.Choice{"/v1/brands": &view.Brands, "/v1/producers": &view.Producers, "/v1/labels": &view.Labels} {
		if path != "/v1/labels" {
			*to = []site.Choice{{Text: "None"}}
		}
		query := url.Values{"limit": {"100"}}
		for range 20 {
			list, _, err := read[struct {
				Items      []contract.TermLink `json:"items"`
				NextCursor string              `json:"next_cursor"`
			}](s, r, path, query)
			if err != nil {
				return err
			}
			for _, t := range list.Items {
				*to = append(*to, site.Choice{Value: t.Slug, Text: t.Name})
			}
			if list.NextCursor == "" {
				break
			}
			query.Set("cursor", list.NextCursor)
		}
	}
	return nil
}
