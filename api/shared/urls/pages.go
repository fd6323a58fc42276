// Paths of pages within their app. Slugs are expected to satisfy ValidSlug;
// anything else is escaped, so that a path cannot grow segments.

package urls

import (
	"net/url"
	"strconv"
	"strings"
)

// Home is the front page of any app.
func Home() string { return "/" }

// Post is a post's or page's path in the blog. A slug that the server keeps for
// itself (Reserved), which only a synced post can have, moves under /pages/.
func Post(slug string) string {
	if Reserved(slug) {
		return dir("pages", slug)
	}
	return dir(slug)
}

// Tag is a tag's path in the blog.
func Tag(slug string) string { return dir("tag", slug) }

// Author is an author's path in the blog.
func Author(slug string) string { return dir("author", slug) }

// Category is a category's path in the market, given from the top down.
func Category(slugs ...string) string { return dir(slugs...) }

// Product is a product's path in the market.
func Product(slug string) string { return dir("products", slug) }

// Brand is a brand's path in the market.
func Brand(slug string) string { return dir("brands", slug) }

// Producer is a producer's path in the market.
func Producer(slug string) string { return dir("producers", slug) }

// Label is a label's path in the market.
func Label(slug string) string { return dir("labels", slug) }

// Collection is a collection's path in the market.
func Collection(slug string) string { return dir("collections", slug) }

// Calendar is a calendar's path in events.
func Calendar(slug string) string { return dir(slug) }

// Entry is the path in events of one occurrence of a calendar's entry.
func Entry(calendar, entry, occurrence string) string { return dir(calendar, entry, occurrence) }

// Numbered is page n of a list whose open page is at path: the path itself up to 0.
// Pages are counted from the oldest, so that their addresses stay.
func Numbered(path string, n int) string {
	if n <= 0 {
		return path
	}
	return strings.TrimSuffix(path, "/") + dir("page", strconv.Itoa(n))
}

// Feed is the RSS feed of the list that begins at path: "/rss.xml" for Home.
func Feed(path string) string { return strings.TrimSuffix(path, "/") + "/rss.xml" }

// Sitemap is the sitemap index, one for each built tree, at an origin's root.
func Sitemap() string { return "/sitemap.xml" }

// SitemapShard is one part of the sitemap index, such as "posts-1".
func SitemapShard(name string) string { return "/sitemap-" + url.PathEscape(name) + ".xml" }

// Robots is the file for crawlers, at an origin's root.
func Robots() string { return "/robots.txt" }

// Search is the search of the whole site at the blog's origin; with a filter in the
// query it lists products.
func Search() string { return dir("search") }

// ReadGated is where a signed-in member reads a gated post's body.
func ReadGated(slug string) string { return dir("read", slug) }

func dir(segments ...string) string {
	var b strings.Builder
	b.WriteByte('/')
	for _, s := range segments {
		b.WriteString(escape(s))
		b.WriteByte('/')
	}
	return b.String()
}

// escape also takes away the meaning of "." and "..", which PathEscape leaves
// alone and which browsers resolve even when they are percent-encoded.
func escape(segment string) string {
	if strings.Trim(segment, ".") == "" {
		return strings.Repeat("-", len(segment))
	}
	return url.PathEscape(segment)
}
