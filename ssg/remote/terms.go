// Brands, producers, labels and collections through the API. All of them are read when
// the site is opened: they have pages of their own, as tags and authors have.

package remote

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/openapi/client"
)

// taxonomies are the API's lists of terms.
var taxonomies = map[contract.Taxonomy]string{
	contract.BrandTaxonomy: "brands", contract.ProducerTaxonomy: "producers",
	contract.LabelTaxonomy: "labels", contract.CollectionTaxonomy: "collections",
}

// readTerms reads all terms of a taxonomy.
func (s *Site) readTerms(ctx context.Context, taxonomy contract.Taxonomy) (terms []contract.Term, err error) {
	err = walk(ctx, s, "list-"+taxonomies[taxonomy], func(ctx context.Context, cursor *string) (*http.Response, error) {
		return s.listTerms(ctx, taxonomy, cursor)
	}, func(a answer[contract.Term]) { terms = append(terms, a.Items...) })
	return terms, err
}

func (s *Site) listTerms(ctx context.Context, taxonomy contract.Taxonomy, cursor *string) (*http.Response, error) {
	limit := of[int64](perRequest)
	switch taxonomy {
	case contract.BrandTaxonomy:
		return s.api.ListBrands(ctx, &client.ListBrandsParams{Limit: limit, Cursor: cursor})
	case contract.ProducerTaxonomy:
		return s.api.ListProducers(ctx, &client.ListProducersParams{Limit: limit, Cursor: cursor})
	case contract.LabelTaxonomy:
		return s.api.ListLabels(ctx, &client.ListLabelsParams{Limit: limit, Cursor: cursor})
	}
	return s.api.ListCollections(ctx, &client.ListCollectionsParams{Limit: limit, Cursor: cursor})
}

// allTerms keeps all terms of a taxonomy, and which collections stand where.
func (r *reading) allTerms(ctx context.Context, taxonomy contract.Taxonomy) error {
	terms, err := r.readTerms(ctx, taxonomy)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range terms {
		r.Site.terms[t.ID] = t
		for _, at := range t.Placements {
			r.Site.placed[at.ID] = append(r.Site.placed[at.ID], t.ID)
		}
	}
	return err
}

// ofTerm asks for a term's products only; nil: for those of all.
func ofTerm(t *contract.Term) client.RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		if t != nil {
			query := req.URL.Query()
			query.Set(string(t.Taxonomy), string(t.ID))
			req.URL.RawQuery = query.Encode()
		}
		return nil
	}
}

// TermsByID implements ssg.Market, from what was read when the site was opened.
func (m market) TermsByID(_ context.Context, ids []contract.TermID) ([]contract.Term, error) {
	return those(m.terms, ids), nil
}

// Terms implements ssg.Market, from what was read when the site was opened.
func (m market) Terms(_ context.Context, taxonomy contract.Taxonomy) ([]contract.Term, error) {
	var terms []contract.Term
	for _, t := range m.terms {
		if t.Taxonomy == taxonomy {
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, func(a, b contract.Term) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return terms, nil
}

// TermBySlug implements ssg.Market, from what was read when the site was opened.
func (m market) TermBySlug(_ context.Context, taxonomy contract.Taxonomy, slug string) (contract.TermID, bool, error) {
	for _, t := range m.terms {
		if t.Taxonomy == taxonomy && t.Slug == slug {
			return t.ID, true, nil
		}
	}
	return "", false, nil
}

// PlacedOn implements ssg.Market, from what was read when the site was opened.
func (m market) PlacedOn(_ context.Context, containerIDs []string) (map[string][]contract.TermID, error) {
	placed := map[string][]contract.TermID{}
	for _, id := range containerIDs {
		if terms := m.placed[id]; len(terms) > 0 {
			placed[id] = terms
		}
	}
	return placed, nil
}
