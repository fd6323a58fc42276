// Brands, producers, labels and collections.

package seed

import (
	"cmp"
	"fmt"
)

// termEntry is a term as the file writes it; place and website are of brands and
// producers, business of brands, rule and placements of collections.
type termEntry struct {
	Slug        string      `yaml:"slug"`
	Name        string      `yaml:"name"`
	Description string      `yaml:"description"`
	Place       string      `yaml:"place"`
	Website     string      `yaml:"website"`
	Business    Business    `yaml:"business"` // answers for what it does not say otherwise
	Image       picture     `yaml:"image"`
	Rule        Rule        `yaml:"rule"`
	Placements  []Placement `yaml:"placements"`
}

func (r *reader) readTerms() error {
	var in struct {
		Brands      []termEntry `yaml:"brands"`
		Producers   []termEntry `yaml:"producers"`
		Labels      []termEntry `yaml:"labels"`
		Collections []termEntry `yaml:"collections"`
	}
	if err := r.decode("terms.yaml", &in); err != nil {
		return err
	}
	for _, kind := range []struct {
		into *[]Term
		from []termEntry
	}{
		{&r.data.Brands, in.Brands}, {&r.data.Producers, in.Producers}, {&r.data.Labels, in.Labels},
	} {
		for _, e := range kind.from {
			t, err := r.term(e)
			if err != nil {
				return err
			}
			*kind.into = append(*kind.into, t)
			if e.Business.Name != "" {
				r.business[e.Slug] = e.Business
			}
		}
	}
	for _, e := range in.Collections {
		t, err := r.term(e)
		if err != nil {
			return err
		}
		r.data.Collections = append(r.data.Collections, Collection{
			Slug: t.Slug, Name: t.Name, Description: t.Description, Image: t.Image, Rule: e.Rule, Placements: e.Placements,
		})
	}
	return nil
}

// term is what all kinds have in common; only its picture may be optional.
func (r *reader) term(e termEntry) (Term, error) {
	t := Term{Slug: e.Slug, Name: e.Name, Description: e.Description, Place: e.Place, Website: e.Website}
	if e.Image.File != "" {
		img, err := r.image(e.Image.File, e.Image.Alt)
		if err != nil {
			return t, fmt.Errorf("terms.yaml: %s: %w", e.Slug, err)
		}
		t.Image = img
	}
	return t, nil
}

// claimEntry is the slug of a label, which the maker declares, or a label with the
// source of the claim or the certificate that proves it.
type claimEntry Claim

// UnmarshalYAML reads either form; called by the YAML library.
func (c *claimEntry) UnmarshalYAML(b []byte) error {
	c.Source = "declared"
	if strict(b, &c.Label) == nil {
		return nil
	}
	var in struct {
		Label       string `yaml:"label"`
		Source      string `yaml:"source"`
		Certificate string `yaml:"certificate"`
	}
	if err := strict(b, &in); err != nil {
		return err
	}
	c.Label, c.Certificate = in.Label, in.Certificate
	if in.Certificate != "" {
		c.Source = "certified"
	}
	c.Source = cmp.Or(in.Source, c.Source)
	return nil
}
