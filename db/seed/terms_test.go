package seed

import (
	"slices"
	"strings"
	"testing"
)

// TestTermsAreDescribedAndUsed: none is without words, and none without products.
func TestTermsAreDescribedAndUsed(t *testing.T) {
	d := content(t)
	used := map[string]bool{}
	for _, p := range d.Products {
		used["brand "+p.Brand], used["producer "+p.Producer] = true, true
		for _, c := range p.Labels {
			used["label "+c.Label] = true
		}
	}
	for kind, terms := range map[string][]Term{"brand": d.Brands, "producer": d.Producers, "label": d.Labels} {
		for _, x := range terms {
			if x.Name == "" || len(x.Description) < 15 || !strings.HasSuffix(x.Description, ".") {
				t.Errorf("%s %s is described as %q", kind, x.Slug, x.Description)
			}
			if (kind == "label") != (x.Place == "") {
				t.Errorf("%s %s has the place %q", kind, x.Slug, x.Place)
			}
			if x.Website != "" && (!strings.HasPrefix(x.Website, "https://") || !strings.Contains(x.Website, ".example/")) {
				t.Errorf("%s %s has the website %q", kind, x.Slug, x.Website)
			}
			if !used[kind+" "+x.Slug] {
				t.Errorf("%s %s has no products", kind, x.Slug)
			}
			delete(used, kind+" "+x.Slug)
		}
	}
	delete(used, "producer ")
	for ref := range used {
		t.Errorf("a product refers to %s, which is not there", ref)
	}
}

// TestClaims: a claim has a known source, and agrees with the allergens.
func TestClaims(t *testing.T) {
	d := content(t)
	sources := map[string]int{}
	for _, p := range d.Products {
		has, state := map[string]bool{}, map[string]string{}
		for _, a := range p.Allergens {
			state[a.Code] = a.State
		}
		for _, c := range p.Labels {
			if has[c.Label] {
				t.Errorf("product %s is %s twice", p.Slug, c.Label)
			}
			has[c.Label] = true
			sources[c.Source]++
			if !slices.Contains([]string{"declared", "certified", "derived"}, c.Source) || (c.Certificate != "") != (c.Source == "certified") {
				t.Errorf("product %s: claim %+v", p.Slug, c)
			}
			if c.Label == "organic" && c.Source != "certified" {
				t.Errorf("product %s is organic by its own word", p.Slug)
			}
		}
		for label, never := range map[string][]string{
			"vegan":       {"milk", "eggs", "fish", "crustaceans", "molluscs"},
			"vegetarian":  {"fish", "crustaceans", "molluscs"},
			"gluten-free": {"gluten"},
		} {
			for _, code := range never {
				if has[label] && state[code] == "contains" {
					t.Errorf("product %s is %s and contains %s", p.Slug, label, code)
				}
			}
		}
		if has["gluten-free"] && state["gluten"] != "free" {
			t.Errorf("product %s is gluten-free and its gluten is %q", p.Slug, state["gluten"])
		}
		if has["vegan"] && food(d, p) && !has["vegetarian"] {
			t.Errorf("product %s is vegan and not vegetarian", p.Slug)
		}
	}
	if len(sources) != 3 {
		t.Errorf("claims by source: %v, want some of each", sources)
	}
}

// fits applies a rule as the market does.
func fits(d *Data, r Rule, p Product) bool {
	if slices.Contains(r.Except, p.Slug) {
		return false
	}
	if slices.Contains(r.Products, p.Slug) {
		return true
	}
	parent := map[string]string{}
	for _, c := range d.Categories {
		parent[c.Slug] = c.Parent
	}
	in := len(r.Categories) == 0
	for c := p.Category; c != ""; c = parent[c] {
		in = in || slices.Contains(r.Categories, c)
	}
	label := len(r.Labels) == 0
	for _, c := range p.Labels {
		label = label || slices.Contains(r.Labels, c.Label)
	}
	free := true
	for _, code := range r.FreeFrom {
		free = free && slices.ContainsFunc(p.Allergens, func(a Allergen) bool { return a.Code == code && a.State == "free" })
	}
	reduced := !r.Reduced
	for _, v := range p.Variants {
		reduced = reduced || v.Reduction != nil && v.Reduction.StartsInDays == 0
	}
	any := func(of []string, is string) bool { return len(of) == 0 || slices.Contains(of, is) }
	given := r.Reduced || len(r.Categories)+len(r.Brands)+len(r.Producers)+len(r.Labels)+len(r.FreeFrom)+len(r.Countries) > 0
	return given && in && label && free && reduced && any(r.Brands, p.Brand) && any(r.Producers, p.Producer) && any(r.Countries, p.Origin.Country)
}

// TestCollections: what rules and placements name is there, and each collection
// has products to show, but not everything.
func TestCollections(t *testing.T) {
	d := content(t)
	there := map[string]bool{}
	for _, c := range d.Categories {
		there["category "+c.Slug] = true
	}
	for kind, terms := range map[string][]Term{"brand": d.Brands, "producer": d.Producers, "label": d.Labels} {
		for _, x := range terms {
			there[kind+" "+x.Slug] = true
		}
	}
	for _, p := range d.Products {
		there["product "+p.Slug], there["country "+p.Origin.Country] = true, true
	}
	for _, a := range Allergens {
		there["allergen "+a] = true
	}
	for _, p := range d.Posts {
		there["post "+p.Slug] = true
	}
	for _, p := range d.Pages {
		there["page "+p.Slug] = true
	}
	placed := 0
	for _, c := range d.Collections {
		for kind, slugs := range map[string][]string{
			"category": c.Rule.Categories, "brand": c.Rule.Brands, "producer": c.Rule.Producers, "label": c.Rule.Labels,
			"allergen": c.Rule.FreeFrom, "country": c.Rule.Countries, "product": slices.Concat(c.Rule.Products, c.Rule.Except),
		} {
			for _, slug := range slugs {
				if !there[kind+" "+slug] {
					t.Errorf("collection %s names the %s %s, which is not there", c.Slug, kind, slug)
				}
			}
		}
		for _, at := range c.Placements {
			placed++
			if !there[at.Type+" "+at.Slug] {
				t.Errorf("collection %s is placed under %s %s, which is not there", c.Slug, at.Type, at.Slug)
			}
		}
		if c.Name == "" || c.Description == "" || c.Image.Name == "" {
			t.Errorf("collection %s lacks name, description or picture", c.Slug)
		}
		n := 0
		for _, p := range d.Products {
			if fits(d, c.Rule, p) {
				n++
			}
		}
		if n < 3 || n > 45 {
			t.Errorf("collection %s has %d products, want 3 to 45", c.Slug, n)
		}
	}
	if placed < 4 {
		t.Errorf("%d placements, want 4 or more", placed)
	}
}
