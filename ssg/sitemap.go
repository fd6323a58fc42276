// The sitemap: an index, and one part a kind of page.

package ssg

import (
	"context"
	"encoding/xml"
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

// sitemap makes a sitemap for each tree: an address may only stand in the sitemap
// of its own origin.
func (r *Renderer) sitemap(ctx context.Context, from *reader) ([]Page, error) {
	parts := map[urls.App]map[string][]sitemapEntry{urls.Blog: {}, urls.Market: {}}
	add := func(app urls.App, part, at string, changed time.Time) {
		e := sitemapEntry{Loc: r.sites.URL(app, at)}
		if !changed.IsZero() {
			e.LastMod = iso(changed)
		}
		parts[app][part] = append(parts[app][part], e)
	}
	add(urls.Blog, "pages", urls.Home(), time.Time{})
	for typ, part := range map[contract.PostType]string{contract.TypePost: "posts", contract.TypePage: "pages"} {
		key := keyPosts
		if typ == contract.TypePage {
			key = keyPages
		}
		posts, err := from.cards(ctx, key, contract.PostQuery{Type: typ})
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			add(urls.Blog, part, p.Path, p.UpdatedAt)
		}
	}
	tags, err := all(func(after string) ([]contract.Tag, string, error) { return from.blog.Tags(ctx, pageful, after) })
	if err != nil {
		return nil, err
	}
	for _, t := range tags {
		from.read(keyTag(t.ID))
		add(urls.Blog, "tags", urls.Tag(t.Slug), t.UpdatedAt)
	}
	authors, err := all(func(after string) ([]contract.Author, string, error) { return from.blog.Authors(ctx, pageful, after) })
	if err != nil {
		return nil, err
	}
	for _, a := range authors {
		from.read(keyAuthor(a.ID))
		add(urls.Blog, "authors", urls.Author(a.Slug), a.UpdatedAt)
	}
	add(urls.Market, "categories", urls.Home(), time.Time{})
	categories, err := from.categories()
	if err != nil {
		return nil, err
	}
	for _, c := range categories {
		add(urls.Market, "categories", urls.Category(c.Slug), c.UpdatedAt)
	}
	products, err := from.products(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, p := range products {
		add(urls.Market, "products", urls.Product(p.Slug), p.UpdatedAt)
	}
	return r.sitemapFiles(parts)
}

func (r *Renderer) sitemapFiles(parts map[urls.App]map[string][]sitemapEntry) ([]Page, error) {
	var pages []Page
	for _, app := range r.apps() {
		index := sitemapIndex{Space: sitemapSpace}
		for _, part := range []string{"posts", "pages", "tags", "authors", "categories", "products"} {
			var entries []sitemapEntry
			for of, named := range parts {
				if r.sites.Tree(of) == r.sites.Tree(app) {
					entries = append(entries, named[part]...)
				}
			}
			if len(entries) == 0 {
				continue
			}
			name := urls.SitemapShard(part)
			index.Parts = append(index.Parts, sitemapEntry{Loc: r.sites.Base(app) + name})
			body, err := document(sitemapSet{Space: sitemapSpace, URLs: entries})
			if err != nil {
				return nil, err
			}
			pages = append(pages, r.rootFile(app, name, body))
		}
		body, err := document(index)
		if err != nil {
			return nil, err
		}
		pages = append(pages, r.rootFile(app, urls.Sitemap(), body))
	}
	return pages, nil
}
