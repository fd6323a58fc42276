// Archives that get more things at once than a page of them has.

package ssg_test

import (
	"fmt"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog"
)

// TestArchiveOfManyAtOnce: a new author and a new tag get several pages of posts in one
// build, as when a site is brought here. Both stand in the sitemap.
func TestArchiveOfManyAtOnce(t *testing.T) {
	t.Parallel()
	for _, many := range []int{1, 4, 5, 6, 9, 10, 11, 23} {
		w := newWorld(t, nil)
		w.publish("Earlier", nil)
		w.drain()
		if _, err := w.pool.Exec(t.Context(), `INSERT INTO blog.authors (id, slug, name, created_at, updated_at)
			VALUES (gen_random_uuid(), 'ada', 'Ada', shared.clock(), shared.clock())`); err != nil {
			t.Fatal(err)
		}
		for i := range many {
			w.publish(fmt.Sprintf("Post %d", i), func(f *blog.PostFields) { f.Authors, f.Tags = ptr([]string{"ada"}), ptr([]string{"Brought"}) })
		}
		w.drain()
		for file, at := range map[string]string{"main/sitemap-authors.xml": "/author/ada/", "main/sitemap-tags.xml": "/tag/brought/"} {
			if !strings.Contains(w.tree()[file], at) {
				t.Errorf("%d posts at once: %s has no %s", many, file, at)
			}
		}
		w.equalsFull()
	}
}
