// Package listing is the published catalogue in memory, as far as lists need it:
// it filters, counts facets, sorts and finds what is related.
//
// # Parts
//
// A Builder takes what changed and gives an Index. An Index never changes, so that
// any number of goroutines read it without a lock while the Builder makes the next
// one. The two share all that did not change: products stand in chunks, and a change
// of one copies its chunk and those orders in which it moved.
//
// # Filtering and counting
//
// What filters look at takes 32 bytes a product. A query becomes a table for each of
// the things that a product has: of every value the filters that it fails, as bits.
// The tables' bits together say of a product in one pass whether it is in the list
// (none), whether it would be if it had another brand (only that of the brands: then
// it counts for the brands and for nothing else), or neither.
//
// Values of one facet are alternatives: who asks for two brands wants either, and
// each brand's count is of the list as it would be without the filter of brands.
// Labels and allergens are demands: who asks for no milk and no nuts must avoid both,
// and who asks for organic and Fairtrade means one product that is both. A count of
// theirs is what remains when the value is asked for as well.
//
// A product's labels are kept as the number of one of the sets of labels that there
// are, for fifty thousand products have a few hundred of those.
package listing

import (
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/contract"
)

// Product is a published product. Key is what it is sorted by in bytes, Price the
// lowest of its variants in minor units of Currency, Terms its brand, producer,
// labels and collections in any order. Country is an ISO 3166-1 code or empty.
type Product struct {
	ID       uuid.UUID
	Key      string
	Price    int64
	Currency string
	Created  time.Time
	Category uuid.UUID
	Terms    []uuid.UUID
	Free     Allergens
	Country  string
	InStock  bool
	Reduced  bool
}

// Allergens is a set of what a product is known to be free of: bit i stands for the
// i-th of the fourteen in the order of package contract.
type Allergens uint16

// allergens is how many there are.
const allergens = 14

// Category is a node of the tree; Parent is zero at its top. Key sorts names.
type Category struct {
	ID, Parent      uuid.UUID
	Slug, Name, Key string
}

// Term is a brand, producer, label or collection. Key sorts names.
type Term struct {
	ID              uuid.UUID
	Taxonomy        contract.Taxonomy
	Slug, Name, Key string
}

// Change is what an Index is to show besides, or no longer: each product in Put or
// in Gone once. A nil Categories leaves the tree, another one replaces it whole. What
// a product names must be in the tree and among the terms, before or by this change.
type Change struct {
	Put        []Product
	Gone       []uuid.UUID
	Categories []Category
	Terms      []Term
	TermsGone  []uuid.UUID
}

// Ref names a category or a term in the Index that gave it; 0 names none.
type Ref uint32
