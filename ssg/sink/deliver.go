// One generation on its way to the targets.

package sink

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Delivery is what one generation changed.
type Delivery struct {
	// Generation grows from delivery to delivery. A builder that takes over what
	// another has begun gives it a new number.
	Generation int64
	// Groups are stored one after the other, the objects of a group in no order.
	// An object is asked for when there is room for it, so that a whole site need
	// not be in memory; an error in its place ends the delivery.
	Groups []iter.Seq2[Object, error]
	// Deletes are removed after everything is stored.
	Deletes []File
}

// Tally counts what a delivery did.
type Tally struct {
	Stored, Deleted, Bytes int64
}

// Objects is a group of objects that are in memory.
func Objects(list ...Object) iter.Seq2[Object, error] { return each(list) }

// atOnce is how many objects are on their way at the same time.
const atOnce = 8

// Deliver brings a delivery to a store. It fails with ErrFenced as soon as it is
// seen that another builder has taken over, and else with the first error;
// objects that were on their way then may have arrived or not.
func Deliver(ctx context.Context, s Store, d Delivery) (Tally, error) {
	var stored, deleted, bytes atomic.Int64
	err := func() error {
		for i, objects := range d.Groups {
			if err := s.Claim(ctx, d.Generation); err != nil {
				return err
			}
			err := some(ctx, objects, func(ctx context.Context, o Object) error {
				if err := s.Put(ctx, o); err != nil {
					return err
				}
				stored.Add(1)
				bytes.Add(int64(len(o.Body)))
				return nil
			})
			if err != nil {
				return fmt.Errorf("group %d of %d: %w", i+1, len(d.Groups), err)
			}
		}
		if err := s.Claim(ctx, d.Generation); err != nil {
			return err
		}
		return some(ctx, each(d.Deletes), func(ctx context.Context, f File) error {
			if err := s.Delete(ctx, f); err != nil {
				return err
			}
			deleted.Add(1)
			return nil
		})
	}()
	return Tally{stored.Load(), deleted.Load(), bytes.Load()}, err
}

// each is a list as a sequence without errors.
func each[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, t := range list {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// some calls fn for each element, atOnce of them at a time, until one fails.
func some[T any](ctx context.Context, elements iter.Seq2[T, error], fn func(context.Context, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for t, err := range elements {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			group.Go(func() error { return err })
			break
		}
		group.Go(func() error { return fn(ctx, t) })
	}
	return group.Wait()
}

// Deliver brings a delivery to the store, and then, where all of it is there,
// the purge to every purger. Repeating it after an error does no harm.
func (t Targets) Deliver(ctx context.Context, d Delivery, p Purge) (Tally, error) {
	var tally Tally
	if t.Store != nil {
		var err error
		if tally, err = Deliver(ctx, t.Store, d); err != nil {
			return tally, fmt.Errorf("%s: %w", t.Store, err)
		}
	}
	var faults []error
	for _, purger := range t.Purgers {
		if err := purger.Purge(ctx, p); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", purger, err))
		}
	}
	return tally, errors.Join(faults...)
}
