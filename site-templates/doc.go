// Package site is how every page of the co-op looks: templ components, one style
// sheet, two typefaces, a few icons. It decides nothing and reads nothing; the
// generator and the dynamic pages fill a view (views.go) and render its component:
//
//	err := site.Home(page).Render(ctx, w)
//
// The entry points, one a page kind:
//
//	Home(HomePage)  Post(PostPage)  TagArchive(TagPage)  AuthorArchive(AuthorPage)
//	Market(MarketPage)  Category(CategoryPage)  Product(ProductPage)  Search(SearchPage)  Error(ErrorPage)
//
// What a view calls sanitised HTML is written as it is; everything else is escaped
// for its place. A zero view renders: whatever is empty is left out.
//
// Pages need no script, and no policy wider than ContentSecurityPolicy, so nothing
// here writes a style attribute or a script of its own. A tag's own colour is the
// fill of a small SVG. JSON-LD is a data block, which policies leave alone; the one
// inline script says which pages may be fetched ahead, and is allowed by its hash.
//
// # Changing the look
//
// static/css/tokens.css holds every colour, size and distance, light and dark; a
// co-op that wants to look like itself changes that file. Classes are named by what
// a thing is (card, shelf, ticket, gate). Ghost's cards keep Ghost's class names
// (embed.css). After a change of a component or a file in static run
//
//	go generate ./site-templates
//
// which writes the components' Go code, static/dist with fingerprinted names and
// manifest.go. All of it is committed. static/fonts/subset.sh tells how the fonts
// were made; static/icons/sprite.svg holds the icons of Lucide that are in use.
package site
