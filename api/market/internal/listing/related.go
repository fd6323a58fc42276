// What is like a product.

package listing

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// What two products share, in points: a collection was put together by somebody who
// knows the goods, a brand says more than a label that half the shop has.
const (
	sharedLevel      = 2 // of the category tree, counted from the top
	sameCategory     = 2 // besides
	sharedCollection = 4
	sharedBrand      = 3
	sharedProducer   = 3
	sharedLabel      = 1
)

// likeness holds for every value that a product can have the points it earns.
type likeness struct {
	categories, labels, collections []int32
	like                            *facts
}

// Related returns up to limit products that share most with one, those in stock
// first, then by likeness, then the nearest in price, then by name. What shares
// nothing is left out. It is false where the product is not there.
func (x *Index) Related(id uuid.UUID, limit int) (ids []uuid.UUID, found bool) {
	self, found := x.find(id)
	if !found {
		return nil, false
	}
	l := x.likeness(self)
	best := nearest{Index: x, limit: limit}
	for slot := range int32(x.slots) {
		if f := x.facts(slot); f.flags&vacant == 0 && slot != self {
			if points := l.points(f, x.collections(slot)); points > 0 {
				best.offer(candidate{slot, points, l.distance(f), f.flags&inStock != 0})
			}
		}
	}
	for _, c := range best.list {
		ids = append(ids, x.id(c.slot))
	}
	return ids, true
}

func (x *Index) likeness(self int32) *likeness {
	g, f := x.groups, x.facts(self)
	l := &likeness{
		categories: make([]int32, len(g.categories)), like: f,
		labels:      x.shared(x.sets[f.labels], sharedLabel),
		collections: x.shared(x.sets[x.collections(self)], sharedCollection),
	}
	own := g.path(f.category)
	for i := range l.categories {
		path := g.path(Ref(i))
		for level := 0; level < min(len(own), len(path)) && own[level] == path[level]; level++ {
			l.categories[i] += sharedLevel
		}
		if Ref(i) == f.category && i != 0 {
			l.categories[i] += sameCategory
		}
	}
	return l
}

// shared is for every set of terms what it has of some, in points.
func (x *Index) shared(some []Ref, points int32) []int32 {
	table := make([]int32, len(x.sets))
	for i, set := range x.sets {
		for _, ref := range set {
			if slices.Contains(some, ref) {
				table[i] += points
			}
		}
	}
	return table
}

// path runs from the root down to a category.
func (g *groups) path(ref Ref) (path []Ref) {
	for ; ref != 0; ref = g.categories[ref].parent {
		path = append(path, ref)
	}
	slices.Reverse(path)
	return path
}

func (l *likeness) points(f *facts, collections uint32) int32 {
	points := l.categories[f.category] + l.labels[f.labels] + l.collections[collections]
	if f.brand != 0 && f.brand == l.like.brand {
		points += sharedBrand
	}
	if f.producer != 0 && f.producer == l.like.producer {
		points += sharedProducer
	}
	return points
}

// distance is how far apart prices are; those of two currencies are not comparable.
func (l *likeness) distance(f *facts) int64 {
	if f.currency != l.like.currency {
		return math.MaxInt64
	}
	return max(f.price-l.like.price, l.like.price-f.price)
}

type candidate struct {
	slot     int32
	points   int32
	distance int64
	inStock  bool
}

// nearest keeps the best candidates, in their order.
type nearest struct {
	*Index
	limit int
	list  []candidate
}

func (n *nearest) offer(c candidate) {
	if len(n.list) == n.limit {
		if n.limit == 0 || n.compare(c, n.list[n.limit-1]) >= 0 {
			return
		}
		n.list = n.list[:n.limit-1]
	}
	at, _ := slices.BinarySearchFunc(n.list, c, n.compare)
	n.list = slices.Insert(n.list, at, c)
}

func (n *nearest) compare(a, b candidate) int {
	switch {
	case a.inStock != b.inStock:
		if a.inStock {
			return -1
		}
		return 1
	case a.points != b.points:
		return cmp.Compare(b.points, a.points)
	case a.distance != b.distance:
		return cmp.Compare(a.distance, b.distance)
	}
	if c := strings.Compare(n.key(a.slot), n.key(b.slot)); c != 0 {
		return c
	}
	i, j := n.id(a.slot), n.id(b.slot)
	return slices.Compare(i[:], j[:])
}
