// Compressed siblings: whole, and never older than the page beside which they stand.

package ssg_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
)

// TestSiblings: every page of text that is not tiny has both, and nothing else has.
func TestSiblings(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.stir()
	w.settle()
	pages, siblings := served(everyFile(t, w.dir))
	checkSiblings(t, pages, siblings)
	for name, body := range pages {
		for _, ending := range []string{".br", ".gz"} {
			_, there := siblings[name+ending]
			text := strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".css")
			if there != text && len(body) > 500 && !strings.HasSuffix(name, ".js") && !strings.HasSuffix(name, ".svg") {
				t.Errorf("%s: there %v, want %v", name+ending, there, text)
			}
			if small := len(siblings[name+ending]); there && small >= len(body) {
				t.Errorf("%s is not smaller than the page", name+ending)
			}
		}
	}
	var without int
	must(t, w.pool.QueryRow(t.Context(), "SELECT count(*) FROM ssg.pages WHERE siblings IS DISTINCT FROM content_hash").Scan(&without))
	if without > 0 {
		t.Errorf("%d pages are still to get siblings", without)
	}
	// Nothing is made twice.
	before := inodes(t, w.dir)
	w.builder = w.newBuilder(nil, "1")
	w.builder.Compress = true
	w.settle()
	for name, was := range before {
		if is := inodes(t, w.dir)[name]; is != was && !strings.HasPrefix(name, ".") {
			t.Errorf("%s was made again", name)
		}
	}
}

// inodes tells files that were written again from those that were left alone.
func inodes(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name := range everyFile(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		all[name] = fmt.Sprint(info.ModTime().UnixNano())
	}
	return all
}

// TestNoStaleSibling reads a page, a sibling and the page again while all of it
// changes: where the page is the same both times, the sibling is of it.
func TestNoStaleSibling(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx, stop := context.WithCancel(t.Context())
	type finding struct {
		pairs int
		stale []string
	}
	found := make(chan finding, 1)
	go func() {
		var f finding
		for ; ctx.Err() == nil; time.Sleep(100 * time.Microsecond) {
			for _, page := range []string{"main/index.html", "main/post-7/index.html", "main/rss.xml", "main/tag/leaves/index.html"} {
				file := filepath.Join(w.dir, page)
				first, err := os.ReadFile(file)
				if err != nil {
					continue
				}
				for _, ending := range []string{".br", ".gz"} {
					small, err := os.ReadFile(file + ending)
					again, err2 := os.ReadFile(file)
					if err != nil || err2 != nil || string(first) != string(again) {
						continue
					}
					f.pairs++
					if text, err := decompress(ending, string(small)); err != nil || text != string(first) {
						f.stale = append(f.stale, page+ending)
					}
				}
			}
		}
		found <- f
	}()
	for i := range 10 {
		w.edit("post-7", blog.PostFields{Title: ptr(fmt.Sprintf("Title %d", i))})
		w.settle()
		time.Sleep(2 * time.Millisecond) // for the reader
	}
	stop()
	f := <-found
	if f.pairs == 0 || len(f.stale) > 0 {
		t.Errorf("%d pairs read, stale: %v", f.pairs, f.stale)
	}
}

// TestSiblingsOfAnotherLife: siblings that the database does not know of, as a
// crash leaves them, do not outlive their page's bytes.
func TestSiblingsOfAnotherLife(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if _, err := w.pool.Exec(t.Context(), "UPDATE ssg.pages SET siblings = NULL"); err != nil {
		t.Fatal(err)
	}
	w.builder = w.newBuilder(nil, "1")
	w.builder.Compress = false
	w.stir()
	w.drain()
	checkSiblings(t, w.pages(), nil)
	w.equalsBuild(w.pages())
}
