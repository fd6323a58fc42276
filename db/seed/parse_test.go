package seed

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// copyWith returns the embedded files with one of them changed.
func copyWith(t *testing.T, name, old, new string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(files, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, p)
		out[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := string(out[name].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	out[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, new, 1))}
	return out
}

func TestReadRefuses(t *testing.T) {
	const (
		soup = "posts/2026-11-06-squash-and-lentil-soup.md"
		veg  = "products/10-fruit-vegetables.yaml"
	)
	for _, c := range []struct{ name, file, old, new, want string }{
		{"unknown_key_of_the_site", "site.yaml", "locale:", "locales:", "site.yaml"},
		{"unknown_key_of_a_product", veg, "brand:", "brnad:", veg},
		{"key_twice", "site.yaml", "locale: en-GB", "locale: en-GB\nlocale: en-US", "site.yaml"},
		{"price_in_words", veg, "price: 1450", "price: cheap", veg},
		{"unknown_key_of_a_post", soup, "slug:", "slugs:", soup},
		{"picture_of_a_post_missing", soup, "feature_image: squash-lentil-soup.svg", "feature_image: no.svg", soup},
		{"picture_in_a_text_missing", soup, "(images/natural-yoghurt.svg", "(images/no.svg", soup},
		{"date_without_zone", soup, "2026-11-06T11:00:00+00:00", "2026-11-06 11:00", soup},
		{"no_front_matter", soup, "---\n", "", soup},
		{"picture_of_a_product_missing", veg, "[{file: leeks.svg", "[{file: no.svg", "product leeks"},
		{"picture_of_a_category_missing", "market.yaml", "image: {file: chickpeas.svg", "image: {file: no.svg", "category store-cupboard"},
		{"unknown_key_of_a_label", veg, "{label: vegetarian, source: derived}", "{label: vegetarian, sauce: derived}", veg},
		{"unknown_allergen", veg, "{others: free}", "{rice: free}", "rice"},
		{"unknown_state_of_an_allergen", veg, "{others: free}", "{others: none}", "none"},
		{"unknown_key_of_an_allergen", "products/20-bakery.yaml", "detail: ", "details: ", "products/20-bakery.yaml"},
		{"nutrition_in_milligrams", veg, "salt: 0.06", "salt: 0.0600", "0.0600"},
		{"negative_nutrition", veg, "salt: 0.06", "salt: -0.06", "-0.06"},
		{"unknown_key_of_a_brand", "terms.yaml", "place:", "plaice:", "terms.yaml"},
		{"unknown_key_of_a_rule", "terms.yaml", "free_from:", "free_of:", "terms.yaml"},
		{"picture_of_a_brand_missing", "terms.yaml", "author-bakery.svg", "no.svg", "the-bakery"},
		{"picture_of_an_author_missing", "authors.yaml", "author-bakery.svg", "no.svg", "the-bakery"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(copyWith(t, c.file, c.old, c.new))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("read() = %v, want an error that names %s", err, c.want)
			}
		})
	}
}

func TestSplitFrontMatter(t *testing.T) {
	head, body, err := splitFrontMatter([]byte("---\ntitle: A\n---\n\nText\n\n---\n\nmore\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(head), "title: A\n"; got != want {
		t.Errorf("head = %q, want %q", got, want)
	}
	if got, want := string(body), "Text\n\n---\n\nmore"; got != want {
		t.Errorf("body = %q, want %q", got, want)
	}
	for _, doc := range []string{"", "title: A\n", "---\ntitle: A\n", "---"} {
		if _, _, err := splitFrontMatter([]byte(doc)); err == nil {
			t.Errorf("splitFrontMatter(%q) found a front matter", doc)
		}
	}
}

// TestContentIsFresh proves that a caller may change what it was given.
func TestContentIsFresh(t *testing.T) {
	first, err := Content()
	if err != nil {
		t.Fatal(err)
	}
	first.Posts[0].Tags[0] = "changed"
	first.Products[0].Variants[0].PriceMinor = 0
	second, err := Content()
	if err != nil {
		t.Fatal(err)
	}
	if second.Posts[0].Tags[0] == "changed" || second.Products[0].Variants[0].PriceMinor == 0 {
		t.Error("Content() handed out shared values")
	}
}
