// The form of a product as a request to the API, and what the API says of it as notes
// at the form's fields.

package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
)

// maxVariants is how many variants a form may have; the API takes fewer.
const maxVariants = 60

// productBody is what a form says, and where in it each part of the request came from.
type productBody struct {
	values   map[string]string
	errors   map[string]string
	json     map[string]any
	variants []int    // the places in the form of those that are sent
	labels   []string // the slugs of those that are sent
	shown    map[string]string
	currency string
}

// typed is what was typed, one value a field, with the line ends of forms made plain.
func typed(form url.Values) map[string]string {
	v := map[string]string{}
	for name, values := range form {
		v[name] = strings.ReplaceAll(values[0], "\r\n", "\n")
	}
	return v
}

// newProductBody reads a form. Numbers that are none are noted; everything else is for
// the API to judge. Fields that are not in the form are not in the request, so that
// what is stored stays; and neither are options that are as the form showed them,
// because a value with a comma would come back as two. shown is nil for a new product.
func newProductBody(form url.Values, currency string, shown map[string]string) *productBody {
	b := &productBody{values: typed(form), errors: map[string]string{}, json: map[string]any{}, currency: currency, shown: shown}
	for _, name := range strings.Fields("name slug category brand producer summary description legal_name ingredients storage usage") {
		if b.has(name) {
			b.json[name] = b.values[name]
		}
	}
	if b.has("origin.country") {
		b.json["origin"] = map[string]any{"country": strings.ToUpper(strings.TrimSpace(b.values["origin.country"])), "region": b.values["origin.region"]}
	}
	if b.has("business.name") {
		b.json["business"] = map[string]any{"name": b.values["business.name"], "address": b.values["business.address"]}
	}
	if b.has("age_limit") {
		b.json["age_limit"] = b.number("age_limit", 0)
	}
	if b.has("options") && !b.asShown("options", "options") {
		b.json["options"] = words(b.values["options"])
	}
	b.readAllergens()
	b.readNutrition()
	b.readLabels()
	b.readVariants()
	return b
}

func (b *productBody) has(name string) bool {
	_, ok := b.values[name]
	return ok
}

// asShown tells that a field of the form is what the stored product shows in another.
func (b *productBody) asShown(name, stored string) bool {
	was, ok := b.shown[stored]
	return ok && was == b.values[name]
}

func (b *productBody) readAllergens() {
	if !b.has("allergens." + string(contract.AllergenCodes[0])) {
		return
	}
	allergens := []any{}
	for _, code := range contract.AllergenCodes {
		at := "allergens." + string(code)
		a := map[string]any{"code": code, "state": b.values[at]}
		if detail := strings.TrimSpace(b.values[at+".detail"]); detail != "" {
			a["detail"] = detail
		}
		allergens = append(allergens, a)
	}
	b.json["allergens"] = allergens
}

// words are what commas separate.
func words(s string) []string {
	list := []string{}
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
}

// number reads a decimal as a whole number of 1/10^places; an empty field is 0.
func (b *productBody) number(name string, places int) int64 {
	s := strings.TrimSpace(b.values[name])
	if s == "" {
		return 0
	}
	n, ok := money.ParseDecimal(s, places)
	if !ok {
		b.errors[name] = "expected a whole number"
		if places > 0 {
			b.errors[name] = fmt.Sprintf("expected a number such as 3.25, with at most %d decimals", places)
		}
	}
	return n
}

func (b *productBody) readNutrition() {
	per, given := b.values["nutrition.per"]
	if !given {
		return
	}
	if per == "" {
		per = "none"
	}
	n := map[string]any{"per": per}
	for _, f := range nutritionFields {
		if at := "nutrition." + f.name; strings.TrimSpace(b.values[at]) != "" {
			n[f.name] = b.number(at, f.places)
		}
	}
	b.json["nutrition"] = n
}

func (b *productBody) readLabels() {
	list, given := []any{}, false
	for name, source := range b.values {
		slug, ok := strings.CutPrefix(name, "labels.")
		given = given || ok
		if ok && source != "" && !strings.Contains(slug, ".") {
			b.labels = append(b.labels, slug)
		}
	}
	slices.Sort(b.labels)
	for _, slug := range b.labels {
		claim := map[string]any{"label": slug, "source": b.values["labels."+slug]}
		if certificate := strings.TrimSpace(b.values["labels."+slug+".certificate"]); certificate != "" {
			claim["certificate"] = certificate
		}
		list = append(list, claim)
	}
	if given {
		b.json["labels"] = list
	}
}

// count is how many variants the form has, new ones too.
func (b *productBody) count() int {
	for i := range maxVariants {
		if _, ok := b.values[variantPrefix(i)+"sku"]; !ok {
			return i
		}
	}
	return maxVariants
}

func (b *productBody) readVariants() {
	count := b.count()
	if count == 0 {
		return
	}
	list := []any{}
	for i := range count {
		at := variantPrefix(i)
		blank := strings.TrimSpace(b.values[at+"sku"]+b.values[at+"name"]+b.values[at+"price"]+b.values[at+"quantity"]) == ""
		if b.values[at+"remove"] == "yes" || b.values[at+"id"] == "" && blank {
			continue
		}
		b.variants = append(b.variants, i)
		list = append(list, b.variant(at))
	}
	b.json["variants"] = list
}

// variant reads the part of the form below a prefix.
func (b *productBody) variant(at string) map[string]any {
	places := money.Places(b.currency)
	amount := func(name string) map[string]any {
		return map[string]any{"amount_minor": b.number(at+name, places), "currency": b.currency}
	}
	v := map[string]any{
		"sku": strings.TrimSpace(b.values[at+"sku"]), "name": b.values[at+"name"], "price": amount("price"),
		"vat_rate": b.number(at+"vat_rate", 2), "quantity": b.number(at+"quantity", 0), "unit": b.values[at+"unit"],
		"sold_by_weight": b.values[at+"sold_by_weight"] == "yes", "track_stock": b.values[at+"track_stock"] == "yes",
	}
	for _, name := range []string{"member_price", "deposit"} {
		if b.has(at + name) {
			v[name] = amount(name)
		}
	}
	for _, name := range []string{"drained_quantity", "case_size", "order_max"} {
		if b.has(at + name) {
			v[name] = b.number(at+name, 0)
		}
	}
	for _, name := range []string{"pieces", "order_step", "order_min"} {
		if b.has(at + name) {
			v[name] = max(b.number(at+name, 0), 1)
		}
	}
	for _, name := range []string{"gtin", "case_gtin", "supplier_sku"} {
		if b.has(at + name) {
			v[name] = strings.TrimSpace(b.values[at+name])
		}
	}
	if id := b.values[at+"id"]; id != "" {
		v["id"] = id
	}
	if b.has(at+"options") && !b.asShown(at+"options", b.storedAt(b.values[at+"id"])+"options") {
		v["options"] = words(b.values[at+"options"])
	}
	return v
}

// storedAt is the prefix under which the stored product shows the variant with an id.
func (b *productBody) storedAt(id string) string {
	for i := range maxVariants {
		if at := variantPrefix(i); id != "" && b.shown[at+"id"] == id {
			return at
		}
	}
	return "no variant "
}

// note puts what the API refused at the fields of the form, and returns the rest.
func (b *productBody) note(d *problem.Details) (rest []string) {
	return noted(d, b.errors, func(location string) string {
		return fieldOf(b.values, b.field(strings.TrimPrefix(location, "body.")))
	})
}

// noted puts what the API refused at the fields of a form, and returns the rest. field
// is the name of the field that a place in the request came from; empty: none.
func noted(d *problem.Details, errors map[string]string, field func(location string) string) (rest []string) {
	for _, e := range d.Errors {
		if name := field(e.Location); name != "" {
			errors[name] = e.Message
		} else {
			rest = append(rest, e.Message)
		}
	}
	return rest
}

// fieldOf is a name where the form has a field of it, else empty.
func fieldOf(values map[string]string, name string) string {
	if _, there := values[name]; !there {
		return ""
	}
	return name
}

// field is the field of the form that a place in the request came from.
func (b *productBody) field(location string) string {
	list, after, indexed := strings.Cut(location, "[")
	if !indexed {
		return location
	}
	number, part, _ := strings.Cut(after, "]")
	part, _, _ = strings.Cut(strings.TrimPrefix(part, "."), "[")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
		return ""
	case list == "variants" && n < len(b.variants):
		part, _, _ = strings.Cut(part, ".")
		return variantPrefix(b.variants[n]) + part
	case list == "labels" && n < len(b.labels):
		if part == "certificate" {
			return "labels." + b.labels[n] + ".certificate"
		}
		return "labels." + b.labels[n]
	case list == "allergens" && n < len(contract.AllergenCodes):
		if part == "detail" {
			return "allergens." + string(contract.AllergenCodes[n]) + ".detail"
		}
		return "allergens." + string(contract.AllergenCodes[n])
	}
	return list
}
