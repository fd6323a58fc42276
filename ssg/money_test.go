package ssg

import (
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

func TestMoney(t *testing.T) {
	for want, m := range map[string]contract.Money{
		"£3.25": {AmountMinor: 325, Currency: "GBP"}, "£0.05": {AmountMinor: 5, Currency: "GBP"},
		"£-1.00": {AmountMinor: -100, Currency: "GBP"}, "¥120": {AmountMinor: 120, Currency: "JPY"}, "1.234 KWD": {AmountMinor: 1234, Currency: "KWD"},
		"12.00 CHF": {AmountMinor: 1200, Currency: "CHF"},
	} {
		if got := money(m); got != want {
			t.Errorf("money(%v) = %q, want %q", m, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		n    int64
		unit contract.Unit
		want string
	}{
		{500, "g", "500 g"}, {1000, "g", "1 kg"}, {2500, "g", "2.5 kg"}, {750, "ml", "750 ml"}, {5000, "ml", "5 L"},
		{1, "each", "each"}, {6, "each", "pack of 6"},
	} {
		if got := size(c.n, c.unit); got != c.want {
			t.Errorf("size(%d, %s) = %q, want %q", c.n, c.unit, got, c.want)
		}
	}
	if got := vat(2000) + ", " + vat(500) + ", " + vat(0) + ", " + vat(1750); got != "includes 20% VAT, includes 5% VAT, no VAT, includes 17.5% VAT" {
		t.Errorf("vat = %q", got)
	}
}

func TestJSONLDStandsInAScript(t *testing.T) {
	if got := jsonLD([]any{thing{"name": "</script><script>x()"}}); strings.Contains(got, "<") {
		t.Errorf("jsonLD = %s", got)
	}
}

func TestAbsoluteLinks(t *testing.T) {
	sites, err := urls.New("https://rose-ash.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := scene{r: NewRenderer(sites, site.Assets{}, nil), app: urls.Blog}
	in := `<a href="/about/">a</a><img src="/media/a/b.svg"><a href="//other.example/">b</a><a href="https://other.example/">c</a><a href="#d">d</a>`
	want := `<a href="https://rose-ash.com/about/">a</a><img src="https://rose-ash.com/media/a/b.svg"><a href="//other.example/">b</a><a href="https://other.example/">c</a><a href="#d">d</a>`
	if got := s.absoluteLinks(in); got != want {
		t.Errorf("absoluteLinks = %s, want %s", got, want)
	}
}
