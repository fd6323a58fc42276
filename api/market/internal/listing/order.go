// The orders in which products are listed, and places in them.

package listing

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/google/uuid"
)

// The orders that an Index keeps. Lists that begin with the dearest or the newest
// walk theirs from the end.
const (
	orderName = iota
	orderPrice
	orderCreated
	orderID
	orderings
)

// Sort is how a list is sorted. Products with the same price or the same time stand
// by name and then by id, the other way round where the list is.
type Sort uint8

// Ways to sort. Given is the order of Query.Only.
const (
	ByName Sort = iota
	CheapestFirst
	DearestFirst
	NewestFirst
	Given
)

// kept is the order that the Index keeps for s, and whether it is walked backwards.
func (s Sort) kept() (order int, backwards bool) {
	switch s {
	case CheapestFirst:
		return orderPrice, false
	case DearestFirst:
		return orderPrice, true
	case NewestFirst:
		return orderCreated, true
	}
	return orderName, false
}

// Position is a place in a list, after a product that was there: Number is its
// price, its time in microseconds or its place in Query.Only, as the list is sorted.
type Position struct {
	Number int64
	Key    string
	ID     uuid.UUID
}

// position is the place of a product in an order.
func (x *Index) position(order int, slot int32) Position {
	p := Position{ID: x.id(slot)}
	switch order {
	case orderName:
		p.Key = x.key(slot)
	case orderPrice:
		p.Number, p.Key = x.facts(slot).price, x.key(slot)
	case orderCreated:
		p.Number, p.Key = x.created(slot), x.key(slot)
	}
	return p
}

func (p Position) compare(q Position) int {
	if c := cmp.Compare(p.Number, q.Number); c != 0 {
		return c
	}
	if c := strings.Compare(p.Key, q.Key); c != 0 {
		return c
	}
	return slices.Compare(p.ID[:], q.ID[:])
}

// compare puts two products into an order.
func (x *Index) compare(order int, a, b int32) int {
	return x.position(order, a).compare(x.position(order, b))
}

// walk calls visit with the products after a place, all where it is nil, until
// visit returns false.
func (x *Index) walk(s Sort, after *Position, visit func(slot int32) bool) {
	order, backwards := s.kept()
	slots := x.orders[order]
	if backwards {
		end := len(slots)
		if after != nil {
			end = sort.Search(len(slots), func(i int) bool { return x.position(order, slots[i]).compare(*after) >= 0 })
		}
		for i := end - 1; i >= 0 && visit(slots[i]); i-- {
		}
		return
	}
	begin := 0
	if after != nil {
		begin = sort.Search(len(slots), func(i int) bool { return x.position(order, slots[i]).compare(*after) > 0 })
	}
	for i := begin; i < len(slots) && visit(slots[i]); i++ {
	}
}

// reorder returns an order without the products that are marked and with those that
// came, where x has them now. It leaves the slice it was given as it is.
func (x *Index) reorder(order int, slots []int32, marked slotSet, came []int32) []int32 {
	rest := make([]int32, 0, len(slots)+len(came))
	for _, slot := range slots {
		if !marked.has(slot) {
			rest = append(rest, slot)
		}
	}
	if len(came) == 0 {
		return rest
	}
	slices.SortFunc(came, func(a, b int32) int { return x.compare(order, a, b) })
	if len(rest) == 0 {
		return append(rest, came...)
	}
	merged := make([]int32, 0, len(rest)+len(came))
	for _, slot := range came {
		at := x.position(order, slot)
		n := sort.Search(len(rest), func(i int) bool { return x.position(order, rest[i]).compare(at) > 0 })
		merged = append(append(merged, rest[:n]...), slot)
		rest = rest[n:]
	}
	return append(merged, rest...)
}

// slotSet is a set of slots.
type slotSet []uint64

func newSlotSet(slots int) slotSet { return make(slotSet, (slots+63)/64) }

func (b slotSet) has(slot int32) bool { return b[slot/64]&(1<<(slot%64)) != 0 }
func (b slotSet) add(slot int32)      { b[slot/64] |= 1 << (slot % 64) }
