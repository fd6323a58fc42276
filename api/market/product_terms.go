// The terms of a product: its brand, its producer and its labels.

package market

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// putTerms gives a product the terms that are given, in place of those of the same
// taxonomies. It fails with 422 on a term that does not exist.
func putTerms(ctx context.Context, q *marketdb.Queries, product uuid.UUID, f ProductFields) error {
	put := marketdb.DropProductTermsParams{ProductID: product, Taxonomies: []string{}, Keep: []uuid.UUID{}}
	var rows []marketdb.PutProductTermParams
	add := func(taxonomy contract.Taxonomy, at, ref string, source *string, certificate string) error {
		u, err := knownTerm(ctx, q, taxonomy, at, ref)
		put.Keep = append(put.Keep, u)
		rows = append(rows, marketdb.PutProductTermParams{ProductID: product, TermID: u, Taxonomy: string(taxonomy), Source: source, Certificate: certificate})
		return err
	}
	for _, one := range []struct {
		taxonomy contract.Taxonomy
		ref      *string
	}{{contract.BrandTaxonomy, f.Brand}, {contract.ProducerTaxonomy, f.Producer}} {
		if one.ref == nil {
			continue
		}
		put.Taxonomies = append(put.Taxonomies, string(one.taxonomy))
		if *one.ref != "" {
			if err := add(one.taxonomy, "body."+string(one.taxonomy), *one.ref, nil, ""); err != nil {
				return err
			}
		}
	}
	if f.Labels != nil {
		put.Taxonomies = append(put.Taxonomies, string(contract.LabelTaxonomy))
		if len(*f.Labels) > maxLabels {
			return invalid("body.labels", "expected at most 50")
		}
		seen := map[uuid.UUID]bool{}
		for i, l := range *f.Labels {
			at := fmt.Sprintf("body.labels[%d]", i)
			if err := l.check(at); err != nil {
				return err
			}
			if err := add(contract.LabelTaxonomy, at+".label", l.Label, new(string(l.Source)), l.Certificate); err != nil {
				return err
			}
			if u := rows[len(rows)-1].TermID; seen[u] {
				return invalid(at+".label", "is twice in the list")
			} else {
				seen[u] = true
			}
		}
	}
	if len(put.Taxonomies) == 0 {
		return nil
	}
	if err := q.DropProductTerms(ctx, put); err != nil {
		return err
	}
	for _, row := range rows {
		if err := q.PutProductTerm(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

func (l ClaimFields) check(at string) error {
	switch {
	case l.Source != contract.Declared && l.Source != contract.Certified && l.Source != contract.Derived:
		return invalid(at+".source", "expected declared, certified or derived")
	case l.Certificate != "" && l.Source != contract.Certified:
		return invalid(at+".certificate", "expected one of a certified claim only")
	}
	return checkLine(at+".certificate", l.Certificate, 0, 100)
}

// knownTerm finds the term that ref, an id or a slug, names; a 422 about the field
// where there is none.
func knownTerm(ctx context.Context, q *marketdb.Queries, taxonomy contract.Taxonomy, at, ref string) (uuid.UUID, error) {
	u, err := termID(ctx, q, taxonomy, ref)
	if problem.Code(err) == "not_found" {
		err = noSuchTermAt(taxonomy, at)
	}
	return u, err
}

func noSuchTermAt(taxonomy contract.Taxonomy, at string) error {
	return invalid(at, "expected the id or slug of a "+string(taxonomy))
}
