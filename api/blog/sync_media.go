// Copies of the files that posts show: pictures, sound, film and others that stand at the
// Ghost, and pictures of other hosts.

package blog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	// mirrorBudget is how long the storing of one object waits for its files.
	mirrorBudget = 2 * time.Second
	// copyLease is after how long others may copy a file that somebody took on and did not
	// hold any longer: the process is gone.
	copyLease = time.Minute
	// mirrorers is how many files are copied at once, for one object and by the job.
	mirrorers = 4
	// mirrorPoll is how often one looks whether others have copied a file.
	mirrorPoll = 50 * time.Millisecond

	// notCopied ends the flags that say which files are missing.
	notCopied = " not copied yet"
)

// mediaPauses are the times between the attempts to copy a file. After the last it is given
// up, until somebody asks for another round with retryMedia.
var mediaPauses = [...]time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour,
}

// mirror has every file that an object shows copied, as far as that takes no longer than
// mirrorBudget in all; the job ghost.media copies the rest, and has the object stored again
// then. Call it before the transaction that stores the object and under its lock. A file
// that cannot be had is no error; each is fetched once, however many objects show it.
func (y *Sync) mirror(ctx context.Context, o ghost.Object) error {
	if !y.copiesFiles() {
		return nil
	}
	files := y.shownBy(o).files
	addresses := urlsOf(files)
	known, err := y.mediaOf(ctx, y.queries(), addresses)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(addresses, func(at string) bool { return known[at].Address == nil }) {
		claimed, err := y.claimMedia(ctx, o, addresses)
		if err != nil {
			return err
		}
		budget, cancel := context.WithTimeout(ctx, y.mirrorBudget)
		defer cancel()
		var group errgroup.Group
		group.SetLimit(mirrorers)
		for _, f := range files {
			if slices.Contains(claimed, f.url) {
				group.Go(func() error {
					_, err := y.copyFile(ctx, budget, f, 0)
					return err
				})
			}
		}
		if err := group.Wait(); err != nil {
			return err
		}
		if known, err = y.awaitOthers(ctx, budget, addresses); err != nil {
			return err
		}
	}
	return y.settleUses(ctx, o, known)
}

// copiesFiles tells whether there is a Ghost whose files are copied.
func (y *Sync) copiesFiles() bool { return y.options.Files != nil && y.options.URL != "" }

// shownBy are the files that an object shows.
func (y *Sync) shownBy(o ghost.Object) shownFiles {
	return newFileAddresses(y.options.URL, o.URL).filesOf(o)
}

// urlsOf are the addresses of files, sorted: rows are locked in one order everywhere.
func urlsOf(files []shownFile) []string {
	addresses := make([]string, len(files))
	for i, f := range files {
		addresses[i] = f.url
	}
	slices.Sort(addresses)
	return addresses
}

// mediaOf is what is known of files, by their addresses.
func (y *Sync) mediaOf(ctx context.Context, q *blogdb.Queries, addresses []string) (map[string]blogdb.GhostMedia, error) {
	known := make(map[string]blogdb.GhostMedia, len(addresses))
	if len(addresses) == 0 {
		return known, nil
	}
	rows, err := q.Media(ctx, addresses)
	for _, row := range rows {
		known[row.Url] = row
	}
	return known, err
}

// claimMedia notes that an object shows files of which there is no copy, and returns those
// of them that nobody knew: they are the caller's to copy.
func (y *Sync) claimMedia(ctx context.Context, o ghost.Object, addresses []string) (claimed []string, err error) {
	err = db.InTx(ctx, y.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		if err := q.ShareMediaUses(ctx); err != nil {
			return err
		}
		if claimed, err = q.ClaimMedia(ctx, blogdb.ClaimMediaParams{Urls: addresses, Lease: y.clock.Now().Add(copyLease)}); err != nil {
			return err
		}
		known, err := y.mediaOf(ctx, q, addresses)
		if err != nil {
			return err
		}
		return q.AddMediaUses(ctx, blogdb.AddMediaUsesParams{Urls: without(addresses, known), Kind: string(o.Kind), GhostID: o.ID})
	})
	return claimed, err
}

// without are the addresses of which there is no copy.
func without(addresses []string, known map[string]blogdb.GhostMedia) []string {
	left := []string{}
	for _, at := range addresses {
		if known[at].Address == nil {
			left = append(left, at)
		}
	}
	return left
}

// copyFile copies one file and notes what came of it, after so many attempts. Nothing is
// wrong with a file that is not there when budget ends: the job takes it up at once.
func (y *Sync) copyFile(ctx, budget context.Context, f shownFile, attempts int32) (copied bool, err error) {
	release := y.holdLease(ctx, f.url)
	kept, err := y.options.Files.KeepFrom(budget, f.url, f.ghost)
	release()
	if err == nil && f.sort == shownPicture && !strings.HasPrefix(kept.MediaType, "image/") {
		err = problem.UnsupportedMedia("the file is no picture")
	}
	switch now := y.clock.Now(); {
	case err == nil:
		return true, y.queries().MediaCopied(ctx, blogdb.MediaCopiedParams{
			Url: f.url, Address: kept.URL, Width: int32(kept.Width), Height: int32(kept.Height)})
	case ctx.Err() != nil:
		return false, ctx.Err()
	case budget.Err() != nil:
		return false, y.queries().MediaPutOff(ctx, blogdb.MediaPutOffParams{Url: f.url, At: now})
	default:
		var next *time.Time
		if int(attempts) < len(mediaPauses) {
			next = new(now.Add(mediaPauses[attempts]))
		}
		y.options.Log.Info("a file could not be copied", "address", bareAddress(f.url), "attempt", attempts+1, "error", err, "cause", errors.Unwrap(err))
		return false, y.queries().MediaFailed(ctx, blogdb.MediaFailedParams{Url: f.url, NextAt: next, Error: mediaFault(err)})
	}
}

// holdLease keeps others from a file until release is called.
func (y *Sync) holdLease(ctx context.Context, address string) (release func()) {
	ctx, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(copyLease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := y.queries().MediaPutOff(ctx, blogdb.MediaPutOffParams{Url: address, At: y.clock.Now().Add(copyLease)}); err != nil && ctx.Err() == nil {
					y.options.Log.Warn("a file may be copied twice", "address", bareAddress(address), "error", err)
				}
			}
		}
	}()
	return func() { stop(); <-stopped }
}

// mediaFault says why a file could not be copied, in words of ours.
func mediaFault(err error) string {
	if p := new(problem.Details); errors.As(err, &p) && p.Detail != "" {
		return p.Detail
	}
	return "the file could not be kept"
}

// awaitOthers waits while other objects' mirrors are copying some of the files, until
// budget ends, and returns what is known then.
func (y *Sync) awaitOthers(ctx, budget context.Context, addresses []string) (map[string]blogdb.GhostMedia, error) {
	for {
		known, err := y.mediaOf(ctx, y.queries(), addresses)
		if err != nil {
			return nil, err
		}
		now := y.clock.Now()
		busy := func(m blogdb.GhostMedia) bool {
			return m.Address == nil && m.Attempts == 0 && m.NextAt != nil && m.NextAt.After(now)
		}
		if !slices.ContainsFunc(addresses, func(at string) bool { return busy(known[at]) }) {
			return known, nil
		}
		select {
		case <-budget.Done():
			return known, ctx.Err()
		case <-time.After(mirrorPoll):
		}
	}
}

// settleUses leaves an object the uses of files that are not copied, and has the job run
// where one of those is due.
func (y *Sync) settleUses(ctx context.Context, o ghost.Object, known map[string]blogdb.GhostMedia) error {
	left, due := []string{}, false
	for at, m := range known {
		if m.Address == nil {
			left = append(left, at)
			due = due || m.NextAt != nil && !m.NextAt.After(y.clock.Now())
		}
	}
	return db.InTx(ctx, y.pool, func(tx pgx.Tx) error {
		if err := blogdb.New(tx).DropMediaUses(ctx, blogdb.DropMediaUsesParams{Urls: left, Kind: string(o.Kind), GhostID: o.ID}); err != nil {
			return err
		}
		if due {
			return y.mediaSoon(ctx, tx)
		}
		return nil
	})
}

// copied are the addresses of our copies by the addresses that an object has, for localise
// and for the object's own fields, and flags that say which of its files are not copied,
// none where all are. It reads in the caller's transaction.
func (y *Sync) copied(ctx context.Context, tx pgx.Tx, o ghost.Object) (copies map[string]string, flags []string, err error) {
	copies = map[string]string{}
	if !y.copiesFiles() {
		return copies, nil, nil
	}
	shown := y.shownBy(o)
	known, err := y.mediaOf(ctx, blogdb.New(tx), urlsOf(shown.files))
	if err != nil {
		return nil, nil, err
	}
	var missing [len(fileWords)]int
	for _, f := range shown.files {
		ours := known[f.url].Address
		if ours == nil {
			missing[f.sort]++
			continue
		}
		copies[f.url] = *ours
		if path, ok := strings.CutPrefix(f.url, shown.in.origin+shown.in.folder); ok && f.ghost {
			copies[ghostURL+path] = *ours
		}
	}
	for spelled, at := range shown.at {
		if ours := known[at].Address; ours != nil {
			copies[spelled] = *ours
		}
	}
	return copies, missingFlags(missing), nil
}

// missingFlags say how many files of each sort are not copied.
func missingFlags(missing [len(fileWords)]int) (flags []string) {
	for sort, words := range fileWords {
		switch n := missing[sort]; n {
		case 0:
		case 1:
			flags = append(flags, "1 "+words[0]+notCopied)
		default:
			flags = append(flags, fmt.Sprint(n, " ", words[1], notCopied))
		}
	}
	return flags
}

// fileWords are what files are called in flags, by their sort.
var fileWords = [...][2]string{
	shownPicture: {"picture is", "pictures are"},
	shownMedia:   {"film or sound is", "films or sounds are"},
	shownOther:   {"file is", "files are"},
}
