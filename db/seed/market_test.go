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
		if p.Name == "" || p.Brand == "" || p.Storage == "" || p.Usage == "" || len(p.Labels) == 0 {
			t.Errorf("product %s lacks name, brand, storage, usage or labels", p.Slug)
		}
		if n := len(strings.Fields(p.Description)); n < 60 || n > 150 {
			t.Errorf("product %s is described in %d words, want 60 to 150", p.Slug, n)
		}
		if n := strings.Count(p.Description, "\n\n") + 1; n < 2 || n > 3 {
			t.Errorf("product %s is described in %d paragraphs, want 2 or 3", p.Slug, n)
		}
		if n := strings.Count(p.Description, "**"); n != 2 {
			t.Errorf("product %s is described with %d marks of emphasis, want one pair", p.Slug, n)
		}
		if n := len(p.Summary); n < 40 || n > 140 || !strings.HasSuffix(p.Summary, ".") && !strings.HasSuffix(p.Summary, "% vol.") {
			t.Errorf("product %s has the summary %q, want a sentence of 40 to 140 bytes", p.Slug, p.Summary)
		}
		for what, text := range map[string]string{"description": p.Description, "summary": p.Summary, "storage": p.Storage, "usage": p.Usage} {
			if strings.ContainsAny(text, "!—–") || strings.Contains(text, "  ") {
				t.Errorf("the %s of product %s shouts, dashes or gapes: %q", what, p.Slug, text)
			}
		}
		if len(p.Images) != 1 {
			t.Errorf("product %s has %d pictures, want 1", p.Slug, len(p.Images))
		}
		if len(p.Variants) > 1 {
			choices++
		}
		if len(p.Variants) == 0 {
			t.Errorf("product %s cannot be bought", p.Slug)
		}
	}
	if choices < 35 {
		t.Errorf("%d products come in several sizes, want 35 or more", choices)
	}
}

// TestAgeLimit: alcohol, and nothing else, is for those over eighteen.
func TestAgeLimit(t *testing.T) {
	limited := 0
	for _, p := range content(t).Products {
		alcohol := strings.Contains(p.LegalName, "% vol")
		if want := map[bool]int{true: 18}[alcohol]; p.AgeLimit != want {
			t.Errorf("product %s has age limit %d, want %d", p.Slug, p.AgeLimit, want)
		}
		if alcohol {
			limited++
		}
	}
	if limited < 2 {
		t.Errorf("%d products with alcohol, want 2 or more", limited)
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
	want := []string{
		"dark-chocolate", "sea-salt-crisps", "apple-juice", "pale-ale", "dry-cider", "washing-up-liquid",
		"olive-oil-soap", "shampoo-bar", "beeswax-candles", "toilet-paper",
	}
	if !slices.Equal(got, want) {
		t.Errorf("products at the standard rate = %v, want %v", got, want)
	}
}
