// Package scene makes views out of the data of the domains, the same for built and for
// dynamic pages: what stands around a page, and the cards on it.
package scene

import (
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

// Scene is where a page is made: the app it is in, and the site around it.
type Scene struct {
	App      urls.App
	Settings contract.SiteSettings
	Sites    urls.Sites
	Assets   site.Assets
	// Media is where a CDN has kept images; the zero value: where the server has.
	Media urls.Media
	Year  int // of the copyright line; 0: none
	// Events says that there are calendars, so that the header leads to them.
	Events bool
}

// Link is the address of a path of another app, from a page of this one.
func (s Scene) Link(app urls.App, at string) string { return s.Sites.Link(s.App, app, at) }

// Frame is what stands around the page at a path of the app; its head is empty.
func (s Scene) Frame(at string) site.Frame {
	set := s.Settings
	events := ""
	if s.Events {
		events = s.Link(urls.Events, urls.Home())
	}
	return site.Frame{
		EventsURL: events,
		Lang:      set.Locale, SiteTitle: set.Title, SiteTagline: set.Description,
		HomeURL: s.Link(urls.Blog, urls.Home()), MarketURL: s.Link(urls.Market, urls.Home()), SearchURL: s.Link(urls.Blog, urls.Search()),
		AccountURL: s.Link(urls.Account, urls.Home()), CartURL: s.CartLink("/cart/"),
		Announcement: set.Announcement, Logo: set.Logo, Section: string(s.App), FeedURL: s.Link(urls.Blog, urls.Feed(urls.Home())),
		Assets: s.Assets, Year: s.Year,
		Navigation: s.menu(set.Navigation, at), Secondary: s.menu(set.SecondaryNavigation, at),
	}
}

// CartLink is the address of a page of the cart's origin, from a page of this one: cart,
// checkout and orders are at the same path wherever the cart lives.
func (s Scene) CartLink(at string) string {
	if base := s.Sites.Base(urls.Cart); base != s.Sites.Base(s.App) {
		return base + at
	}
	return at
}

// menu makes a menu's links. An address of this site is a path of the blog's
// origin; one below the market's place goes where the market is.
func (s Scene) menu(items []contract.NavItem, at string) []site.Link {
	links := make([]site.Link, 0, len(items))
	for _, item := range items {
		url := item.URL
		if rest, ok := strings.CutPrefix(url, "/market/"); ok {
			url = s.Link(urls.Market, "/"+rest)
		} else if strings.HasPrefix(url, "/") {
			url = s.Link(urls.Blog, url)
		}
		links = append(links, site.Link{Text: item.Label, URL: url, Current: url == s.Link(s.App, at)})
	}
	return links
}

// Zone is the site's time zone.
func (s Scene) Zone() *time.Location {
	zone, err := zones.Load(s.Settings.Timezone)
	if err != nil {
		return time.UTC // a zone is checked when it is set; this one came with an old database
	}
	return zone
}

// Picture is an image with the widths in which it can be had; nil where there is none.
func (s Scene) Picture(i *contract.Image) *site.Picture {
	if i == nil || i.URL == "" {
		return nil
	}
	return &site.Picture{
		URL: i.URL, Alt: i.Alt, Caption: i.Caption, Width: i.Width, Height: i.Height, Srcset: s.Media.Srcset(i.URL, i.Width),
	}
}

// ProductCard is a product as lists show it.
func (s Scene) ProductCard(c contract.ProductCard) site.ProductCard {
	card := site.ProductCard{
		URL: s.Link(urls.Market, urls.Product(c.Slug)), Name: c.Name, Summary: c.Summary,
		Picture: s.Picture(c.Image), Size: c.VariantName, From: c.VariantCount > 1, Price: money.Format(c.Price), UnitPrice: money.PerUnit(c.UnitPrice),
		SoldOut: c.Availability == contract.OutOfStock,
	}
	if c.Brand != nil {
		card.Brand = c.Brand.Name
	}
	for _, l := range c.Labels {
		card.Labels = append(card.Labels, l.Name)
	}
	if Saves(c.MemberPrice, c.Price) {
		card.MemberPrice = money.Format(*c.MemberPrice)
	}
	if c.Reduction != nil {
		card.Was = money.Format(c.Reduction.Lowest)
	}
	return card
}

// Allergen is an allergen's name as a list of its own has it.
func Allergen(code contract.AllergenCode) string {
	name := string(code)
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// Saves tells whether members pay less than everybody: a reduced price may be below
// theirs, and then it is everybody's.
func Saves(member *contract.Money, price contract.Money) bool {
	return member != nil && member.AmountMinor < price.AmountMinor
}
