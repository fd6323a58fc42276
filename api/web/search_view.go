// From what was found to what the search page is given.

package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// page lays out what was found.
func (a asked) page(s scene.Scene, found ProductsFound) site.SearchPage {
	view := site.SearchPage{
		Frame: s.Frame(urls.Search()), Title: "Search", Action: urls.Search(), Words: a.Words, InCategory: a.Category, InCollection: a.Collection,
		Filters: a.filterGroups(found), Prices: a.prices(found), Total: total(found.Total),
	}
	view.Frame.Section = "search"
	if c := found.Category; c != nil {
		view.Category = &site.Link{Text: c.Name, URL: s.Link(urls.Market, urls.Category(c.Slug))}
		view.Title = c.Name
		view.InCategory = c.Slug
	}
	if c := found.Collection; c != nil {
		view.InCollection = c.Slug
		if found.Category == nil {
			view.Title = c.Name
		}
	}
	for _, c := range found.Categories {
		if c.Count > 0 {
			view.Categories = append(view.Categories, site.FilterLink{Link: site.Link{Text: c.Name, URL: a.with("category", c.Value)}, Count: c.Count})
		}
	}
	view.Chosen, view.ClearURL = a.chosen(view, found.Collection), a.address(func(v url.Values) {
		for name := range v {
			if name != "q" && name != "sort" {
				delete(v, name)
			}
		}
	})
	for _, option := range sorts {
		if option[0] != "relevance" || a.Words != "" {
			view.Sorts = append(view.Sorts, site.FilterOption{Value: option[0], Text: option[1], Chosen: a.Sort == option[0]})
		}
	}
	for _, c := range found.Cards {
		view.Products = append(view.Products, s.ProductCard(c))
	}
	if found.Next != "" {
		view.NextURL = a.with("cursor", found.Next)
	}
	if a.Cursor != "" {
		view.FirstURL = a.address(func(url.Values) {})
	}
	title := view.Title
	if a.Words != "" {
		title = a.Words + " – " + title
	}
	view.Frame.Head = site.Head{
		Title: title + " – " + s.Settings.Title, Description: "Find products, posts and pages of " + s.Settings.Title + ".",
		Canonical: s.Sites.URL(urls.Blog, urls.Search()), NoIndex: len(a.values) > 0,
	}
	return view
}

func total(n int) string {
	switch n {
	case 0:
		return "No products"
	case 1:
		return "1 product"
	}
	return fmt.Sprint(n, " products")
}

// filterGroups are the facets with something to choose.
func (a asked) filterGroups(found ProductsFound) []site.Filter {
	var groups []site.Filter
	add := func(name string, counts []Counted, text func(Counted) string) {
		f := site.Filter{Name: name, Title: filterTitles[name]}
		for _, c := range counts {
			if c.Count > 0 || c.Chosen {
				f.Options = append(f.Options, site.FilterOption{Value: c.Value, Text: text(c), Count: c.Count, Chosen: c.Chosen, Written: a.written(name, c)})
			}
		}
		if len(f.Options) > 0 {
			groups = append(groups, f)
		}
	}
	name := func(c Counted) string { return cmp.Or(c.Name, c.Value) }
	add("availability", []Counted{found.InStock}, func(Counted) string { return "In stock" })
	add("reduced", []Counted{found.Reduced}, func(Counted) string { return "Reduced" })
	add("label", found.Labels, name)
	add("free_from", found.FreeFrom, func(c Counted) string { return scene.Allergen(contract.AllergenCode(c.Value)) })
	add("brand", found.Brands, name)
	add("producer", found.Producers, name)
	add("country", found.Origins, func(c Counted) string { return site.Country(c.Value) })
	if len(groups) == 0 { // nothing was found out: what was chosen stays in the form
		for _, n := range append([]string{"availability", "reduced"}, filters...) {
			var counts []Counted
			for _, v := range a.values[n] {
				counts = append(counts, Counted{Value: v, Chosen: true, Count: -1})
			}
			add(n, counts, name)
		}
	}
	return groups
}

// filterTitles are the filters as they are called on the page.
var filterTitles = map[string]string{
	"availability": "Availability", "reduced": "Offers", "label": "Labels", "free_from": "Free from",
	"brand": "Brand", "producer": "Producer", "country": "Country of origin",
}

// written is a value as the address has it: by its name or by its id.
func (a asked) written(filter string, c Counted) string {
	if c.ID != "" && slices.Contains(a.values[filter], c.ID) {
		return c.ID
	}
	return c.Value
}

func (a asked) prices(found ProductsFound) site.PriceFilter {
	p := site.PriceFilter{Min: a.values.Get("price_min"), Max: a.values.Get("price_max"), CurrencyMark: "£"}
	if found.Least != nil && found.Most != nil {
		p.Least, p.Most = money.Format(*found.Least), money.Format(*found.Most)
		p.CurrencyMark = money.Symbol(found.Least.Currency)
	}
	return p
}

// chosen is each filter that is chosen, with the address without it.
func (a asked) chosen(view site.SearchPage, collection *contract.TermLink) []site.Link {
	var links []site.Link
	if a.Category != "" {
		text := a.Category
		if view.Category != nil {
			text = view.Category.Text
		}
		links = append(links, site.Link{Text: text, URL: a.without("category", a.Category)})
	}
	if collection != nil {
		links = append(links, site.Link{Text: collection.Name, URL: a.without("collection", a.Collection)})
	}
	for _, f := range view.Filters {
		for _, o := range f.Options {
			if !o.Chosen {
				continue
			}
			text := o.Text
			if f.Name == "free_from" {
				text = "Free from " + text
			}
			links = append(links, site.Link{Text: text, URL: a.without(f.Name, o.Written)})
		}
	}
	for _, bound := range [][2]string{{"price_min", "From "}, {"price_max", "Up to "}} {
		if text := a.values.Get(bound[0]); text != "" {
			links = append(links, site.Link{Text: bound[1] + view.Prices.CurrencyMark + text, URL: a.without(bound[0], text)})
		}
	}
	return links
}

// note says how what is shown answers the words.
func note(a asked, found ProductsFound, texts int) string {
	switch {
	case a.Words == "":
		return ""
	case found.Similar:
		return "No product has “" + a.Words + "”. These are spelt alike."
	case found.Total == 0 && a.filtered():
		return "No product has “" + a.Words + "” and all that is chosen."
	case found.Total == 0 && texts == 0:
		return "Nothing was found for “" + a.Words + "”. Try fewer words, or other ones."
	case found.Total == 0:
		return "No product has “" + a.Words + "”."
	}
	return ""
}

func textHits(s scene.Scene, found []TextFound) []site.TextHit {
	hits := make([]site.TextHit, len(found))
	for i, t := range found {
		hits[i] = site.TextHit{Title: t.Title, URL: t.URL, Kind: "Post", Snippet: t.Snippet, Picture: s.Picture(t.Card.FeatureImage)}
		switch {
		case t.Page:
			hits[i].Kind = "Page"
		case t.Entry:
			hits[i].Kind = "Event"
			if t.Next != nil {
				hits[i].Published = site.NewDate(t.Next.At, zoneOr(t.Next.Timezone, s.Zone()))
			}
		default:
			hits[i].Published = site.NewDate(t.Card.PublishedAt, s.Zone())
		}
	}
	return hits
}

// zoneOr is the zone of a name, otherwise where there is none.
func zoneOr(name string, otherwise *time.Location) *time.Location {
	if at, err := zones.Load(name); err == nil {
		return at
	}
	return otherwise
}

func zone(settings contract.SiteSettings) *time.Location {
	return scene.Scene{Settings: settings}.Zone()
}
