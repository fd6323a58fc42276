package seed

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// food tells whether a product is eaten or drunk: all that is not under household.
func food(d *Data, p Product) bool {
	parent := map[string]string{}
	for _, c := range d.Categories {
		parent[c.Slug] = c.Parent
	}
	top := p.Category
	for parent[top] != "" {
		top = parent[top]
	}
	return top != "household"
}

// wordsOf are the words by which lists of ingredients name allergens.
var wordsOf = map[string][]string{
	"celery": {"celery"}, "gluten": {"wheat", "rye", "barley", "oats", "oat"}, "crustaceans": {"crab", "prawn"},
	"eggs": {"egg", "eggs"}, "fish": {"fish", "mackerel"}, "lupin": {"lupin"}, "milk": {"milk", "butter"},
	"molluscs": {"mussel"}, "mustard": {"mustard"}, "nuts": {"hazelnuts", "almonds"}, "peanuts": {"peanuts"},
	"sesame": {"sesame"}, "soya": {"soya"}, "sulphites": {"sulphites", "sulphur dioxide"},
}

var bold = regexp.MustCompile(`\*\*([^*]+)\*\*`)

// TestAllergens: what is in the food stands in bold among its ingredients, what
// stands there in bold is declared, and of all fourteen it is said what is known.
func TestAllergens(t *testing.T) {
	d := content(t)
	if len(wordsOf) != len(Allergens) {
		t.Fatalf("words of %d allergens, want %d", len(wordsOf), len(Allergens))
	}
	var unknown []string
	for _, p := range d.Products {
		if !food(d, p) {
			if len(p.Allergens) != 0 {
				t.Errorf("product %s is no food and names allergens", p.Slug)
			}
			continue
		}
		if len(p.Allergens) < len(Allergens) {
			unknown = append(unknown, p.Slug)
		}
		declared, marked := map[string]bool{}, bold.FindAllStringSubmatch(p.Ingredients, -1)
		for i, a := range p.Allergens {
			if i > 0 && slices.Index(Allergens, a.Code) <= slices.Index(Allergens, p.Allergens[i-1].Code) {
				t.Errorf("product %s: %s is out of order", p.Slug, a.Code)
			}
			if a.State != "contains" {
				continue
			}
			declared[a.Code] = true
			if !slices.ContainsFunc(marked, func(m []string) bool { return slices.Contains(wordsOf[a.Code], strings.ToLower(m[1])) }) {
				t.Errorf("product %s contains %s, which is not in bold in %q", p.Slug, a.Code, p.Ingredients)
			}
		}
		plain := strings.ToLower(bold.ReplaceAllString(p.Ingredients, ""))
		for code := range declared {
			for _, word := range wordsOf[code] {
				if regexp.MustCompile(`\b` + word + `\b`).MatchString(plain) {
					t.Errorf("product %s names %s without bold in %q", p.Slug, word, p.Ingredients)
				}
			}
		}
		for _, m := range marked {
			if !slices.ContainsFunc(Allergens, func(code string) bool {
				return declared[code] && slices.Contains(wordsOf[code], strings.ToLower(m[1]))
			}) {
				t.Errorf("product %s has %q in bold, which is no declared allergen", p.Slug, m[1])
			}
		}
	}
	if want := []string{"carlin-peas", "peanut-butter"}; !slices.Equal(unknown, want) {
		t.Errorf("not all is known of %v, want %v", unknown, want)
	}
}

// TestEveryAllergenOccurs: a filter by allergens has something to find.
func TestEveryAllergenOccurs(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range content(t).Products {
		for _, a := range p.Allergens {
			if a.State != "free" {
				seen[a.Code] = true
			}
		}
	}
	for _, code := range []string{"celery", "gluten", "eggs", "fish", "milk", "mustard", "nuts", "peanuts", "sesame", "soya", "sulphites"} {
		if !seen[code] {
			t.Errorf("no product holds %s", code)
		}
	}
}

// TestIngredients: only what is fresh and one thing may go without them.
func TestIngredients(t *testing.T) {
	d := content(t)
	fresh := []string{"fruit-vegetables", "roots", "leaves-brassicas", "fruit"}
	for _, p := range d.Products {
		if raw := slices.Contains(fresh, p.Category); food(d, p) && raw != (p.Ingredients == "") {
			t.Errorf("product %s in %s has the ingredients %q", p.Slug, p.Category, p.Ingredients)
		}
		if len(p.LegalName) > 200 || len(p.Storage) > 500 || len(p.Usage) > 1000 {
			t.Errorf("product %s says too much", p.Slug)
		}
	}
}

// exempt from the table are what is mixed from week to week, tea and coffee, and
// alcohol (Regulation (EU) 1169/2011, annex V and article 16).
func exempt(p Product) bool {
	return p.AgeLimit > 0 || slices.Contains([]string{"seasonal-veg-box", "breakfast-tea", "coffee-beans"}, p.Slug)
}

// TestNutrition: the parts are within the whole, and the energy is what they give
// (annex XIV: 37 kJ for a gram of fat, 17 of carbohydrate and protein, 8 of fibre).
func TestNutrition(t *testing.T) {
	d := content(t)
	for _, p := range d.Products {
		n := p.Nutrition
		if declared := n != nil; declared != (food(d, p) && !exempt(p)) {
			t.Errorf("product %s declares nutrition: %t", p.Slug, declared)
		}
		if n == nil {
			continue
		}
		fibre := int64(0)
		if n.FibreMg != nil {
			fibre = *n.FibreMg
		}
		if sum := n.FatMg + n.CarbohydrateMg + n.ProteinMg + n.SaltMg + fibre; sum >= 100_000 {
			t.Errorf("product %s: the parts weigh %d mg", p.Slug, sum)
		}
		if n.SaturatesMg > n.FatMg || n.SugarsMg > n.CarbohydrateMg {
			t.Errorf("product %s: a part is more than its whole: %+v", p.Slug, *n)
		}
		if got, want := n.EnergyKJ*1000, n.FatMg*37+(n.CarbohydrateMg+n.ProteinMg)*17+fibre*8; got*10 < want*9 || got*10 > want*11 {
			t.Errorf("product %s: %d kJ, its parts give %d", p.Slug, n.EnergyKJ, want/1000)
		}
		// A kilocalorie is 4.184 kJ; rounding of the factors and of small numbers aside.
		if got, want := n.EnergyKJ*1000, n.EnergyKcal*4184; got*100 < want*96-400_000 || got*100 > want*104+400_000 {
			t.Errorf("product %s: %d kJ and %d kcal", p.Slug, n.EnergyKJ, n.EnergyKcal)
		}
		per := map[string]string{"g": "100g", "each": "100g", "ml": "100ml"}[p.Variants[0].Unit]
		if n.Per != per {
			t.Errorf("product %s is sold by the %s and declared per %s", p.Slug, p.Variants[0].Unit, n.Per)
		}
	}
}

var (
	country  = regexp.MustCompile(`^[A-Z]{2}$`)
	postcode = regexp.MustCompile(` RA[0-9]{1,2} [0-9][A-Z]{2}$`)
)

// TestWhoAnswers: every product has an origin and a business with an address that
// cannot be anybody's, RA being no postcode area.
func TestWhoAnswers(t *testing.T) {
	for _, p := range content(t).Products {
		if !country.MatchString(p.Origin.Country) || p.Origin.Region == "" {
			t.Errorf("product %s comes from %+v", p.Slug, p.Origin)
		}
		if p.Business.Name == "" || !postcode.MatchString(p.Business.Address) {
			t.Errorf("product %s is answered for by %+v", p.Slug, p.Business)
		}
	}
}

func TestParseGrams(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "0.0": 0, "1": 1000, "1.4": 1400, "0.035": 35, "81.2": 81200, "100": 100000} {
		if got, err := parseGrams(text); err != nil || got != want {
			t.Errorf("parseGrams(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", ".5", "1.", "-1", "+1", "1e3", "1,4", "0.0001", "1000", "1.2.3", "٣", "0x1", "NaN", "1 "} {
		if got, err := parseGrams(text); err == nil {
			t.Errorf("parseGrams(%q) = %d", text, got)
		}
	}
}
