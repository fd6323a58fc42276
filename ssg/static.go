// Building without a database: the whole site once, out of what the sources give,
// into a directory.

package ssg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// StaticOptions say what a static build does besides writing pages.
type StaticOptions struct {
	// Compress makes compressed siblings of the pages.
	Compress bool
	// Progress is called as the build goes on; may be nil.
	Progress func(done, total int)
}

// Static makes the whole site once, as Builder.Build does, but keeps no account of
// it: the maker needs no pool, and what is in the directory is compared by its
// bytes. The sources' lists say where everything stands.
//
// A page is written where its bytes are others, each in one step, and what is no
// page is removed at the end. It fails where another build is at work on the
// directory, with ErrNotMade where a page could not be made, and where the sources
// fail; then nothing is removed. What was written until then stays.
func Static(ctx context.Context, m Maker, out *Output, o StaticOptions) (Built, error) {
	start := time.Now()
	s := static{Maker: m, out: out, pages: map[place]bool{}}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	unlock, err := out.lock()
	if err != nil {
		return s.sum, err
	}
	defer unlock()
	// A builder that has this directory too compares all bytes when it comes back.
	if err := errors.Join(out.openStaged(), out.looked(0)); err != nil {
		return s.sum, err
	}
	units, err := s.units(ctx)
	if err != nil {
		return s.sum, err
	}
	s.sum.Plan = time.Since(start)
	if err := s.build(ctx, units, o.Progress); err != nil {
		return s.sum, err
	}
	if s.sum.Failed == 0 {
		if err := s.sweep(); err != nil {
			return s.sum, err
		}
	}
	if o.Compress {
		if err := s.compress(ctx); err != nil {
			return s.sum, err
		}
	}
	err = out.sync()
	if err == nil && s.sum.Failed > 0 {
		err = ErrNotMade
	}
	s.sum.Pages, s.sum.Took = len(s.pages), time.Since(start)
	return s.sum, err
}

// static is a build under way.
type static struct {
	Maker
	out   *Output
	pages map[place]bool // whether the page was written now
	sum   Built
}

// units are all there are, in the order of writing.
func (s *static) units(ctx context.Context) ([]Unit, error) {
	_, units, err := s.walkAll(ctx)
	if err != nil {
		return nil, err
	}
	lists, err := s.listUnits(ctx, s.Sources.Lists)
	return inOrder(slices.Concat(units, lists)), err
}

// build renders the units, some at a time, and writes those that are done while the
// next ones are rendered.
func (s *static) build(ctx context.Context, units []Unit, progress func(done, total int)) error {
	type made struct {
		results []Rendered
		failed  []Unit
		took    time.Duration
	}
	ready := make(chan made, 1)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(ready)
		for some := range slices.Chunk(units, partSize) {
			start := time.Now()
			results, failed, err := s.renderUnits(ctx, nil, some)
			if err != nil {
				return err
			}
			select {
			case ready <- made{results, failed, time.Since(start)}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	group.Go(func() error {
		done := 0
		for part := range ready {
			start := time.Now()
			for _, r := range part.results {
				if err := s.write(r.Page); err != nil {
					return err
				}
			}
			s.sum.Render += part.took
			s.sum.Apply += time.Since(start)
			s.sum.Slowest = slowest(s.sum.Slowest, part.results)
			s.sum.Failed += len(part.failed)
			done += len(part.results) + len(part.failed)
			progress(done, len(units))
		}
		return nil
	})
	return group.Wait()
}

// write brings a page into the directory, unless its bytes are there.
func (s *static) write(p *Page) error {
	if p == nil {
		return nil
	}
	at := place{p.Tree, p.File}
	if was, err := s.out.read(p.Tree, p.File); err == nil && bytes.Equal(was, p.Body) {
		s.pages[at] = false
		s.sum.Unchanged++
		return nil
	}
	name, err := s.out.stage(p.Tree, p.File, p.Body)
	if err == nil {
		err = s.out.place(name, p.Tree, p.File, true)
	}
	if err != nil {
		return fmt.Errorf("writing a page: %w", err)
	}
	s.pages[at] = true
	s.sum.Written++
	return nil
}

// sweep removes what is no page.
func (s *static) sweep() error {
	start := time.Now()
	strays := map[place]bool{}
	err := s.out.sweep(func(tree, file string) bool {
		_, page := s.pages[place{tree, file}]
		if !page && withoutSibling(file) == file {
			strays[place{tree, file}] = true
		}
		return page
	})
	s.sum.Deleted = len(strays)
	s.sum.Apply += time.Since(start)
	return err
}

// compress makes siblings of the pages that were written or have none.
func (s *static) compress(ctx context.Context) error {
	start := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for at, written := range s.pages {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if !written && slices.ContainsFunc(siblingNames, func(ending string) bool { return s.out.size(at.tree, at.file+ending) >= 0 }) {
				return nil
			}
			body, err := s.out.read(at.tree, at.file)
			if err != nil {
				return err
			}
			forms, err := s.out.stageForms(at.tree, at.file, body)
			return s.out.placeForms(at.tree, at.file, forms, err)
		})
	}
	err := group.Wait()
	s.sum.Compress = time.Since(start)
	return err
}
