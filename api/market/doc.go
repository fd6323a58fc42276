// Package market is what the co-op sells: a tree of categories, products and
// their variants, and what products are grouped by besides.
//
// Nouns. A category is a node of the tree; its slug is its page's place under
// the market. A product hangs under one category, is a draft or published, says
// what must be known of food before it is bought, and has variants: the sizes that
// go into a cart, each with a sku, prices with VAT and an amount from which its unit
// prices follow. A term groups products: a brand and a producer, of which a product
// has one at the most; labels, with who claims them; and collections, which have
// their products by a rule and can be placed under posts and pages. A price is on a
// list, public or member, for a span of time; spans of a list never overlap. Stock is
// the sum of movements, which stay; a part of it is reserved for orders.
//
// Promises.
//
//   - Readers see published products only. Product and the lists never return a
//     draft; AnyProduct and a query with a status are for those who write, and show
//     them what the supplier calls a variant too.
//   - A published product has at least one variant; all variants of a product
//     have the same currency and a value for each of its options; no two variants
//     have the same sku, GTIN or options; the tree has no cycle. The database holds
//     what it can of these, whoever writes.
//   - Allergens are always all fourteen; what nobody said is unknown, not absent.
//   - Which products are in a collection is exactly what its rule says, from commit
//     to commit. One lock keeps it so, taken before every row: whoever changes
//     products shares it (ShareCollections), whoever changes a rule or moves a
//     category holds it alone (HoldCollections).
//   - Descriptions are Markdown, rendered and sanitised once, when saved.
//   - Writes name the version that they change; of two writers who read the
//     same version one is refused. A change that changes nothing makes no new
//     version and no event.
//   - A variant's own price is what the lists say now; the job market.turn brings those
//     that begin or end into force within a minute (Jobs).
//   - Lists with filters, sorts or facets are answered from memory (internal/listing)
//     with all that was committed before they were asked for.
//   - A product, products by their ids and the plain list by name are one SQL statement
//     each.
//
// Events, each in the transaction of its change and only when something public
// changed: [contract.ProductPublished], [contract.ProductUpdated],
// [contract.ProductUnpublished], [contract.CategoryUpdated], [contract.TermUpdated].
// A product that comes into a collection or leaves it by its own change makes
// ProductUpdated alone; one that does so by another's (a rule, a moved category) is
// named in TermUpdated.
// A price that turns and availability that flips make ProductUpdated.
//
// Operations are listed in routes.go, term_routes.go, stock_routes.go and csv_routes.go.
package market
