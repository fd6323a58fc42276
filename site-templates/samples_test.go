// A made-up co-op to render: every page kind in every variant that looks or reads
// differently.

package site

import (
	_ "embed"
	"slices"

	"github.com/a-h/templ"
)

//go:embed testdata/body.html
var sampleBody string

// sample is a page with the name of its golden file.
type sample struct {
	name string
	page templ.Component
}

func samples() []sample {
	return append([]sample{
		{"home", Home(sampleHome())},
		{"home-page-2", Home(HomePage{
			Frame: sampleFrame("blog", "/page/2/", "Page 2"),
			Posts: samplePosts()[1:],
			Pager: Pager{NewerURL: "/page/3/", OlderURL: "/page/1/", Page: 2},
		})},
		{"home-empty", Home(HomePage{Frame: Frame{SiteTitle: "Rose Ash", HomeURL: "/", Assets: sampleAssets(), Head: Head{Title: "Rose Ash"}}})},
		{"post", Post(samplePost())},
		{"post-gated", Post(sampleGatedPost())},
		{"read", Read(sampleReading())},
		{"post-cards", Post(cardsPost())},
		{"page", Post(PostPage{
			Frame: logoFrame(), IsPage: true, ShowTitle: true, Title: "About us",
			Excerpt: "A shop, a bakery, two fields and four hundred owners.",
			Body:    "<p>We began with a table at the Saturday market.</p><h2>What we hold to</h2><p>Fair prices, both ways.</p>",
		})},
		{"page-untitled", Post(PostPage{
			Frame: sampleFrame("", "/visit/", "Visit"), IsPage: true, Title: "Visit",
			Body: `<h2>Come by</h2><p>Open from eight.</p>`,
		})},
		{"tag", TagArchive(TagPage{
			Frame: sampleFrame("blog", "/tag/recipes/", "Recipes"), Name: "Recipes",
			Description: "What to do with what is in season, tried in the kitchen behind the shop.",
			Color:       "#3f7d4e", Posts: samplePosts(), Pager: Pager{OlderURL: "/tag/recipes/page/3/"},
		})},
		{"page-placed", Post(PostPage{
			Frame: sampleFrame("", "/autumn/", "Autumn"), IsPage: true, ShowTitle: true, Title: "Autumn", Body: "<p>What we look forward to.</p>",
			Placed: []Placed{
				{Link{Text: "For the oven", URL: "/market/collections/for-the-oven/"}, sampleProducts()[:2]},
				{Link{Text: "For the jar", URL: "/market/collections/for-the-jar/"}, sampleProducts()[2:4]},
			},
		})},
		{"tag-pictured", TagArchive(TagPage{
			Frame: sampleFrame("blog", "/tag/bakery/", "Bakery"), Name: "Bakery",
			Picture: samplePicture("bread.svg", "A loaf, cut", 1200, 900),
		})},
		{"author", AuthorArchive(sampleAuthor())},
		{"author-bare", AuthorArchive(AuthorPage{Frame: sampleFrame("blog", "/author/rye/", "Rye Hollis"), Name: "Rye Hollis"})},
		{"market", Market(MarketPage{
			Frame:      sampleFrame("market", "/market/", "Market"),
			Intro:      "Picked this morning, milled this week, or dried last autumn. Bring your jars.",
			Categories: sampleCategories(), Products: sampleProducts(), Collections: sampleCategories()[1:3],
			Labels: []Link{{Text: "Organic", URL: "/market/labels/organic/"}, {Text: "Vegan", URL: "/market/labels/vegan/"}},
		})},
		{"market-empty", Market(MarketPage{Frame: sampleFrame("market", "/market/", "Market")})},
		{"category", Category(CategoryPage{
			Frame: sampleFrame("market", "/market/pulses/", "Pulses"), Name: "Pulses",
			Description: "Beans, peas and lentils by the kilo, most of them grown within an hour of here.",
			Picture:     samplePicture("beans.svg", "Four jars of beans", 1600, 900),
			Breadcrumbs: []Link{{Text: "Market", URL: "/market/"}, {Text: "Larder", URL: "/market/larder/"}, {Text: "Pulses", Current: true}},
			Children:    sampleCategories()[:3], FilterURL: "/search/?category=pulses", Products: sampleProducts(),
			Pager: Pager{Page: 2, NewerURL: "/market/pulses/", OlderURL: "/market/pulses/page/1/"},
		})},
		{"category-empty", Category(CategoryPage{Frame: sampleFrame("market", "/market/tea/", "Tea"), Name: "Tea"})},
		{"term", Term(sampleTerm())},
		{"term-bare", Term(TermPage{Frame: sampleFrame("market", "/market/collections/tea/page/1/", "Tea"), Kind: "Collection", Name: "Tea", Pager: Pager{Page: 1}})},
		{"search", Search(sampleSearch())},
		{"search-nothing", Search(SearchPage{
			Frame: sampleFrame("search", "/search/", "Search"), Title: "Search", Action: "/search/", Words: "rye <b>",
			Fault: "There is no such brand.", Filters: []Filter{{Name: "brand", Title: "Brand", Options: []FilterOption{{Value: "nobody", Text: "nobody", Count: -1, Chosen: true}}}},
		})},
		{"product", Product(sampleProduct())},
		{"product-bare", Product(ProductPage{
			Frame: sampleFrame("market", "/market/products/salt/", "Sea salt"), Name: "Sea salt",
			Variants: []Variant{{SKU: "SALT-1", Size: "250 g", Price: "£2.10"}},
		})},
		{"error", Error(ErrorPage{
			Frame: errorFrame(), Code: 404, Title: "Nothing grows here",
			Message: "The page has moved, or it never was. The rest of the garden is where it was.",
			Links:   []Link{{Text: "To the blog", URL: "/"}, {Text: "To the market", URL: "/market/"}},
		})},
		{"gone", Error(ErrorPage{
			Frame: errorFrame(), Code: 410, Title: "This has been taken down",
			Message: "There was a page here once. It was withdrawn, and will not come back.",
			Links:   []Link{{Text: "To the blog", URL: "/"}},
		})},
		// What other people's pictures leave open: nobody knows how large they are.
		{"home-unsized", Home(HomePage{
			Frame: sampleFrame("blog", "/", "Rose Ash"), Cover: &Picture{URL: "/media/0f/cover.jpg", Srcset: "/media/0f/w400.webp 400w, /media/0f/w800.webp 800w"},
			Posts: []PostCard{{URL: "/a/", Title: "A post", Picture: &Picture{URL: "https://elsewhere.example/a.jpg", Eager: true}}},
		})},
		{"post-unsized", Post(PostPage{
			Frame: sampleFrame("blog", "/a/", "A post"), Title: "A post", ShowTitle: true, Picture: &Picture{URL: "https://elsewhere.example/a.jpg"},
			Body: "<p>Words.</p>", Authors: []Byline{{Link: Link{Text: "Bryn"}, Picture: &Picture{URL: "https://elsewhere.example/b.jpg"}}},
		})},
	}, slices.Concat(shopSamples(), deskSamples(), editorSamples(), loginSamples(), mailBoxSamples(), accountSamples(), tillSamples(), eventSamples(), organiseSamples())...)
}

func sampleFrame(section, path, title string) Frame {
	return Frame{
		Lang: "en-GB", SiteTitle: "Rose Ash", SiteTagline: "Good food, owned by those who eat it",
		HomeURL: "/", MarketURL: "/market/", SearchURL: "/search/", AccountURL: "/account/", CartURL: "/cart/", Section: section, FeedURL: "/rss.xml", Year: 2026,
		Navigation: []Link{{Text: "Blog", URL: "/"}, {Text: "Recipes", URL: "/tag/recipes/"}, {Text: "About us", URL: "/about/", Current: path == "/about/"}, {Text: "Visit", URL: "/visit/"}},
		Secondary:  []Link{{Text: "Membership", URL: "/membership/"}, {Text: "Privacy", URL: "/privacy/"}},
		Assets:     sampleAssets(),
		Head: Head{
			Title: title + " – Rose Ash", Description: "A wholefoods cooperative: blog and market.",
			Canonical: "https://rose-ash.test" + path,
			OG:        OpenGraph{Type: "website", Title: title, Image: "https://rose-ash.test/_assets/social.png"},
			JSONLD:    `{"@context":"https://schema.org","@type":"WebPage"}`,
		},
	}
}

// sampleAssets have plain names, so that a change of the style sheet changes no golden.
func sampleAssets() Assets {
	return Assets{
		CSS: "/_assets/site.css", CSSIntegrity: "sha384-css", JS: "/_assets/site.js", JSIntegrity: "sha384-js", CardsJS: "/_assets/cards.js", CardsJSIntegrity: "sha384-cards", GateJS: "/_assets/gate.js", GateJSIntegrity: "sha384-gate", CartJS: "/_assets/cart.js", CartJSIntegrity: "sha384-cartjs", Icon: "/_assets/favicon.svg", TouchIcon: "/_assets/touch.png",
		SocialImage: "/_assets/social.png", Fonts: []string{"/_assets/fraunces.woff2", "/_assets/cabin.woff2"}, ThemeLight: "#ffffff", ThemeDark: "#000000",
	}
}

// logoFrame is a co-op with a sign of its own.
func logoFrame() Frame {
	f := sampleFrame("", "/about/", "About us")
	f.Logo = "/media/0f/logo.svg"
	return f
}

func errorFrame() Frame {
	f := sampleFrame("", "/404/", "Not found")
	f.Logo, f.LogoDark = "/media/0f/logo.svg", "/media/0f/logo-dark.svg"
	f.Head = Head{Title: "Not found – Rose Ash", NoIndex: true}
	return f
}

func samplePicture(name, alt string, width, height int) *Picture {
	return &Picture{URL: "/media/0f/" + name, Alt: alt, Width: width, Height: height}
}
