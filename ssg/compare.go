// Comparing: what was rendered with what the manifest says.

package ssg

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"

	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// change is one file that a generation writes or deletes.
type change struct {
	unit       Unit
	was        Unit // whose page the old bytes are
	tree, file string
	op         string
	old, new   []byte // hashes; old is of the file at this place
	body       []byte
	siblings   bool // a file may be there, with compressed siblings
	keep       bool // the old bytes, for rolling back
}

// place is where a file is.
type place struct{ tree, file string }

// difference is what has to happen to the trees and to the manifest.
type difference struct {
	changes []change
	put     []Rendered // whose row is new
	drop    []Unit     // whose row goes
	moved   []change
	left    []ssgdb.PagesOfUnitsRow // files that stay for now, though their page has moved
}

// damaged stands for the hash of a file that is not what the manifest says.
var damaged = make([]byte, sha256.Size)

// compare finds the pages whose bytes or address are new, and the files that
// their unit does not make any more. A file that another of the units makes now
// is not deleted, and with leave none of a page that has moved, because pages that
// are still to be rendered link to it. It is a pure function; the changes come in
// the order of applying, and else in that of results.
func compare(known map[Unit]ssgdb.PagesOfUnitsRow, results []Rendered, leave bool) difference {
	var d difference
	made := map[place]bool{}
	held := map[place]ssgdb.PagesOfUnitsRow{}
	for _, row := range known {
		if bytes.Equal(row.ContentHash, damaged) {
			row.ContentHash = nil // what is there is nobody's
		}
		held[place{row.Tree, row.File}] = row
	}
	for _, r := range results {
		if r.Page == nil {
			continue
		}
		at := place{r.Page.Tree, r.Page.File}
		made[at] = true
		old, was := known[r.Unit]
		stays := was && old.Tree == at.tree && old.File == at.file
		if stays && bytes.Equal(old.ContentHash, r.Hash[:]) {
			continue
		}
		before, replaces := held[at] // the unit's own file, or one that is handed over
		d.put = append(d.put, r)
		d.changes = append(d.changes, change{
			unit: r.Unit, was: parseUnit(before.Unit), tree: at.tree, file: at.file, op: opWrite,
			old: before.ContentHash, new: r.Hash[:], body: r.Page.Body, siblings: replaces, keep: before.ContentHash != nil,
		})
	}
	for _, r := range results {
		old, was := known[r.Unit]
		if !was {
			continue
		}
		if r.Page == nil {
			d.drop = append(d.drop, r.Unit)
		} else if r.Page.Tree == old.Tree && r.Page.File == old.File {
			continue
		}
		switch {
		case made[place{old.Tree, old.File}]:
		case leave && r.Page != nil:
			old.Unit = Unit{Kind: kindGone, ID: old.Tree + "/" + old.File}.String()
			d.left = append(d.left, old)
			d.moved = append(d.moved, change{unit: r.Unit, tree: old.Tree, file: old.File})
		default:
			d.changes = append(d.changes, change{unit: r.Unit, was: r.Unit, tree: old.Tree, file: old.File, op: opDelete, old: old.ContentHash, keep: true})
		}
	}
	inOrderOfApplying(d.changes)
	return d
}

// inOrderOfApplying sorts changes so that they can be made one by one without a
// link that leads nowhere: what is new at its address, what replaces something
// there, and the deletes.
func inOrderOfApplying(changes []change) {
	step := func(c change) int {
		switch {
		case c.op == opDelete:
			return 2
		case c.old != nil:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(step(a), step(b)) })
}
