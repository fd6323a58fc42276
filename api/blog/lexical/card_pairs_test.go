package lexical

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var cardsMore = flag.String("cards.more", "", "file of more pairs, in the form of testdata/pairs, that cards are compared with")

// TestCardPairs compares cards with what Ghost's renderer made of them: each kind with its
// options, alone and missing, and Markdown texts.
func TestCardPairs(t *testing.T) {
	files, err := filepath.Glob("testdata/cards/*.lexical.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pairs: %v", err)
	}
	var all []pair
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".lexical.json")
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile("testdata/cards/" + name + ".web.html")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pair{Name: name, Document: source, HTML: string(page)})
	}
	if *cardsMore != "" {
		f, err := os.Open(*cardsMore)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // only read
		all = append(all, pairs(t, f)...)
	}
	same, differ := 0, 0
	for _, p := range all {
		got, err := Render(string(p.Document), asGhost)
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		want := ours(p.HTML)
		if d := difference(want, got.HTML); d != "" {
			differ++
			t.Errorf("%s: %s", p.Name, d)
		}
		if got.HTML == want {
			same++
		}
	}
	t.Logf("of %d pairs %d are equal byte for byte, %d differ", len(all), same, differ)
	if same*10 < len(all)*9 {
		t.Errorf("%d of %d pairs are equal byte for byte, want nine of ten", same, len(all))
	}
}
