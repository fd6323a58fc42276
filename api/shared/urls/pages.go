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

// Calendar is a calendar's path in events: what comes, as a list.
func Calendar(slug string) string { return dir(slug) }

// CalendarMonth is the path in events of a month, "2026-11", of a calendar; of all calendars
// where slug is empty.
func CalendarMonth(slug, month string) string { return below(slug, month) }

// CalendarArchive is the path in events of the months that a calendar has had; of all
// calendars where slug is empty.
func CalendarArchive(slug string) string { return below(slug, archiveWord) }

func below(calendar, word string) string {
	if calendar == "" {
		return dir(word)
	}
	return dir(calendar, word)
}

// Series is the path in events of an entry with all its dates.
func Series(calendar, entry string) string { return dir(calendar, entry) }

// Entry is the path in events of one occurrence of a calendar's entry.
func Entry(calendar, entry, occurrence string) string { return dir(calendar, entry, occurrence) }

// Propose is where members propose an entry for a calendar, at the blog's origin.
func Propose(calendar string) string {
	return "/organise/entries/new/?" + url.Values{"calendar": {calendar}}.Encode()
}

// MyCalendar is a path in the account: where a member saves a date ("save") or follows a
// calendar ("follow"), which the query names.
func MyCalendar(what string) string { return dir("calendar", what) }

// Paths of iCalendar files (RFC 5545) within events.

// AllICS is the feed of all calendars.
func AllICS() string { return "/ics/all.ics" }

// CalendarICS is the feed of a calendar.
func CalendarICS(slug string) string { return "/ics/calendars/" + escape(slug) + ".ics" }

// EntryICS is the file of an entry.
func EntryICS(calendar, entry string) string {
	return "/ics/calendars/" + escape(calendar) + "/" + escape(entry) + ".ics"
}

// MemberICS is where members' own calendars are, each by its secret; no file of the site's.
const MemberICS = "/ics/me/"

// MarketICS is the feed of the calendars that the market shows.
func MarketICS() string { return "/ics/market.ics" }

// PageICS is the feed of the calendars that a post or page shows, by its id.
func PageICS(id string) string { return "/ics/pages/" + escape(id) + ".ics" }

// CalendarFragment is a calendar to be put into another page: a view (list, month, next) of
// the calendar with an id, or with "all" of all.
func CalendarFragment(id, view string) string {
	return "/_fragments/calendar/" + escape(id) + "/" + escape(view) + ".html"
}

// CalendarScript is the web component that puts calendars into other sites' pages.
func CalendarScript() string { return "/_fragments/ra-calendar.js" }

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
