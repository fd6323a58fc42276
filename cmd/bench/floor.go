// The floor under a page: what its template, its hash and the writing of its file
// take when nothing else is done.

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"rose-ash.com/roseash/cmd/bench/corpus"
	site "rose-ash.com/roseash/site-templates"
)

const (
	// floorGoal is the most that our page may take, as a multiple of the floor.
	floorGoal = 1.5
	// floorPages is how many different pages the floor has, floorRounds how often
	// each step goes through all of them; the best round counts, being the floor.
	floorPages  = 250
	floorRounds = 9
	// floorOf is the first argument of the process that measures it.
	floorOf = "floor"
)

// steps is what a page takes at the least, in nanoseconds of processor time.
type steps struct {
	Template, Hash, Write int64
	Nested                int64 // writing into a directory of its own, made for it
	Size                  int64 // of the page in bytes
}

// floor measures the floor in a process of its own and sets our cost beside it.
func (b *bench) floor(ctx context.Context, pages string, o *ours, built []lap) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, floorOf, pages, filepath.Join(o.dir, "floor"))
	cmd.Stderr = b.progress
	said, err := cmd.Output()
	if err != nil {
		return err
	}
	var s steps
	if err := json.Unmarshal(said, &s); err != nil {
		return err
	}
	var mean int64
	for i := range int64(floorPages) {
		info, err := os.Stat(filepath.Join(o.main().tree(), corpus.PostSlug(int(i)+2), "index.html"))
		if err != nil {
			return err
		}
		mean += info.Size()
	}
	mean /= floorPages
	if s.Size < mean*9/10 || s.Size > mean*11/10 {
		return fmt.Errorf("the floor's pages have %d bytes, those that were built %d: it is not their floor", s.Size, mean)
	}
	costs := make([]float64, len(built))
	for i, l := range built {
		costs[i] = float64(l.User+l.System) / float64(l.tree.files)
	}
	database := make([]float64, len(built))
	for i, l := range built {
		database[i] = float64(l.database) / float64(l.tree.files)
	}
	floor := float64(s.Template + s.Hash + s.Write)
	cost := median(costs)
	micros := func(ns float64) string { return fmt.Sprintf("%.1f", ns/float64(time.Microsecond)) }
	t := table{{"µs of CPU", "a page", "goal"}}
	t.add(fmt.Sprintf("template of a post's page, %d bytes", s.Size), micros(float64(s.Template)), "")
	t.add("SHA-256", micros(float64(s.Hash)), "")
	t.add("writing a file and renaming it", micros(float64(s.Write)), "")
	t.add("the floor: these three", micros(floor), "")
	t.add("writing it into a new directory instead", micros(float64(s.Nested)), "")
	t.add(fmt.Sprintf("ours: `roseash build`, of %d files", built[0].tree.files), micros(cost), "")
	t.add("PostgreSQL's share beside it", micros(median(database)), "")
	t.add("ours ÷ floor", fmt.Sprintf("%.2f", cost/floor), fmt.Sprintf("≤ %.1f %s", floorGoal, verdict(cost/floor <= floorGoal)))
	t.write(b.out, "The floor under a page, from the same run: user and system time; ours with everything that the process does.")
	return nil
}

// floorSteps is the process that measures: args are the file of views and a
// directory to write to.
func floorSteps(ctx context.Context, args []string, out io.Writer) error {
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var views []site.PostPage
	if err := json.Unmarshal(raw, &views); err != nil {
		return err
	}
	if err := os.Mkdir(args[1], 0o755); err != nil {
		return err
	}
	var s steps
	pages := make([]bytes.Buffer, len(views))
	s.Template, err = step(len(views), func(_, i int) error {
		pages[i].Reset()
		return site.Post(views[i]).Render(ctx, &pages[i])
	})
	if err != nil {
		return err
	}
	for i := range pages {
		s.Size += int64(pages[i].Len())
	}
	s.Size /= int64(len(pages))
	var sums [sha256.Size]byte
	s.Hash, _ = step(len(views), func(_, i int) error {
		for n, x := range sha256.Sum256(pages[i].Bytes()) {
			sums[n] ^= x
		}
		return nil
	})
	s.Write, err = step(len(views), func(round, i int) error {
		return writeQuickly(args[1], fmt.Sprintf("%d-%d.html", round, i), pages[i].Bytes())
	})
	if err != nil {
		return err
	}
	s.Nested, err = step(len(views), func(round, i int) error {
		dir := filepath.Join(args[1], fmt.Sprintf("%d-%d", round, i))
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		return writeQuickly(dir, "index.html", pages[i].Bytes())
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(s)
}

// writeQuickly puts a file into dir in one step, and leaves it to the kernel when
// it is on the disk.
func writeQuickly(dir, name string, body []byte) error {
	if err := os.WriteFile(filepath.Join(dir, ".new"), body, 0o644); err != nil {
		return err
	}
	return os.Rename(filepath.Join(dir, ".new"), filepath.Join(dir, name))
}

// step is the processor time that do takes for each of n pages, at its best.
func step(n int, do func(round, i int) error) (best int64, err error) {
	var took []int64
	for round := range floorRounds {
		before := processorOfSelf()
		for i := range n {
			if err := do(round, i); err != nil {
				return 0, err
			}
		}
		took = append(took, int64(processorOfSelf()-before)/int64(n))
	}
	return slices.Min(took), nil
}

func processorOfSelf() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it fails for a wrong argument only
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
