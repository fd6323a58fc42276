// Fields of a product, written onto its row.

package market

import (
	"context"
	"fmt"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/problem"
)

// apply writes the fields that are given onto row, all but the variants and terms,
// and renders the texts that changed. It fails with 422 on a field that is wrong.
func apply(ctx context.Context, q *marketdb.Queries, row *marketdb.ProductPage, f ProductFields) error {
	if f.Slug != nil {
		if err := checkSlug(*f.Slug); err != nil {
			return err
		}
		row.Slug = *f.Slug
	}
	if err := applyTexts(row, f); err != nil {
		return err
	}
	if f.Category != nil {
		u, err := categoryID(ctx, q, *f.Category)
		if problem.Code(err) == "not_found" {
			err = noSuchParent("body.category")
		}
		if err != nil {
			return err
		}
		row.CategoryID = u
	}
	if f.Images != nil {
		if len(*f.Images) > maxImages {
			return invalid("body.images", "expected at most 20")
		}
		for i, p := range *f.Images {
			if err := checkPicture(fmt.Sprintf("body.images[%d]", i), p); err != nil {
				return err
			}
		}
		row.Images = images(*f.Images)
	}
	if err := applyParticulars(row, f); err != nil {
		return err
	}
	if f.Options != nil {
		if err := checkOptionNames(*f.Options); err != nil {
			return err
		}
		row.Options = append([]string{}, *f.Options...)
	}
	if f.Variants != nil {
		if err := checkVariants(*f.Variants); err != nil {
			return err
		}
		if len(*f.Variants) > 0 {
			row.Currency = (*f.Variants)[0].Price.Currency
		}
	}
	return describe(row, f.Description)
}

// text is a field of words, and where it goes.
type text struct {
	name  string
	least int
	most  int
	from  *string
	to    *string
	lines bool // it may have several
}

// take checks the words that are given and sets them.
func (t text) take() (err error) {
	switch {
	case t.from == nil:
		return nil
	case t.lines:
		err = checkText(t.name, *t.from, t.most)
	default:
		err = checkLine(t.name, *t.from, t.least, t.most)
	}
	if err == nil {
		*t.to = *t.from
	}
	return err
}

func takeTexts(texts []text) error {
	for _, t := range texts {
		if err := t.take(); err != nil {
			return err
		}
	}
	return nil
}

func applyTexts(row *marketdb.ProductPage, f ProductFields) error {
	return takeTexts([]text{
		{name: "body.name", least: 1, most: 200, from: f.Name, to: &row.Name},
		{name: "body.summary", most: 500, from: f.Summary, to: &row.Summary},
		{name: "body.legal_name", most: 200, from: f.LegalName, to: &row.LegalName},
		{name: "body.ingredients", most: 5000, from: f.Ingredients, to: &row.Ingredients, lines: true},
		{name: "body.storage", most: 500, from: f.Storage, to: &row.Storage, lines: true},
		{name: "body.usage", most: 1000, from: f.Usage, to: &row.Usage, lines: true},
	})
}

// applyParticulars writes what must be known of food.
func applyParticulars(row *marketdb.ProductPage, f ProductFields) error {
	row.IngredientsHtml = ingredientsHTML(row.Ingredients)
	if f.Allergens != nil {
		allergens, err := storeAllergens("body.allergens", *f.Allergens)
		if err != nil {
			return err
		}
		row.Allergens = allergens.json()
	}
	if f.Nutrition != nil {
		nutrition, err := f.Nutrition.store()
		if err != nil {
			return err
		}
		row.Nutrition = nutrition
	}
	if f.Origin != nil {
		if f.Origin.Country != "" && !countries.MatchString(f.Origin.Country) {
			return invalid("body.origin.country", "expected an ISO 3166-1 alpha-2 code")
		}
		row.OriginCountry = f.Origin.Country
		if err := (text{name: "body.origin.region", most: 200, from: &f.Origin.Region, to: &row.OriginRegion}).take(); err != nil {
			return err
		}
	}
	if f.Business != nil {
		if err := takeTexts([]text{
			{name: "body.business.name", most: 200, from: &f.Business.Name, to: &row.BusinessName},
			{name: "body.business.address", most: 500, from: &f.Business.Address, to: &row.BusinessAddress, lines: true},
		}); err != nil {
			return err
		}
	}
	if f.AgeLimit != nil {
		if outside(f.AgeLimit, 0, maxAge) {
			return invalid("body.age_limit", "expected a number from 0 to 25")
		}
		row.AgeLimit = int32(*f.AgeLimit)
	}
	return nil
}

// describe renders a new description.
func describe(row *marketdb.ProductPage, description *string) (err error) {
	if description == nil || *description == row.Description {
		return nil
	}
	row.Description = *description
	row.DescriptionHtml, err = rendered(*description, maxDescription)
	return err
}

// rendered is the HTML of a description in Markdown.
func rendered(description string, most int) (string, error) {
	if err := checkText("body.description", description, most); err != nil {
		return "", err
	}
	html, err := markdown.HTML(description)
	if what, unsafe := markdown.IsUnsafe(err); unsafe {
		return "", problem.Unprocessable("the description holds %s", what).WithCode("unsafe_html").
			WithField("body.description", "may hold no scripts, handlers, styles, SVG, forms or links of other schemes")
	}
	return html, err
}

// insertRow and updateRow are a product as it is stored.
func (s *Service) insertRow(row marketdb.ProductPage) marketdb.InsertProductParams {
	return marketdb.InsertProductParams{
		ID: row.ID, Slug: row.Slug, Name: row.Name, SortKey: sortKey(row.Name), Summary: row.Summary,
		Description: row.Description, DescriptionHtml: row.DescriptionHtml, CategoryID: row.CategoryID, Currency: row.Currency,
		Images: row.Images, Options: row.Options, LegalName: row.LegalName, Ingredients: row.Ingredients,
		IngredientsHtml: row.IngredientsHtml, Allergens: row.Allergens, Nutrition: row.Nutrition, Storage: row.Storage,
		Usage: row.Usage, OriginCountry: row.OriginCountry, OriginRegion: row.OriginRegion, BusinessName: row.BusinessName,
		BusinessAddress: row.BusinessAddress, AgeLimit: row.AgeLimit, At: s.clock.Now(),
	}
}

func updateRow(row marketdb.ProductPage) marketdb.UpdateProductParams {
	return marketdb.UpdateProductParams{
		ID: row.ID, Slug: row.Slug, Name: row.Name, SortKey: sortKey(row.Name), Summary: row.Summary,
		Description: row.Description, DescriptionHtml: row.DescriptionHtml, CategoryID: row.CategoryID, Currency: row.Currency,
		Images: row.Images, Options: row.Options, LegalName: row.LegalName, Ingredients: row.Ingredients,
		IngredientsHtml: row.IngredientsHtml, Allergens: row.Allergens, Nutrition: row.Nutrition, Storage: row.Storage,
		Usage: row.Usage, OriginCountry: row.OriginCountry, OriginRegion: row.OriginRegion, BusinessName: row.BusinessName,
		BusinessAddress: row.BusinessAddress, AgeLimit: row.AgeLimit,
	}
}
