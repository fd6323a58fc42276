// Things that change while a build is reading them.

package ssg_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg"
)

// meddled is a blog of which something is changed once, after posts were read.
type meddled struct {
	ssg.Blog
	change func()
}

func (m *meddled) PostsByID(ctx context.Context, ids []contract.PostID) ([]contract.Post, error) {
	posts, err := m.Blog.PostsByID(ctx, ids)
	if change := m.change; change != nil {
		m.change = nil
		change()
	}
	return posts, err
}

// TestRenamedWhileRead: an author is renamed between two reads of one build, so that some
// of its pages show the old name and some the new one. The pages come to be right, by the
// event of the new name.
func TestRenamedWhileRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	var author uuid.UUID
	must(t, w.pool.QueryRow(ctx, `INSERT INTO blog.authors (id, slug, name, created_at, updated_at)
		VALUES (gen_random_uuid(), 'ada', 'Ada', shared.clock(), shared.clock()) RETURNING id`).Scan(&author))
	var posts []blog.Edited
	for i := range 8 {
		posts = append(posts, w.publish(fmt.Sprintf("Post %d", i), func(f *blog.PostFields) { f.Authors = ptr([]string{"ada"}) }))
	}
	w.drain()
	m := &meddled{Blog: w.blog}
	w.builder.Sources.Blog = m
	for round := range 12 {
		p := posts[round%len(posts)]
		e, err := w.blog.EditedPost(ctx, contract.TypePost, string(p.ID))
		must(t, err)
		_, err = w.blog.UpdatePost(ctx, contract.TypePost, string(p.ID), e.Version, blog.PostFields{Title: ptr(fmt.Sprintf("Post, round %d", round))})
		must(t, err)
		m.change = func() {
			must(t, db.InTx(ctx, w.pool, func(tx pgx.Tx) error {
				if _, err := tx.Exec(ctx, "UPDATE blog.authors SET name = $1 WHERE id = $2", fmt.Sprintf("Ada %d", round), author); err != nil {
					return err
				}
				return bus.Emit(ctx, tx, contract.AuthorUpdated{ID: id.Format[contract.AuthorID]("author", author)})
			}))
		}
		w.drain()
		w.equalsFull()
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
}
