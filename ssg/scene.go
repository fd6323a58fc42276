// What all pages of an app have around them, and the words for search engines.

package ssg

import (
	"cmp"
	"path"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	scenes "rose-ash.com/roseash/site-templates/scene"
)

// scene is where a page is made: the app it is in, and the site's settings.
type scene struct {
	r        *Renderer
	app      urls.App
	settings contract.SiteSettings
	zone     *time.Location
	year     int
	events   bool
}

func (r *Renderer) scene(from *reader, app urls.App) scene {
	return scene{r, app, from.site.Settings, from.site.zone, from.site.Year, from.site.Events}
}

// shared makes what built and dynamic pages have alike.
func (s scene) shared() scenes.Scene {
	return scenes.Scene{App: s.app, Settings: s.settings, Sites: s.r.sites, Assets: s.r.assets, Media: s.r.Media, Year: s.year, Events: s.events}
}

// link is the address of a path of another app, from a page of this one.
func (s scene) link(app urls.App, at string) string { return s.r.sites.Link(s.app, app, at) }

// absolute is the address of a path of this app for other sites.
func (s scene) absolute(at string) string { return s.r.sites.URL(s.app, at) }

// outside makes the address of a picture or page absolute.
func (s scene) outside(address string) string {
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") {
		return s.r.sites.Base(s.app) + address
	}
	return address
}

// head is what a kind of page says about itself.
type head struct {
	title       string
	description string
	meta        contract.Meta
	picture     *contract.Image
	article     *contract.PostCard
	product     *contract.ProductCard
	feed        string // path of the page's own feed
	feedTitle   string
	prev, next  string // paths
	noIndex     bool
	home        bool // the title is the site's own
	jsonLD      []any
}

// frame is what stands around the page at a path of the app.
func (s scene) frame(at string, h head) site.Frame {
	set, f := s.settings, s.shared().Frame(at)
	title := cmp.Or(h.meta.MetaTitle, h.title)
	if !h.home || h.meta.MetaTitle == "" {
		if title != "" && title != set.Title {
			title += " – " + set.Title
		} else {
			title = set.Title
		}
	}
	f.Head = site.Head{
		Title: title, Description: cmp.Or(h.meta.MetaDescription, h.description),
		Canonical: cmp.Or(s.outside(h.meta.CanonicalURL), s.absolute(at)), NoIndex: h.noIndex,
		FeedURL: f.FeedURL, FeedTitle: set.Title,
		JSONLD: jsonLD(h.jsonLD),
		OG: site.OpenGraph{
			Type:        "website",
			Title:       cmp.Or(h.meta.OGTitle, h.title, set.Title),
			Description: cmp.Or(h.meta.OGDescription, h.meta.MetaDescription, h.description),
			Image:       s.socialImage(h),
		},
	}
	if h.feed != "" {
		f.Head.FeedURL, f.Head.FeedTitle = s.link(s.app, h.feed), cmp.Or(h.feedTitle, set.Title)
	}
	if h.prev != "" {
		f.Head.PrevURL = s.absolute(h.prev)
	}
	if h.next != "" {
		f.Head.NextURL = s.absolute(h.next)
	}
	og := &f.Head.OG
	if h.picture != nil && og.Image == s.outside(h.picture.URL) {
		og.ImageAlt = h.picture.Alt
	}
	if a := h.article; a != nil {
		og.Type, og.PublishedTime, og.ModifiedTime = "article", iso(a.PublishedAt), iso(a.UpdatedAt)
		for _, t := range a.Tags {
			og.Tags = append(og.Tags, t.Name)
		}
	}
	if p := h.product; p != nil {
		og.Type, og.PriceAmount, og.PriceCurrency = "product", money.Decimal(p.Price), p.Price.Currency
		// Other sites show title and description, never the product tags.
		og.Title += " – " + money.Format(p.Price)
	}
	return f
}

// socialImage is the first picture that other sites can show: they take no SVG.
func (s scene) socialImage(h head) string {
	candidates := []string{h.meta.OGImage}
	if h.picture != nil {
		candidates = append(candidates, h.picture.URL)
	}
	candidates = append(candidates, s.settings.OGImage, s.settings.CoverImage, s.r.assets.SocialImage)
	for _, c := range candidates {
		if c != "" && path.Ext(c) != ".svg" {
			return s.outside(c)
		}
	}
	return ""
}

func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }
