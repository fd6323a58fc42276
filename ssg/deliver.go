// Delivering: what changed in the directory, brought to storage and CDN.

package ssg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
	"rose-ash.com/roseash/ssg/sink"
)

// Targets is where the trees are delivered to; sink.Targets satisfies it.
type Targets interface {
	Deliver(ctx context.Context, d sink.Delivery, p sink.Purge) (sink.Tally, error)
	None() bool
}

// everywhere is the target in the database: all of what is configured is brought
// up to date together.
const everywhere = "all"

// Pauses after a delivery that failed: what is configured may be away for long.
const (
	firstRetry = 500 * time.Millisecond
	lastRetry  = time.Minute
)

// beginDelivering starts what delivers, and forgets how far it was where nothing is
// configured any more.
func (b *Builder) beginDelivering(ctx context.Context) error {
	if b.Targets == nil || b.Targets.None() {
		return ssgdb.New(b.Pool).ForgetDeliveries(ctx)
	}
	b.wakeDelivery()
	go b.deliver(ctx)
	return nil
}

// deliver brings each generation to the targets after it has been applied, and
// several at once where they came faster, until ctx ends. The directory does not
// wait for it: a storage that is away holds up no publish.
func (b *Builder) deliver(ctx context.Context) {
	wait := firstRetry
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.delivery:
		}
		for {
			err := b.deliverOnce(ctx)
			if err == nil || ctx.Err() != nil {
				wait = firstRetry
				break
			}
			b.Log.Error("delivering the built site failed, trying again", "error", err, "in", wait)
			pause(ctx, wait)
			wait = min(2*wait, lastRetry)
		}
	}
}

// wakeDelivery tells the delivering goroutine that something was applied.
func (b *Builder) wakeDelivery() {
	select {
	case b.delivery <- struct{}{}:
	default:
	}
}

// deliverOnce delivers what is not yet delivered.
func (b *Builder) deliverOnce(ctx context.Context) error {
	q := ssgdb.New(b.Pool)
	last, err := q.LastGeneration(ctx)
	if err != nil || last == 0 {
		return err
	}
	since, err := q.Delivered(ctx, everywhere)
	first := errors.Is(err, pgx.ErrNoRows)
	if err != nil && !first || since == last {
		return err
	}
	var files []ssgdb.ChangedFilesRow
	if first {
		pages, err := q.AllPages(ctx)
		if err != nil {
			return err
		}
		for _, p := range pages {
			files = append(files, ssgdb.ChangedFilesRow{Tree: p.Tree, File: p.File, Unit: &p.Unit, ContentHash: p.ContentHash})
		}
	} else if files, err = q.ChangedFiles(ctx, ssgdb.ChangedFilesParams{Since: since, Until: last}); err != nil {
		return err
	}
	start := time.Now()
	tally, err := b.Targets.Deliver(ctx, b.delivering(last, files), b.purge(last, first, files))
	if err != nil {
		return err
	}
	b.Log.Info("built site delivered", "generation", last, "stored", tally.Stored, "deleted", tally.Deleted,
		"took", time.Since(start).Round(time.Millisecond))
	return q.PutDelivered(ctx, ssgdb.PutDeliveredParams{Target: everywhere, Generation: last})
}

// delivering orders files: what is linked to before what links.
func (b *Builder) delivering(generation int64, files []ssgdb.ChangedFilesRow) sink.Delivery {
	d := sink.Delivery{Generation: generation}
	groups := make([][]ssgdb.ChangedFilesRow, 4)
	for _, f := range files {
		if f.Unit == nil {
			d.Deletes = append(d.Deletes, sink.File{Tree: f.Tree, File: f.File})
			continue
		}
		n := 3
		switch r := rank[parseUnit(*f.Unit).Kind]; {
		case r < rank[kindPost]:
			n = 0
		case r < rank[kindTag]:
			n = 1
		case r < rank[kindFeed]:
			n = 2
		}
		groups[n] = append(groups[n], f)
	}
	for _, g := range groups {
		if len(g) > 0 {
			d.Groups = append(d.Groups, b.objects(g))
		}
	}
	return d
}

// objects reads files as they are asked for.
func (b *Builder) objects(files []ssgdb.ChangedFilesRow) iter.Seq2[sink.Object, error] {
	return func(yield func(sink.Object, error) bool) {
		for _, f := range files {
			body, err := b.Output.read(f.Tree, f.File)
			o := sink.Object{Tree: f.Tree, File: f.File, Body: body, Hash: sha256.Sum256(body)}
			if err == nil && !bytes.Equal(o.Hash[:], f.ContentHash) {
				err = fmt.Errorf("%s/%s is just being written", f.Tree, f.File)
			}
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}

// purge names the addresses that changed, and nothing where everything is new.
func (b *Builder) purge(generation int64, first bool, files []ssgdb.ChangedFilesRow) sink.Purge {
	p := sink.Purge{Generation: generation, Everything: first}
	if first {
		return p
	}
	for _, f := range files {
		if address, held := sink.Address(b.Renderer.origin(f.Tree), f.File); held {
			p.URLs = append(p.URLs, address)
		}
	}
	return p
}

// origin is where a tree is served.
func (r *Renderer) origin(tree string) string {
	for _, app := range r.sites.InTree(tree) {
		return r.sites.Base(app)
	}
	return r.sites.Base(urls.Blog)
}
