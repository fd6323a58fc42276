package orders

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestServed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		postcode, country string
		beginnings        []string
		want              bool
	}{
		{"HX7 8AB", "GB", nil, true}, {"HX7 8AB", "GB", []string{"HX7"}, true}, {"hx78ab", "GB", []string{"hx7"}, true}, {"HX7 8AB", "GB", []string{"OL", "HX"}, true},
		{"HX12 3AB", "GB", []string{"HX1"}, false}, {"HX1 2AB", "GB", []string{"HX1"}, true}, {"LS1 4DY", "GB", []string{"L"}, false}, {"L1 4DY", "GB", []string{"L"}, true},
		{"W1A 1AA", "GB", []string{"W1"}, true}, {"HX7 8AB", "GB", []string{"HX7 8"}, true}, {"HX7 8AB", "GB", []string{"HX7 9"}, false}, {"HX7 8AB", "GB", []string{"HX7 8AB"}, true},
		{"HX7 8AB", "GB", []string{"HX7 8ABC"}, false}, {"", "GB", []string{"HX7"}, false}, {"", "GB", nil, true}, {"HX7 8AB", "GB", []string{"", " "}, false},
		{"75011", "FR", []string{"75"}, true}, {"75011", "FR", []string{"76"}, false}, {"HX7", "GB", []string{"HX7"}, true},
	} {
		if got := served(tt.postcode, tt.country, tt.beginnings); got != tt.want {
			t.Errorf("served(%q, %q, %q) = %t", tt.postcode, tt.country, tt.beginnings, got)
		}
	}
}

func TestContact(t *testing.T) {
	t.Parallel()
	good := Contact{"  Anna \t Ashdown ", " anna@example.org ", " +44 (0)1422 000-000 ext. 12 "}
	if got, err := good.tidy(); err != nil || got != (Contact{"Anna Ashdown", "anna@example.org", "+44 (0)1422 000-000 ext. 12"}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, c := range []Contact{{"", "a@example.org", ""}, {"A", "", ""}, {"A", "a b@example.org", ""}, {"A", "a@example.org", "12"}, {"A", "a@example.org", "<b>123</b>"},
		{"A\u2028B", "a@example.org", ""}, {"A\u200f", "a@example.org", ""}, {"A\xff", "a@example.org", ""}} {
		if got, err := c.tidy(); err == nil {
			t.Errorf("%+v is taken as %+v", c, got)
		}
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[string]bool{}
	for range 2000 {
		r := orderReference()
		if !form.MatchString(r) || seen[r] {
			t.Fatalf("reference %q", r)
		}
		seen[r] = true
	}
	for typed, want := range map[string]string{"r7k2-9qxm": "R7K2-9QXM", "R7K29QXM": "R7K2-9QXM", " r7k2 9q": "R7K2-9Q", "oil0": "0110", "r7": "R7", "ü": "Ü"} {
		if got := referenceOf(typed); got != want {
			t.Errorf("referenceOf(%q) = %q, want %q", typed, got, want)
		}
	}
}

// Whatever is typed, what is stored is text that PostgreSQL takes, in one line where it
// should be, and tidying it again changes nothing.
func FuzzContact(f *testing.F) {
	f.Add("Anna", "anna@example.org", "01422 000000", "12 Rose Lane", "HX7 8AB", "GB")
	f.Add("A\x00", "a@b", "+", "\u202e", "\xff", "gb")
	f.Add("Gwen\r\nBcc: x@example.org", "\"a b\"@example.org", "ext", " ", "", "")
	f.Fuzz(func(t *testing.T, name, email, phone, line, postcode, country string) {
		c, err := Contact{name, email, phone}.tidy()
		if err == nil {
			if again, err := c.tidy(); err != nil || again != c {
				t.Errorf("%+v again is %+v, %v", c, again, err)
			}
			for _, text := range []string{c.Name, c.Email, c.Phone} {
				if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\n\t") {
					t.Errorf("%q is stored", text)
				}
			}
		}
		a, err := Address{Line1: line, Town: name, Postcode: postcode, Country: country}.tidy(c.Name)
		if err == nil {
			if again, err := a.tidy(c.Name); err != nil || again != a {
				t.Errorf("%+v again is %+v, %v", a, again, err)
			}
			served(a.Postcode, a.Country, []string{postcode, line, "H"})
		}
		if text, ok := manyLines(line); ok && (!utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r")) {
			t.Errorf("%q is stored", text)
		}
		if p := like(referenceOf(line)); utf8.ValidString(line) && !utf8.ValidString(p) {
			t.Errorf("%q is searched for", p)
		}
	})
}
