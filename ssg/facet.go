// Facets: what a page can read of a thing, and the hash by which a change of it is
// noticed.
//
// A key is "<thing>#<facet>", the thing being an id or a list. A page depends on
// facets and not on things, so that a change of what it does not show leaves it
// alone: the card of a post has no body, the link of a tag no description.

package ssg

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/cespare/xxhash/v2"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// Facets.
const (
	facetCard   = "card"   // of a post, product or category: what a list shows
	facetItem   = "item"   // of a post: what a feed shows
	facetLink   = "link"   // of a tag, author, category or term: name and address
	facetByline = "byline" // of an author: what stands below a post
	facetPage   = "page"   // of a tag, author, category or term: what its pages show
	facetLeaf   = "leaf"   // of a list, with the page's number: members and neighbours
	facetNewest = "newest" // of a list, with a count
	facetTerms  = "terms"  // of a list of terms: what the market's home shows of them
)

func key[T ~string](thing T, facet string) string { return string(thing) + "#" + facet }

func keyLeaf(r paging.Ref) string { return key(r.List, facetLeaf+"."+strconv.Itoa(r.Page)) }

func keyNewest(list string, n int) string { return key(list, facetNewest+"."+strconv.Itoa(n)) }

// hashOf is the hash of a facet's value; the zero hash means that there is none.
func hashOf(v any) int64 {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // contract's types, all of which are data
	}
	return int64(max(xxhash.Sum64(b), 1))
}

// byline is what stands of an author below a post.
type byline struct {
	contract.AuthorLink
	Bio string
}

// categoryCard is what the page above shows of a category.
type categoryCard struct {
	contract.CategoryLink
	Description string
	Image       *contract.Image
	Children    []contract.CategoryLink
}

// leafValue is what a list's page says of its place in the list.
type leafValue struct {
	Items        []string
	Newer, Older int
}

// cardFacet is what a card shows: the first tag only, and no date of change.
func cardFacet(c contract.PostCard) contract.PostCard {
	c.Tags = c.Tags[:min(len(c.Tags), 1)]
	c.UpdatedAt = time.Time{}
	return c
}

// productFacet is what a card shows: brand and labels, and nothing of the others.
func productFacet(c contract.ProductCard) contract.ProductCard {
	c.UpdatedAt, c.CategoryIDs = time.Time{}, nil
	c.Category, c.Producer, c.Collections = contract.CategoryLink{}, nil, nil
	return c
}

// What is on no page but the sitemap has no part in a facet.

func tagFacet(t contract.Tag) contract.Tag {
	t.UpdatedAt = time.Time{}
	return t
}

func authorFacet(a contract.Author) contract.Author {
	a.UpdatedAt = time.Time{}
	return a
}

// termFacet is what the open page of a term shows.
func termFacet(t contract.Term) contract.Term {
	t.CreatedAt, t.UpdatedAt, t.Version, t.Description = time.Time{}, time.Time{}, 0, ""
	t.Rule, t.Placements = nil, nil
	return t
}

// termCard is what the market's home shows of a collection.
type termCard struct {
	contract.TermLink
	Image *contract.Image
}

func categoryFacet(c contract.Category) contract.Category {
	c.UpdatedAt, c.Version, c.SortOrder = time.Time{}, 0, 0
	c.Children = nil // read apart, by the page that shows them
	return c
}
