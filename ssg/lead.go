// Leading: one generator at a time on a database, and one on a directory.

package ssg

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// A generator that has not said so for holdLead is taken for gone.
const (
	holdLead  = 10 * time.Second
	renewLead = 3 * time.Second
)

// errBusy says that another process builds on this database or into this directory.
var errBusy = errors.New("another builder is at work on this site")

// lead makes this process the generator until release. Two things keep others out:
// the kernel's lock on the directory, which is free the moment a process is gone,
// and a token in the database, which grows with every generator, so that one that
// was thought dead and is not can commit nothing. The directory's lock proves that
// a former generator with the same directory is gone, so that it need not be
// waited for. ctx ends when the place is lost.
func (b *Builder) lead(ctx context.Context) (led context.Context, release func(), err error) {
	unlock, err := b.Output.lock()
	if err != nil {
		return nil, nil, err
	}
	q := ssgdb.New(b.Pool)
	b.token, err = q.Lead(ctx, ssgdb.LeadParams{Holder: b.Output.id, Hold: holdLead.Seconds()})
	if err != nil {
		unlock()
		if errors.Is(err, pgx.ErrNoRows) {
			err = errBusy
		}
		return nil, nil, err
	}
	reached("led")
	b.moved = b.Output.token() != b.token-1
	led, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.renew(led, cancel)
	}()
	return led, func() {
		b.conclude(context.WithoutCancel(ctx))
		cancel(nil)
		<-done
		if err := q.Release(context.WithoutCancel(ctx), b.token); err != nil && ctx.Err() == nil {
			b.Log.Warn("giving up the generator's place", "error", err)
		}
		unlock()
	}, nil
}

// ending is the error that work under led ends with: that the place was lost, where it
// was, and not what the work says about the context that ended with it.
func ending(led context.Context, err error) error {
	if cause := context.Cause(led); cause != nil && err != nil {
		return cause
	}
	return err
}

// lastSync is how long the disk may take when a generator ends.
const lastSync = 500 * time.Millisecond

// conclude ends what goes on beside the work, and makes durable what is applied, so
// that the next start finds nothing to finish.
func (b *Builder) conclude(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastSync)
	defer cancel()
	if b.ahead != nil {
		<-b.ahead.done
		b.ahead = nil
	}
	if err := b.checkpoint(ctx); err != nil {
		b.Log.Debug("the last changes of the built site are applied again at the next start", "error", err)
	}
}

// renew keeps the place, and ends the context where it is lost.
func (b *Builder) renew(ctx context.Context, cancel context.CancelCauseFunc) {
	held := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(renewLead):
		}
		asked := time.Now()
		n, err := ssgdb.New(b.Pool).Hold(ctx, ssgdb.HoldParams{Token: b.token, Hold: holdLead.Seconds()})
		switch {
		case err == nil && n == 1:
			held = asked
		case err == nil:
			cancel(errFenced)
			return
		case ctx.Err() == nil && time.Since(held) > holdLead:
			cancel(err)
			return
		}
	}
}
