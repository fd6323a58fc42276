package seed

import (
	"slices"
	"strings"
	"testing"
)

func TestCategoriesFormATree(t *testing.T) {
	d := content(t)
	depth := map[string]int{}
	for _, c := range d.Categories {
		if c.Description == "" || c.Name == "" {
			t.Errorf("category %s has no name or description", c.Slug)
		}
		if c.Parent == "" {
			depth[c.Slug] = 1
			if c.Image.Name == "" {
				t.Errorf("category %s is at the top and has no picture", c.Slug)
			}
			continue
		}
		up, ok := depth[c.Parent]
		if !ok {
			t.Errorf("category %s stands before its parent %q", c.Slug, c.Parent)
		}
		depth[c.Slug] = up + 1
	}
	deepest := 0
	for slug, n := range depth {
		deepest = max(deepest, n)
		if n > 3 {
			t.Errorf("category %s is %d levels deep, want 3 at most", slug, n)
		}
	}
	if deepest != 3 {
		t.Errorf("the tree is %d levels deep, want 3", deepest)
	}
}

// TestNoCategoryIsEmpty counts products in a category or below it.
func TestNoCategoryIsEmpty(t *testing.T) {
	d := content(t)
	parent, filled := map[string]string{}, map[string]int{}
	for _, c := range d.Categories {
		parent[c.Slug] = c.Parent
	}
	for _, p := range d.Products {
		if _, ok := parent[p.Category]; !ok {
			t.Errorf("product %s is in category %q, which is not there", p.Slug, p.Category)
		}
		for c := p.Category; c != ""; c = parent[c] {
			filled[c]++
		}
	}
	for _, c := range d.Categories {
		if filled[c.Slug] == 0 {
			t.Errorf("category %s has no products", c.Slug)
		}
	}
}

func TestProducts(t *testing.T) {
	d := content(t)
	choices := 0
	for _, p := range d.Products {
		if p.Name == "" || p.Brand == "" || p.Summary == "" || p.Origin == "" {
			t.Errorf("product %s lacks name, brand, summary or origin", p.Slug)
		}
		if n := len(strings.Fields(p.Description)); n < 60 || n > 150 {
			t.Errorf("product %s is described in %d words, want 60 to 150", p.Slug, n)
		}
		if len(p.Images) == 0 {
			t.Errorf("product %s has no picture", p.Slug)
		}
		if len(p.Variants) > 1 {
			choices++
		}
		if len(p.Variants) == 0 {
			t.Errorf("product %s cannot be bought", p.Slug)
		}
		for _, a := range slices.Concat(p.Contains, p.MayContain) {
			if !slices.Contains(Allergens, a) {
				t.Errorf("product %s names the allergen %q", p.Slug, a)
			}
		}
		for _, a := range p.Contains {
			if slices.Contains(p.MayContain, a) {
				t.Errorf("product %s both contains and may contain %s", p.Slug, a)
			}
		}
		if marked := strings.Contains(p.Ingredients, "**"); marked != (len(p.Contains) > 0) {
			t.Errorf("product %s contains %v, ingredients %q", p.Slug, p.Contains, p.Ingredients)
		}
	}
	if choices < 15 {
		t.Errorf("%d products come in several sizes, want 15 or more", choices)
	}
}

func TestVariants(t *testing.T) {
	d := content(t)
	for _, p := range d.Products {
		for i, v := range p.Variants {
			if v.SKU == "" || v.Name == "" || v.Sort != i || v.Currency != "GBP" {
				t.Errorf("variant %d of %s is %+v", i, p.Slug, v)
			}
			if v.PriceMinor <= 0 || v.Quantity <= 0 || v.WeightGrams <= 0 {
				t.Errorf("%s: price %d, quantity %d, weight %d, want all above zero", v.SKU, v.PriceMinor, v.Quantity, v.WeightGrams)
			}
			if v.VATBasisPoints != 0 && v.VATBasisPoints != 2000 {
				t.Errorf("%s: VAT of %d basis points", v.SKU, v.VATBasisPoints)
			}
			if !slices.Contains([]string{"g", "ml", "each"}, v.Unit) {
				t.Errorf("%s: unit %q", v.SKU, v.Unit)
			}
			if v.Unit == "g" && v.WeightGrams < v.Quantity {
				t.Errorf("%s: %d g weigh %d g as carried", v.SKU, v.Quantity, v.WeightGrams)
			}
		}
	}
}

// TestLargerPacksAreNotDearer compares unit prices crosswise, without rounding.
func TestLargerPacksAreNotDearer(t *testing.T) {
	d := content(t)
	compared := 0
	for _, p := range d.Products {
		for _, small := range p.Variants {
			for _, large := range p.Variants {
				if small.Unit != large.Unit || small.Quantity >= large.Quantity {
					continue
				}
				compared++
				if large.PriceMinor*small.Quantity > small.PriceMinor*large.Quantity {
					t.Errorf("%s costs more a unit than %s", large.SKU, small.SKU)
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("%d pairs of packs compared, want 20 or more", compared)
	}
}

// TestStandardRate pins what carries VAT, since most food does not.
func TestStandardRate(t *testing.T) {
	d := content(t)
	var got []string
	for _, p := range d.Products {
		if p.Variants[0].VATBasisPoints == 2000 {
			got = append(got, p.Slug)
		}
	}
	want := []string{"dark-chocolate", "apple-juice", "washing-up-liquid", "olive-oil-soap", "beeswax-candles"}
	if !slices.Equal(got, want) {
		t.Errorf("products at the standard rate = %v, want %v", got, want)
	}
}
