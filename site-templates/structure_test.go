// What a browser and a screen reader make of the pages: nesting, headings,
// landmarks, policy, room for pictures, escaping.

package site

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// attributes of a tag by name.
func attributes(attr []html.Attribute) map[string]string {
	m := make(map[string]string, len(attr))
	for _, a := range attr {
		m[a.Key] = a.Val
	}
	return m
}

// walk calls visit for every element in document order with its depth.
func walk(n *html.Node, depth int, visit func(*html.Node, int)) {
	if n.Type == html.ElementNode {
		visit(n, depth)
		depth++
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, depth, visit)
	}
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

var void = map[string]bool{"base": true, "meta": true, "link": true, "img": true, "hr": true, "br": true, "input": true, "source": true}

// written lists the tags of a page as they stand in the text, with their depth; it
// fails at an end tag that closes something else.
func written(page string) ([]string, error) {
	var list, open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				return nil, fmt.Errorf("never closed: %v", open)
			}
			return list, nil
		case html.StartTagToken, html.SelfClosingTagToken: // whose slash means nothing in HTML
			name, _ := z.TagName()
			list = append(list, strconv.Itoa(len(open))+" "+string(name))
			if !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return nil, fmt.Errorf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// TestNesting holds the text of each page to the tree that a browser makes of it: a
// parser that moved, closed or added an element would differ.
func TestNesting(t *testing.T) {
	for _, s := range samples() {
		page := render(t, s)
		want, err := written(page)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		var got []string
		walk(parse(t, page), 0, func(n *html.Node, depth int) {
			got = append(got, strconv.Itoa(depth)+" "+strings.ToLower(n.Data))
		})
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Errorf("%s: element %d is written as %q, read as %q", s.name, i, want[i], append(got, "nothing")[min(i, len(got))])
				break
			}
		}
	}
}

func TestHeadingsAndLandmarks(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			last, count := 0, map[string]int{}
			labels, ids := map[string]bool{}, map[string]bool{}
			walk(parse(t, render(t, s)), 0, func(n *html.Node, _ int) {
				count[n.Data]++
				a := attributes(n.Attr)
				if id := a["id"]; id != "" {
					if ids[id] {
						t.Errorf("id %q is given twice", id)
					}
					ids[id] = true
				}
				if n.Data == "nav" {
					if a["aria-label"] == "" || labels[a["aria-label"]] {
						t.Errorf("nav label %q is missing or given twice", a["aria-label"])
					}
					labels[a["aria-label"]] = true
				}
				if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
					level := int(n.Data[1] - '0')
					if level > last+1 {
						t.Errorf("h%d follows h%d", level, last)
					}
					last = level
				}
			})
			for _, name := range []string{"h1", "main", "title"} {
				if count[name] != 1 {
					t.Errorf("%d elements %s, want 1", count[name], name)
				}
			}
			if !ids["main"] && !strings.HasPrefix(s.name, "fragment-") {
				t.Error("the skip link leads nowhere")
			}
		})
	}
}

// TestPolicy holds pages to what 'self' allows.
func TestPolicy(t *testing.T) {
	for _, s := range samples() {
		walk(parse(t, render(t, s)), 0, func(n *html.Node, _ int) {
			a := attributes(n.Attr)
			for name := range a {
				if name == "style" || strings.HasPrefix(name, "on") {
					t.Errorf("%s: <%s> has an attribute %s", s.name, n.Data, name)
				}
			}
			switch {
			case n.Data == "style":
				t.Errorf("%s: an inline style sheet", s.name)
			case n.Data == "script" && a["type"] == "speculationrules":
				if !strings.Contains(ContentSecurityPolicy, " "+hashSource(n.FirstChild.Data)) {
					t.Errorf("%s: the policy does not allow %s", s.name, n.FirstChild.Data)
				}
			case n.Data == "script" && a["src"] != "" && a["integrity"] == "":
				t.Errorf("%s: a script without integrity", s.name)
			case n.Data == "script" && a["src"] == "" && a["type"] != "application/ld+json":
				t.Errorf("%s: an inline script", s.name)
			case n.Data == "link" && a["rel"] == "stylesheet" && a["integrity"] == "":
				t.Errorf("%s: a style sheet without integrity", s.name)
			}
		})
	}
}

func TestPicturesLeaveRoom(t *testing.T) {
	for _, s := range samples() {
		walk(parse(t, render(t, s)), 0, func(n *html.Node, _ int) {
			if n.Data != "img" {
				return
			}
			a := attributes(n.Attr)
			if _, ok := a["alt"]; !ok {
				t.Errorf("%s: %s has no alt", s.name, a["src"])
			}
			if a["width"] == "" || a["height"] == "" {
				t.Errorf("%s: %s has no size", s.name, a["src"])
			}
			if (a["fetchpriority"] == "high") == (a["loading"] == "lazy") {
				t.Errorf("%s: %s is neither eager nor lazy, or both", s.name, a["src"])
			}
		})
	}
}

// TestOneFirst: of the pictures of a page one is fetched before the others, and it
// is the topmost. The site's own sign above it is not counted.
func TestOneFirst(t *testing.T) {
	for _, s := range samples() {
		var early []string
		late := 0
		walk(parse(t, render(t, s)), 0, func(n *html.Node, _ int) {
			a := attributes(n.Attr)
			switch {
			case n.Data != "img" || a["class"] == "logo":
			case a["fetchpriority"] == "high" && late > 0:
				t.Errorf("%s: %s is fetched before what is above it", s.name, a["src"])
			case a["fetchpriority"] == "high":
				early = append(early, a["src"])
			default:
				late++
			}
		})
		if most := 1; len(early) > most && s.name != "author" { // which has a cover, and a face on it
			t.Errorf("%s: %v are fetched first", s.name, early)
		}
	}
}

// TestSpeculationRules: what browsers are told can be read, and names only paths
// that this origin has.
func TestSpeculationRules(t *testing.T) {
	var rules struct {
		Prefetch []struct {
			Eagerness string
			Where     struct {
				And []struct {
					HrefMatches []string `json:"href_matches"`
					Not         struct {
						HrefMatches []string `json:"href_matches"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(SpeculationRules), &rules); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(SpeculationRules, "<") {
		t.Error("the rules could end their element")
	}
	without := map[string]bool{}
	for _, r := range rules.Prefetch {
		if r.Eagerness != "moderate" {
			t.Errorf("eagerness %q", r.Eagerness)
		}
		for _, part := range r.Where.And {
			for _, pattern := range append(part.HrefMatches, part.Not.HrefMatches...) {
				if !strings.HasPrefix(pattern, "/") {
					t.Errorf("%q is not of this origin", pattern)
				}
			}
			for _, pattern := range part.Not.HrefMatches {
				without[pattern] = true
			}
		}
	}
	for _, dynamic := range strings.Fields("account cart checkout login editor orders v1 _dev") {
		if !without["/"+dynamic+"/*"] {
			t.Errorf("/%s/ is fetched ahead", dynamic)
		}
	}
}

// TestZeroViews renders every entry point with nothing to say.
func TestZeroViews(t *testing.T) {
	for _, s := range append(append(loginZeroViews(), eventZeroViews()...), []sample{
		{"home", Home(HomePage{})}, {"post", Post(PostPage{})}, {"tag", TagArchive(TagPage{})},
		{"author", AuthorArchive(AuthorPage{})}, {"market", Market(MarketPage{})},
		{"category", Category(CategoryPage{})}, {"term", Term(TermPage{})}, {"product", Product(ProductPage{})}, {"search", Search(SearchPage{})}, {"cart", Cart(CartPage{})}, {"checkout", Checkout(CheckoutPage{})},
		{"orders", Orders(OrdersPage{})}, {"order", Order(OrderPage{})}, {"invoice", Invoice(InvoicePage{})}, {"add", CartAdd(CartAddPage{})}, {"error", Error(ErrorPage{})},
	}...) {
		page := render(t, s)
		if _, err := written(page); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		for _, not := range []string{"<ul></ul>", "<p></p>", "<nil>", "0 min"} {
			if strings.Contains(page, not) {
				t.Errorf("%s: contains %q", s.name, not)
			}
		}
	}
}

// TestEscaping puts markup where text belongs.
func TestEscaping(t *testing.T) {
	const evil = `"><script>x()</script>`
	f := Frame{SiteTitle: evil, SiteTagline: evil, HomeURL: "javascript:x()", Lang: evil, Section: evil,
		Navigation: []Link{{Text: evil, URL: "javascript:x()"}}, Head: Head{Title: evil, Description: evil, Canonical: evil}}
	tag := Tag{Link: Link{Text: evil, URL: "javascript:x()"}, Color: evil}
	card := PostCard{URL: "javascript:x()", Title: evil, Excerpt: evil, Tag: &tag, Picture: &Picture{URL: evil, Alt: evil, Srcset: evil}}
	for _, s := range []sample{
		{"home", Home(HomePage{Frame: f, Intro: evil, Posts: []PostCard{card}, Products: []ProductCard{{URL: "javascript:x()", Name: evil, Price: evil, Labels: []string{evil}}}})},
		{"post", Post(PostPage{Frame: f, Title: evil, ShowTitle: true, Excerpt: evil, Tags: []Tag{tag}, GatedFor: evil, ReadOnURL: "javascript:x()"})},
		{"author", AuthorArchive(AuthorPage{Frame: f, Name: evil, Bio: evil, Website: "javascript:x()", Social: []Link{{Text: evil, URL: "javascript:x()"}}})},
		{"product", Product(ProductPage{Frame: f, Name: evil, Brand: &Link{Text: evil, URL: "javascript:x()"}, Claims: []Claim{{Link{Text: evil, URL: "javascript:x()"}, evil, evil}},
			Variants:  []Variant{{ID: evil, SKU: evil, Name: evil, Price: evil, MemberPrice: evil, Deposit: evil, Numbers: []Fact{{evil, evil}}}},
			Allergens: []Allergens{{Of: evil, Contains: []string{evil}}}, Nutrition: &Nutrition{Per: evil, Rows: []Nutrient{{Name: evil, Per: evil}}}, BusinessAddress: evil})},
		{"term", Term(TermPage{Frame: f, Kind: evil, Name: evil, Place: evil, Website: "javascript:x()", FilterURL: "javascript:x()"})},
		{"search", Search(SearchPage{Frame: f, Title: evil, Action: "javascript:x()", Words: evil, Fault: evil, Note: evil, InCategory: evil, Total: evil,
			Category: &Link{Text: evil}, Categories: []FilterLink{{Link{Text: evil, URL: "javascript:x()"}, 1}}, Sorts: []FilterOption{{Value: evil, Text: evil}},
			Filters: []Filter{{evil, evil, []FilterOption{{evil, evil, 1, true, evil}}}}, Prices: PriceFilter{evil, evil, evil, evil, evil},
			Chosen: []Link{{Text: evil, URL: "javascript:x()"}, {Text: evil}}, ClearURL: "javascript:x()", NextURL: "javascript:x()", FirstURL: "javascript:x()",
			Texts: []TextHit{{URL: "javascript:x()", Title: evil, Kind: evil, Snippet: []SnippetPart{{evil, true}, {evil, false}}}}})},
		{"events", Occurrence(EventPage{Frame: f, Title: evil, Summary: evil, Calendar: tag, Day: EventDay{evil, evil, evil, evil}, When: When{Start: evil, Words: evil, Zone: evil, Note: evil, Series: evil},
			Notices: []Notice{{Kind: "moved", Title: evil, Text: evil, Was: evil}}, Place: &Place{evil, []string{evil}, "javascript:x()", "javascript:x()", []string{evil}, evil}, Online: evil, OnlineURL: "javascript:x()",
			Organizer: evil, SeriesURL: "javascript:x()", Next: []EventCard{{URL: "javascript:x()", Title: evil, Time: evil, Place: evil, Status: evil, Calendar: &tag}}, Add: &Subscribe{evil, "javascript:x()", "javascript:x()", "javascript:x()", "javascript:x()", &Link{evil, "javascript:x()", false}}})},
		{"calendars", Calendar(CalendarPage{Frame: f, Name: evil, Lede: evil, Calendars: []CalendarLink{{tag, evil}, {tag, evil}}, All: &Link{evil, "javascript:x()", false}, Embed: &Embed{"</textarea>" + evil, evil},
			Months: []EventMonth{{evil, "javascript:x()", []EventDates{{EventDay{}, []EventCard{{URL: "javascript:x()", Title: evil, Summary: evil}}}}}}})},
		{"fragment", Fragment(FragmentPage{Title: evil, PlacedCalendar: PlacedCalendar{Link: Link{evil, "javascript:x()", false}, WebcalURL: "javascript:x()", Next: []EventCard{{URL: "javascript:x()", Title: evil}}}})},
		{"placed", Post(PostPage{Frame: f, Placed: []Placed{{Link{Text: evil, URL: "javascript:" + evil}, []ProductCard{{Name: evil, Was: evil}}}}})},
	} {
		page := render(t, s)
		if strings.Contains(page, "<script>") || strings.Contains(page, `"javascript:`) {
			t.Errorf("%s lets markup or a script's address through", s.name)
		}
	}
}
