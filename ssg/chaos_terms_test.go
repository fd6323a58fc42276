// What may happen to brands, producers, labels and collections.

package ssg_test

import (
	"fmt"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

var taxonomies = []contract.Taxonomy{contract.BrandTaxonomy, contract.ProducerTaxonomy, contract.LabelTaxonomy, contract.CollectionTaxonomy}

// mostTerms bounds how many terms of a taxonomy there are.
const mostTerms = 6

func (c *chaos) newTerm(taxonomy contract.Taxonomy) {
	c.made++
	f := market.TermFields{Name: ptr(fmt.Sprintf("%s %d", taxonomy, c.made)), Slug: ptr(fmt.Sprintf("%s-%d", taxonomy, c.made))}
	if taxonomy == contract.CollectionTaxonomy {
		f.Rule, f.Placements = c.rule(), c.places()
	}
	made, err := c.market.CreateTerm(c.ctx, taxonomy, f)
	c.check(err)
	if err == nil {
		c.terms[taxonomy] = append(c.terms[taxonomy], string(made.ID))
	}
}

func (c *chaos) maybe(taxonomy contract.Taxonomy) string {
	if c.rnd.IntN(3) == 0 {
		return ""
	}
	return c.one(c.terms[taxonomy])
}

func (c *chaos) labels() *[]market.ClaimFields {
	claims := []market.ClaimFields{}
	for _, id := range c.terms[contract.LabelTaxonomy] {
		if c.rnd.IntN(3) == 0 {
			claims = append(claims, market.ClaimFields{Label: id, Source: contract.Declared})
		}
	}
	return &claims
}

// rule is any rule; what it names was there when it was made, and may be gone.
func (c *chaos) rule() *contract.Rule {
	var r contract.Rule
	switch c.rnd.IntN(5) {
	case 0:
		r.Brands = []contract.TermID{contract.TermID(c.one(c.terms[contract.BrandTaxonomy]))}
	case 1:
		r.Labels = []contract.TermID{contract.TermID(c.one(c.terms[contract.LabelTaxonomy]))}
	case 2:
		r.Categories = []contract.CategoryID{contract.CategoryID(c.one(c.categories))}
	case 3:
		r.Producers = []contract.TermID{contract.TermID(c.one(c.terms[contract.ProducerTaxonomy]))}
	}
	for range c.rnd.IntN(3) {
		if id := contract.ProductID(c.one(c.products)); len(c.products) > 0 && !slices.Contains(r.Products, id) {
			r.Products = append(r.Products, id)
		}
	}
	return &r
}

// places are posts and pages, of which some may not be there.
func (c *chaos) places() *[]contract.Container {
	places := []contract.Container{}
	for range c.rnd.IntN(3) {
		if len(c.posts) > 0 {
			typ, id := c.post()
			if at := (contract.Container{Type: string(typ), ID: id}); !slices.Contains(places, at) {
				places = append(places, at)
			}
		}
	}
	return &places
}

// term is any term, with its taxonomy.
func (c *chaos) term() (contract.Taxonomy, string) {
	taxonomy := taxonomies[c.rnd.IntN(len(taxonomies))]
	return taxonomy, c.one(c.terms[taxonomy])
}

func (c *chaos) editTerm(taxonomy contract.Taxonomy, id string, f market.TermFields) {
	t, err := c.market.Term(c.ctx, taxonomy, id)
	if err == nil {
		_, err = c.market.UpdateTerm(c.ctx, taxonomy, id, t.Version, f)
	}
	c.check(err)
}

func (c *chaos) termChanges() []step {
	any := func(f func() market.TermFields) func() {
		return func() {
			taxonomy, id := c.term()
			c.editTerm(taxonomy, id, f())
		}
	}
	collection := func(f func() market.TermFields) func() {
		return func() { c.editTerm(contract.CollectionTaxonomy, c.one(c.terms[contract.CollectionTaxonomy]), f()) }
	}
	return []step{
		{"new term", func() {
			if taxonomy, _ := c.term(); len(c.terms[taxonomy]) < mostTerms {
				c.newTerm(taxonomy)
			}
		}},
		{"rename term", any(func() market.TermFields {
			return market.TermFields{Name: ptr(fmt.Sprintf("Renamed %d", c.rnd.IntN(1000)))}
		})},
		{"move term", any(func() market.TermFields { return market.TermFields{Slug: ptr(fmt.Sprintf("moved-%d", c.rnd.IntN(20)))} })},
		{"describe term", any(func() market.TermFields {
			return market.TermFields{Description: ptr(fmt.Sprintf("Known since %d.", c.rnd.IntN(1000)))}
		})},
		{"rule", collection(func() market.TermFields { return market.TermFields{Rule: c.rule()} })},
		{"place", collection(func() market.TermFields { return market.TermFields{Placements: c.places()} })},
		{"delete term", func() {
			taxonomy, id := c.term()
			if t, err := c.market.Term(c.ctx, taxonomy, id); err == nil && len(c.terms[taxonomy]) > 2 {
				c.check(c.market.DeleteTerm(c.ctx, taxonomy, id, t.Version))
			}
			c.forgetTerms(taxonomy)
		}},
		{"retag product", c.retagProduct}, {"retag product", c.retagProduct},
		{"sold out", func() {
			c.editProduct(func(p contract.Product) market.ProductFields {
				v := p.Variants[0]
				return market.ProductFields{Variants: ptr([]market.VariantFields{{
					SKU: v.SKU, Name: v.Name, Price: market.Price{AmountMinor: v.Price.AmountMinor, Currency: v.Price.Currency}, Quantity: v.Quantity, Unit: v.Unit,
					TrackStock: ptr(c.rnd.IntN(2) == 0)}})}
			})
		}},
	}
}

func (c *chaos) retagProduct() {
	c.editProduct(func(contract.Product) market.ProductFields {
		f := market.ProductFields{}
		switch c.rnd.IntN(3) {
		case 0:
			f.Brand = ptr(c.maybe(contract.BrandTaxonomy))
		case 1:
			f.Producer = ptr(c.maybe(contract.ProducerTaxonomy))
		default:
			f.Labels = c.labels()
		}
		return f
	})
}

// forgetTerms leaves those that are there.
func (c *chaos) forgetTerms(taxonomy contract.Taxonomy) {
	all, err := c.market.Terms(c.ctx, taxonomy)
	c.check(err)
	c.terms[taxonomy] = nil
	for _, t := range all {
		c.terms[taxonomy] = append(c.terms[taxonomy], string(t.ID))
	}
}

// shown are the pages of a tree that hold a word.
func shown(pages map[string]string, word string) (names []string) {
	for name, body := range pages {
		if strings.Contains(body, word) {
			names = append(names, name)
		}
	}
	return names
}
