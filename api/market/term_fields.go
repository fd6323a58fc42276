// What an editor sets of terms, and what may stand there.

package market

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Limits on what a term may hold.
const (
	maxTermText   = 10_000
	maxPlacements = 100
	maxRuleList   = 100 // values of a field of a rule
	maxRuleNames  = 500 // products that a rule names
)

// TermFields are what an editor sets of a term. A nil field stays as it is; a new term
// needs Name and Slug. Place and Website are of brands and producers, Rule and
// Placements of collections; elsewhere they are refused. The fields of a term on the
// wire, in term_routes.go, are those that its taxonomy has.
type TermFields struct {
	Slug        *string
	Name        *string
	Description *string // Markdown
	Image       *Picture
	Place       *string
	Website     *string
	Rule        *contract.Rule
	Placements  *[]contract.Container
}

var containerID = regexp.MustCompile(`^post_[0-9a-f]{32}$`)

// applyTerm writes the fields that are given onto row, all but the placements, and
// renders a new description. It fails with 422 on a field that is wrong.
func applyTerm(ctx context.Context, q *marketdb.Queries, row *marketdb.TermPage, f TermFields) (err error) {
	taxonomy := contract.Taxonomy(row.Taxonomy)
	if err := f.fits(taxonomy); err != nil {
		return err
	}
	if f.Slug != nil {
		if err := checkSlug(*f.Slug); err != nil {
			return err
		}
		row.Slug = *f.Slug
	}
	if err := takeTexts([]text{
		{name: "body.name", least: 1, most: 200, from: f.Name, to: &row.Name},
		{name: "body.place", most: 200, from: f.Place, to: &row.Place},
	}); err != nil {
		return err
	}
	if f.Website != nil {
		if !website(*f.Website) {
			return invalid("body.website", "expected an http or https address")
		}
		row.Website = *f.Website
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
	if f.Placements != nil {
		if err := checkPlacements(*f.Placements); err != nil {
			return err
		}
	}
	if f.Description != nil && *f.Description != row.Description {
		row.Description = *f.Description
		if row.DescriptionHtml, err = rendered(*f.Description, maxTermText); err != nil {
			return err
		}
	}
	if f.Rule == nil || row.Rule != nil && reflect.DeepEqual(*f.Rule, *row.Rule) {
		return nil
	}
	row.Rule, err = checkedRule(ctx, q, *f.Rule)
	return err
}

// fits refuses fields that terms of the taxonomy do not have.
func (f TermFields) fits(taxonomy contract.Taxonomy) error {
	maker := taxonomy == contract.BrandTaxonomy || taxonomy == contract.ProducerTaxonomy
	collection := taxonomy == contract.CollectionTaxonomy
	for location, odd := range map[string]bool{
		"body.place": f.Place != nil && !maker, "body.website": f.Website != nil && !maker,
		"body.rule": f.Rule != nil && !collection, "body.placements": f.Placements != nil && !collection,
	} {
		if odd {
			return invalid(location, "is no field of a "+string(taxonomy))
		}
	}
	return nil
}

// website tells whether an address may be linked to; empty is none.
func website(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		len(address) <= 500 && checkLine("", address, 0, 500) == nil
}

func checkPlacements(containers []contract.Container) error {
	if len(containers) > maxPlacements {
		return invalid("body.placements", "expected at most 100")
	}
	for i, c := range containers {
		at := fmt.Sprintf("body.placements[%d]", i)
		switch {
		case c.Type != "post" && c.Type != "page":
			return invalid(at+".container_type", "expected post or page")
		case !containerID.MatchString(c.ID):
			return invalid(at+".container_id", "expected the id of a post or page")
		case slices.Contains(containers[:i], c):
			return invalid(at, "is twice in the list")
		}
	}
	return nil
}

// checkedRule is the rule as it is stored. It fails with 422 on a value that is none,
// is there twice or names what does not exist.
func checkedRule(ctx context.Context, q *marketdb.Queries, rule contract.Rule) (*contract.Rule, error) {
	named := &ruleIDs{kinds: map[string]string{}}
	for _, field := range []func() error{
		func() error { return ruleList(named, "categories", categoryPrefix, rule.Categories, maxRuleList) },
		func() error {
			return ruleList(named, "brands", string(contract.BrandTaxonomy), rule.Brands, maxRuleList)
		},
		func() error {
			return ruleList(named, "producers", string(contract.ProducerTaxonomy), rule.Producers, maxRuleList)
		},
		func() error {
			return ruleList(named, "labels", string(contract.LabelTaxonomy), rule.Labels, maxRuleList)
		},
		func() error { return ruleList(named, "products", productPrefix, rule.Products, maxRuleNames) },
		func() error { return ruleList(named, "except", productPrefix, rule.Except, maxRuleNames) },
	} {
		if err := field(); err != nil {
			return nil, err
		}
	}
	for i, code := range rule.FreeFrom {
		if !slices.Contains(contract.AllergenCodes, code) || slices.Contains(rule.FreeFrom[:i], code) {
			return nil, invalid(fmt.Sprintf("body.rule.free_from[%d]", i), "expected one of the fourteen allergens, once")
		}
	}
	if len(rule.Countries) > maxRuleList {
		return nil, invalid("body.rule.countries", "expected at most 100")
	}
	for i, code := range rule.Countries {
		if !countries.MatchString(code) || slices.Contains(rule.Countries[:i], code) {
			return nil, invalid(fmt.Sprintf("body.rule.countries[%d]", i), "expected an ISO 3166-1 alpha-2 code, once")
		}
	}
	return &rule, named.known(ctx, q)
}

// ruleIDs are what a rule names, by id; where each stands, by kind and id.
type ruleIDs struct {
	ids   []uuid.UUID
	kinds map[string]string
}

func ruleList[T ~string](r *ruleIDs, field, prefix string, list []T, most int) error {
	at := "body.rule." + field
	if len(list) > most {
		return invalid(at, fmt.Sprintf("expected at most %d", most))
	}
	for i, ref := range list {
		at := fmt.Sprintf("%s[%d]", at, i)
		u, ok := id.Parse(prefix, ref)
		if !ok {
			return invalid(at, "expected an id that begins with "+prefix+"_")
		}
		if slices.Contains(list[:i], ref) {
			return invalid(at, "is twice in the list")
		}
		r.ids = append(r.ids, u)
		if key := prefix + " " + u.String(); r.kinds[key] == "" {
			r.kinds[key] = at
		}
	}
	return nil
}

// known fails with 422 where something does not exist.
func (r *ruleIDs) known(ctx context.Context, q *marketdb.Queries) error {
	if len(r.ids) == 0 {
		return nil
	}
	rows, err := q.KnownOfRule(ctx, r.ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		delete(r.kinds, row.Kind+" "+row.ID.String())
	}
	missing := []string{}
	for _, at := range r.kinds {
		missing = append(missing, at)
	}
	if len(missing) == 0 {
		return nil
	}
	return invalid(slices.Min(missing), "is not there")
}
