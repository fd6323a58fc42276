// What an editor sets of products and categories, and what may stand there.
// Lengths and patterns are also in the schema of the operations and in the
// database; the checks here serve callers in process as well.

package market

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// Limits on what a product or a category may hold.
const (
	maxSlug        = 100
	maxDescription = 50_000
	maxImages      = 20
	maxVariants    = 50
	maxLabels      = 50
	maxOptions     = 3
	maxPrice       = 99_999_999_999
	maxQuantity    = 1_000_000_000
	maxCase        = 100_000
	maxOrder       = 1_000_000
	maxAge         = 25
)

// Picture is an image of the media store as an editor names it: what an upload
// answered, with the text that stands for it.
type Picture struct {
	URL    string `json:"url" maxLength:"500" pattern:"^((https?://[^/?#]+)?(/[^/?#]+)*/[0-9a-f]{64}/[a-z0-9][a-z0-9.-]*)?$" example:"/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/rye-loaf.jpg" doc:"The url that the upload answered."`
	Alt    string `json:"alt" maxLength:"500" example:"A dark round loaf, cut" doc:"What the picture shows, for those who do not see it."`
	Width  int    `json:"width,omitempty" minimum:"0" maximum:"100000" example:"1200" doc:"Pixels; 0 is not known."`
	Height int    `json:"height,omitempty" minimum:"0" maximum:"100000" example:"800" doc:"Pixels; 0 is not known."`
}

// ProductFields are what an editor sets of a product. A nil field stays as it
// is; a new product needs Name, Slug and Category. Variants and labels are all of
// them: those that are not named are removed.
type ProductFields struct {
	Slug        *string              `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"rye-loaf" doc:"Part of the address."`
	Name        *string              `json:"name,omitempty" minLength:"1" maxLength:"200" example:"Rye loaf"`
	Summary     *string              `json:"summary,omitempty" maxLength:"500" example:"Dark, sour and good for a week." doc:"One or two sentences for lists."`
	Description *string              `json:"description,omitempty" maxLength:"50000" example:"Two days' sourdough." doc:"Markdown."`
	Category    *string              `json:"category,omitempty" maxLength:"100" example:"bread" doc:"Id or slug."`
	Brand       *string              `json:"brand,omitempty" maxLength:"100" example:"rose-ash-bakery" doc:"Id or slug; empty for none."`
	Producer    *string              `json:"producer,omitempty" maxLength:"100" example:"mill-lane-farm" doc:"Id or slug; empty for none."`
	Labels      *[]ClaimFields       `json:"labels,omitempty" maxItems:"50" doc:"All labels; those not named are removed."`
	Images      *[]Picture           `json:"images,omitempty" maxItems:"20" doc:"The first is shown in lists."`
	Options     *[]string            `json:"options,omitempty" maxItems:"3" example:"[\"Size\"]" doc:"What the variants differ in; each has a value for each."`
	LegalName   *string              `json:"legal_name,omitempty" maxLength:"200" example:"Rye bread" doc:"What the product is in law, where its name does not say it."`
	Ingredients *string              `json:"ingredients,omitempty" maxLength:"5000" example:"Wholemeal **rye** flour, water, salt" doc:"Allergens in bold, between two asterisks; no other Markdown."`
	Allergens   *[]contract.Allergen `json:"allergens,omitempty" maxItems:"14" doc:"What is known; those not named are unknown."`
	Nutrition   *NutritionFields     `json:"nutrition,omitempty"`
	Storage     *string              `json:"storage,omitempty" maxLength:"500" example:"Keep cool and dry."`
	Usage       *string              `json:"usage,omitempty" maxLength:"1000" example:"Toast from the third day on."`
	Origin      *contract.Origin     `json:"origin,omitempty"`
	Business    *contract.Business   `json:"business,omitempty" doc:"Who answers for the product."`
	AgeLimit    *int                 `json:"age_limit,omitempty" minimum:"0" maximum:"25" example:"0" doc:"Years; 0: none."`
	Variants    *[]VariantFields     `json:"variants,omitempty" maxItems:"50" doc:"All variants in their order; those not named are removed."`
}

// ClaimFields are a label that a product gets, and who says that it deserves it.
type ClaimFields struct {
	Label       string               `json:"label" minLength:"1" maxLength:"100" example:"organic" doc:"Id or slug."`
	Source      contract.ClaimSource `json:"source" enum:"declared,certified,derived" example:"certified"`
	Certificate string               `json:"certificate,omitempty" maxLength:"100" example:"GB-ORG-99" doc:"Of a certified claim."`
}

// CategoryFields are what an editor sets of a category. A nil field stays as it
// is; a new category needs Name and Slug.
type CategoryFields struct {
	Slug        *string  `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"bread" doc:"Part of the address; a word that the site itself uses is refused."`
	Name        *string  `json:"name,omitempty" minLength:"1" maxLength:"200" example:"Bread"`
	Description *string  `json:"description,omitempty" maxLength:"2000" example:"Baked overnight, on the shelf by eight." doc:"Plain text."`
	Image       *Picture `json:"image,omitempty" doc:"An empty url removes it."`
	Parent      *string  `json:"parent,omitempty" maxLength:"100" example:"bakery" doc:"Id or slug of the category above; empty for the top."`
	SortOrder   *int     `json:"sort_order,omitempty" minimum:"0" maximum:"100000" example:"0" doc:"Place among siblings; those with the same are sorted by name."`
}

var (
	pictureURL = regexp.MustCompile(`^(https?://[^/?#\s]+)?(/[^/?#\s]+)*/[0-9a-f]{64}/[a-z0-9][a-z0-9.-]*$`)
	countries  = regexp.MustCompile(`^[A-Z]{2}$`)
)

// invalid is a 422 `invalid` about one field.
func invalid(location, message string) *problem.Details {
	return problem.Unprocessable("the request does not fit its description").WithField(location, message)
}

// required is a 422 that names the fields that are not given.
func required(given map[string]bool) error {
	d := problem.Unprocessable("the request does not fit its description")
	for _, location := range slices.Sorted(maps.Keys(given)) {
		if !given[location] {
			d = d.WithField(location, "is required")
		}
	}
	if len(d.Errors) == 0 {
		return nil
	}
	return d
}

// checkLine refuses what cannot stand in one line of text of least to most
// characters.
func checkLine(location, s string, least, most int) error {
	if least > 0 && strings.TrimSpace(s) == "" {
		return invalid(location, "is required")
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return invalid(location, "expected one line of text")
	}
	if utf8.RuneCountInString(s) > most {
		return invalid(location, fmt.Sprintf("expected length <= %d", most))
	}
	return nil
}

// checkText is checkLine for several lines.
func checkText(location, s string, most int) error {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	if !utf8.ValidString(s) || strings.ContainsFunc(s, control) {
		return invalid(location, "expected text")
	}
	if utf8.RuneCountInString(s) > most {
		return invalid(location, fmt.Sprintf("expected length <= %d", most))
	}
	return nil
}

func checkSlug(slug string) error {
	if !urls.ValidSlug(slug) || len(slug) > maxSlug {
		return problem.Unprocessable("the slug is not usable").WithCode("invalid_slug").
			WithField("body.slug", "expected up to 100 lower-case letters, digits and dashes between them")
	}
	return nil
}

func checkPicture(location string, p Picture) error {
	if !pictureURL.MatchString(p.URL) || len(p.URL) > 500 {
		return invalid(location+".url", "expected the address of an uploaded image")
	}
	if p.Width < 0 || p.Height < 0 {
		return invalid(location, "expected sizes of 0 or more")
	}
	return checkLine(location+".alt", p.Alt, 0, 500)
}

// images shows pictures as the contract does.
func images(pictures []Picture) []contract.Image {
	list := make([]contract.Image, len(pictures))
	for i, p := range pictures {
		list[i] = contract.Image{URL: p.URL, Alt: p.Alt, Width: p.Width, Height: p.Height}
	}
	return list
}
