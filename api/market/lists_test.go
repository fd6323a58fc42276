package market_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

func constraintOf(err error) string {
	var pg *pgconn.PgError
	errors.As(err, &pg)
	if pg == nil {
		return ""
	}
	return pg.ConstraintName
}

// walk reads a list to its end, page by page.
func walk[T any](t *testing.T, limit int, page func(cursor string) ([]T, string, error)) (all []T) {
	t.Helper()
	for cursor := ""; ; {
		items, next, err := page(cursor)
		if err != nil {
			t.Fatal(err)
		}
		if len(items) > limit || next != "" && len(items) != limit {
			t.Fatalf("a page of %d with next %q, limit %d", len(items), next, limit)
		}
		all = append(all, items...)
		if cursor = next; cursor == "" {
			return all
		}
	}
}

func TestListsAreWalkedInOrder(t *testing.T) {
	s := newShop(t)
	s.category("food", "")
	s.category("bread", "food")
	s.category("fruit", "food")
	s.category("soap", "")
	names := []string{"zucchini", "Apple", "élan", "apple", "Éclair", "bread", "apple", "Zebra", "10 eggs", "ØL"}
	for i, name := range names {
		category := []string{"bread", "fruit", "soap"}[i%3]
		slug := fmt.Sprintf("p%d", i)
		s.product(slug, category)
		if _, err := s.UpdateProduct(t.Context(), slug, 1, market.ProductFields{Name: &name}); err != nil {
			t.Fatal(err)
		}
		if i == 5 {
			continue // stays a draft
		}
		if _, err := s.PublishProduct(t.Context(), slug); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[market.ProductQuery]string{
		{}:                              "10 eggs, Apple, apple, apple, Éclair, élan, Zebra, zucchini, ØL",
		{Category: "food"}:              "Apple, apple, apple, Éclair, Zebra, zucchini, ØL",
		{Category: "soap"}:              "10 eggs, élan",
		{Status: contract.DraftProduct}: "bread",
	} {
		for limit := 1; limit <= 10; limit++ {
			query.Limit = limit
			var got []string
			cards := walk(t, limit, func(cursor string) ([]contract.ProductCard, string, error) {
				query.Cursor = cursor
				return s.Products(t.Context(), query)
			})
			for _, c := range cards {
				got = append(got, c.Name)
			}
			if sameLetters(strings.Join(got, ", ")) != sameLetters(want) {
				t.Errorf("%+v: %v, want %s", query, got, want)
			}
		}
	}
}

// sameLetters makes the names that sort alike the same.
func sameLetters(s string) string { return strings.ReplaceAll(s, "Apple", "apple") }

func TestCategoriesAreDepthFirst(t *testing.T) {
	s := newShop(t)
	s.category("fruit", "")
	s.category("bakery", "")
	s.category("rye", "bakery")
	s.category("bread", "bakery")
	s.category("buns", "bread")
	if _, err := s.UpdateCategory(t.Context(), "bread", 1, market.CategoryFields{SortOrder: ptr(1)}); err != nil {
		t.Fatal(err)
	}
	list, err := s.Categories(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range list {
		line := ""
		for _, a := range c.Ancestors {
			line += a.Slug + "/"
		}
		line += c.Slug
		for _, child := range c.Children {
			line += " " + child.Slug
		}
		got = append(got, line)
		one, err := s.Category(t.Context(), string(c.ID))
		if diff := cmp.Diff(c, one); err != nil || diff != "" {
			t.Errorf("Category(%s): %v (-list +one)\n%s", c.Slug, err, diff)
		}
	}
	want := []string{"bakery rye bread", "bakery/rye", "bakery/bread buns", "bakery/bread/buns", "fruit"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tree (-want +got)\n%s", diff)
	}
}

// Any sequence of moves leaves a tree: each category's ancestors are those of
// its parent and the parent, and nothing is its own ancestor.
func TestMovesKeepTheTree(t *testing.T) {
	s := newShop(t)
	const n = 7
	for i := range n {
		s.category(fmt.Sprintf("c%d", i), "")
	}
	rapid.Check(t, func(r *rapid.T) {
		moved, below := rapid.IntRange(0, n-1).Draw(r, "moved"), rapid.IntRange(-1, n-1).Draw(r, "below")
		slug, parent := fmt.Sprintf("c%d", moved), ""
		if below >= 0 {
			parent = fmt.Sprintf("c%d", below)
		}
		was, err := s.Category(t.Context(), slug)
		if err != nil {
			r.Fatal(err)
		}
		_, err = s.UpdateCategory(t.Context(), slug, was.Version, market.CategoryFields{Parent: &parent})
		if code := problem.Code(err); err != nil && code != "below_itself" && code != "too_deep" {
			r.Fatalf("%s below %q: %v", slug, parent, err)
		}
		list, err := s.Categories(t.Context())
		if err != nil || len(list) != n {
			r.Fatalf("%d categories, %v", len(list), err)
		}
		byID := map[contract.CategoryID]contract.Category{}
		for _, c := range list {
			byID[c.ID] = c
		}
		for _, c := range list {
			want := []contract.CategoryLink{}
			if c.ParentID != nil {
				p := byID[*c.ParentID]
				want = append(slices.Clone(p.Ancestors), p.CategoryLink)
			}
			if diff := cmp.Diff(want, c.Ancestors); diff != "" || slices.Contains(want, c.CategoryLink) {
				r.Fatalf("ancestors of %s (-want +got)\n%s", c.Slug, diff)
			}
		}
	})
}
