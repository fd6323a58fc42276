// The made-up co-op's blog.

package site

func sampleHome() HomePage {
	f := sampleFrame("blog", "/", "Rose Ash")
	f.Head.NextURL = "/page/2/"
	f.Announcement = `Harvest supper on Saturday. <a href="/visit/">Come and eat</a>`
	cover := samplePicture("cover.svg", "A table laid with bread, beetroot and beans", 1600, 1200)
	cover.Eager = true
	return HomePage{
		Frame: f, Cover: cover,
		Intro: "We grow, bake and sell wholefoods in one small town, and write down what we learn.",
		Posts: samplePosts(), Pager: Pager{OlderURL: "/page/2/"}, Products: sampleProducts()[:4],
	}
}

func samplePosts() []PostCard {
	recipes := &Tag{Link: Link{Text: "Recipes", URL: "/tag/recipes/"}, Color: "#3f7d4e"}
	bakery := &Tag{Link: Link{Text: "Bakery", URL: "/tag/bakery/"}, Color: "#d9822b"}
	fields := &Tag{Link: Link{Text: "From the fields", URL: "/tag/fields/"}}
	ivy := []Link{{Text: "Ivy Marsh", URL: "/author/ivy/"}}
	return []PostCard{
		{
			URL: "/seven-beans/", Title: "Seven beans that keep all winter", Featured: true, Tag: recipes, Authors: ivy, ReadingTime: 7,
			Excerpt:   "Carlin peas, gigantes and the borlotti from behind the railway: how we soak them, how we cook them, and why we salt at the start.",
			Picture:   samplePicture("beans.svg", "Four jars of beans on a shelf", 1600, 900),
			Published: Date{ISO: "2026-11-20T09:00:00Z", Text: "20 November 2026"},
		},
		{
			URL: "/rye/", Title: "A rye loaf with nothing to prove", Tag: bakery, ReadingTime: 4, MembersOnly: true,
			Authors:   []Link{{Text: "Rye Hollis", URL: "/author/rye/"}, {Text: "Ivy Marsh", URL: "/author/ivy/"}},
			Excerpt:   "Three days, four things in it, and it tastes better on the fifth.",
			Picture:   samplePicture("bread.svg", "A loaf, cut", 1200, 900),
			Published: Date{ISO: "2026-11-14T09:00:00Z", Text: "14 November 2026"},
		},
		{
			URL: "/beetroot/", Title: "The beetroot are in", Tag: fields, Authors: ivy, ReadingTime: 2,
			Excerpt:   "Two tonnes, one very muddy afternoon, and every colour of the jumper drawer.",
			Picture:   samplePicture("beetroot.svg", "Beetroot in a bunch", 1200, 900),
			Published: Date{ISO: "2026-11-08T09:00:00Z", Text: "8 November 2026"},
		},
		{
			URL: "/general-meeting/", Title: "What the general meeting decided, and what it would like to think about a little longer",
			Excerpt:   "The mill stays. The opening hours change. The cat has a vote only in matters of the cat.",
			Published: Date{ISO: "2026-11-01T09:00:00Z", Text: "1 November 2026"},
		},
		{
			URL: "/tomatoes/", Title: "Green tomatoes, three ways", Tag: recipes, Authors: ivy, ReadingTime: 5,
			Excerpt:   "Fried, pickled, and in a cake that nobody believed in until it was gone.",
			Picture:   samplePicture("tomatoes.svg", "Tomatoes in a crate", 1200, 900),
			Published: Date{ISO: "2026-10-24T09:00:00Z", Text: "24 October 2026"},
		},
		{
			URL: "/seed-day/", Title: "Seed day", Tag: fields,
			Published: Date{ISO: "2026-10-18T09:00:00Z", Text: "18 October 2026"},
		},
		{
			URL: "/flour/", Title: "How fine is fine enough?", Tag: bakery, ReadingTime: 3,
			Excerpt:   "A morning at the mill with a sieve and strong opinions.",
			Picture:   samplePicture("cover.svg", "A table laid with bread, beetroot and beans", 1600, 1200),
			Published: Date{ISO: "2026-10-11T09:00:00Z", Text: "11 October 2026"},
		},
	}
}

func samplePost() PostPage {
	f := sampleFrame("blog", "/seven-beans/", "Seven beans that keep all winter")
	f.Head.OG.Type = "article"
	f.Head.OG.PublishedTime = "2026-11-20T09:00:00Z"
	f.Head.OG.ModifiedTime = "2026-11-21T10:30:00Z"
	f.Head.OG.Tags = []string{"Recipes", "Pulses"}
	f.Head.OG.ImageAlt = "Four jars of beans on a shelf"
	f.Head.FeedURL, f.Head.FeedTitle = "/tag/recipes/rss.xml", "Recipes"
	posts := samplePosts()
	picture := samplePicture("beans.svg", "Four jars of beans on a shelf", 1600, 900)
	picture.Eager, picture.Caption = true, "This year’s harvest, in the <em>window</em>."
	picture.Srcset = "/media/0f/beans-800.svg 800w, /media/0f/beans.svg 1600w"
	return PostPage{
		Frame: f, Title: "Seven beans that keep all winter", ShowTitle: true,
		Excerpt: "Carlin peas, gigantes and the borlotti from behind the railway: how we soak them and how we cook them.",
		Picture: picture, ReadingTime: 7,
		Published: Date{ISO: "2026-11-20T09:00:00Z", Text: "20 November 2026"},
		Updated:   &Date{ISO: "2026-11-21T10:30:00Z", Text: "21 November 2026"},
		Tags: []Tag{
			{Link: Link{Text: "Recipes", URL: "/tag/recipes/"}, Color: "#3f7d4e"},
			{Link: Link{Text: "Pulses", URL: "/tag/pulses/"}},
		},
		Authors: []Byline{
			{Link: Link{Text: "Ivy Marsh", URL: "/author/ivy/"}, Bio: "Cooks behind the shop, grows in front of it.", Picture: samplePicture("face.svg", "", 400, 400)},
			{Link: Link{Text: "Rye Hollis", URL: "/author/rye/"}, Bio: "Bakes."},
		},
		Body: sampleBody, Newer: &posts[1], Older: &posts[3],
	}
}

func sampleGatedPost() PostPage {
	p := samplePost()
	p.Frame = sampleFrame("blog", "/rye/", "A rye loaf with nothing to prove")
	p.Title, p.Excerpt, p.Picture, p.Updated = "A rye loaf with nothing to prove", "", nil, nil
	p.Body = "<p>Three days, four things in it: rye, water, salt, and the pot of leaven that lives under the stairs.</p><p>On the first evening, stir a spoon of leaven into a bowl of flour and water, cover it, and go to bed.</p>"
	p.GatedFor, p.ReadOnURL, p.BodyURL = "members", "/read/rye/", "/v1/posts/post_019ab3f47c2e7d06b8a1f0c2d3e4f506/body"
	p.Newer = nil
	return p
}

// sampleReading is a gated post as somebody reads it whose membership does not open it.
func sampleReading() ReadPage {
	p := ReadPage{PostPage: sampleGatedPost(), SignedIn: true, Tiers: "Supporter or Patron"}
	p.GatedFor, p.BodyURL = "paying members", ""
	p.Frame.Account, p.Frame.AccountURL, p.Frame.Head.NoIndex = "Ivy Marsh", "/account/", true
	return p
}

func sampleAuthor() AuthorPage {
	return AuthorPage{
		Frame: sampleFrame("blog", "/author/ivy/", "Ivy Marsh"), Name: "Ivy Marsh",
		Bio:      "Cooks behind the shop, grows in front of it, and writes down the quantities for once.",
		Location: "Behind the railway", Website: "https://www.example.org/ivy/",
		Social:  []Link{{Text: "Mastodon", URL: "https://social.example/@ivy"}},
		Picture: samplePicture("face.svg", "A portrait of Ivy Marsh", 400, 400),
		Cover:   samplePicture("cover.svg", "", 1600, 1200),
		Posts:   samplePosts()[:3],
	}
}
