// The service, and what it reads of other domains.

package search

import (
	"context"

	"rose-ash.com/roseash/api/search/internal/searchdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// Posts is what the index needs of the blog. All of it is public: what is unknown or
// not public is left out, and a post has its free part only.
type Posts interface {
	PostsByID(ctx context.Context, ids []contract.PostID) ([]contract.Post, error)
	// WalkPosts goes through posts and pages; an empty cursor begins, an empty next ends.
	WalkPosts(ctx context.Context, cursor string) (cards []contract.PostCard, next string, err error)
}

// Products is what the index needs of the market, published products only.
type Products interface {
	ProductsByID(ctx context.Context, ids []contract.ProductID) ([]contract.Product, error)
	// WalkProducts goes through the products as WalkPosts does.
	WalkProducts(ctx context.Context, cursor string) (cards []contract.ProductCard, next string, err error)
}

// Service is the search. It is safe for concurrent use; New makes one.
type Service struct {
	pool     *db.Pool
	queries  *searchdb.Queries
	posts    Posts
	products Products
	entries  Entries // nil: there are none
	sites    urls.Sites
}

// New returns the search over pool, which indexes what posts and products answer.
// Addresses of hits are those of sites.
func New(pool *db.Pool, posts Posts, products Products, sites urls.Sites) *Service {
	return &Service{pool: pool, queries: searchdb.New(pool), posts: posts, products: products, sites: sites}
}
