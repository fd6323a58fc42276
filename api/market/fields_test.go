package market_test

import (
	"strconv"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// FuzzReference asks for whatever a path can hold: it is found or it is not,
// and the database never gets to see what it could not read.
func FuzzReference(f *testing.F) {
	s := newShop(f)
	s.category("bread", "")
	s.published("rye-loaf", "bread")
	for _, ref := range []string{"rye-loaf", "prod_00000000000000000000000000000000", "../x", "\x00", "\xff", "", "cat_", "%", strings.Repeat("a", 300), "RYE-LOAF"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		if _, err := s.Product(t.Context(), ref); err != nil && problem.Code(err) != "not_found" {
			t.Errorf("Product(%q): %v", ref, err)
		}
		if _, err := s.Category(t.Context(), ref); err != nil && problem.Code(err) != "not_found" {
			t.Errorf("Category(%q): %v", ref, err)
		}
		if _, err := s.Term(t.Context(), contract.BrandTaxonomy, ref); err != nil && problem.Code(err) != "not_found" {
			t.Errorf("Term(%q): %v", ref, err)
		}
		if _, err := s.TermsByID(t.Context(), []contract.TermID{contract.TermID(ref)}); err != nil {
			t.Errorf("TermsByID(%q): %v", ref, err)
		}
		if _, _, err := s.ListTerms(t.Context(), market.TermQuery{Taxonomy: contract.BrandTaxonomy, Cursor: ref}); err != nil && problem.Code(err) != "invalid_cursor" {
			t.Errorf("ListTerms(%q): %v", ref, err)
		}
		_, _, err := s.Products(t.Context(), market.ProductQuery{Category: ref, Cursor: ref})
		if code := problem.Code(err); err != nil && code != "not_found" && code != "invalid_cursor" {
			t.Errorf("Products(%q): %v", ref, err)
		}
	})
}

// FuzzFields makes products of whatever text there is: each is made or refused
// with a 4xx, and what was made reads back the same.
func FuzzFields(f *testing.F) {
	s := newShop(f)
	s.category("bread", "")
	for _, text := range []string{"Rye loaf", "", " ", "\x00", "\xff", "é\u0301", "<script>", strings.Repeat("ﷺ", 200), "a\nb", "\u202e", "~"} {
		f.Add(text, text)
	}
	n := 0
	f.Fuzz(func(t *testing.T, line, text string) {
		n++
		slug := "p" + strconv.Itoa(n)
		made, err := s.CreateProduct(t.Context(), market.ProductFields{
			Slug: &slug, Name: &line, Summary: &line, Description: &text, Category: ptr("bread"),
			LegalName: &line, Business: &contract.Business{Name: line}, Origin: &contract.Origin{Region: line}})
		if err != nil {
			if d := problem.From(err); d.Status != 422 {
				t.Errorf("CreateProduct(%q, %q): %v", line, text, err)
			}
			return
		}
		if made.Name != line || made.Description != text {
			t.Errorf("made %q, %q of %q, %q", made.Name, made.Description, line, text)
		}
	})
}
