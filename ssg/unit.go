// Units: what is rendered at once, one page each.

package ssg

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// Unit names what is rendered at once. ID is the thing's, the list's or the
// file's, empty for a kind of which there is one; Page numbers the pages of a
// list, 0 being the open one, and the parts of a sitemap.
type Unit struct {
	Kind string
	ID   string
	Page int
}

// Kinds of units, in the order in which their pages are written: what is linked
// to comes before what links, so that no link leads nowhere meanwhile.
const (
	kindAsset     = "asset"
	kindNotFound  = "notfound"
	kindWithdrawn = "withdrawn"
	kindPost      = "post"
	kindProduct   = "product"
	kindTag       = "tag"
	kindAuthor    = "author"
	kindCategory  = "category"
	kindTerm      = "term" // a brand, producer, label or collection, as its id says
	// Of events; ids in unit_events.go.
	kindOccurrence = "occurrence"
	kindEntry      = "entry"
	kindMonth      = "month"
	kindCalendar   = "calendar"
	kindArchive    = "archive"
	kindFragment   = "fragment"
	kindICS        = "ics"
	kindScript     = "script" // what puts calendars into other sites' pages

	kindHome    = "home"
	kindMarket  = "market"
	kindFeed    = "feed"
	kindSitemap = "sitemap"
	kindIndex   = "sitemapindex"
	kindRobots  = "robots"
	// kindGone is a file that a page has left and that stays until nothing links to
	// it any more.
	kindGone = "gone"
)

var rank = map[string]int{}

func init() {
	for i, kind := range []string{kindAsset, kindScript, kindNotFound, kindWithdrawn, kindPost, kindProduct, kindOccurrence, kindEntry,
		kindMonth, kindArchive, kindICS, kindCalendar, kindFragment, kindTag, kindAuthor, kindCategory, kindTerm, kindHome, kindMarket, kindFeed, kindSitemap, kindIndex, kindRobots, kindGone} {
		rank[kind] = i
	}
}

// String is the unit's name in the database.
func (u Unit) String() string { return u.Kind + "/" + strconv.Itoa(u.Page) + "/" + u.ID }

// parseUnit reads what String wrote; anything else is a unit that nobody renders,
// and whose page goes.
func parseUnit(name string) Unit {
	kind, rest, _ := strings.Cut(name, "/")
	page, id, _ := strings.Cut(rest, "/")
	n, _ := strconv.Atoi(page)
	return Unit{Kind: kind, ID: id, Page: n}
}

func parseUnits(names []string) []Unit {
	units := make([]Unit, len(names))
	for i, n := range names {
		units[i] = parseUnit(n)
	}
	return units
}

func unitNames(units []Unit) []string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.String()
	}
	return names
}

// inOrder sorts units by when their pages are written and drops repeated ones;
// within a rank they stay as they are, which is the order of time where the data
// was walked.
func inOrder(units []Unit) []Unit {
	seen := make(map[Unit]bool, len(units))
	units = slices.DeleteFunc(units, func(u Unit) bool {
		twice := seen[u]
		seen[u] = true
		return twice
	})
	slices.SortStableFunc(units, func(a, b Unit) int { return cmp.Compare(rank[a.Kind], rank[b.Kind]) })
	return units
}

// Names of lists: of all things of a kind, and of those below one thing. The API
// knows those with pages by the same names.
const (
	listPosts      = paging.ListPosts
	listPages      = paging.ListPages
	listProducts   = paging.ListProducts
	listTags       = "tags"
	listAuthors    = "authors"
	listCategories = "categories"
	// Of terms: those that have a page.
	listBrands      = "brands"
	listProducers   = "producers"
	listLabels      = "labels"
	listCollections = "collections"
	// Of events: calendars, and the pages of dates by the month, whose number is the page.
	listEvents = "events"
	listDates  = "dates"
)

// termLists are the lists of terms by the taxonomy of what is in them.
var termLists = map[contract.Taxonomy]string{
	contract.BrandTaxonomy: listBrands, contract.ProducerTaxonomy: listProducers,
	contract.LabelTaxonomy: listLabels, contract.CollectionTaxonomy: listCollections,
}

// taxonomyOf is the kind of a term, which its id says; empty for what is none.
func taxonomyOf[T ~string](id T) contract.Taxonomy {
	prefix, _, _ := strings.Cut(string(id), "_")
	if taxonomy := contract.Taxonomy(prefix); termLists[taxonomy] != "" {
		return taxonomy
	}
	return ""
}

func postsOf[T ~string](id T) string    { return paging.PostsOf(id) }
func productsOf[T ~string](id T) string { return paging.ProductsOf(id) }

// paged is the kind of the pages that show a list, and the thing they are about;
// empty for a list that has none of its own.
func paged(list string) (kind, id string) {
	of, id, _ := strings.Cut(list, "/")
	switch {
	case list == listPosts:
		return kindHome, ""
	case of == listPosts && strings.HasPrefix(id, "tag_"):
		return kindTag, id
	case of == listPosts:
		return kindAuthor, id
	case of == listProducts && taxonomyOf(id) != "":
		return kindTerm, id
	case of == listProducts && id != "":
		return kindCategory, id
	}
	return "", ""
}

// list is the list that a page of a list shows.
func (u Unit) list() string {
	switch u.Kind {
	case kindHome:
		return listPosts
	case kindTag, kindAuthor:
		return postsOf(u.ID)
	case kindCategory, kindTerm:
		return productsOf(u.ID)
	case kindFeed, kindSitemap:
		return u.ID
	}
	return ""
}

// fed tells the lists that have a feed.
func fed(list string) bool { return list == listPosts || strings.HasPrefix(list, listPosts+"/") }

// mapped are the lists that the sitemap is made of, and sharded those that are too
// long for one part.
var (
	mapped = []string{listPosts, listPages, listTags, listAuthors,
		listCategories, listBrands, listProducers, listLabels, listCollections, listProducts, listEvents, listDates}
	sharded = map[string]bool{listPosts: true, listPages: true, listProducts: true, listDates: true}
)
