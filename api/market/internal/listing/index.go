// The picture itself: products in chunks, and the orders to walk them in.

package listing

import (
	"slices"

	"github.com/google/uuid"
)

// Index is the catalogue at one moment. It does not change and may be used by any
// number of goroutines.
type Index struct {
	groups *groups
	chunks []*chunk
	// slots is how many places the chunks have given out, live how many hold a product.
	slots, live int
	orders      [orderings][]int32
	// sets are the sets of terms that products have; set 0 is empty.
	sets [][]Ref
}

// chunkSize is how many products are copied when one of them changes: 40 kB.
const chunkSize = 512

// chunk holds some products, apart what every query reads and what few read.
type chunk struct {
	facts       [chunkSize]facts
	ids         [chunkSize]uuid.UUID
	keys        [chunkSize]string
	created     [chunkSize]int64 // microseconds since 1970
	collections [chunkSize]uint32
}

// facts is what filters look at. labels is the number of a set, country and
// currency are packed letters.
type facts struct {
	price             int64
	category          Ref
	brand, producer   Ref
	labels            uint32
	free              Allergens
	country, currency uint16
	flags             uint8
}

// Flags of a product. An empty place has none but vacant.
const (
	inStock uint8 = 1 << iota
	reduced
	vacant

	flagStates = 1 << iota
)

// countryStates is how many values a packed country has: none, AA to ZZ.
const countryStates = 1 + 26*26

// packCountry makes 0 of what is not two capital letters.
func packCountry(code string) uint16 {
	if len(code) != 2 || !capital(code[0]) || !capital(code[1]) {
		return 0
	}
	return 1 + uint16(code[0]-'A')*26 + uint16(code[1]-'A')
}

// countryCodes has for every packed country its code.
var countryCodes = func() (codes [countryStates]string) {
	for c := 1; c < countryStates; c++ {
		codes[c] = string([]byte{'A' + byte((c-1)/26), 'A' + byte((c-1)%26)})
	}
	return codes
}()

// packCurrency makes 0 of what is not three capital letters.
func packCurrency(code string) uint16 {
	if len(code) != 3 || !capital(code[0]) || !capital(code[1]) || !capital(code[2]) {
		return 0
	}
	return 1 + (uint16(code[0]-'A')*26+uint16(code[1]-'A'))*26 + uint16(code[2]-'A')
}

func unpackCurrency(c uint16) string {
	if c == 0 {
		return ""
	}
	c--
	return string([]byte{'A' + byte(c/676), 'A' + byte(c/26%26), 'A' + byte(c%26)})
}

func capital(b byte) bool { return 'A' <= b && b <= 'Z' }

// Len is how many products there are.
func (x *Index) Len() int { return x.live }

func (x *Index) facts(slot int32) *facts {
	return &x.chunks[slot/chunkSize].facts[slot%chunkSize]
}

func (x *Index) id(slot int32) uuid.UUID {
	return x.chunks[slot/chunkSize].ids[slot%chunkSize]
}

func (x *Index) key(slot int32) string {
	return x.chunks[slot/chunkSize].keys[slot%chunkSize]
}

func (x *Index) created(slot int32) int64 {
	return x.chunks[slot/chunkSize].created[slot%chunkSize]
}

func (x *Index) collections(slot int32) uint32 {
	return x.chunks[slot/chunkSize].collections[slot%chunkSize]
}

// find is where the product with that id stands.
func (x *Index) find(id uuid.UUID) (slot int32, found bool) {
	byID := x.orders[orderID]
	i, found := slices.BinarySearchFunc(byID, id, func(slot int32, id uuid.UUID) int {
		at := x.id(slot)
		return slices.Compare(at[:], id[:])
	})
	if !found {
		return 0, false
	}
	return byID[i], true
}
