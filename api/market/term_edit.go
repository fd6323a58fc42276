// Editing terms: make, change and delete brands, producers, labels and collections.

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
	"rose-ash.com/roseash/db"
)

// CreateTerm makes a term and emits TermUpdated in the same transaction; a collection
// has its products at once. It fails with 422 on fields that are wrong and with 409
// `slug_taken` where another of the taxonomy has the slug.
func (s *Service) CreateTerm(ctx context.Context, taxonomy contract.Taxonomy, fields TermFields) (made contract.Term, err error) {
	if err := required(map[string]bool{"body.name": fields.Name != nil, "body.slug": fields.Slug != nil}); err != nil {
		return made, err
	}
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		if taxonomy == contract.CollectionTaxonomy {
			if err := q.HoldCollections(ctx); err != nil {
				return err
			}
			if fields.Rule == nil {
				fields.Rule = &contract.Rule{}
			}
		}
		row := marketdb.TermPage{ID: id.New(), Taxonomy: string(taxonomy)}
		if err := applyTerm(ctx, q, &row, fields); err != nil {
			return err
		}
		if err := s.pictures.Complete(ctx, tx, &row.DescriptionHtml); err != nil {
			return err
		}
		if err := q.InsertTerm(ctx, marketdb.InsertTermParams{
			ID: row.ID, Taxonomy: row.Taxonomy, Slug: row.Slug, Name: row.Name, Description: row.Description,
			DescriptionHtml: row.DescriptionHtml, Image: row.Image, Website: row.Website, Place: row.Place, Rule: row.Rule,
			At: s.clock.Now(),
		}); err != nil {
			return err
		}
		made, err = s.settleTerm(ctx, tx, contract.Term{}, row, fields)
		return err
	})
	return made, refused(err)
}

// EnsureTerm is CreateTerm for a term that may be there: one with the slug is left as
// it is and returned.
func (s *Service) EnsureTerm(ctx context.Context, taxonomy contract.Taxonomy, fields TermFields) (contract.Term, error) {
	t, err := s.Term(ctx, taxonomy, orZero(fields.Slug))
	if problem.Code(err) != "not_found" {
		return t, err
	}
	t, err = s.CreateTerm(ctx, taxonomy, fields)
	if problem.Code(err) == "slug_taken" { // somebody was faster
		return s.Term(ctx, taxonomy, *fields.Slug)
	}
	return t, err
}

// UpdateTerm changes the fields that are given of the term of a taxonomy that ref, an
// id or a slug, names. version is the one that the editor saw; where it is not the
// current one that is a 412 `precondition_failed`. It emits TermUpdated in the same
// transaction when readers can see the change; a new rule puts products into the
// collection and takes others out in it too. A change that changes nothing makes no
// version. It fails as CreateTerm does.
func (s *Service) UpdateTerm(ctx context.Context, taxonomy contract.Taxonomy, ref string, version int64, fields TermFields) (after contract.Term, err error) {
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		row, before, err := lockTerm(ctx, q, taxonomy, ref, version, fields.Rule != nil)
		if err != nil {
			return err
		}
		was := row
		if err := applyTerm(ctx, q, &row, fields); err != nil {
			return err
		}
		if err := s.pictures.Complete(ctx, tx, &row.DescriptionHtml); err != nil {
			return err
		}
		if reflect.DeepEqual(was, row) && samePlaces(before.Placements, fields.Placements) {
			after = before
			return nil
		}
		if err := q.UpdateTerm(ctx, marketdb.UpdateTermParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Description: row.Description, DescriptionHtml: row.DescriptionHtml,
			Image: row.Image, Website: row.Website, Place: row.Place, Rule: row.Rule, At: s.clock.Now(),
		}); err != nil {
			return err
		}
		after, err = s.settleTerm(ctx, tx, before, row, fields)
		return err
	})
	return after, refused(err)
}

// DeleteTerm removes a term and emits TermUpdated in the same transaction. One that a
// product carries, drafts included, is a 409 `in_use`; a collection loses its products
// and places instead. version is as for UpdateTerm.
func (s *Service) DeleteTerm(ctx context.Context, taxonomy contract.Taxonomy, ref string, version int64) error {
	return db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		row, before, err := lockTerm(ctx, q, taxonomy, ref, version, true)
		if err != nil {
			return err
		}
		var left []uuid.UUID
		if taxonomy == contract.CollectionTaxonomy {
			if left, err = q.EmptyCollection(ctx, row.ID); err != nil {
				return err
			}
		}
		if err := q.DeleteTerm(ctx, row.ID); err != nil {
			return carried(err)
		}
		return bus.Emit(ctx, tx, contract.TermUpdated{
			ID: before.ID, Taxonomy: taxonomy, Products: productIDs(left), Containers: before.Placements})
	})
}

// lockTerm holds the term that ref names to the end of the transaction and reads it.
// Where members is set and it is a collection, it holds which products are in which
// collections too, which comes before every row.
func lockTerm(ctx context.Context, q *marketdb.Queries, taxonomy contract.Taxonomy, ref string, version int64, members bool) (row marketdb.TermPage, t contract.Term, err error) {
	if members && taxonomy == contract.CollectionTaxonomy {
		if err := q.HoldCollections(ctx); err != nil {
			return row, t, err
		}
	}
	u, err := termID(ctx, q, taxonomy, ref)
	if err != nil {
		return row, t, err
	}
	if _, err = q.LockTerm(ctx, marketdb.LockTermParams{Taxonomy: string(taxonomy), ID: u}); errors.Is(err, pgx.ErrNoRows) {
		return row, t, noTerm(taxonomy)
	}
	if err != nil {
		return row, t, err
	}
	if row, err = q.TermPage(ctx, u); err != nil {
		return row, t, err
	}
	if t, err = term(row); err != nil {
		return row, t, err
	}
	return row, t, sameVersion(version, row.Version)
}

// settleTerm stores what hangs on a term that was written, reads it again and
// announces what readers see of the change. before is empty for a new one.
func (s *Service) settleTerm(ctx context.Context, tx pgx.Tx, before contract.Term, row marketdb.TermPage, fields TermFields) (after contract.Term, err error) {
	q := marketdb.New(tx)
	if !samePlaces(before.Placements, fields.Placements) {
		if err := q.DropPlacements(ctx, row.ID); err != nil {
			return after, err
		}
		for _, p := range *fields.Placements {
			if err := q.PutPlacement(ctx, marketdb.PutPlacementParams{TermID: row.ID, ContainerType: p.Type, ContainerID: p.ID}); err != nil {
				return after, err
			}
		}
	}
	var moved []uuid.UUID
	if !reflect.DeepEqual(before.Rule, row.Rule) {
		if moved, err = q.RefreshCollection(ctx, row.ID); err != nil {
			return after, err
		}
	}
	if after, err = readTerm(ctx, q, contract.Taxonomy(row.Taxonomy), row.ID); err != nil {
		return after, err
	}
	if len(moved) == 0 && reflect.DeepEqual(shownTerm(before), shownTerm(after)) {
		return after, nil
	}
	return after, bus.Emit(ctx, tx, contract.TermUpdated{
		ID: after.ID, Taxonomy: after.Taxonomy, Products: productIDs(moved), Containers: both(before.Placements, after.Placements)})
}

// shownTerm is what readers see: all but the Markdown, which may change without its
// HTML, and a rule that finds the same products.
func shownTerm(t contract.Term) contract.Term {
	t.Description, t.Rule, t.Version, t.UpdatedAt = "", nil, 0, t.CreatedAt
	return t
}

// samePlaces tells that placements stay as they are.
func samePlaces(is []contract.Container, shall *[]contract.Container) bool {
	if shall == nil {
		return true
	}
	return len(is) == len(*shall) && !slices.ContainsFunc(*shall, func(c contract.Container) bool { return !slices.Contains(is, c) })
}

// both are the containers of two lists, each once.
func both(a, b []contract.Container) []contract.Container {
	all := slices.Clone(a)
	for _, c := range b {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// productIDs shows ids as events carry them.
func productIDs(uuids []uuid.UUID) []contract.ProductID {
	ids := make([]contract.ProductID, len(uuids))
	for i, u := range uuids {
		ids[i] = id.Format[contract.ProductID](productPrefix, u)
	}
	return ids
}
