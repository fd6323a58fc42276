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
	change, err := termsGiven(product, f, func(taxonomy contract.Taxonomy, at, ref string) (uuid.UUID, error) {
		return knownTerm(ctx, q, taxonomy, at, ref)
	})
	if err != nil {
		return err
	}
	return change.store(ctx, q)
}

// termChange is what happens to the terms of a product: of some taxonomies only what
// is kept stays, and then rows are put.
type termChange struct {
	drop marketdb.DropProductTermsParams
	rows []marketdb.PutProductTermParams
}

// store writes the change; of a product that is new nothing has to be dropped.
func (c termChange) store(ctx context.Context, q *marketdb.Queries) error {
	if len(c.drop.Taxonomies) > 0 {
		if err := q.DropProductTerms(ctx, c.drop); err != nil {
			return err
		}
	}
	for _, row := range c.rows {
		if err := q.PutProductTerm(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// termsGiven is the change that fields ask for, with terms as find knows them. It fails
// as find does, and with 422 on claims that cannot be.
func termsGiven(product uuid.UUID, f ProductFields, find func(taxonomy contract.Taxonomy, at, ref string) (uuid.UUID, error)) (c termChange, err error) {
	c.drop = marketdb.DropProductTermsParams{ProductID: product, Taxonomies: []string{}, Keep: []uuid.UUID{}}
	add := func(taxonomy contract.Taxonomy, at, ref string, source *string, certificate string) error {
		u, err := find(taxonomy, at, ref)
		c.drop.Keep = append(c.drop.Keep, u)
		c.rows = append(c.rows, marketdb.PutProductTermParams{ProductID: product, TermID: u, Taxonomy: string(taxonomy), Source: source, Certificate: certificate})
		return err
	}
	for _, one := range []struct {
		taxonomy contract.Taxonomy
		ref      *string
	}{{contract.BrandTaxonomy, f.Brand}, {contract.ProducerTaxonomy, f.Producer}} {
		if one.ref == nil {
			continue
		}
		c.drop.Taxonomies = append(c.drop.Taxonomies, string(one.taxonomy))
		if *one.ref != "" {
			if err := add(one.taxonomy, "body."+string(one.taxonomy), *one.ref, nil, ""); err != nil {
				return c, err
			}
		}
	}
	if f.Labels != nil {
		c.drop.Taxonomies = append(c.drop.Taxonomies, string(contract.LabelTaxonomy))
		if len(*f.Labels) > maxLabels {
			return c, invalid("body.labels", "expected at most 50")
		}
		seen := map[uuid.UUID]bool{}
		for i, l := range *f.Labels {
			at := fmt.Sprintf("body.labels[%d]", i)
			if err := l.check(at); err != nil {
				return c, err
			}
			if err := add(contract.LabelTaxonomy, at+".label", l.Label, new(string(l.Source)), l.Certificate); err != nil {
				return c, err
			}
			if u := c.rows[len(c.rows)-1].TermID; seen[u] {
				return c, invalid(at+".label", "is twice in the list")
			} else {
				seen[u] = true
			}
		}
	}
	return c, nil
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
