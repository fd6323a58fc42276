// Going back to an earlier generation.

package ssg_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/ssg"
)

// generation is the last one.
func (w *town) generation() (id int64) {
	w.t.Helper()
	if err := w.pool.QueryRow(context.Background(), "SELECT coalesce(max(id), 0) FROM ssg.generations").Scan(&id); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// rollback goes back with a builder of its own, as the command does.
func (w *town) rollback(to int64) {
	w.t.Helper()
	w.builder = w.newBuilder(nil, "1")
	w.builder.Compress = true
	if did, err := w.builder.Rollback(context.Background(), to); err != nil {
		w.t.Fatalf("Rollback(%d) = %q, %v", to, did, err)
	}
}

// pages are those that are served.
func (w *town) pages() map[string]string {
	w.t.Helper()
	pages, siblings := served(everyFile(w.t, w.dir))
	checkSiblings(w.t, pages, siblings)
	return pages
}

// resume ends the pause and builds what has waited.
func (w *town) resume() {
	w.t.Helper()
	must(w.t, w.builder.Resume(context.Background()))
	w.settle()
	w.equalsBuild(w.pages())
}

func same(t testing.TB, got, want map[string]string) {
	t.Helper()
	for name := range maps.Keys(want) {
		if got[name] != want[name] {
			t.Errorf("%s is not what it was", name)
		}
	}
	for name := range got {
		if _, was := want[name]; !was {
			t.Errorf("%s was not there", name)
		}
	}
}

// TestRollback: the bytes are as they were, and nothing is published until
// publishing is resumed.
func TestRollback(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.publish("Before", func(f *blog.PostFields) { f.Tags = ptr([]string{"Roots"}) })
	w.settle()
	to, then := w.generation(), w.pages()

	w.edit("post-3", blog.PostFields{Title: ptr("Edited"), Slug: ptr("moved")})
	w.settle()
	w.edit("post-3", blog.PostFields{Title: ptr("Edited again"), Tags: ptr([]string{"Quite new"})})
	w.publish("After", nil)
	w.settle()
	w.describe("Other words below the title")
	w.settle()
	w.rollback(to)
	same(t, w.pages(), then)
	checkLinks(t, w.pages(), entries...)

	w.publish("Waits", nil)
	w.edit("post-4", blog.PostFields{Title: ptr("Waits too")})
	w.describe("And other words again")
	w.settle()
	w.builder = w.newBuilder(nil, "2") // another version of the program starts
	w.settle()
	same(t, w.pages(), then)
	if _, err := w.builder.Build(t.Context()); !errors.Is(err, ssg.ErrPaused) {
		t.Errorf("Build while publishing is paused = %v", err)
	}
	same(t, w.pages(), then)
	w.resume()
}

// TestRollbackTwice goes back, and back once more.
func TestRollbackTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var at []int64
	var trees []map[string]string
	for i := range 4 {
		w.edit("post-2", blog.PostFields{Slug: ptr(fmt.Sprintf("place-%d", i)), Tags: ptr([]string{fmt.Sprint("Tag ", i%2), "Roots"})})
		w.publish(fmt.Sprint("Comes ", i), nil)
		w.settle()
		at, trees = append(at, w.generation()), append(trees, w.pages())
	}
	for _, i := range []int{2, 0, 3, 1} {
		w.rollback(at[i])
		same(t, w.pages(), trees[i])
	}
	w.resume()
}

// TestRollbackNeverShowsWhatIsHidden goes back to when a post was public that has
// been taken down, gated or deleted since; whether that was built before or not.
func TestRollbackNeverShowsWhatIsHidden(t *testing.T) {
	t.Parallel()
	for name, hide := range map[string]func(w *town) error{
		"unpublished": func(w *town) error {
			_, err := w.blog.Unpublish(t.Context(), contract.TypePost, string(w.guest.ID), nil)
			return err
		},
		"gated": func(w *town) error {
			e, err := w.blog.EditedPost(t.Context(), contract.TypePost, string(w.guest.ID))
			if err == nil {
				_, err = w.blog.UpdatePost(t.Context(), contract.TypePost, string(w.guest.ID), e.Version,
					blog.PostFields{Visibility: ptr(contract.VisibilityMembers), Title: ptr("For members"), Slug: ptr(fmt.Sprint("for-members-", w.round)), Tags: &[]string{}, Source: ptr("<!--members-only-->\n\n" + w.secret())})
			}
			return err
		},
		"deleted": func(w *town) error {
			e, err := w.blog.EditedPost(t.Context(), contract.TypePost, string(w.guest.ID))
			if err == nil {
				err = w.blog.DeletePost(t.Context(), contract.TypePost, string(w.guest.ID), e.Version)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			for _, when := range []string{"built before", "not built yet", "while paused"} {
				w.receive()
				w.settle()
				to := w.generation()
				w.publish("After "+when, nil) // shows the guest beside it
				w.settle()
				if when == "while paused" {
					w.rollback(to)
				}
				must(t, hide(w))
				if when != "not built yet" {
					w.settle()
				}
				if when == "built before" {
					absent(t, w.dir, w.secret())
				}
				if when != "while paused" {
					w.rollback(to)
				}
				absent(t, w.dir, w.secret())
				w.resume()
				absent(t, w.dir, w.secret())
				if t.Failed() {
					t.Fatalf("%s, %s", name, when)
				}
			}
		})
	}
}

// TestWithdrawnFromWhatWasBroughtBack: the pages that a rollback brought back show
// a post where those after it did not; taken down, it goes from all of them.
func TestWithdrawnFromWhatWasBroughtBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	to := w.generation()
	e, err := w.blog.EditedPost(t.Context(), contract.TypePost, string(w.guest.ID))
	must(t, err)
	_, err = w.blog.UpdatePost(t.Context(), contract.TypePost, string(w.guest.ID), e.Version, blog.PostFields{Tags: ptr([]string{"Elsewhere"})})
	must(t, err)
	w.settle()
	w.rollback(to)
	if !strings.Contains(w.pages()["main/tag/roots/index.html"], w.secret()) {
		t.Fatal("the archive does not show the post again")
	}
	w.unpublish(w.guest.ID)
	w.settle()
	absent(t, w.dir, w.secret())
	checkLinks(t, w.pages(), "main/index.html", "main/tag/roots/index.html")
	w.resume()
}

// TestWithdrawalsOvertakeWhatWaits: while publishing is paused many events wait.
func TestWithdrawalsOvertakeWhatWaits(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.publish("After", nil)
	w.settle()
	w.rollback(w.generation() - 1)
	e, err := w.blog.EditedPost(t.Context(), contract.TypePost, w.ids["post-1"])
	must(t, err)
	if _, err := w.pool.Exec(t.Context(), `INSERT INTO bus.domain_events (kind, data)
		SELECT 'blog.post_updated', jsonb_build_object('id', $1::text, 'type', 'post') FROM generate_series(1, 1200)`, string(e.ID)); err != nil {
		t.Fatal(err)
	}
	w.unpublish(w.guest.ID)
	w.settle()
	absent(t, w.dir, w.secret())
	var waiting int
	must(t, w.pool.QueryRow(t.Context(), "SELECT count(*) FROM bus.domain_events WHERE built_at IS NULL").Scan(&waiting))
	if waiting < 1200 {
		t.Errorf("%d events wait, want those of what is published", waiting)
	}
	w.resume()
	must(t, w.pool.QueryRow(t.Context(), "SELECT count(*) FROM bus.domain_events WHERE built_at IS NULL").Scan(&waiting))
	if waiting > 0 {
		t.Errorf("%d events wait after publishing was resumed", waiting)
	}
}

// TestRollbackReachesSoFar: the last 20 generations can be gone back to, and the
// bytes of no others are kept.
func TestRollbackReachesSoFar(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var first map[string]string
	for i := range ssg.KeptGenerations + 5 {
		w.edit("post-1", blog.PostFields{Title: ptr(fmt.Sprint("Title ", i))})
		w.settle()
		if i == 4 {
			first = w.pages()
		}
	}
	last := w.generation()
	kept, err := os.ReadDir(filepath.Join(w.dir, ".kept"))
	must(t, err)
	if len(kept) != ssg.KeptGenerations {
		t.Errorf("%d generations are kept, want %d", len(kept), ssg.KeptGenerations)
	}
	for _, k := range kept {
		var known bool
		must(t, w.pool.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM ssg.generations WHERE id = $1::text::bigint)", k.Name()).Scan(&known))
		if !known {
			t.Errorf("bytes of the generation %s are kept, which nobody knows", k.Name())
		}
	}
	now := w.pages()
	for _, to := range []int64{-1, 0, 1, last - ssg.KeptGenerations - 1, last, last + 1, 1 << 60} {
		if did, err := w.builder.Rollback(t.Context(), to); !errors.Is(err, ssg.ErrNoGeneration) {
			t.Errorf("Rollback(%d) of %d = %q, %v", to, last, did, err)
		}
	}
	same(t, w.pages(), now)
	w.rollback(last - ssg.KeptGenerations)
	same(t, w.pages(), first)
	w.resume()
}

// TestKeptOfNobody: what a crash or another directory has left is removed.
func TestKeptOfNobody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.edit("post-1", blog.PostFields{Title: ptr("Other")})
	w.settle()
	for _, name := range []string{"999/1", fmt.Sprintf("%d/9999", w.generation())} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(w.dir, ".kept", name)), 0o755),
			os.WriteFile(filepath.Join(w.dir, ".kept", name), []byte("words of a post that was taken down"), 0o644))
	}
	w.builder = w.newBuilder(nil, "1")
	w.drain()
	absent(t, w.dir, "words of a post that was taken down")
	w.rollback(w.generation() - 1)
	w.resume()
}

// TestKilledWhileRollingBack kills the command at each of its steps.
func TestKilledWhileRollingBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	each(t, []moment{{"staged", 5}, {"kept", 5}, {"placed", 1}, {"placed", 6}, {"deleted", 1}, {"synced", 1}}, func(m moment) bool {
		to, then := w.generation(), w.pages()
		w.edit("post-3", blog.PostFields{Slug: ptr(fmt.Sprintf("moved-%d", to)), Tags: ptr([]string{fmt.Sprint("New ", to)})})
		w.publish(fmt.Sprint("After ", to), nil)
		w.settle()
		after := w.pages()
		e := w.errand(m)
		e.RollbackTo = to
		killed := e.killed(t)
		pages, siblings := served(everyFile(t, w.dir))
		checkWhole(t, pages, after, then)
		checkSiblings(t, pages, siblings)
		checkLinks(t, pages, entries...)
		w.rollback(to) // again, or for the first time
		same(t, w.pages(), then)
		w.resume()
		return killed
	})
}
