// What the template of a post is given, for real posts of a running product.

package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/cmd/bench/corpus"
	site "rose-ash.com/roseash/site-templates"
)

// postPages reads count posts of a running product through its API, from the
// corpus' second on, and keeps in a file, whose name it returns, what the template
// of a post is given for each: what the generator has when all its reading is done.
func (p *product) postPages(dir string, count int) (string, error) {
	w, err := dial(p.addr)
	if err != nil {
		return "", err
	}
	defer w.close()
	var settings contract.SiteSettings
	if err := p.call(w, http.MethodGet, "/v1/settings", nil, &settings); err != nil {
		return "", err
	}
	posts := make([]contract.Post, count+2) // the first and the last are neighbours only
	for i := range posts {
		if err := p.call(w, http.MethodGet, "/v1/posts/"+corpus.PostSlug(i+1), nil, &posts[i]); err != nil {
			return "", err
		}
	}
	var views []site.PostPage
	for i, post := range posts[1 : count+1] {
		raw, err := os.ReadFile(filepath.Join(p.public, post.Slug, "index.html"))
		if err != nil {
			return "", err
		}
		views = append(views, postView(settings, post, posts[i].PostCard, posts[i+2].PostCard, string(raw)))
	}
	raw, err := json.Marshal(views)
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "views.json")
	return name, os.WriteFile(name, raw, 0o600)
}

// postView is what the template is given. What search engines read of it is taken
// from the page as it was built: it is text to the template.
func postView(set contract.SiteSettings, p contract.Post, older, newer contract.PostCard, built string) site.PostPage {
	_, ld, _ := strings.Cut(built, `<script type="application/ld+json">`)
	ld, _, _ = strings.Cut(ld, "</script>")
	links := func(items []contract.NavItem) (list []site.Link) {
		for _, i := range items {
			list = append(list, site.Link{Text: i.Label, URL: i.URL})
		}
		return list
	}
	picture := func(i *contract.Image) *site.Picture {
		if i == nil {
			return nil
		}
		return &site.Picture{URL: i.URL, Alt: i.Alt, Caption: i.Caption, Width: i.Width, Height: i.Height}
	}
	card := func(c contract.PostCard) *site.PostCard {
		view := site.PostCard{URL: c.Path, Title: c.Title, Excerpt: c.Excerpt, Picture: picture(c.FeatureImage),
			Published: site.NewDate(c.PublishedAt, time.UTC), ReadingTime: c.ReadingTime}
		if len(c.Tags) > 0 {
			view.Tag = &site.Tag{Link: site.Link{Text: c.Tags[0].Name, URL: "/tag/" + c.Tags[0].Slug + "/"}}
		}
		for _, a := range c.Authors {
			view.Authors = append(view.Authors, site.Link{Text: a.Name, URL: "/author/" + a.Slug + "/"})
		}
		return &view
	}
	v := site.PostPage{
		Title: p.Title, ShowTitle: p.ShowTitleAndFeatureImage, Excerpt: p.Excerpt, Picture: picture(p.FeatureImage),
		Published: site.NewDate(p.PublishedAt, time.UTC), ReadingTime: p.ReadingTime, Body: p.HTML, Newer: card(newer), Older: card(older),
	}
	var names []string
	for _, t := range p.Tags {
		names = append(names, t.Name)
		v.Tags = append(v.Tags, site.Tag{Link: site.Link{Text: t.Name, URL: "/tag/" + t.Slug + "/"}})
	}
	for _, a := range p.Authors {
		v.Authors = append(v.Authors, site.Byline{Link: site.Link{Text: a.Name, URL: "/author/" + a.Slug + "/"}})
	}
	v.Frame = site.Frame{
		Lang: set.Locale, SiteTitle: set.Title, SiteTagline: set.Description, HomeURL: "/", MarketURL: "/market/", Section: "blog",
		Navigation: links(set.Navigation), Secondary: links(set.SecondaryNavigation), FeedURL: "/rss.xml",
		Announcement: set.Announcement, Assets: site.DefaultAssets(),
		Head: site.Head{
			Title: p.Title + " – " + set.Title, Description: p.Excerpt, Canonical: siteURL + p.Path, JSONLD: ld,
			FeedURL: "/rss.xml", FeedTitle: set.Title,
			OG: site.OpenGraph{Type: "article", Title: p.Title, Description: p.Excerpt, Image: siteURL + pictureURL(p.FeatureImage),
				PublishedTime: p.PublishedAt.Format(time.RFC3339), ModifiedTime: p.UpdatedAt.Format(time.RFC3339), Tags: names},
		},
	}
	return v
}

func pictureURL(i *contract.Image) string {
	if i == nil {
		return ""
	}
	return i.URL
}
