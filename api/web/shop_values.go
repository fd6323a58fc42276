// A product as the fields of a form.

package web

import (
	"fmt"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

// defaultCurrency is that of a product which has no variants yet.
const defaultCurrency = "GBP"

// nutritionFields are what a form has of nutrition, by its names and the API's, with
// the decimals of what is typed in grams.
var nutritionFields = []struct {
	name   string
	places int
	of     func(n *contract.Nutrition) *int64
}{
	{"energy_kj", 0, func(n *contract.Nutrition) *int64 { return &n.EnergyKJ }},
	{"energy_kcal", 0, func(n *contract.Nutrition) *int64 { return &n.EnergyKcal }},
	{"fat_mg", 3, func(n *contract.Nutrition) *int64 { return &n.FatMg }},
	{"saturates_mg", 3, func(n *contract.Nutrition) *int64 { return &n.SaturatesMg }},
	{"carbohydrate_mg", 3, func(n *contract.Nutrition) *int64 { return &n.CarbohydrateMg }},
	{"sugars_mg", 3, func(n *contract.Nutrition) *int64 { return &n.SugarsMg }},
	{"fibre_mg", 3, func(n *contract.Nutrition) *int64 { return n.FibreMg }},
	{"protein_mg", 3, func(n *contract.Nutrition) *int64 { return &n.ProteinMg }},
	{"salt_mg", 3, func(n *contract.Nutrition) *int64 { return &n.SaltMg }},
	{"serving_quantity", 0, func(n *contract.Nutrition) *int64 {
		if n.ServingQuantity == 0 {
			return nil
		}
		return &n.ServingQuantity
	}},
}

// productValues is what stands in the form of a product.
func productValues(p contract.Product) map[string]string {
	v := map[string]string{
		"name": p.Name, "slug": p.Slug, "category": p.Category.Slug, "summary": p.Summary, "description": p.Description,
		"legal_name": p.LegalName, "ingredients": p.Ingredients, "storage": p.Storage, "usage": p.Usage,
		"origin.country": p.Origin.Country, "origin.region": p.Origin.Region, "business.name": p.Business.Name,
		"business.address": p.Business.Address, "age_limit": strconv.Itoa(p.AgeLimit), "options": strings.Join(p.Options, ", "),
		"brand": "", "producer": "", "nutrition.per": "",
	}
	if p.Brand != nil {
		v["brand"] = p.Brand.Slug
	}
	if p.Producer != nil {
		v["producer"] = p.Producer.Slug
	}
	for _, a := range p.Allergens {
		v["allergens."+string(a.Code)], v["allergens."+string(a.Code)+".detail"] = string(a.State), a.Detail
	}
	for _, f := range nutritionFields {
		v["nutrition."+f.name] = ""
		if p.Nutrition != nil {
			if n := f.of(p.Nutrition); n != nil {
				v["nutrition."+f.name] = money.WriteDecimal(*n, f.places, true)
			}
		}
	}
	if p.Nutrition != nil {
		v["nutrition.per"] = string(p.Nutrition.Per)
	}
	for _, c := range p.Claims {
		v["labels."+c.Label.Slug], v["labels."+c.Label.Slug+".certificate"] = string(c.Source), c.Certificate
	}
	for i, variant := range p.Variants {
		variantValues(v, i, variant)
	}
	return v
}

func variantPrefix(i int) string { return fmt.Sprintf("variants[%d].", i) }

// variantValues is what stands in the part of the form that is of the ith variant.
func variantValues(to map[string]string, i int, v contract.Variant) {
	for name, value := range map[string]string{
		"id": string(v.ID), "name": v.Name, "sku": v.SKU, "options": strings.Join(v.Options, ", "), "price": decimalOf(&v.Price),
		"member_price": decimalOf(v.MemberPrice), "deposit": decimalOf(v.Deposit), "vat_rate": money.WriteDecimal(int64(v.VATRate), 2, true),
		"quantity": whole(v.Quantity), "unit": string(v.Unit), "drained_quantity": some(v.Drained), "pieces": strconv.Itoa(v.Pieces),
		"gtin": v.GTIN, "case_gtin": v.CaseGTIN, "case_size": some(int64(v.CaseSize)), "order_step": whole(v.OrderStep),
		"order_min": whole(v.OrderMin), "order_max": some(v.OrderMax), "supplier_sku": v.SupplierSKU,
		"sold_by_weight": yes(v.SoldByWeight), "track_stock": yes(v.TrackStock),
	} {
		to[variantPrefix(i)+name] = value
	}
}

// newVariantValues is what stands there where there is none yet.
func newVariantValues(to map[string]string, i int) {
	for name, value := range map[string]string{"vat_rate": "0", "unit": "g", "pieces": "1", "order_step": "1", "order_min": "1"} {
		to[variantPrefix(i)+name] = value
	}
}

func decimalOf(m *contract.Money) string {
	if m == nil {
		return ""
	}
	return money.Decimal(*m)
}

func some(n int64) string {
	if n == 0 {
		return ""
	}
	return whole(n)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
