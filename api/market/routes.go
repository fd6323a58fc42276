// The market's operations.

package market

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

const scopeWrite = "market:write"

// Routes registers the market's operations.
func (s *Service) Routes(api huma.API) {
	huma.Register(api, open("list-categories", http.MethodGet, "/v1/categories", "Categories", "List categories",
		"The whole tree, depth first: parents before their children, each with its ancestors and children."), s.listCategories)
	huma.Register(api, open("get-category", http.MethodGet, "/v1/categories/{category}", "Categories", "Read a category",
		"A category by id or slug, with its ancestors and children."), s.getCategory)
	huma.Register(api, made("create-category", http.MethodPost, "/v1/categories", "Categories", "Make a category",
		"At the top of the tree, or below parent. Pages that show the tree are built anew."), s.createCategory)
	huma.Register(api, kept("update-category", http.MethodPatch, "/v1/categories/{category}", "Categories", "Change a category",
		"Changes the fields that are given; a new parent moves it with all below it. If-Match must name the version that was read."), s.updateCategory)
	huma.Register(api, kept("delete-category", http.MethodDelete, "/v1/categories/{category}", "Categories", "Delete a category",
		"Only one without products, drafts included, and without categories below it. If-Match must name the version that was read."), s.removeCategory)

	huma.Register(api, draftsToo("list-products", http.MethodGet, "/v1/products", "Products", "List products",
		"Published products by name or as sort says; with a token, status picks drafts. A category includes all below it. Values of brand, producer, "+
			"country and availability are alternatives; those of label and free_from are all demanded. With include=facets the answer says how many "+
			"products of the list have what. Read on with next_cursor. "+
			"With page it is a page as the built site has it: pages are counted from the oldest and keep their items."), s.listProducts)
	huma.Register(api, draftsToo("get-product", http.MethodGet, "/v1/products/{product}", "Products", "Read a product",
		"A published product by id or slug; with a token, a draft too."), s.getProduct)
	huma.Register(api, open("list-related-products", http.MethodGet, "/v1/products/{product}/related", "Products", "List related products",
		"Published products that share most with this one: collections, category, brand, producer, labels. Those in stock come first."), s.listRelated)
	huma.Register(api, made("create-product", http.MethodPost, "/v1/products", "Products", "Make a product",
		"A draft, which only editors see. To be published it needs a variant."), s.createProduct)
	huma.Register(api, kept("update-product", http.MethodPatch, "/v1/products/{product}", "Products", "Change a product",
		"Changes the fields that are given, prices with variants. If-Match must name the version that was read."), s.updateProduct)
	huma.Register(api, kept("publish-product", http.MethodPut, "/v1/products/{product}/publish", "Products", "Publish a product",
		"Makes it public and builds its pages. Publishing twice answers the same and announces once."), s.publishProduct)
	huma.Register(api, kept("unpublish-product", http.MethodPut, "/v1/products/{product}/unpublish", "Products", "Take a product back to draft",
		"Removes it from every page. Doing it twice answers the same and announces once."), s.unpublishProduct)
	huma.Register(api, kept("delete-product", http.MethodDelete, "/v1/products/{product}", "Products", "Delete a product",
		"Removes it with its variants for good, from every page too. If-Match must name the version that was read."), s.removeProduct)

	s.termRoutes(api)
	s.stockRoutes(api)
	s.csvRoutes(api)
}

// open is an operation for everybody.
func open(id, method, path, tag, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{tag}, Summary: summary, Description: description}
}

// draftsToo is an operation for everybody that shows editors more.
func draftsToo(id, method, path, tag, summary, description string) huma.Operation {
	op := open(id, method, path, tag, summary, description)
	op.Errors = []int{http.StatusNotFound} // of the category that the list is for
	op.Security = append([]map[string][]string{{}}, auth.Scope(scopeWrite)...)
	return op
}

// made is an operation by which an editor makes something new.
func made(id, method, path, tag, summary, description string) huma.Operation {
	op := kept(id, method, path, tag, summary, description)
	op.DefaultStatus = http.StatusCreated
	return op
}

// kept is an operation by which an editor changes what is there.
func kept(id, method, path, tag, summary, description string) huma.Operation {
	op := open(id, method, path, tag, summary, description)
	op.Security = auth.Scope(scopeWrite)
	op.Errors = []int{http.StatusConflict}
	if method == http.MethodPatch || method == http.MethodDelete {
		op.Errors = append(op.Errors, http.StatusPreconditionRequired)
	}
	return op
}

// NewProduct is the fields of a product that is to be made.
type NewProduct ProductFields

// TransformSchema says which fields a new product needs.
func (NewProduct) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"category", "name", "slug"}
	return s
}

// NewCategory is the fields of a category that is to be made.
type NewCategory CategoryFields

// TransformSchema says which fields a new category needs.
func (NewCategory) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"name", "slug"}
	return s
}

// TransformSchema gives an example that also makes a new product: one without
// the id of a variant.
func (VariantFields) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{map[string]any{
		"sku": "RYE-800", "name": "800 g loaf", "price": map[string]any{"amount_minor": 325, "currency": "GBP"},
		"vat_rate": 0, "quantity": 800, "unit": "g",
	}}
	return s
}
