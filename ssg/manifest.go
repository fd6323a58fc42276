// The manifest in the database: which files there are, what they were made of.

package ssg

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// place is where a file is.
type place struct{ tree, file string }

// filed is what the manifest knows of a file.
type filed struct {
	unit Unit
	hash []byte // nil: its writing began and was never recorded as done
	size int64
}

// rendered is what became of a unit: its pages and what they were made of.
type rendered struct {
	unit  Unit
	pages []Page
	keys  map[string]bool
}

// stamped writes onto the pages of a unit whose they are and the hash of their
// bytes, which decides and is recorded.
func stamped(u Unit, pages []Page) []Page {
	for i := range pages {
		pages[i].unit, pages[i].hash = u, sha256.Sum256(pages[i].Body)
	}
	return pages
}

// difference is what has to happen to the trees, and what the manifest is told.
type difference struct {
	write []Page
	drop  []place
	units []string
}

// compare finds the pages whose bytes are new and the files that their unit does
// not make any more. A file that another rendered unit makes now is not dropped.
func compare(known map[place]filed, results []rendered) difference {
	var d difference
	made := map[place]bool{}
	for _, r := range results {
		d.units = append(d.units, string(r.unit))
		for _, p := range r.pages {
			at := place{p.Tree, p.File}
			made[at] = true
			old, ok := known[at]
			if !ok || old.unit != r.unit || !slices.Equal(old.hash, p.hash[:]) {
				d.write = append(d.write, p)
			}
		}
	}
	for at := range known {
		if !made[at] {
			d.drop = append(d.drop, at)
		}
	}
	slices.SortFunc(d.drop, func(a, b place) int { return slices.Compare([]string{a.tree, a.file}, []string{b.tree, b.file}) })
	return d
}

// announce tells the manifest, before anything is written, what is about to be.
func announce(ctx context.Context, pool *db.Pool, pages []Page) error {
	if len(pages) == 0 {
		return nil
	}
	var mark ssgdb.MarkWritingParams
	for _, p := range pages {
		mark.Trees, mark.Files, mark.Units = append(mark.Trees, p.Tree), append(mark.Files, p.File), append(mark.Units, string(p.unit))
	}
	return unhurried(ctx, pool, func(tx pgx.Tx) error { return ssgdb.New(tx).MarkWriting(ctx, mark) })
}

// unhurried is a transaction without the deadline that statements for readers
// have: a build of a large site writes hundreds of thousands of rows at once.
func unhurried(ctx context.Context, pool *db.Pool, fn func(tx pgx.Tx) error) error {
	return db.InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0"); err != nil {
			return err
		}
		return fn(tx)
	})
}

// record stores in tx what was written, dropped and read.
func record(ctx context.Context, tx pgx.Tx, d difference, results []rendered) error {
	q := ssgdb.New(tx)
	var put ssgdb.PutPagesParams
	for _, p := range d.write {
		put.Trees, put.Files = append(put.Trees, p.Tree), append(put.Files, p.File)
		put.Units, put.Hashes = append(put.Units, string(p.unit)), append(put.Hashes, p.hash[:])
		put.Sizes = append(put.Sizes, int64(len(p.Body)))
	}
	var drop ssgdb.DropPagesParams
	for _, at := range d.drop {
		drop.Trees, drop.Files = append(drop.Trees, at.tree), append(drop.Files, at.file)
	}
	var deps ssgdb.PutDependenciesParams
	for _, r := range results {
		for k := range r.keys {
			deps.Keys, deps.Units = append(deps.Keys, k), append(deps.Units, string(r.unit))
		}
	}
	if err := q.DropPages(ctx, drop); err != nil {
		return err
	}
	if err := q.PutPages(ctx, put); err != nil {
		return err
	}
	if err := q.ClearDependencies(ctx, d.units); err != nil {
		return err
	}
	return q.PutDependencies(ctx, deps)
}

// knownPages is the manifest of some units, or of all where units is nil.
func knownPages(ctx context.Context, pool *db.Pool, units []Unit) (map[place]filed, error) {
	q := ssgdb.New(pool)
	known := map[place]filed{}
	if units == nil {
		rows, err := q.AllPages(ctx)
		for _, r := range rows {
			known[place{r.Tree, r.File}] = filed{Unit(r.Unit), r.ContentHash, r.Size}
		}
		return known, err
	}
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = string(u)
	}
	rows, err := q.PagesOfUnits(ctx, names)
	for _, r := range rows {
		known[place{r.Tree, r.File}] = filed{Unit(r.Unit), r.ContentHash, r.Size}
	}
	return known, err
}

func dependents(ctx context.Context, pool *db.Pool, keys []string) ([]Unit, error) {
	names, err := ssgdb.New(pool).Dependents(ctx, keys)
	units := make([]Unit, len(names))
	for i, n := range names {
		units[i] = Unit(n)
	}
	return units, err
}

// lastFingerprint is what the trees were built with, empty where they were not
// or where a unit failed.
func lastFingerprint(ctx context.Context, pool *db.Pool) (string, error) {
	f, err := ssgdb.New(pool).Fingerprint(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return f, err
}
