// The demo co-op, stored through the services that editors use.

package api

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
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
	total := len(data.Images) + len(data.Authors) + len(data.Tags) + len(data.Posts) + len(data.Pages) +
		len(data.Categories) + len(data.Products) + 1
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
	for _, p := range data.Products {
		if err := step(p.Slug, s.product(ctx, p)); err != nil {
			return s.report, err
		}
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

func (s *seeder) category(ctx context.Context, c seed.Category) error {
	_, err := s.Market.Category(ctx, c.Slug)
	if err == nil || problem.Code(err) != "not_found" {
		return err
	}
	fields := market.CategoryFields{Slug: &c.Slug, Name: &c.Name, Description: &c.Description, Parent: &c.Parent, SortOrder: &c.Sort}
	if p := s.picture(c.Image, ""); p != nil {
		fields.Image = &market.Picture{URL: p.URL, Alt: p.Alt, Width: p.Width, Height: p.Height}
	}
	if _, err = s.Market.CreateCategory(ctx, fields); err == nil {
		s.report.Categories++
	}
	return err
}

func (s *seeder) product(ctx context.Context, p seed.Product) error {
	there, err := s.Market.AnyProduct(ctx, p.Slug)
	switch {
	case err == nil && (there.Status == contract.PublishedProduct || there.Version > 1):
		return nil
	case err == nil: // the seed was broken off between the two steps below
	case problem.Code(err) != "not_found":
		return err
	default:
		description, pictures, variants := describe(p), []market.Picture{}, []market.VariantFields{}
		for _, use := range p.Images {
			stored := s.picture(use, "")
			pictures = append(pictures, market.Picture{URL: stored.URL, Alt: stored.Alt, Width: stored.Width, Height: stored.Height})
		}
		for _, v := range p.Variants {
			variants = append(variants, market.VariantFields{
				SKU: v.SKU, Name: v.Name, VATRate: v.VATBasisPoints, Quantity: int64(v.Quantity), Unit: contract.Unit(v.Unit),
				Price: market.Price{AmountMinor: int64(v.PriceMinor), Currency: v.Currency},
			})
		}
		if _, err := s.Market.CreateProduct(ctx, market.ProductFields{
			Slug: &p.Slug, Name: &p.Name, Summary: &p.Summary, Description: &description, Brand: &p.Brand,
			Category: &p.Category, Images: &pictures, Variants: &variants,
		}); err != nil {
			return err
		}
		s.report.Products++
	}
	_, err = s.Market.PublishProduct(ctx, p.Slug)
	return err
}

// describe is a product's description with what the label of food must say.
func describe(p seed.Product) string {
	lines := []string{strings.TrimSpace(p.Description)}
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, "**"+name+":** "+text)
		}
	}
	add("Ingredients", p.Ingredients)
	add("Contains", strings.Join(p.Contains, ", "))
	add("May contain", strings.Join(p.MayContain, ", "))
	add("Origin", p.Origin)
	return strings.Join(lines, "\n\n") + "\n"
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
