// A product's own page: all that must be known of it before it is bought.

package ssg

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	scenes "rose-ash.com/roseash/site-templates/scene"
)

func (r *Renderer) product(ctx context.Context, from *reader) (*Page, error) {
	p, found := from.product()
	if !found {
		return nil, nil
	}
	s := r.scene(from, urls.Market)
	at := urls.Product(p.Slug)
	crumbs := s.trail(slices.Concat(p.Ancestors, []contract.CategoryLink{p.Category})...)
	view := site.ProductPage{
		Name: p.Name, Summary: p.Summary, Breadcrumbs: crumbs, Description: p.DescriptionHTML,
		Brand: s.optionalTerm(p.Brand), Producer: s.optionalTerm(p.Producer), Claims: s.claims(p),
		AgeLimit: p.AgeLimit, LegalName: p.LegalName, Ingredients: p.IngredientsHTML, Allergens: allergens(p),
		Nutrition: nutritionTable(p.Nutrition), Storage: p.Storage, Usage: p.Usage, Origin: origin(p.Origin),
		BusinessName: p.Business.Name, BusinessAddress: p.Business.Address,
	}
	for i := range p.Images {
		if picture := s.picture(&p.Images[i]); picture != nil {
			picture.Eager = i == 0
			view.Pictures = append(view.Pictures, *picture)
		}
	}
	for _, v := range p.Variants {
		view.Variants = append(view.Variants, s.variant(p, v))
	}
	view.Related = s.productCards(from.productsOf(from.near[from.unit.ID]))
	view.Frame = s.frame(at, head{
		title: p.Name, description: cmp.Or(p.Summary, p.Name+" at "+s.settings.Title+"."), picture: p.Image,
		product: &p.ProductCard, jsonLD: s.productLD(p, crumbs),
	})
	return r.page(ctx, urls.Market, at, site.Product(view))
}

func (s scene) optionalTerm(t *contract.TermLink) *site.Link {
	if t == nil {
		return nil
	}
	link := s.termLink(*t)
	return &link
}

// claims are a product's labels with who says so.
func (s scene) claims(p contract.Product) []site.Claim {
	sources := make(map[contract.TermID]contract.Claim, len(p.Claims))
	for _, c := range p.Claims {
		sources[c.Label.ID] = c
	}
	var claims []site.Claim
	for _, l := range p.Labels {
		c := sources[l.ID]
		claims = append(claims, site.Claim{Link: s.termLink(l), Source: sourceNames[c.Source], Certificate: c.Certificate})
	}
	return claims
}

// sourceNames are who says that a product deserves a label.
var sourceNames = map[contract.ClaimSource]string{
	contract.Certified: "Certified", contract.Declared: "Declared by the maker", contract.Derived: "By what is in it",
}

func (s scene) variant(p contract.Product, v contract.Variant) site.Variant {
	view := site.Variant{
		ID: string(v.ID), SKU: v.SKU, Name: v.Name, Size: sizeOf(v), Price: money.Format(v.Price),
		UnitPrice: money.PerUnit(v.UnitPrice), VAT: money.Rate(v.VATRate), SoldOut: v.Availability == contract.OutOfStock,
		Limits: limits(v), PriceMinor: strconv.FormatInt(v.Price.AmountMinor, 10),
		AddURL: s.shared().CartLink("/cart/add/"), OrderStep: v.OrderStep, OrderMin: v.OrderMin, OrderMax: v.OrderMax, Grams: v.SoldByWeight,
	}
	if single := v.Unit == contract.UnitEach && v.Quantity == 1; single {
		view.Size, view.UnitPrice = "", "" // one at the price of one
	} else if strings.Contains(v.Name, view.Size) {
		view.Size = "" // the name says it
	}
	if v.Drained > 0 {
		view.Drained = money.Size(v.Drained, v.Unit) + " drained"
	}
	if v.SoldByWeight {
		view.ByWeight = "by weight, in steps of " + money.Size(v.OrderStep, v.Unit)
		if v.UnitPrice.Money == v.Price {
			view.UnitPrice = "" // the price is that of the unit
		}
	}
	if scenes.Saves(v.MemberPrice, v.Price) {
		view.MemberPrice, view.MemberMinor = money.Format(*v.MemberPrice), strconv.FormatInt(v.MemberPrice.AmountMinor, 10)
		if v.MemberUnit != nil && view.UnitPrice != "" {
			view.MemberUnit = money.PerUnit(*v.MemberUnit)
		}
	}
	if v.Reduction != nil {
		view.Was, view.Until = money.Format(v.Reduction.Lowest), site.NewDate(v.Reduction.ValidUntil, s.zone)
	}
	if v.Deposit != nil && v.Deposit.AmountMinor > 0 {
		view.Deposit = money.Format(*v.Deposit)
	}
	view.Numbers = numbers(p, v)
	for i, name := range p.Options {
		if i < len(v.Options) && v.Options[i] != "" && !strings.Contains(v.Name, v.Options[i]) {
			view.Options = append(view.Options, site.Fact{Name: name, Value: v.Options[i]})
		}
	}
	return view
}

// numbers are by which dealers know a variant, each with its name where there are
// several.
func numbers(p contract.Product, v contract.Variant) []site.Fact {
	of := ""
	if len(p.Variants) > 1 {
		of = " (" + v.Name + ")"
	}
	facts := []site.Fact{{Name: "Article number", Value: v.SKU + of}}
	if v.GTIN != "" {
		facts = append(facts, site.Fact{Name: "GTIN", Value: v.GTIN + of})
	}
	if v.CaseGTIN != "" {
		if v.CaseSize > 0 {
			of = " (" + strconv.Itoa(v.CaseSize) + " of " + v.Name + ")"
		}
		facts = append(facts, site.Fact{Name: "GTIN of a case", Value: v.CaseGTIN + of})
	}
	return facts
}

// sizeOf is how much a variant holds: 4 × 125 g, 800 g, or what its price is for
// where it is sold by weight.
func sizeOf(v contract.Variant) string {
	size := money.Size(v.Quantity, v.Unit)
	switch n := int64(v.Pieces); {
	case v.SoldByWeight && v.Quantity == 1000:
		return "per kg"
	case v.SoldByWeight:
		return "per " + size
	case n > 1 && v.Unit != contract.UnitEach && v.Quantity%n == 0:
		return strconv.FormatInt(n, 10) + " × " + money.Size(v.Quantity/n, v.Unit)
	case n > 1 && v.Unit != contract.UnitEach:
		return size + " in " + strconv.FormatInt(n, 10) + " pieces"
	}
	return size
}

// limits are the least and the most that can be ordered, where they are others than
// one step and as much as there is.
func limits(v contract.Variant) string {
	amount := func(n int64) string {
		if v.SoldByWeight {
			return money.Size(n, v.Unit)
		}
		return strconv.FormatInt(n, 10)
	}
	var words []string
	if !v.SoldByWeight && v.OrderStep > 1 {
		words = append(words, "in "+amount(v.OrderStep)+"s")
	}
	if v.OrderMin > v.OrderStep {
		words = append(words, "at least "+amount(v.OrderMin))
	}
	if v.OrderMax > 0 {
		words = append(words, "at most "+amount(v.OrderMax))
	}
	return strings.Join(words, ", ")
}

// origin is where food comes from, the country in words.
func origin(o contract.Origin) string {
	country := site.Country(o.Country)
	if o.Region == "" || country == "" || strings.Contains(o.Region, country) {
		return cmp.Or(o.Region, country)
	}
	return o.Region + ", " + country
}
