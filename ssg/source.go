// Where the generator reads.

package ssg

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// Blog is what the generator needs of the blog. All of it is public: what is
// unknown, or not public any more, is left out of an answer. Answers by id come
// in no promised order.
type Blog interface {
	Settings(ctx context.Context) (contract.SiteSettings, error)
	// PostsByID are posts and pages with their bodies.
	PostsByID(ctx context.Context, ids []contract.PostID) ([]contract.Post, error)
	PostCardsByID(ctx context.Context, ids []contract.PostID) ([]contract.PostCard, error)
	TagsByID(ctx context.Context, ids []contract.TagID) ([]contract.Tag, error)
	AuthorsByID(ctx context.Context, ids []contract.AuthorID) ([]contract.Author, error)
	// WalkPosts goes through posts and pages, the oldest first.
	WalkPosts(ctx context.Context, cursor string) (cards []contract.PostCard, next string, err error)
	// PostAt finds the post whose page is at a path of the blog.
	PostAt(ctx context.Context, path string) (id contract.PostID, found bool, err error)
	TagBySlug(ctx context.Context, slug string) (id contract.TagID, found bool, err error)
	AuthorBySlug(ctx context.Context, slug string) (id contract.AuthorID, found bool, err error)
	// Moved says where a path of the blog leads that no page has.
	Moved(ctx context.Context, path string) (to contract.Redirect, found bool, err error)
}

// Market is what the generator needs of the market.
type Market interface {
	Categories(ctx context.Context) ([]contract.Category, error)
	ProductsByID(ctx context.Context, ids []contract.ProductID) ([]contract.Product, error)
	ProductCardsByID(ctx context.Context, ids []contract.ProductID) ([]contract.ProductCard, error)
	// WalkProducts goes through the products, the oldest first.
	WalkProducts(ctx context.Context, cursor string) (cards []contract.ProductCard, next string, err error)
	ProductBySlug(ctx context.Context, slug string) (id contract.ProductID, found bool, err error)
	TermsByID(ctx context.Context, ids []contract.TermID) ([]contract.Term, error)
	// Terms are all of a taxonomy.
	Terms(ctx context.Context, taxonomy contract.Taxonomy) ([]contract.Term, error)
	TermBySlug(ctx context.Context, taxonomy contract.Taxonomy, slug string) (id contract.TermID, found bool, err error)
	// PlacedOn are the collections that posts and pages show, by the id of the post.
	PlacedOn(ctx context.Context, containerIDs []string) (map[string][]contract.TermID, error)
}

// Events is what the generator needs of calendars: what visitors see, private entries as
// "Busy" only.
type Events interface {
	// PublicCalendars are all calendars in their order, archived ones too.
	PublicCalendars(ctx context.Context) ([]contract.Calendar, error)
	// EntriesByID are entries with their dates.
	EntriesByID(ctx context.Context, ids []contract.EntryID) ([]contract.Entry, error)
	// WalkEntries goes through the entries, the oldest first.
	WalkEntries(ctx context.Context, cursor string) (entries []contract.EntryLink, next string, err error)
	// CalendarEntries are the entries of calendars, by id; nil: of all that are not archived.
	CalendarEntries(ctx context.Context, calendars []contract.CalendarID) ([]contract.EntryID, error)
	Dates(ctx context.Context, q contract.OccurrenceQuery) ([]contract.OccurrenceCard, error)
	// Months are those that have dates; nil: of all calendars that are not archived.
	Months(ctx context.Context, calendars []contract.CalendarID) ([]contract.MonthCount, error)
	EntryBySlug(ctx context.Context, calendar, entry string) (id contract.EntryID, found bool, err error)
}

// Sources is all that pages are made of. In process the services and the
// database satisfy it; a client of the API does too, and gives the same bytes.
type Sources struct {
	Blog   Blog
	Market Market
	Events Events
	Lists  paging.Reader
}

// walk goes through a list to its end.
func walk[T any](page func(cursor string) ([]T, string, error), each func([]T) error) error {
	for cursor := ""; ; {
		items, next, err := page(cursor)
		if err == nil {
			err = each(items)
		}
		if err != nil || next == "" {
			return err
		}
		cursor = next
	}
}
