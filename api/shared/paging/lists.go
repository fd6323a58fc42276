// Names of the lists that there are: the generator puts things into them, and the
// API says where they stand.

package paging

// Lists of all things of a kind.
const (
	ListPosts    = "posts"
	ListPages    = "pages"
	ListProducts = "products"
)

// PostsOf is the list of the posts with a tag or by an author.
func PostsOf[T ~string](id T) string { return ListPosts + "/" + string(id) }

// ProductsOf is the list of the products in a category or below it.
func ProductsOf[T ~string](id T) string { return ListProducts + "/" + string(id) }
