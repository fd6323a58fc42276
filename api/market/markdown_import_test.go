package market_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// file is a product of a site that moves in.
func file(slug string, change ...func(*market.MarkdownFile)) market.MarkdownFile {
	f := market.MarkdownFile{
		File: "market/" + slug + ".md", Name: "A " + slug, Slug: slug, Description: "Dark and *sour*.", Price: "3.50",
		Categories: []string{"Food", "Bread"}, Brand: "Ash", Image: contract.Image{URL: "/images/a.webp", Alt: "A loaf"},
	}
	for _, c := range change {
		c(&f)
	}
	f.Hash = fmt.Sprintf("%+v", f)
	return f
}

// bring imports files as one batch and returns what became of them.
func (s *shop) bring(dryRun bool, files ...market.MarkdownFile) map[string]string {
	s.t.Helper()
	im := s.NewMarkdownImport(dryRun)
	batch, err := im.Judge(s.t.Context(), files)
	if err != nil {
		s.t.Fatal(err)
	}
	outcomes, err := im.Store(s.t.Context(), batch)
	if err != nil {
		s.t.Fatal(err)
	}
	got := map[string]string{}
	for _, o := range outcomes {
		got[o.Slug] = strings.TrimSpace(strings.Join(append([]string{string(o.Change), o.Path, o.Reason}, o.Warnings...), " "))
	}
	return got
}

// kinds are the kinds of the events since the last call.
func (s *shop) kinds() string {
	s.t.Helper()
	var kinds []string
	for _, e := range s.events() {
		kind, _, _ := strings.Cut(strings.TrimPrefix(e, "market."), " ")
		kinds = append(kinds, kind)
	}
	return strings.Join(kinds, " ")
}

func (s *shop) want(got, want map[string]string) {
	s.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestImportMarkdown(t *testing.T) {
	s := newShop(t)
	files := []market.MarkdownFile{
		file("rye", func(f *market.MarkdownFile) { f.SKU, f.Quantity, f.VAT = "RYE-1", "800 g", "20" }),
		file("oat", func(f *market.MarkdownFile) { f.Draft = true; f.Currency = "EUR" }),
		file("tea", func(f *market.MarkdownFile) { f.Price = ""; f.Categories = nil }),
		file("soap", func(f *market.MarkdownFile) { f.Categories = []string{"Shop", "Soap"}; f.Image.URL = "data:x" }),
	}
	first := map[string]string{
		"rye": "created /products/rye/", "oat": "created", "tea": "created   has no price: it stays a draft has no category: it stands in Unsorted",
		"soap": "created /products/soap/  its picture has an address that cannot be used",
	}
	s.want(s.bring(true, files...), first)
	if list, err := s.Categories(t.Context()); err != nil || len(list) > 0 || s.kinds() != "" {
		t.Fatalf("a dry run made %v, %v", list, err)
	}
	s.want(s.bring(false, files...), first)
	if got := s.kinds(); got != strings.Repeat("category_updated ", 5)+"term_updated product_published product_published" {
		t.Errorf("events %q", got)
	}
	p, err := s.Product(t.Context(), "rye")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Variants) != 1 || p.Variants[0].SKU != "RYE-1" || p.Price != (contract.Money{AmountMinor: 350, Currency: "GBP"}) ||
		p.Variants[0].VATRate != 2000 || p.VariantName != "800 g" || p.Category.Slug != "bread" || len(p.Ancestors) != 1 || p.Ancestors[0].Name != "Food" ||
		p.DescriptionHTML != "<p>Dark and <em>sour</em>.</p>" || p.Image.URL != "/images/a.webp" || p.Brand == nil || p.Brand.Name != "Ash" || p.Brand.Slug != "ash" {
		t.Errorf("stored %+v", p)
	}
	if oat, err := s.AnyProduct(t.Context(), "oat"); err != nil || oat.Price.Currency != "EUR" || oat.Variants[0].SKU != "OAT" {
		t.Errorf("stored %+v, %v", oat, err)
	}
	if c, err := s.Category(t.Context(), "soap"); err != nil || len(c.Ancestors) != 1 || c.Ancestors[0].Slug != "shop-2" {
		t.Errorf("a category below one with a reserved word: %+v, %v", c, err)
	}

	for slug, got := range s.bring(false, files...) {
		if !strings.HasPrefix(got, "unchanged") {
			t.Errorf("%s the second time: %s", slug, got)
		}
	}
	if got := s.kinds(); got != "" {
		t.Errorf("the second time: events %q", got)
	}
	files[0] = file("rye", func(f *market.MarkdownFile) {
		f.SKU, f.Price, f.Currency, f.Categories = "RYE-2", "4", "EUR", []string{"Food"}
	})
	files[1] = file("oat")
	files[2].Hash = "another comment in the front matter"
	files[3] = file("soap", func(f *market.MarkdownFile) { f.Price = "" })
	s.want(s.bring(false, files...), map[string]string{
		"rye": "updated /products/rye/", "oat": "updated /products/oat/", "tea": "unchanged   has no price: it stays a draft has no category: it stands in Unsorted",
		"soap": "updated   has no price: it stays a draft",
	})
	if got := s.kinds(); got != "product_updated product_published product_unpublished" {
		t.Errorf("events %q", got)
	}
	after, err := s.Product(t.Context(), "rye")
	if err != nil || after.Version != 2 || after.Variants[0].ID != p.Variants[0].ID || after.Variants[0].SKU != "RYE-2" ||
		after.Price != (contract.Money{AmountMinor: 400, Currency: "EUR"}) || after.Category.Slug != "food" {
		t.Errorf("updated %+v, %v", after, err)
	}
	if soap, err := s.AnyProduct(t.Context(), "soap"); err != nil || len(soap.Variants) != 0 || soap.Status != contract.DraftProduct {
		t.Errorf("without a price: %+v, %v", soap, err)
	}
	if _, err := s.UpdateProduct(t.Context(), "rye", 2, market.ProductFields{Name: ptr("Mine")}); err != nil {
		t.Fatal(err)
	}
	s.kinds()
	s.want(s.bring(false, file("rye")), map[string]string{
		"rye": "kept /products/rye/  was changed here since the last import: the file's change is left out"})
	if got := s.kinds(); got != "" {
		t.Errorf("kept, with events %q", got)
	}
}

func TestImportMarkdownRefuses(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.published("mine", "bread")
	other := func(name, slug, sku string) market.MarkdownFile {
		return file(name, func(f *market.MarkdownFile) { f.Slug, f.SKU = slug, sku })
	}
	files := []market.MarkdownFile{
		file("a"), other("b", "mine", ""), other("c", "c", "mine-1"), other("d", "a", ""), other("e", "e", "A"), other("f", "f", "a b"),
		file("g", func(f *market.MarkdownFile) { f.Price = "1.005" }),
		file("h", func(f *market.MarkdownFile) { f.VAT = "lots" }),
		file("i", func(f *market.MarkdownFile) { f.Categories = strings.Split("1 2 3 4 5 6 7 8 9", " ") }),
		file("j", func(f *market.MarkdownFile) { f.Description = strings.Repeat("a", 50_001) }),
		file("k", func(f *market.MarkdownFile) { f.Slug = "?" }),
		file("l", func(f *market.MarkdownFile) { f.Description = strings.Repeat("<div>", 1000) }),
		file("m", func(f *market.MarkdownFile) { f.Name, f.Quantity = strings.Repeat("n", 300), "3 lb" }),
	}
	for _, dryRun := range []bool{true, false} {
		im := s.NewMarkdownImport(dryRun)
		batch, err := im.Judge(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		outcomes, err := im.Store(t.Context(), batch)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{
			"", "the slug mine is that of another product", "the sku mine-1 is that of the product mine", `the slug a is that of "market/a.md"`,
			`the sku A is that of "market/a.md"`, "its sku has other signs", "its price is no amount", "its VAT is no percentage",
			"more than 8 categories", "longer than 50,000", "no letter or digit", "nested too deeply", "",
		} {
			if got := outcomes[i]; !strings.Contains(got.Reason, want) || (want == "") != (got.Change == contract.ImportCreated) {
				t.Errorf("%s was %s: %q, want %q", got.File, got.Change, got.Reason, want)
			}
		}
		if got := outcomes[12].Warnings; len(got) < 2 || got[0] != "its title was cut" || !strings.Contains(got[1], "by the piece") {
			t.Errorf("warnings %q", got)
		}
	}
}

// TestImportMarkdownBesideEditors: whoever is faster, nothing of a batch is lost,
// and the tree has each category once.
func TestImportMarkdownBesideEditors(t *testing.T) {
	s := newShop(t)
	const rounds, each = 6, 6
	var group sync.WaitGroup
	for round := range rounds {
		var files []market.MarkdownFile
		for n := range each {
			files = append(files, file(fmt.Sprintf("r%d-%d", round, n), func(f *market.MarkdownFile) {
				f.Categories = []string{"Food", fmt.Sprintf("Shelf %d", n)}
			}))
		}
		im := s.NewMarkdownImport(false)
		batch, err := im.Judge(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			outcomes, err := im.Store(t.Context(), batch)
			if err != nil {
				t.Errorf("Store: %v", err)
			}
			for _, o := range outcomes {
				if o.Change != contract.ImportCreated {
					t.Errorf("%s was %s: %s", o.File, o.Change, o.Reason)
				}
			}
		})
		group.Go(func() {
			for n := range each {
				slug := fmt.Sprintf("shelf-%d", n)
				_, _ = s.CreateCategory(t.Context(), market.CategoryFields{Slug: &slug, Name: &slug})
			}
		})
	}
	group.Wait()
	list, err := s.Categories(t.Context())
	if err != nil || len(list) != each+1 {
		t.Errorf("%d categories, %v, want %d", len(list), err, each+1)
	}
	cards, _, err := s.Products(t.Context(), market.ProductQuery{Limit: 100})
	if err != nil || len(cards) != rounds*each {
		t.Errorf("%d products, %v, want %d", len(cards), err, rounds*each)
	}
}
