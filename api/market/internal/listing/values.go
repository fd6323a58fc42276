// What was counted, as values with their names.

package listing

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

// facets is what was counted.
func (t *tally) facets(q *Query) *Facets {
	f := &Facets{
		Total: t.total, InStock: int(t.stock[inStock]), OutOfStock: int(t.stock[0]), Reduced: int(t.reduced),
		Categories: t.ofCategories(q.Category), FreeFrom: t.ofAllergens(q.Free), Countries: t.ofCountries(q.Countries),
	}
	for set, n := range t.labels {
		for _, ref := range t.x.sets[set] {
			t.terms[ref] += n
		}
	}
	for i := range t.x.groups.terms {
		term := &t.x.groups.terms[i]
		n := int(t.terms[i])
		switch term.Taxonomy {
		case contract.BrandTaxonomy:
			f.Brands = counted(f.Brands, term, n, slices.Contains(q.Brands, Ref(i)))
		case contract.ProducerTaxonomy:
			f.Producers = counted(f.Producers, term, n, slices.Contains(q.Producers, Ref(i)))
		case contract.LabelTaxonomy:
			f.Labels = counted(f.Labels, term, n, slices.Contains(q.Labels, Ref(i)))
		}
	}
	f.Brands, f.Producers, f.Labels = most(f.Brands, byTerm), most(f.Producers, byTerm), most(f.Labels, byTerm)
	for _, p := range t.prices {
		f.Prices = append(f.Prices, PriceRange{unpackCurrency(p.currency), p.count, p.min, p.max})
	}
	slices.SortFunc(f.Prices, func(a, b PriceRange) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Currency, b.Currency))
	})
	return f
}

// ofCategories counts what is in the children of top, or below them.
func (t *tally) ofCategories(top Ref) (list []Count[*Category]) {
	g := t.x.groups
	sums := make([]int, len(g.categories))
	for i, n := range t.categories {
		if n > 0 {
			sums[g.below(top, Ref(i))] += int(n)
		}
	}
	for i := 1; i < len(sums); i++ {
		list = counted(list, &g.categories[i].Category, sums[i], false)
	}
	return most(list, func(a, b *Category) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Slug, b.Slug))
	})
}

func (t *tally) ofAllergens(chosen Allergens) (list []Count[int]) {
	var sums [allergens]int
	for set, n := range t.free {
		for rest := uint(set); n > 0 && rest != 0; rest &= rest - 1 {
			sums[bits.TrailingZeros(rest)] += int(n)
		}
	}
	for i, n := range sums {
		list = counted(list, i, n, chosen&(1<<i) != 0)
	}
	return most(list, func(a, b int) int { return a - b })
}

func (t *tally) ofCountries(chosen []string) (list []Count[string]) {
	for i := 1; i < countryStates; i++ {
		code := countryCodes[i]
		list = counted(list, code, int(t.countries[i]), slices.Contains(chosen, code))
	}
	return most(list, strings.Compare)
}

func byTerm(a, b *Term) int {
	return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Slug, b.Slug))
}

// counted adds a value that has a product or is chosen.
func counted[T any](list []Count[T], value T, n int, chosen bool) []Count[T] {
	if n == 0 && !chosen {
		return list
	}
	return append(list, Count[T]{value, n, chosen})
}

// most sorts values and leaves MaxValues of them, and those that are chosen.
func most[T any](list []Count[T], compare func(a, b T) int) []Count[T] {
	slices.SortFunc(list, func(a, b Count[T]) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return compare(a.Value, b.Value)
	})
	if len(list) <= MaxValues {
		return list
	}
	kept := list[:MaxValues:MaxValues]
	for _, v := range list[MaxValues:] {
		if v.Chosen {
			kept = append(kept, v)
		}
	}
	return kept
}
