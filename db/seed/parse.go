// Reading the embedded files: strict YAML, Markdown with front matter.

package seed

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed site.yaml authors.yaml tags.yaml market.yaml shop.yaml events.yaml terms.yaml products/*.yaml
//go:embed posts/*.md pages/*.md images/*.svg images/*.png
var files embed.FS

// Content reads the embedded demo. It fails when a file does not have the
// expected shape (unknown keys included) or names a picture that is not there;
// since the files are part of the binary, an error is a fault of the build.
func Content() (*Data, error) { return read(files) }

// reader gathers the parts; pictures are looked up in images and marked as
// described when a place of use gives them an alternative text.
type reader struct {
	fsys   fs.FS
	data   Data
	images map[string]int

	business map[string]Business // by the slug of the brand
}

func read(fsys fs.FS) (*Data, error) {
	r := &reader{fsys: fsys, images: map[string]int{}, business: map[string]Business{}}
	for _, step := range []func() error{
		r.readImages, r.readSite, r.readAuthors, r.readTags, r.readTerms, r.readMarket, r.readShop, r.readPosts, r.readPages, r.readEvents,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return &r.data, nil
}

func (r *reader) readImages() error {
	names, err := fs.Glob(r.fsys, "images/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := fs.ReadFile(r.fsys, name)
		if err != nil {
			return err
		}
		base := path.Base(name)
		r.images[base] = len(r.data.Images)
		r.data.Images = append(r.data.Images, Image{Name: base, Bytes: b})
	}
	return nil
}

// image finds a picture and gives it the alternative text of this use.
func (r *reader) image(name, alt string) (Image, error) {
	i, ok := r.images[name]
	if !ok {
		return Image{}, fmt.Errorf("no picture images/%s", name)
	}
	img := &r.data.Images[i]
	if img.Alt == "" {
		img.Alt = alt
	}
	return Image{Name: name, Bytes: img.Bytes, Alt: alt}, nil
}

// strict decodes YAML and refuses keys that the target does not know.
func strict(b []byte, into any) error {
	return yaml.UnmarshalWithOptions(b, into, yaml.Strict())
}

func (r *reader) decode(name string, into any) error {
	b, err := fs.ReadFile(r.fsys, name)
	if err != nil {
		return err
	}
	if err := strict(b, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// frontMatter is the head of a post or page.
type frontMatter struct {
	Title               string     `yaml:"title"`
	Slug                string     `yaml:"slug"`
	Authors             []string   `yaml:"authors"`
	Tags                []string   `yaml:"tags"`
	PublishedAt         string     `yaml:"published_at"`
	FeatureImage        string     `yaml:"feature_image"`
	FeatureImageAlt     string     `yaml:"feature_image_alt"`
	FeatureImageCaption string     `yaml:"feature_image_caption"`
	Excerpt             string     `yaml:"excerpt"`
	Featured            bool       `yaml:"featured"`
	Visibility          Visibility `yaml:"visibility"`
}

// splitFrontMatter parts a document into its YAML head and its Markdown body.
// The head is the lines between a first line "---" and the next such line.
func splitFrontMatter(doc []byte) (head, body []byte, err error) {
	rest, ok := bytes.CutPrefix(doc, []byte("---\n"))
	if !ok {
		return nil, nil, fmt.Errorf("the first line is not ---")
	}
	head, body, ok = bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, nil, fmt.Errorf("the front matter has no end")
	}
	return append(head, '\n'), bytes.TrimSpace(body), nil
}

// inlinePicture matches a picture of Markdown whose file is one of ours.
var inlinePicture = regexp.MustCompile(`!\[([^\]]*)\]\(images/([^\s)]+)(?:\s+"[^"]*")?\)`)

// document reads one Markdown file and resolves the pictures it shows.
func (r *reader) document(name string) (m frontMatter, at time.Time, feature Image, body string, err error) {
	doc, err := fs.ReadFile(r.fsys, name)
	if err != nil {
		return m, at, feature, "", err
	}
	head, text, err := splitFrontMatter(doc)
	if err == nil {
		err = strict(head, &m)
	}
	if err == nil {
		at, err = time.Parse(time.RFC3339, m.PublishedAt)
	}
	if err == nil {
		feature, err = r.image(m.FeatureImage, m.FeatureImageAlt)
	}
	for _, found := range inlinePicture.FindAllSubmatch(text, -1) {
		if err == nil {
			_, err = r.image(string(found[2]), string(found[1]))
		}
	}
	if err != nil {
		return m, at, feature, "", fmt.Errorf("%s: %w", name, err)
	}
	return m, at, feature, string(text) + "\n", nil
}

// documents calls add with each document that pattern names, in the order of
// their names.
func (r *reader) documents(pattern string, add func(m frontMatter, at time.Time, feature Image, body string)) error {
	names, err := fs.Glob(r.fsys, pattern)
	if err != nil {
		return err
	}
	for _, name := range names {
		m, at, feature, body, err := r.document(name)
		if err != nil {
			return err
		}
		add(m, at, feature, body)
	}
	return nil
}

func (r *reader) readPosts() error {
	err := r.documents("posts/*.md", func(m frontMatter, at time.Time, feature Image, body string) {
		r.data.Posts = append(r.data.Posts, Post{
			Title: m.Title, Slug: m.Slug, Authors: m.Authors, Tags: m.Tags, PublishedAt: at,
			FeatureImage: feature, FeatureImageCaption: m.FeatureImageCaption, Excerpt: m.Excerpt,
			Featured: m.Featured, Visibility: m.Visibility, Markdown: body,
		})
	})
	sort.SliceStable(r.data.Posts, func(i, j int) bool {
		return r.data.Posts[i].PublishedAt.After(r.data.Posts[j].PublishedAt)
	})
	return err
}

func (r *reader) readPages() error {
	return r.documents("pages/*.md", func(m frontMatter, at time.Time, feature Image, body string) {
		r.data.Pages = append(r.data.Pages, Page{
			Title: m.Title, Slug: m.Slug, PublishedAt: at, FeatureImage: feature,
			FeatureImageCaption: m.FeatureImageCaption, Excerpt: m.Excerpt, Markdown: body,
		})
	})
}
