// Reading terms: brands, producers, labels and collections.

package market

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// TermQuery says which terms of a taxonomy a list shows. Containers, where there are
// any, are the ids of posts and pages: only what is placed under one of them. Limit
// is 1 to MaxLimit, 0 means DefaultLimit. Cursor is the next of the page before.
type TermQuery struct {
	Taxonomy   contract.Taxonomy
	Containers []string
	Limit      int
	Cursor     string
}

// ListTerms lists terms by name, those without products too, and returns the cursor
// of the page that follows, empty after the last. It fails with 422 `invalid_cursor`.
func (s *Service) ListTerms(ctx context.Context, query TermQuery) (terms []contract.Term, next string, err error) {
	limit, err := limitOf(query.Limit)
	if err != nil {
		return nil, "", err
	}
	var after position
	if err := cursor.Decode(query.Cursor, &after); err != nil {
		return nil, "", err
	}
	rows, err := s.termPages(ctx, query, after, int32(limit)+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursor.Encode(position{rows[limit-1].SortKey, rows[limit-1].ID})
	}
	terms, err = termsOf(rows)
	return terms, next, err
}

// Terms returns all terms of a taxonomy, by name.
func (s *Service) Terms(ctx context.Context, taxonomy contract.Taxonomy) ([]contract.Term, error) {
	rows, err := s.termPages(ctx, TermQuery{Taxonomy: taxonomy}, position{}, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	return termsOf(rows)
}

func (s *Service) termPages(ctx context.Context, query TermQuery, after position, count int32) ([]marketdb.TermPage, error) {
	if query.Containers == nil {
		return s.queries.TermPages(ctx, marketdb.TermPagesParams{
			Taxonomy: string(query.Taxonomy), AfterKey: after.Key, AfterID: after.ID, Count: count})
	}
	return s.queries.TermPagesPlaced(ctx, marketdb.TermPagesPlacedParams{
		Taxonomy: string(query.Taxonomy), AfterKey: after.Key, AfterID: after.ID, Count: count, Containers: query.Containers})
}

// Term is the term of a taxonomy that ref, an id or a slug, names; a 404 `not_found`
// where there is none.
func (s *Service) Term(ctx context.Context, taxonomy contract.Taxonomy, ref string) (contract.Term, error) {
	u, err := termID(ctx, s.queries, taxonomy, ref)
	if err != nil {
		return contract.Term{}, err
	}
	return readTerm(ctx, s.queries, taxonomy, u)
}

// TermsByID returns the terms among ids, of whatever taxonomies, in no order that
// matters and each once; what is unknown is left out. It is one statement.
func (s *Service) TermsByID(ctx context.Context, ids []contract.TermID) ([]contract.Term, error) {
	uuids, named := make([]uuid.UUID, 0, len(ids)), make(map[contract.TermID]bool, len(ids))
	for _, ref := range ids {
		taxonomy, _, _ := strings.Cut(string(ref), "_")
		if u, ok := id.Parse(taxonomy, ref); ok {
			uuids = append(uuids, u)
			named[ref] = true
		}
	}
	rows, err := s.queries.TermPagesByID(ctx, uuids)
	if err != nil {
		return nil, err
	}
	known := rows[:0]
	for _, r := range rows {
		if named[id.Format[contract.TermID](r.Taxonomy, r.ID)] {
			known = append(known, r)
		}
	}
	return termsOf(known)
}

// TermBySlug returns the term of a taxonomy with the slug.
func (s *Service) TermBySlug(ctx context.Context, taxonomy contract.Taxonomy, slug string) (term contract.TermID, found bool, err error) {
	if !readable(slug) {
		return "", false, nil
	}
	u, err := s.queries.TermID(ctx, marketdb.TermIDParams{Taxonomy: string(taxonomy), Slug: slug})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return id.Format[contract.TermID](string(taxonomy), u), true, nil
}

// PlacedOn returns the collections that stand under posts and pages, by the
// containers' ids, in their order; a container without any is left out.
func (s *Service) PlacedOn(ctx context.Context, containers []string) (map[string][]contract.TermID, error) {
	rows, err := s.queries.PlacedOn(ctx, containers)
	placed := map[string][]contract.TermID{}
	for _, r := range rows {
		placed[r.ContainerID] = append(placed[r.ContainerID], id.Format[contract.TermID](string(contract.CollectionTaxonomy), r.TermID))
	}
	return placed, err
}

func readTerm(ctx context.Context, q *marketdb.Queries, taxonomy contract.Taxonomy, u uuid.UUID) (contract.Term, error) {
	row, err := q.TermPage(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) {
		err = noTerm(taxonomy)
	}
	if err != nil {
		return contract.Term{}, err
	}
	return term(row)
}

func termsOf(rows []marketdb.TermPage) ([]contract.Term, error) {
	terms := make([]contract.Term, len(rows))
	for i, r := range rows {
		var err error
		if terms[i], err = term(r); err != nil {
			return nil, err
		}
	}
	return terms, nil
}

// term fails only when the view's JSON does not fit, which is our own fault.
func term(r marketdb.TermPage) (t contract.Term, err error) {
	taxonomy := contract.Taxonomy(r.Taxonomy)
	t = contract.Term{
		TermLink: termLink(taxonomy, r.ID, r.Slug, r.Name), Taxonomy: taxonomy,
		Description: r.Description, DescriptionHTML: r.DescriptionHtml, Image: r.Image, Place: r.Place, Website: r.Website,
		Rule: r.Rule, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if taxonomy == contract.CollectionTaxonomy {
		err = json.Unmarshal(r.Placements, &t.Placements)
	}
	return t, err
}

func noTerm(taxonomy contract.Taxonomy) error { return problem.NotFound("no such %s", taxonomy) }

// termID finds the term that ref, an id or a slug, names; a 404 where there is none.
func termID(ctx context.Context, q *marketdb.Queries, taxonomy contract.Taxonomy, ref string) (u uuid.UUID, err error) {
	switch parsed, isID := id.Parse(string(taxonomy), ref); {
	case isID:
		u, err = q.KnownTerm(ctx, marketdb.KnownTermParams{Taxonomy: string(taxonomy), ID: parsed})
	case readable(ref):
		u, err = q.TermID(ctx, marketdb.TermIDParams{Taxonomy: string(taxonomy), Slug: ref})
	default:
		err = pgx.ErrNoRows
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = noTerm(taxonomy)
	}
	return u, err
}
