// What a build did, and which of its pages took longest.

package ssg

import (
	"cmp"
	"errors"
	"path"
	"slices"
	"time"
)

// Built is the sum of what a build did. Phases that go on beside each other count
// each for itself.
type Built struct {
	Pages     int // there are now
	Written   int
	Deleted   int
	Unchanged int
	Failed    int // could not be made, and are as they were
	Took      time.Duration
	Plan      time.Duration // finding out what there is
	Render    time.Duration
	Commit    time.Duration // into the database
	Apply     time.Duration // into the directory
	Compress  time.Duration
	// Slowest are the pages of this process that took longest to render, the slowest
	// first, ten at the most.
	Slowest []PageTime
}

// slowestPages is how many of the slowest pages are named.
const slowestPages = 10

// ErrNotMade says that some pages could not be made; the log says which and why.
var ErrNotMade = errors.New("some pages could not be made: see the lines above")

// PageTime is how long a page took to render, without what was read for it.
type PageTime struct {
	Page string // tree and file: "main/tag/bakery/index.html"
	Took time.Duration
}

// slowest adds results to the slowest pages.
func slowest(pages []PageTime, results []Rendered) []PageTime {
	for _, r := range results {
		full := len(pages) == slowestPages
		if r.Page == nil || r.took == 0 || full && r.took <= pages[slowestPages-1].Took {
			continue
		}
		pages = topTen(append(pages, PageTime{path.Join(r.Page.Tree, r.Page.File), r.took}))
	}
	return pages
}

func topTen(pages []PageTime) []PageTime {
	slices.SortFunc(pages, func(a, b PageTime) int { return cmp.Or(cmp.Compare(b.Took, a.Took), cmp.Compare(a.Page, b.Page)) })
	return pages[:min(len(pages), slowestPages)]
}

// note remembers which units could not be made.
func (b *Builder) note(o outcome) {
	for _, u := range o.Failed {
		if b.failed == nil {
			b.failed = map[Unit]bool{}
		}
		b.failed[u] = true
	}
	if len(b.failed) > 0 {
		for _, r := range o.Results {
			delete(b.failed, r.Unit)
		}
	}
}
