// The demo co-op, stored through the services that editors use.

package api

import (
	"context"
	"fmt"
	"html"
	"regexp"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db/seed"
)

// SeedReport says how much of the demo was new.
type SeedReport struct{ Posts, Pages, Products, Categories int }

// Seed stores the demo co-op. What has the slug of something in it already is
// left as it is, settings that somebody has changed too, so that doing it again
// changes nothing and one that was broken off goes on. progress may be nil.
func (a *App) Seed(ctx context.Context, data *seed.Data, progress func(done, total int)) (SeedReport, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	s := &seeder{App: a, data: data, pictures: map[string]contract.Image{}}
	_, version, err := a.Blog.VersionedSettings(ctx)
	if err != nil {
		return s.report, err
	}
	s.whole = version > 1
	total := len(data.Images) + len(data.Authors) + len(data.Tags) + len(data.Posts) + len(data.Pages) +
		len(data.Categories) + len(data.Brands) + len(data.Producers) + len(data.Labels) + len(data.Products) + len(data.Collections) + 3
	done := 0
	step := func(what string, err error) error {
		if err != nil {
			return fmt.Errorf("the demo: %s: %w", what, err)
		}
		done++
		progress(done, total)
		return nil
	}
	for _, p := range data.Images {
		if err := step(p.Name, s.image(ctx, p)); err != nil {
			return s.report, err
		}
	}
	for _, w := range data.Authors {
		_, err := a.Blog.EnsureAuthor(ctx, contract.Author{
			AuthorLink: contract.AuthorLink{Slug: w.Slug, Name: w.Name, ProfileImage: s.picture(w.Picture, "")}, Bio: w.Bio})
		if err := step(w.Slug, err); err != nil {
			return s.report, err
		}
	}
	for _, t := range data.Tags {
		_, err := a.Blog.EnsureTag(ctx, contract.Tag{
			TagLink: contract.TagLink{Slug: t.Slug, Name: t.Name, AccentColor: t.AccentColor}, Description: t.Description})
		if err := step(t.Slug, err); err != nil {
			return s.report, err
		}
	}
	for _, p := range data.Posts {
		if err := step(p.Slug, s.post(ctx, p)); err != nil {
			return s.report, err
		}
	}
	for _, p := range data.Pages {
		if err := step(p.Slug, s.page(ctx, p)); err != nil {
			return s.report, err
		}
	}
	for _, c := range data.Categories {
		if err := step(c.Slug, s.category(ctx, c)); err != nil {
			return s.report, err
		}
	}
	for _, group := range []struct {
		taxonomy contract.Taxonomy
		terms    []seed.Term
	}{
		{contract.BrandTaxonomy, data.Brands}, {contract.ProducerTaxonomy, data.Producers}, {contract.LabelTaxonomy, data.Labels},
	} {
		for _, t := range group.terms {
			if err := step(t.Slug, s.term(ctx, group.taxonomy, t)); err != nil {
				return s.report, err
			}
		}
	}
	for _, p := range data.Products {
		if err := step(p.Slug, s.product(ctx, p)); err != nil {
			return s.report, err
		}
	}
	for _, c := range data.Collections {
		if err := step(c.Slug, s.collection(ctx, c)); err != nil {
			return s.report, err
		}
	}
	if err := step("shop", s.shop(ctx)); err != nil {
		return s.report, err
	}
	if err := step("events", s.events(ctx)); err != nil {
		return s.report, err
	}
	return s.report, step("settings", s.settings(ctx))
}

// Untouched tells that nobody has written anything yet: no post or page in any
// status, no category, and the settings as the migrations left them.
func (a *App) Untouched(ctx context.Context) (bool, error) {
	_, version, err := a.Blog.VersionedSettings(ctx)
	if err != nil || version > 1 {
		return false, err
	}
	every := []contract.PostStatus{contract.StatusDraft, contract.StatusScheduled, contract.StatusPublished}
	for _, typ := range []contract.PostType{contract.TypePost, contract.TypePage} {
		cards, _, err := a.Blog.Posts(ctx, contract.PostQuery{Type: typ, Statuses: every, Limit: 1})
		if err != nil || len(cards) > 0 {
			return false, err
		}
	}
	categories, err := a.Market.Categories(ctx)
	return err == nil && len(categories) == 0, err
}

// seeder stores the demo and remembers the addresses of its pictures.
type seeder struct {
	*App
	data     *seed.Data
	pictures map[string]contract.Image // by name
	whole    bool                      // all of it was stored before
	report   SeedReport
}

func (s *seeder) image(ctx context.Context, p seed.Image) error {
	stored, err := s.Media.Save(ctx, p.Name, p.Bytes)
	s.pictures[p.Name] = stored
	return err
}

// picture is a stored picture with the words of this use; nil where there is
// none.
func (s *seeder) picture(p seed.Image, caption string) *contract.Image {
	if p.Name == "" {
		return nil
	}
	stored := s.pictures[p.Name]
	stored.Alt, stored.Caption = p.Alt, html.EscapeString(caption)
	return &stored
}

// written is a picture that a text of the demo shows: ![alt](images/name "caption").
var written = regexp.MustCompile(`(?m)^!\[([^\]]*)\]\(images/([^ )]+)(?: "([^"]*)")?\)$`)

// body puts the stored pictures in place of images/<name>, with their size, so
// that the page does not jump when they arrive, and their captions.
func (s *seeder) body(markdown string) string {
	return written.ReplaceAllStringFunc(markdown, func(image string) string {
		m := written.FindStringSubmatch(image)
		p := s.pictures[m[2]]
		caption := ""
		if m[3] != "" {
			caption = "<figcaption>" + html.EscapeString(m[3]) + "</figcaption>"
		}
		return fmt.Sprintf(`<figure><img src="%s" alt="%s" width="%d" height="%d">%s</figure>`,
			p.URL, html.EscapeString(m[1]), p.Width, p.Height, caption)
	})
}

func (s *seeder) post(ctx context.Context, p seed.Post) error {
	body, visibility := s.body(p.Markdown), contract.Visibility(p.Visibility)
	made, err := s.Blog.EnsurePost(ctx, contract.TypePost, blog.PostFields{
		Title: &p.Title, Slug: &p.Slug, Source: &body, CustomExcerpt: &p.Excerpt, Featured: &p.Featured,
		FeatureImage: s.picture(p.FeatureImage, p.FeatureImageCaption), Visibility: &visibility,
		Tags: &p.Tags, Authors: &p.Authors,
	}, p.PublishedAt)
	if made {
		s.report.Posts++
	}
	return err
}

func (s *seeder) page(ctx context.Context, p seed.Page) error {
	body := s.body(p.Markdown)
	made, err := s.Blog.EnsurePost(ctx, contract.TypePage, blog.PostFields{
		Title: &p.Title, Slug: &p.Slug, Source: &body, CustomExcerpt: &p.Excerpt,
		FeatureImage: s.picture(p.FeatureImage, p.FeatureImageCaption),
	}, p.PublishedAt)
	if made {
		s.report.Pages++
	}
	return err
}

// settings come last: their version tells that the demo is whole.
func (s *seeder) settings(ctx context.Context) error {
	_, version, err := s.Blog.VersionedSettings(ctx)
	if err != nil || version > 1 {
		return err
	}
	site := s.data.Site
	address := func(p seed.Image) *string {
		url := s.pictures[p.Name].URL
		return &url
	}
	menu := func(links []seed.Link) *[]contract.NavItem {
		items := make([]contract.NavItem, len(links))
		for i, l := range links {
			items[i] = contract.NavItem{Label: l.Label, URL: l.URL}
		}
		return &items
	}
	_, _, err = s.Blog.UpdateSettings(ctx, version, blog.SettingsFields{
		Title: &site.Title, Description: &site.Description, Locale: &site.Locale, Timezone: &site.Timezone,
		AccentColor: &site.AccentColor, Announcement: &site.Announcement, Icon: address(site.Icon), CoverImage: address(site.Cover),
		Navigation: menu(site.Navigation), SecondaryNavigation: menu(site.SecondaryNavigation),
		Meta: &contract.Meta{OGImage: *address(site.SocialCard)},
	})
	return err
}
