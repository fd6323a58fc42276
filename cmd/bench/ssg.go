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
		if err != nil || s.posts < floorPages+2 || s.rounds < 1 {
			return nil, fmt.Errorf("-sizes: %q is not %d posts or more, or such and rounds: 10000x3", part, floorPages+2)
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

// races, in the order of the table; siblings added to one of the first three is
// the same with compressed siblings of each page. There is a corpus for each of
// the first three.
const (
	plain     = iota // from Markdown
	coloured         // from Markdown, with code highlighted
	rendered         // from bodies that are HTML already, code highlighted
	siblings         // how many corpora there are
	raceCount = 2 * siblings
)

type races [raceCount]race

func newRaces() (r races) {
	for i, name := range [siblings]string{"from Markdown", "from Markdown, code highlighted", "bodies rendered before"} {
		r[i].name, r[siblings+i].name = name, name+", with .br and .gz"
	}
	return r
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

// corpora are the directories of the corpus as it was written, and with the bodies
// that we make of it.
type corpora struct{ markdown, html string }

// ssgAt measures one size and leaves nothing behind.
func (b *bench) ssgAt(ctx context.Context, h hugo, s size, report *publishReport) (err error) {
	dir := filepath.Join(b.work, fmt.Sprintf("ssg-%d", s.posts))
	if err := os.Mkdir(dir, 0o711); err != nil {
		return err
	}
	if !b.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	b.say("ssg: %d posts, in Markdown and in HTML", s.posts)
	written := corpora{filepath.Join(dir, "markdown"), filepath.Join(dir, "html")}
	o := corpus.Options{Posts: s.posts, Products: s.posts / productsShare}
	if err := corpus.Write(ctx, written.markdown, o); err != nil {
		return err
	}
	o.HTML = markdown.HTML
	if err := corpus.Write(ctx, written.html, o); err != nil {
		return err
	}
	r := newRaces()
	var last *ours
	for round := range s.rounds {
		for i := range rendered {
			// Whoever was second is first in the next round.
			for turn := range 2 {
				if (turn+round)%2 == 1 {
					if err := b.raceHugo(ctx, h, &r, i, dir, written); err != nil {
						return err
					}
					continue
				}
				if last != nil {
					if err := last.remove(); err != nil {
						return err
					}
				}
				b.say("ssg: %d posts, round %d, ours, %s", s.posts, round+1, r[i].name)
				if last, err = b.raceOurs(ctx, &r, i, dir, written.markdown); err != nil {
					return err
				}
			}
			if err := samePages(r[i].ours[round].tree, r[i].hugo[round].tree); err != nil {
				return err
			}
		}
	}
	t := ssgTable(r)
	t.write(b.out, fmt.Sprintf("The generator with %d posts and %d products, medians of %s; ratios lap by lap, lowest and highest in brackets. %s",
		s.posts, s.posts/productsShare, plural(s.rounds, "round"), ssgGoals))
	return b.ssgPublish(ctx, last, s.posts, r[rendered].ours, report)
}

// raceOurs makes our site of a corpus in a new database: laps from Markdown, and
// of building alone where code is highlighted.
func (b *bench) raceOurs(ctx context.Context, r *races, i int, dir, corpus string) (*ours, error) {
	o, imported, err := b.newOurs(ctx, dir, corpus, i == coloured)
	if err != nil {
		return nil, err
	}
	bare, squeezed, err := o.builds(ctx, i == coloured)
	if err = errors.Join(err, o.stop(ctx)); err != nil {
		return nil, err
	}
	for more, built := range map[int]lap{0: bare, siblings: squeezed} {
		if i == coloured {
			r[rendered+more].ours = append(r[rendered+more].ours, built)
		}
		built.spent, built.database = imported.both(built.spent), imported.database+built.database
		r[i+more].ours = append(r[i+more].ours, built)
	}
	return o, nil
}

// raceHugo is the same by Hugo; the bodies that were rendered before are a corpus
// of their own to it. Siblings are made by another program when it has ended.
func (b *bench) raceHugo(ctx context.Context, h hugo, r *races, i int, dir string, written corpora) error {
	which := []int{i}
	if i == coloured {
		which = append(which, rendered)
	}
	for _, i := range which {
		b.say("ssg: Hugo, %s", r[i].name)
		out := filepath.Join(dir, "hugo")
		corpus := written.markdown
		if i == rendered {
			corpus = written.html
		}
		bare, squeezed, err := h.builds(ctx, corpus, out, i != plain)
		if err == nil {
			err = sameBody(out, samplePost, i != plain)
		}
		if err = errors.Join(err, os.RemoveAll(out)); err != nil {
			return err
		}
		r[i].hugo, r[siblings+i].hugo = append(r[i].hugo, bare), append(r[siblings+i].hugo, squeezed)
	}
	return nil
}

// samplePost is the post whose page is looked at.
var samplePost = corpus.PostSlug(1)
