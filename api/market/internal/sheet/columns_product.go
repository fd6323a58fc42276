// The columns of a product.

package sheet

import (
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

var naming = []Column{
	word(ProductColumn, "slug", func(p *contract.Product) *string { return &p.Slug }),
	prose("name", "name", func(p *contract.Product) *string { return &p.Name }),
	{
		Name: "status", Location: "status",
		write: func(p *contract.Product, _ *contract.Variant) string { return string(p.Status) },
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			switch s := contract.ProductStatus(strings.ToLower(c.code())); s {
			case contract.DraftProduct, contract.PublishedProduct:
				p.Status = s
			default:
				return "expected draft or published"
			}
			return ""
		},
	},
	word("category", "category", func(p *contract.Product) *string { return &p.Category.Slug }),
	term("brand", func(p *contract.Product) **contract.TermLink { return &p.Brand }),
	term("producer", func(p *contract.Product) **contract.TermLink { return &p.Producer }),
	prose("summary", "summary", func(p *contract.Product) *string { return &p.Summary }),
	prose("description", "description", func(p *contract.Product) *string { return &p.Description }),
}

var food = append([]Column{
	prose("legal_name", "legal_name", func(p *contract.Product) *string { return &p.LegalName }),
	prose("ingredients", "ingredients", func(p *contract.Product) *string { return &p.Ingredients }),
}, eachAllergen()...)

func eachAllergen() []Column {
	cs := make([]Column, len(contract.AllergenCodes))
	for i, code := range contract.AllergenCodes {
		cs[i] = Column{
			Name: "allergen_" + string(code), Location: "allergens",
			write: func(p *contract.Product, _ *contract.Variant) string {
				for _, a := range p.Allergens {
					if a.Code == code {
						return says(a)
					}
				}
				return ""
			},
			read: func(c cell, p *contract.Product, _ *contract.Variant) string {
				state, detail, reason := readSays(c.text)
				for i := range p.Allergens {
					if p.Allergens[i].Code == code && reason == "" {
						p.Allergens[i] = contract.Allergen{Code: code, State: state, Detail: detail}
					}
				}
				return reason
			},
		}
	}
	return cs
}

var nutrition = []Column{
	{
		Name: "nutrition_per", Location: "nutrition.per",
		write: func(p *contract.Product, _ *contract.Variant) string {
			if p.Nutrition == nil {
				return ""
			}
			return string(p.Nutrition.Per)
		},
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			switch per := contract.NutritionBasis(strings.ToLower(strings.ReplaceAll(c.code(), " ", ""))); per {
			case "":
				p.Nutrition = nil
			case contract.Per100g, contract.Per100ml:
				if p.Nutrition == nil {
					p.Nutrition = &contract.Nutrition{}
				}
				p.Nutrition.Per = per
			default:
				return "expected 100g, 100ml or nothing"
			}
			return ""
		},
	},
	declared("energy_kj", "energy_kj", 0, func(n *contract.Nutrition) *int64 { return &n.EnergyKJ }),
	declared("energy_kcal", "energy_kcal", 0, func(n *contract.Nutrition) *int64 { return &n.EnergyKcal }),
	declared("fat_g", "fat_mg", 3, func(n *contract.Nutrition) *int64 { return &n.FatMg }),
	declared("saturates_g", "saturates_mg", 3, func(n *contract.Nutrition) *int64 { return &n.SaturatesMg }),
	declared("carbohydrate_g", "carbohydrate_mg", 3, func(n *contract.Nutrition) *int64 { return &n.CarbohydrateMg }),
	declared("sugars_g", "sugars_mg", 3, func(n *contract.Nutrition) *int64 { return &n.SugarsMg }),
	{
		Name: "fibre_g", Location: "nutrition.fibre_mg",
		write: func(p *contract.Product, _ *contract.Variant) string {
			if p.Nutrition == nil || p.Nutrition.FibreMg == nil {
				return ""
			}
			return decimal(*p.Nutrition.FibreMg, 3)
		},
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			var mg int64
			reason := readDeclared(c, p, 3, false, &mg)
			if reason == "" && p.Nutrition != nil {
				p.Nutrition.FibreMg = nil
				if c.code() != "" {
					p.Nutrition.FibreMg = &mg
				}
			}
			return reason
		},
	},
	declared("protein_g", "protein_mg", 3, func(n *contract.Nutrition) *int64 { return &n.ProteinMg }),
	declared("salt_g", "salt_mg", 3, func(n *contract.Nutrition) *int64 { return &n.SaltMg }),
	{
		Name: "serving_quantity", Location: "nutrition.serving_quantity",
		write: func(p *contract.Product, _ *contract.Variant) string {
			if p.Nutrition == nil {
				return ""
			}
			return whole(p.Nutrition.ServingQuantity, false)
		},
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			var n int64
			reason := readDeclared(c, p, 0, false, &n)
			if reason == "" && p.Nutrition != nil {
				p.Nutrition.ServingQuantity = n
			}
			return reason
		},
	},
}

// declared is a column of a part of nutrition that must be there where any is.
func declared(name, field string, places int, part func(n *contract.Nutrition) *int64) Column {
	return Column{
		Name: name, Location: "nutrition." + field,
		write: func(p *contract.Product, _ *contract.Variant) string {
			if p.Nutrition == nil {
				return ""
			}
			return decimal(*part(p.Nutrition), places)
		},
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			var n int64
			reason := readDeclared(c, p, places, true, &n)
			if reason == "" && p.Nutrition != nil {
				*part(p.Nutrition) = n
			}
			return reason
		},
	}
}

func readDeclared(c cell, p *contract.Product, places int, needed bool, to *int64) (reason string) {
	s := c.code()
	switch {
	case p.Nutrition == nil && s != "":
		return "expected nothing, because nutrition_per is empty"
	case p.Nutrition != nil && s == "" && needed:
		return "is required where nutrition_per is given"
	case s == "":
		return ""
	}
	n, ok := readDecimal(s, places, c.decimalComma)
	if !ok && places == 0 {
		return "expected a whole number"
	}
	if !ok {
		return "expected grams such as 1.4"
	}
	*to = n
	return ""
}

var origin = []Column{
	prose("storage", "storage", func(p *contract.Product) *string { return &p.Storage }),
	prose("usage", "usage", func(p *contract.Product) *string { return &p.Usage }),
	word("origin_country", "origin.country", func(p *contract.Product) *string { return &p.Origin.Country }),
	prose("origin_region", "origin.region", func(p *contract.Product) *string { return &p.Origin.Region }),
	prose("business_name", "business.name", func(p *contract.Product) *string { return &p.Business.Name }),
	prose("business_address", "business.address", func(p *contract.Product) *string { return &p.Business.Address }),
	{
		Name: "age_limit", Location: "age_limit",
		write: func(p *contract.Product, _ *contract.Variant) string { return whole(int64(p.AgeLimit), false) },
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			n, reason := readWhole(c.code(), 0)
			if reason == "" && n > 1000 {
				return "expected years"
			}
			p.AgeLimit = int(n)
			return reason
		},
	},
}

var grouping = []Column{
	{
		Name: "labels", Location: "labels",
		write: func(p *contract.Product, _ *contract.Variant) string { return labels(p.Claims) },
		read: func(c cell, p *contract.Product, _ *contract.Variant) (reason string) {
			p.Claims, reason = readLabels(c.text)
			return reason
		},
	},
	{
		Name: "images", Location: "images",
		write: func(p *contract.Product, _ *contract.Variant) string { return images(p.Images) },
		read: func(c cell, p *contract.Product, _ *contract.Variant) (reason string) {
			p.Images, reason = readImages(c.text)
			return reason
		},
	},
	{
		Name: "options", Location: "options",
		write: func(p *contract.Product, _ *contract.Variant) string { return list(p.Options) },
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			p.Options = readList(c.text)
			return ""
		},
	},
}

// term is a column that names a brand or a producer by its slug.
func term(name string, field func(p *contract.Product) **contract.TermLink) Column {
	return Column{
		Name: name, Location: name,
		write: func(p *contract.Product, _ *contract.Variant) string {
			if t := *field(p); t != nil {
				return t.Slug
			}
			return ""
		},
		read: func(c cell, p *contract.Product, _ *contract.Variant) string {
			*field(p) = nil
			if slug := c.code(); slug != "" {
				*field(p) = &contract.TermLink{Slug: slug}
			}
			return ""
		},
	}
}

// rate writes basis points as percent: 17.5.
func rate(points int) string { return decimal(int64(points), 2) }

func readRate(c cell) (points int, reason string) {
	s := strings.TrimSpace(strings.TrimSuffix(c.code(), "%"))
	if s == "" {
		return 0, ""
	}
	n, ok := readDecimal(s, 2, c.decimalComma)
	if !ok || n > 10_000 {
		return 0, "expected percent from 0 to 100, such as 20 or 17.5"
	}
	return int(n), ""
}
