// Durability: what was applied is made safe, and applied again after a crash.

package ssg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// recover applies the generations of which it is not known that they are safely
// in the directory.
func (b *Builder) recover(ctx context.Context) error {
	q := ssgdb.New(b.Pool)
	ready, err := q.ReadyGenerations(ctx)
	if err != nil || len(ready) == 0 {
		return err
	}
	b.Log.Info("finishing what was under way when the last process ended", "generations", len(ready))
	for _, id := range ready {
		changes, err := b.changesOf(ctx, id)
		if err == nil {
			err = b.apply(id, changes)
		}
		reached("recovered")
		if err != nil {
			return err
		}
		b.applied(id, changes)
	}
	return b.checkpoint(ctx)
}

// changesOf reads a generation's changes, with their bytes from its pack.
func (b *Builder) changesOf(ctx context.Context, generation int64) ([]change, error) {
	q := ssgdb.New(b.Pool)
	rows, err := q.Changes(ctx, generation)
	if err != nil {
		return nil, err
	}
	pack, err := q.Pack(ctx, generation)
	if err != nil {
		return nil, err
	}
	bodies := make(map[int32][]byte, len(pack))
	for _, p := range pack {
		bodies[p.N] = p.Body
	}
	changes := make([]change, len(rows))
	for i, row := range rows {
		changes[i] = change{
			unit: parseUnit(row.Unit), tree: row.Tree, file: row.File, op: row.Op, old: row.OldHash, new: row.NewHash,
			siblings: true, keep: row.Kept, body: bodies[row.N],
		}
		if sum := sha256.Sum256(changes[i].body); row.Op == opWrite && !bytes.Equal(sum[:], row.NewHash) {
			return nil, fmt.Errorf("the pack of generation %d is damaged", generation)
		}
	}
	return changes, nil
}

// checkpoint makes the applied generations durable in the directory and drops
// their packs, and the generations that are too old to be rolled back to.
func (b *Builder) checkpoint(ctx context.Context) error {
	if err := b.checkpointed(ctx, true); err != nil || b.pending == 0 {
		return err
	}
	upto := b.pending
	b.pending, b.unsynced = 0, 0
	return b.durable(ctx, upto)
}

// checkpointSoon is checkpoint beside other work: the disk may take its time.
func (b *Builder) checkpointSoon(ctx context.Context) error {
	if err := b.checkpointed(ctx, false); err != nil || b.pending == 0 || b.syncing != nil {
		return err
	}
	done, upto := make(chan error, 1), b.pending
	b.syncing, b.pending, b.unsynced = done, 0, 0
	go func() { done <- b.durable(ctx, upto) }()
	return nil
}

// checkpointed takes the result of a checkpoint beside other work, with wait also
// of one that is under way.
func (b *Builder) checkpointed(ctx context.Context, wait bool) error {
	if b.syncing == nil {
		return nil
	}
	if !wait {
		select {
		case err := <-b.syncing:
			b.syncing = nil
			return err
		default:
			return nil
		}
	}
	err := <-b.syncing
	b.syncing = nil
	return err
}

// durable waits for the disk, then tells the database.
func (b *Builder) durable(ctx context.Context, upto int64) error {
	if err := b.Output.sync(); err != nil {
		return fmt.Errorf("making the built site durable: %w", err)
	}
	reached("synced")
	var pruned []int64
	err := b.transact(ctx, func(_ pgx.Tx, q *ssgdb.Queries) (err error) {
		if err = q.GoLive(ctx, upto); err != nil {
			return err
		}
		if err = q.DropPacks(ctx, upto); err == nil {
			pruned, err = q.PruneGenerations(ctx, KeptGenerations)
		}
		return err
	})
	reached("live")
	for _, g := range pruned {
		if err := b.Output.forget(g); err != nil {
			return err
		}
	}
	return err
}

// KeptGenerations is how many of the last generations can be rolled back, a large
// build counting as one.
const KeptGenerations = 20
