// What must be known of food before it is bought: as it is stored, and as it is
// shown.

package market

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
)

// storedAllergens are allergens as the database holds them: what is not named is
// unknown.
type storedAllergens map[contract.AllergenCode]storedAllergen

type storedAllergen struct {
	State  contract.AllergenState `json:"state"`
	Detail string                 `json:"detail,omitempty"`
}

// all lists the fourteen.
func (s storedAllergens) all() []contract.Allergen {
	list := make([]contract.Allergen, len(contract.AllergenCodes))
	for i, code := range contract.AllergenCodes {
		list[i] = contract.Allergen{Code: code, State: contract.Unknown}
		if a, known := s[code]; known {
			list[i].State, list[i].Detail = a.State, a.Detail
		}
	}
	return list
}

// particulars fails only when what is stored is not what we store.
func particulars(r marketdb.ProductPage) (contract.Particulars, error) {
	var allergens storedAllergens
	err := json.Unmarshal(r.Allergens, &allergens)
	return contract.Particulars{
		LegalName: r.LegalName, Ingredients: r.Ingredients, IngredientsHTML: r.IngredientsHtml,
		Allergens: allergens.all(), Nutrition: r.Nutrition, Storage: r.Storage, Usage: r.Usage,
		Origin:   contract.Origin{Country: r.OriginCountry, Region: r.OriginRegion},
		Business: contract.Business{Name: r.BusinessName, Address: r.BusinessAddress}, AgeLimit: int(r.AgeLimit),
	}, err
}

// storeAllergens is what the database holds of a list. It fails with 422 on a code or
// state that is none, a code that is there twice, and details of what is unknown.
func storeAllergens(at string, list []contract.Allergen) (storedAllergens, error) {
	stored, seen := storedAllergens{}, map[contract.AllergenCode]bool{}
	for i, a := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		switch {
		case !slices.Contains(contract.AllergenCodes, a.Code):
			return nil, invalid(at+".code", "expected one of the fourteen allergens")
		case seen[a.Code]:
			return nil, invalid(at+".code", "is twice in the list")
		case a.State == contract.Unknown && a.Detail != "":
			return nil, invalid(at+".detail", "expected none of what is unknown")
		case !slices.Contains([]contract.AllergenState{contract.Contains, contract.MayContain, contract.FreeOf, contract.Unknown}, a.State):
			return nil, invalid(at+".state", "expected contains, may_contain, free or unknown")
		}
		if err := checkLine(at+".detail", a.Detail, 0, 100); err != nil {
			return nil, err
		}
		seen[a.Code] = true
		if a.State != contract.Unknown {
			stored[a.Code] = storedAllergen{a.State, a.Detail}
		}
	}
	return stored, nil
}

// json is what the database holds.
func (s storedAllergens) json() json.RawMessage {
	if s == nil {
		s = storedAllergens{}
	}
	b, _ := json.Marshal(s) // of text alone, which never fails
	return b
}

// bold is an allergen in a list of ingredients: **rye**.
var bold = regexp.MustCompile(`\*\*([^*]+)\*\*`)

// ingredientsHTML is a list of ingredients as HTML: what stands between two pairs of
// asterisks is strong, everything else is text.
func ingredientsHTML(ingredients string) string {
	return bold.ReplaceAllString(html.EscapeString(strings.TrimSpace(ingredients)), "<strong>$1</strong>")
}
