// What the products' files say of food, and how it is counted: no number in them
// ever becomes a float.

package seed

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// allergenEntry is a state ("free"), or a state with its detail.
type allergenEntry struct {
	State  string
	Detail string
}

// UnmarshalYAML reads either form; called by the YAML library.
func (a *allergenEntry) UnmarshalYAML(b []byte) error {
	if strict(b, &a.State) == nil {
		return nil
	}
	var in struct {
		State  string `yaml:"state"`
		Detail string `yaml:"detail"`
	}
	if err := strict(b, &in); err != nil {
		return err
	}
	a.State, a.Detail = in.State, in.Detail
	return nil
}

// everyOther stands for all allergens that a product's list does not name.
const everyOther = "others"

// allergens puts what is known into the order of the fourteen.
func allergens(in map[string]allergenEntry) ([]Allergen, error) {
	for code, a := range in {
		if code != everyOther && !slices.Contains(Allergens, code) {
			return nil, fmt.Errorf("no allergen %q", code)
		}
		if !slices.Contains([]string{"contains", "may_contain", "free", "unknown"}, a.State) {
			return nil, fmt.Errorf("%s: no state %q", code, a.State)
		}
	}
	var out []Allergen
	for _, code := range Allergens {
		a, named := in[code]
		if !named {
			a = in[everyOther]
		}
		if a.State != "" && a.State != "unknown" {
			out = append(out, Allergen{Code: code, State: a.State, Detail: a.Detail})
		}
	}
	return out, nil
}

// milligrams are written in grams, with three decimals at most.
type milligrams int64

// UnmarshalYAML reads 12, 1.4 or 0.035; called by the YAML library.
func (m *milligrams) UnmarshalYAML(b []byte) error {
	n, err := parseGrams(strings.TrimSpace(string(b)))
	*m = milligrams(n)
	return err
}

// parseGrams is an amount written in grams, in milligrams.
func parseGrams(text string) (int64, error) {
	whole, decimals, point := strings.Cut(text, ".")
	digits := whole + decimals
	if whole == "" || point != (decimals != "") || len(whole) > 3 || len(decimals) > 3 ||
		strings.Trim(digits, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not an amount in grams", text)
	}
	return strconv.ParseInt(digits+"000"[len(decimals):], 10, 64)
}

// nutritionEntry is the table on the label, in grams but for the energy.
type nutritionEntry struct {
	Per          string      `yaml:"per"`
	KJ           int64       `yaml:"kj"`
	Kcal         int64       `yaml:"kcal"`
	Fat          milligrams  `yaml:"fat"`
	Saturates    milligrams  `yaml:"saturates"`
	Carbohydrate milligrams  `yaml:"carbohydrate"`
	Sugars       milligrams  `yaml:"sugars"`
	Fibre        *milligrams `yaml:"fibre"`
	Protein      milligrams  `yaml:"protein"`
	Salt         milligrams  `yaml:"salt"`
	Serving      int64       `yaml:"serving"`
}

func (n *nutritionEntry) nutrition() *Nutrition {
	if n == nil {
		return nil
	}
	return &Nutrition{
		Per: n.Per, EnergyKJ: n.KJ, EnergyKcal: n.Kcal, FatMg: int64(n.Fat), SaturatesMg: int64(n.Saturates),
		CarbohydrateMg: int64(n.Carbohydrate), SugarsMg: int64(n.Sugars), FibreMg: (*int64)(n.Fibre),
		ProteinMg: int64(n.Protein), SaltMg: int64(n.Salt), ServingQuantity: n.Serving,
	}
}
