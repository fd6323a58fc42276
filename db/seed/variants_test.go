package seed

import (
	"slices"
	"strings"
	"testing"
)

// everyVariant calls check with each variant of the demo.
func everyVariant(t *testing.T, check func(p Product, v Variant)) {
	t.Helper()
	for _, p := range content(t).Products {
		for _, v := range p.Variants {
			check(p, v)
		}
	}
}

func TestVariants(t *testing.T) {
	d := content(t)
	for _, p := range d.Products {
		options := map[string]bool{}
		for i, v := range p.Variants {
			if v.SKU == "" || v.Name == "" || v.Sort != i || v.Currency != "GBP" {
				t.Errorf("variant %d of %s is %+v", i, p.Slug, v)
			}
			if v.PriceMinor <= 0 || v.Quantity <= 0 || v.WeightGrams <= 0 {
				t.Errorf("%s: price %d, quantity %d, weight %d, want all above zero", v.SKU, v.PriceMinor, v.Quantity, v.WeightGrams)
			}
			if v.VATBasisPoints != 0 && v.VATBasisPoints != 2000 {
				t.Errorf("%s: VAT of %d basis points", v.SKU, v.VATBasisPoints)
			}
			if len(v.Options) != len(p.Options) {
				t.Errorf("%s: options %q for %q", v.SKU, v.Options, p.Options)
			}
			if key := strings.Join(v.Options, "/"); options[key] && len(p.Variants) > 1 {
				t.Errorf("%s: options %q twice", v.SKU, v.Options)
			} else {
				options[key] = true
			}
		}
		if len(p.Variants) > 1 && len(p.Options) == 0 {
			t.Errorf("product %s does not say what its variants differ in", p.Slug)
		}
	}
}

// TestPacks: what is said of a pack agrees with itself.
func TestPacks(t *testing.T) {
	drained, weighed, cases := 0, 0, 0
	everyVariant(t, func(_ Product, v Variant) {
		switch v.Unit {
		case "g":
			if v.WeightGrams < v.Quantity {
				t.Errorf("%s: %d g weigh %d g as carried", v.SKU, v.Quantity, v.WeightGrams)
			}
		case "ml": // nothing here is lighter than oil
			if v.WeightGrams*10 < v.Quantity*9 {
				t.Errorf("%s: %d ml weigh %d g as carried", v.SKU, v.Quantity, v.WeightGrams)
			}
		case "each":
		default:
			t.Errorf("%s: unit %q", v.SKU, v.Unit)
		}
		if v.Pieces < 1 || v.Quantity%v.Pieces != 0 {
			t.Errorf("%s: %d %s in %d pieces", v.SKU, v.Quantity, v.Unit, v.Pieces)
		}
		if v.Drained != 0 {
			drained++
			if v.Unit != "g" || v.Drained*2 < v.Quantity || v.Drained >= v.Quantity {
				t.Errorf("%s: %d of %d %s drained", v.SKU, v.Drained, v.Quantity, v.Unit)
			}
		}
		if v.OrderMin < v.OrderStep || v.OrderMin%v.OrderStep != 0 || v.OrderMax != 0 && (v.OrderMax < v.OrderMin || v.OrderMax%v.OrderStep != 0) {
			t.Errorf("%s: ordered in %ds from %d to %d", v.SKU, v.OrderStep, v.OrderMin, v.OrderMax)
		}
		if v.SoldByWeight {
			weighed++
			if v.Unit != "g" || v.OrderStep < 10 || v.OrderMax == 0 || v.Pieces != 1 || v.GTIN != "" {
				t.Errorf("%s is sold by weight: %+v", v.SKU, v)
			}
		}
		if v.Pieces > 1 {
			cases++
		}
	})
	if drained < 3 || weighed < 8 || cases < 5 {
		t.Errorf("%d drained, %d by weight, %d of several pieces, want 3, 8 and 5 or more", drained, weighed, cases)
	}
}

// checked tells whether the last digit of a GTIN is right (GS1 General
// Specifications, section 7.9).
func checked(gtin string) bool {
	sum := 0
	for i, digit := range []byte(gtin) {
		if digit < '0' || digit > '9' {
			return false
		}
		n := int(digit - '0')
		if (len(gtin)-i)%2 == 0 {
			n *= 3
		}
		sum += n
	}
	return sum%10 == 0
}

// TestGTINs: all are of the range for use within one company, so that none is
// anybody's.
func TestGTINs(t *testing.T) {
	if !checked("4006381333931") || checked("4006381333932") || checked("400638133393x") {
		t.Fatal("the check of check digits is wrong")
	}
	seen, numbered := map[string]bool{}, 0
	everyVariant(t, func(_ Product, v Variant) {
		if (v.CaseGTIN == "") != (v.CaseSize == 0) || v.CaseGTIN != "" && v.GTIN == "" {
			t.Errorf("%s: case %q of %d, each %q", v.SKU, v.CaseGTIN, v.CaseSize, v.GTIN)
		}
		if v.GTIN == "" {
			return
		}
		numbered++
		if len(v.GTIN) != 13 || v.GTIN[0] != '2' || !checked(v.GTIN) || seen[v.GTIN] {
			t.Errorf("%s: GTIN %q", v.SKU, v.GTIN)
		}
		seen[v.GTIN] = true
		if v.CaseGTIN != "" && (len(v.CaseGTIN) != 14 || v.CaseGTIN[:13] != "1"+v.GTIN[:12] || !checked(v.CaseGTIN)) {
			t.Errorf("%s: GTIN %q of a case of %q", v.SKU, v.CaseGTIN, v.GTIN)
		}
	})
	if numbered < 60 {
		t.Errorf("%d variants have a GTIN, want 60 or more", numbered)
	}
}

func TestPrices(t *testing.T) {
	members, deposits, now, later := 0, 0, 0, 0
	everyVariant(t, func(_ Product, v Variant) {
		if v.MemberPriceMinor != 0 {
			members++
			if v.MemberPriceMinor >= v.PriceMinor || v.MemberPriceMinor*10 < v.PriceMinor*9 {
				t.Errorf("%s: %d for members, %d for others", v.SKU, v.MemberPriceMinor, v.PriceMinor)
			}
		}
		if v.DepositMinor != 0 {
			deposits++
			if v.DepositMinor%5 != 0 || v.DepositMinor >= v.PriceMinor {
				t.Errorf("%s: deposit of %d on %d", v.SKU, v.DepositMinor, v.PriceMinor)
			}
		}
		if r := v.Reduction; r != nil {
			if r.PriceMinor <= 0 || r.PriceMinor >= v.PriceMinor || r.Days < 1 || r.StartsInDays < 0 || v.MemberPriceMinor != 0 {
				t.Errorf("%s at %d: reduction %+v", v.SKU, v.PriceMinor, *r)
			}
			if r.StartsInDays == 0 {
				now++
			} else {
				later++
			}
		}
	})
	if members < 15 || deposits < 12 || now < 3 || later < 1 {
		t.Errorf("%d member prices, %d deposits, %d reductions now, %d later", members, deposits, now, later)
	}
}

// TestStock: most of it is there, one product is sold out, and one in one size.
func TestStock(t *testing.T) {
	tracked, whole, partly := 0, 0, 0
	for _, p := range content(t).Products {
		out := 0
		for _, v := range p.Variants {
			if v.Stock < 0 || !v.TrackStock && v.Stock != 0 || v.Stock%v.OrderStep != 0 || v.Stock > 0 && v.Stock < v.OrderMin {
				t.Errorf("%s: tracked %t, %d there, from %d", v.SKU, v.TrackStock, v.Stock, v.OrderMin)
			}
			if v.TrackStock {
				tracked++
			}
			if v.TrackStock && v.Stock == 0 {
				out++
			}
		}
		switch out {
		case 0:
		case len(p.Variants):
			whole++
		default:
			partly++
		}
	}
	if tracked < 60 || whole != 1 || partly != 1 {
		t.Errorf("%d variants counted, %d products sold out, %d partly", tracked, whole, partly)
	}
}

// TestLargerPacksAreNotDearer compares unit prices crosswise, without rounding;
// what comes from a bin is left out, being cheaper than any pack.
func TestLargerPacksAreNotDearer(t *testing.T) {
	d := content(t)
	compared := 0
	for _, p := range d.Products {
		packs := slices.DeleteFunc(slices.Clone(p.Variants), func(v Variant) bool { return v.SoldByWeight })
		for _, small := range packs {
			for _, large := range packs {
				if small.Unit != large.Unit || small.Quantity >= large.Quantity {
					continue
				}
				compared++
				if large.PriceMinor*small.Quantity > small.PriceMinor*large.Quantity {
					t.Errorf("%s costs more a unit than %s", large.SKU, small.SKU)
				}
			}
		}
	}
	if compared < 40 {
		t.Errorf("%d pairs of packs compared, want 40 or more", compared)
	}
}
