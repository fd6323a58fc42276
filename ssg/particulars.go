// What is in a product, in words: allergens and nutrition.

package ssg

import (
	"strconv"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

// allergenNames are the words of Annex II, shortened as food labels do.
var allergenNames = map[contract.AllergenCode]string{
	contract.Gluten: "cereals containing gluten", contract.Sulphites: "sulphur dioxide and sulphites",
}

func allergenName(a contract.Allergen) string {
	name := allergenNames[a.Code]
	if name == "" {
		name = string(a.Code)
	}
	if a.Detail != "" {
		name += " (" + a.Detail + ")"
	}
	return name
}

// allergens are those of a product, then those of each variant that has its own.
// Where nothing is known of any, it says so, and names the fourteen of what is known
// to be eaten: silence would read as absence.
func allergens(p contract.Product) []site.Allergens {
	var lists []site.Allergens
	own := 0
	for _, v := range p.Variants {
		if len(v.Allergens) > 0 {
			own++
		}
	}
	if own == 0 || own < len(p.Variants) {
		list, known := allergenList(p.Allergens)
		switch {
		case known || edible(p):
			lists = append(lists, list)
		case len(p.Allergens) > 0: // a bun by the piece as well as a candle
			lists = append(lists, site.Allergens{Unknown: []string{"allergens"}})
		}
	}
	for _, v := range p.Variants {
		if len(v.Allergens) > 0 {
			list, _ := allergenList(v.Allergens)
			list.Of = v.Name
			lists = append(lists, list)
		}
	}
	return lists
}

// allergenList sorts allergens by what is known of them; known tells whether
// anything is.
func allergenList(all []contract.Allergen) (list site.Allergens, known bool) {
	for _, a := range all {
		into := &list.Unknown
		switch a.State {
		case contract.Contains:
			into = &list.Contains
		case contract.MayContain:
			into = &list.MayContain
		case contract.FreeOf:
			into = &list.FreeFrom
		}
		*into = append(*into, allergenName(a))
		known = known || a.State != contract.Unknown
	}
	return list, known
}

// edible tells what may be eaten or drunk, as far as the data says: what has
// ingredients, nutrition, a name in food law or an age limit, and what is sold by
// weight or volume. A candle or a brush is sold by the piece and has none of these.
func edible(p contract.Product) bool {
	if p.Ingredients != "" || p.Nutrition != nil || p.LegalName != "" || p.AgeLimit > 0 {
		return true
	}
	for _, v := range p.Variants {
		if v.Unit != contract.UnitEach {
			return true
		}
	}
	return false
}

// nutritionTable is what 100 g or 100 ml hold, and a serving where its size is given, in
// the order and with the words of Annex XV of Regulation (EU) 1169/2011.
func nutritionTable(n *contract.Nutrition) *site.Nutrition {
	if n == nil {
		return nil
	}
	unit := "g"
	if n.Per == contract.Per100ml {
		unit = "ml"
	}
	t := site.Nutrition{Per: "100 " + unit}
	if n.ServingQuantity > 0 {
		t.Serving = strconv.FormatInt(n.ServingQuantity, 10) + " " + unit
	}
	row := func(name string, part bool, per, serving string) {
		r := site.Nutrient{Name: name, Part: part, Per: per}
		if t.Serving != "" {
			r.Serving = serving
		}
		t.Rows = append(t.Rows, r)
	}
	energy := func(kj, kcal int64) string {
		return strconv.FormatInt(kj, 10) + " kJ / " + strconv.FormatInt(kcal, 10) + " kcal"
	}
	eaten := func(amount, step int64) int64 { return rounded(amount*n.ServingQuantity, 100*step) * step }
	row("Energy", false, energy(n.EnergyKJ, n.EnergyKcal), energy(eaten(n.EnergyKJ, 1), eaten(n.EnergyKcal, 1)))
	mass := func(name string, part bool, mg, step int64) { row(name, part, grams(mg), grams(eaten(mg, step))) }
	// A serving's amounts are computed, and no more exact than a label's: tenths of a
	// gram, hundredths of salt.
	mass("Fat", false, n.FatMg, 100)
	mass("of which saturates", true, n.SaturatesMg, 100)
	mass("Carbohydrate", false, n.CarbohydrateMg, 100)
	mass("of which sugars", true, n.SugarsMg, 100)
	if n.FibreMg != nil {
		mass("Fibre", false, *n.FibreMg, 100)
	}
	mass("Protein", false, n.ProteinMg, 100)
	mass("Salt", false, n.SaltMg, 10)
	return &t
}

// rounded is a/b, rounded half up; neither is negative.
func rounded(a, b int64) int64 { return (a + b/2) / b }

// grams writes milligrams: 1400 is 1.4 g.
func grams(mg int64) string { return decimalGrams(mg) + " g" }

func decimalGrams(mg int64) string { return money.WriteDecimal(mg, 3, true) }
