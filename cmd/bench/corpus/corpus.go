// Package corpus writes a site's content as Markdown files with front matter, the
// same bytes each time: what both generators of a benchmark are given.
//
// Posts lie in blog/, a thousand to a directory, products in market/. A post has
// some 560 words in five sections, each with something of its own: a list, a
// block of code, a table, a picture, a quotation with numbered steps. It has three
// of 200 tags, of which a few are on very many posts, and one of 20 authors. A
// product has a section, a price, a category of three levels, one of 50 brands
// and two of 12 labels. Front matter has Hugo's names.
package corpus

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// How many there are of what posts and products are put under.
const (
	Tags    = 200
	Authors = 20
	Brands  = 50
	Labels  = 12
)

// Options say what is written.
type Options struct {
	Posts    int
	Products int
	// HTML renders a body, where bodies are to be HTML already; nil: they are
	// Markdown. It is called by several goroutines.
	HTML func(markdown string) (string, error)
}

// perDirectory is how many files one directory gets.
const perDirectory = 1000

// Write makes the corpus in dir, which need not exist. It fails where a file
// cannot be written or HTML fails.
func Write(ctx context.Context, dir string, o Options) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		group.Go(func() error {
			for i := worker + 1; i <= o.Posts && ctx.Err() == nil; i += workers {
				if err := o.write(filepath.Join(dir, "blog"), PostSlug(i), i, post(i)); err != nil {
					return err
				}
			}
			for i := worker + 1; i <= o.Products && ctx.Err() == nil; i += workers {
				if err := o.write(filepath.Join(dir, "market"), ProductSlug(i), i, product(i)); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// entry is one file: its front matter, without the fences, and its body.
type entry struct{ front, body string }

func (o Options) write(dir, slug string, number int, e entry) error {
	ending, body := ".md", e.body
	if o.HTML != nil {
		ending = ".html"
		var err error
		if body, err = o.HTML(body); err != nil {
			return fmt.Errorf("%s: %w", slug, err)
		}
	}
	dir = filepath.Join(dir, fmt.Sprintf("%03d", number/perDirectory))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\n%s---\n\n%s", e.front, body)
	return os.WriteFile(filepath.Join(dir, slug+ending), b.Bytes(), 0o644)
}

// PostSlug is the slug of a post, counted from 1.
func PostSlug(number int) string { return fmt.Sprintf("post-%06d", number) }

// ProductSlug is the slug of a product, counted from 1.
func ProductSlug(number int) string { return fmt.Sprintf("product-%06d", number) }

// list writes names as YAML's flow sequence.
func list(names ...string) string { return "[" + strings.Join(names, ", ") + "]" }
