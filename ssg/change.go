// What events say has changed.

package ssg

import (
	"fmt"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
)

// Change is the things that some events are about. What became of them is read
// from the data, so that events may come late, twice and in any order.
type Change struct {
	Posts      []contract.PostID
	Products   []contract.ProductID
	Tags       []contract.TagID
	Authors    []contract.AuthorID
	Categories []contract.CategoryID // with those above, before and now
	Shelves    []contract.CategoryID // those of them whose products the change is about
	Terms      []contract.TermID
	Members    []contract.ProductID // that came into terms or left them
	Placed     []contract.PostID    // posts and pages that show a term, before or now
	Entries    []contract.EntryID
	Months     []monthRef            // of the entries' calendars, before and now
	EntriesOf  []contract.CalendarID // in which entries are or were
	Venues     []contract.VenueID
	Venued     []contract.EntryID // entries at a venue, which are not said to have changed else
	Calendars  []contract.CalendarID
	Containers []contract.CalendarPlacement // that show a calendar, before or now
	Site       bool
	// Withdrawn are the posts, products and entries that an event takes away.
	Withdrawn []string
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
	post := func(p contract.PostRef) { c.Posts = append(c.Posts, p.ID) }
	product := func(p contract.ProductRef) { c.Products = append(c.Products, p.ID) }
	switch e.Kind {
	case contract.PostPublished{}.Kind():
		return with(e, func(p contract.PostPublished) { post(p.PostRef) })
	case contract.PostUpdated{}.Kind():
		return with(e, func(p contract.PostUpdated) { post(p.PostRef) })
	case contract.PostUnpublished{}.Kind():
		return with(e, func(p contract.PostUnpublished) {
			post(p.PostRef)
			c.Withdrawn = append(c.Withdrawn, string(p.ID))
		})
	case contract.TagUpdated{}.Kind():
		return with(e, func(t contract.TagUpdated) { c.Tags = append(c.Tags, t.ID) })
	case contract.AuthorUpdated{}.Kind():
		return with(e, func(a contract.AuthorUpdated) { c.Authors = append(c.Authors, a.ID) })
	case contract.SiteUpdated{}.Kind():
		c.Site = true
	case contract.ProductPublished{}.Kind():
		return with(e, func(p contract.ProductPublished) { product(p.ProductRef) })
	case contract.ProductUpdated{}.Kind():
		return with(e, func(p contract.ProductUpdated) { product(p.ProductRef) })
	case contract.ProductUnpublished{}.Kind():
		return with(e, func(p contract.ProductUnpublished) {
			product(p.ProductRef)
			c.Withdrawn = append(c.Withdrawn, string(p.ID))
		})
	case contract.CategoryUpdated{}.Kind():
		return with(e, func(g contract.CategoryUpdated) {
			c.Categories, c.Shelves = append(append(c.Categories, g.ID), g.Ancestors...), append(c.Shelves, g.ID)
		})
	case contract.TermUpdated{}.Kind():
		return with(e, func(t contract.TermUpdated) {
			c.Terms, c.Members = append(c.Terms, t.ID), append(c.Members, t.Products...)
			for _, at := range t.Containers {
				c.Placed = append(c.Placed, contract.PostID(at.ID))
			}
		})
	case contract.CalendarUpdated{}.Kind():
		return with(e, func(g contract.CalendarUpdated) {
			c.Calendars, c.Containers = append(c.Calendars, g.ID), append(c.Containers, g.Placements...)
		})
	case contract.EntryPublished{}.Kind():
		return with(e, func(p contract.EntryPublished) { c.entry(p.EntryRef) })
	case contract.EntryUpdated{}.Kind():
		return with(e, func(p contract.EntryUpdated) { c.entry(p.EntryRef) })
	case contract.EntryUnpublished{}.Kind():
		return with(e, func(p contract.EntryUnpublished) {
			c.entry(p.EntryRef)
			c.Withdrawn = append(c.Withdrawn, string(p.ID))
		})
	case contract.VenueUpdated{}.Kind():
		return with(e, func(v contract.VenueUpdated) {
			c.Venues, c.Venued = append(c.Venues, v.ID), append(c.Venued, v.Entries...)
		})
	}
	return nil
}

func (c *Change) entry(e contract.EntryRef) {
	c.Entries, c.EntriesOf = append(c.Entries, e.ID), append(c.EntriesOf, e.Calendars...)
	for _, calendar := range e.Calendars {
		for _, month := range e.Months {
			c.Months = append(c.Months, monthRef{calendar, month})
		}
	}
}

func with[T bus.Event](e bus.Record, use func(T)) error {
	event, err := bus.Decode[T](e)
	if err == nil {
		use(event)
	}
	return err
}
