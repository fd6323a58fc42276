// Lists as the API answers them: some of the products there are, with as much of
// each as is asked for, and where they stand in pages that stay.

package market

import (
	"context"
	"slices"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/api/shared/problem"
)

// ProductItem is a product in a list.
type ProductItem struct {
	contract.ProductCard
	*ProductDetails
	*contract.ListPlace
}

// ProductDetails is what a product has beside its card.
type ProductDetails struct {
	ListedParticulars
	Status          contract.ProductStatus  `json:"status" required:"false" enum:"draft,published" example:"published" doc:"With include=details."`
	Description     string                  `json:"description" required:"false" example:"Two days' sourdough." doc:"With include=details: Markdown."`
	DescriptionHTML string                  `json:"description_html" required:"false" example:"<p>Two days’ sourdough.</p>" doc:"With include=details: the description as sanitised HTML."`
	Images          []contract.Image        `json:"images" required:"false" doc:"With include=details. The first is the card's."`
	Options         []string                `json:"options" required:"false" example:"[\"Size\"]" doc:"With include=details: what the variants differ in."`
	Variants        []contract.Variant      `json:"variants" required:"false" doc:"With include=details, in their order."`
	Claims          []contract.Claim        `json:"claims" required:"false" doc:"With include=details: who says that the product deserves its labels, in their order."`
	Ancestors       []contract.CategoryLink `json:"ancestors" required:"false" doc:"With include=details: of the category, from the root."`
	Version         int64                   `json:"version" required:"false" example:"7" doc:"With include=details: counts the changes."`
}

// ListedParticulars is contract.Particulars, which lists have where they are asked for.
type ListedParticulars struct {
	LegalName       string              `json:"legal_name" required:"false" example:"Rye bread" doc:"With include=details: what the product is in law, where its name does not say it."`
	Ingredients     string              `json:"ingredients" required:"false" example:"Wholemeal **rye** flour, water, salt" doc:"With include=details: markdown, allergens in bold."`
	IngredientsHTML string              `json:"ingredients_html" required:"false" example:"Wholemeal <strong>rye</strong> flour, water, salt" doc:"With include=details: the ingredients as sanitised HTML."`
	Allergens       []contract.Allergen `json:"allergens" required:"false" doc:"With include=details: all fourteen. Where a variant has its own, those hold for it."`
	Nutrition       *contract.Nutrition `json:"nutrition,omitempty" doc:"With include=details: absent where it is not declared."`
	Storage         string              `json:"storage" required:"false" example:"Keep cool and dry." doc:"With include=details."`
	Usage           string              `json:"usage" required:"false" example:"Toast from the third day on." doc:"With include=details."`
	Origin          contract.Origin     `json:"origin" required:"false" doc:"With include=details."`
	Business        contract.Business   `json:"business" required:"false" doc:"With include=details: who answers for the product."`
	AgeLimit        int                 `json:"age_limit" required:"false" example:"0" doc:"With include=details: years; 0: none."`
}

// ProductList is some products of a list.
type ProductList struct {
	Items      []ProductItem       `json:"items"`
	NextCursor string              `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
	Pages      *contract.ListPages `json:"pages,omitempty" doc:"With include=ordinals and with page: the list's stable pages; absent as long as nothing was built."`
	Facets     *ProductFacets      `json:"facets,omitempty" doc:"With include=facets: how many products of the whole list have what."`
}

// ProductFilter leaves of a list what fits all of its fields; a zero field leaves
// everything. Brands, producers and labels are ids or slugs.
type ProductFilter struct {
	// Brands, Producers and Countries (ISO 3166-1) are alternatives: any of them.
	Brands, Producers, Countries []string
	// Labels are demands: all of them.
	Labels []string
	// FreeFrom is what products are known to be free of, in all variants: all of it.
	FreeFrom []contract.AllergenCode
	// PriceMin and PriceMax bound the lowest price of the variants, in minor units.
	PriceMin, PriceMax int64
	// Availability are alternatives; a product is in stock where a variant is.
	Availability []contract.Availability
	// Reduced leaves what has a variant with a reduced price.
	Reduced bool
	// Collection is the one that they are in, by id or slug.
	Collection string
}

func (f ProductFilter) empty() bool {
	return len(f.Brands)+len(f.Producers)+len(f.Labels)+len(f.FreeFrom)+len(f.Countries)+len(f.Availability) == 0 &&
		f.PriceMin == 0 && f.PriceMax == 0 && !f.Reduced && f.Collection == ""
}

// ListQuery is a ProductQuery and what is wanted beside.
type ListQuery struct {
	ProductQuery
	ProductFilter
	// Sort is ByName where it is empty.
	Sort ProductSort
	// Only, where it is not nil, leaves of the list those among these products; Of
	// says what they are, such as the words that were searched for. A cursor is good
	// for the same Of.
	Only []contract.ProductID
	Of   string
	// Facets wants the counts of the whole list.
	Facets bool
	// IDs, where there are any, are the products instead of a list's, in no order
	// that matters; what is unknown or a draft is left out.
	IDs []contract.ProductID
	// Page is a stable page of the list instead of what follows the cursor.
	Page *int
	// Details wants the products whole.
	Details bool
	// Ordinals wants where they stand in the list.
	Ordinals bool
}

// plain is whether the list is all there is of a status, by name.
func (q ListQuery) plain() bool {
	return q.ProductFilter.empty() && (q.Sort == "" || q.Sort == ByName) && q.Only == nil && !q.Facets
}

// List answers a query of the API. Stable pages are those of all products and of a
// category, ordinals also those of one brand, producer, label or collection, in the order
// in which products came into the list. All else but
// the list of everything by name is answered from the picture of the catalogue, with
// all that was committed before the call. It fails with 404 for an unknown category
// or stable page, with 422 `invalid_cursor`, and with 422 for another name that there
// is not and for what cannot be asked for together.
func (s *Service) List(ctx context.Context, query ListQuery) (list ProductList, err error) {
	if err := query.check(); err != nil {
		return list, err
	}
	name := ""
	if query.Page != nil || query.Ordinals {
		if name, err = s.listName(ctx, query); err != nil {
			return list, err
		}
	}
	switch {
	case len(query.IDs) > 0:
		list.Items, err = s.itemsByID(ctx, query.Details, query.IDs)
	case query.Page != nil:
		list, err = s.stablePage(ctx, query, name)
	default:
		list, err = s.walked(ctx, query)
	}
	if err == nil && query.Ordinals {
		err = s.placeItems(ctx, name, &list)
	}
	return list, err
}

// check refuses what cannot be asked for together.
func (q ListQuery) check() error {
	drafts := q.Status == contract.DraftProduct
	switch {
	case len(q.IDs) > 0 && (q.Category != "" || drafts || q.Cursor != "" || q.Page != nil || !q.plain()):
		return invalid("query.ids", "goes with include alone, and not with facets")
	case q.Page != nil && (drafts || q.Cursor != "" || !q.plain()):
		return invalid("query.page", "goes with category and include alone, and not with facets")
	case drafts && !q.plain():
		return invalid("query.status", "drafts are listed by name, without filters and facets")
	case q.Details && drafts:
		return invalid("query.include", "details are of what everybody may see, without status")
	}
	return nil
}

// listName is the stable list that a query is about: a category's, that of its one
// brand, producer, label or collection, or that of all products.
func (s *Service) listName(ctx context.Context, query ListQuery) (string, error) {
	if query.Category != "" {
		u, err := s.knownCategory(ctx, query.Category)
		return paging.ProductsOf(id.Format[contract.CategoryID](categoryPrefix, u)), err
	}
	for _, of := range query.terms() {
		if len(of.names) != 1 {
			continue
		}
		u, err := knownTerm(ctx, s.queries, of.taxonomy, "query."+string(of.taxonomy), of.names[0])
		return paging.ProductsOf(id.Format[contract.TermID](string(of.taxonomy), u)), err
	}
	return paging.ListProducts, nil
}

// namedTerms are the terms of a taxonomy that a filter names.
type namedTerms struct {
	taxonomy contract.Taxonomy
	names    []string
}

// terms are those that the filter names, by taxonomy.
func (f ProductFilter) terms() []namedTerms {
	collections := []string{f.Collection}
	if f.Collection == "" {
		collections = nil
	}
	return []namedTerms{{contract.BrandTaxonomy, f.Brands}, {contract.ProducerTaxonomy, f.Producers},
		{contract.LabelTaxonomy, f.Labels}, {contract.CollectionTaxonomy, collections}}
}

// walked is the part of a list that follows the cursor.
func (s *Service) walked(ctx context.Context, query ListQuery) (list ProductList, err error) {
	var ids []contract.ProductID
	if query.plain() && (query.Category == "" || query.Status == contract.DraftProduct) {
		var cards []contract.ProductCard
		cards, list.NextCursor, err = s.Products(ctx, query.ProductQuery)
		if err != nil || !query.Details {
			list.Items = cardItems(cards)
			return list, err
		}
		for _, c := range cards {
			ids = append(ids, c.ID)
		}
	} else if ids, list.NextCursor, list.Facets, err = s.filtered(ctx, query); err != nil {
		return list, err
	}
	list.Items, err = s.itemsByID(ctx, query.Details, ids)
	inOrderOf(ids, list.Items)
	return list, err
}

func cardItems(cards []contract.ProductCard) []ProductItem {
	items := make([]ProductItem, len(cards))
	for i, c := range cards {
		items[i].ProductCard = c
	}
	return items
}

// itemsByID reads products by their ids.
func (s *Service) itemsByID(ctx context.Context, details bool, ids []contract.ProductID) ([]ProductItem, error) {
	if !details {
		cards, err := s.ProductCardsByID(ctx, ids)
		return cardItems(cards), err
	}
	products, err := s.ProductsByID(ctx, ids)
	items := make([]ProductItem, len(products))
	for i, p := range products {
		items[i] = ProductItem{ProductCard: p.ProductCard, ProductDetails: &ProductDetails{
			ListedParticulars: ListedParticulars(p.Particulars), Status: p.Status, Description: p.Description, DescriptionHTML: p.DescriptionHTML,
			Images: p.Images, Options: p.Options, Variants: p.Variants, Claims: p.Claims, Ancestors: p.Ancestors, Version: p.Version,
		}}
	}
	return items, err
}

// stablePage is a page of a list, the newest product first.
func (s *Service) stablePage(ctx context.Context, query ListQuery, name string) (list ProductList, err error) {
	names, pages, found, err := paging.Stored{DB: s.pool}.Page(ctx, name, *query.Page)
	if err == nil && !found {
		err = problem.NotFound("the list has no such page")
	}
	if err != nil {
		return list, err
	}
	ids := make([]contract.ProductID, len(names))
	for i, item := range names {
		ids[i] = contract.ProductID(item)
	}
	list.Pages = pages
	list.Items, err = s.itemsByID(ctx, query.Details, ids)
	inOrderOf(ids, list.Items)
	return list, err
}

func inOrderOf(ids []contract.ProductID, items []ProductItem) {
	sortBy(ids, items, func(item ProductItem) contract.ProductID { return item.ID })
}

// sortBy puts things into the order of their ids in a list.
func sortBy[T any](ids []contract.ProductID, things []T, of func(T) contract.ProductID) {
	place := make(map[contract.ProductID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(things, func(a, b T) int { return place[of(a)] - place[of(b)] })
}

// placeItems says of a list's items where they stand.
func (s *Service) placeItems(ctx context.Context, name string, list *ProductList) error {
	ids := make([]string, len(list.Items))
	for i, item := range list.Items {
		ids[i] = string(item.ID)
	}
	pages, places, err := paging.Stored{DB: s.pool}.Places(ctx, name, ids)
	if list.Pages == nil {
		list.Pages = pages
	}
	for i, item := range list.Items {
		if place, placed := places[string(item.ID)]; placed {
			list.Items[i].ListPlace = &place
		}
	}
	return err
}
