package api_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	content "rose-ash.com/roseash/db/seed"
)

// TestSeedStoresTheCatalogue compares what the market says of each product with the
// demo's files.
func TestSeedStoresTheCatalogue(t *testing.T) {
	ctx := t.Context()
	app, _ := whole(t)
	data := demo(t)
	if _, err := app.Seed(ctx, data, nil); err != nil {
		t.Fatal(err)
	}
	in := map[string][]string{}
	for _, want := range data.Products {
		p, err := app.Market.Product(ctx, want.Slug)
		if err != nil {
			t.Fatalf("%s: %v", want.Slug, err)
		}
		for _, c := range p.Collections {
			in[c.Slug] = append(in[c.Slug], p.Slug)
		}
		sameParticulars(t, want, p)
		if len(p.Variants) != len(want.Variants) {
			t.Fatalf("%s has %d variants, want %d", want.Slug, len(p.Variants), len(want.Variants))
		}
		level := map[string]int64{}
		stock, err := app.Market.Stock(ctx, market.StockQuery{Product: want.Slug})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stock.Items {
			level[s.SKU] = s.OnHand
		}
		for i, v := range want.Variants {
			sameVariant(t, v, p.Variants[i])
			if level[v.SKU] != int64(v.Stock) {
				t.Errorf("%s: %d on hand, want %d", v.SKU, level[v.SKU], v.Stock)
			}
		}
	}
	sameTerms(t, data, func(taxonomy contract.Taxonomy, slug string) contract.Term {
		term, err := app.Market.Term(ctx, taxonomy, slug)
		if err != nil {
			t.Fatalf("%s %s: %v", taxonomy, slug, err)
		}
		return term
	})
	if want := []string{"from-within-forty-miles", "gluten-free-cupboard", "reduced-this-week", "supper-for-the-hall", "vegan-baking"}; !slices.Equal(slices.Sorted(maps.Keys(in)), want) {
		t.Errorf("collections with products = %v, want %v", slices.Sorted(maps.Keys(in)), want)
	}
	if got, want := in["reduced-this-week"], []string{"savoy-cabbage", "oat-ginger-biscuits", "washing-up-liquid"}; !slices.Equal(got, want) {
		t.Errorf("reduced this week: %v, want %v", got, want)
	}
	for _, c := range []struct {
		collection, product string
		want                bool
	}{
		{"gluten-free-cupboard", "buckwheat-flour", true},
		{"gluten-free-cupboard", "strong-white-flour", false},
		{"gluten-free-cupboard", "carlin-peas", false}, // may contain it
		{"from-within-forty-miles", "beetroot", true},
		{"from-within-forty-miles", "beeswax-candles", false}, // local, but no food
		{"from-within-forty-miles", "lemons", false},
		{"vegan-baking", "dark-chocolate", true}, // named, though it may contain milk
		{"vegan-baking", "brown-basmati", false}, // excepted
		{"supper-for-the-hall", "dry-cider", true},
	} {
		if got := slices.Contains(in[c.collection], c.product); got != c.want {
			t.Errorf("%s in %s: %t, want %t", c.product, c.collection, got, c.want)
		}
	}
}

func sameParticulars(t *testing.T, want content.Product, p contract.Product) {
	t.Helper()
	if p.LegalName != want.LegalName || p.Ingredients != want.Ingredients || p.Storage != want.Storage || p.Usage != want.Usage ||
		p.AgeLimit != want.AgeLimit || p.Origin != (contract.Origin{Country: want.Origin.Country, Region: want.Origin.Region}) ||
		p.Business != (contract.Business{Name: want.Business.Name, Address: want.Business.Address}) || !slices.Equal(p.Options, want.Options) {
		t.Errorf("%s has the particulars %+v", want.Slug, p.Particulars)
	}
	if p.Brand == nil || p.Brand.Slug != want.Brand || (p.Producer == nil) != (want.Producer == "") || p.Producer != nil && p.Producer.Slug != want.Producer {
		t.Errorf("%s is of brand %v and producer %v, want %s and %q", want.Slug, p.Brand, p.Producer, want.Brand, want.Producer)
	}
	known := map[contract.AllergenCode]content.Allergen{}
	for _, a := range want.Allergens {
		known[contract.AllergenCode(a.Code)] = a
	}
	for _, a := range p.Allergens {
		w := known[a.Code]
		if a.State != contract.AllergenState(cmp.Or(w.State, "unknown")) || a.Detail != w.Detail {
			t.Errorf("%s: %+v, want %+v", want.Slug, a, w)
		}
	}
	if (p.Nutrition == nil) != (want.Nutrition == nil) {
		t.Errorf("%s declares nutrition: %t", want.Slug, p.Nutrition != nil)
	}
	if n, w := p.Nutrition, want.Nutrition; n != nil && w != nil &&
		(n.EnergyKJ != w.EnergyKJ || n.EnergyKcal != w.EnergyKcal || n.FatMg != w.FatMg || n.SaturatesMg != w.SaturatesMg ||
			n.CarbohydrateMg != w.CarbohydrateMg || n.SugarsMg != w.SugarsMg || n.ProteinMg != w.ProteinMg || n.SaltMg != w.SaltMg ||
			(n.FibreMg == nil) != (w.FibreMg == nil) || n.FibreMg != nil && *n.FibreMg != *w.FibreMg ||
			n.ServingQuantity != w.ServingQuantity || string(n.Per) != w.Per) {
		t.Errorf("%s: nutrition %+v, want %+v", want.Slug, *n, *w)
	}
	claims := map[string]contract.Claim{}
	for _, c := range p.Claims {
		claims[c.Label.Slug] = c
	}
	for _, w := range want.Labels {
		if c := claims[w.Label]; string(c.Source) != w.Source || c.Certificate != w.Certificate || len(claims) != len(want.Labels) {
			t.Errorf("%s: claim %+v, want %+v", want.Slug, c, w)
		}
	}
}

func sameVariant(t *testing.T, want content.Variant, v contract.Variant) {
	t.Helper()
	minor := func(m *contract.Money) int {
		if m == nil {
			return 0
		}
		return int(m.AmountMinor)
	}
	price, reduced := want.PriceMinor, want.Reduction != nil && want.Reduction.StartsInDays == 0
	if reduced {
		price = want.Reduction.PriceMinor
	}
	if v.SKU != want.SKU || v.GTIN != want.GTIN || v.CaseGTIN != want.CaseGTIN || v.CaseSize != want.CaseSize ||
		v.Drained != int64(want.Drained) || v.Pieces != want.Pieces || v.SoldByWeight != want.SoldByWeight ||
		v.OrderStep != int64(want.OrderStep) || v.OrderMin != int64(want.OrderMin) || v.OrderMax != int64(want.OrderMax) ||
		v.TrackStock != want.TrackStock || !slices.Equal(v.Options, want.Options) {
		t.Errorf("%s is %+v", want.SKU, v)
	}
	if int(v.Price.AmountMinor) != price || minor(v.MemberPrice) != want.MemberPriceMinor || minor(v.Deposit) != want.DepositMinor || (v.Reduction != nil) != reduced {
		t.Errorf("%s costs %+v, %v for members, deposit %v, reduced %v", want.SKU, v.Price, v.MemberPrice, v.Deposit, v.Reduction)
	}
	if reduced && v.Reduction != nil && v.Reduction.Lowest.AmountMinor != int64(want.PriceMinor) {
		t.Errorf("%s: the lowest price was %+v, want %d", want.SKU, v.Reduction.Lowest, want.PriceMinor)
	}
	availability := contract.InStock
	if want.TrackStock && want.Stock == 0 {
		availability = contract.OutOfStock
	}
	if v.Availability != availability {
		t.Errorf("%s is %s, want %s", want.SKU, v.Availability, availability)
	}
}

func sameTerms(t *testing.T, data *content.Data, stored func(contract.Taxonomy, string) contract.Term) {
	t.Helper()
	for taxonomy, terms := range map[contract.Taxonomy][]content.Term{
		contract.BrandTaxonomy: data.Brands, contract.ProducerTaxonomy: data.Producers, contract.LabelTaxonomy: data.Labels,
	} {
		for _, want := range terms {
			got := stored(taxonomy, want.Slug)
			if got.Name != want.Name || got.Description != want.Description || got.Place != want.Place || got.Website != want.Website || (got.Image != nil) != (want.Image.Name != "") {
				t.Errorf("%s %s is %+v", taxonomy, want.Slug, got)
			}
		}
	}
	for _, want := range data.Collections {
		got := stored(contract.CollectionTaxonomy, want.Slug)
		if got.Name != want.Name || got.Image == nil || got.Rule == nil || len(got.Placements) != len(want.Placements) {
			t.Errorf("collection %s is %+v", want.Slug, got)
		}
	}
}
