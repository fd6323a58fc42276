// The planner: which units an event touches.

package ssg

import (
	"fmt"
	"slices"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
)

// Change is what some events say has changed: the keys of what units may have
// read, the units that may be new, and the posts whose neighbours are to be
// asked for, because a new post is nobody's neighbour yet.
type Change struct {
	Keys  []string
	Units []Unit
	Posts []contract.PostID
}

// Changed reads events. Kinds that no page shows change nothing; an event that
// cannot be decoded is an error.
func Changed(events []bus.Record) (Change, error) {
	var c Change
	for _, e := range events {
		if err := c.add(e); err != nil {
			return c, fmt.Errorf("event %d: %w", e.ID, err)
		}
	}
	return c, nil
}

func (c *Change) add(e bus.Record) error {
	switch e.Kind {
	case contract.PostPublished{}.Kind():
		return with(e, func(p contract.PostPublished) { c.post(p.PostRef) })
	case contract.PostUpdated{}.Kind():
		return with(e, func(p contract.PostUpdated) { c.post(p.PostRef) })
	case contract.PostUnpublished{}.Kind():
		return with(e, func(p contract.PostUnpublished) { c.post(p.PostRef) })
	case contract.TagUpdated{}.Kind():
		return with(e, func(t contract.TagUpdated) { c.thing(keyTag(t.ID), unit(kindTag, string(t.ID))) })
	case contract.AuthorUpdated{}.Kind():
		return with(e, func(a contract.AuthorUpdated) { c.thing(keyAuthor(a.ID), unit(kindAuthor, string(a.ID))) })
	case contract.SiteUpdated{}.Kind():
		c.Keys = append(c.Keys, keySettings)
	case contract.ProductPublished{}.Kind():
		return with(e, func(p contract.ProductPublished) { c.product(p.ProductRef) })
	case contract.ProductUpdated{}.Kind():
		return with(e, func(p contract.ProductUpdated) { c.product(p.ProductRef) })
	case contract.ProductUnpublished{}.Kind():
		return with(e, func(p contract.ProductUnpublished) { c.product(p.ProductRef) })
	case contract.CategoryUpdated{}.Kind():
		return with(e, func(g contract.CategoryUpdated) {
			c.thing(keyCategory(g.ID), unit(kindCategory, string(g.ID)))
			c.Keys = append(c.Keys, keyCategories, keyCategoryItems(g.ID))
			for _, above := range g.Ancestors { // whose lists hold its products
				c.Keys = append(c.Keys, keyCategoryItems(above))
			}
		})
	}
	return nil
}

func with[T bus.Event](e bus.Record, use func(T)) error {
	event, err := bus.Decode[T](e)
	if err == nil {
		use(event)
	}
	return err
}

func (c *Change) thing(key string, u Unit) {
	c.Keys = append(c.Keys, key)
	c.Units = append(c.Units, u)
}

// post: the page, the lists it is or was on, and its neighbours.
func (c *Change) post(p contract.PostRef) {
	c.thing(keyPost(p.ID), unit(kindPost, string(p.ID)))
	c.Keys = append(c.Keys, keyPages) // a post may have been a page
	if p.Type == contract.TypePage {
		return
	}
	c.Keys = append(c.Keys, keyPosts)
	c.Posts = append(c.Posts, p.ID)
	for _, t := range p.Tags {
		c.thing(keyTagPosts(t), unit(kindTag, string(t)))
	}
	for _, a := range p.Authors {
		c.thing(keyAuthorPosts(a), unit(kindAuthor, string(a)))
	}
}

func (c *Change) product(p contract.ProductRef) {
	c.thing(keyProduct(p.ID), unit(kindProduct, string(p.ID)))
	c.Keys = append(c.Keys, keyProducts)
	for _, g := range p.Categories {
		c.Keys = append(c.Keys, keyCategoryItems(g))
	}
}

// Plan is the units to render: those that the change names, those that read one
// of its keys, and the posts that are next to a changed one now. It is a pure
// function, each unit once, in the order of writing.
func Plan(c Change, dependents []Unit, neighbours []contract.PostID) []Unit {
	units := slices.Concat(c.Units, dependents)
	for _, n := range neighbours {
		units = append(units, unit(kindPost, string(n)))
	}
	return sortUnits(units)
}
