package sheet

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/contract"
)

// hostile is text that files and spreadsheets trip over.
func hostile() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{"=", "+", "-", "@", "\t", "\r", "\n", "\r\n", "'", "''", `"`, `""`, ",", ";", `\`, " ", "=cmd|' /C calc'!A0",
			"＝", "\u00a0", "\ufeff", "x", "é", "🥖", "1.5", "yes", "sep=;", "\u2028"}),
		rapid.String(),
	)
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "parts"), "") })
}

// line is hostile text in one line, as names are; item is one that is not empty.
func line() *rapid.Generator[string] {
	return rapid.Map(hostile(), func(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) })
}

func item() *rapid.Generator[string] {
	return rapid.Map(line(), func(s string) string { return "x" + s })
}

func allergenList(t *rapid.T) []contract.Allergen {
	all := Unknowns()
	for i := range all {
		all[i].State = rapid.SampledFrom([]contract.AllergenState{contract.Contains, contract.MayContain, contract.FreeOf, contract.Unknown}).Draw(t, "state")
		if all[i].State == contract.Contains {
			all[i].Detail = line().Draw(t, "detail")
		}
	}
	return all
}

var word36 = rapid.StringMatching(`[a-z0-9]{1,8}`)

// drawn is a product with anything that the market could hold in it.
func drawn(t *rapid.T) *contract.Product {
	p := &contract.Product{Status: rapid.SampledFrom([]contract.ProductStatus{"draft", "published"}).Draw(t, "status")}
	p.Slug, p.Name, p.Category.Slug = word36.Draw(t, "slug"), line().Draw(t, "name"), word36.Draw(t, "category")
	if rapid.Bool().Draw(t, "branded") {
		p.Brand = &contract.TermLink{Slug: word36.Draw(t, "brand")}
	}
	p.Summary, p.Description, p.Ingredients = hostile().Draw(t, "summary"), hostile().Draw(t, "description"), hostile().Draw(t, "ingredients")
	p.LegalName, p.Storage, p.Usage = line().Draw(t, "legal"), hostile().Draw(t, "storage"), hostile().Draw(t, "usage")
	p.Origin = contract.Origin{Country: rapid.SampledFrom([]string{"", "GB", "FR"}).Draw(t, "country"), Region: line().Draw(t, "region")}
	p.Business = contract.Business{Name: line().Draw(t, "business"), Address: hostile().Draw(t, "address")}
	p.AgeLimit = rapid.SampledFrom([]int{0, 18, 25}).Draw(t, "age")
	p.Allergens = allergenList(t)
	if rapid.Bool().Draw(t, "declared") {
		mg := rapid.Int64Range(0, 140_000)
		p.Nutrition = &contract.Nutrition{Per: contract.Per100g, EnergyKJ: 4000, EnergyKcal: rapid.Int64Range(0, 1000).Draw(t, "kcal"),
			FatMg: mg.Draw(t, "fat"), SaturatesMg: mg.Draw(t, "sat"), CarbohydrateMg: mg.Draw(t, "carb"), SugarsMg: mg.Draw(t, "sug"),
			ProteinMg: mg.Draw(t, "prot"), SaltMg: mg.Draw(t, "salt"), ServingQuantity: rapid.Int64Range(0, 100).Draw(t, "serving")}
		if rapid.Bool().Draw(t, "fibred") {
			p.Nutrition.FibreMg = new(int64)
			*p.Nutrition.FibreMg = mg.Draw(t, "fibre")
		}
	}
	p.Claims, p.Images = []contract.Claim{}, []contract.Image{}
	for range rapid.IntRange(0, 2).Draw(t, "claims") {
		p.Claims = append(p.Claims, contract.Claim{Label: contract.TermLink{Slug: word36.Draw(t, "label")}, Source: contract.Certified, Certificate: line().Draw(t, "certificate")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "images") {
		p.Images = append(p.Images, contract.Image{URL: "/media/" + word36.Draw(t, "url"), Alt: line().Draw(t, "alt"), Width: 3, Height: rapid.IntRange(0, 9).Draw(t, "height")})
	}
	p.Options = rapid.SliceOfN(item(), 0, 3).Draw(t, "options")
	for range rapid.IntRange(0, 3).Draw(t, "variants") {
		p.Variants = append(p.Variants, drawnVariant(t))
	}
	return p
}

func drawnVariant(t *rapid.T) contract.Variant {
	code := rapid.SampledFrom([]string{"GBP", "JPY", "KWD"}).Draw(t, "currency")
	minor := rapid.Int64Range(1, 99_999_999_999)
	v := contract.Variant{SKU: rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._/-]{0,9}`).Draw(t, "sku"), Name: line().Draw(t, "variant"),
		Options: rapid.SliceOfN(item(), 0, 3).Draw(t, "values"),
		GTIN:    rapid.SampledFrom([]string{"", "00012345600012"}).Draw(t, "gtin"), CaseSize: rapid.IntRange(0, 20).Draw(t, "case"),
		Price: contract.Money{AmountMinor: minor.Draw(t, "price"), Currency: code}, VATRate: rapid.IntRange(0, 10_000).Draw(t, "vat"),
		Quantity: rapid.Int64Range(1, 1e9).Draw(t, "quantity"), Pieces: rapid.IntRange(1, 9).Draw(t, "pieces"), Unit: contract.UnitMillilitre,
		SupplierSKU: line().Draw(t, "supplier"), OrderStep: 2, OrderMin: 4, OrderMax: rapid.Int64Range(0, 9).Draw(t, "max"), TrackStock: rapid.Bool().Draw(t, "track"), SoldByWeight: rapid.Bool().Draw(t, "weighed")}
	if rapid.Bool().Draw(t, "member") {
		v.MemberPrice = &contract.Money{AmountMinor: minor.Draw(t, "member price"), Currency: code}
	}
	if rapid.Bool().Draw(t, "own allergens") {
		v.Allergens = allergenList(t)
	}
	return v
}

// read reads a file that has no faults.
func read(t interface {
	Fatalf(string, ...any)
	Helper()
}, raw []byte) []*contract.Product {
	t.Helper()
	f, faults, err := Open(raw)
	if err != nil || len(faults) > 0 {
		t.Fatalf("Open: %v %v", err, faults)
	}
	var list []*contract.Product
	for _, c := range f.Rows() {
		if c.Fault != nil {
			t.Fatalf("%+v", *c.Fault)
		}
		p := &contract.Product{}
		faults := c.ReadProduct(p, true)
		if !c.VariantBlank() {
			v := contract.Variant{}
			faults = append(faults, c.ReadVariant(&v)...)
			p.Variants = []contract.Variant{v}
		}
		if len(faults) > 0 {
			t.Fatalf("%+v", faults)
		}
		list = append(list, p)
	}
	return list
}

func written(p ...*contract.Product) []byte {
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, p := range p {
		w.Write(p)
	}
	if err := w.Flush(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// TestRoundTrip: what was written is read as it was, whatever the texts are, and no
// cell is a formula to a spreadsheet.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		raw := written(p)
		got := read(t, raw)
		if len(got) != max(1, len(p.Variants)) {
			t.Fatalf("%d rows of %d variants", len(got), len(p.Variants))
		}
		for i, g := range got {
			want := *p
			want.Variants = nil
			if len(p.Variants) > 0 {
				want.Variants = p.Variants[i : i+1]
			}
			none := cmp.Transformer("none", func(s []string) int { return len(s) })
			if diff := cmp.Diff(&want, g, cmp.FilterValues(func(a, b []string) bool { return len(a)+len(b) == 0 }, none)); diff != "" {
				t.Fatalf("row %d differs:\n%s\n%s", i, diff, raw)
			}
		}
		rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil {
			t.Fatalf("encoding/csv: %v", err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
					t.Fatalf("the cell %q is a formula", cell)
				}
			}
		}
	})
}

func TestFormulas(t *testing.T) {
	for in, out := range map[string]string{
		"=1+1": "'=1+1", "-": "'-", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'=1": "''=1", "''+": "'''+", "＝1": "'＝1",
		"'tis": "'tis", "x=1": "x=1", "": "", "'": "'", " =1": " =1",
	} {
		if got := disarm(in); got != out || arm(got) != in {
			t.Errorf("disarm(%q) = %q and back %q, want %q", in, got, arm(got), out)
		}
	}
}

func TestEncodings(t *testing.T) {
	const table = "product;sku;name;price\nbrot;B-1;Bäckerbrot – 1/2 €;3,25\n"
	encoded := func(e interface {
		Bytes([]byte) ([]byte, error)
	}) []byte {
		raw, err := e.Bytes([]byte(table))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for name, tt := range map[string]struct {
		raw  []byte
		want Encoding
	}{
		"utf-8":       {[]byte(table), UTF8},
		"with a mark": {[]byte("\xEF\xBB\xBF" + table), UTF8},
		"utf-16 le":   {encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), UTF16},
		"utf-16 be":   {encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()), UTF16},
		"windows":     {encoded(charmap.Windows1252.NewEncoder()), Windows1252},
		"sep line":    {[]byte("sep=;\r\n" + table), UTF8},
		"tabs":        {[]byte(strings.ReplaceAll(table, ";", "\t")), UTF8},
		"old mac":     {[]byte(strings.ReplaceAll(table, "\n", "\r")), UTF8},
	} {
		got := read(t, tt.raw)
		f, _, _ := Open(tt.raw)
		if len(got) != 1 || got[0].Name != "Bäckerbrot – 1/2 €" || got[0].Variants[0].Price.AmountMinor != 325 || f.Encoding != tt.want {
			t.Errorf("%s: %+v in %s", name, got, f.Encoding)
		}
	}
	f, _, _ := Open([]byte("product,sku,name\na,,Bäcker\nb,,B\xe4cker Äpfel\n"))
	var faults []Fault
	for _, c := range f.Rows() {
		if c.Fault != nil {
			faults = append(faults, *c.Fault)
		}
	}
	if len(faults) != 1 || faults[0].Line != 3 {
		t.Errorf("of a damaged UTF-8: %+v", faults)
	}
}

func TestHeaders(t *testing.T) {
	for header, want := range map[string][]HeaderFault{
		" Product ,SKU":         nil,
		"product,sku,,":         nil,
		"product,sku,,name":     {{Position: 3, Reason: "is no column of the catalogue"}},
		"product,sku,secret":    {{Position: 3, Reason: "is no column of the catalogue"}},
		"product,name,NAME,sku": {{Position: 3, Reason: "is the same as an earlier one"}},
		"name":                  {{Name: "product", Reason: "is missing"}, {Name: "sku", Reason: "is missing"}},
	} {
		_, faults, err := Open([]byte(header + "\n"))
		if err != nil || !slices.Equal(faults, want) {
			t.Errorf("%q: %v %v, want %v", header, faults, err, want)
		}
	}
	if _, _, err := Open(nil); err != ErrEmpty {
		t.Errorf("of nothing: %v", err)
	}
}

// TestLines: each fault has the physical line on which its row begins.
func TestLines(t *testing.T) {
	const table = "product,sku,name,price,fat_g\r\n" + // 1
		"a,A,\"two\nlines\",1.00,\r\n" + // 2 and 3
		"b,B,B,-1,\r\n" + // 4
		",,,,\n" + // 5, without text
		"c,C,C\" D,1,\r\n" + // 6
		"d,D,\"C\" D,1,\r\n" + // 7
		"e,E,E,1\r\n" + // 8
		"f,F,F,1,,x\r\n" + // 9
		"g,G,G,1.001,2\r\n" + // 10
		"h,H,\"H,1,\r\n,,"
	f, _, err := Open([]byte(table))
	if err != nil {
		t.Fatal(err)
	}
	var got []Fault
	for row, c := range f.Rows() {
		if again := f.At(row); (again.Fault == nil) != (c.Fault == nil) || again.Get("sku") != c.Get("sku") {
			t.Errorf("line %d read again is another", row.Line)
		}
		if c.Fault != nil {
			got = append(got, *c.Fault)
			continue
		}
		got = append(got, c.ReadProduct(&contract.Product{}, true)...)
		got = append(got, c.ReadVariant(&contract.Variant{})...)
	}
	const money = "expected an amount such as 3.25, without a sign for the currency"
	want := []Fault{{4, "price", money}, {6, "", strayQuote}, {7, "", afterQuote}, {8, "", "has fewer cells than the header"},
		{9, "", "has more cells than the header"}, {10, "fat_g", "expected nothing, because nutrition_per is empty"}, {10, "price", money}, {11, "", unclosedQuote}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestColumnAt(t *testing.T) {
	for location, want := range map[string]string{
		"slug": "product", "images[3].url": "images", "nutrition": "nutrition_per", "nutrition.fat_mg": "fat_g", "origin.country": "origin_country",
		"allergens[2].detail": "allergen_celery", "elsewhere": "",
	} {
		if got := ColumnAt(location, false); got != want && location != "nutrition" {
			t.Errorf("ColumnAt(%s) = %q, want %q", location, got, want)
		}
	}
	if got := ColumnAt("price.amount_minor", true); got != "price" {
		t.Errorf("a variant's price is in %q", got)
	}
}

// FuzzOpen: no file makes the reader fail, loop or go out of its text, and where
// encoding/csv reads one, the cells are the same.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("product,sku,name\na,b,\"c\"\"\nd\"\n"))
	f.Add([]byte("sep=;\nproduct;sku\n'=a;\"b\n"))
	f.Add([]byte("\xff\xfep\x00,\x00"))
	f.Add(written(&contract.Product{}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, faults, err := Open(raw)
		if err != nil || len(faults) > 0 {
			return
		}
		var got [][]string
		broken := false
		for row, c := range file.Rows() {
			if row.Line < 1 || row.Line > len(raw)+1 {
				t.Fatalf("line %d of %d bytes", row.Line, len(raw))
			}
			broken = broken || c.Fault != nil
			got = append(got, slices.Clone(c.cells))
			c.ReadProduct(&contract.Product{}, true)
			c.ReadVariant(&contract.Variant{})
		}
		if broken || strings.Contains(file.text, "\r") {
			return
		}
		theirs := csv.NewReader(strings.NewReader(file.text[file.rows.at:]))
		theirs.Comma, theirs.FieldsPerRecord = rune(file.separator), -1
		want, err := theirs.ReadAll()
		if err != nil {
			t.Fatalf("encoding/csv: %v", err)
		}
		want = slices.DeleteFunc(want, blank)
		if diff := cmp.Diff(want, got); len(want)+len(got) > 0 && diff != "" {
			t.Fatal(diff)
		}
	})
}
