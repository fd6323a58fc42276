// The blog's lists: home, tags, authors.

package ssg

import (
	"cmp"
	"context"

	"github.com/a-h/templ"

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
	return paginated(ctx, s, urls.Home(), posts, postsOnPage, func(l leaf[contract.PostCard]) templ.Component {
		view := site.HomePage{Posts: s.cards(l.items), Pager: l.pager}
		h := head{title: s.settings.Title, description: s.settings.Description, meta: s.settings.Meta, home: l.first}
		if l.first {
			view.Intro = s.settings.Description
			view.Products = s.productCards(products)
			if s.settings.CoverImage != "" {
				view.Cover = &site.Picture{URL: s.settings.CoverImage, Eager: true}
			}
			h.jsonLD = s.siteLD()
		}
		view.Frame = s.frame(l.at, l.head(h))
		return site.Home(view)
	})
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
	at, title := urls.Tag(tag.Slug), tag.Name+" – "+s.settings.Title
	pages, err := paginated(ctx, s, at, posts, postsOnPage, func(l leaf[contract.PostCard]) templ.Component {
		h := head{
			title: tag.Name, description: cmp.Or(tag.Description, "Posts about "+tag.Name+"."), meta: tag.Meta,
			picture: tag.FeatureImage, feed: urls.Feed(at), feedTitle: title,
		}
		if l.first {
			h.jsonLD = s.listLD(tag.Name, l.at, l.items)
		}
		return site.TagArchive(site.TagPage{
			Name: tag.Name, Description: tag.Description, Color: tag.AccentColor, Picture: s.picture(tag.FeatureImage),
			Posts: s.cards(l.items), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
		})
	})
	if err != nil {
		return nil, err
	}
	feed, err := r.feed(ctx, from, s, keyTagPosts(id), query, title, tag.Description, at)
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
	at, title := urls.Author(author.Slug), author.Name+" – "+s.settings.Title
	pages, err := paginated(ctx, s, at, posts, postsOnPage, func(l leaf[contract.PostCard]) templ.Component {
		h := head{
			title: author.Name, description: cmp.Or(author.Bio, "Posts by "+author.Name+"."), meta: author.Meta,
			picture: author.ProfileImage, feed: urls.Feed(at), feedTitle: title,
		}
		if l.first {
			h.jsonLD = s.authorLD(author)
		}
		return site.AuthorArchive(site.AuthorPage{
			Name: author.Name, Bio: author.Bio, Location: author.Location, Website: author.Website,
			Social: socialLinks(author.Social), Picture: s.picture(author.ProfileImage), Cover: s.picture(author.CoverImage),
			Posts: s.cards(l.items), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
		})
	})
	if err != nil {
		return nil, err
	}
	feed, err := r.feed(ctx, from, s, keyAuthorPosts(id), query, title, author.Bio, at)
	return append(pages, feed), err
}
