// Our side of ssg: the real binary on a private PostgreSQL that is started apart
// from it, so that each has an account of its own.

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
)

// baseURL is the setting of the address that pages are made for. It is the same
// for whoever builds them and whoever serves them, who would else build them anew.
const baseURL = "ROSEASH_BASE_URL=" + siteURL

// siteURL is that address; Hugo's site has it in its configuration.
const siteURL = "http://localhost:8080"

// ours is a site of ours: a directory with its database and its built trees.
type ours struct {
	bench      *bench
	dir        string
	cluster    *db.Cluster
	postmaster int
}

// place is where a command of the binary works: a database and a directory of
// built trees.
type place struct{ url, public string }

// main is where the corpus is imported to, and what is served later.
func (o *ours) main() place { return place{o.cluster.URL(), filepath.Join(o.dir, "public")} }

// tree is where the pages are.
func (p place) tree() string { return filepath.Join(p.public, "main") }

// newOurs makes a database and has the binary import a corpus into it, which
// renders the bodies, code highlighted or not.
func (b *bench) newOurs(ctx context.Context, dir, corpus string, highlight bool) (o *ours, imported lap, err error) {
	o = &ours{bench: b, dir: filepath.Join(dir, "ours")}
	if err := os.Mkdir(o.dir, 0o711); err != nil {
		return nil, lap{}, err
	}
	o.cluster, err = db.StartCluster(ctx, db.ClusterOptions{DataDir: filepath.Join(o.dir, "data"), BinDir: b.pgBin, Durable: true})
	if err != nil {
		return nil, lap{}, err
	}
	if o.postmaster, err = postmasterOf(o.cluster.Dir()); err == nil {
		err = db.Migrate(ctx, o.cluster.URL(), quiet)
	}
	args := []string{"import", "markdown", corpus}
	if !highlight {
		args = append(args, "--no-highlight")
	}
	if err == nil {
		imported, err = o.run(ctx, o.main(), args...)
	}
	if err != nil {
		return nil, lap{}, errors.Join(err, o.stop(ctx))
	}
	return o, imported, nil
}

// stop ends the database; the data stays.
func (o *ours) stop(ctx context.Context) error { return o.cluster.Stop(context.WithoutCancel(ctx)) }

// remove takes all of it away.
func (o *ours) remove() error { return os.RemoveAll(o.dir) }

// run runs a command of the binary at a place.
func (o *ours) run(ctx context.Context, at place, args ...string) (l lap, err error) {
	binary, err := filepath.Abs(o.bench.binary)
	if err != nil {
		return l, err
	}
	before, err := clusterTime(o.postmaster)
	if err != nil {
		return l, err
	}
	l.spent, err = runAlone(ctx, program{args: append([]string{binary}, args...), log: filepath.Join(o.dir, "roseash.log"),
		env: []string{"DATABASE_URL=" + at.url, "ROSEASH_DATA_DIR=" + filepath.Join(o.dir, "data"), "ROSEASH_PUBLIC_DIR=" + at.public, baseURL}})
	if err != nil {
		return l, err
	}
	after, err := clusterTime(o.postmaster)
	l.database = after - before
	return l, err
}

// build has the binary make every page into an empty directory, with compressed
// siblings or without.
func (o *ours) build(ctx context.Context, at place, siblings bool) (l lap, err error) {
	if l, err = o.run(ctx, at, "build", fmt.Sprintf("--compress=%v", siblings)); err != nil {
		return l, err
	}
	l.tree, err = readTree(at.tree())
	return l, err
}

// builds makes the site twice from what was imported: without siblings from a copy
// of the database, which goes again, and with them where the site stays.
func (o *ours) builds(ctx context.Context, highlight bool) (bare, squeezed lap, err error) {
	admin, err := pgx.Connect(ctx, o.named("postgres"))
	if err != nil {
		return bare, squeezed, err
	}
	defer admin.Close(context.WithoutCancel(ctx))
	if _, err := admin.Exec(ctx, "CREATE DATABASE twin TEMPLATE roseash"); err != nil {
		return bare, squeezed, err
	}
	twin := place{o.named("twin"), filepath.Join(o.dir, "public-twin")}
	if bare, err = o.build(ctx, twin, false); err != nil {
		return bare, squeezed, err
	}
	if err := sameBody(twin.tree(), samplePost, highlight); err != nil {
		return bare, squeezed, err
	}
	if _, err := admin.Exec(ctx, "DROP DATABASE twin WITH (FORCE)"); err != nil {
		return bare, squeezed, err
	}
	if err := os.RemoveAll(twin.public); err != nil {
		return bare, squeezed, err
	}
	if squeezed, err = o.build(ctx, o.main(), true); err != nil {
		return bare, squeezed, err
	}
	return bare, squeezed, sameSqueeze(filepath.Join(o.main().tree(), samplePost, "index.html"))
}

// named is the address of another database of the same server.
func (o *ours) named(database string) string {
	address, query, _ := strings.Cut(o.cluster.URL(), "?")
	return address[:strings.LastIndexByte(address, '/')+1] + database + "?" + query
}
