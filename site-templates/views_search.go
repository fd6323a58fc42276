// What the search page is given.

package site

import "slices"

// SearchPage finds products, posts and pages by words, and lists products by what can
// be filtered by. All of it is one form.
type SearchPage struct {
	Frame  Frame
	Title  string
	Action string // the form's address
	Words  string // what was looked for
	// Fault says what was wrong with the question; the form is there to mend it.
	Fault string
	// Note says how what is shown answers the words.
	Note       string
	Category   *Link  // the one that is listed
	InCategory string // its slug, as the form keeps it
	// InCollection is the slug of the collection that is looked through.
	InCollection string
	Categories   []FilterLink
	Filters      []Filter
	Prices       PriceFilter
	Sorts        []FilterOption // as the select has them
	Chosen       []Link         // each filter with the address without it
	ClearURL     string         // the same without any filter
	Total        string         // "57 products"
	Products     []ProductCard
	NextURL      string
	FirstURL     string // from a later page back to the first
	Texts        []TextHit
}

// Filter is a facet: a group of values with how many products have each.
type Filter struct {
	Name    string // of the parameter
	Title   string
	Options []FilterOption
}

// valuesFirst is how many values of a filter are shown at once; those that fill a few
// lines more are not worth hiding.
const valuesFirst = 8

func (f Filter) first() []FilterOption { return f.Options[:len(f.Options)-len(f.rest())] }

func (f Filter) rest() []FilterOption {
	if len(f.Options) < valuesFirst+3 {
		return nil
	}
	return f.Options[valuesFirst:]
}

func anyChosen(options []FilterOption) bool {
	return slices.ContainsFunc(options, func(o FilterOption) bool { return o.Chosen })
}

// FilterOption is a value that can be chosen. A Count below 0 is not shown.
type FilterOption struct {
	Value  string
	Text   string
	Count  int
	Chosen bool
	// Written is the value as the address has it, where it is chosen.
	Written string
}

// FilterLink leads to a narrower list.
type FilterLink struct {
	Link
	Count int
}

// PriceFilter is the bounds of the price, in the currency's large unit as people write
// it, and what there is.
type PriceFilter struct {
	Min, Max     string
	Least, Most  string // "£0.85", "£24.00"; empty: nothing has a price
	CurrencyMark string // "£"
}

// TextHit is a post, page or event that was found.
type TextHit struct {
	URL       string
	Title     string
	Kind      string // "Post", "Page", "Event"
	Published Date   // of posts; of events, when the next date is
	Picture   *Picture
	Snippet   []SnippetPart
}

// SnippetPart is a piece of a text; Hit marks words that were looked for.
type SnippetPart struct {
	Text string
	Hit  bool
}
