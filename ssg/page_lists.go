// The blog's lists: home, tags, authors.

package ssg

import (
	"cmp"
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

func (r *Renderer) home(ctx context.Context, from *reader) (*Page, error) {
	list := from.leaf()
	if from.unit.Page > 0 && !list.Exists {
		return nil, nil
	}
	s := r.scene(from, urls.Blog)
	l := s.leafAt(urls.Home(), list)
	view := site.HomePage{Posts: s.cards(from.cardsOf(list.Items)), Pager: l.pager}
	h := head{title: s.settings.Title, description: s.settings.Description, meta: s.settings.Meta, home: l.open}
	if l.open {
		view.Intro = s.settings.Description
		view.Products = s.productCards(from.productsOf(from.first(listProducts, productsOnHome)))
		view.Calendars = s.homeCalendars(from)
		if s.settings.CoverImage != "" {
			view.Cover = s.picture(&contract.Image{URL: s.settings.CoverImage})
		}
		h.jsonLD = s.siteLD()
	}
	view.Frame = s.frame(l.at, l.head(h))
	return r.page(ctx, urls.Blog, l.at, site.Home(view))
}

func (r *Renderer) tag(ctx context.Context, from *reader) (*Page, error) {
	tag, found := from.tag(contract.TagID(from.unit.ID))
	list := from.leaf()
	if !found || !list.Exists {
		return nil, nil
	}
	s := r.scene(from, urls.Blog)
	at := urls.Tag(tag.Slug)
	l, posts := s.leafAt(at, list), from.cardsOf(list.Items)
	h := head{
		title: tag.Name, description: cmp.Or(tag.Description, "Posts about "+tag.Name+"."), meta: tag.Meta,
		picture: tag.FeatureImage, feed: urls.Feed(at), feedTitle: s.feedTitle(tag.Name),
	}
	if l.open {
		h.jsonLD = s.listLD(tag.Name, l.at, posts)
	}
	return r.page(ctx, urls.Blog, l.at, site.TagArchive(site.TagPage{
		Name: tag.Name, Description: tag.Description, Color: tag.AccentColor, Picture: s.picture(tag.FeatureImage),
		Posts: s.cards(posts), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
	}))
}

func (r *Renderer) author(ctx context.Context, from *reader) (*Page, error) {
	author, found := from.author(contract.AuthorID(from.unit.ID))
	list := from.leaf()
	if !found || !list.Exists {
		return nil, nil
	}
	s := r.scene(from, urls.Blog)
	at := urls.Author(author.Slug)
	l := s.leafAt(at, list)
	h := head{
		title: author.Name, description: cmp.Or(author.Bio, "Posts by "+author.Name+"."), meta: author.Meta,
		picture: author.ProfileImage, feed: urls.Feed(at), feedTitle: s.feedTitle(author.Name),
	}
	if l.open {
		h.jsonLD = s.authorLD(author)
	}
	return r.page(ctx, urls.Blog, l.at, site.AuthorArchive(site.AuthorPage{
		Name: author.Name, Bio: author.Bio, Location: author.Location, Website: author.Website,
		Social: socialLinks(author.Social), Picture: s.picture(author.ProfileImage), Cover: s.picture(author.CoverImage),
		Posts: s.cards(from.cardsOf(list.Items)), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
	}))
}

// feedTitle is the title of the feed of one of the blog's archives.
func (s scene) feedTitle(name string) string { return name + " – " + s.settings.Title }
