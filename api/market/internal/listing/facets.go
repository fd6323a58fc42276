// Counting: one pass over all products for all facets.

package listing

import "sync"

// MaxValues is how many values a facet shows at the most; chosen ones are shown
// besides.
const MaxValues = 50

// Facets are the counts of a list. Values stand by count, the highest first, then by
// name; one with no product is there only where it is chosen.
type Facets struct {
	Total int
	// Categories are the children of the chosen one, or the roots, each with all below it.
	Categories                []Count[*Category]
	Brands, Producers, Labels []Count[*Term]
	FreeFrom                  []Count[int] // places in the list of the fourteen
	Countries                 []Count[string]
	InStock, OutOfStock       int
	Reduced                   int
	Prices                    []PriceRange // by currency, the one with most products first
}

// Count is a value of a facet and how many products of the list have it.
type Count[T any] struct {
	Value  T
	Count  int
	Chosen bool
}

// PriceRange is the lowest and the highest price in a currency, in minor units.
type PriceRange struct {
	Currency string
	Count    int
	Min, Max int64
}

// tally is the counters of one pass.
type tally struct {
	x       *Index
	judge   *judge
	fitting slotSet
	total   int
	// terms counts brands and producers, which share no number.
	categories, labels, terms []int32
	countries                 [countryStates]int32
	free                      [1 << allergens]int32
	stock                     [2]int32
	reduced                   int32
	prices                    []prices
}

// prices is a PriceRange that is being counted.
type prices struct {
	currency uint16
	count    int
	min, max int64
}

// tallies keeps the counters for the next pass: they are 80 kB.
var tallies = sync.Pool{New: func() any { return new(tally) }}

func newTally(x *Index, j *judge) *tally {
	t := tallies.Get().(*tally)
	t.x, t.judge, t.total, t.reduced, t.stock = x, j, 0, 0, [2]int32{}
	t.fitting = zeroed(t.fitting, (x.slots+63)/64)
	t.categories, t.labels = zeroed(t.categories, len(x.groups.categories)), zeroed(t.labels, len(x.sets))
	t.terms = zeroed(t.terms, len(x.groups.terms))
	clear(t.countries[:])
	clear(t.free[:])
	t.prices = t.prices[:0]
	return t
}

// giveBack ends the use of t.
func (t *tally) giveBack() {
	t.x, t.judge = nil, nil
	tallies.Put(t)
}

// zeroed is a slice of n zeros, in the place of list where it is long enough.
func zeroed[S ~[]T, T any](list S, n int) S {
	if cap(list) < n {
		return make(S, n, n+n/4)
	}
	list = list[:n]
	clear(list)
	return list
}

// count counts all products.
func (t *tally) count() {
	rest := t.x.slots
	for n, c := range t.x.chunks {
		some := c.facts[:min(rest, chunkSize)]
		rest -= len(some)
		for i := range some {
			t.add(&some[i], int32(n*chunkSize+i))
		}
	}
}

// countOnly counts those at some places.
func (t *tally) countOnly(slots []int32) {
	for _, slot := range slots {
		t.add(t.x.facts(slot), slot)
	}
}

// add counts one product wherever it counts.
func (t *tally) add(f *facts, slot int32) {
	switch t.judge.of(f) {
	case 0:
		t.fitting.add(slot)
		t.total++
		t.categories[f.category]++
		t.labels[f.labels]++
		t.terms[f.brand]++
		t.terms[f.producer]++
		t.countries[f.country]++
		t.free[f.free&(1<<allergens-1)]++
		t.stock[f.flags&inStock]++
		t.reduced += int32(f.flags & reduced / reduced)
		t.price(f)
	case failBrand:
		t.terms[f.brand]++
	case failProducer:
		t.terms[f.producer]++
	case failCountry:
		t.countries[f.country]++
	case failAvailability:
		t.stock[f.flags&inStock]++
	case failPrice:
		t.price(f)
	}
}

// price widens the range of a product's currency. A shop has one, or few.
func (t *tally) price(f *facts) {
	for i := range t.prices {
		if p := &t.prices[i]; p.currency == f.currency {
			p.count++
			p.min, p.max = min(p.min, f.price), max(p.max, f.price)
			return
		}
	}
	t.prices = append(t.prices, prices{f.currency, 1, f.price, f.price})
}
