// Our side of ssg: the real binary on a private PostgreSQL that is started apart
// from it, so that each has an account of its own.

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"rose-ash.com/roseash/db"
)

// ours is a site of ours: a directory with its database and its built trees.
type ours struct {
	bench      *bench
	dir        string
	cluster    *db.Cluster
	postmaster int
}

// newOurs makes a database and has the binary import a corpus into it, which
// renders the bodies.
func (b *bench) newOurs(ctx context.Context, dir, corpus string) (o *ours, imported lap, err error) {
	o = &ours{bench: b, dir: filepath.Join(dir, "ours")}
	if err := os.Mkdir(o.dir, 0o711); err != nil {
		return nil, lap{}, err
	}
	if err := o.start(ctx); err != nil {
		return nil, lap{}, err
	}
	if err = db.Migrate(ctx, o.cluster.URL(), quiet); err == nil {
		imported, err = o.run(ctx, "import", "markdown", corpus)
	}
	if err != nil {
		return nil, lap{}, errors.Join(err, o.stop(ctx))
	}
	return o, imported, nil
}

// start runs the database.
func (o *ours) start(ctx context.Context) (err error) {
	o.cluster, err = db.StartCluster(ctx, db.ClusterOptions{DataDir: filepath.Join(o.dir, "data"), BinDir: o.bench.pgBin, Durable: true})
	if err != nil {
		return err
	}
	o.postmaster, err = postmasterOf(o.cluster.Dir())
	return err
}

// stop ends the database; the data stays.
func (o *ours) stop(ctx context.Context) error { return o.cluster.Stop(context.WithoutCancel(ctx)) }

// remove takes all of it away.
func (o *ours) remove() error { return os.RemoveAll(o.dir) }

// tree is where the pages are.
func (o *ours) tree() string { return filepath.Join(o.dir, "public", "main") }

// run runs a command of the binary on the database.
func (o *ours) run(ctx context.Context, args ...string) (l lap, err error) {
	binary, err := filepath.Abs(o.bench.binary)
	if err != nil {
		return l, err
	}
	before, err := clusterTime(o.postmaster)
	if err != nil {
		return l, err
	}
	l.spent, err = runAlone(ctx, program{args: append([]string{binary}, args...), log: filepath.Join(o.dir, "roseash.log"),
		env: []string{"DATABASE_URL=" + o.cluster.URL(), "ROSEASH_DATA_DIR=" + filepath.Join(o.dir, "data"),
			"ROSEASH_PUBLIC_DIR=" + filepath.Join(o.dir, "public")}})
	if err != nil {
		return l, err
	}
	after, err := clusterTime(o.postmaster)
	l.database = after - before
	return l, err
}

// build has the binary make every page into an empty directory.
func (o *ours) build(ctx context.Context) (l lap, err error) {
	if l, err = o.run(ctx, "build"); err != nil {
		return l, err
	}
	l.tree, err = readTree(o.tree())
	return l, err
}
