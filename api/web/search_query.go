// What the search page is asked for: its address read, and written again.

package web

import (
	"net/url"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// Limits of an address.
const (
	maxWords  = 200 // letters
	maxValues = 20  // of one filter
	maxValue  = 100 // bytes of one of them
	maxCursor = 500
)

// asked is what an address of the search page asks for, and how it was written.
type asked struct {
	ProductSearch
	values url.Values // what is good of it, for the form and for links
}

// filters are the parameters that can have several values.
var filters = []string{"brand", "producer", "label", "free_from", "country"}

// readAsked reads an address. What it asks for comes back as far as it can be read,
// with a 422 for the first part that cannot. Parameters that there are not are left
// alone.
func readAsked(values url.Values) (asked, error) {
	a := asked{values: url.Values{}}
	var fault error
	refuse := func(name, message string) {
		if fault == nil {
			fault = problem.Unprocessable("%s", message).WithField("query."+name, message)
		}
	}
	one := func(name string, most int) string {
		text := strings.TrimSpace(readableText(values.Get(name)))
		if len([]rune(text)) > most {
			refuse(name, "that is too long")
			text = string([]rune(text)[:most])
		}
		if text != "" {
			a.values.Set(name, text)
		}
		return text
	}
	a.Words, a.Category, a.Collection = one("q", maxWords), one("category", maxValue), one("collection", maxValue)
	lists := map[string]*[]string{"brand": &a.Brands, "producer": &a.Producers, "label": &a.Labels, "free_from": &a.FreeFrom, "country": &a.Origins}
	for _, name := range filters {
		for _, value := range values[name] {
			for part := range strings.SplitSeq(readableText(value), ",") {
				if part = strings.TrimSpace(part); part == "" || slices.Contains(*lists[name], part) {
					continue
				}
				if len(part) > maxValue || len(*lists[name]) == maxValues {
					refuse(name, "that is more than can be chosen at once")
					continue
				}
				*lists[name] = append(*lists[name], part)
				a.values.Add(name, part)
			}
		}
	}
	switch one("availability", maxValue) {
	case "":
	case "in_stock":
		a.InStock = true
	default:
		a.values.Del("availability")
		refuse("availability", "products can be shown that are in stock")
	}
	switch one("reduced", maxValue) {
	case "":
	case "true":
		a.Reduced = true
	default:
		a.values.Del("reduced")
		refuse("reduced", "products can be shown that are reduced")
	}
	a.PriceMin, a.PriceMax = a.price("price_min", one, refuse), a.price("price_max", one, refuse)
	if a.PriceMax > 0 && a.PriceMin > a.PriceMax {
		refuse("price_max", "the highest price is below the lowest")
	}
	if a.Sort = one("sort", maxValue); a.Sort != "" && !slices.ContainsFunc(sorts, func(s [2]string) bool { return s[0] == a.Sort }) {
		a.values.Del("sort")
		refuse("sort", "that is no way to sort")
		a.Sort = ""
	}
	if a.Sort == "relevance" && a.Words == "" {
		a.values.Del("sort")
		a.Sort = ""
	}
	a.Cursor, a.Limit = one("cursor", maxCursor), productsAPage
	return a, fault
}

// sorts are the ways to sort, and their names. The first is for words alone.
var sorts = [][2]string{
	{"relevance", "best match"}, {"name", "name"}, {"price", "price, lowest first"}, {"-price", "price, highest first"}, {"newest", "newest"},
}

// price reads an amount in pounds and pence, 0 where there is none.
func (a asked) price(name string, one func(string, int) string, refuse func(string, string)) int64 {
	text := one(name, 10)
	if text == "" {
		return 0
	}
	text = strings.TrimLeft(text, "£€$ ")
	a.values.Set(name, text) // the form has a sign of its own
	minor, ok := money.ParseDecimal(strings.Replace(text, ",", ".", 1), 2)
	if !ok {
		refuse(name, "a price is written like 2.50")
		return 0
	}
	return minor
}

// readableText is text without what no parameter of ours has.
func readableText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}

// filtered tells whether anything but words is asked for.
func (a asked) filtered() bool {
	return a.Category != "" || a.Collection != "" || len(a.Brands)+len(a.Producers)+len(a.Labels)+len(a.FreeFrom)+len(a.Origins) > 0 ||
		a.InStock || a.Reduced || a.PriceMin > 0 || a.PriceMax > 0
}

// address is the page's with a change; it begins anew.
func (a asked) address(change func(url.Values)) string {
	values := url.Values{}
	for name, list := range a.values {
		if name != "cursor" {
			values[name] = slices.Clone(list)
		}
	}
	change(values)
	if len(values) == 0 {
		return urls.Search()
	}
	return urls.Search() + "?" + values.Encode()
}

// without is the address without one value.
func (a asked) without(name, value string) string {
	return a.address(func(v url.Values) {
		v[name] = slices.DeleteFunc(v[name], func(s string) bool { return s == value })
		if len(v[name]) == 0 {
			delete(v, name)
		}
	})
}

// with is the address with one value in place of others.
func (a asked) with(name, value string) string {
	return a.address(func(v url.Values) { v.Set(name, value) })
}

// faultOf says what was wrong in words for people.
func faultOf(refusal *problem.Details) string {
	if refusal.Code == "invalid_cursor" {
		return "This list has changed since. Begin again with Search."
	}
	if len(refusal.Errors) > 0 {
		name := strings.TrimPrefix(refusal.Errors[0].Location, "query.")
		if words, known := faults[name]; known && refusal.Errors[0].Message != refusal.Detail {
			return words
		}
		return sentence(refusal.Detail)
	}
	return sentence(refusal.Detail)
}

// faults are what is wrong with a filter whose value there is not.
var faults = map[string]string{
	"brand": "There is no such brand.", "producer": "There is no such producer.", "label": "There is no such label.",
	"free_from": "There is no such allergen.", "country": "There is no such country.", "q": "Look for a word of up to 200 letters.",
}

func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
