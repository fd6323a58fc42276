package ssg

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// fourteen are all allergens, unknown but for those given.
func fourteen(known map[contract.AllergenCode]contract.AllergenState) []contract.Allergen {
	var all []contract.Allergen
	for _, code := range []contract.AllergenCode{
		contract.Celery, contract.Gluten, contract.Crustaceans, contract.Eggs, contract.Fish, contract.Lupin, contract.Milk,
		contract.Molluscs, contract.Mustard, contract.Nuts, contract.Peanuts, contract.Sesame, contract.Soya, contract.Sulphites,
	} {
		state := contract.Unknown
		if s, ok := known[code]; ok {
			state = s
		}
		all = append(all, contract.Allergen{Code: code, State: state})
	}
	return all
}

// TestAllergensNeverSilent: of what may be eaten each of the fourteen is named, in one
// place, whatever is known of it.
func TestAllergensNeverSilent(t *testing.T) {
	known := map[contract.AllergenCode]contract.AllergenState{contract.Gluten: contract.Contains, contract.Nuts: contract.MayContain, contract.Milk: contract.FreeOf}
	for name, p := range map[string]contract.Product{
		"some are known":     {Particulars: contract.Particulars{Allergens: fourteen(known)}},
		"none, ingredients":  {Particulars: contract.Particulars{Allergens: fourteen(nil), Ingredients: "oats"}},
		"none, nutrition":    {Particulars: contract.Particulars{Allergens: fourteen(nil), Nutrition: &contract.Nutrition{}}},
		"none, legal name":   {Particulars: contract.Particulars{Allergens: fourteen(nil), LegalName: "Cider"}},
		"none, by weight":    {Particulars: contract.Particulars{Allergens: fourteen(nil)}, Variants: []contract.Variant{{Unit: contract.UnitGram}}},
		"a variant's own":    {Particulars: contract.Particulars{Allergens: fourteen(nil)}, Variants: []contract.Variant{{Name: "Jar", Unit: contract.UnitEach, Allergens: fourteen(known)}}},
		"some variant's own": {Particulars: contract.Particulars{Allergens: fourteen(known)}, Variants: []contract.Variant{{}, {Name: "Jar", Allergens: fourteen(nil)}}},
	} {
		lists := allergens(p)
		if len(lists) == 0 {
			t.Errorf("%s: silence", name)
		}
		for _, l := range lists {
			if n := len(l.Contains) + len(l.MayContain) + len(l.FreeFrom) + len(l.Unknown); n != 14 {
				t.Errorf("%s: %d of fourteen", name, n)
			}
		}
	}
	candle := contract.Product{Particulars: contract.Particulars{Allergens: fourteen(nil), Usage: "Cut the wick."}, Variants: []contract.Variant{{Unit: contract.UnitEach}}}
	// It may be a bun, for all that the data says.
	if lists := allergens(candle); len(lists) != 1 || !cmp.Equal(lists[0], site.Allergens{Unknown: []string{"allergens"}}) {
		t.Errorf("a candle: %v", lists)
	}
	both := allergens(contract.Product{Particulars: contract.Particulars{Allergens: fourteen(known)}, Variants: []contract.Variant{{}, {Name: "Jar", Allergens: fourteen(nil)}}})
	if len(both) != 2 || both[0].Of != "" || both[1].Of != "Jar" || len(both[1].Unknown) != 14 {
		t.Errorf("a variant of its own: %+v", both)
	}
	list, _ := allergenList([]contract.Allergen{{Code: contract.Gluten, State: contract.Contains, Detail: "rye, wheat"}})
	if want := []string{"cereals containing gluten (rye, wheat)"}; !cmp.Equal(list.Contains, want) {
		t.Errorf("Contains = %v", list.Contains)
	}
}

func TestNutritionTable(t *testing.T) {
	fibre := int64(7400)
	got := nutritionTable(&contract.Nutrition{
		Per: contract.Per100g, EnergyKJ: 920, EnergyKcal: 218, FatMg: 1400, SaturatesMg: 200, CarbohydrateMg: 43000, SugarsMg: 2100,
		FibreMg: &fibre, ProteinMg: 6500, SaltMg: 1100, ServingQuantity: 33,
	})
	want := &site.Nutrition{Per: "100 g", Serving: "33 g", Rows: []site.Nutrient{
		{Name: "Energy", Per: "920 kJ / 218 kcal", Serving: "304 kJ / 72 kcal"}, {Name: "Fat", Per: "1.4 g", Serving: "0.5 g"},
		{Name: "of which saturates", Part: true, Per: "0.2 g", Serving: "0.1 g"}, {Name: "Carbohydrate", Per: "43 g", Serving: "14.2 g"},
		{Name: "of which sugars", Part: true, Per: "2.1 g", Serving: "0.7 g"}, {Name: "Fibre", Per: "7.4 g", Serving: "2.4 g"},
		{Name: "Protein", Per: "6.5 g", Serving: "2.1 g"}, {Name: "Salt", Per: "1.1 g", Serving: "0.36 g"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	drink := nutritionTable(&contract.Nutrition{Per: contract.Per100ml})
	if drink.Per != "100 ml" || drink.Serving != "" || len(drink.Rows) != 7 || drink.Rows[1].Serving != "" {
		t.Errorf("a drink: %+v", drink)
	}
	if nutritionTable(nil) != nil {
		t.Error("nothing is declared, and there is a table")
	}
}

func TestSizeOf(t *testing.T) {
	for want, v := range map[string]contract.Variant{
		"800 g":             {Quantity: 800, Unit: contract.UnitGram, Pieces: 1},
		"4 × 125 g":         {Quantity: 500, Unit: contract.UnitGram, Pieces: 4},
		"500 g in 3 pieces": {Quantity: 500, Unit: contract.UnitGram, Pieces: 3},
		"6 × 1 L":           {Quantity: 6000, Unit: contract.UnitMillilitre, Pieces: 6},
		"pack of 6":         {Quantity: 6, Unit: contract.UnitEach, Pieces: 6},
		"per kg":            {Quantity: 1000, Unit: contract.UnitGram, Pieces: 1, SoldByWeight: true},
		"per 100 g":         {Quantity: 100, Unit: contract.UnitGram, Pieces: 1, SoldByWeight: true},
	} {
		if got := sizeOf(v); got != want {
			t.Errorf("sizeOf(%+v) = %q, want %q", v, got, want)
		}
	}
	for want, v := range map[string]contract.Variant{
		"":                             {OrderStep: 1, OrderMin: 1},
		"in 2s, at most 12":            {OrderStep: 2, OrderMin: 2, OrderMax: 12},
		"at least 3":                   {OrderStep: 1, OrderMin: 3},
		"at least 100 g, at most 5 kg": {OrderStep: 50, OrderMin: 100, OrderMax: 5000, SoldByWeight: true, Unit: contract.UnitGram},
	} {
		if got := limits(v); got != want {
			t.Errorf("limits(%+v) = %q, want %q", v, got, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	for want, o := range map[string]contract.Origin{
		"": {}, "United Kingdom": {Country: "GB"}, "Suffolk, England, United Kingdom": {Country: "GB", Region: "Suffolk, England"},
		"Puglia": {Region: "Puglia"}, "Puglia, Italy": {Country: "IT", Region: "Puglia, Italy"},
	} {
		if got := origin(o); got != want {
			t.Errorf("origin(%v) = %q, want %q", o, got, want)
		}
	}
}

func TestFirstWords(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		"<p>Bread &amp; butter</p><p>A</p>": "Bread & butter A",
		"<p>" + strings.Repeat("word ", 60) + "</p>": strings.TrimSpace(strings.Repeat("word ", 40)) + "…",
		"<p>" + strings.Repeat("é", 300) + "</p>":    "…",
	} {
		if got := firstWords(in); got != want {
			t.Errorf("firstWords(%.20q) = %q, want %q", in, got, want)
		}
	}
}
