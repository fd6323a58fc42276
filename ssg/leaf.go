// Paginated lists: a list cut into pages that lead to one another.

package ssg

import (
	"context"

	"github.com/a-h/templ"

	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// leaf is one page of a list.
type leaf[T any] struct {
	first bool
	at    string // its path
	items []T
	pager site.Pager
	prev  string // paths, empty where there is none
	next  string
}

// head adds to a list's head what this page of it says.
func (l leaf[T]) head(h head) head {
	h.prev, h.next = l.prev, l.next
	return h
}

// leaves cuts the list at a path into pages; an empty list has one empty page.
func leaves[T any](s scene, at string, items []T, size int) []leaf[T] {
	var all []leaf[T]
	for n := 1; ; n++ {
		l := leaf[T]{first: n == 1, at: urls.Numbered(at, n), items: items[:min(len(items), size)], pager: site.Pager{Page: n}}
		if n > 1 {
			l.prev = urls.Numbered(at, n-1)
			l.pager.NewerURL = s.link(s.app, l.prev)
		}
		items = items[len(l.items):]
		if len(items) > 0 {
			l.next = urls.Numbered(at, n+1)
			l.pager.OlderURL = s.link(s.app, l.next)
		}
		if all = append(all, l); len(items) == 0 {
			return all
		}
	}
}

// paginated renders each page of the list at a path with view.
func paginated[T any](ctx context.Context, s scene, at string, items []T, size int, view func(leaf[T]) templ.Component) ([]Page, error) {
	var pages []Page
	for _, l := range leaves(s, at, items, size) {
		page, err := s.r.page(ctx, s.app, l.at, view(l))
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	return pages, nil
}
