// Package linkcheck follows the links of a built site within itself: every page,
// feed and part of the sitemap is read, and each address in it that is the site's
// own must lead to a file, to something in one, or to where the program answers.
//
// Read are href, src, srcset, poster and data of HTML elements, and what meta
// elements give to other sites, such as og:image; in feeds and sitemaps the
// addresses of their elements, and the HTML that is in them. Addresses of other
// sites are not asked for. Where a page has a link to #something, of itself or of
// another page, something with that id must be there.
//
// All files are read once, by as many workers as there are processors. What is kept
// of a file are the hashes of its ids, so that memory grows with the number of
// files and not with their size.
package linkcheck

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/shared/urls"
)

// Options say what is checked.
type Options struct {
	// Dir holds the built trees.
	Dir string
	// Sites are the origins of the trees.
	Sites urls.Sites
	// Media tells whether an image is kept at a path of any origin, such as
	// /media/<hash>/<name>; nil: all are. It is asked once or a few times for each,
	// by several goroutines.
	Media func(path string) bool
}

// Report is what came out. It is the same for the same files.
type Report struct {
	Files  int      `json:"files"` // that were read
	Links  int      `json:"links"` // the site's own, each time they stand somewhere
	Broken []Broken `json:"broken"`
}

// Broken is an address that leads nowhere.
type Broken struct {
	Target string  `json:"target"` // as it stands in the file
	Reason string  `json:"reason"`
	Count  int     `json:"count"`  // of places
	Places []Place `json:"places"` // the first ones
}

// Place is where an address stands.
type Place struct {
	File string `json:"file"` // with its tree: main/about/index.html
	Line int    `json:"line"`
}

// maxPlaces is how many places are named of an address that is in many.
const maxPlaces = 10

// Reasons why an address is broken.
const (
	noFile     = "there is no such page"
	noFragment = "there is nothing with that id"
	noMedia    = "there is no such image"
	noAddress  = "it cannot be read"
)

// Check reads the trees. It fails only where they cannot be read, or ctx ends.
func Check(ctx context.Context, o Options) (Report, error) {
	c := &checker{Options: o, files: map[string]int32{}}
	for _, tree := range o.Sites.Trees() {
		if err := c.list(tree); err != nil {
			return Report{}, err
		}
	}
	c.ids = make([][]uint64, len(c.names))
	workers := make([]*worker, runtime.GOMAXPROCS(0))
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for i := range workers {
		w := newWorker(c)
		workers[i] = w
		group.Go(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(c.names) || ctx.Err() != nil {
					return ctx.Err()
				}
				if err := w.file(int32(n)); err != nil {
					return err
				}
			}
		})
	}
	if err := group.Wait(); err != nil {
		return Report{}, err
	}
	return c.report(workers), nil
}

// checker is what the workers share: the files there are, and what ids they hold.
type checker struct {
	Options
	names []string // "main/about/index.html"
	files map[string]int32
	ids   [][]uint64 // of each file, sorted; written by who reads the file
}

// list notes the files of a tree. Compressed siblings are no files of their own.
func (c *checker) list(tree string) error {
	err := fs.WalkDir(os.DirFS(c.Dir), tree, func(name string, d fs.DirEntry, err error) error {
		ext := path.Ext(name)
		if err != nil || d.IsDir() || ext == ".br" || ext == ".gz" {
			return err
		}
		c.files[name] = int32(len(c.names))
		c.names = append(c.names, name)
		return nil
	})
	if os.IsNotExist(err) && tree != urls.MainTree {
		return nil // an app without pages
	}
	return err
}

// read returns a file's bytes.
func (c *checker) read(n int32) ([]byte, error) {
	return os.ReadFile(filepath.Join(c.Dir, filepath.FromSlash(c.names[n])))
}

// has tells whether a file has something with the id.
func (c *checker) has(file int32, id uint64) bool {
	_, found := slices.BinarySearch(c.ids[file], id)
	return found
}

// spot is a place in little.
type spot struct{ file, line int32 }

// fault is an address and what is wrong with it.
type fault struct{ target, reason string }

// report puts together what the workers found, in one order.
func (c *checker) report(workers []*worker) Report {
	report := Report{Broken: []Broken{}}
	faults := map[fault][]spot{}
	for _, w := range workers {
		report.Files, report.Links = report.Files+w.count, report.Links+w.links
		for f, spots := range w.faults {
			faults[f] = append(faults[f], spots...)
		}
		for _, f := range w.fragments {
			if !c.has(f.in, f.id) {
				faults[fault{f.target, noFragment}] = append(faults[fault{f.target, noFragment}], f.spot)
			}
		}
	}
	for f, spots := range faults {
		slices.SortFunc(spots, func(a, b spot) int {
			return cmp.Or(strings.Compare(c.names[a.file], c.names[b.file]), cmp.Compare(a.line, b.line))
		})
		b := Broken{Target: f.target, Reason: f.reason, Count: len(spots)}
		for _, s := range spots[:min(len(spots), maxPlaces)] {
			b.Places = append(b.Places, Place{c.names[s.file], int(s.line)})
		}
		report.Broken = append(report.Broken, b)
	}
	slices.SortFunc(report.Broken, func(a, b Broken) int {
		return cmp.Or(strings.Compare(a.Places[0].File, b.Places[0].File), cmp.Compare(a.Places[0].Line, b.Places[0].Line),
			strings.Compare(a.Target, b.Target), strings.Compare(a.Reason, b.Reason))
	})
	return report
}
