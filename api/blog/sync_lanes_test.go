package blog_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/clock"
)

// TestLanesOfTheDead: a lane whose run was killed does not count as running for ever; the
// next one who compares everything says so, and tells nothing new of the others.
func TestLanesOfTheDead(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	if _, err := w.pool.Exec(t.Context(), `insert into blog.ghost_lanes (lane, started_at, finished_at, succeeded_at, error) values
		('manual', now() - interval '1 hour', null, null, ''),
		('change', now() - interval '1 hour', now() - interval '2 hours', now() - interval '2 hours', ''),
		('period', now() - interval '1 hour', now() - interval '50 minutes', now() - interval '50 minutes', ''),
		('media', now() - interval '1 hour', null, null, '')`); err != nil {
		t.Fatal(err)
	}
	told := func() []string {
		return w.rows(`select concat_ws(' ', lane, coalesce(finished_at > started_at, false), coalesce(failed_at > coalesce(succeeded_at, '-infinity'), false), error)
			from blog.ghost_lanes order by lane`)
	}
	for _, c := range []struct {
		lane blog.Lane
		want []string
	}{
		{blog.PeriodLane, []string{"change t t it was interrupted", "manual t t it was interrupted", "media f f ", "period t f "}},
		{blog.ManualLane, []string{"change t t it was interrupted", "manual t f it was interrupted", "media f f ", "period t f "}},
	} {
		if r, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{Lane: c.lane}); err != nil {
			t.Fatal(err, fmt.Sprint(r.Faults))
		}
		if got := told(); !slices.Equal(got, c.want) {
			t.Errorf("after a run of %s the lanes say %q, want %q", c.lane, got, c.want)
		}
	}
}

// TestLanesOfWhatEndsAtOnce: whoever ends first may write it down last.
func TestLanesOfWhatEndsAtOnce(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	now := time.Now().UTC().Truncate(time.Microsecond)
	for _, at := range []time.Duration{0, -time.Millisecond} {
		manual := clock.NewManual(now.Add(at))
		blog.EndLaneForTest(blog.NewSync(blog.New(w.pool, manual), blog.SyncOptions{}), blog.HookLane, now)
	}
	if got := w.rows(`select concat_ws(' ', started_at <= finished_at, finished_at = succeeded_at) from blog.ghost_lanes`); !slices.Equal(got, []string{"t t"}) {
		t.Errorf("the lane says %q", got)
	}
}
