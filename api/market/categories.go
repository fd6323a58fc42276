// Reading the category tree.

package market

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Categories is the whole tree, depth first: parents before their children,
// siblings by their sort order, then by name.
func (s *Service) Categories(ctx context.Context) ([]contract.Category, error) {
	rows, err := s.queries.Categories(ctx)
	if err != nil {
		return nil, err
	}
	t := newTree(rows)
	list := make([]contract.Category, 0, len(rows))
	var walk func(parent uuid.UUID)
	walk = func(parent uuid.UUID) {
		for _, r := range t.children[parent] {
			list = append(list, t.category(r))
			walk(r.ID)
		}
	}
	walk(uuid.Nil)
	return list, nil
}

// Category is the category that ref, an id or a slug, names; a 404 `not_found`
// where there is none.
func (s *Service) Category(ctx context.Context, ref string) (contract.Category, error) {
	return category(ctx, s.queries, ref)
}

func category(ctx context.Context, q *marketdb.Queries, ref string) (contract.Category, error) {
	u, err := categoryID(ctx, q, ref)
	if err != nil {
		return contract.Category{}, err
	}
	rows, err := q.CategoryFamily(ctx, u)
	if err != nil {
		return contract.Category{}, err
	}
	t := newTree(rows)
	r, ok := t.byID[u]
	if !ok {
		return contract.Category{}, noCategory()
	}
	return t.category(r), nil
}

// knownCategory is categoryID for a category that exists.
func (s *Service) knownCategory(ctx context.Context, ref string) (uuid.UUID, error) {
	u, err := categoryID(ctx, s.queries, ref)
	if _, isID := id.Parse(categoryPrefix, ref); err != nil || !isID {
		return u, err
	}
	if _, err := s.queries.CategoryPath(ctx, u); errors.Is(err, pgx.ErrNoRows) {
		return u, noCategory()
	} else if err != nil {
		return u, err
	}
	return u, nil
}

// tree is rows of the category tree, or a part of it, by id and by parent. The
// roots are the children of uuid.Nil.
type tree struct {
	byID     map[uuid.UUID]marketdb.Category
	children map[uuid.UUID][]marketdb.Category
}

func newTree(rows []marketdb.Category) tree {
	t := tree{map[uuid.UUID]marketdb.Category{}, map[uuid.UUID][]marketdb.Category{}}
	slices.SortFunc(rows, func(a, b marketdb.Category) int {
		return cmp.Or(
			cmp.Compare(a.SortOrder, b.SortOrder),
			cmp.Compare(sortKey(a.Name), sortKey(b.Name)),
			slices.Compare(a.ID[:], b.ID[:]),
		)
	})
	for _, r := range rows {
		parent := uuid.Nil
		if r.ParentID != nil {
			parent = *r.ParentID
		}
		t.byID[r.ID] = r
		t.children[parent] = append(t.children[parent], r)
	}
	return t
}

// category shows r with those of its ancestors and children that t holds.
func (t tree) category(r marketdb.Category) contract.Category {
	c := contract.Category{
		CategoryLink: categoryLink(r.ID, r.Slug, r.Name),
		Description:  r.Description, Image: r.Image,
		Ancestors: []contract.CategoryLink{}, Children: []contract.CategoryLink{},
		SortOrder: int(r.SortOrder), Version: r.Version, UpdatedAt: r.UpdatedAt,
	}
	for _, u := range r.Path[:len(r.Path)-1] {
		if a, ok := t.byID[u]; ok {
			c.Ancestors = append(c.Ancestors, categoryLink(a.ID, a.Slug, a.Name))
		}
	}
	for _, child := range t.children[r.ID] {
		c.Children = append(c.Children, categoryLink(child.ID, child.Slug, child.Name))
	}
	if r.ParentID != nil {
		parent := id.Format[contract.CategoryID](categoryPrefix, *r.ParentID)
		c.ParentID = &parent
	}
	return c
}
