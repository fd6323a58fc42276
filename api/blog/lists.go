// Lists as the API answers them: some of the posts there are, with as much of each
// as is asked for, and where they stand in pages that stay.

package blog

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/api/shared/problem"
)

// PostItem is a post in a list.
type PostItem struct {
	contract.PostCard
	*PostWhole
	*contract.ListPlace
}

// PostWhole is what a post has beside its card.
type PostWhole struct {
	contract.Meta
	HTML                     string `json:"html" required:"false" doc:"With include=html: the free part, sanitised."`
	Gated                    bool   `json:"gated" required:"false" doc:"With include=html: whether there is more for those whom visibility names."`
	CustomTemplate           string `json:"custom_template,omitempty"`
	ShowTitleAndFeatureImage bool   `json:"show_title_and_feature_image" required:"false" doc:"With include=html."`
}

// PostList is some posts of a list.
type PostList struct {
	Items      []PostItem          `json:"items"`
	NextCursor string              `json:"next_cursor,omitempty" doc:"Pass as cursor to read on; absent on the last page."`
	Pages      *contract.ListPages `json:"pages,omitempty" doc:"With include=ordinals and with page: the list's stable pages; absent as long as nothing was built."`
}

// ListQuery is a PostQuery and what is wanted beside.
type ListQuery struct {
	contract.PostQuery
	// IDs, where there are any, are the posts instead of a list's, in no order
	// that matters; what is unknown, of the other type or not public is left out.
	IDs []contract.PostID
	// CreatedBy, with statuses, leaves only the posts that a user has made.
	CreatedBy *uuid.UUID
	// Page is a stable page of the list instead of what follows the cursor.
	Page *int
	// HTML wants the posts whole.
	HTML bool
	// Ordinals wants where they stand in the list.
	Ordinals bool
}

// List answers a query of the API. Stable pages and ordinals are those of all
// posts, of a tag's, of an author's, and of all pages. It fails with 404 for an
// unknown tag, author or stable page, with 422 invalid_cursor, and with 422 for
// what cannot be asked for together.
func (s *Service) List(ctx context.Context, query ListQuery) (list PostList, err error) {
	if err := query.check(); err != nil {
		return list, err
	}
	name := ""
	if query.Page != nil || query.Ordinals {
		if name, err = s.listName(ctx, query.PostQuery); err != nil {
			return list, err
		}
	}
	switch {
	case len(query.IDs) > 0:
		list.Items, err = s.itemsByID(ctx, query, query.IDs)
	case query.Page != nil:
		list, err = s.stablePage(ctx, query, name)
	case query.HTML:
		var posts []contract.Post
		posts, list.NextCursor, err = s.FullPosts(ctx, query.PostQuery)
		list.Items = shaped(posts, wholeItem)
	default:
		var cards []contract.PostCard
		cards, list.NextCursor, err = s.postsBy(ctx, query.PostQuery, query.CreatedBy)
		list.Items = shaped(cards, func(c contract.PostCard) PostItem { return PostItem{PostCard: c} })
	}
	if err == nil && query.Ordinals {
		err = s.placeItems(ctx, name, &list)
	}
	return list, err
}

// check refuses what cannot be asked for together.
func (q ListQuery) check() error {
	refused := func(parameter, message string) error {
		return problem.Unprocessable("the request does not fit its description").WithField("query."+parameter, message)
	}
	filtered := q.Tag != "" || q.Author != "" || q.Featured != nil || len(q.Statuses) > 0 || q.Cursor != ""
	switch {
	case len(q.IDs) > 0 && (filtered || q.Page != nil):
		return refused("ids", "goes with include alone")
	case q.Page != nil && (q.Featured != nil || len(q.Statuses) > 0 || q.Cursor != ""):
		return refused("page", "goes with tag, author and include alone")
	case q.HTML && len(q.Statuses) > 0:
		return refused("include", "html is of what everybody may see, without status")
	case (q.Page != nil || q.Ordinals) && (q.Tag != "" && q.Author != "" || q.Type == contract.TypePage && q.Tag+q.Author != ""):
		return refused("tag", "this list has no stable pages: name a tag or an author of posts")
	}
	return nil
}

// listName is the list that a query is about.
func (s *Service) listName(ctx context.Context, query contract.PostQuery) (string, error) {
	switch {
	case query.Type == contract.TypePage:
		return paging.ListPages, nil
	case query.Tag != "":
		tag, err := findTag(ctx, s.queries(), query.Tag)
		if err == nil && tag.Internal {
			err = noSuchTag
		}
		return paging.PostsOf(id.Format[contract.TagID](tagPrefix, tag.ID)), err
	case query.Author != "":
		author, err := findAuthor(ctx, s.queries(), query.Author)
		return paging.PostsOf(id.Format[contract.AuthorID](authorPrefix, author.ID)), err
	}
	return paging.ListPosts, nil
}

func wholeItem(p contract.Post) PostItem {
	return PostItem{PostCard: p.PostCard, PostWhole: &PostWhole{
		Meta: p.Meta, HTML: p.HTML, Gated: p.Gated,
		CustomTemplate: p.CustomTemplate, ShowTitleAndFeatureImage: p.ShowTitleAndFeatureImage,
	}}
}

// itemsByID reads posts of the query's type by their ids.
func (s *Service) itemsByID(ctx context.Context, query ListQuery, ids []contract.PostID) (items []PostItem, err error) {
	if query.HTML {
		var posts []contract.Post
		posts, err = s.PostsByID(ctx, ids)
		items = shaped(posts, wholeItem)
	} else {
		var cards []contract.PostCard
		cards, err = s.PostCardsByID(ctx, ids)
		items = shaped(cards, func(c contract.PostCard) PostItem { return PostItem{PostCard: c} })
	}
	return slices.DeleteFunc(items, func(i PostItem) bool { return i.Type != query.Type }), err
}

// stablePage is a page of a list, the newest post first.
func (s *Service) stablePage(ctx context.Context, query ListQuery, name string) (list PostList, err error) {
	ids, pages, found, err := paging.Stored{DB: s.pool}.Page(ctx, name, *query.Page)
	if err == nil && !found {
		err = problem.NotFound("the list has no such page")
	}
	if err != nil {
		return list, err
	}
	place := make(map[contract.PostID]int, len(ids))
	postIDs := make([]contract.PostID, len(ids))
	for i, item := range ids {
		postIDs[i] = contract.PostID(item)
		place[postIDs[i]] = i
	}
	list.Pages = pages
	list.Items, err = s.itemsByID(ctx, query, postIDs)
	slices.SortFunc(list.Items, func(a, b PostItem) int { return place[a.ID] - place[b.ID] })
	return list, err
}

// placeItems says of a list's items where they stand.
func (s *Service) placeItems(ctx context.Context, name string, list *PostList) error {
	ids := make([]string, len(list.Items))
	for i, item := range list.Items {
		ids[i] = string(item.ID)
	}
	pages, places, err := paging.Stored{DB: s.pool}.Places(ctx, name, ids)
	if list.Pages == nil {
		list.Pages = pages
	}
	for i, item := range list.Items {
		if place, placed := places[string(item.ID)]; placed {
			list.Items[i].ListPlace = &place
		}
	}
	return err
}
