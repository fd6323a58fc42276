// Many writers at once, and events that overtake a large build.

package ssg_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/ssg"
)

// TestEventsOvertakeABuild: helpers have rendered all parts of a large build when
// posts change. What they rendered is older than what the events make, and does
// not come over it.
func TestEventsOvertakeABuild(t *testing.T) {
	defer ssg.SetPartSize(8)()
	w := newTown(t)
	ctx := t.Context()
	var parts []int64
	w.builder.Spread = func(_ context.Context, _ pgx.Tx, ids []int64) error {
		parts = ids
		return nil
	}
	asleep, wake := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	ssg.AtSteps(func(step string) {
		if step == "rendered" && first.CompareAndSwap(false, true) {
			close(asleep)
			<-wake
		}
	})
	defer ssg.AtSteps(nil)
	w.describe("For all")
	done := make(chan error, 1)
	go func() { done <- w.builder.Drain(ctx) }()
	<-asleep
	for _, id := range parts {
		must(t, w.builder.Help(ctx, id))
	}
	var rendered int
	must(t, w.pool.QueryRow(ctx, "SELECT count(*) FROM ssg.work WHERE result IS NOT NULL").Scan(&rendered))
	if rendered < 4 {
		t.Errorf("%d parts were rendered by helpers", rendered)
	}
	gone := w.stir()
	w.edit("post-9", blog.PostFields{Title: ptr("Overtakes")})
	close(wake)
	must(t, <-done)
	w.settle()
	w.equalsBuild(w.pages())
	absent(t, w.dir, gone)
	w.invariants()
}

// TestManyWriters has 16 goroutines change the site while a builder runs and makes
// all of it anew several times, with helpers that render parts.
func TestManyWriters(t *testing.T) {
	defer ssg.SetPartSize(8)()
	w := newTown(t)
	var helped sync.WaitGroup
	parts := make(chan int64, 10_000)
	w.builder.Spread = func(_ context.Context, _ pgx.Tx, ids []int64) error {
		for _, id := range ids {
			parts <- id
		}
		return nil
	}
	b, ctx := w.builder, t.Context()
	for range 3 {
		helped.Go(func() {
			for id := range parts {
				time.Sleep(time.Millisecond) // for the transaction that stores the part
				if err := b.Help(ctx, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	ssg.AtSteps(func(step string) {
		if step == "rendered" {
			time.Sleep(5 * time.Millisecond) // for events that overtake the parts
		}
	})
	defer ssg.AtSteps(nil)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Run(running) }()
	<-b.Ready()
	var writers sync.WaitGroup
	for n := range 16 {
		writers.Go(func() {
			if err := w.write(ctx, n); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Go(func() {
		for i := range 4 {
			time.Sleep(100 * time.Millisecond)
			w.describe(fmt.Sprint("Description ", i))
		}
	})
	writers.Wait()
	eventually(t, "all of it is built", func() bool {
		var left int
		must(t, w.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM bus.domain_events WHERE built_at IS NULL) + (SELECT count(*) FROM ssg.work)
			+ (SELECT count(*) FROM ssg.generations WHERE state = 'ready')`).Scan(&left))
		return left == 0
	})
	stop()
	<-ended
	close(parts)
	helped.Wait()
	w.drain()
	w.equalsBuild(w.pages())
	w.invariants()
}

// write changes the site as one editor of many; that another was quicker is no fault.
func (w *town) write(ctx context.Context, n int) error {
	rnd := rand.New(rand.NewPCG(1, uint64(n)))
	var mine []contract.PostID
	for i := range 6 {
		title := fmt.Sprintf("By %d, %d", n, i)
		tags := []string{fmt.Sprint("Tag ", rnd.IntN(4)), "Roots"}[rnd.IntN(2):]
		made, err := w.blog.CreatePost(ctx, contract.TypePost, blog.PostFields{Title: &title, Source: &title, Tags: &tags})
		if err == nil {
			made, err = w.blog.Publish(ctx, contract.TypePost, string(made.ID), nil)
		}
		if err != nil {
			return err
		}
		mine = append(mine, made.ID)
		id := string(mine[rnd.IntN(len(mine))])
		if rnd.IntN(3) == 0 {
			id = w.ids[fmt.Sprintf("post-%d", rnd.IntN(12))]
		}
		e, err := w.blog.EditedPost(ctx, contract.TypePost, id)
		if err != nil {
			return err
		}
		switch rnd.IntN(4) {
		case 0:
			_, err = w.blog.Unpublish(ctx, contract.TypePost, id, nil)
		case 1:
			_, err = w.blog.UpdatePost(ctx, contract.TypePost, id, e.Version, blog.PostFields{Slug: ptr(fmt.Sprintf("moved-%d-%d", n, i))})
		default:
			_, err = w.blog.UpdatePost(ctx, contract.TypePost, id, e.Version, blog.PostFields{Title: ptr(title + " again")})
		}
		if err != nil && problem.Code(err) == "" {
			return err
		}
	}
	return nil
}

// invariants hold in the database when nothing is left to do.
func (w *town) invariants() {
	w.t.Helper()
	for what, sql := range map[string]string{
		"work is left":                       "SELECT count(*) FROM ssg.work",
		"keys are left that nobody asks for": "SELECT count(*) FROM ssg.touched",
		"hidden things are left":             "SELECT count(*) FROM ssg.hidden",
		"generations are not live":           "SELECT count(*) FROM ssg.generations WHERE state <> 'live'",
		"packs are left":                     "SELECT count(*) FROM ssg.packs",
		"files are of two units":             "SELECT count(*) FROM (SELECT FROM ssg.pages GROUP BY tree, file HAVING count(*) > 1) x",
		"files stay though nothing is there": "SELECT count(*) FROM ssg.pages WHERE unit LIKE 'gone/%'",
		"pages are also gone":                "SELECT count(*) FROM ssg.gone JOIN ssg.pages USING (tree, file)",
		"pages of lists read nothing":        "SELECT count(*) FROM ssg.pages p WHERE split_part(unit, '/', 1) IN ('home', 'tag', 'author', 'category', 'market', 'feed') AND NOT EXISTS (SELECT FROM ssg.dependencies d WHERE d.unit = p.unit)",
		"posts read nothing":                 "SELECT count(*) FROM ssg.pages p WHERE unit LIKE 'post/%' AND NOT EXISTS (SELECT FROM ssg.dependencies d WHERE d.unit = p.unit)",
		"pairs of unit and key stand twice":  "SELECT count(*) FROM (SELECT FROM ssg.dependencies GROUP BY unit, key HAVING count(DISTINCT value) > 1) x",
		"changes are of no generation":       "SELECT count(*) FROM ssg.changes c WHERE NOT EXISTS (SELECT FROM ssg.generations g WHERE g.id = c.generation)",
		"generations have no change":         "SELECT count(*) FROM ssg.generations g WHERE NOT EXISTS (SELECT FROM ssg.changes c WHERE c.generation = g.id)",
		"pages are not of their last change": "SELECT count(*) FROM ssg.pages p JOIN LATERAL (SELECT new_hash FROM ssg.changes c WHERE c.tree = p.tree AND c.file = p.file ORDER BY generation DESC LIMIT 1) c ON true WHERE c.new_hash IS DISTINCT FROM p.content_hash",
	} {
		var n int
		if err := w.pool.QueryRow(context.Background(), sql).Scan(&n); err != nil {
			w.t.Errorf("%s: %v", what, err)
		} else if n > 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
}
