package site

// shopPage is what stands around a sample of the shopkeeper's pages.
func shopPage(section, title string) ShopPage {
	f := sampleFrame("shop", "/shop/", title)
	f.Assets.ShopCSS, f.Assets.ShopCSSIntegrity = "/_assets/shop-0123456789.css", "sha384-shop"
	f.Head.NoIndex = true
	return ShopPage{Frame: f, Section: section, Title: title, Trail: []Link{{Text: "Products", URL: "/shop/"}}}
}

func shopSamples() []sample {
	const evil = `"><script>alert(1)</script>`
	wrong := shopPage("products", "Rye loaf")
	wrong.Message = &Message{Kind: "fault", Text: "Nothing was stored.", Items: []Link{{Text: "Slug: is taken", URL: "#f-slug"}, {Text: "expected at least one"}}}
	saved := shopPage("products", "Products")
	saved.Message = &Message{Kind: "done", Text: "Saved."}
	choices := []Choice{{Text: "None"}, {Value: "bread", Text: "Bread"}}
	form := Form{
		Values: map[string]string{"name": evil, "slug": "rye", "category": "bread", "description": "\nTwo days.", "variants[0].name": "800 g", "variants[0].track_stock": "yes"},
		Errors: map[string]string{"slug": "is taken", "variants[0].track_stock": "cannot be"},
		Stored: map[string]string{"name": "Rye loaf", "summary": ""},
	}
	until := Date{ISO: "2026-12-01T09:00:00Z", Text: "1 Dec 2026, 09:00"}
	return []sample{
		{"shop-products", ShopProducts(ShopProductsPage{Shop: saved, Status: "published", NextURL: "/shop/?cursor=x", Items: []ShopProductRow{
			{Link: Link{Text: "Rye loaf", URL: "/shop/products/1/"}, Detail: "Bakery · Bread", Status: "published", Price: "£4.20", PerUnit: "£5.25 / kg", Variants: 2, Reduced: true,
				Picture: &Picture{URL: "/media/0f/w400.webp"}, Stock: []ShopStockCell{{Name: "800 g", OnHand: "12", Available: "3", Low: true}}},
			{Link: Link{Text: "Oats", URL: "/shop/products/2/"}, Status: "published", Price: "£1.00", Variants: 1, Out: true},
			{Link: Link{Text: "Salt", URL: "/shop/products/3/"}, Status: "draft"},
		}})},
		{"shop-found", ShopProducts(ShopProductsPage{Shop: shopPage("products", "Products"), Query: evil, Searched: true})},
		{"shop-product", ShopProduct(ShopProductPage{Shop: wrong, Form: form, ID: "prod_1", ETag: `"v1-x"`, Published: true, PageURL: "/market/products/rye/",
			Categories: choices, Brands: choices, Producers: choices, Allergens: []Choice{{Value: "gluten", Text: "Gluten"}}, Labels: []Choice{{Value: "organic", Text: "Organic"}},
			Variants: []ShopVariant{{Prefix: "variants[0].", ID: "var_1", Title: "800 g · RYE · 4.20", PricesURL: "/shop/products/prod_1/prices/var_1/", Open: true}, {Prefix: "variants[1].", Title: "Another variant"}}})},
		{"shop-prices", ShopPrices(ShopPricesPage{Shop: shopPage("products", "Prices of 800 g"), Action: "/shop/products/1/prices/2/", Now: "£4.20", PerUnit: "£5.25 / kg", Member: "£4.00",
			Currency: "GBP", NextURL: "/shop/products/1/prices/2/?cursor=x", Prices: []ShopPrice{
				{List: "everybody", Price: "£3.50", State: "planned", From: until, Until: &until, Unplan: "/shop/products/1/prices/2/price_3/"},
				{List: "members", Price: "£4.00", State: "current", From: until}}})},
		{"shop-stock", ShopStock(ShopStockPage{Shop: shopPage("stock", "Stock"), Key: "k", SKU: "RYE", Low: "5", Reasons: choices, NextURL: "/shop/stock/?cursor=x", Older: "/shop/stock/?older=x",
			Levels: []ShopLevel{{Product: Link{Text: "Rye loaf", URL: "/shop/products/1/"}, Variant: "800 g", SKU: "RYE", MoveURL: "/shop/stock/?sku=RYE#move",
				OnHand: "12", Reserved: "9", Available: "3", Low: true}},
			Movements: []ShopMovement{{At: "1 Dec 2026, 09:00", ISO: until.ISO, SKU: "RYE", Change: "-2", OnHand: "12", Reason: "Wasted", Note: evil, Actor: "till"}}})},
		{"shop-catalogue", ShopCatalogue(ShopCataloguePage{Shop: shopPage("catalogue", "Catalogue file"), Fault: "Nothing was stored.", Faults: []string{"Line 3 price expected a price above zero"}})},
		{"shop-preview", ShopCatalogue(ShopCataloguePage{Shop: shopPage("catalogue", "What the file would change"), Preview: &ShopPreview{
			Token: "t", File: evil, Facts: []string{"3 rows", "utf-8", "comma"}, Created: 1, Changed: 1, LeftOut: 1, BrokenAll: 1, CanSkip: true, MoreRows: 2,
			Products: []ShopPreviewRow{{Product: Link{Text: "rye", URL: "/shop/products/rye/"}, Change: "changed", Fields: "price", Prices: []string{"RYE: £4.20 → £4.40"}}, {Product: Link{Text: "oat"}, Change: "new"}},
			Broken:   []ShopBrokenRow{{Line: "3", Column: "price", Reason: "expected a price above zero"}}}})},
	}
}
