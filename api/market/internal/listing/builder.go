// Making the next Index from the one before and a change.

package listing

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/contract"
)

// Builder makes Indexes. One goroutine at a time uses it; the Indexes that it has
// made stay as they are.
type Builder struct {
	index *Index
	// free are places whose products went.
	free []int32
	// setNumbers finds the number of a set of terms by its numbers as bytes.
	setNumbers map[string]uint32
}

// NewBuilder begins with an empty catalogue.
func NewBuilder() *Builder {
	return &Builder{index: &Index{groups: noGroups(), sets: make([][]Ref, 1)}, setNumbers: map[string]uint32{"": 0}}
}

// Apply returns the Index after c. It costs what changed, and a copy of the
// numbers of all products for each order in which one moved.
func (b *Builder) Apply(c Change) *Index {
	if len(b.index.sets) > 2*b.index.live+1024 {
		b.tidy()
	}
	old := b.index
	x := *old
	x.groups = old.groups.with(c)
	x.chunks = slices.Clone(old.chunks)
	e := edit{Builder: b, old: old, x: &x, copied: make(map[int32]bool)}
	for _, id := range c.Gone {
		e.remove(id)
	}
	for i := range c.Put {
		e.put(&c.Put[i])
	}
	e.reorder()
	b.index = &x
	return &x
}

// tidy begins anew where most sets of terms are no longer anybody's.
func (b *Builder) tidy() {
	x := b.index
	c := Change{Put: make([]Product, 0, x.live), Categories: []Category{}}
	for _, slot := range x.orders[orderName] {
		c.Put = append(c.Put, x.product(slot))
	}
	for _, category := range x.groups.categories[1:] {
		if category.ID != uuid.Nil {
			c.Categories = append(c.Categories, category.Category)
		}
	}
	for _, term := range x.groups.terms[1:] {
		if term.ID != uuid.Nil {
			c.Terms = append(c.Terms, term)
		}
	}
	next := NewBuilder()
	next.Apply(c)
	*b = *next
}

// edit is one Apply: x is old as far as it is done. moved and came are, for each
// order, the products that leave their place and those that get one.
type edit struct {
	*Builder
	old, x *Index
	copied map[int32]bool
	moved  [orderings]slotSet
	came   [orderings][]int32
}

// own is the chunk of a slot, copied before it is written to for the first time.
func (e *edit) own(slot int32) (c *chunk, i int32) {
	n := slot / chunkSize
	if int(n) == len(e.x.chunks) {
		e.x.chunks = append(e.x.chunks, new(chunk))
		e.copied[n] = true
	}
	if !e.copied[n] {
		copied := *e.x.chunks[n]
		e.x.chunks[n] = &copied
		e.copied[n] = true
	}
	return e.x.chunks[n], slot % chunkSize
}

func (e *edit) remove(id uuid.UUID) {
	slot, found := e.old.find(id)
	if !found {
		return
	}
	c, i := e.own(slot)
	c.facts[i] = facts{flags: vacant}
	c.keys[i], c.collections[i] = "", 0
	for order := range orderings {
		e.leave(order, slot)
	}
	e.free = append(e.free, slot)
	e.x.live--
}

// leave takes a product of old out of an order.
func (e *edit) leave(order int, slot int32) {
	if e.moved[order] == nil {
		e.moved[order] = newSlotSet(e.old.slots)
	}
	e.moved[order].add(slot)
}

func (e *edit) put(p *Product) {
	slot, known := e.old.find(p.ID)
	if !known {
		slot = e.place()
	}
	var before [orderings]Position
	if known {
		for order := range orderings {
			before[order] = e.x.position(order, slot)
		}
	}
	c, i := e.own(slot)
	c.ids[i], c.keys[i], c.created[i] = p.ID, p.Key, p.Created.UnixMicro()
	c.facts[i], c.collections[i] = e.facts(p)
	for order := range orderings {
		if known && before[order] == e.x.position(order, slot) {
			continue
		}
		if known {
			e.leave(order, slot)
		}
		e.came[order] = append(e.came[order], slot)
	}
}

// place is a slot for a new product. One that came free in this very edit may be
// given out at once: all orders have left it.
func (e *edit) place() int32 {
	e.x.live++
	if n := len(e.free); n > 0 {
		slot := e.free[n-1]
		e.free = e.free[:n-1]
		return slot
	}
	slot := int32(e.x.slots)
	e.x.slots++
	return slot
}

// facts packs a product.
func (e *edit) facts(p *Product) (f facts, collections uint32) {
	g := e.x.groups
	f = facts{
		price: p.Price, category: g.categoryByID[p.Category], free: p.Free,
		country: packCountry(p.Country), currency: packCurrency(p.Currency),
	}
	if p.InStock {
		f.flags |= inStock
	}
	if p.Reduced {
		f.flags |= reduced
	}
	var labels, others []Ref
	for _, id := range p.Terms {
		ref := g.termByID[id]
		switch g.terms[ref].Taxonomy {
		case contract.BrandTaxonomy:
			f.brand = ref
		case contract.ProducerTaxonomy:
			f.producer = ref
		case contract.LabelTaxonomy:
			labels = append(labels, ref)
		case contract.CollectionTaxonomy:
			others = append(others, ref)
		}
	}
	f.labels = e.set(labels)
	return f, e.set(others)
}

// set is the number of a set of terms.
func (e *edit) set(terms []Ref) uint32 {
	slices.Sort(terms)
	terms = slices.Compact(terms)
	name := make([]byte, 0, 64)
	for _, ref := range terms {
		name = binary.BigEndian.AppendUint32(name, uint32(ref))
	}
	n, known := e.setNumbers[string(name)]
	if !known {
		n = uint32(len(e.x.sets))
		// What an older Index sees ends before this place of the array they share.
		e.x.sets = append(e.x.sets, terms)
		e.setNumbers[string(name)] = n
	}
	return n
}

// reorder brings the orders up to date.
func (e *edit) reorder() {
	for order := range orderings {
		if e.moved[order] == nil && len(e.came[order]) == 0 {
			continue
		}
		marked := e.moved[order]
		if marked == nil {
			marked = newSlotSet(e.old.slots)
		}
		e.x.orders[order] = e.x.reorder(order, e.old.orders[order], marked, e.came[order])
	}
}

// product unpacks a product.
func (x *Index) product(slot int32) Product {
	f := x.facts(slot)
	p := Product{
		ID: x.id(slot), Key: x.key(slot), Price: f.price, Currency: unpackCurrency(f.currency),
		Created: time.UnixMicro(x.created(slot)).UTC(), Category: x.CategoryID(f.category), Free: f.free,
		Country: countryCodes[f.country], InStock: f.flags&inStock != 0, Reduced: f.flags&reduced != 0,
	}
	for _, refs := range [][]Ref{{f.brand, f.producer}, x.sets[f.labels], x.sets[x.collections(slot)]} {
		for _, ref := range refs {
			if id := x.TermID(ref); id != uuid.Nil {
				p.Terms = append(p.Terms, id)
			}
		}
	}
	return p
}
