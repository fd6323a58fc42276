// What a walk has not met: taken away, unless it is too much.

package blog

import (
	"context"
	"errors"
	"fmt"

	"rose-ash.com/roseash/api/blog/ghost"
)

// missing takes away what is stored here and Ghost has no more, once the walk has met
// everything else. Each is asked for by its id: only Ghost's own word counts.
func (w *walk) missing(ctx context.Context) error {
	for _, kind := range allKinds {
		var gone []string
		for _, ghostID := range w.had[kind] {
			if !w.met[kind][ghostID] && kind != ghost.KindSettings {
				gone = append(gone, ghostID)
			}
		}
		k := w.kinds[kind]
		k.Missing = len(gone)
		if w.cut || w.unended[kind] || len(gone) == 0 {
			continue
		}
		if !w.options.RemoveMissing && len(gone) > missingFew && len(gone)*missingPart > len(w.had[kind]) {
			k.HeldBack = true
			w.y.options.Log.Error("too many things are missing in Ghost: none of them is taken away", "kind", kind, "missing", len(gone), "stored", len(w.had[kind]))
			w.faults = append(w.faults, ObjectFault{kind, "", errHeldBack})
			continue
		}
		for _, ghostID := range gone {
			if err := w.gone(ctx, kind, ghostID); err != nil {
				return err
			}
		}
	}
	return nil
}

// errHeldBack says that what is missing in Ghost was left here.
var errHeldBack = fmt.Errorf("%w: more than one in %d are missing in Ghost, and were left here: `roseash ghost sync --remove-missing` takes them away", errUnfinished, missingPart)

// gone takes one thing away that was not met, if Ghost says that it has none.
func (w *walk) gone(ctx context.Context, kind ghost.Kind, ghostID string) error {
	d, err := w.y.storedAs(ctx, kind, ghostID)
	if err != nil {
		return err
	}
	d.What = string(removed)
	var what applied
	if w.options.DryRun {
		if _, err = w.y.options.Client.Fetch(ctx, kind, ghostID); errors.Is(err, ghost.ErrNotFound) {
			what, err = removed, nil
		}
	} else {
		what, err = w.y.fetch(ctx, kind, ghostID)
	}
	switch {
	case err != nil:
		return w.fault(ctx, kind, ghostID, err)
	case what == removed || what == kept:
		d.What = string(what)
		w.note(d)
	}
	return nil
}
