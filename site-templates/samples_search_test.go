package site

import "fmt"

// sampleSearch is a search with everything that one can show.
func sampleSearch() SearchPage {
	brands := Filter{Name: "brand", Title: "Brand"}
	for i := range 12 {
		brands.Options = append(brands.Options, FilterOption{Value: fmt.Sprint("brand-", i), Text: fmt.Sprint("Brand ", i), Count: 12 - i, Chosen: i == 10})
	}
	return SearchPage{
		Frame: sampleFrame("search", "/search/", "Search"), Title: "Pulses", Action: "/search/", Words: "beans", InCategory: "pulses",
		Note: "No product has “beens”. These are spelt alike.", Category: &Link{Text: "Pulses", URL: "/market/pulses/"},
		Categories: []FilterLink{{Link{Text: "Beans", URL: "/search/?category=beans&q=beans"}, 4}},
		Filters: []Filter{
			{Name: "availability", Title: "Availability", Options: []FilterOption{{Value: "in_stock", Text: "In stock", Count: 4, Chosen: true}}}, brands,
		},
		Prices: PriceFilter{Min: "2", Least: "£0.85", Most: "£24.00", CurrencyMark: "£"},
		Sorts:  []FilterOption{{Value: "relevance", Text: "best match", Chosen: true}, {Value: "price", Text: "price, lowest first"}},
		Chosen: []Link{{Text: "In stock", URL: "/search/?q=beans"}, {Text: "Brand 10", URL: "/search/?q=beans"}}, ClearURL: "/search/?q=beans",
		Total: "57 products", Products: sampleProducts(), NextURL: "/search/?cursor=x", FirstURL: "/search/?q=beans",
		Texts: []TextHit{
			{URL: "/beans/", Title: "All about beans", Kind: "Post", Published: Date{ISO: "2026-05-01T09:00:00Z", Text: "1 May 2026"},
				Picture: samplePicture("beans.svg", "Four jars of beans", 1600, 900), Snippet: []SnippetPart{{"Soak your ", false}, {"beans", true}, {" overnight.", false}}},
			{URL: "/visit/", Title: "Visit", Kind: "Page", Snippet: []SnippetPart{{Text: "Open from eight."}}},
		},
	}
}
