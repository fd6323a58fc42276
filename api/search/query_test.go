package search

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for text, want := range map[string]query{
		"":                      {},
		"   ":                   {},
		`"" - -- or ( & | ! :*`: {Whole: "'or'", Loose: "'or'", Asked: "or", Plain: true},
		"bread ":                {Whole: "'bread'", Loose: "'bread'", Asked: "bread", Plain: true},
		"Rye Bread":             {Whole: "'rye' & 'bread'", Loose: "'rye' & 'bread'", Others: "'rye'", Last: "'bread':*", Asked: "rye bread", Plain: true},
		"rye b":                 {Whole: "'rye' & 'b'", Loose: "'rye' & 'b'", Asked: "rye b", Plain: true},
		`"rye bread" oat`:       {Whole: "'rye bread' & 'oat'", Loose: "'rye' & 'bread' & 'oat'", Others: "'rye bread'", Last: "'oat':*", Asked: "rye bread oat"},
		`"rye bread`:            {Whole: "'rye bread'", Loose: "'rye' & 'bread'", Asked: "rye bread"},
		"bread -rye":            {Whole: "'bread' & !'rye'", Loose: "'bread' & !'rye'", Asked: "bread"},
		`bread -"dark rye"`:     {Whole: "'bread' & !'dark rye'", Loose: "'bread'", Asked: "bread"},
		"-rye":                  {},
		"rye or oats":           {Whole: "'rye' | 'oats'", Loose: "'rye' | 'oats'", Last: "'oats':*", Asked: "rye oats", Plain: true},
		"or rye":                {Whole: "'or' & 'rye'", Loose: "'or' & 'rye'", Others: "'or'", Last: "'rye':*", Asked: "or rye", Plain: true},
		"rye or":                {Whole: "'rye'", Loose: "'rye'", Asked: "rye", Plain: true},
		"rye or -oats":          {Whole: "'rye'", Loose: "'rye'", Asked: "rye"},
		"gluten-free":           {Whole: "'gluten free'", Loose: "'gluten' & 'free'", Last: "'gluten free':*", Asked: "gluten free", Plain: true},
		"Crème":                 {Whole: "'crème'", Loose: "'crème'", Last: "'crème':*", Asked: "creme", Plain: true},
		"茶":                     {Whole: "'茶'", Loose: "'茶'", Last: "'茶':*", Asked: "茶", Plain: true},
		"O'Brien\\' <->":        {Whole: "'o brien'", Loose: "'o' & 'brien'", Asked: "o brien", Plain: true},
		"a\x00b\u00adc \xff":    {Whole: "'abc'", Loose: "'abc'", Asked: "abc", Plain: true},
	} {
		if got := read(text); got != want {
			t.Errorf("read(%q) = %+v, want %+v", text, got, want)
		}
	}
	many := read(strings.Repeat("ab ", 100))
	if n := strings.Count(many.Whole, "&") + 1; n != maxTerms {
		t.Errorf("%d terms are looked for, want %d", n, maxTerms)
	}
}

// FuzzSearch: whatever is typed, the answer is hits or a clear refusal.
func FuzzSearch(f *testing.F) {
	w := newWorld(f)
	w.product("Rye loaf", "Dark & sour")
	w.post("Gluten-free baking", "<p>No rye, no wheat.</p>")
	for _, s := range []string{
		"rye", `"rye loaf" or -x`, "a:* & b | !c <-> d", "'); DROP TABLE search.documents; --", "\\", "''''", `"`, "-", "or or or",
		strings.Repeat("ﷺ", 200), strings.Repeat("a", 200), "\u202eeyr\u2066", "ري خبز", "\x00", "\xff\xfe", "%_%", "e\u0301\u0301\u0301", "🍞", "½ l", "١٢",
		strings.Repeat("-", 100) + strings.Repeat("\"", 99), "the", "and the of", "=product", "'=post'", strings.Repeat("㌀", 200), "a\u00adb", "ﬁ",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		results, err := w.Search(t.Context(), Query{Text: text})
		if refusable := strings.TrimSpace(text) == "" || len([]rune(text)) > MaxText; (err != nil) != refusable {
			t.Fatalf("Search(%q): %v", text, err)
		}
		for _, hit := range results.Items {
			for _, piece := range hit.Snippet {
				if strings.ContainsAny(piece.Text, hitBegins+hitEnds) {
					t.Fatalf("Search(%q) shows %q", text, piece.Text)
				}
			}
		}
		if _, _, err := w.Products(t.Context(), text, 10); err != nil && strings.TrimSpace(text) != "" && len([]rune(text)) <= MaxText {
			t.Fatalf("Products(%q): %v", text, err)
		}
	})
}
