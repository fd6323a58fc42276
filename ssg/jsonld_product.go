// A product in JSON-LD, as Google's merchant listings and other shops' importers
// read it.

package ssg

import (
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	scenes "rose-ash.com/roseash/site-templates/scene"
)

// productLD is a Product with its Offer; where there are several variants a
// ProductGroup whose hasVariant are Products with an Offer each.
func (s scene) productLD(p contract.Product, trail []site.Link) []any {
	address := s.absolute(urls.Product(p.Slug))
	t := thing{"@type": "Product", "@id": address + "#product", "name": p.Name, "url": address, "category": p.Category.Name}
	if p.Summary != "" {
		t["description"] = p.Summary
	}
	var images []string
	for _, i := range p.Images {
		images = append(images, s.outside(i.URL))
	}
	if images != nil {
		t["image"] = images
	}
	if p.Brand != nil {
		t["brand"] = thing{"@type": "Brand", "name": p.Brand.Name, "url": s.absolute(termPath(*p.Brand))}
	}
	if p.Producer != nil {
		t["manufacturer"] = thing{"@type": "Organization", "name": p.Producer.Name, "url": s.absolute(termPath(*p.Producer))}
	}
	if p.Origin.Country != "" {
		t["countryOfOrigin"] = thing{"@type": "Country", "name": site.Country(p.Origin.Country), "identifier": p.Origin.Country}
	}
	if p.AgeLimit > 0 {
		t["audience"] = thing{"@type": "PeopleAudience", "requiredMinAge": p.AgeLimit}
	}
	if p.AgeLimit >= 18 {
		t["hasAdultConsideration"] = "https://schema.org/UnclassifiedAdultConsideration"
	}
	s.contentsLD(t, p)
	switch len(p.Variants) {
	case 0:
	case 1:
		v := p.Variants[0]
		t["sku"], t["offers"] = v.SKU, s.offerLD(v, address)
		if v.GTIN != "" {
			t["gtin"] = v.GTIN
		}
	default:
		s.groupLD(t, p, address)
	}
	return []any{s.organisation(), s.breadcrumbLD(trail), t}
}

// groupLD makes a product the group of its variants.
func (s scene) groupLD(t thing, p contract.Product, address string) {
	t["@type"], t["productGroupID"] = "ProductGroup", string(p.ID)
	variants := make([]any, len(p.Variants))
	for i, v := range p.Variants {
		one := thing{"@type": "Product", "name": p.Name + ", " + v.Name, "sku": v.SKU, "offers": s.offerLD(v, address)}
		if v.GTIN != "" {
			one["gtin"] = v.GTIN
		}
		if images, ok := t["image"]; ok {
			one["image"] = images
		}
		for n, option := range p.Options {
			if n >= len(v.Options) || v.Options[n] == "" {
				continue
			}
			if name := variesBy[strings.ToLower(option)]; name != "" {
				one[name] = v.Options[n]
			} else {
				one["additionalProperty"] = append(properties(one), thing{"@type": "PropertyValue", "name": option, "value": v.Options[n]})
			}
		}
		variants[i] = one
	}
	t["hasVariant"] = variants
	var varies []string
	for _, option := range p.Options {
		if name := variesBy[strings.ToLower(option)]; name != "" {
			option = "https://schema.org/" + name
		}
		varies = append(varies, option)
	}
	if varies != nil {
		t["variesBy"] = varies
	}
}

// variesBy are the properties that schema.org has for what variants differ in.
var variesBy = map[string]string{"size": "size", "colour": "color", "color": "color", "material": "material", "pattern": "pattern"}

func properties(t thing) []any {
	list, _ := t["additionalProperty"].([]any)
	return list
}

// offerLD is what a variant costs. The price of a reference quantity, beside a base
// quantity (valueReference), is how merchant listings are told a unit price.
func (s scene) offerLD(v contract.Variant, address string) thing {
	offer := thing{
		"@type": "Offer", "sku": v.SKU, "name": v.Name, "url": address, "price": money.Decimal(v.Price), "priceCurrency": v.Price.Currency,
		"availability": "https://schema.org/InStock", "seller": s.publisher(),
	}
	if v.Availability == contract.OutOfStock {
		offer["availability"] = "https://schema.org/OutOfStock"
	}
	if v.GTIN != "" {
		offer["gtin"] = v.GTIN
	}
	prices := []any{unitPriceLD(v, v.Price)}
	if scenes.Saves(v.MemberPrice, v.Price) {
		member := unitPriceLD(v, *v.MemberPrice)
		member["validForMemberTier"] = thing{"@type": "MemberProgramTier", "name": "Members"}
		prices = append(prices, member)
	}
	if v.Reduction != nil {
		offer["priceValidUntil"] = v.Reduction.ValidUntil.UTC().Format("2006-01-02")
		was := unitPriceLD(v, v.Reduction.Lowest)
		was["priceType"] = "https://schema.org/StrikethroughPrice"
		prices = append(prices, was)
	}
	offer["priceSpecification"] = prices
	return offer
}

// unitPriceLD is a price with the quantity that it is for and the one that unit prices
// are given for. Deposits are no part of it.
func unitPriceLD(v contract.Variant, price contract.Money) thing {
	quantity := v.Quantity
	if v.Drained > 0 {
		quantity = v.Drained
	}
	value := strconv.FormatInt(quantity, 10)
	if v.Unit != contract.UnitEach {
		value = decimalGrams(quantity) // thousandths of kg or L
	}
	code := unitCodes[v.UnitPrice.Per]
	return thing{
		"@type": "UnitPriceSpecification", "price": money.Decimal(price), "priceCurrency": price.Currency, "valueAddedTaxIncluded": true,
		"referenceQuantity": thing{
			"@type": "QuantitativeValue", "value": value, "unitCode": code,
			"valueReference": thing{"@type": "QuantitativeValue", "value": "1", "unitCode": code},
		},
	}
}

// unitCodes are UN/CEFACT codes of what unit prices are for.
var unitCodes = map[string]string{"kg": "KGM", "L": "LTR", "each": "C62"}

// contentsLD adds what is in a product. schema.org has nutrition for recipes and
// dishes only; shops' importers look for it at products all the same, and those who
// keep to the letter find it among the additional properties, with the allergens.
func (s scene) contentsLD(t thing, p contract.Product) {
	list := properties(t)
	property := func(name, value, unit string) {
		one := thing{"@type": "PropertyValue", "name": name, "value": value}
		if unit != "" {
			one["unitCode"] = unit
		}
		list = append(list, one)
	}
	if known, any := allergenList(p.Allergens); any {
		for _, of := range []struct {
			name  string
			words []string
		}{{"Contains", known.Contains}, {"May contain", known.MayContain}, {"Free from", known.FreeFrom}, {"Allergens not known", known.Unknown}} {
			if len(of.words) > 0 {
				property(of.name, strings.Join(of.words, ", "), "")
			}
		}
	}
	if n := p.Nutrition; n != nil {
		per := " per 100 g"
		serving := "100 g"
		if n.Per == contract.Per100ml {
			per, serving = " per 100 ml", "100 ml"
		}
		facts := thing{"@type": "NutritionInformation", "servingSize": serving, "calories": strconv.FormatInt(n.EnergyKcal, 10) + " kcal"}
		property("Energy"+per, strconv.FormatInt(n.EnergyKJ, 10), "KJO")
		property("Energy (kcal)"+per, strconv.FormatInt(n.EnergyKcal, 10), "E14")
		amount := func(name, nutrient string, mg int64) {
			property(name+per, decimalGrams(mg), "GRM")
			if nutrient != "" {
				facts[nutrient] = grams(mg)
			}
		}
		amount("Fat", "fatContent", n.FatMg)
		amount("Saturates", "saturatedFatContent", n.SaturatesMg)
		amount("Carbohydrate", "carbohydrateContent", n.CarbohydrateMg)
		amount("Sugars", "sugarContent", n.SugarsMg)
		if n.FibreMg != nil {
			amount("Fibre", "fiberContent", *n.FibreMg)
		}
		amount("Protein", "proteinContent", n.ProteinMg)
		amount("Salt", "", n.SaltMg) // schema.org asks for sodium
		t["nutrition"] = facts
	}
	if list != nil {
		t["additionalProperty"] = list
	}
}
