// Lists: what they can be asked for, and the part of one that follows a cursor.

package market

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/listing"
	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// Limits of a page of a list.
const (
	DefaultLimit = 24
	MaxLimit     = 100
)

// ProductSort is how a list is sorted. Products with the same price or the same time
// stand by name.
type ProductSort string

// Ways to sort. ByRelevance is the order of ListQuery.Only.
const (
	ByName        ProductSort = "name"
	CheapestFirst ProductSort = "price"
	DearestFirst  ProductSort = "-price"
	NewestFirst   ProductSort = "newest"
	ByRelevance   ProductSort = "relevance"
)

var sorts = map[ProductSort]listing.Sort{
	ByName: listing.ByName, CheapestFirst: listing.CheapestFirst, DearestFirst: listing.DearestFirst,
	NewestFirst: listing.NewestFirst, ByRelevance: listing.Given,
}

// ProductQuery says which products a list shows. Category is an id or a slug
// and includes all below it; empty means every product. The zero Status means
// published. Limit is 1 to MaxLimit, 0 means DefaultLimit. Cursor is the next
// of the page before.
type ProductQuery struct {
	Category string
	Status   contract.ProductStatus
	Limit    int
	Cursor   string
}

// Products lists products by name, and the cursor of the page that follows,
// empty after the last. A product whose name changes while somebody walks the
// list may be met twice or not at all; all others are met once. A category that
// does not exist is a 404, a cursor of another query a 422 `invalid_cursor`. It is
// one statement, and one more where a category is named.
func (s *Service) Products(ctx context.Context, query ProductQuery) (cards []contract.ProductCard, next string, err error) {
	if query.Status == "" {
		query.Status = contract.PublishedProduct
	}
	limit, err := limitOf(query.Limit)
	if err != nil {
		return nil, "", err
	}
	ask := fingerprint{Status: query.Status}
	if query.Category != "" {
		if ask.Category, err = s.knownCategory(ctx, query.Category); err != nil {
			return nil, "", err
		}
	}
	after, err := ask.decode(query.Cursor)
	if err != nil {
		return nil, "", err
	}
	var rows []marketdb.ProductCard
	if query.Category == "" {
		rows, err = s.queries.ProductCards(ctx, marketdb.ProductCardsParams{
			Status: string(query.Status), AfterKey: after.Key, AfterID: after.ID, Count: int32(limit) + 1})
	} else {
		rows, err = s.queries.ProductCardsIn(ctx, marketdb.ProductCardsInParams{
			Status: string(query.Status), AfterKey: after.Key, AfterID: after.ID, Count: int32(limit) + 1, Category: ask.Category})
	}
	if err != nil {
		return nil, "", err
	}
	// One more than asked for tells whether there is a page after this.
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = ask.encode(listing.Position{Key: last.SortKey, ID: last.ID})
	}
	cards, err = productCards(rows)
	return cards, next, err
}

func limitOf(limit int) (int, error) {
	if limit == 0 {
		return DefaultLimit, nil
	}
	if limit < 1 || limit > MaxLimit {
		return 0, invalid("query.limit", "expected a number from 1 to 100")
	}
	return limit, nil
}

// fingerprint is what a cursor is good for: the products of a list and their order,
// with ids for all that has one.
type fingerprint struct {
	Status                            contract.ProductStatus
	Sort                              ProductSort
	Category                          uuid.UUID
	Terms                             []uuid.UUID
	Free                              listing.Allergens
	Countries                         []string
	PriceMin, PriceMax                int64
	InStock, OutOfStock, Reduced, Few bool
	Of                                string
}

// place is a place in a list as a cursor holds it.
type place struct {
	position
	Number int64  `json:"n,omitempty"`
	Query  uint64 `json:"q"`
}

// sum is the same for queries that ask for the same products in the same order.
func (f fingerprint) sum() uint64 {
	slices.SortFunc(f.Terms, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	slices.Sort(f.Countries)
	if f.Sort == "" {
		f.Sort = ByName
	}
	if f.Status == "" {
		f.Status = contract.PublishedProduct
	}
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // it is a struct of words and numbers
	}
	h := fnv.New64a()
	_, _ = h.Write(text)
	return h.Sum64()
}

func (f fingerprint) encode(p listing.Position) string {
	return cursor.Encode(place{position{p.Key, p.ID}, p.Number, f.sum()})
}

// decode reads a cursor of this query; an empty one is before every product.
func (f fingerprint) decode(text string) (listing.Position, error) {
	var p place
	if err := cursor.Decode(text, &p); err != nil {
		return listing.Position{}, err
	}
	if text != "" && p.Query != f.sum() {
		return listing.Position{}, problem.Unprocessable("the cursor is of another list or query").
			WithCode("invalid_cursor").WithField("query.cursor", "pass next_cursor of the page before, unchanged")
	}
	return listing.Position{Number: p.Number, Key: p.Key, ID: p.ID}, nil
}

// filtered is the part of a list that follows the cursor, from the picture of the
// catalogue: which products are on it. The cards are read afterwards; what was
// unpublished in between is missing from them.
func (s *Service) filtered(ctx context.Context, query ListQuery) (ids []contract.ProductID, next string, facets *ProductFacets, err error) {
	limit, err := limitOf(query.Limit)
	if err != nil {
		return nil, "", nil, err
	}
	index, err := s.picture.current(ctx)
	if err != nil {
		return nil, "", nil, err
	}
	q, ask, err := resolve(index, query)
	if err != nil {
		return nil, "", nil, err
	}
	after, err := ask.decode(query.Cursor)
	if err != nil {
		return nil, "", nil, err
	}
	request := listing.Request{Query: q, Sort: sorts[query.Sort], Limit: limit, Facets: query.Facets}
	if query.Cursor != "" {
		request.After = &after
	}
	answer := index.Select(request)
	for _, u := range answer.IDs {
		ids = append(ids, id.Format[contract.ProductID](productPrefix, u))
	}
	if answer.Next != nil {
		next = ask.encode(*answer.Next)
	}
	if answer.Facets != nil {
		facets = productFacets(q, answer.Facets)
	}
	return ids, next, facets, nil
}

// resolve finds what the query names. An unknown category is a 404; any other name
// that there is not is a 422 that says where it stood.
func resolve(index *listing.Index, query ListQuery) (q listing.Query, ask fingerprint, err error) {
	f := query.ProductFilter
	q = listing.Query{
		PriceMin: f.PriceMin, PriceMax: f.PriceMax, Reduced: f.Reduced, Countries: slices.Clone(f.Countries),
		InStock: slices.Contains(f.Availability, contract.InStock), OutOfStock: slices.Contains(f.Availability, contract.OutOfStock),
	}
	if query.Category != "" {
		if q.Category = categoryRef(index, query.Category); q.Category == 0 {
			return q, ask, noCategory()
		}
	}
	var collection []listing.Ref
	refs := map[contract.Taxonomy]*[]listing.Ref{contract.BrandTaxonomy: &q.Brands, contract.ProducerTaxonomy: &q.Producers,
		contract.LabelTaxonomy: &q.Labels, contract.CollectionTaxonomy: &collection}
	for _, of := range f.terms() {
		to := refs[of.taxonomy]
		for _, name := range of.names {
			ref := termRef(index, of.taxonomy, name)
			if ref == 0 {
				return q, ask, invalid("query."+string(of.taxonomy), "expected ids or slugs of what there is")
			}
			if !slices.Contains(*to, ref) {
				*to = append(*to, ref)
				ask.Terms = append(ask.Terms, index.TermID(ref))
			}
		}
	}
	if collection != nil {
		q.Collection = collection[0]
	}
	for _, code := range f.FreeFrom {
		i := slices.Index(contract.AllergenCodes, code)
		if i < 0 {
			return q, ask, invalid("query.free_from", "expected names of allergens")
		}
		q.Free |= 1 << i
	}
	for _, code := range f.Countries {
		if !countries.MatchString(code) {
			return q, ask, invalid("query.country", "expected ISO 3166-1 codes of two capital letters")
		}
	}
	if query.Only != nil {
		q.Only = parsed(query.Only)
	}
	ask.Sort, ask.Category, ask.Free, ask.Countries = query.Sort, index.CategoryID(q.Category), q.Free, slices.Clone(q.Countries)
	ask.PriceMin, ask.PriceMax, ask.Reduced, ask.Few, ask.Of = q.PriceMin, q.PriceMax, q.Reduced, q.Only != nil, query.Of
	ask.InStock, ask.OutOfStock = q.InStock, q.OutOfStock
	return q, ask, nil
}

// categoryRef finds the category that ref, an id or a slug, names; 0: none.
func categoryRef(index *listing.Index, ref string) listing.Ref {
	if u, isID := id.Parse(categoryPrefix, ref); isID {
		return index.CategoryByID(u)
	}
	return index.CategoryBySlug(ref)
}

// termRef finds the term that ref, an id or a slug, names; 0: none.
func termRef(index *listing.Index, taxonomy contract.Taxonomy, ref string) listing.Ref {
	if u, isID := id.Parse(string(taxonomy), ref); isID {
		return index.TermByID(taxonomy, u)
	}
	return index.TermBySlug(taxonomy, ref)
}
