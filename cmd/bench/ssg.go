// Part ssg: the static generator beside Hugo, on the same corpus.

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/cmd/bench/corpus"
)

// Goals of the generator. Those that are parts are of what Hugo takes.
const (
	userGoal      = 1.0 / 8
	wallGoal      = 1.0 / 3
	peakGoal      = 300 << 10 // KiB
	productsShare = 5         // one product to so many posts
)

// size is a corpus that is measured, and how often.
type size struct{ posts, rounds int }

// parseSizes reads "1000x5,10000x3,50000".
func parseSizes(text string) (sizes []size, err error) {
	for part := range strings.SplitSeq(text, ",") {
		posts, rounds, both := strings.Cut(part, "x")
		s := size{rounds: 1}
		if s.posts, err = strconv.Atoi(posts); err == nil && both {
			s.rounds, err = strconv.Atoi(rounds)
		}
		if err != nil || s.posts < 1 || s.rounds < 1 {
			return nil, fmt.Errorf("-sizes: %q is not posts, or posts and rounds, such as 10000x3", part)
		}
		sizes = append(sizes, s)
	}
	return sizes, nil
}

// lap is one making of a site.
type lap struct {
	spent
	database time.Duration // processor time of PostgreSQL
	tree     tree
}

// race is what both sides take for the same work, lap by lap.
type race struct {
	name       string
	ours, hugo []lap
}

// races, in the order of the table.
const (
	plain     = iota // from Markdown
	coloured         // from Markdown, with code highlighted
	rendered         // from bodies that are HTML already, code highlighted
	raceCount        // how many there are
)

func newRaces() [raceCount]race {
	return [raceCount]race{
		plain:    {name: "from Markdown"},
		coloured: {name: "from Markdown, code highlighted"},
		rendered: {name: "bodies rendered before"},
	}
}

func (b *bench) ssg(ctx context.Context) error {
	sizes, err := parseSizes(b.sizes)
	if err != nil {
		return err
	}
	h, err := b.newHugo(ctx)
	if err != nil {
		return err
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	report := publishReport{}
	for _, s := range sizes {
		if err := b.ssgAt(ctx, h, s, &report); err != nil {
			return fmt.Errorf("%d posts: %w", s.posts, err)
		}
	}
	report.write(b.out)
	return nil
}

// ssgAt measures one size and leaves nothing behind.
func (b *bench) ssgAt(ctx context.Context, h hugo, s size, report *publishReport) (err error) {
	dir := filepath.Join(b.work, fmt.Sprintf("ssg-%d", s.posts))
	if err := os.Mkdir(dir, 0o711); err != nil {
		return err
	}
	if !b.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	b.say("ssg: %d posts, three corpora", s.posts)
	corpora := [raceCount]string{}
	for i, o := range []corpus.Options{plain: {}, coloured: {Highlight: true}, rendered: {Highlight: true, HTML: markdown.HTML}} {
		o.Posts, o.Products = s.posts, s.posts/productsShare
		corpora[i] = filepath.Join(dir, fmt.Sprintf("corpus-%d", i))
		if err := corpus.Write(ctx, corpora[i], o); err != nil {
			return err
		}
	}
	races := newRaces()
	var last *ours
	for round := range s.rounds {
		for i := range races[:rendered] {
			// Whoever was second is first in the next round.
			for turn := range 2 {
				if (turn+round)%2 == 1 {
					if err := b.raceHugo(ctx, h, &races, i, dir, corpora); err != nil {
						return err
					}
					continue
				}
				if last != nil {
					if err := last.remove(); err != nil {
						return err
					}
				}
				b.say("ssg: %d posts, round %d, ours, %s", s.posts, round+1, races[i].name)
				if last, err = b.raceOurs(ctx, &races, i, dir, corpora[i]); err != nil {
					return err
				}
			}
		}
	}
	for i := range races[:rendered] {
		if err := samePages(races[i].ours[0].tree, races[i].hugo[0].tree); err != nil {
			return err
		}
	}
	t := ssgTable(races, s)
	t.write(b.out, fmt.Sprintf("The generator with %d posts and %d products, medians of %s; ratios lap by lap, lowest and highest in brackets.",
		s.posts, s.posts/productsShare, plural(s.rounds, "round")))
	return b.ssgPublish(ctx, last, s.posts, races[rendered].ours, report)
}

// raceOurs makes our site of a corpus in a new database: a lap from Markdown, and
// one of building alone where code is highlighted.
func (b *bench) raceOurs(ctx context.Context, races *[raceCount]race, i int, dir, corpus string) (*ours, error) {
	o, imported, err := b.newOurs(ctx, dir, corpus)
	if err != nil {
		return nil, err
	}
	built, err := o.build(ctx)
	if err == nil {
		err = sameBody(o.tree(), samplePost, i == coloured)
	}
	if err = errors.Join(err, o.stop(ctx)); err != nil {
		return nil, err
	}
	if i == coloured {
		races[rendered].ours = append(races[rendered].ours, built)
	}
	both := built
	both.spent, both.database = imported.both(built.spent), imported.database+built.database
	races[i].ours = append(races[i].ours, both)
	return o, nil
}

// raceHugo is the same by Hugo; the bodies that were rendered before are a corpus
// of their own to it.
func (b *bench) raceHugo(ctx context.Context, h hugo, races *[raceCount]race, i int, dir string, corpora [raceCount]string) error {
	which := []int{i}
	if i == coloured {
		which = append(which, rendered)
	}
	for _, i := range which {
		b.say("ssg: Hugo, %s", races[i].name)
		out := filepath.Join(dir, "hugo")
		s, err := h.build(ctx, corpora[i], out)
		if err != nil {
			return err
		}
		made, err := readTree(out)
		if err == nil {
			err = sameBody(out, samplePost, i != plain)
		}
		if err = errors.Join(err, os.RemoveAll(out), os.Remove(out+".log")); err != nil {
			return err
		}
		races[i].hugo = append(races[i].hugo, lap{spent: s, tree: made})
	}
	return nil
}

// samplePost is the post whose page is looked at.
var samplePost = corpus.PostSlug(1)
