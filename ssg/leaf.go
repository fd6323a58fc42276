// Paginated lists: one page of a list, and its way to the next ones.

package ssg

import (
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// leaf is a page of the list at a path: where it is and where it leads.
type leaf struct {
	open  bool   // the first that a visitor sees
	at    string // its path
	pager site.Pager
	newer string // paths, empty where there is none
	older string
}

// leafAt places a list's page; base is the path of the open one.
func (s scene) leafAt(base string, l paging.Leaf) leaf {
	f := leaf{open: l.Page == 0, at: urls.Numbered(base, l.Page), pager: site.Pager{Page: l.Page}}
	if l.Newer != paging.None {
		f.newer = urls.Numbered(base, l.Newer)
		f.pager.NewerURL = s.link(s.app, f.newer)
	}
	if l.Older != paging.None {
		f.older = urls.Numbered(base, l.Older)
		f.pager.OlderURL = s.link(s.app, f.older)
	}
	return f
}

// head adds to a list's head what this page of it says.
func (f leaf) head(h head) head {
	h.prev, h.next = f.newer, f.older
	return h
}
