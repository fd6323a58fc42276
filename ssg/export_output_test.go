package ssg

import (
	"context"
	"errors"
)

// ErrFenced and ErrBusy are why a builder stops or does not begin.
var (
	ErrFenced = errFenced
	ErrBusy   = errBusy
)

// Stage writes a file beside the trees; Place puts it where it is to be.
func (o *Output) Stage(tree, file string, body []byte) (name string, err error) {
	return o.stage(tree, file, body)
}

// Place puts a staged file in its place, and drops the siblings of the old one.
func (o *Output) Place(name, tree, file string) error { return o.place(name, tree, file, true) }

// Write is Stage and Place.
func (o *Output) Write(tree, file string, body []byte) error {
	name, err := o.stage(tree, file, body)
	if err == nil {
		err = o.place(name, tree, file, true)
	}
	return err
}

// Remove takes a file and its siblings away.
func (o *Output) Remove(tree, file string) error { return o.remove(tree, file) }

// Keep keeps a file's bytes as those before change n of a generation.
func (o *Output) Keep(generation int64, n int, tree, file string) error {
	return errors.Join(o.keepFor(generation), o.keep(generation, n, tree, file))
}

// Forget removes what was kept before one change; Prune all of a generation.
func (o *Output) Forget(generation int64, n int) error { return o.forgetOne(generation, n) }

// Prune removes all that was kept of a generation.
func (o *Output) Prune(generation int64) error { return o.forget(generation) }

// Sweep removes what is not to be kept.
func (o *Output) Sweep(keep func(tree, file string) bool) error { return o.sweep(keep) }

// Size is a file's size, -1 where there is none.
func (o *Output) Size(tree, file string) int64 { return o.size(tree, file) }

// Lead makes the builder the generator until release, as long as led lives.
func (b *Builder) Lead(ctx context.Context) (led context.Context, release func(), err error) {
	return b.lead(ctx)
}
