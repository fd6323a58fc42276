package ssg

import (
	"context"
	"fmt"
	"path"
	"slices"
)

// Drain builds what there is to build, as Run does when it is woken.
func (b *Builder) Drain(ctx context.Context) (err error) {
	led, release, err := b.lead(ctx)
	if err != nil {
		return err
	}
	defer release()
	defer func() { err = ending(led, err) }()
	for {
		if !b.current {
			if err := b.catchUp(led); err != nil {
				return err
			}
			b.current = true
		}
		events, err := b.plan(led)
		if err != nil {
			return err
		}
		worked, err := b.work(led)
		if err != nil {
			return err
		}
		if !worked && !events {
			return b.checkpointed(led, true)
		}
	}
}

// Leisure does what is left for when nothing else is to do.
func (b *Builder) Leisure(ctx context.Context) error {
	led, release, err := b.lead(ctx)
	if err != nil {
		return err
	}
	defer release()
	return ending(led, b.settle(led, &Built{}))
}

// FromScratch renders the whole site in memory: what a full build of an empty
// directory would write, by file. Of the generator's tables it reads only the
// ordinals.
func (b *Builder) FromScratch(ctx context.Context) (map[string]string, error) {
	_, units, err := b.walkAll(ctx)
	if err != nil {
		return nil, err
	}
	lists, err := b.listUnits(ctx, b.Sources.Lists)
	if err != nil {
		return nil, err
	}
	tree := map[string]string{}
	results, failed, err := b.renderUnits(ctx, nil, inOrder(slices.Concat(units, lists)))
	if err != nil {
		return nil, err
	}
	if len(failed) > 0 {
		return nil, fmt.Errorf("units failed: %v", failed)
	}
	for _, r := range results {
		if r.Page != nil {
			tree[path.Join(r.Page.Tree, r.Page.File)] = string(r.Page.Body)
		}
	}
	return tree, nil
}

// DeliverOnce brings what is not yet delivered to the targets.
func (b *Builder) DeliverOnce(ctx context.Context) error { return b.deliverOnce(ctx) }

// SetSitemapLength makes the parts of sitemaps of another length, until restore.
func SetSitemapLength(n int) (restore func()) {
	was := sitemapLength
	sitemapLength = n
	return func() { sitemapLength = was }
}
