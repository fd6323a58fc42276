// Pages of brands, producers, labels and collections: where they are, what of them is
// shown elsewhere, and what becomes of them.

package ssg_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// stall is a town whose products have all sorts of terms: roots-0 to roots-2 are of a
// brand, roots-3 has a producer and a label, and all roots and stems are in a collection,
// which stands under post-4.
type stall struct {
	*town
	brand, producer, label, collection contract.Term
}

func newStall(t *testing.T) *stall {
	t.Helper()
	w := &stall{town: newTown(t)}
	w.shelf("leaves", 0)
	w.shelf("stems", 5)
	make := func(taxonomy contract.Taxonomy, name string, f market.TermFields) contract.Term {
		f.Name, f.Slug = &name, ptr(strings.ToLower(name))
		made, err := w.market.CreateTerm(t.Context(), taxonomy, f)
		must(t, err)
		return made
	}
	w.brand = make(contract.BrandTaxonomy, "Brandqx", market.TermFields{Description: ptr("Aboutqx the *mill*."), Place: ptr("Placeqx"), Website: ptr("https://mill.example/")})
	w.producer = make(contract.ProducerTaxonomy, "Producerqx", market.TermFields{})
	w.label = make(contract.LabelTaxonomy, "Labelqx", market.TermFields{})
	w.collection = make(contract.CollectionTaxonomy, "Collectionqx", market.TermFields{
		Rule:       &contract.Rule{Categories: []contract.CategoryID{w.categoryID("roots"), w.categoryID("stems")}},
		Placements: &[]contract.Container{{Type: "post", ID: w.ids["post-4"]}},
	})
	for _, product := range []string{"roots-0", "roots-1", "roots-2"} {
		w.change(product, market.ProductFields{Brand: ptr("brandqx")})
	}
	w.change("roots-3", market.ProductFields{Producer: ptr("producerqx"), Labels: ptr([]market.ClaimFields{{Label: "labelqx", Source: contract.Certified, Certificate: "GB-ORG-99"}})})
	w.settle()
	return w
}

func (w *stall) categoryID(slug string) contract.CategoryID {
	w.t.Helper()
	g, err := w.market.Category(w.t.Context(), slug)
	must(w.t, err)
	return g.ID
}

func (w *stall) change(product string, f market.ProductFields) {
	w.t.Helper()
	p, err := w.market.AnyProduct(w.t.Context(), product)
	if err == nil {
		_, err = w.market.UpdateProduct(w.t.Context(), product, p.Version, f)
	}
	must(w.t, err)
}

// rewrite changes a term and returns the pages that were written and removed for it.
func (w *stall) rewrite(t contract.Term, f market.TermFields) (written, removed []string) {
	w.t.Helper()
	before := w.pages()
	current, err := w.market.Term(w.t.Context(), t.Taxonomy, string(t.ID))
	if err == nil {
		_, err = w.market.UpdateTerm(w.t.Context(), t.Taxonomy, string(t.ID), current.Version, f)
	}
	must(w.t, err)
	return w.differences(before)
}

func (w *stall) differences(before map[string]string) (written, removed []string) {
	w.t.Helper()
	w.settle()
	after := w.pages()
	w.equalsBuild(after)
	w.invariants()
	for name, body := range after {
		if before[name] != body {
			written = append(written, name)
		}
	}
	for name := range before {
		if _, there := after[name]; !there {
			removed = append(removed, name)
		}
	}
	slices.Sort(written)
	slices.Sort(removed)
	return written, removed
}

// TestTermIsRenamed: every page that shows the name is written, and no other.
func TestTermIsRenamed(t *testing.T) {
	t.Parallel()
	w := newStall(t)
	for _, term := range []contract.Term{w.brand, w.producer, w.label, w.collection} {
		want := shown(w.pages(), term.Name)
		slices.Sort(want)
		written, removed := w.rewrite(term, market.TermFields{Name: ptr("Renamed " + term.Name[:3])})
		if diff := cmp.Diff(want, written); diff != "" || len(removed) > 0 || len(want) < 2 {
			t.Errorf("%s: %v removed (-shows it +written)\n%s", term.Name, removed, diff)
		}
		if left := shown(w.pages(), term.Name); left != nil {
			t.Errorf("%s is left on %v", term.Name, left)
		}
	}
	written, _ := w.rewrite(w.brand, market.TermFields{Description: ptr("Otherqx.")})
	if diff := cmp.Diff([]string{"main/market/brands/brandqx/index.html"}, written); diff != "" {
		t.Errorf("a brand is described (-want +written)\n%s", diff)
	}
}

// TestTermPages: what is on the pages, and who links to them.
func TestTermPages(t *testing.T) {
	t.Parallel()
	w := newStall(t)
	pages := w.pages()
	for file, words := range map[string][]string{
		"main/market/brands/brandqx/index.html": {"<h1>Brandqx</h1>", "Aboutqx the <em>mill</em>", "Placeqx", `href="https://mill.example/"`, `>roots-0</a>`, `>roots-2</a>`,
			`href="/search/?brand=brandqx"`, `"@type":"Brand"`, `"@type":"ItemList"`, `"description":"Aboutqx the mill .`},
		"main/market/producers/producerqx/index.html":            {`>roots-3</a>`, `/market/producers/producerqx/#producer","@type":"Organization"`},
		"main/market/labels/labelqx/index.html":                  {`>roots-3</a>`, `href="/search/?label=labelqx"`},
		"main/market/collections/collectionqx/index.html":        {`>stems-4</a>`, `rel="next"`},
		"main/market/collections/collectionqx/page/1/index.html": {`>roots-0</a>`, `<h1>Collectionqx</h1>`},
		"main/market/products/roots-0/index.html":                {`href="/market/brands/brandqx/"`},
		"main/market/products/roots-3/index.html":                {`href="/market/producers/producerqx/"`, `href="/market/labels/labelqx/"`, "Labelqx (GB-ORG-99)"},
		"main/market/index.html":                                 {`href="/market/collections/collectionqx/"`, `href="/market/labels/labelqx/"`},
		"main/market/roots/index.html":                           {`href="/search/?category=roots"`},
		"main/post-4/index.html":                                 {`href="/market/collections/collectionqx/"`, `>stems-4</a>`},
		"main/sitemap-brands.xml":                                {"/market/brands/brandqx/<"},
		"main/sitemap-collections.xml":                           {"/market/collections/collectionqx/<"},
		"main/sitemap.xml":                                       {"/sitemap-brands.xml", "/sitemap-producers.xml", "/sitemap-labels.xml", "/sitemap-collections.xml"},
	} {
		for _, word := range words {
			if !strings.Contains(pages[file], word) {
				t.Errorf("%s has no %s", file, word)
			}
		}
	}
	checkLinks(t, pages, entries...)
	for _, absent := range shown(pages, "brands/brandqx") {
		if strings.HasPrefix(absent, "main/market/roots/") {
			t.Errorf("%s links to the brand", absent)
		}
	}
}

// TestTermsComeAndGo: a brand has a page as long as it has products, a collection as
// long as it is there; what has moved leads on, and what is gone is gone.
func TestTermsComeAndGo(t *testing.T) {
	t.Parallel()
	w := newStall(t)
	is := func(path string, want contract.Answer) {
		t.Helper()
		got, err := w.builder.Resolve(t.Context(), "main", path)
		if err != nil || got.Location != want.Location || got.Gone != want.Gone || (got.Body != nil) != (want.Body != nil) {
			t.Errorf("%s: to %q, gone %v, %d bytes, %v; want to %q, gone %v", path, got.Location, got.Gone, len(got.Body), err, want.Location, want.Gone)
		}
	}
	page := contract.Answer{Body: []byte("a page")}
	is("/market/brands/brandqx/", page)
	is("/market/brands/nothing/", contract.Answer{})
	is("/market/brands/", contract.Answer{})
	is("/market/collections/collectionqx/page/1/", page)
	is("/market/labels/brandqx/", contract.Answer{})

	_, removed := w.rewrite(w.brand, market.TermFields{Slug: ptr("moved")})
	if !slices.Equal(removed, []string{"main/market/brands/brandqx/index.html"}) {
		t.Errorf("%v removed", removed)
	}
	is("/market/brands/brandqx/", contract.Answer{Location: "/market/brands/moved/"})
	for _, product := range []string{"roots-0", "roots-1", "roots-2"} {
		w.change(product, market.ProductFields{Brand: ptr("")})
	}
	w.settle()
	is("/market/brands/moved/", contract.Answer{Gone: true})
	if _, there := w.pages()["main/sitemap-brands.xml"]; there {
		t.Error("there is a sitemap of no brands")
	}
	w.change("roots-4", market.ProductFields{Brand: ptr("moved")})
	w.settle()
	is("/market/brands/moved/", page)

	w.change("roots-3", market.ProductFields{Labels: &[]market.ClaimFields{}})
	w.settle()
	if at := shown(w.pages(), "Labelqx"); at != nil {
		t.Errorf("a label without products is on %v", at)
	}

	w.rewrite(w.collection, market.TermFields{Rule: &contract.Rule{}})
	is("/market/collections/collectionqx/", page)
	is("/market/collections/collectionqx/page/1/", contract.Answer{Location: "/market/collections/collectionqx/"})
	if at := shown(w.pages(), "Collectionqx"); !slices.Contains(at, "main/market/index.html") || slices.Contains(at, "main/post-4/index.html") {
		t.Errorf("an empty collection is on %v", at)
	}
	before := w.pages()
	current, err := w.market.Term(t.Context(), contract.CollectionTaxonomy, string(w.collection.ID))
	must(t, err)
	must(t, w.market.DeleteTerm(t.Context(), contract.CollectionTaxonomy, string(w.collection.ID), current.Version))
	w.differences(before)
	is("/market/collections/collectionqx/", contract.Answer{Gone: true})
	if at := shown(w.pages(), "Collectionqx"); at != nil {
		t.Errorf("what is deleted is on %v", at)
	}
}

// TestPlacements: a collection stands where it is placed, also on what is published
// only later, and follows its products.
func TestPlacements(t *testing.T) {
	t.Parallel()
	w := newStall(t)
	at := func(want ...string) {
		t.Helper()
		w.settle()
		w.equalsBuild(w.pages())
		got := slices.DeleteFunc(shown(w.pages(), "Collectionqx"), func(name string) bool { return strings.HasPrefix(name, "main/market/") })
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	at("main/post-4/index.html")
	draft, err := w.blog.CreatePost(t.Context(), contract.TypePage, blog.PostFields{Title: ptr("Later"), Slug: ptr("later")})
	must(t, err)
	w.rewrite(w.collection, market.TermFields{Placements: &[]contract.Container{{Type: "page", ID: string(draft.ID)}, {Type: "post", ID: w.ids["post-5"]}}})
	at("main/post-5/index.html")
	_, err = w.blog.Publish(t.Context(), contract.TypePage, string(draft.ID), nil)
	must(t, err)
	at("main/later/index.html", "main/post-5/index.html")

	before := w.pages()
	w.change("stems-4", market.ProductFields{Name: ptr("Newestqx")})
	written, _ := w.differences(before)
	for _, name := range []string{"main/later/index.html", "main/post-5/index.html"} {
		if !slices.Contains(written, name) {
			t.Errorf("%s does not show the product's new name", name)
		}
	}
	w.change("stems-4", market.ProductFields{Category: ptr("leaves")})
	w.settle()
	if strings.Contains(w.pages()["main/later/index.html"], "Newestqx") {
		t.Error("a product that has left the collection is shown")
	}
}
