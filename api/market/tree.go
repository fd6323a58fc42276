// Editing the category tree: make, change, move and delete categories.

package market

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// CreateCategory makes a category and emits CategoryUpdated in the same
// transaction. It fails with 422 on fields that are wrong (`reserved_slug`
// where the site itself uses the word), and with 409 `slug_taken`.
func (s *Service) CreateCategory(ctx context.Context, fields CategoryFields) (made contract.Category, err error) {
	if err := required(map[string]bool{"body.name": fields.Name != nil, "body.slug": fields.Slug != nil}); err != nil {
		return made, err
	}
	row := marketdb.Category{ID: id.New()}
	made, err = s.changeTree(ctx, row.ID, false, func(tx pgx.Tx, q *marketdb.Queries) error {
		if err := applyCategory(ctx, q, &row, fields); err != nil {
			return err
		}
		return q.InsertCategory(ctx, marketdb.InsertCategoryParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Description: row.Description, Image: row.Image,
			ParentID: row.ParentID, SortOrder: row.SortOrder, At: s.clock.Now(),
		})
	})
	return made, err
}

// UpdateCategory changes the fields that are given of the category that ref, an
// id or a slug, names; a new parent moves it with all below it. version is the
// one that the editor saw; where it is not the current one that is a 412
// `precondition_failed`. It emits CategoryUpdated in the same transaction, and
// TermUpdated for collections that products came into or left by the move; a
// change that changes nothing makes no version and no event. It fails as
// CreateCategory does, and with 422 `below_itself` or `too_deep`.
func (s *Service) UpdateCategory(ctx context.Context, ref string, version int64, fields CategoryFields) (contract.Category, error) {
	u, err := categoryID(ctx, s.queries, ref)
	if err != nil {
		return contract.Category{}, err
	}
	return s.changeTree(ctx, u, fields.Parent != nil, func(tx pgx.Tx, q *marketdb.Queries) error {
		row, err := findCategory(ctx, q, u)
		if err != nil {
			return err
		}
		if err := sameVersion(version, row.Version); err != nil {
			return err
		}
		before := row
		if err := applyCategory(ctx, q, &row, fields); err != nil || reflect.DeepEqual(before, row) {
			return err
		}
		return q.UpdateCategory(ctx, marketdb.UpdateCategoryParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Description: row.Description, Image: row.Image,
			ParentID: row.ParentID, SortOrder: row.SortOrder, At: s.clock.Now(),
		})
	})
}

// DeleteCategory removes a category that is empty, and emits CategoryUpdated in
// the same transaction. One with products, drafts included, or with categories
// below it is a 409 `not_empty`. version is as for UpdateCategory.
func (s *Service) DeleteCategory(ctx context.Context, ref string, version int64) error {
	u, err := categoryID(ctx, s.queries, ref)
	if err != nil {
		return err
	}
	_, err = s.changeTree(ctx, u, false, func(tx pgx.Tx, q *marketdb.Queries) error {
		row, err := findCategory(ctx, q, u)
		if err != nil {
			return err
		}
		if err := sameVersion(version, row.Version); err != nil {
			return err
		}
		return notEmpty(q.DeleteCategory(ctx, u))
	})
	return err
}

// changeTree runs change, the making, changing or removing of one category, and
// announces what came of it. Writers of the tree come one by one: what a
// category may become depends on its whole family. moves says that it may get
// another place, and what is below it into other collections.
func (s *Service) changeTree(ctx context.Context, u uuid.UUID, moves bool, change func(pgx.Tx, *marketdb.Queries) error) (after contract.Category, err error) {
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		if moves {
			if err := q.HoldCollections(ctx); err != nil {
				return err
			}
		}
		if err := q.LockTree(ctx); err != nil {
			return err
		}
		was, err := findCategory(ctx, q, u)
		if err != nil && problem.Code(err) != "not_found" {
			return err
		}
		if err := change(tx, q); err != nil {
			return err
		}
		is, err := findCategory(ctx, q, u)
		if err != nil && problem.Code(err) != "not_found" {
			return err
		}
		ref := id.Format[contract.CategoryID](categoryPrefix, u)
		if err == nil {
			if after, err = category(ctx, q, string(ref)); err != nil {
				return err
			}
		}
		if was.Version == is.Version {
			return nil
		}
		if err := bus.Emit(ctx, tx, contract.CategoryUpdated{ID: ref, Ancestors: categoryIDs(above(was.Path), above(is.Path))}); err != nil {
			return err
		}
		if !moves || slices.Equal(was.Path, is.Path) {
			return nil
		}
		return refreshCategories(ctx, tx)
	})
	return after, refused(err)
}

// above is a path without the category itself.
func above(path []uuid.UUID) []uuid.UUID {
	if len(path) == 0 {
		return nil
	}
	return path[:len(path)-1]
}

func findCategory(ctx context.Context, q *marketdb.Queries, u uuid.UUID) (marketdb.Category, error) {
	row, err := q.Category(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) {
		err = noCategory()
	}
	return row, err
}

// applyCategory writes the fields that are given onto row. It fails with 422 on
// a field that is wrong.
func applyCategory(ctx context.Context, q *marketdb.Queries, row *marketdb.Category, f CategoryFields) error {
	if f.Slug != nil && *f.Slug != row.Slug {
		if err := checkSlug(*f.Slug); err != nil {
			return err
		}
		if urls.ReservedIn(urls.Market, *f.Slug) {
			return problem.Unprocessable("the slug is a word that the site itself uses").WithCode("reserved_slug").
				WithField("body.slug", "choose another word")
		}
		row.Slug = *f.Slug
	}
	if f.Name != nil {
		if err := checkLine("body.name", *f.Name, 1, 200); err != nil {
			return err
		}
		row.Name = *f.Name
	}
	if f.Description != nil {
		if err := checkText("body.description", *f.Description, 2000); err != nil {
			return err
		}
		row.Description = *f.Description
	}
	if f.Image != nil {
		row.Image = nil
		if f.Image.URL != "" {
			if err := checkPicture("body.image", *f.Image); err != nil {
				return err
			}
			row.Image = &images([]Picture{*f.Image})[0]
		}
	}
	if f.SortOrder != nil {
		if *f.SortOrder < 0 || *f.SortOrder > 100_000 {
			return invalid("body.sort_order", "expected a number from 0 to 100000")
		}
		row.SortOrder = int32(*f.SortOrder)
	}
	if f.Parent == nil {
		return nil
	}
	if row.ParentID = nil; *f.Parent == "" {
		return nil
	}
	parent, err := categoryID(ctx, q, *f.Parent)
	if problem.Code(err) == "not_found" {
		err = noSuchParent("body.parent")
	}
	row.ParentID = &parent
	return err
}
