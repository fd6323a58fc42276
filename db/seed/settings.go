// The site's settings, authors and tags.

package seed

import "fmt"

// picture is how a YAML file names an image and describes it.
type picture struct {
	File string `yaml:"file"`
	Alt  string `yaml:"alt"`
}

func (r *reader) readSite() error {
	var in struct {
		Title               string  `yaml:"title"`
		Description         string  `yaml:"description"`
		Locale              string  `yaml:"locale"`
		Timezone            string  `yaml:"timezone"`
		AccentColor         string  `yaml:"accent_color"`
		Announcement        string  `yaml:"announcement"`
		Icon                picture `yaml:"icon"`
		Cover               picture `yaml:"cover"`
		SocialCard          picture `yaml:"social_card"`
		Navigation          []Link  `yaml:"navigation"`
		SecondaryNavigation []Link  `yaml:"secondary_navigation"`
	}
	if err := r.decode("site.yaml", &in); err != nil {
		return err
	}
	site := Site{
		Title: in.Title, Description: in.Description, Locale: in.Locale, Timezone: in.Timezone,
		AccentColor: in.AccentColor, Announcement: in.Announcement,
		Navigation: in.Navigation, SecondaryNavigation: in.SecondaryNavigation,
	}
	for _, use := range []struct {
		into *Image
		from picture
	}{
		{&site.Icon, in.Icon}, {&site.Cover, in.Cover}, {&site.SocialCard, in.SocialCard},
	} {
		img, err := r.image(use.from.File, use.from.Alt)
		if err != nil {
			return fmt.Errorf("site.yaml: %w", err)
		}
		*use.into = img
	}
	r.data.Site = site
	return nil
}

func (r *reader) readAuthors() error {
	var in []struct {
		Slug    string  `yaml:"slug"`
		Name    string  `yaml:"name"`
		Bio     string  `yaml:"bio"`
		Picture picture `yaml:"picture"`
	}
	if err := r.decode("authors.yaml", &in); err != nil {
		return err
	}
	for _, a := range in {
		img, err := r.image(a.Picture.File, a.Picture.Alt)
		if err != nil {
			return fmt.Errorf("authors.yaml: %s: %w", a.Slug, err)
		}
		r.data.Authors = append(r.data.Authors, Author{Slug: a.Slug, Name: a.Name, Bio: a.Bio, Picture: img})
	}
	return nil
}

func (r *reader) readTags() error {
	var in []struct {
		Slug        string `yaml:"slug"`
		Name        string `yaml:"name"`
		Description string `yaml:"description"`
		AccentColor string `yaml:"accent_color"`
	}
	if err := r.decode("tags.yaml", &in); err != nil {
		return err
	}
	for _, t := range in {
		r.data.Tags = append(r.data.Tags, Tag(t))
	}
	return nil
}
