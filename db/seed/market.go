// The market's part: categories, products, variants.

package seed

import (
	"fmt"
	"strings"
)

// categoryNode is a category as the file nests it.
type categoryNode struct {
	Slug        string         `yaml:"slug"`
	Name        string         `yaml:"name"`
	Description string         `yaml:"description"`
	Image       picture        `yaml:"image"`
	Children    []categoryNode `yaml:"children"`
}

// productEntry is a product as the file writes it.
type productEntry struct {
	Name        string         `yaml:"name"`
	Slug        string         `yaml:"slug"`
	Category    string         `yaml:"category"`
	Brand       string         `yaml:"brand"`
	Summary     string         `yaml:"summary"`
	Description string         `yaml:"description"`
	Origin      string         `yaml:"origin"`
	Ingredients string         `yaml:"ingredients"`
	Contains    []string       `yaml:"contains"`
	MayContain  []string       `yaml:"may_contain"`
	Labels      []string       `yaml:"labels"`
	Images      []picture      `yaml:"images"`
	VAT         int            `yaml:"vat"`
	Variants    []variantEntry `yaml:"variants"`
}

// variantEntry is a variant; currency and VAT are the file's and the product's.
type variantEntry struct {
	SKU      string `yaml:"sku"`
	Name     string `yaml:"name"`
	Price    int    `yaml:"price"`
	Quantity int    `yaml:"quantity"`
	Unit     string `yaml:"unit"`
	Weight   int    `yaml:"weight"`
}

func (r *reader) readMarket() error {
	var in struct {
		Currency   string         `yaml:"currency"`
		Categories []categoryNode `yaml:"categories"`
		Products   []productEntry `yaml:"products"`
	}
	if err := r.decode("market.yaml", &in); err != nil {
		return err
	}
	if err := r.addCategories("", in.Categories); err != nil {
		return err
	}
	for i, p := range in.Products {
		product := Product{
			Name: p.Name, Slug: p.Slug, Category: p.Category, Brand: p.Brand, Summary: p.Summary,
			Description: strings.TrimSpace(p.Description) + "\n", Origin: p.Origin, Ingredients: p.Ingredients,
			Contains: p.Contains, MayContain: p.MayContain, Labels: p.Labels, Sort: i,
		}
		for _, use := range p.Images {
			img, err := r.image(use.File, use.Alt)
			if err != nil {
				return fmt.Errorf("market.yaml: product %s: %w", p.Slug, err)
			}
			product.Images = append(product.Images, img)
		}
		for j, v := range p.Variants {
			product.Variants = append(product.Variants, Variant{
				SKU: v.SKU, Name: v.Name, PriceMinor: v.Price, Currency: in.Currency, VATBasisPoints: p.VAT,
				Quantity: v.Quantity, Unit: v.Unit, WeightGrams: v.Weight, Sort: j,
			})
		}
		r.data.Products = append(r.data.Products, product)
	}
	return nil
}

// addCategories appends the nodes depth first, so that a parent precedes its children.
func (r *reader) addCategories(parent string, nodes []categoryNode) error {
	for i, n := range nodes {
		c := Category{Slug: n.Slug, Name: n.Name, Parent: parent, Description: n.Description, Sort: i}
		if n.Image.File != "" {
			img, err := r.image(n.Image.File, n.Image.Alt)
			if err != nil {
				return fmt.Errorf("market.yaml: category %s: %w", n.Slug, err)
			}
			c.Image = img
		}
		r.data.Categories = append(r.data.Categories, c)
		if err := r.addCategories(n.Slug, n.Children); err != nil {
			return err
		}
	}
	return nil
}
