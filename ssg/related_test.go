// Related products, which stand in the category of a product and below it.

package ssg_test

import (
	"strings"
	"testing"

	"rose-ash.com/roseash/api/market"
)

// TestRelatedAcrossCategories: what comes into a category from below or beside is
// shown near those that are in it, and what leaves is not.
func TestRelatedAcrossCategories(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.shelf("tools", 1)
	w.shelf("spades", 0)
	w.shelf("seeds", 1)
	w.move("spades", "tools")
	w.settle()
	near := func(want bool, what string) {
		t.Helper()
		w.settle()
		w.equalsBuild(w.pages())
		if got := strings.Contains(w.pages()["main/market/products/tools-0/index.html"], "seeds-0"); got != want {
			t.Errorf("%s: shown near the other %v, want %v", what, got, want)
		}
	}
	near(false, "in two categories")
	w.reshelve("seeds-0", "spades")
	near(true, "in the category below")
	w.move("spades", "")
	near(false, "the category below has left")
	w.reshelve("seeds-0", "seeds")
	near(false, "back")
	w.move("seeds", "tools")
	near(true, "with its category")
	w.move("seeds", "spades")
	near(false, "without it")
	w.reshelve("tools-0", "spades")
	near(true, "the other has come to it")
}

// move puts a category below another.
func (w *town) move(category, below string) {
	w.t.Helper()
	g, err := w.market.Category(w.t.Context(), category)
	if err == nil {
		_, err = w.market.UpdateCategory(w.t.Context(), category, g.Version, market.CategoryFields{Parent: &below})
	}
	must(w.t, err)
}

// reshelve puts a product into another category.
func (w *town) reshelve(product, category string) {
	w.t.Helper()
	p, err := w.market.AnyProduct(w.t.Context(), product)
	if err == nil {
		_, err = w.market.UpdateProduct(w.t.Context(), product, p.Version, market.ProductFields{Category: &category})
	}
	must(w.t, err)
}
