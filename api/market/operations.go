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

// productETag also covers what the page shows of the category tree.
func productETag(p contract.Product) string { return etag.Of(p.Version, p.Category, p.Ancestors) }

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
	IDs      []contract.ProductID `query:"ids" maxItems:"100" doc:"Those with these ids, separated by commas, instead of a list; goes with include alone. What is unknown is left out."`
	Category string               `query:"category" maxLength:"100" example:"bread" doc:"Only those in this category (id or slug) or below it."`
	Status   string               `query:"status" enum:"draft,published" doc:"For editors: those in this status; published where it is not given."`
	Limit    int                  `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor   string               `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
	Include  []string             `query:"include" maxItems:"2" enum:"details,ordinals" doc:"What else is wanted, separated by commas: each whole, as it is read by its id; where each stands in the list."`
}) (*productListOutput, error) {
	out := &productListOutput{CacheControl: cachePublic}
	query := ListQuery{
		ProductQuery: ProductQuery{Category: in.Category, Limit: in.Limit, Cursor: in.Cursor}, IDs: in.IDs,
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
