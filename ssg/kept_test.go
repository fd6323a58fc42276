// What is kept of addresses that pages have left, or that others have taken.

package ssg_test

import (
	"testing"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/ssg"
)

// TestKeptOfWhatMoved: a page moves while a large build is under way, and its old file goes
// after that build. When the post is taken down, nothing is kept of the old file either.
func TestKeptOfWhatMoved(t *testing.T) {
	defer ssg.SetPartSize(4)()
	w := newTown(t)
	gone := w.secret()
	moved := false
	w.watch = func(ssg.Step) {
		if !moved {
			moved = true
			w.update(w.guest.ID, blog.PostFields{Slug: ptr("elsewhere")})
		}
	}
	w.describe("Other words on every page")
	w.settle()
	w.watch = nil
	if w.recordedLeft() == 0 {
		t.Fatal("no file was left for later")
	}
	w.unpublish(w.guest.ID)
	w.settle()
	absent(t, w.dir, gone)
	w.equalsBuild(w.pages())
}

// TestKeptOfWhatWasTaken: a post takes the address of another, of which nothing is kept
// there once it is taken down.
func TestKeptOfWhatWasTaken(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	gone := w.secret()
	w.update(w.guest.ID, blog.PostFields{Slug: ptr("corner")})
	w.settle()
	w.update(w.guest.ID, blog.PostFields{Slug: ptr("elsewhere")})
	w.edit("post-4", blog.PostFields{Slug: ptr("corner")})
	w.settle()
	w.unpublish(w.guest.ID)
	w.settle()
	absent(t, w.dir, gone)
	w.equalsBuild(w.pages())
}

// TestWithdrawnFromWhereItStoodAgain: a rollback brings a page back to an address that
// another has taken. Taken down, it goes from there, and nothing is kept of it.
func TestWithdrawnFromWhereItStoodAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	gone := w.secret()
	w.update(w.guest.ID, blog.PostFields{Slug: ptr("corner")})
	w.settle()
	to := w.generation()
	w.update(w.guest.ID, blog.PostFields{Slug: ptr("elsewhere")})
	w.edit("post-4", blog.PostFields{Slug: ptr("corner")})
	w.settle()
	w.rollback(to)
	w.unpublish(w.guest.ID)
	w.settle()
	absent(t, w.dir, gone)
	w.rollback(to + 1)
	absent(t, w.dir, gone)
	w.resume()
	absent(t, w.dir, gone)
}

// update changes a post by its id.
func (w *town) update(id contract.PostID, f blog.PostFields) {
	w.t.Helper()
	e, err := w.blog.EditedPost(w.t.Context(), contract.TypePost, string(id))
	must(w.t, err)
	_, err = w.blog.UpdatePost(w.t.Context(), contract.TypePost, string(id), e.Version, f)
	must(w.t, err)
}

// recordedLeft are files that were removed after a large build.
func (w *town) recordedLeft() (n int) {
	w.t.Helper()
	must(w.t, w.pool.QueryRow(w.t.Context(), "SELECT count(*) FROM ssg.changes WHERE unit LIKE 'gone/%'").Scan(&n))
	return n
}
