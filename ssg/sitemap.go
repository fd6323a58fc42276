// The sitemap: an index, and one part a kind of page.

package ssg

import (
	"encoding/xml"
	"strconv"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

type sitemapIndex struct {
	XMLName xml.Name       `xml:"sitemapindex"`
	Space   string         `xml:"xmlns,attr"`
	Parts   []sitemapEntry `xml:"sitemap"`
}

type sitemapSet struct {
	XMLName xml.Name       `xml:"urlset"`
	Space   string         `xml:"xmlns,attr"`
	URLs    []sitemapEntry `xml:"url"`
}

type sitemapEntry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// appOfList is the app whose sitemap a list is in.
func appOfList(list string) urls.App {
	if list == listProducts || list == listCategories || termList(list) {
		return urls.Market
	}
	if list == listEvents || list == listDates {
		return urls.Events
	}
	return urls.Blog
}

// hasPart tells whether a part of the sitemap has an address in it.
func (b *batch) hasPart(u Unit) bool {
	return u.ID == listAuthors || u.ID == listCategories || u.ID == listEvents || len(b.shards[u]) > 0
}

// partName is the name of a sitemap's part.
func partName(u Unit) string {
	if u.ID == listDates {
		return listEvents + "-" + monthNumbered(u.Page)
	}
	if !sharded[u.ID] {
		return u.ID
	}
	return u.ID + "-" + strconv.Itoa(u.Page+1)
}

// sitemap is a part of a sitemap: the things of a list, or of a stretch of it. An
// address may only stand in the sitemap of its own origin.
func (r *Renderer) sitemap(from *reader) (*Page, error) {
	app := appOfList(from.unit.ID)
	set := sitemapSet{Space: sitemapSpace}
	add := func(at string, changed time.Time) {
		e := sitemapEntry{Loc: r.sites.URL(app, at)}
		if !changed.IsZero() {
			e.LastMod = iso(changed)
		}
		set.URLs = append(set.URLs, e)
	}
	// The front pages stand in parts that are always there.
	if from.unit.ID == listAuthors || from.unit.ID == listCategories || from.unit.ID == listEvents {
		add(urls.Home(), time.Time{})
	}
	for _, id := range from.shards[from.unit] {
		switch from.unit.ID {
		case listPosts, listPages:
			if c := from.card(contract.PostID(id)); c != nil {
				add(c.Path, c.UpdatedAt)
			}
		case listTags:
			if t := from.tags[contract.TagID(id)]; t != nil {
				add(urls.Tag(t.Slug), t.UpdatedAt)
			}
		case listAuthors:
			if a := from.authors[contract.AuthorID(id)]; a != nil {
				add(urls.Author(a.Slug), a.UpdatedAt)
			}
		case listCategories:
			if c := from.categories[contract.CategoryID(id)]; c != nil {
				add(urls.Category(c.Slug), c.UpdatedAt)
			}
		case listBrands, listProducers, listLabels, listCollections:
			// Without a date: a term's own is not that of its page, which changes with
			// the products.
			if t := from.terms[contract.TermID(id)]; t != nil {
				add(termPath(t.TermLink), time.Time{})
			}
		case listProducts:
			if c := from.productCard(contract.ProductID(id)); c != nil {
				add(urls.Product(c.Slug), c.UpdatedAt)
			}
		case listEvents:
			// Without a date, as a term: what a calendar's page shows is its dates.
			if c := from.batch.calendar(contract.CalendarID(id)); c != nil {
				add(urls.Calendar(c.Slug), time.Time{})
			}
		case listDates:
			add(id, time.Time{})
		}
	}
	if from.unit.ID == listDates {
		from.addresses()
	}
	if len(set.URLs) == 0 {
		return nil, nil
	}
	body, err := document(set)
	return r.rootFile(app, urls.SitemapShard(partName(from.unit)), body), err
}

// sitemapIndex lists the parts of a tree's sitemap. It bears no dates: else every
// publish would change it.
func (r *Renderer) sitemapIndex(from *reader) (*Page, error) {
	app, used := r.appOf(from.unit.ID)
	if !used {
		return nil, nil
	}
	index := sitemapIndex{Space: sitemapSpace}
	add := func(name string) {
		index.Parts = append(index.Parts, sitemapEntry{Loc: r.sites.Base(app) + urls.SitemapShard(name)})
	}
	for _, l := range mapped {
		if r.sites.Tree(appOfList(l)) != from.unit.ID {
			continue
		}
		if u := (Unit{Kind: kindSitemap, ID: l}); !sharded[l] && from.hasPart(u) {
			add(l)
		}
		for _, n := range from.shardNumbers[l] {
			add(partName(Unit{ID: l, Page: n}))
		}
	}
	body, err := document(index)
	return r.rootFile(app, urls.Sitemap(), body), err
}
