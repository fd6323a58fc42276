package blog_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
)

// idOf is Ghost's id of a post.
func (w *synced) idOf(slug string) string {
	w.t.Helper()
	p, ok := w.Post(slug)
	if !ok {
		w.t.Fatalf("no post %s", slug)
	}
	return p.ID
}

func (w *synced) fetch(kind ghost.Kind, id string) bool {
	w.t.Helper()
	changed, err := w.sync.Fetch(context.Background(), kind, id)
	if err != nil {
		w.t.Fatalf("Fetch %s %s: %v", kind, id, err)
	}
	return changed
}

// faulty has Ghost answer some requests with a fault.
func (w *synced) faulty(f ghosttest.Fault, which func(r *http.Request) bool) {
	w.Configure(func(o *ghosttest.Options) {
		o.Fault = func(r *http.Request) *ghosttest.Fault {
			if which(r) {
				return &f
			}
			return nil
		}
	})
}

func always(*http.Request) bool { return true }

func (w *synced) healthy() { w.Configure(func(o *ghosttest.Options) { o.Fault = nil }) }

// TestDryRun: it tells what differs and in what, and changes nothing.
func TestDryRun(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	dry := func() blog.Report {
		t.Helper()
		r, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := dry()
	if n := count(t, w.pool, `select count(*) from blog.ghost_objects`); n != 0 || len(first.Differences) < len(someSlugs) {
		t.Errorf("a dry run stored %d things and told of %d", n, len(first.Differences))
	}
	w.reconcile()
	w.EditPost(w.idOf("coming-soon"), func(p *ghosttest.Post) { p.Featured, p.Title = true, "Otherwise" })
	w.BulkDelete(w.idOf("about"))
	w.CreatePost(ghosttest.Post{Title: "New"})
	var told []string
	for _, d := range dry().Differences {
		told = append(told, fmt.Sprint(d.Kind, " ", d.Title, " ", d.What, " ", d.Fields))
	}
	slices.Sort(told)
	want := []string{"post About this site removed []", "post New created []", "post Otherwise updated [featured title updated_at]"}
	if fmt.Sprint(told) != fmt.Sprint(want) {
		t.Errorf("a dry run tells of\n%s, want\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	w.reconcile()
	w.same()
}

// TestTooManyMissing: more than one in ten and more than five are left until somebody looks.
func TestTooManyMissing(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some, Extra: 40})
	w.reconcile()
	var extra []string
	for id, p := range w.State().Posts {
		if !some(p.Slug) {
			extra = append(extra, id)
		}
	}
	slices.Sort(extra)
	w.BulkDelete(extra[:6]...)
	before := count(t, w.pool, `select count(*) from blog.posts`)
	r, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{})
	held := slices.ContainsFunc(r.Kinds, func(k blog.KindReport) bool {
		return k.Kind == ghost.KindPost && k.HeldBack && k.Missing == 6 && k.Removed == 0
	})
	if n := count(t, w.pool, `select count(*) from blog.posts`); err == nil || !held || n != before {
		t.Errorf("%v, %+v, %d posts of %d left", err, r.Kinds, n, before)
	}
	if n := count(t, w.pool, `select count(*) from blog.ghost_lanes where lane = 'manual' and error like '%missing in Ghost%' and missing = 6`); n != 1 {
		t.Error("the lane does not tell")
	}
	w.fetch(ghost.KindPost, extra[0]) // a webhook takes away what Ghost says is gone
	w.reconcile()
	w.same()

	// Somebody has looked.
	w.BulkDelete(extra[6:14]...)
	if _, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{}); err == nil {
		t.Error("eight missing posts are no fault")
	}
	if _, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{RemoveMissing: true}); err != nil {
		t.Error(err)
	}
	w.same()
}

// TestTombstones: only Ghost's own word takes a thing away, and it may come back.
func TestTombstones(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	w.reconcile()
	id := w.idOf("coming-soon")
	// The list lacks it, the thing itself is there.
	w.Configure(func(o *ghosttest.Options) {
		o.Fault = func(r *http.Request) *ghosttest.Fault {
			if strings.HasSuffix(r.URL.Path, "/posts/") {
				return &ghosttest.Fault{Shift: 1}
			}
			return nil
		}
	})
	w.sync.Reconcile(t.Context(), blog.ReconcileOptions{})
	w.healthy()
	w.same()
	// Fetching it fails in every way but one.
	w.Delete(id)
	for _, f := range []ghosttest.Fault{{Status: 500}, {Status: 401}, {Status: 429}, {HTML: true, Status: 404}, {Truncate: true}, {Cut: true}, {Raw: []byte(`{"posts":[]}`)}} {
		w.faulty(f, func(r *http.Request) bool { return strings.Contains(r.URL.Path, id) })
		_, err := w.sync.Fetch(t.Context(), ghost.KindPost, id)
		var fault *ghost.Fault
		if n := count(t, w.pool, `select count(*) from blog.posts where origin_id = $1`, id); n != 1 || !errors.As(err, &fault) {
			t.Errorf("%+v: %d posts, %v", f, n, err)
		}
	}
	w.healthy()
	if !w.fetch(ghost.KindPost, id) || w.fetch(ghost.KindPost, id) {
		t.Error("a deleted post is not taken away once")
	}
	if n := count(t, w.pool, `select count(*) from blog.ghost_objects where ghost_id = $1 and deleted_at is not null and data is null and object_id is null`, id); n != 1 {
		t.Error("its tombstone keeps more than that")
	}
	w.same()
}

// TestFaultsInTheMiddle: a walk that Ghost does not let end removes nothing; whatever goes
// wrong, the next one makes everything right.
func TestFaultsInTheMiddle(t *testing.T) {
	for name, f := range map[string]ghosttest.Fault{
		"500": {Status: 500}, "429": {Status: 429, RetryAfter: time.Minute}, "401": {Status: 401}, "a proxy's page": {HTML: true}, "cut off": {Truncate: true},
		"no answer": {Cut: true}, "the same again": {Same: true}, "without an end": {Endless: true}, "elsewhere": {Redirect: ghosttest.MetadataAddress},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSynced(t, ghosttest.Options{Only: some, Extra: 130})
			w.reconcile()
			w.Delete(w.idOf("coming-soon"))
			w.EditPost(w.idOf("about"), func(p *ghosttest.Post) { p.Title = "Otherwise" })
			var lists atomic.Int32
			w.faulty(f, func(r *http.Request) bool {
				return strings.HasSuffix(r.URL.Path, "/posts/") && lists.Add(1) > 1
			})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			r, err := w.sync.Reconcile(ctx, blog.ReconcileOptions{})
			if err == nil || ctx.Err() != nil {
				t.Errorf("Reconcile: %v, %+v", err, r.Kinds)
			}
			if n := count(t, w.pool, `select count(*) from blog.posts where slug = 'coming-soon'`); n != 1 {
				t.Error("a walk without an end took something away")
			}
			if n := count(t, w.pool, `select count(*) from blog.ghost_lanes where lane = 'manual' and error <> '' and failed_at is not null`); n != 1 {
				t.Error("the lane does not tell")
			}
			w.healthy()
			w.reconcile()
			w.same()
		})
	}
}

// TestOneThingThatCannotBeBrought keeps no other from it.
func TestOneThingThatCannotBeBrought(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some})
	id := w.idOf("about")
	w.faulty(ghosttest.Fault{Status: 500}, func(r *http.Request) bool { return strings.Contains(r.URL.Path, id) })
	r, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{})
	if err == nil || len(r.Faults) != 1 || r.Faults[0].ID != id {
		t.Errorf("%v, %+v", err, r.Faults)
	}
	if n := count(t, w.pool, `select count(*) from blog.posts`); n != len(someSlugs)-1 {
		t.Errorf("%d posts are stored, want %d", n, len(someSlugs)-1)
	}
	w.healthy()
	w.reconcile()
	w.same()
}

// TestShiftedWalks: what is made and deleted while one walks moves no page of ids.
func TestShiftedWalks(t *testing.T) {
	w := newSynced(t, ghosttest.Options{Only: some, Extra: 230})
	w.reconcile()
	var extra []string
	for id, p := range w.State().Posts {
		if !some(p.Slug) {
			extra = append(extra, id)
		}
	}
	slices.Sort(extra)
	var lists atomic.Int32
	w.Configure(func(o *ghosttest.Options) {
		o.After = func(r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "/posts/") {
				return
			}
			switch n := lists.Add(1); n {
			case 1, 2:
				w.BulkDelete(extra[n*3], extra[n*3+1], extra[len(extra)-int(n)])
				w.CreatePost(ghosttest.Post{Title: fmt.Sprint("Made ", n), Status: "published", HTML: "<p>x</p>"})
			}
		}
	})
	w.reconcile()
	w.Configure(func(o *ghosttest.Options) { o.After = nil })
	w.reconcile()
	w.same()
}
