// The blog's lists: home, tags, authors.

package ssg

import (
	"cmp"
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// Items on one page of a list.
const (
	postsOnPage    = 10
	productsOnHome = 4
)

func (r *Renderer) home(ctx context.Context, from *reader) ([]Page, error) {
	s, err := r.scene(from, urls.Blog)
	if err != nil {
		return nil, err
	}
	posts, err := from.cards(ctx, keyPosts, contract.PostQuery{Type: contract.TypePost})
	if err != nil {
		return nil, err
	}
	products, err := from.some(ctx, "", productsOnHome)
	if err != nil {
		return nil, err
	}
	var pages []Page
	lists := numbered(posts, postsOnPage)
	for i, list := range lists {
		n := i + 1
		at := urls.Numbered(urls.Home(), n)
		view := site.HomePage{Posts: s.cards(list), Pager: s.pager(urls.Home(), n, len(lists))}
		h := head{title: s.settings.Title, description: s.settings.Description, meta: s.settings.Meta, home: n == 1}
		if n == 1 {
			view.Intro = s.settings.Description
			view.Products = s.productCards(products)
			if s.settings.CoverImage != "" {
				view.Cover = &site.Picture{URL: s.settings.CoverImage, Eager: true}
			}
			h.jsonLD = s.siteLD()
		}
		view.Frame = s.frame(at, listHead(h, urls.Home(), n, len(lists)))
		page, err := r.page(ctx, urls.Blog, at, site.Home(view))
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	return pages, nil
}

func (r *Renderer) tag(ctx context.Context, from *reader, id contract.TagID) ([]Page, error) {
	from.read(keyTag(id))
	tag, found, err := from.blog.PublicTag(ctx, id)
	if err != nil || !found {
		from.read(keyTagPosts(id))
		return nil, err
	}
	s, err := r.scene(from, urls.Blog)
	if err != nil {
		return nil, err
	}
	query := contract.PostQuery{Type: contract.TypePost, Tag: string(id)}
	posts, err := from.cards(ctx, keyTagPosts(id), query)
	if err != nil {
		return nil, err
	}
	var pages []Page
	first := urls.Tag(tag.Slug)
	lists := numbered(posts, postsOnPage)
	for i, list := range lists {
		n := i + 1
		at := urls.Numbered(first, n)
		h := head{
			title: tag.Name, description: cmp.Or(tag.Description, "Posts about "+tag.Name+"."), meta: tag.Meta,
			picture: tag.FeatureImage, feed: urls.Feed(first), feedTitle: tag.Name + " – " + s.settings.Title,
		}
		if n == 1 {
			h.jsonLD = s.listLD(tag.Name, at, list)
		}
		view := site.TagPage{
			Name: tag.Name, Description: tag.Description, Color: tag.AccentColor, Picture: s.picture(tag.FeatureImage),
			Posts: s.cards(list), Pager: s.pager(first, n, len(lists)), Frame: s.frame(at, listHead(h, first, n, len(lists))),
		}
		page, err := r.page(ctx, urls.Blog, at, site.TagArchive(view))
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	feed, err := r.feed(ctx, from, s, keyTagPosts(id), query, tag.Name+" – "+s.settings.Title, tag.Description, first)
	return append(pages, feed), err
}

func (r *Renderer) author(ctx context.Context, from *reader, id contract.AuthorID) ([]Page, error) {
	from.read(keyAuthor(id))
	author, found, err := from.blog.PublicAuthor(ctx, id)
	if err != nil || !found {
		from.read(keyAuthorPosts(id))
		return nil, err
	}
	s, err := r.scene(from, urls.Blog)
	if err != nil {
		return nil, err
	}
	query := contract.PostQuery{Type: contract.TypePost, Author: string(id)}
	posts, err := from.cards(ctx, keyAuthorPosts(id), query)
	if err != nil {
		return nil, err
	}
	var pages []Page
	first := urls.Author(author.Slug)
	lists := numbered(posts, postsOnPage)
	for i, list := range lists {
		n := i + 1
		at := urls.Numbered(first, n)
		h := head{
			title: author.Name, description: cmp.Or(author.Bio, "Posts by "+author.Name+"."), meta: author.Meta,
			picture: author.ProfileImage, feed: urls.Feed(first), feedTitle: author.Name + " – " + s.settings.Title,
		}
		if n == 1 {
			h.jsonLD = s.authorLD(author)
		}
		view := site.AuthorPage{
			Name: author.Name, Bio: author.Bio, Location: author.Location, Website: author.Website,
			Social: socialLinks(author.Social), Picture: s.picture(author.ProfileImage), Cover: s.picture(author.CoverImage),
			Posts: s.cards(list), Pager: s.pager(first, n, len(lists)), Frame: s.frame(at, listHead(h, first, n, len(lists))),
		}
		page, err := r.page(ctx, urls.Blog, at, site.AuthorArchive(view))
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	feed, err := r.feed(ctx, from, s, keyAuthorPosts(id), query, author.Name+" – "+s.settings.Title, author.Bio, first)
	return append(pages, feed), err
}
