// The import of Markdown files: the categories that they name.

package market

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
)

// shelfSlug is the slug of a category that a file names.
func shelfSlug(name string) string {
	slug := urls.Slug(name)
	slug = strings.TrimRight(slug[:min(len(slug), maxSlug-2)], "-")
	if urls.ReservedIn(urls.Market, slug) {
		slug += "-2"
	}
	return slug
}

// path is the way down to the category of a file.
func (i *markdownItem) path(r *markdownRun) []uuid.UUID {
	return r.categories[shelfSlug(i.categories[len(i.categories)-1])].path
}

// shelve finds the categories of the files and makes those that are not there,
// each below the one that is named before it. One that stands elsewhere in the
// tree already stays there.
func (r *markdownRun) shelve(ctx context.Context) error {
	if missing := r.missing(); len(missing) > 0 {
		if err := r.find(ctx, missing); err != nil {
			return err
		}
	}
	if missing := r.missing(); len(missing) > 0 {
		// Somebody may have made them while we waited for the tree.
		if err := r.q.LockTree(ctx); err != nil {
			return err
		}
		if err := r.find(ctx, missing); err != nil {
			return err
		}
	}
	for i := range r.open {
		if err := r.hang(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// hang puts a file into the last of its categories.
func (r *markdownRun) hang(ctx context.Context, i *markdownItem) (err error) {
	var above shelf
	for _, name := range i.categories {
		slug := shelfSlug(name)
		c, there := r.categories[slug]
		switch {
		case !there && len(above.path) == maxDepth:
			return i.refuse("its categories would be more than 8 below each other")
		case !there:
			if c, err = r.build(ctx, slug, name, above); err != nil {
				return err
			}
		case above.id != uuid.Nil && !slices.Contains(c.path[:len(c.path)-1], above.id):
			i.warn("the category " + slug + " stands elsewhere in the tree")
		}
		above = c
	}
	i.row.CategoryID = above.id
	return nil
}

// missing are the slugs of categories that are not known yet.
func (r *markdownRun) missing() []string {
	slugs := map[string]bool{}
	for i := range r.open {
		for _, name := range i.categories {
			if slug := shelfSlug(name); r.categories[slug].id == uuid.Nil {
				slugs[slug] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(slugs))
}

func (r *markdownRun) find(ctx context.Context, slugs []string) error {
	rows, err := r.q.CategoriesBySlug(ctx, slugs)
	for _, row := range rows {
		r.categories[row.Slug] = shelf{row.ID, row.Path}
	}
	return err
}

// build makes a category and announces it.
func (r *markdownRun) build(ctx context.Context, slug, name string, above shelf) (shelf, error) {
	made := shelf{id: id.New()}
	made.path = append(slices.Clone(above.path), made.id)
	row := marketdb.InsertCategoryParams{ID: made.id, Slug: slug, Name: name, At: r.im.s.clock.Now()}
	if above.id != uuid.Nil {
		row.ParentID = &above.id
	}
	if err := r.q.InsertCategory(ctx, row); err != nil {
		return made, err
	}
	r.categories[slug] = made
	r.events = append(r.events, contract.CategoryUpdated{ID: id.Format[contract.CategoryID](categoryPrefix, made.id), Ancestors: categoryIDs(above.path)})
	return made, nil
}
