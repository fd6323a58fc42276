// A post's or page's own page.

package ssg

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

func (r *Renderer) post(ctx context.Context, from *reader) (*Page, error) {
	p, found := from.post()
	if !found {
		return nil, nil
	}
	s := r.scene(from, urls.Blog)
	view := s.shared().Post(p, s.zone)
	if !view.IsPage {
		s.around(from, p, &view)
	}
	view.Placed = s.placed(from.placements())
	view.Calendars = s.placedCalendars(from, contract.InPost, string(p.ID))
	h := head{title: p.Title, description: p.Excerpt, meta: p.Meta, picture: p.FeatureImage, jsonLD: s.articleLD(p)}
	if !view.IsPage {
		h.article = &p.PostCard
	}
	view.Frame = s.frame(p.Path, h)
	return r.page(ctx, urls.Blog, p.Path, site.Post(view))
}

// around adds what stands around a post and not around a page: what its authors say of
// themselves, and the posts next to it.
func (s scene) around(from *reader, p contract.Post, view *site.PostPage) {
	for i, a := range p.Authors {
		view.Authors[i].Bio = from.byline(a).Bio
	}
	next := from.batch.around[from.unit.ID]
	view.Newer, view.Older = s.neighbour(from, next.Newer), s.neighbour(from, next.Older)
}
