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
	maxPrice       = 99_999_999_999
	maxQuantity    = 1_000_000_000
)

// Picture is an image of the media store as an editor names it: what an upload
// answered, with the text that stands for it.
type Picture struct {
	URL    string `json:"url" maxLength:"500" pattern:"^((https?://[^/?#]+)?(/[^/?#]+)*/[0-9a-f]{64}/[a-z0-9][a-z0-9.-]*)?$" example:"/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/rye-loaf.jpg" doc:"The url that the upload answered."`
	Alt    string `json:"alt" maxLength:"500" example:"A dark round loaf, cut" doc:"What the picture shows, for those who do not see it."`
	Width  int    `json:"width,omitempty" minimum:"0" maximum:"100000" example:"1200" doc:"Pixels; 0 is not known."`
	Height int    `json:"height,omitempty" minimum:"0" maximum:"100000" example:"800" doc:"Pixels; 0 is not known."`
}

// VariantFields are what an editor sets of a variant. One with the ID or, where
// that is empty, the SKU of a variant that is there is that variant changed.
type VariantFields struct {
	ID       contract.VariantID `json:"id,omitempty" pattern:"^var_[0-9a-f]{32}$" maxLength:"36" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"The variant that is changed; without it the one with this sku, or a new one."`
	SKU      string             `json:"sku" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$" maxLength:"64" example:"RYE-800" doc:"Unique in the whole market."`
	Name     string             `json:"name" minLength:"1" maxLength:"100" example:"800 g loaf"`
	Price    Price              `json:"price" doc:"With VAT."`
	VATRate  int                `json:"vat_rate" minimum:"0" maximum:"10000" example:"0" doc:"Basis points: 2000 is 20 %."`
	Quantity int64              `json:"quantity" minimum:"1" maximum:"1000000000" example:"800" doc:"How much of the unit is in it."`
	Unit     contract.Unit      `json:"unit" enum:"g,ml,each" example:"g"`
}

// Price is an amount above zero; contract.Money with the limits of a price.
type Price struct {
	AmountMinor int64  `json:"amount_minor" minimum:"1" maximum:"99999999999" example:"325" doc:"Minor units: pence, cents."`
	Currency    string `json:"currency" pattern:"^[A-Z]{3}$" maxLength:"3" example:"GBP" doc:"ISO 4217 code; the same for all variants of a product."`
}

// ProductFields are what an editor sets of a product. A nil field stays as it
// is; a new product needs Name, Slug and Category. Variants are all of them, in
// their order: those that are not named are removed.
type ProductFields struct {
	Slug        *string          `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"rye-loaf" doc:"Part of the address."`
	Name        *string          `json:"name,omitempty" minLength:"1" maxLength:"200" example:"Rye loaf"`
	Summary     *string          `json:"summary,omitempty" maxLength:"500" example:"Dark, sour and good for a week." doc:"One or two sentences for lists."`
	Description *string          `json:"description,omitempty" maxLength:"50000" example:"Two days' sourdough." doc:"Markdown."`
	Brand       *string          `json:"brand,omitempty" maxLength:"100" example:"Rose Ash Bakery" doc:"Empty for none."`
	Category    *string          `json:"category,omitempty" maxLength:"100" example:"bread" doc:"Id or slug."`
	Images      *[]Picture       `json:"images,omitempty" maxItems:"20" doc:"The first is shown in lists."`
	Variants    *[]VariantFields `json:"variants,omitempty" maxItems:"50" doc:"All variants in their order; those not named are removed."`
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
	skuForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$`)
	currencies = regexp.MustCompile(`^[A-Z]{3}$`)
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

// checkVariants looks at each variant and at what they must have in common.
func checkVariants(variants []VariantFields) error {
	if len(variants) > maxVariants {
		return invalid("body.variants", "expected at most 50")
	}
	seen := map[string]bool{}
	for i, v := range variants {
		at := fmt.Sprintf("body.variants[%d]", i)
		switch {
		case !skuForm.MatchString(v.SKU):
			return invalid(at+".sku", "expected letters, digits and . _ / - between them")
		case seen[v.SKU]:
			return invalid(at+".sku", "is twice in the list")
		case v.Price.AmountMinor < 1 || v.Price.AmountMinor > maxPrice:
			return invalid(at+".price.amount_minor", "expected a price above zero")
		case !currencies.MatchString(v.Price.Currency):
			return invalid(at+".price.currency", "expected an ISO 4217 code")
		case v.Price.Currency != variants[0].Price.Currency:
			return invalid(at+".price.currency", "expected the same for all variants")
		case v.VATRate < 0 || v.VATRate > 10_000:
			return invalid(at+".vat_rate", "expected basis points from 0 to 10000")
		case v.Quantity < 1 || v.Quantity > maxQuantity:
			return invalid(at+".quantity", "expected an amount above zero")
		case v.Unit != contract.UnitGram && v.Unit != contract.UnitMillilitre && v.Unit != contract.UnitEach:
			return invalid(at+".unit", "expected g, ml or each")
		}
		if err := checkLine(at+".name", v.Name, 1, 100); err != nil {
			return err
		}
		seen[v.SKU] = true
	}
	return nil
}

// images shows pictures as the contract does.
func images(pictures []Picture) []contract.Image {
	list := make([]contract.Image, len(pictures))
	for i, p := range pictures {
		list[i] = contract.Image{URL: p.URL, Alt: p.Alt, Width: p.Width, Height: p.Height}
	}
	return list
}
