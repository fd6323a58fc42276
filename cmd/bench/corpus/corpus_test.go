package corpus_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"rose-ash.com/roseash/cmd/bench/corpus"
)

// written is a corpus by file.
func written(t *testing.T, o corpus.Options) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := corpus.Write(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWriteGivesTheSameBytes(t *testing.T) {
	small := written(t, corpus.Options{Posts: 30, Products: 6})
	if len(small) != 36 {
		t.Fatalf("%d files, want 36", len(small))
	}
	large := written(t, corpus.Options{Posts: 60, Products: 12})
	for name, text := range small {
		if large[name] != text {
			t.Errorf("%s is another one in a larger corpus", name)
		}
	}
}

func TestWriteMakesTheShapePromised(t *testing.T) {
	const posts, products = 1100, 220
	files := written(t, corpus.Options{Posts: posts, Products: products})
	words, titles := 0, map[string]bool{}
	tags, authors, categories, brands, labels := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for name, text := range files {
		_, rest, _ := strings.Cut(text, "---\n")
		front, body, ok := strings.Cut(rest, "---\n")
		var meta struct {
			Title, Slug, Date, Description, Image, SKU string
			Price                                      float64
			Tags, Authors, Categories, Brands, Labels  []string
		}
		if err := yaml.Unmarshal([]byte(front), &meta); err != nil || !ok {
			t.Fatalf("%s: %v in\n%s", name, err, front)
		}
		if meta.Title == "" || meta.Date == "" || meta.Description == "" || meta.Image == "" || !strings.HasSuffix(name, "/"+meta.Slug+".md") {
			t.Fatalf("%s lacks something: %+v", name, meta)
		}
		titles[meta.Title] = true
		if strings.HasPrefix(name, "blog/") {
			words += len(strings.Fields(body))
			if len(meta.Tags) != 3 || len(meta.Authors) != 1 {
				t.Errorf("%s has tags %v and authors %v", name, meta.Tags, meta.Authors)
			}
			for _, mark := range []string{"\n## ", "\n### ", "\n- ", "\n```go\n", "\n| ", "\n![", "\n> ", "\n1. "} {
				if !strings.Contains(body, mark) {
					t.Errorf("%s has no %q", name, mark)
				}
			}
		} else if len(meta.Categories) != 3 || len(meta.Brands) != 1 || len(meta.Labels) != 2 || meta.Price < 1 || meta.SKU == "" {
			t.Errorf("%s is no product: %+v", name, meta)
		}
		for counts, names := range map[*map[string]int][]string{&tags: meta.Tags, &authors: meta.Authors,
			&categories: meta.Categories, &brands: meta.Brands, &labels: meta.Labels} {
			for _, n := range names {
				(*counts)[n]++
			}
		}
	}
	if mean := words / posts; mean < 560 || mean > 660 { // marks such as "-" and "|" among them
		t.Errorf("a post has %d words", mean)
	}
	if len(titles) < posts {
		t.Errorf("only %d different titles", len(titles))
	}
	if len(tags) < corpus.Tags*9/10 || len(authors) != corpus.Authors || len(brands) < corpus.Brands*9/10 || len(labels) != corpus.Labels || len(categories) < 100 {
		t.Errorf("%d tags, %d authors, %d brands, %d labels, %d categories", len(tags), len(authors), len(brands), len(labels), len(categories))
	}
	if most := slices.Max(slices.Collect(maps.Values(tags))); most < posts/7 || most > posts/4 {
		t.Errorf("the first tag is on %d posts of %d", most, posts)
	}
}

func TestWriteRendersBodies(t *testing.T) {
	upper := func(markdown string) (string, error) { return "<p>" + strings.ToUpper(markdown[:3]), nil }
	for name, text := range written(t, corpus.Options{Posts: 3, Products: 1, HTML: upper}) {
		if !strings.HasSuffix(name, ".html") || !strings.Contains(text, "---\n\n<p>") {
			t.Errorf("%s is %q", name, text)
		}
	}
	fails := func(string) (string, error) { return "", errors.New("no") }
	if err := corpus.Write(context.Background(), t.TempDir(), corpus.Options{Posts: 1, HTML: fails}); err == nil {
		t.Error("a body that cannot be rendered is no error")
	}
}
