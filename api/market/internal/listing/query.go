// What a list is asked for, and the tables by which a product is judged.

package listing

import (
	"math"
	"slices"

	"github.com/google/uuid"
)

// Query says which products a list has. Every zero field leaves them all.
type Query struct {
	// Category is the one that they are in, or below.
	Category Ref
	// Brands and Producers are alternatives.
	Brands, Producers []Ref
	// Labels are demands: all of them.
	Labels []Ref
	// Collection is the one that they are in.
	Collection Ref
	// Free is what they are known to be free of: all of it.
	Free Allergens
	// Countries are alternatives, in ISO 3166-1.
	Countries []string
	// PriceMin and PriceMax are in minor units, whatever the currency.
	PriceMin, PriceMax int64
	// InStock and OutOfStock are alternatives; both are as good as none.
	InStock, OutOfStock bool
	// Reduced leaves those that have a variant with a reduced price.
	Reduced bool
	// Only, where it is not nil, leaves those among these ids.
	Only []uuid.UUID
}

// few is whether the list is of products that are named one by one.
func (q *Query) few() bool { return q.Only != nil || q.Collection != 0 }

// The filters that a product can fail, as bits. Who fails one that is alone a facet's
// counts for that facet; hard are those that no count goes without.
const (
	failBrand uint8 = 1 << iota
	failProducer
	failCountry
	failAvailability
	failReduced
	failPrice
	failHard
)

// judge holds for every value that a product can have the filters that it fails.
type judge struct {
	categories, labels, brands, producers []uint8
	countries                             [countryStates]uint8
	flags                                 [flagStates]uint8
	free                                  Allergens
	min, max                              int64
}

// of returns the filters that a product fails.
func (j *judge) of(f *facts) uint8 {
	fails := j.categories[f.category] | j.labels[f.labels] | j.brands[f.brand] | j.producers[f.producer] |
		j.countries[f.country] | j.flags[f.flags&(flagStates-1)]
	if f.free&j.free != j.free {
		fails |= failHard
	}
	if f.price < j.min || f.price > j.max {
		fails |= failPrice
	}
	return fails
}

// judge makes the tables of a query.
func (x *Index) judge(q *Query) *judge {
	g := x.groups
	j := &judge{
		categories: make([]uint8, len(g.categories)), labels: make([]uint8, len(x.sets)),
		brands: alternatives(len(g.terms), q.Brands, failBrand), producers: alternatives(len(g.terms), q.Producers, failProducer),
		free: q.Free, min: q.PriceMin, max: q.PriceMax,
	}
	if j.max == 0 {
		j.max = math.MaxInt64
	}
	if q.Category != 0 {
		for i := range j.categories {
			if Ref(i) != q.Category && g.below(q.Category, Ref(i)) == 0 {
				j.categories[i] = failHard
			}
		}
	}
	if len(q.Labels) > 0 {
		for i, set := range x.sets {
			if slices.ContainsFunc(q.Labels, func(label Ref) bool { return !slices.Contains(set, label) }) {
				j.labels[i] = failHard
			}
		}
	}
	if len(q.Countries) > 0 {
		for i := range j.countries {
			j.countries[i] = failCountry
		}
		for _, code := range q.Countries {
			if c := packCountry(code); c != 0 {
				j.countries[c] = 0
			}
		}
	}
	for flags := range uint8(flagStates) {
		switch {
		case flags&vacant != 0:
			j.flags[flags] = failHard
			continue
		case q.InStock != q.OutOfStock && q.InStock != (flags&inStock != 0):
			j.flags[flags] |= failAvailability
		}
		if q.Reduced && flags&reduced == 0 {
			j.flags[flags] |= failReduced
		}
	}
	return j
}

// alternatives has the bit for every term but the chosen; nothing where none is.
func alternatives(terms int, chosen []Ref, fail uint8) []uint8 {
	table := make([]uint8, terms)
	if len(chosen) == 0 {
		return table
	}
	for i := range table {
		table[i] = fail
	}
	for _, ref := range chosen {
		if ref != 0 {
			table[ref] = 0
		}
	}
	return table
}

// Request is a page of a list: the next Limit products after a place, nil being
// before the first. Facets wants the counts of the whole list.
type Request struct {
	Query
	Sort   Sort
	After  *Position
	Limit  int
	Facets bool
}

// Answer is a page: Next is the place of the last product where more follow.
type Answer struct {
	IDs    []uuid.UUID
	Next   *Position
	Facets *Facets
}

// Select answers a request. Refs of q must be of this Index.
func (x *Index) Select(r Request) Answer {
	j := x.judge(&r.Query)
	var a Answer
	fits := func(slot int32) bool { return j.of(x.facts(slot)) == 0 }
	few := x.few(&r.Query)
	if r.Facets {
		t := newTally(x, j)
		defer t.giveBack()
		if r.few() {
			t.countOnly(few)
		} else {
			t.count()
		}
		a.Facets = t.facets(&r.Query)
		fits = t.fitting.has
	}
	if p := (page{Index: x, Answer: &a, limit: r.Limit, fits: fits}); r.few() {
		p.given(few, r)
	} else {
		order, _ := r.Sort.kept()
		x.walk(r.Sort, r.After, func(slot int32) bool {
			return p.add(slot, func(last int32) Position { return x.position(order, last) })
		})
	}
	return a
}

// few is where the products stand that are asked for one by one: by their ids, by a
// collection, or by both.
func (x *Index) few(q *Query) []int32 {
	in := func(slot int32) bool {
		return q.Collection == 0 || slices.Contains(x.sets[x.collections(slot)], q.Collection)
	}
	if q.Only != nil {
		return slices.DeleteFunc(x.only(q.Only), func(slot int32) bool { return !in(slot) })
	}
	var slots []int32
	if q.Collection != 0 {
		for slot := range int32(x.slots) {
			if x.facts(slot).flags&vacant == 0 && in(slot) {
				slots = append(slots, slot)
			}
		}
	}
	return slots
}

// only is where the products with these ids stand, each once, in their order. Those
// that there are not have none.
func (x *Index) only(ids []uuid.UUID) []int32 {
	seen, slots := newSlotSet(x.slots), make([]int32, 0, len(ids))
	for _, id := range ids {
		if slot, found := x.find(id); found && !seen.has(slot) {
			seen.add(slot)
			slots = append(slots, slot)
		}
	}
	return slots
}

// page gathers what of a list is on it.
type page struct {
	*Index
	*Answer
	limit int
	fits  func(slot int32) bool
	last  int32
}

// add puts a product on the page if it fits. Where the page is full it is false, and
// Next is where the last one on it stands; nobody asks where the others do.
func (p *page) add(slot int32, at func(last int32) Position) bool {
	switch {
	case !p.fits(slot):
		return true
	case len(p.IDs) == p.limit:
		p.Next = new(at(p.last))
		return false
	}
	p.IDs, p.last = append(p.IDs, p.id(slot)), slot
	return true
}

// placed is one of a few products and its place among them.
type placed struct {
	slot int32
	at   Position
}

// given fills the page from a few products.
func (p *page) given(slots []int32, r Request) {
	order, backwards := r.Sort.kept()
	direction := 1
	if backwards {
		direction = -1
	}
	list := make([]placed, len(slots))
	for i, slot := range slots {
		list[i] = placed{slot, p.position(order, slot)}
		if r.Sort == Given {
			list[i].at = Position{Number: int64(i), ID: p.id(slot)}
		}
	}
	slices.SortFunc(list, func(a, b placed) int { return direction * a.at.compare(b.at) })
	if r.After != nil {
		list = list[begin(list, *r.After, direction, r.Sort):]
	}
	for i, item := range list {
		if !p.add(item.slot, func(last int32) Position {
			return list[slices.IndexFunc(list[:i], func(item placed) bool { return item.slot == last })].at
		}) {
			return
		}
	}
}

// begin is where a list goes on after a place. In a given order the product itself is
// looked for first: the list may have changed before it.
func begin(list []placed, after Position, direction int, s Sort) int {
	if s == Given {
		if i := slices.IndexFunc(list, func(item placed) bool { return item.at.ID == after.ID }); i >= 0 {
			return i + 1
		}
		after = Position{Number: after.Number - 1, ID: uuid.Max}
	}
	if i := slices.IndexFunc(list, func(item placed) bool { return direction*item.at.compare(after) > 0 }); i >= 0 {
		return i
	}
	return len(list)
}
