// Comparing everything with Ghost: a walk detects what differs, and each thing is then
// brought by itself.

package blog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/db"
)

const (
	// walkLock is held by the one who walks, on any server.
	walkLock int64 = 0x67686f737477616c // "ghostwal"
	// walkFetches is how many things are brought at once.
	walkFetches = 3
	// Of more than missingFew things and one in missingPart of a kind that are not there any
	// more somebody is told, and none is taken away: the likelier explanation is a fault.
	missingFew  = 5
	missingPart = 10
	// walkGrowth is how many things may be made while one walks, besides as many as there were.
	walkGrowth = 1000
	// walkFaults is how many useless answers in a row end a walk.
	walkFaults = 3
)

// errUnfinished says that a walk did not do all that there was to do.
var errUnfinished = errors.New("not everything could be compared or stored")

// ErrWalking says that everything is being compared already.
var ErrWalking = errors.New("blog: everything is being compared with Ghost already")

// ReconcileOptions say how everything is compared.
type ReconcileOptions struct {
	Lane   Lane // where it is written down; empty: manual
	DryRun bool // only tell what differs
	// RemoveMissing takes away what Ghost has no more, however much that is.
	RemoveMissing bool
	Progress      func(Progress)
}

// Progress is how far a walk is through one collection.
type Progress struct {
	Collection string // posts, pages, tags …
	Seen       int
	Total      int // as Ghost says; it changes while one walks
}

// Report says what a walk found and did.
type Report struct {
	Kinds       []KindReport
	Differences []Difference  // by kind, then by Ghost's id
	Faults      []ObjectFault // what could not be compared or stored
}

// KindReport counts what there was of a kind.
type KindReport struct {
	Kind     ghost.Kind
	Seen     int  // in Ghost
	Created  int  // were stored that were not before; would be, in a dry run
	Changed  int  // were stored anew
	Removed  int  // were taken away
	Missing  int  // are stored here and were not met
	HeldBack bool // too many are missing: none was taken away
}

// Difference is one thing that differs.
type Difference struct {
	Kind   ghost.Kind
	ID     string   // Ghost's
	Title  string   // or the name; empty for members
	What   string   // created, updated, removed, or kept: changed here too
	Fields []string // Ghost's names of what differs, of one that is updated
}

// ObjectFault is a thing, or a whole collection where ID is empty, that could not be
// compared or stored.
type ObjectFault struct {
	Kind ghost.Kind
	ID   string
	Err  error
}

// Reconcile compares everything with Ghost and brings what differs; what Ghost has no more
// is taken away after the walk, each once Ghost itself has said so. One thing that cannot be
// stored keeps no other from it: the report tells, and err says that there was one. Where a
// collection could not be walked to its end nothing is taken away. It fails with ErrNoGhost,
// with ErrWalking where somebody walks already, and with a *ghost.Fault where Ghost does not
// answer; the report holds what was done until then.
func (y *Sync) Reconcile(ctx context.Context, o ReconcileOptions) (Report, error) {
	if y.options.Client == nil {
		return Report{}, ErrNoGhost
	}
	if o.Lane == "" {
		o.Lane = ManualLane
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	w := &walk{y: y, options: o, kinds: map[ghost.Kind]*KindReport{}, met: map[ghost.Kind]map[string]bool{},
		had: map[ghost.Kind][]string{}, unended: map[ghost.Kind]bool{}}
	if o.DryRun {
		err := w.all(ctx)
		return w.report(), err
	}
	held, err := db.Alone(ctx, y.pool, walkLock, func() error {
		start := y.clock.Now()
		if err := y.walkStarted(ctx, o.Lane); err != nil {
			return err
		}
		err := w.all(ctx)
		if failed := y.handled(ctx, start, err); err == nil {
			err = failed
		}
		r := w.report()
		run := laneRun{since: start}
		for _, k := range r.Kinds {
			run.seen += k.Seen
			run.changed += k.Created + k.Changed + k.Removed
			run.missing += k.Missing - k.Removed
		}
		y.laneEnded(ctx, o.Lane, run, err)
		return err
	})
	if err == nil && !held {
		err = ErrWalking
	}
	return w.report(), err
}

// handled marks the webhooks that came before a walk as handled: all of them after one that
// has done everything, and those that ask for a walk after one that got to its end.
func (y *Sync) handled(ctx context.Context, before time.Time, walked error) error {
	now := y.clock.Now()
	switch {
	case walked == nil:
		return y.queries().HandleAllHooks(ctx, blogdb.HandleAllHooksParams{HandledAt: &now, Before: before})
	case errors.Is(walked, errUnfinished):
		return y.queries().HandleChanges(ctx, blogdb.HandleChangesParams{HandledAt: &now, Before: before})
	}
	return nil
}

// walk is one comparison of everything.
type walk struct {
	y       *Sync
	options ReconcileOptions

	had     map[ghost.Kind][]string        // what was stored before the walk
	met     map[ghost.Kind]map[string]bool // what Ghost has
	unended map[ghost.Kind]bool            // was not walked to its end
	cut     bool                           // Ghost gave a useless answer to a walk

	mu          sync.Mutex // of what follows, which several fetches change
	kinds       map[ghost.Kind]*KindReport
	differences []Difference
	faults      []ObjectFault
	inARow      int
}

func (w *walk) report() Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := Report{Differences: slices.Clone(w.differences), Faults: w.faults}
	// Several are brought at once; whoever compares two reports wants them alike.
	slices.SortStableFunc(r.Differences, func(a, b Difference) int {
		return cmp.Or(slices.Index(allKinds, a.Kind)-slices.Index(allKinds, b.Kind), strings.Compare(a.ID, b.ID))
	})
	for _, kind := range allKinds {
		if k := w.kinds[kind]; k != nil {
			r.Kinds = append(r.Kinds, *k)
		}
	}
	return r
}

// allKinds in the order in which they are walked.
var allKinds = []ghost.Kind{
	ghost.KindSettings, ghost.KindUser, ghost.KindTag, ghost.KindTier, ghost.KindNewsletter, ghost.KindPost, ghost.KindMember,
}

func (w *walk) all(ctx context.Context) error {
	for _, kind := range allKinds {
		w.kinds[kind], w.met[kind] = &KindReport{Kind: kind}, map[string]bool{}
		var err error
		if w.had[kind], err = w.y.queries().GhostIDs(ctx, string(kind)); err != nil {
			return err
		}
	}
	if err := w.settings(ctx); err != nil {
		return err
	}
	for _, collection := range ghost.Collections {
		if err := w.collection(ctx, collection); err != nil {
			return err
		}
	}
	if err := w.missing(ctx); err != nil {
		return err
	}
	if !w.options.DryRun {
		for _, kind := range allKinds {
			if err := w.y.settle(ctx, kind); err != nil {
				return err
			}
		}
		if err := w.y.leadAside(ctx); err != nil {
			return err
		}
	}
	for _, f := range w.faults {
		if f.Err == errHeldBack {
			return errHeldBack
		}
	}
	if len(w.faults) > 0 {
		return fmt.Errorf("%w: %w", errUnfinished, w.faults[0].Err)
	}
	return nil
}

// settings compares the one thing that no list has.
func (w *walk) settings(ctx context.Context) error {
	o, err := w.y.options.Client.Fetch(ctx, ghost.KindSettings, settingsID)
	if err != nil {
		return w.fault(ctx, ghost.KindSettings, settingsID, err)
	}
	return w.page(ctx, []ghost.Object{o})
}

// settingsID is the id of the settings, which have none in Ghost.
const settingsID = "settings"

// collection walks through one collection by id ascending, which things that are made or
// deleted meanwhile do not shift.
func (w *walk) collection(ctx context.Context, c ghost.Collection) error {
	after, seen, most := "", 0, 0
	for {
		objects, rest, err := w.y.options.Client.Walk(ctx, c, after)
		if seen == 0 {
			most = 2*rest + walkGrowth
		}
		if err == nil && seen+len(objects) > most {
			err = &ghost.Fault{Reason: "its list has no end"}
		}
		if err != nil {
			// Some have no right to read a part, or are too old to have it.
			w.unended[c.Kind] = true
			var fault *ghost.Fault
			if !errors.As(err, &fault) || fault.Status != http.StatusForbidden && fault.Status != http.StatusNotFound {
				w.cut = true
			}
			return w.fault(ctx, c.Kind, "", err)
		}
		w.inARow = 0
		w.options.Progress(Progress{Collection: c.Name, Seen: seen + len(objects), Total: seen + rest})
		if len(objects) == 0 {
			return nil
		}
		if err := w.page(ctx, objects); err != nil {
			return err
		}
		seen += len(objects)
		after = objects[len(objects)-1].ID
	}
}

// page compares objects of one kind with what is stored, in one query, and brings those
// that differ.
func (w *walk) page(ctx context.Context, objects []ghost.Object) error {
	kind, ids := objects[0].Kind, make([]string, len(objects))
	for i, o := range objects {
		ids[i] = o.ID
		w.met[kind][o.ID] = true
	}
	w.kinds[kind].Seen = len(w.met[kind])
	rows, err := w.y.queries().GhostHashes(ctx, blogdb.GhostHashesParams{Kind: string(kind), GhostIds: ids})
	if err != nil {
		return err
	}
	stored := make(map[string][]byte, len(rows))
	for _, r := range rows {
		stored[r.GhostID] = r.Hash
	}
	var group errgroup.Group
	group.SetLimit(walkFetches)
	for _, o := range objects {
		if hash := stored[o.ID]; hash != nil && [32]byte(hash) == o.Hash {
			continue
		}
		if o.Fault != nil {
			w.unreadable(o)
			continue
		}
		group.Go(func() error { return w.differs(ctx, o) })
	}
	return group.Wait()
}

// unreadable notes a thing that cannot be read. It says nothing of whether Ghost answers: it
// ends no walk, and what is stored of the thing stays.
func (w *walk) unreadable(o ghost.Object) {
	w.y.options.Log.Warn("a thing of Ghost's cannot be read", "kind", o.Kind, "id", o.ID, "error", o.Fault)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, ObjectFault{o.Kind, o.ID, o.Fault})
}

// differs notes a difference and brings the thing, except in a dry run.
func (w *walk) differs(ctx context.Context, o ghost.Object) error {
	d, err := w.y.difference(ctx, o)
	if err != nil {
		return err
	}
	if !w.options.DryRun {
		what, err := w.y.fetch(ctx, o.Kind, o.ID)
		if err != nil {
			return w.fault(ctx, o.Kind, o.ID, err)
		}
		w.mu.Lock()
		w.inARow = 0
		w.mu.Unlock()
		if what == unchanged {
			return nil // a webhook was faster
		}
		d.What = string(what)
	}
	w.note(d)
	return nil
}

func (w *walk) note(d Difference) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.differences = append(w.differences, d)
	switch k := w.kinds[d.Kind]; applied(d.What) {
	case created:
		k.Created++
	case updated, kept:
		k.Changed++
	case removed:
		k.Removed++
	}
}

// fault notes what could not be done. It returns an error where there is no point in going
// on: ctx has ended, or Ghost does not answer.
func (w *walk) fault(ctx context.Context, kind ghost.Kind, ghostID string, err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, ObjectFault{kind, ghostID, err})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.y.options.Log.Warn("a thing of Ghost's could not be brought", "kind", kind, "id", ghostID, "error", err)
	var fault *ghost.Fault
	if !errors.As(err, &fault) {
		return nil
	}
	if w.inARow++; w.inARow >= walkFaults || fault.Status == http.StatusUnauthorized || fault.Status == http.StatusTooManyRequests || fault.RetryAfter > 0 {
		return err
	}
	return nil
}
