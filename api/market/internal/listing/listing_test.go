package listing_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/listing"
	"rose-ash.com/roseash/api/shared/contract"
)

// catalogue is a shop of n products: 200 categories, 300 brands, 90 producers, 12
// labels and 40 collections, of which few have most.
func catalogue(n int) listing.Change {
	c := listing.Change{Categories: []listing.Category{}}
	for i := range 200 {
		category := listing.Category{ID: number(i + 1), Slug: fmt.Sprint("c", i), Name: fmt.Sprint("Category ", i), Key: fmt.Sprintf("category %03d", i)}
		if i >= 10 {
			category.Parent = number(i/10 + 1)
		}
		c.Categories = append(c.Categories, category)
	}
	term := func(taxonomy contract.Taxonomy, base, count int) {
		for i := range count {
			name := fmt.Sprintf("%s %03d", taxonomy, i)
			c.Terms = append(c.Terms, listing.Term{ID: number(base + i), Taxonomy: taxonomy, Slug: fmt.Sprint("t", i), Name: name, Key: name})
		}
	}
	term(contract.BrandTaxonomy, 1000, 300)
	term(contract.ProducerTaxonomy, 2000, 90)
	term(contract.LabelTaxonomy, 3000, 12)
	term(contract.CollectionTaxonomy, 4000, 40)
	for i := range n {
		h := uint32(i) * 2654435761
		p := listing.Product{
			ID: number(1_000_000 + i), Key: fmt.Sprintf("%08x wholefood, the %d-th of its kind", h, i%7), Price: int64(95 + h%2900),
			Currency: "GBP", Created: time.UnixMicro(int64(1_700_000_000_000_000 + i)), Category: number(int(11 + h%190)),
			Free: listing.Allergens(h>>7) & 0x3fff & listing.Allergens(h>>11), Country: []string{"GB", "GB", "GB", "IT", "FR", "ES", ""}[h%7],
			InStock: h%9 > 0, Reduced: h%23 == 0,
		}
		skew := (h >> 3) % 300
		p.Terms = append(p.Terms, number(1000+int(skew*skew/300)), number(2000+int(h>>5)%90))
		for label := range 12 {
			if (h>>label)%uint32(label+2) == 0 {
				p.Terms = append(p.Terms, number(3000+label))
			}
		}
		if h%5 == 0 {
			p.Terms = append(p.Terms, number(4000+int(h>>9)%40))
		}
		c.Put = append(c.Put, p)
	}
	return c
}

// Fifty thousand products take less than 15 MB, and after thousands of changes still.
func TestMemory(t *testing.T) {
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	c := catalogue(50_000)
	for i := range c.Put { // what the database sends is nobody else's
		c.Put[i].Key = string([]byte(c.Put[i].Key))
	}
	before := heap()
	for i := range c.Put {
		c.Put[i].Key = string([]byte(c.Put[i].Key))
	}
	b := listing.NewBuilder()
	x := b.Apply(c)
	keys := int64(0)
	for _, p := range c.Put {
		keys += int64(len(p.Key))
	}
	// c's keys before were collected, and x's stand in c too: they count here.
	took := heap() - before + keys
	t.Logf("%.1f MB", float64(took)/1e6)
	if took > 15e6 {
		t.Errorf("50,000 products take %.1f MB", float64(took)/1e6)
	}
	for i := range 3000 {
		p := c.Put[i*16]
		p.Terms = []uuid.UUID{number(3000 + i%12), number(4000 + i%40), number(4000 + i/40%40)}
		x = b.Apply(listing.Change{Put: []listing.Product{p}})
	}
	if after := heap() - before + keys; after > 15e6 {
		t.Errorf("after 3,000 changes they take %.1f MB", float64(after)/1e6)
	}
	runtime.KeepAlive(x)
	runtime.KeepAlive(c)
}

// An Index stays as it is while its Builder makes others; run with the race detector.
func TestOldIndexesStay(t *testing.T) {
	b := listing.NewBuilder()
	c := catalogue(3000)
	x := b.Apply(c)
	all := listing.Request{Sort: listing.CheapestFirst, Limit: 5000, Facets: true}
	want := x.Select(all)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			p := c.Put[i]
			p.Price, p.Terms = int64(i), []uuid.UUID{number(3000 + i%12), number(4000 + i%40), number(1000 + i)}
			b.Apply(listing.Change{Put: []listing.Product{p}, Gone: []uuid.UUID{c.Put[1000+i].ID},
				Terms: []listing.Term{{ID: number(9000 + i), Taxonomy: contract.LabelTaxonomy, Slug: fmt.Sprint("n", i)}}})
		}
	}()
	for {
		got := x.Select(all)
		if !slices.Equal(got.IDs, want.IDs) || got.Facets.Total != 3000 || len(got.Facets.Labels) != 12 {
			t.Fatal("an Index changed")
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

func TestManyValues(t *testing.T) {
	b := listing.NewBuilder()
	x := b.Apply(catalogue(5000))
	last := x.TermBySlug(contract.BrandTaxonomy, "t299")
	f := x.Select(listing.Request{Query: listing.Query{Brands: []listing.Ref{last}}, Limit: 1, Facets: true}).Facets
	if n := len(f.Brands); n != listing.MaxValues+1 || !f.Brands[n-1].Chosen || f.Brands[n-1].Value.Slug != "t299" {
		t.Errorf("%d brands, want the %d most frequent and the chosen one", n, listing.MaxValues)
	}
	if x.TermByID(contract.LabelTaxonomy, number(1000)) != 0 || x.TermBySlug(contract.LabelTaxonomy, "t299") != 0 {
		t.Error("a brand was taken for a label")
	}
}

func TestRelated(t *testing.T) {
	b := listing.NewBuilder()
	food, bread, fruit := number(1), number(2), number(3)
	brand, organic, picnic := number(10), number(11), number(12)
	product := func(n int, category uuid.UUID, price int64, stock bool, terms ...uuid.UUID) listing.Product {
		return listing.Product{ID: number(100 + n), Key: fmt.Sprint("p", n), Category: category, Price: price, Currency: "GBP", InStock: stock, Terms: terms}
	}
	other := product(9, number(4), 100, true)
	x := b.Apply(listing.Change{
		Categories: []listing.Category{{ID: food, Slug: "food"}, {ID: bread, Parent: food, Slug: "bread"}, {ID: fruit, Parent: food, Slug: "fruit"}, {ID: number(4), Slug: "soap"}},
		Terms: []listing.Term{{ID: brand, Taxonomy: contract.BrandTaxonomy, Slug: "b"}, {ID: organic, Taxonomy: contract.LabelTaxonomy, Slug: "o"},
			{ID: picnic, Taxonomy: contract.CollectionTaxonomy, Slug: "p"}},
		Put: []listing.Product{
			product(0, bread, 300, true, brand, organic, picnic),
			product(1, fruit, 310, true),                          // 2: the same root
			product(2, fruit, 300, true, picnic, brand, organic),  // 10
			product(3, bread, 900, true),                          // 6, far in price
			product(4, bread, 320, true),                          // 6, near in price
			product(5, bread, 300, false, brand, organic, picnic), // 14, but none is left
			product(6, bread, 320, true),                          // as 4, later by name
			other,                                                 // nothing
		},
	})
	ids, found := x.Related(number(100), 10)
	want := []uuid.UUID{number(102), number(104), number(106), number(103), number(101), number(105)}
	if !found || !slices.Equal(ids, want) {
		t.Errorf("related %v, %v, want %v", ids, found, want)
	}
	if ids, _ := x.Related(number(100), 2); !slices.Equal(ids, want[:2]) {
		t.Errorf("the first two are %v, want %v", ids, want[:2])
	}
	if ids, found := x.Related(other.ID, 3); !found || len(ids) != 0 {
		t.Errorf("related to what shares nothing: %v, %v", ids, found)
	}
	if _, found := x.Related(number(99), 3); found {
		t.Error("a product that is not there has related ones")
	}
}

// Two terms may exchange their slugs, and a slug that came free may be another's.
func TestExchangedSlugs(t *testing.T) {
	b := listing.NewBuilder()
	term := func(n int, slug string) listing.Term {
		return listing.Term{ID: number(n), Taxonomy: contract.BrandTaxonomy, Slug: slug}
	}
	b.Apply(listing.Change{Terms: []listing.Term{term(1, "mill"), term(2, "oven"), term(3, "farm"), term(5, "old")}})
	x := b.Apply(listing.Change{Terms: []listing.Term{term(1, "oven"), term(2, "mill"), term(4, "farm"), term(5, "new")}, TermsGone: []uuid.UUID{number(3)}})
	for slug, want := range map[string]uuid.UUID{"oven": number(1), "mill": number(2), "farm": number(4), "new": number(5), "old": {}} {
		if got := x.TermID(x.TermBySlug(contract.BrandTaxonomy, slug)); got != want {
			t.Errorf("%s is %v, want %v", slug, got, want)
		}
	}
}
