// Part start: from exec to /readyz.

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"rose-ash.com/roseash/db"
)

const (
	// startGoal is how soon a start on existing data is ready.
	startGoal = 250 * time.Millisecond
	// newClusters is how often a start from nothing is measured.
	newClusters = 3
)

func (b *bench) start(ctx context.Context) error {
	if err := b.build(ctx); err != nil {
		return err
	}
	b.say("start: %d new clusters, then %d starts on the last one", newClusters, b.starts)
	var fresh, freshControl, second, secondControl []time.Duration
	var dir string
	for i := range newClusters {
		dir = filepath.Join(b.work, fmt.Sprintf("start-%d", i))
		bare := filepath.Join(b.work, fmt.Sprintf("start-bare-%d", i))
		took, err := b.startOnce(ctx, dir)
		if err != nil {
			return err
		}
		alone, err := b.startCluster(ctx, bare)
		if err != nil {
			return err
		}
		fresh, freshControl = append(fresh, took), append(freshControl, alone)
	}
	for range b.starts {
		took, err := b.startOnce(ctx, dir)
		if err != nil {
			return err
		}
		alone, err := b.startCluster(ctx, filepath.Join(dir, "data"))
		if err != nil {
			return err
		}
		second, secondControl = append(second, took), append(secondControl, alone)
	}
	t := table{{"start", "n", "median", "lowest", "highest", "goal"}}
	t.addStarts("nothing there: cluster, migrations, demo, site", fresh, "")
	t.addStarts("control: the cluster alone", freshControl, "")
	t.addStarts("everything there", second, "< 250 ms "+verdict(median(slices.Clone(second)) < startGoal))
	t.addStarts("control: the cluster alone", secondControl, "")
	t.write(b.out, "Starting: from exec of `roseash serve` to 200 from `/readyz`; the control starts the same PostgreSQL and nothing else.")
	return nil
}

// startOnce starts the binary on dir, stops it and returns how long it took to
// be ready.
func (b *bench) startOnce(ctx context.Context, dir string) (time.Duration, error) {
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return 0, err
	}
	p, err := b.startProduct(ctx, dir)
	if err != nil {
		return 0, err
	}
	return p.ready, p.stop()
}

// startCluster starts the private PostgreSQL of a data directory until it takes
// queries, and stops it again.
func (b *bench) startCluster(ctx context.Context, data string) (time.Duration, error) {
	began := time.Now()
	c, err := db.StartCluster(ctx, db.ClusterOptions{DataDir: data, BinDir: b.pgBin, Durable: true})
	if err != nil {
		return 0, err
	}
	took := time.Since(began)
	return took, c.Stop(ctx)
}

func (t *table) addStarts(name string, times []time.Duration, goal string) {
	t.add(name, fmt.Sprint(len(times)), millis(median(times)), millis(slices.Min(times)), millis(slices.Max(times)), goal)
}
