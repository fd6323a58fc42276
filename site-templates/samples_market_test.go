// The made-up co-op's market.

package site

func sampleProducts() []ProductCard {
	return []ProductCard{
		{URL: "/market/products/carlin-peas/", Name: "Carlin peas", Summary: "Small, brown and nutty; hold their shape.", Picture: samplePicture("beans.svg", "A jar of carlin peas", 1600, 900), Size: "500 g", From: true, Price: "£3.25", UnitPrice: "£6.50 / kg", Labels: []string{"organic"}},
		{URL: "/market/products/rye-loaf/", Name: "Rye loaf", Brand: "Our own bakery", Summary: "Three days in the making.", Picture: samplePicture("bread.svg", "A rye loaf, cut", 1200, 900), Size: "800 g", Price: "£4.60", UnitPrice: "£5.75 / kg", MemberPrice: "£4.10", Was: "£5.00"},
		{URL: "/market/products/beetroot/", Name: "Beetroot in a bunch, with their leaves", Picture: samplePicture("beetroot.svg", "Beetroot in a bunch", 1200, 900), Size: "about 700 g", Price: "£1.80", UnitPrice: "£2.57 / kg", Labels: []string{"organic", "local"}},
		{URL: "/market/products/tomatoes/", Name: "Green tomatoes", Summary: "For frying and for pickles.", Picture: samplePicture("tomatoes.svg", "Tomatoes in a crate", 1200, 900), Size: "1 kg", Price: "£2.40", UnitPrice: "£2.40 / kg"},
		{URL: "/market/products/oats/", Name: "Jumbo oats", Brand: "Hill Mill", Summary: "Rolled this week.", Size: "1 kg", From: true, Price: "£2.10", UnitPrice: "£2.10 / kg", Labels: []string{"organic"}},
		{URL: "/market/products/tahini/", Name: "Dark tahini", Brand: "Two Stones", Summary: "Whole sesame, stone-ground, nothing else.", Picture: samplePicture("cover.svg", "A jar of tahini", 1600, 1200), Size: "280 g", Price: "£4.95", UnitPrice: "£17.68 / kg", SoldOut: true},
	}
}

func sampleCategories() []CategoryCard {
	return []CategoryCard{
		{Link: Link{Text: "Vegetables", URL: "/market/vegetables/"}, Description: "From our two fields and the neighbours’.", Picture: samplePicture("beetroot.svg", "", 1200, 900), Children: []Link{{Text: "Roots", URL: "/market/roots/"}, {Text: "Leaves", URL: "/market/leaves/"}}},
		{Link: Link{Text: "Bread", URL: "/market/bread/"}, Description: "Out of the oven at seven.", Picture: samplePicture("bread.svg", "", 1200, 900)},
		{Link: Link{Text: "Pulses", URL: "/market/pulses/"}, Description: "By the kilo, into your own jar.", Picture: samplePicture("beans.svg", "", 1600, 900), Children: []Link{{Text: "Beans", URL: "/market/beans/"}, {Text: "Lentils", URL: "/market/lentils/"}, {Text: "Peas", URL: "/market/peas/"}}},
		{Link: Link{Text: "Household", URL: "/market/household/"}, Description: "Refills, soap, string."},
	}
}

func sampleProduct() ProductPage {
	f := sampleFrame("market", "/market/products/carlin-peas/", "Carlin peas, from £3.25")
	f.Head.OG.Type, f.Head.OG.PriceAmount, f.Head.OG.PriceCurrency = "product", "3.25", "GBP"
	shot := samplePicture("beans.svg", "A jar of carlin peas", 1600, 900)
	shot.Eager = true
	return ProductPage{
		Frame: f, Name: "Carlin peas", Summary: "Small, brown and nutty; they hold their shape and forgive being forgotten.",
		Brand:    &Link{Text: "Our own fields", URL: "/market/brands/our-own-fields/"},
		Producer: &Link{Text: "Hodmedod Farm", URL: "/market/producers/hodmedod-farm/"},
		Claims: []Claim{
			{Link{Text: "Organic", URL: "/market/labels/organic/"}, "Certified", "GB-ORG-99"}, {Link{Text: "Vegan", URL: "/market/labels/vegan/"}, "By what is in it", ""},
			{Link{Text: "Vegetarian", URL: "/market/labels/vegetarian/"}, "By what is in it", ""}, {Link{Text: "Local", URL: "/market/labels/local/"}, "", ""},
		},
		Breadcrumbs: []Link{{Text: "Market", URL: "/market/"}, {Text: "Pulses", URL: "/market/pulses/"}, {Text: "Carlin peas", Current: true}},
		Pictures:    []Picture{*shot, *samplePicture("tomatoes.svg", "With green tomatoes", 1200, 900), *samplePicture("bread.svg", "With bread", 1200, 900)},
		Variants:    sampleVariants(),
		Description: "<p>Grown behind the railway, dried on the plant, cleaned by hand on a wet Tuesday. Soak overnight, simmer for three quarters of an hour.</p><ul><li>Lovely with vinegar and brown butter</li><li>Keep dry and dark</li></ul>",
		LegalName:   "Dried peas", Ingredients: "<p>Carlin peas (<em>Pisum sativum</em>), <strong>barley</strong> malt</p>",
		Allergens: []Allergens{
			{Contains: []string{"cereals containing gluten (barley)"}, MayContain: []string{"sesame", "nuts (walnut)"}, FreeFrom: []string{"milk", "eggs", "fish"}, Unknown: []string{"celery", "lupin", "mustard"}},
			{Of: "In the tin", Contains: []string{"celery"}, Unknown: []string{"mustard"}},
		},
		Nutrition: &Nutrition{Per: "100 g", Serving: "50 g", Rows: []Nutrient{
			{Name: "Energy", Per: "1322 kJ / 314 kcal", Serving: "661 kJ / 157 kcal"}, {Name: "Fat", Per: "1.4 g", Serving: "0.7 g"},
			{Name: "of which saturates", Part: true, Per: "0.2 g", Serving: "0.1 g"}, {Name: "Carbohydrate", Per: "49 g", Serving: "24.5 g"},
			{Name: "of which sugars", Part: true, Per: "2.1 g", Serving: "1.1 g"}, {Name: "Protein", Per: "22 g", Serving: "11 g"}, {Name: "Salt", Per: "0.02 g", Serving: "0.01 g"},
		}},
		AgeLimit: 18, Storage: "Cool and dry.", Usage: "Soak overnight, then simmer.", Origin: "Northumberland, United Kingdom",
		BusinessName: "Hodmedod Farm", BusinessAddress: "The Railway Field, Alnwick NE66 1AA",
		Related: sampleProducts()[1:5],
	}
}

// sampleVariants have all that can be said of a price, each once.
func sampleVariants() []Variant {
	return []Variant{
		{
			ID: "var_1", SKU: "CARLIN-500", Name: "Paper bag", Size: "500 g", Price: "£3.25", PriceMinor: "325", UnitPrice: "£6.50 / kg", VAT: "no VAT",
			AddURL: "/cart/add/", OrderStep: 1, OrderMin: 1,
			MemberPrice: "£2.90", MemberMinor: "290", MemberUnit: "£5.80 / kg", Was: "£3.60", Until: Date{"2026-12-05T00:00:00Z", "5 December 2026"},
			Numbers: []Fact{{"Article number", "CARLIN-500 (Paper bag)"}, {"GTIN", "5012345678900 (Paper bag)"}},
		},
		{ID: "var_2", SKU: "CARLIN-T", Name: "In the tin", Size: "4 × 240 g", Drained: "680 g drained", Price: "£13.90", PriceMinor: "1390", UnitPrice: "£20.44 / kg", VAT: "includes 20% VAT", Deposit: "£0.20", Limits: "in 2s, at most 12", SoldOut: true, AddURL: "https://cart.rose-ash.test/cart/add/"},
		{ID: "var_3", SKU: "CARLIN-L", Name: "Loose", Size: "per kg", Price: "£5.00", PriceMinor: "500", VAT: "no VAT", ByWeight: "by weight, in steps of 50 g", Limits: "at least 100 g", Options: []Fact{{"Roast", "dark"}}, AddURL: "/cart/add/", OrderStep: 50, OrderMin: 100, OrderMax: 5000, Grams: true},
	}
}

func sampleTerm() TermPage {
	return TermPage{
		Frame: sampleFrame("market", "/market/brands/hill-mill/", "Hill Mill"), Kind: "Brand", Name: "Hill Mill",
		Description: "<p>Oats and rye from the hill, milled with the water that runs down it.</p>", Picture: samplePicture("bread.svg", "The mill", 1200, 900),
		Place: "Shropshire, England", Website: "https://www.hill-mill.example/", FilterURL: "/search/?brand=hill-mill",
		Breadcrumbs: []Link{{Text: "Market", URL: "/market/"}, {Text: "Hill Mill", Current: true}},
		Products:    sampleProducts()[:3], Pager: Pager{OlderURL: "/market/brands/hill-mill/page/1/"},
	}
}
