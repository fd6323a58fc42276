package market_test

import (
	"testing"
	"time"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// listsHold fails the test where prices overlap, or where a variant's columns are not
// what its lists say at that time.
func (s *shop) listsHold() {
	s.t.Helper()
	var overlaps int
	if err := s.pool.QueryRow(s.t.Context(), `SELECT count(*) FROM market.prices a JOIN market.prices b
		ON a.variant_id = b.variant_id AND a.list = b.list AND a.id < b.id AND a.valid && b.valid`).Scan(&overlaps); err != nil || overlaps > 0 {
		s.t.Errorf("%d prices overlap, %v", overlaps, err)
	}
	const columns = `SELECT coalesce(string_agg(sku || ' ' || price_minor || ' ' || coalesce(member_price_minor, 0) || ' ' ||
		coalesce(price_valid_until::text, '-') || ' ' || coalesce(lowest_price_minor, 0), E'\n' ORDER BY sku), '') FROM market.variants`
	var before, after string
	if err := s.pool.QueryRow(s.t.Context(), columns).Scan(&before); err != nil {
		s.t.Fatal(err)
	}
	s.turnAll()
	if err := s.pool.QueryRow(s.t.Context(), columns).Scan(&after); err != nil {
		s.t.Fatal(err)
	}
	if before != after {
		s.t.Errorf("variants say\n%s\nwhere the lists say\n%s", before, after)
	}
}

// An editor's price ends or changes a reduction at once: nobody sees the old one
// beside it.
func TestEditorsPriceInAReduction(t *testing.T) {
	for name, tt := range map[string]struct {
		price  int64
		member *market.Amount
		lowest int64
	}{
		"dearer":        {price: 150},
		"as before":     {price: 125},
		"still cheaper": {price: 80, lowest: 99},
		"unchanged":     {price: 99, lowest: 125},
		"for members":   {price: 99, lowest: 125, member: &market.Amount{AmountMinor: 90, Currency: "GBP"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			s.category("bread", "")
			p := s.published("rye", "bread")
			v := p.Variants[0].ID
			_, err := s.CreateTerm(t.Context(), contract.CollectionTaxonomy, market.TermFields{
				Slug: ptr("offers"), Name: ptr("Offers"), Rule: &contract.Rule{Reduced: true}})
			if err != nil {
				t.Fatal(err)
			}
			s.clock.Set(day(1))
			s.plan(v, price("public", 99, nil, ptr(day(9))))
			s.clock.Set(day(2))
			if p, err = s.Product(t.Context(), "rye"); err != nil || p.Reduction == nil || len(p.Collections) != 1 {
				t.Fatalf("%+v, %v", p, err)
			}
			fields := variant("rye-1", tt.price, 100, contract.UnitGram)
			fields.MemberPrice = tt.member
			after, err := s.UpdateProduct(t.Context(), "rye", p.Version, market.ProductFields{Variants: &[]market.VariantFields{fields}})
			if err != nil {
				t.Fatal(err)
			}
			lowest := int64(0)
			if after.Reduction != nil {
				lowest = after.Reduction.Lowest.AmountMinor
			}
			if after.Price.AmountMinor != tt.price || lowest != tt.lowest || (len(after.Collections) == 1) != (tt.lowest > 0) {
				t.Errorf("costs %d, lowest %d, in %v, want %d and %d", after.Price.AmountMinor, lowest, after.Collections, tt.price, tt.lowest)
			}
			s.listsHold()
			s.exact(t, []string{"rye"})
		})
	}
}

// Between the instant at which a planned price begins and the job that turns it, an
// editor who sends what the product says does not take the planned price back.
func TestEditorSendsAPriceThatHasJustEnded(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	p := s.published("rye", "bread")
	v := p.Variants[0].ID
	s.plan(v, price("public", 99, ptr(day(1)), ptr(day(9))))
	s.plan(v, price("member", 90, ptr(day(1)), ptr(day(9))))
	s.clock.Set(day(1).Add(time.Second))
	fields := variant("rye-1", 125, 100, contract.UnitGram)
	fields.Name = "A loaf"
	fields.MemberPrice = &market.Amount{Currency: "GBP"} // none, as it was read
	after, err := s.UpdateProduct(t.Context(), "rye", p.Version, market.ProductFields{Variants: &[]market.VariantFields{fields}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.listed(v, "public"), "0-1:125 1-9:99 9-:125"; got != want {
		t.Errorf("prices %s, want %s", got, want)
	}
	if got, want := s.listed(v, "member"), "1-9:90"; got != want {
		t.Errorf("members' prices %s, want %s", got, want)
	}
	if after.Price.AmountMinor != 99 || after.Reduction == nil || after.Variants[0].Name != "A loaf" {
		t.Errorf("costs %d, %+v, called %s", after.Price.AmountMinor, after.Reduction, after.Variants[0].Name)
	}
	s.listsHold()
}

// A change of words in the second after a member price ended brings that to pages too.
func TestEditAfterAMemberPriceEnded(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	v := s.published("rye", "bread").Variants[0].ID
	s.plan(v, price("member", 110, nil, ptr(day(1))))
	p, err := s.Product(t.Context(), "rye")
	if err != nil || p.Variants[0].MemberPrice == nil {
		t.Fatalf("%+v, %v", p, err)
	}
	s.clock.Set(day(1))
	s.events()
	if _, err := s.UpdateProduct(t.Context(), "rye", p.Version, market.ProductFields{Variants: &[]market.VariantFields{
		variant("rye-1", 125, 200, contract.UnitGram)}}); err != nil {
		t.Fatal(err)
	}
	s.turn()
	if m := s.variantNow(v).MemberPrice; m != nil {
		t.Errorf("members still pay %v", m)
	}
	s.listsHold()
	// Prices of one second, and everything at one instant.
	s.plan(v, price("public", 10, nil, ptr(day(1).Add(time.Second))))
	s.plan(v, price("public", 11, nil, nil))
	s.plan(v, price("public", 12, nil, ptr(day(1).Add(time.Microsecond))))
	s.listsHold()
	for _, after := range []time.Duration{time.Microsecond, time.Second} {
		s.clock.Set(day(1).Add(after))
		s.turn()
		s.listsHold()
	}
	if got := s.variantNow(v).Price.AmountMinor; got != 125 {
		t.Errorf("costs %d after the second, want 125", got)
	}
}
