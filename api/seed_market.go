// The demo co-op's market: categories, terms, products with their stock and prices,
// collections.

package api

import (
	"context"
	"fmt"
	"time"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db/seed"
)

// demoActor is whom the demo's movements of stock are by.
const demoActor = "demo"

func (s *seeder) category(ctx context.Context, c seed.Category) error {
	_, err := s.Market.Category(ctx, c.Slug)
	if err == nil || problem.Code(err) != "not_found" {
		return err
	}
	fields := market.CategoryFields{Slug: &c.Slug, Name: &c.Name, Description: &c.Description, Parent: &c.Parent, SortOrder: &c.Sort, Image: s.shown(c.Image)}
	if _, err = s.Market.CreateCategory(ctx, fields); err == nil {
		s.report.Categories++
	}
	return err
}

// shown is a stored picture as the market's fields name it; nil where there is none.
func (s *seeder) shown(p seed.Image) *market.Picture {
	stored := s.picture(p, "")
	if stored == nil {
		return nil
	}
	return &market.Picture{URL: stored.URL, Alt: stored.Alt, Width: stored.Width, Height: stored.Height}
}

// term stores a brand, a producer or a label.
func (s *seeder) term(ctx context.Context, taxonomy contract.Taxonomy, t seed.Term) error {
	fields := market.TermFields{Slug: &t.Slug, Name: &t.Name, Description: &t.Description, Image: s.shown(t.Image)}
	if taxonomy != contract.LabelTaxonomy {
		fields.Place, fields.Website = &t.Place, &t.Website
	}
	_, err := s.Market.EnsureTerm(ctx, taxonomy, fields)
	return err
}

// collection stores a collection; its rule names what was stored before.
func (s *seeder) collection(ctx context.Context, c seed.Collection) error {
	_, found, err := s.Market.TermBySlug(ctx, contract.CollectionTaxonomy, c.Slug)
	if err != nil || found {
		return err
	}
	rule, err := s.rule(ctx, c.Rule)
	if err != nil {
		return err
	}
	places := []contract.Container{}
	for _, p := range c.Placements {
		post, err := s.Blog.Post(ctx, contract.PostType(p.Type), p.Slug)
		if err != nil {
			return fmt.Errorf("%s %s: %w", p.Type, p.Slug, err)
		}
		places = append(places, contract.Container{Type: p.Type, ID: string(post.ID)})
	}
	_, err = s.Market.EnsureTerm(ctx, contract.CollectionTaxonomy, market.TermFields{
		Slug: &c.Slug, Name: &c.Name, Description: &c.Description, Image: s.shown(c.Image), Rule: &rule, Placements: &places})
	return err
}

// rule is a rule with ids in place of slugs.
func (s *seeder) rule(ctx context.Context, in seed.Rule) (rule contract.Rule, err error) {
	rule.Countries, rule.Reduced = in.Countries, in.Reduced
	for _, code := range in.FreeFrom {
		rule.FreeFrom = append(rule.FreeFrom, contract.AllergenCode(code))
	}
	for _, slug := range in.Categories {
		c, err := s.Market.Category(ctx, slug)
		if err != nil {
			return rule, fmt.Errorf("category %s: %w", slug, err)
		}
		rule.Categories = append(rule.Categories, c.ID)
	}
	for _, named := range []struct {
		taxonomy contract.Taxonomy
		slugs    []string
		ids      *[]contract.TermID
	}{
		{contract.BrandTaxonomy, in.Brands, &rule.Brands}, {contract.ProducerTaxonomy, in.Producers, &rule.Producers},
		{contract.LabelTaxonomy, in.Labels, &rule.Labels},
	} {
		for _, slug := range named.slugs {
			t, err := s.Market.Term(ctx, named.taxonomy, slug)
			if err != nil {
				return rule, fmt.Errorf("%s %s: %w", named.taxonomy, slug, err)
			}
			*named.ids = append(*named.ids, t.ID)
		}
	}
	for _, named := range []struct {
		slugs []string
		ids   *[]contract.ProductID
	}{{in.Products, &rule.Products}, {in.Except, &rule.Except}} {
		for _, slug := range named.slugs {
			p, err := s.Market.AnyProduct(ctx, slug)
			if err != nil {
				return rule, fmt.Errorf("product %s: %w", slug, err)
			}
			*named.ids = append(*named.ids, p.ID)
		}
	}
	return rule, nil
}

// product stores a product, its stock and its reduced prices. Each step is made once,
// however often the demo was broken off between them.
func (s *seeder) product(ctx context.Context, p seed.Product) error {
	there, err := s.Market.AnyProduct(ctx, p.Slug)
	switch {
	case err == nil && s.whole:
		return nil
	case err == nil && there.Status == contract.PublishedProduct:
		return s.reduce(ctx, there, p)
	case err == nil && there.Version > 1:
		return nil
	case err == nil:
	case problem.Code(err) != "not_found":
		return err
	default:
		if there, err = s.Market.CreateProduct(ctx, s.productFields(p)); err != nil {
			return err
		}
		s.report.Products++
	}
	if err := s.stock(ctx, p); err != nil {
		return err
	}
	if there, err = s.Market.PublishProduct(ctx, p.Slug); err != nil {
		return err
	}
	return s.reduce(ctx, there, p)
}

func (s *seeder) productFields(p seed.Product) market.ProductFields {
	pictures, variants, labels := []market.Picture{}, []market.VariantFields{}, []market.ClaimFields{}
	for _, use := range p.Images {
		pictures = append(pictures, *s.shown(use))
	}
	for _, v := range p.Variants {
		variants = append(variants, variantFields(v))
	}
	for _, l := range p.Labels {
		labels = append(labels, market.ClaimFields{Label: l.Label, Source: contract.ClaimSource(l.Source), Certificate: l.Certificate})
	}
	allergens := allergensOf(p.Allergens)
	return market.ProductFields{
		Slug: &p.Slug, Name: &p.Name, Summary: &p.Summary, Description: &p.Description, Category: &p.Category,
		Brand: &p.Brand, Producer: &p.Producer, Labels: &labels, Images: &pictures, Options: &p.Options,
		LegalName: &p.LegalName, Ingredients: &p.Ingredients, Allergens: &allergens,
		Nutrition: market.FieldsOfNutrition(nutritionOf(p.Nutrition)), Storage: &p.Storage, Usage: &p.Usage,
		Origin:   &contract.Origin{Country: p.Origin.Country, Region: p.Origin.Region},
		Business: &contract.Business{Name: p.Business.Name, Address: p.Business.Address},
		AgeLimit: &p.AgeLimit, Variants: &variants,
	}
}

func variantFields(v seed.Variant) market.VariantFields {
	amount := func(minor int) *market.Amount {
		return &market.Amount{AmountMinor: int64(minor), Currency: v.Currency}
	}
	allergens := allergensOf(v.Allergens)
	return market.VariantFields{
		SKU: v.SKU, Name: v.Name, Options: &v.Options, GTIN: &v.GTIN, CaseGTIN: &v.CaseGTIN, CaseSize: &v.CaseSize,
		Price:       market.Price{AmountMinor: int64(v.PriceMinor), Currency: v.Currency},
		MemberPrice: amount(v.MemberPriceMinor), Deposit: amount(v.DepositMinor), VATRate: v.VATBasisPoints,
		Quantity: int64(v.Quantity), Drained: new(int64(v.Drained)), Pieces: &v.Pieces, Unit: contract.Unit(v.Unit),
		SoldByWeight: &v.SoldByWeight, OrderStep: new(int64(v.OrderStep)), OrderMin: new(int64(v.OrderMin)),
		OrderMax: new(int64(v.OrderMax)), Allergens: &allergens, TrackStock: &v.TrackStock,
	}
}

func allergensOf(list []seed.Allergen) []contract.Allergen {
	allergens := make([]contract.Allergen, len(list))
	for i, a := range list {
		allergens[i] = contract.Allergen{Code: contract.AllergenCode(a.Code), State: contract.AllergenState(a.State), Detail: a.Detail}
	}
	return allergens
}

func nutritionOf(n *seed.Nutrition) *contract.Nutrition {
	if n == nil {
		return nil
	}
	return &contract.Nutrition{
		Per: contract.NutritionBasis(n.Per), EnergyKJ: n.EnergyKJ, EnergyKcal: n.EnergyKcal, FatMg: n.FatMg, SaturatesMg: n.SaturatesMg,
		CarbohydrateMg: n.CarbohydrateMg, SugarsMg: n.SugarsMg, FibreMg: n.FibreMg, ProteinMg: n.ProteinMg, SaltMg: n.SaltMg,
		ServingQuantity: n.ServingQuantity,
	}
}

// stock fills the shelf.
func (s *seeder) stock(ctx context.Context, p seed.Product) error {
	var moves []market.StockMove
	for _, v := range p.Variants {
		if v.TrackStock && v.Stock > 0 {
			moves = append(moves, market.StockMove{SKU: v.SKU, Change: new(int64(v.Stock)), Reason: market.Received})
		}
	}
	if len(moves) == 0 {
		return nil
	}
	request, err := idempotency.For(demoActor, "demo-"+p.Slug, "POST", "/v1/stock/movements", moves)
	if err == nil {
		_, _, err = s.Market.MoveStock(ctx, request, demoActor, moves)
	}
	return err
}

// reduce plans the prices that hold for some days, of variants of which nobody has
// planned any.
func (s *seeder) reduce(ctx context.Context, there contract.Product, p seed.Product) error {
	today := s.options.Clock.Now().UTC().Truncate(24 * time.Hour)
	for i, v := range p.Variants {
		if v.Reduction == nil || i >= len(there.Variants) || there.Variants[i].SKU != v.SKU {
			continue
		}
		prices, err := s.Market.Prices(ctx, there.Variants[i].ID, market.PriceQuery{List: "public"})
		if err != nil {
			return err
		}
		if len(prices.Items) > 1 {
			continue
		}
		begins := today.AddDate(0, 0, v.Reduction.StartsInDays)
		plan := market.PlannedPriceFields{
			List: "public", Price: market.Price{AmountMinor: int64(v.Reduction.PriceMinor), Currency: v.Currency},
			ValidUntil: new(begins.AddDate(0, 0, v.Reduction.Days)),
		}
		if v.Reduction.StartsInDays > 0 {
			plan.ValidFrom = &begins
		}
		if _, err := s.Market.PlanPrice(ctx, there.Variants[i].ID, plan); err != nil {
			return err
		}
	}
	return nil
}
