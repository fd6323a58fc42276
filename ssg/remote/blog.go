// The blog through the API.

package remote

import (
	"context"
	"net/http"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/openapi/client"
)

// Settings implements ssg.Blog.
func (b blog) Settings(ctx context.Context) (settings contract.SiteSettings, err error) {
	err = b.get(ctx, "get-settings", func(ctx context.Context) (*http.Response, error) { return b.api.GetSettings(ctx, nil) }, &settings)
	return settings, err
}

// PostsByID implements ssg.Blog.
func (b blog) PostsByID(ctx context.Context, ids []contract.PostID) ([]contract.Post, error) {
	return postsByID(ctx, b, ids, true, func(p *contract.Post) contract.PostID { return p.ID })
}

// PostCardsByID implements ssg.Blog.
func (b blog) PostCardsByID(ctx context.Context, ids []contract.PostID) ([]contract.PostCard, error) {
	return postsByID(ctx, b, ids, false, cardID)
}

func cardID(c *contract.PostCard) contract.PostID { return c.ID }

// postsByID asks for each where it is, among the posts or among the pages. What
// was not there when the site was opened is looked for in both.
func postsByID[T any](ctx context.Context, b blog, ids []contract.PostID, whole bool, id func(*T) contract.PostID) ([]T, error) {
	var posts, pages []contract.PostID
	for _, i := range ids {
		if b.types[i] != contract.TypePage {
			posts = append(posts, i)
		}
	}
	found, err := byID[contract.PostID, T](ctx, b.Site, "list-posts", posts, func(ctx context.Context, some *[]string) (*http.Response, error) {
		params := &client.ListPostsParams{Ids: some}
		if whole {
			params.Include = &[]client.ListPostsParamsInclude{client.ListPostsParamsIncludeHtml}
		}
		return b.api.ListPosts(ctx, params)
	})
	if err != nil {
		return nil, err
	}
	there := make(map[contract.PostID]bool, len(found))
	for i := range found {
		there[id(&found[i])] = true
	}
	for _, i := range ids {
		if b.types[i] != contract.TypePost && !there[i] {
			pages = append(pages, i)
		}
	}
	more, err := byID[contract.PostID, T](ctx, b.Site, "list-pages", pages, func(ctx context.Context, some *[]string) (*http.Response, error) {
		params := &client.ListPagesParams{Ids: some}
		if whole {
			params.Include = &[]client.ListPagesParamsInclude{client.ListPagesParamsIncludeHtml}
		}
		return b.api.ListPages(ctx, params)
	})
	return append(found, more...), err
}

// TagsByID implements ssg.Blog, from what was read when the site was opened.
func (b blog) TagsByID(_ context.Context, ids []contract.TagID) ([]contract.Tag, error) {
	return those(b.tags, ids), nil
}

// AuthorsByID implements ssg.Blog, from what was read when the site was opened.
func (b blog) AuthorsByID(_ context.Context, ids []contract.AuthorID) ([]contract.Author, error) {
	return those(b.authors, ids), nil
}

func those[K comparable, T any](all map[K]T, ids []K) (some []T) {
	for _, id := range ids {
		if v, ok := all[id]; ok {
			some = append(some, v)
		}
	}
	return some
}

// WalkPosts implements ssg.Blog: it goes through what was there when the site was
// opened.
func (b blog) WalkPosts(ctx context.Context, cursor string) ([]contract.PostCard, string, error) {
	ids, next := step(b.posts, cursor)
	cards, err := b.PostCardsByID(ctx, ids)
	return inOrderOf(ids, cards, cardID), next, err
}

// PostAt implements ssg.Blog. The last segment of a path is the post's slug.
func (b blog) PostAt(ctx context.Context, path string) (id contract.PostID, found bool, err error) {
	slug := strings.Trim(path, "/")
	slug = slug[strings.LastIndexByte(slug, '/')+1:]
	var post, page contract.PostCard
	if found, err = b.one(ctx, "get-post", slug, whole(b.api.GetPost), &post); err != nil || found && post.Path == path {
		return post.ID, err == nil, err
	}
	found, err = b.one(ctx, "get-page", slug, whole(b.api.GetPage), &page)
	return page.ID, found && page.Path == path, err
}

// TagBySlug implements ssg.Blog.
func (b blog) TagBySlug(ctx context.Context, slug string) (contract.TagID, bool, error) {
	var t contract.TagLink
	found, err := b.one(ctx, "get-tag", slug, whole(b.api.GetTag), &t)
	return t.ID, found && t.Slug == slug, err
}

// AuthorBySlug implements ssg.Blog.
func (b blog) AuthorBySlug(ctx context.Context, slug string) (contract.AuthorID, bool, error) {
	var a contract.AuthorLink
	found, err := b.one(ctx, "get-author", slug, whole(b.api.GetAuthor), &a)
	return a.ID, found && a.Slug == slug, err
}

// Moved implements ssg.Blog.
func (b blog) Moved(ctx context.Context, path string) (to contract.Redirect, found bool, err error) {
	err = b.get(ctx, "resolve-redirect", func(ctx context.Context) (*http.Response, error) {
		return b.api.ResolveRedirect(ctx, &client.ResolveRedirectParams{Path: path})
	}, &to)
	if missing(err) {
		return to, false, nil
	}
	return to, err == nil, err
}

// one asks for a thing by its slug; false where there is none.
func (s *Site) one(ctx context.Context, operation, slug string, ask func(context.Context, string, ...client.RequestEditorFn) (*http.Response, error), v any) (bool, error) {
	if !urls.ValidSlug(slug) {
		return false, nil
	}
	err := s.get(ctx, operation, func(ctx context.Context) (*http.Response, error) { return ask(ctx, slug) }, v)
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}

// whole is an operation on one thing, asked for all of its properties.
func whole[P any](ask func(context.Context, string, *P, ...client.RequestEditorFn) (*http.Response, error)) func(context.Context, string, ...client.RequestEditorFn) (*http.Response, error) {
	return func(ctx context.Context, ref string, editors ...client.RequestEditorFn) (*http.Response, error) {
		return ask(ctx, ref, nil, editors...)
	}
}
