// A built site on disk: what is in it, and whether two sites are the same.

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// tree is what a built site is made of.
type tree struct {
	files int
	bytes int64
	// pages are the addresses of pages and feeds, but not of a list's second page
	// and those after it, which generators cut differently.
	pages map[string]bool
}

// readTree looks through a directory. Names that begin with a dot are not the
// site's.
func readTree(dir string) (t tree, err error) {
	t.pages = map[string]bool{}
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		t.files++
		t.bytes += info.Size()
		if base := path.Base(name); (base == "index.html" || base == "rss.xml") && !strings.Contains("/"+name, "/page/") {
			t.pages[name] = true
		}
		return nil
	})
	return t, err
}

// samePages fails unless both sites have the same pages and feeds.
func samePages(ours, theirs tree) error {
	missing := func(from, in tree) (names []string) {
		for name := range from.pages {
			if !in.pages[name] {
				names = append(names, name)
			}
		}
		return names
	}
	var faults []error
	if names := missing(theirs, ours); len(names) > 0 {
		faults = append(faults, fmt.Errorf("our site lacks %d pages of Hugo's, %s among them", len(names), names[0]))
	}
	if names := missing(ours, theirs); len(names) > 0 {
		faults = append(faults, fmt.Errorf("the site of Hugo lacks %d pages of ours, %s among them", len(names), names[0]))
	}
	return errors.Join(faults...)
}

// block is a block of code on a page, with what is in it.
var block = regexp.MustCompile(`(?s)<pre[ >].*?</pre>`)

// sameBody fails unless a post's page in dir has all that its Markdown has, its
// code highlighted or not.
func sameBody(dir, slug string, highlight bool) error {
	raw, err := os.ReadFile(filepath.Join(dir, slug, "index.html"))
	if err != nil {
		return err
	}
	page := string(raw)
	for element, least := range map[string]int{"<h2": 5, "<h3": 1, "<li": 9, "<table": 1, "<blockquote": 1, "<strong": 1, "<img": 1, "<pre": 1} {
		if n := strings.Count(page, element); n < least {
			return fmt.Errorf("the page of %s has %s> %d times, not %d", slug, element, n, least)
		}
	}
	if strings.Contains(block.FindString(page), "<span") != highlight {
		return fmt.Errorf("the code on the page of %s is to be highlighted: %v, and it is not so", slug, highlight)
	}
	return nil
}
