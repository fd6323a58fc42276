package ssg

import (
	"context"
	"fmt"
	"path"
)

// Drain builds what events there are, as Run does when it is woken.
func (b *Builder) Drain(ctx context.Context) error {
	return b.alone(ctx, func() error { return b.keep(ctx) })
}

// FromScratch renders the whole site in memory: what a full build of an empty
// directory would write, by file.
func (b *Builder) FromScratch(ctx context.Context) (map[string]string, error) {
	units, err := everything(ctx, b.Blog, b.Market)
	if err != nil {
		return nil, err
	}
	results, failed := b.render(ctx, units, func(int, int) {})
	if len(failed) > 0 {
		return nil, fmt.Errorf("units failed: %v", failed)
	}
	tree := map[string]string{}
	for _, r := range results {
		for _, p := range r.pages {
			tree[path.Join(p.Tree, p.File)] = string(p.Body)
		}
	}
	return tree, nil
}
