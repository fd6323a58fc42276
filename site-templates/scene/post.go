// Posts and pages, as built and as dynamic pages show them.

package scene

import (
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// Post is a post or page as everybody may see it, its dates in a zone. What stands around
// it is not part of it: its frame, the posts next to it, what authors say of themselves.
func (s Scene) Post(p contract.Post, zone *time.Location) site.PostPage {
	view := site.PostPage{
		IsPage: p.Type == contract.TypePage, Title: p.Title, ShowTitle: p.ShowTitleAndFeatureImage,
		Excerpt: p.Excerpt, Picture: s.Picture(p.FeatureImage), Published: site.NewDate(p.PublishedAt, zone),
		ReadingTime: p.ReadingTime, Body: p.HTML, GatedFor: Readers(p),
	}
	if view.Picture != nil {
		view.Picture.Eager = true
	}
	if updated := site.NewDate(p.UpdatedAt, zone); p.UpdatedAt.After(p.PublishedAt) && updated.Text != view.Published.Text {
		view.Updated = &updated
	}
	if view.GatedFor != "" {
		view.ReadOnURL, view.BodyURL = s.Link(urls.Blog, urls.ReadGated(p.Slug)), "/v1/"+string(p.Type)+"s/"+string(p.ID)+"/body"
	}
	if view.IsPage {
		return view
	}
	for _, t := range p.Tags {
		view.Tags = append(view.Tags, s.TagLink(t))
	}
	for _, a := range p.Authors {
		view.Authors = append(view.Authors, site.Byline{
			Link: site.Link{Text: a.Name, URL: s.Link(urls.Blog, urls.Author(a.Slug))}, Picture: s.Picture(a.ProfileImage),
		})
	}
	return view
}

// TagLink is a link to a tag's page.
func (s Scene) TagLink(t contract.TagLink) site.Tag {
	return site.Tag{Link: site.Link{Text: t.Name, URL: s.Link(urls.Blog, urls.Tag(t.Slug))}, Color: t.AccentColor}
}

// Readers says for whom the gated part of a post is; empty where it has none that a
// membership opens.
func Readers(p contract.Post) string {
	if !p.Gated || p.Visibility == contract.VisibilityPublic {
		return ""
	}
	if p.Visibility == contract.VisibilityMembers {
		return "members"
	}
	return "paying members"
}
