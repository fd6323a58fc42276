// Package urls knows where every page lives: which app is on which origin, and
// what the address of a post, a product or an entry is.
//
// Sites is built once from the configuration. By default everything is on one
// origin, and each app has a place there: the blog at /, the market under
// /market, events under /events, cart under /cart, account under /account and
// the social pages of federation under /social. An app that has an origin of
// its own (ROSEASH_SITE_<APP>_URL) lives at the root of that origin instead.
//
// A page's address is therefore given in two parts, the app and a path within
// it, and only Sites puts them together:
//
//	sites.Link(urls.Blog, urls.Market, urls.Product("rye-loaf"))
//
// is "/market/products/rye-loaf/" on a single origin, and
// "https://market.example/products/rye-loaf/" when the market has its own. The
// path functions (Post, Product, Entry and so on) escape what they are given,
// end directories with a slash, and never mention an origin.
//
// The package also decides what a slug is: ValidSlug, Slug to make one from a
// title, and Reserved for the words that the server keeps for itself.
package urls
