// Package seed is the demo co-op that a first run shows: Rose Ash, a wholefoods
// shop with a bakery corner and a hall, its blog, its market and its pictures.
//
// Everything is text and SVG beside this file, embedded into the binary:
//
//	site.yaml      title, navigation, accent colour, logo, icon, cover
//	authors.yaml   the teams that sign posts
//	tags.yaml      tags with description and accent colour
//	market.yaml    the category tree, and how a product is written
//	terms.yaml     brands, producers, labels, and collections with their rules
//	products/      the products with their particulars and variants
//	posts/*.md     posts: YAML front matter, then Markdown
//	pages/*.md     pages, in the same form
//	images/        the pictures, drawn for this project
//
// [Content] reads it all into plain structs that import nothing of the project;
// whoever loads them into a database decides about ids, transactions and
// services. A post or page names a picture as images/<name>, the same name as
// an [Image] of [Data.Images], so that a loader may replace it by the address
// under which it stored the bytes.
//
// Adding a post means adding one file; the tests of this package refuse a
// picture that is missing or unused, a slug used twice, a picture without an
// alternative text, and an SVG that could run or fetch anything. Of food they
// refuse ingredients and allergens that disagree, energy that the parts do not
// give, a pack that cannot hold what it says, and a number (GTIN, address) that
// could be somebody's.
//
// Nothing here is of real people or companies.
package seed
