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
	Status          contract.ProductStatus  `json:"status" required:"false" enum:"draft,published" example:"published" doc:"With include=details."`
	Description     string                  `json:"description" required:"false" example:"Two days' sourdough." doc:"With include=details: Markdown."`
	DescriptionHTML string                  `json:"description_html" required:"false" example:"<p>Two days’ sourdough.</p>" doc:"With include=details: the description as sanitised HTML."`
	Images          []contract.Image        `json:"images" required:"false" doc:"With include=details. The first is the card's."`
	Variants        []contract.Variant      `json:"variants" required:"false" doc:"With include=details, in their order."`
	Ancestors       []contract.CategoryLink `json:"ancestors" required:"false" doc:"With include=details: of the category, from the root."`
	Version         int64                   `json:"version" required:"false" example:"7" doc:"With include=details: counts the changes."`
}

// ProductList is some products of a list.
type ProductList struct {
	Items      []ProductItem       `json:"items"`
	NextCursor string              `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
	Pages      *contract.ListPages `json:"pages,omitempty" doc:"With include=ordinals and with page: the list's stable pages; absent as long as nothing was built."`
}

// ListQuery is a ProductQuery and what is wanted beside.
type ListQuery struct {
	ProductQuery
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

// List answers a query of the API. Stable pages and ordinals are those of all
// products and of a category's, in the order in which they were made. It fails
// with 404 for an unknown category or stable page, with 422 `invalid_cursor`, and
// with 422 for what cannot be asked for together.
func (s *Service) List(ctx context.Context, query ListQuery) (list ProductList, err error) {
	if err := query.check(); err != nil {
		return list, err
	}
	name := ""
	if query.Page != nil || query.Ordinals {
		if name, err = s.listName(ctx, query.Category); err != nil {
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
	case len(q.IDs) > 0 && (q.Category != "" || drafts || q.Cursor != "" || q.Page != nil):
		return invalid("query.ids", "goes with include alone")
	case q.Page != nil && (drafts || q.Cursor != ""):
		return invalid("query.page", "goes with category and include alone")
	case q.Details && drafts:
		return invalid("query.include", "details are of what everybody may see, without status")
	}
	return nil
}

// listName is the list of a category, an id or a slug, or of all products.
func (s *Service) listName(ctx context.Context, category string) (string, error) {
	if category == "" {
		return paging.ListProducts, nil
	}
	u, err := s.knownCategory(ctx, category)
	return paging.ProductsOf(id.Format[contract.CategoryID](categoryPrefix, u)), err
}

// walked is the part of a list that follows the cursor.
func (s *Service) walked(ctx context.Context, query ListQuery) (list ProductList, err error) {
	cards, next, err := s.Products(ctx, query.ProductQuery)
	list.NextCursor = next
	if err != nil || !query.Details {
		list.Items = cardItems(cards)
		return list, err
	}
	ids := make([]contract.ProductID, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	list.Items, err = s.itemsByID(ctx, true, ids)
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
			Status: p.Status, Description: p.Description, DescriptionHTML: p.DescriptionHTML,
			Images: p.Images, Variants: p.Variants, Ancestors: p.Ancestors, Version: p.Version,
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
	place := make(map[contract.ProductID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(items, func(a, b ProductItem) int { return place[a.ID] - place[b.ID] })
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
