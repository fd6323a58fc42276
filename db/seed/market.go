// The market's part: categories, products, variants.

package seed

import (
	"cmp"
	"fmt"
	"io/fs"
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

// productEntry is a product as the files write it.
type productEntry struct {
	Name        string                   `yaml:"name"`
	Slug        string                   `yaml:"slug"`
	Category    string                   `yaml:"category"`
	Brand       string                   `yaml:"brand"`
	Producer    string                   `yaml:"producer"`
	Summary     string                   `yaml:"summary"`
	Description string                   `yaml:"description"`
	LegalName   string                   `yaml:"legal_name"`
	Ingredients string                   `yaml:"ingredients"`
	Allergens   map[string]allergenEntry `yaml:"allergens"`
	Nutrition   *nutritionEntry          `yaml:"nutrition"`
	Storage     string                   `yaml:"storage"`
	Usage       string                   `yaml:"usage"`
	Origin      Origin                   `yaml:"origin"`
	Business    Business                 `yaml:"business"`
	AgeLimit    int                      `yaml:"age_limit"`
	Labels      []claimEntry             `yaml:"labels"`
	Images      []picture                `yaml:"images"`
	VAT         int                      `yaml:"vat"`
	Options     []string                 `yaml:"options"`
	Variants    []variantEntry           `yaml:"variants"`
}

// variantEntry is a variant; currency and VAT are the file's and the product's.
type variantEntry struct {
	SKU          string                   `yaml:"sku"`
	Name         string                   `yaml:"name"`
	Options      []string                 `yaml:"options"`
	GTIN         string                   `yaml:"gtin"`
	CaseGTIN     string                   `yaml:"case_gtin"`
	CaseSize     int                      `yaml:"case_size"`
	Price        int                      `yaml:"price"`
	MemberPrice  int                      `yaml:"member_price"`
	Deposit      int                      `yaml:"deposit"`
	Reduction    *reductionEntry          `yaml:"reduction"`
	Quantity     int                      `yaml:"quantity"`
	Drained      int                      `yaml:"drained"`
	Pieces       int                      `yaml:"pieces"`
	Unit         string                   `yaml:"unit"`
	Weight       int                      `yaml:"weight"`
	SoldByWeight bool                     `yaml:"sold_by_weight"`
	Step         int                      `yaml:"step"`
	Min          int                      `yaml:"min"`
	Max          int                      `yaml:"max"`
	Stock        *int                     `yaml:"stock"` // absent: not counted
	Allergens    map[string]allergenEntry `yaml:"allergens"`
}

// reductionEntry is a lower price, for days from the day in starts_in.
type reductionEntry struct {
	Price    int `yaml:"price"`
	StartsIn int `yaml:"starts_in"`
	Days     int `yaml:"days"`
}

// readMarket reads the categories, then the products of the files in the order of
// their names.
func (r *reader) readMarket() error {
	var in struct {
		Currency   string         `yaml:"currency"`
		Categories []categoryNode `yaml:"categories"`
	}
	if err := r.decode("market.yaml", &in); err != nil {
		return err
	}
	if err := r.addCategories("", in.Categories); err != nil {
		return err
	}
	names, err := fs.Glob(r.fsys, "products/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		var entries []productEntry
		if err := r.decode(name, &entries); err != nil {
			return err
		}
		for _, e := range entries {
			p, err := r.product(e, in.Currency)
			if err != nil {
				return fmt.Errorf("%s: product %s: %w", name, e.Slug, err)
			}
			p.Sort = len(r.data.Products)
			r.data.Products = append(r.data.Products, p)
		}
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

func (r *reader) product(e productEntry, currency string) (Product, error) {
	p := Product{
		Name: e.Name, Slug: e.Slug, Category: e.Category, Brand: e.Brand, Producer: e.Producer, Summary: e.Summary,
		Description: strings.TrimSpace(e.Description) + "\n", LegalName: e.LegalName, Ingredients: e.Ingredients,
		Nutrition: e.Nutrition.nutrition(), Storage: e.Storage, Usage: e.Usage, Origin: e.Origin,
		Business: cmp.Or(e.Business, r.business[e.Brand]), AgeLimit: e.AgeLimit, Options: e.Options,
	}
	var err error
	if p.Allergens, err = allergens(e.Allergens); err != nil {
		return p, err
	}
	for _, c := range e.Labels {
		p.Labels = append(p.Labels, Claim(c))
	}
	for _, use := range e.Images {
		img, err := r.image(use.File, use.Alt)
		if err != nil {
			return p, err
		}
		p.Images = append(p.Images, img)
	}
	for i, v := range e.Variants {
		made, err := v.variant()
		if err != nil {
			return p, fmt.Errorf("%s: %w", v.SKU, err)
		}
		made.Currency, made.VATBasisPoints, made.Sort = currency, e.VAT, i
		p.Variants = append(p.Variants, made)
	}
	return p, nil
}

// variant fills in what goes without saying: one piece, ordered one at a time.
func (e variantEntry) variant() (Variant, error) {
	v := Variant{
		SKU: e.SKU, Name: e.Name, Options: e.Options, GTIN: e.GTIN, CaseGTIN: e.CaseGTIN, CaseSize: e.CaseSize,
		PriceMinor: e.Price, MemberPriceMinor: e.MemberPrice, DepositMinor: e.Deposit,
		Quantity: e.Quantity, Drained: e.Drained, Pieces: max(e.Pieces, 1), Unit: e.Unit, WeightGrams: e.Weight,
		SoldByWeight: e.SoldByWeight, OrderStep: max(e.Step, 1), OrderMin: max(e.Min, e.Step, 1), OrderMax: e.Max,
	}
	if e.Stock != nil {
		v.TrackStock, v.Stock = true, *e.Stock
	}
	if e.Reduction != nil {
		v.Reduction = &Reduction{PriceMinor: e.Reduction.Price, StartsInDays: e.Reduction.StartsIn, Days: e.Reduction.Days}
	}
	var err error
	v.Allergens, err = allergens(e.Allergens)
	return v, err
}
