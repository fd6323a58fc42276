// The search page's sources: search, market and blog put together.

package api

import (
	"context"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/search"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/web"
	site "rose-ash.com/roseash/site-templates"
)

// searchPage is the page of this app.
func (a *App) searchPage() *web.SearchPage {
	return &web.SearchPage{
		Finder: finder{a.Blog, a.Market, a.Search}, Calendars: a.Events.Open, Sites: a.options.Config.Sites,
		Assets: site.DefaultAssets(), Media: urls.Media(a.options.Config.MediaURL), Clock: a.options.Clock,
	}
}

// finder is what the search page reads of the domains.
type finder struct {
	blog   *blog.Service
	market *market.Service
	search *search.Service
}

// Settings are the site's.
func (f finder) Settings(ctx context.Context) (contract.SiteSettings, error) {
	return f.blog.Settings(ctx)
}

// FindProducts has the words found by search, and the list and its facets made by the
// market.
func (f finder) FindProducts(ctx context.Context, query web.ProductSearch) (found web.ProductsFound, err error) {
	ask := market.ListQuery{
		ProductQuery: market.ProductQuery{Category: query.Category, Limit: query.Limit, Cursor: query.Cursor},
		ProductFilter: market.ProductFilter{
			Brands: query.Brands, Producers: query.Producers, Labels: query.Labels, Countries: query.Origins,
			PriceMin: query.PriceMin, PriceMax: query.PriceMax, Reduced: query.Reduced, Collection: query.Collection,
		},
		Sort: market.ProductSort(query.Sort), Facets: true,
	}
	for _, code := range query.FreeFrom {
		ask.FreeFrom = append(ask.FreeFrom, contract.AllergenCode(code))
	}
	if query.InStock {
		ask.Availability = []contract.Availability{contract.InStock}
	}
	if query.Words != "" {
		if ask.Only, found.Similar, err = f.search.Products(ctx, query.Words, search.MaxProducts); err != nil {
			return found, err
		}
		if ask.Only == nil {
			ask.Only = []contract.ProductID{}
		}
		ask.Of = query.Words
		if ask.Sort == "" {
			ask.Sort = market.ByRelevance
		}
	}
	if query.Category != "" {
		category, err := f.market.Category(ctx, query.Category)
		if err != nil {
			return found, err
		}
		found.Category = &category
	}
	if query.Collection != "" {
		collection, err := f.market.Term(ctx, contract.CollectionTaxonomy, query.Collection)
		if err != nil {
			return found, err
		}
		found.Collection = &collection.TermLink
	}
	list, err := f.market.List(ctx, ask)
	if err != nil {
		return found, err
	}
	found.Next = list.NextCursor
	for _, item := range list.Items {
		found.Cards = append(found.Cards, item.ProductCard)
	}
	if list.Facets != nil {
		countFacets(&found, list.Facets)
	}
	return found, nil
}

// countFacets takes over the market's counts.
func countFacets(found *web.ProductsFound, facets *market.ProductFacets) {
	terms := func(counts []market.TermCount) (list []web.Counted) {
		for _, c := range counts {
			list = append(list, web.Counted{Value: c.Slug, Name: c.Name, ID: string(c.ID), Count: c.Count, Chosen: c.Chosen})
		}
		return list
	}
	found.Total = facets.Total
	for _, c := range facets.Category {
		found.Categories = append(found.Categories, web.Counted{Value: c.Slug, Name: c.Name, Count: c.Count})
	}
	found.Brands, found.Producers, found.Labels = terms(facets.Brand), terms(facets.Producer), terms(facets.Label)
	for _, c := range facets.FreeFrom {
		found.FreeFrom = append(found.FreeFrom, web.Counted{Value: string(c.Code), Count: c.Count, Chosen: c.Chosen})
	}
	for _, c := range facets.Country {
		found.Origins = append(found.Origins, web.Counted{Value: c.Code, Count: c.Count, Chosen: c.Chosen})
	}
	for _, c := range facets.Availability {
		if c.Value == contract.InStock {
			found.InStock = web.Counted{Value: string(c.Value), Count: c.Count, Chosen: c.Chosen}
		}
	}
	found.Reduced = web.Counted{Value: "true", Count: facets.Reduced.Count, Chosen: facets.Reduced.Chosen}
	if p := facets.Price; p != nil {
		found.Least, found.Most = &p.Min, &p.Max
	}
}

// FindTexts finds posts, pages and entries of calendars.
func (f finder) FindTexts(ctx context.Context, words string, limit int) ([]web.TextFound, error) {
	results, err := f.search.Search(ctx, search.Query{Text: words, Kinds: []search.Kind{search.Post, search.Page, search.Entry}, Limit: limit})
	if err != nil {
		return nil, err
	}
	var found []web.TextFound
	for _, hit := range results.Items {
		t := web.TextFound{Title: hit.Title, URL: hit.URL, Page: hit.Kind == search.Page, Entry: hit.Kind == search.Entry,
			Card: contract.PostCard{FeatureImage: hit.Image, PublishedAt: hit.PublishedAt}}
		if d := hit.NextDate; d != nil {
			t.Next = &web.NextDate{At: d.StartsAt, Timezone: d.Timezone}
		}
		for _, part := range hit.Snippet {
			t.Snippet = append(t.Snippet, site.SnippetPart{Text: part.Text, Hit: part.Hit})
		}
		found = append(found, t)
	}
	return found, nil
}
