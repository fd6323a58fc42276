// The made-up co-op's market.

package site

func sampleProducts() []ProductCard {
	pulses := Link{Text: "Pulses", URL: "/market/pulses/"}
	return []ProductCard{
		{URL: "/market/products/carlin-peas/", Name: "Carlin peas", Summary: "Small, brown and nutty; hold their shape.", Picture: samplePicture("beans.svg", "A jar of carlin peas", 1600, 900), Category: pulses, Size: "500 g", From: true, Price: "£3.25", UnitPrice: "£6.50 / kg", Labels: []string{"organic"}},
		{URL: "/market/products/rye-loaf/", Name: "Rye loaf", Brand: "Our own bakery", Summary: "Three days in the making.", Picture: samplePicture("bread.svg", "A rye loaf, cut", 1200, 900), Size: "800 g", Price: "£4.60", UnitPrice: "£5.75 / kg"},
		{URL: "/market/products/beetroot/", Name: "Beetroot in a bunch, with their leaves", Picture: samplePicture("beetroot.svg", "Beetroot in a bunch", 1200, 900), Size: "about 700 g", Price: "£1.80", UnitPrice: "£2.57 / kg", Labels: []string{"organic", "local"}},
		{URL: "/market/products/tomatoes/", Name: "Green tomatoes", Summary: "For frying and for pickles.", Picture: samplePicture("tomatoes.svg", "Tomatoes in a crate", 1200, 900), Size: "1 kg", Price: "£2.40", UnitPrice: "£2.40 / kg"},
		{URL: "/market/products/oats/", Name: "Jumbo oats", Brand: "Hill Mill", Summary: "Rolled this week.", Size: "1 kg", From: true, Price: "£2.10", UnitPrice: "£2.10 / kg", Labels: []string{"organic"}},
		{URL: "/market/products/tahini/", Name: "Dark tahini", Brand: "Two Stones", Summary: "Whole sesame, stone-ground, nothing else.", Picture: samplePicture("cover.svg", "A jar of tahini", 1600, 1200), Size: "280 g", Price: "£4.95", UnitPrice: "£17.68 / kg"},
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
		Frame: f, Name: "Carlin peas", Brand: "Our own fields", Summary: "Small, brown and nutty; they hold their shape and forgive being forgotten.",
		Breadcrumbs: []Link{{Text: "Market", URL: "/market/"}, {Text: "Pulses", URL: "/market/pulses/"}, {Text: "Carlin peas", Current: true}},
		Pictures:    []Picture{*shot, *samplePicture("tomatoes.svg", "With green tomatoes", 1200, 900), *samplePicture("bread.svg", "With bread", 1200, 900)},
		Variants: []Variant{
			{SKU: "CARLIN-500", Name: "Paper bag", Size: "500 g", Price: "£3.25", UnitPrice: "£6.50 / kg", VAT: "no VAT"},
			{SKU: "CARLIN-2500", Name: "Sack", Size: "2.5 kg", Price: "£13.90", UnitPrice: "£5.56 / kg", VAT: "no VAT"},
		},
		Description: "<p>Grown behind the railway, dried on the plant, cleaned by hand on a wet Tuesday. Soak overnight, simmer for three quarters of an hour.</p><ul><li>Lovely with vinegar and brown butter</li><li>Keep dry and dark</li></ul>",
		Labels:      []string{"organic", "vegan"}, Origin: "Northumberland, England",
		Ingredients: "Carlin peas (<em>Pisum sativum</em>)", Contains: []string{"nothing of the fourteen"}, MayContain: []string{"gluten", "sesame"},
		Related: sampleProducts()[1:5],
	}
}
