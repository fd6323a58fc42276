// Package market is what the co-op sells: a tree of categories, products and
// their variants.
//
// Nouns. A category is a node of the tree; its slug is its page's place under
// the market. A product hangs under one category, is a draft or published, and
// has variants: the sizes that go into a cart, each with a sku, a price with VAT
// and an amount from which its unit price follows.
//
// Promises.
//
//   - Readers see published products only. Product, PublicProduct and the lists
//     never return a draft; AnyProduct and a query with a status are for those
//     who write.
//   - A published product has at least one variant; all variants of a product
//     have the same currency; the tree has no cycle. The database holds these,
//     whoever writes.
//   - Descriptions are Markdown, rendered and sanitised once, when saved.
//   - Writes name the version that they change; of two writers who read the
//     same version one is refused. A change that changes nothing makes no new
//     version and no event.
//   - A product and a list of cards are one SQL statement each.
//
// Events, each in the transaction of its change and only when something public
// changed: [contract.ProductPublished], [contract.ProductUpdated],
// [contract.ProductUnpublished], [contract.CategoryUpdated].
//
// Operations are listed in routes.go.
package market
