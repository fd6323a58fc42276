// Reading where everything stands: each list is walked with its ordinals.

package remote

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/openapi/client"
)

// perRequest is how many things are asked for at once: the most that the API gives.
const perRequest = 100

// listed is what is kept of an item of a list.
type listed struct {
	ID          string    `json:"id"`
	PublishedAt time.Time `json:"published_at"`
	CreatedAt   time.Time `json:"created_at"`
	Ordinal     *int      `json:"ordinal"`
}

// answer is a part of a list.
type answer[T any] struct {
	Items []T                 `json:"items"`
	Next  string              `json:"next_cursor"`
	Pages *contract.ListPages `json:"pages"`
}

// walk asks for a list from beginning to end.
func walk[T any](ctx context.Context, s *Site, operation string, ask func(ctx context.Context, cursor *string) (*http.Response, error), each func(answer[T])) error {
	for cursor := (*string)(nil); ; {
		var a answer[T]
		if err := s.get(ctx, operation, func(ctx context.Context) (*http.Response, error) { return ask(ctx, cursor) }, &a); err != nil {
			return err
		}
		each(a)
		if a.Next == "" {
			return nil
		}
		if cursor != nil && *cursor == a.Next {
			return fmt.Errorf("the API's operation %s: its list does not go on", operation)
		}
		cursor = &a.Next
	}
}

// reading gathers the lists as they come.
type reading struct {
	*Site
	mu      sync.Mutex
	lists   []paging.List
	members []paging.Member
	names   map[string]string // each id once, however many lists it is in
}

// read fills the site: first what there is, then the lists of each tag, author,
// category and term.
func (s *Site) read(ctx context.Context) error {
	r := &reading{Site: s, names: map[string]string{}}
	s.tags, s.authors, s.types = map[contract.TagID]contract.Tag{}, map[contract.AuthorID]contract.Author{}, map[contract.PostID]contract.PostType{}
	s.terms, s.placed = map[contract.TermID]contract.Term{}, map[string][]contract.TermID{}
	var posts, pages, products []listed
	var categories []contract.Category
	group, groupCtx := errgroup.WithContext(ctx)
	for taxonomy := range taxonomies {
		group.Go(func() error { return r.allTerms(groupCtx, taxonomy) })
	}
	group.Go(func() error { return r.allEvents(groupCtx) })
	group.Go(func() (err error) { posts, err = r.postList(groupCtx, paging.ListPosts, nil, nil); return err })
	group.Go(func() (err error) { pages, err = r.pageList(groupCtx); return err })
	group.Go(func() (err error) { products, err = r.productList(groupCtx, paging.ListProducts, nil, nil); return err })
	group.Go(func() (err error) { categories, err = market{s}.Categories(groupCtx); return err })
	group.Go(func() error {
		return walk(groupCtx, s, "list-tags", func(ctx context.Context, cursor *string) (*http.Response, error) {
			return s.api.ListTags(ctx, &client.ListTagsParams{Limit: of[int64](perRequest), Cursor: cursor})
		}, func(a answer[contract.Tag]) {
			for _, t := range a.Items {
				s.tags[t.ID] = t
			}
		})
	})
	group.Go(func() error {
		return walk(groupCtx, s, "list-authors", func(ctx context.Context, cursor *string) (*http.Response, error) {
			return s.api.ListAuthors(ctx, &client.ListAuthorsParams{Limit: of[int64](perRequest), Cursor: cursor})
		}, func(a answer[contract.Author]) {
			for _, one := range a.Items {
				s.authors[one.ID] = one
			}
		})
	})
	if err := group.Wait(); err != nil {
		return err
	}
	for _, p := range posts {
		s.types[contract.PostID(p.ID)] = contract.TypePost
	}
	for _, p := range pages {
		s.types[contract.PostID(p.ID)] = contract.TypePage
	}
	s.posts = idsByTime[contract.PostID](slices.Concat(posts, pages), func(l listed) time.Time { return l.PublishedAt })
	s.products = idsByTime[contract.ProductID](products, func(l listed) time.Time { return l.CreatedAt })
	return r.below(ctx, categories)
}

// below reads the lists that are below a tag, an author, a category or a term. One that
// has ceased to exist since has nothing.
func (r *reading) below(ctx context.Context, categories []contract.Category) (err error) {
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	some := func(list func(ctx context.Context) ([]listed, error)) {
		group.Go(func() error {
			_, err := list(groupCtx)
			if missing(err) {
				return nil
			}
			return err
		})
	}
	for id := range r.tags {
		some(func(ctx context.Context) ([]listed, error) {
			return r.postList(ctx, paging.PostsOf(id), of(string(id)), nil)
		})
	}
	for id := range r.authors {
		some(func(ctx context.Context) ([]listed, error) {
			return r.postList(ctx, paging.PostsOf(id), nil, of(string(id)))
		})
	}
	for _, c := range categories {
		some(func(ctx context.Context) ([]listed, error) {
			return r.productList(ctx, paging.ProductsOf(c.ID), of(string(c.ID)), nil)
		})
	}
	for _, t := range r.terms {
		some(func(ctx context.Context) ([]listed, error) {
			return r.productList(ctx, paging.ProductsOf(t.ID), nil, &t)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if r.Site.lists, err = paging.NewMemory(r.lists, r.members); err != nil {
		return fmt.Errorf("the API's lists contradict themselves: %w", err)
	}
	return nil
}

func (r *reading) postList(ctx context.Context, name string, tag, author *string) ([]listed, error) {
	include := []client.ListPostsParamsInclude{client.ListPostsParamsIncludeOrdinals}
	return r.list(ctx, name, "list-posts", func(l listed) time.Time { return l.PublishedAt }, func(ctx context.Context, cursor *string) (*http.Response, error) {
		return r.api.ListPosts(ctx, &client.ListPostsParams{Limit: of[int64](perRequest), Cursor: cursor, Tag: tag, Author: author, Include: &include})
	})
}

func (r *reading) pageList(ctx context.Context) ([]listed, error) {
	include := []client.ListPagesParamsInclude{client.ListPagesParamsIncludeOrdinals}
	return r.list(ctx, paging.ListPages, "list-pages", func(l listed) time.Time { return l.PublishedAt }, func(ctx context.Context, cursor *string) (*http.Response, error) {
		return r.api.ListPages(ctx, &client.ListPagesParams{Limit: of[int64](perRequest), Cursor: cursor, Include: &include})
	})
}

// productList reads the products of all the market, of a category or of a term.
func (r *reading) productList(ctx context.Context, name string, category *string, term *contract.Term) ([]listed, error) {
	include := []client.ListProductsParamsInclude{client.ListProductsParamsIncludeOrdinals}
	return r.list(ctx, name, "list-products", func(l listed) time.Time { return l.CreatedAt }, func(ctx context.Context, cursor *string) (*http.Response, error) {
		return r.api.ListProducts(ctx, &client.ListProductsParams{Limit: of[int64](perRequest), Cursor: cursor, Category: category, Include: &include}, ofTerm(term))
	})
}

// list reads a list and notes where its items stand. One that is met twice, because
// it moved while the list was walked, counts once.
func (r *reading) list(ctx context.Context, name, operation string, at func(listed) time.Time, ask func(context.Context, *string) (*http.Response, error)) (all []listed, err error) {
	var pages *contract.ListPages
	seen, taken := map[string]bool{}, map[int]bool{}
	err = walk(ctx, r.Site, operation, ask, func(a answer[listed]) {
		pages = cmp.Or(a.Pages, pages)
		for _, item := range a.Items {
			if !seen[item.ID] {
				seen[item.ID] = true
				all = append(all, item)
			}
		}
	})
	if err != nil || pages == nil {
		return all, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists = append(r.lists, paging.List{Name: name, Size: pages.Size, Sealed: pages.Sealed})
	for _, item := range all {
		if item.Ordinal != nil && !taken[*item.Ordinal] {
			taken[*item.Ordinal] = true
			r.members = append(r.members, paging.Member{List: name, Item: r.once(item.ID), At: at(item), Ordinal: *item.Ordinal})
		}
	}
	return all, nil
}

// once is the same string for the same id.
func (r *reading) once(id string) string {
	if same, ok := r.names[id]; ok {
		return same
	}
	id = strings.Clone(id)
	r.names[id] = id
	return id
}

// idsByTime are the ids of items, the oldest first.
func idsByTime[T ~string](items []listed, at func(listed) time.Time) []T {
	slices.SortFunc(items, func(a, b listed) int { return cmp.Or(at(a).Compare(at(b)), strings.Compare(a.ID, b.ID)) })
	ids := make([]T, len(items))
	for i, item := range items {
		ids[i] = T(item.ID)
	}
	return ids
}

func of[T any](v T) *T { return &v }
