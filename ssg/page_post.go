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
	view := site.PostPage{
		IsPage: p.Type == contract.TypePage, Title: p.Title, ShowTitle: p.ShowTitleAndFeatureImage,
		Excerpt: p.Excerpt, Picture: s.picture(p.FeatureImage), Published: site.NewDate(p.PublishedAt, s.zone),
		ReadingTime: p.ReadingTime, Body: p.HTML, GatedFor: readers(p),
	}
	if view.Picture != nil {
		view.Picture.Eager = true
	}
	if updated := site.NewDate(p.UpdatedAt, s.zone); p.UpdatedAt.After(p.PublishedAt) && updated.Text != view.Published.Text {
		view.Updated = &updated
	}
	if !view.IsPage {
		s.around(from, p, &view)
	}
	view.Placed = s.placed(from.placements())
	h := head{title: p.Title, description: p.Excerpt, meta: p.Meta, picture: p.FeatureImage, jsonLD: s.articleLD(p)}
	if !view.IsPage {
		h.article = &p.PostCard
	}
	view.Frame = s.frame(p.Path, h)
	return r.page(ctx, urls.Blog, p.Path, site.Post(view))
}

// around adds what stands around a post and not around a page: its tags, its
// authors and the posts next to it. The tags and authors of a public post have
// pages of their own.
func (s scene) around(from *reader, p contract.Post, view *site.PostPage) {
	for _, t := range p.Tags {
		view.Tags = append(view.Tags, s.tagLink(t))
	}
	for _, a := range p.Authors {
		view.Authors = append(view.Authors, site.Byline{
			Link: site.Link{Text: a.Name, URL: s.link(urls.Blog, urls.Author(a.Slug))},
			Bio:  from.byline(a).Bio, Picture: s.picture(a.ProfileImage),
		})
	}
	next := from.batch.around[from.unit.ID]
	view.Newer, view.Older = s.neighbour(from, next.Newer), s.neighbour(from, next.Older)
}
