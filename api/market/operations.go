// What the operations take and answer: the wire around the service's methods.

package market

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/problem"
)

// cachePublic lets a shared cache keep what everybody sees, revalidated each
// time; cachePrivate keeps what an editor sees to the editor.
const (
	cachePublic  = "public, no-cache"
	cachePrivate = "private, no-store"
)

type productRefInput struct {
	Product string `path:"product" minLength:"1" maxLength:"100" example:"rye-loaf" doc:"Id or slug."`
}

type categoryRefInput struct {
	Category string `path:"category" minLength:"1" maxLength:"100" example:"bread" doc:"Id or slug."`
}

type productOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Product
}

type productMadeOutput struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Product
}

func productAnswer(p contract.Product, cache string, err error) (*productOutput, error) {
	if err != nil {
		return nil, err
	}
	return &productOutput{productETag(p), cache, p}, nil
}

// productETag also covers what the page shows of the category tree, of terms and of
// the stock, which change without a version of the product.
func productETag(p contract.Product) string {
	inStock := make([]contract.Availability, len(p.Variants))
	for i, v := range p.Variants {
		inStock[i] = v.Availability
	}
	return etag.Of(p.Version, p.Category, p.Ancestors, p.Brand, p.Producer, p.Labels, p.Collections, inStock)
}

type categoryOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Category
}

type categoryMadeOutput struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Category
}

func categoryAnswer(c contract.Category, cache string, err error) (*categoryOutput, error) {
	if err != nil {
		return nil, err
	}
	return &categoryOutput{categoryETag(c), cache, c}, nil
}

func categoryETag(c contract.Category) string { return etag.Of(c.Version, c.Ancestors, c.Children) }

// CategoryList is the category tree, depth first.
type CategoryList struct {
	Items []contract.Category `json:"items"`
}

func (s *Service) listCategories(ctx context.Context, _ *struct{}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         CategoryList
}, error) {
	list, err := s.Categories(ctx)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         CategoryList
	}{cachePublic, CategoryList{list}}, err
}

func (s *Service) getCategory(ctx context.Context, in *categoryRefInput) (*categoryOutput, error) {
	c, err := s.Category(ctx, in.Category)
	return categoryAnswer(c, cachePublic, err)
}

func (s *Service) createCategory(ctx context.Context, in *struct {
	Body NewCategory
}) (*categoryMadeOutput, error) {
	c, err := s.CreateCategory(ctx, CategoryFields(in.Body))
	return &categoryMadeOutput{"/v1/categories/" + string(c.ID), categoryETag(c), cachePrivate, c}, err
}

func (s *Service) updateCategory(ctx context.Context, in *struct {
	Category string `path:"category" minLength:"1" maxLength:"100" example:"bread" doc:"Id or slug."`
	IfMatch  string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
	Body     CategoryFields
}) (*categoryOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := s.UpdateCategory(ctx, in.Category, version, in.Body)
	return categoryAnswer(c, cachePrivate, err)
}

func (s *Service) removeCategory(ctx context.Context, in *struct {
	Category string `path:"category" minLength:"1" maxLength:"100" example:"bread" doc:"Id or slug."`
	IfMatch  string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteCategory(ctx, in.Category, version)
}

type productListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ProductList
}

// StableProducts is a page of a list that stays as it is when something newer comes.
type StableProducts struct {
	Page int `query:"page" minimum:"0" example:"9" doc:"Instead of what follows the cursor, a stable page of the list, in the order in which products were made and whatever the limit: 0 is the open page, 1 the oldest."`

	asked bool
}

// Resolve implements huma.Resolver: 0 is a page too.
func (p *StableProducts) Resolve(ctx huma.Context) []error {
	p.asked = ctx.Query("page") != ""
	return nil
}

func (s *Service) listProducts(ctx context.Context, in *struct {
	StableProducts
	IDs          []contract.ProductID    `query:"ids" maxItems:"100" doc:"Those with these ids, separated by commas, instead of a list; goes with include alone. What is unknown is left out."`
	Category     string                  `query:"category" maxLength:"100" example:"bread" doc:"Only those in this category (id or slug) or below it."`
	Brand        []string                `query:"brand" maxItems:"20" example:"[\"rose-ash-bakery\"]" doc:"Only those of one of these brands (ids or slugs, separated by commas)."`
	Producer     []string                `query:"producer" maxItems:"20" doc:"Only those of one of these producers (ids or slugs)."`
	Label        []string                `query:"label" maxItems:"20" doc:"Only those with all of these labels (ids or slugs)."`
	Collection   string                  `query:"collection" maxLength:"100" example:"gluten-free-cupboard" doc:"Only those of this collection (id or slug)."`
	FreeFrom     []contract.AllergenCode `query:"free_from" maxItems:"14" enum:"celery,gluten,crustaceans,eggs,fish,lupin,milk,molluscs,mustard,nuts,peanuts,sesame,soya,sulphites" doc:"Only what is known to be free of all of these, in every variant. What is not declared is unknown and left out."`
	Country      []string                `query:"country" maxItems:"20" doc:"Only those from one of these countries (ISO 3166-1 alpha-2)."`
	PriceMin     int64                   `query:"price_min" minimum:"1" maximum:"99999999999" doc:"Only those that cost at least so much, in minor units; a product costs what the cheapest of its variants does."`
	PriceMax     int64                   `query:"price_max" minimum:"1" maximum:"99999999999" doc:"Only those that cost at most so much."`
	Availability []contract.Availability `query:"availability" maxItems:"2" enum:"in_stock,out_of_stock" doc:"Only those with one of these; a product is in stock where one of its variants is."`
	Reduced      bool                    `query:"reduced" doc:"true: only those with a reduced price. false: no matter."`
	Sort         string                  `query:"sort" enum:"name,price,-price,newest" default:"name" doc:"What the list is sorted by; among equals, by name."`
	Status       string                  `query:"status" enum:"draft,published" doc:"For editors: those in this status; published where it is not given."`
	Limit        int                     `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor       string                  `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
	Include      []string                `query:"include" maxItems:"3" enum:"details,facets,ordinals" doc:"What else is wanted, separated by commas: each whole, as it is read by its id; how many of the list have what; where each stands in the list."`
}) (*productListOutput, error) {
	out := &productListOutput{CacheControl: cachePublic}
	query := ListQuery{
		ProductQuery: ProductQuery{Category: in.Category, Limit: in.Limit, Cursor: in.Cursor}, IDs: in.IDs, Sort: ProductSort(in.Sort),
		ProductFilter: ProductFilter{
			Brands: in.Brand, Producers: in.Producer, Labels: in.Label, FreeFrom: in.FreeFrom, Countries: in.Country,
			Collection: in.Collection, PriceMin: in.PriceMin, PriceMax: in.PriceMax, Availability: in.Availability, Reduced: in.Reduced,
		},
		Facets:  slices.Contains(in.Include, "facets"),
		Details: slices.Contains(in.Include, "details"), Ordinals: slices.Contains(in.Include, "ordinals"),
	}
	if in.asked {
		query.Page = &in.Page
	}
	if contract.ProductStatus(in.Status) == contract.DraftProduct {
		if !auth.Holds(ctx, scopeWrite) {
			return nil, draftsHidden(ctx)
		}
		query.Status, out.CacheControl = contract.DraftProduct, cachePrivate
	}
	var err error
	out.Body, err = s.List(ctx, query)
	return out, err
}

// draftsHidden is a 401 for the anonymous and a 403 for those we know.
func draftsHidden(ctx context.Context) error {
	if _, known := auth.PrincipalFrom(ctx); known {
		return problem.Forbidden("drafts are shown to editors only").WithCode("insufficient_scope")
	}
	return problem.Unauthorized("drafts are shown to editors only")
}

func (s *Service) getProduct(ctx context.Context, in *productRefInput) (*productOutput, error) {
	if !auth.Holds(ctx, scopeWrite) {
		p, err := s.Product(ctx, in.Product)
		return productAnswer(p, cachePublic, err)
	}
	p, err := s.AnyProduct(ctx, in.Product)
	return productAnswer(p, cachePrivate, err)
}

func (s *Service) createProduct(ctx context.Context, in *struct {
	Body NewProduct
}) (*productMadeOutput, error) {
	p, err := s.CreateProduct(ctx, ProductFields(in.Body))
	return &productMadeOutput{"/v1/products/" + string(p.ID), productETag(p), cachePrivate, p}, err
}

func (s *Service) updateProduct(ctx context.Context, in *struct {
	Product string `path:"product" minLength:"1" maxLength:"100" example:"rye-loaf" doc:"Id or slug."`
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
	Body    ProductFields
}) (*productOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.UpdateProduct(ctx, in.Product, version, in.Body)
	return productAnswer(p, cachePrivate, err)
}

func (s *Service) publishProduct(ctx context.Context, in *productRefInput) (*productOutput, error) {
	p, err := s.PublishProduct(ctx, in.Product)
	return productAnswer(p, cachePrivate, err)
}

func (s *Service) unpublishProduct(ctx context.Context, in *productRefInput) (*productOutput, error) {
	p, err := s.UnpublishProduct(ctx, in.Product)
	return productAnswer(p, cachePrivate, err)
}

func (s *Service) removeProduct(ctx context.Context, in *struct {
	Product string `path:"product" minLength:"1" maxLength:"100" example:"rye-loaf" doc:"Id or slug."`
	IfMatch string `header:"If-Match" maxLength:"100" example:"\"v7-2x8k1qzb3c0d\"" doc:"The ETag of the version that is changed; required."`
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteProduct(ctx, in.Product, version)
}
