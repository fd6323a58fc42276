package ssg

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// node is JSON-LD as a reader gets it.
type node = map[string]any

// productNode is the product's node on a page.
func productNode(t *testing.T, p contract.Product) node {
	t.Helper()
	sites, err := urls.New("https://rose-ash.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := scene{r: NewRenderer(sites, site.Assets{}, nil), app: urls.Market}
	var doc struct {
		Graph []node `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(jsonLD(s.productLD(p, nil))), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Graph[len(doc.Graph)-1]
}

func pounds(minor int64) contract.Money {
	return contract.Money{AmountMinor: minor, Currency: "GBP"}
}

func loaf() contract.Variant {
	member := pounds(410)
	return contract.Variant{
		SKU: "RYE-800", Name: "800 g", GTIN: "5012345678900", Price: pounds(460), MemberPrice: &member, Quantity: 800, Pieces: 1, Unit: contract.UnitGram,
		UnitPrice: contract.UnitPrice{Money: pounds(575), Per: "kg"}, Availability: contract.OutOfStock,
		Reduction: &contract.Reduction{ValidUntil: time.Date(2026, 12, 5, 0, 0, 0, 0, time.UTC), Lowest: pounds(500)},
	}
}

// TestOfferLD: what a machine is told of a price is what people are told.
func TestOfferLD(t *testing.T) {
	p := productNode(t, contract.Product{
		ProductCard: contract.ProductCard{
			ID: "prod_1", Slug: "rye", Name: "Rye", Brand: &contract.TermLink{ID: "brand_1", Slug: "mill", Name: "Mill"},
			Producer: &contract.TermLink{ID: "producer_1", Slug: "hill", Name: "Hill"},
		},
		Particulars: contract.Particulars{
			AgeLimit: 18, Origin: contract.Origin{Country: "GB"}, Nutrition: &contract.Nutrition{Per: contract.Per100g, EnergyKcal: 218, SugarsMg: 2100},
			Allergens: []contract.Allergen{{Code: contract.Gluten, State: contract.Contains}, {Code: contract.Milk, State: contract.Unknown}},
		},
		Variants: []contract.Variant{loaf()},
	})
	quantity := func(price string, more node) node {
		n := node{
			"@type": "UnitPriceSpecification", "price": price, "priceCurrency": "GBP", "valueAddedTaxIncluded": true,
			"referenceQuantity": node{"@type": "QuantitativeValue", "value": "0.8", "unitCode": "KGM",
				"valueReference": node{"@type": "QuantitativeValue", "value": "1", "unitCode": "KGM"}},
		}
		for k, v := range more {
			n[k] = v
		}
		return n
	}
	want := node{
		"@type": "Offer", "sku": "RYE-800", "name": "800 g", "gtin": "5012345678900", "url": "https://rose-ash.com/market/products/rye/",
		"price": "4.60", "priceCurrency": "GBP", "priceValidUntil": "2026-12-05", "availability": "https://schema.org/OutOfStock",
		"seller": node{"@id": "https://rose-ash.com/#organization"},
		"priceSpecification": []any{
			quantity("4.60", nil),
			quantity("4.10", node{"validForMemberTier": node{"@type": "MemberProgramTier", "name": "Members"}}),
			quantity("5.00", node{"priceType": "https://schema.org/StrikethroughPrice"}),
		},
	}
	if diff := cmp.Diff(want, p["offers"]); diff != "" {
		t.Errorf("offers (-want +got)\n%s", diff)
	}
	for key, want := range map[string]any{
		"@type": "Product", "sku": "RYE-800", "gtin": "5012345678900",
		"brand":                 node{"@type": "Brand", "name": "Mill", "url": "https://rose-ash.com/market/brands/mill/"},
		"manufacturer":          node{"@type": "Organization", "name": "Hill", "url": "https://rose-ash.com/market/producers/hill/"},
		"countryOfOrigin":       node{"@type": "Country", "name": "United Kingdom", "identifier": "GB"},
		"hasAdultConsideration": "https://schema.org/UnclassifiedAdultConsideration",
		"audience":              node{"@type": "PeopleAudience", "requiredMinAge": 18.0},
	} {
		if diff := cmp.Diff(want, p[key]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", key, diff)
		}
	}
	facts := map[string]any{}
	for _, f := range p["additionalProperty"].([]any) {
		facts[f.(node)["name"].(string)] = f.(node)["value"]
	}
	for name, want := range map[string]any{"Contains": "cereals containing gluten", "Allergens not known": "milk", "Sugars per 100 g": "2.1", "Energy (kcal) per 100 g": "218"} {
		if facts[name] != want {
			t.Errorf("%s = %v, want %v", name, facts[name], want)
		}
	}
	if n := p["nutrition"].(node); n["calories"] != "218 kcal" || n["sugarContent"] != "2.1 g" || n["servingSize"] != "100 g" {
		t.Errorf("nutrition = %v", n)
	}
}

// TestGroupLD: several variants are a group that says what they differ in.
func TestGroupLD(t *testing.T) {
	small, large := loaf(), loaf()
	small.Options, large.Options = []string{"800 g", "sliced"}, []string{"1.6 kg", "whole"}
	large.GTIN, large.Unit, large.UnitPrice.Per, large.Quantity = "", contract.UnitEach, "each", 2
	p := productNode(t, contract.Product{
		ProductCard: contract.ProductCard{ID: "prod_1", Slug: "rye", Name: "Rye"}, Options: []string{"Size", "Cut"}, Variants: []contract.Variant{small, large},
	})
	if p["@type"] != "ProductGroup" || p["productGroupID"] != "prod_1" || p["offers"] != nil || p["sku"] != nil {
		t.Errorf("the group: %v", p)
	}
	if diff := cmp.Diff([]any{"https://schema.org/size", "Cut"}, p["variesBy"]); diff != "" {
		t.Errorf("variesBy (-want +got)\n%s", diff)
	}
	variants := p["hasVariant"].([]any)
	one, two := variants[0].(node), variants[1].(node)
	if one["@type"] != "Product" || one["size"] != "800 g" || one["gtin"] != "5012345678900" || two["gtin"] != nil {
		t.Errorf("the variants: %v", variants)
	}
	if diff := cmp.Diff([]any{node{"@type": "PropertyValue", "name": "Cut", "value": "whole"}}, two["additionalProperty"]); diff != "" {
		t.Errorf("an option of its own (-want +got)\n%s", diff)
	}
	reference := two["offers"].(node)["priceSpecification"].([]any)[0].(node)["referenceQuantity"].(node)
	if reference["value"] != "2" || reference["unitCode"] != "C62" {
		t.Errorf("two pieces are %v", reference)
	}
	if bare := productNode(t, contract.Product{}); bare["offers"] != nil || bare["additionalProperty"] != nil || bare["@type"] != "Product" {
		t.Errorf("a product without anything: %v", bare)
	}
}
