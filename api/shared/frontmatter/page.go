// What a file says, by the conventions of Hugo and Jekyll.

package frontmatter

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind is what is made of a file.
type Kind string

// A post is dated and listed, a page stands for itself, a product is sold.
const (
	KindPost    Kind = "post"
	KindPage    Kind = "page"
	KindProduct Kind = "product"
)

// Page is a file as its generator understands it. Texts are as they were written.
type Page struct {
	Kind       Kind
	Title      string
	Slug       string // the last part of its address, not judged
	Draft      bool
	Published  time.Time // zero where the file does not say
	Updated    time.Time // zero where the file does not say
	Expires    time.Time // zero for never
	Excerpt    string
	Image      string // an address, or a path from the root of the site
	ImageAlt   string
	Tags       []string
	Authors    []string
	Categories []string // a product's from the top; a post's are among its tags

	// Of products. Numbers are as they were written.
	Brand, SKU, Price, Currency, VAT, Weight, Quantity, Unit string

	Body     string
	Warnings []string // what is lost, or should be looked at
}

// Shops are the sections whose files are products.
var shops = map[string]bool{"market": true, "products": true, "shop": true}

var (
	dated    = regexp.MustCompile(`^(\d{4}-\d{1,2}-\d{1,2})-(.+)$`)
	language = regexp.MustCompile(`^[a-z]{2}(-[A-Za-z]{2})?$`)
)

// Page reads the fields of a file; file is its path from the content root. It
// fails with ErrMalformed where a date cannot be read.
func (d Document) Page(file string) (Page, error) {
	p := Page{Body: d.Body}
	f := d.Fields
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	folders := strings.Split(path.Dir(file), "/")
	if folders[0] == "." {
		folders = nil
	}
	bundle := name == "index" && len(folders) > 0
	if bundle { // the folder is the file, with its pictures beside it
		name, folders = folders[len(folders)-1], folders[:len(folders)-1]
	}
	fileDate := ""
	if m := dated.FindStringSubmatch(name); m != nil {
		fileDate = m[1]
		if within(folders, "_posts") {
			name = m[2]
		}
	}
	sections := sectionsOf(folders)
	p.Kind = kindOf(f, sections, len(folders) == 0 && fileDate == "")

	var err error
	if err = p.dates(f, fileDate); err != nil {
		return p, err
	}
	p.Draft, _ = f.Flag("draft")
	if shown, known := f.Flag("published"); known && !shown || within(folders, "_drafts") {
		p.Draft = true
	}
	p.Title = line(f.Text("title", "linktitle"))
	if p.Title == "" {
		p.Title = titleOf(name)
	}
	p.address(f, name)
	p.Excerpt = line(f.Text("description", "summary", "excerpt"))
	p.Authors = lines(f.List("authors", "author"))
	p.picture(f, bundle)
	tags, categories := words(f, "tags", within(folders, "_posts")), words(f, "categories", within(folders, "_posts"))
	if len(tags) == 0 {
		tags = lines(f.List("tag"))
	}
	if len(categories) == 0 {
		categories = lines(f.List("category"))
	}
	p.Tags = append(tags, categories...)
	if p.Kind == KindProduct {
		p.product(f, tags, categories, sections)
	}
	for _, field := range []string{"aliases", "redirect_from", "labels"} {
		if f.Has(field) {
			p.warn("%s are not carried over yet", field)
		}
	}
	p.Body = p.withoutCode(p.Body)
	return p, nil
}

func (p *Page) warn(format string, args ...any) {
	p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...))
}

func within(folders []string, name string) bool {
	for _, f := range folders {
		if f == name {
			return true
		}
	}
	return false
}

// sectionsOf are the folders below the content root, without that of a language
// and without Jekyll's underscores.
func sectionsOf(folders []string) []string {
	if len(folders) > 0 && language.MatchString(folders[0]) {
		folders = folders[1:]
	}
	var sections []string
	for _, f := range folders {
		sections = append(sections, strings.TrimPrefix(f, "_"))
	}
	return sections
}

func kindOf(f Fields, sections []string, atRoot bool) Kind {
	section := ""
	if len(sections) > 0 {
		section = sections[0]
	}
	kind := strings.ToLower(f.Text("type", "layout"))
	switch {
	case f.Has("price", "sku") || shops[section]:
		return KindProduct
	case kind == "page", kind != "post" && (section == "page" || section == "pages" || atRoot && !f.Has("date")):
		return KindPage
	}
	return KindPost
}

func (p *Page) dates(f Fields, fileDate string) (err error) {
	if p.Published, err = f.Time("publishdate", "pubdate", "published_at", "date"); err != nil {
		return err
	}
	if p.Published.IsZero() && fileDate != "" {
		if p.Published, err = (Fields{"date": fileDate}).Time("date"); err != nil {
			return malformed("the date in its name is none")
		}
	}
	if p.Updated, err = f.Time("lastmod", "last_modified_at", "updated", "modified"); err != nil {
		return err
	}
	p.Expires, err = f.Time("expirydate", "unpublishdate")
	return err
}

// address takes the slug that the file gives, else that of its address, else its
// name. Of an address only the last part can be kept.
func (p *Page) address(f Fields, name string) {
	p.Slug = f.Text("slug")
	if p.Slug != "" {
		return
	}
	p.Slug = name
	address := f.Text("url", "permalink")
	if address == "" {
		return
	}
	plain := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(address, "/"), "index.html"), "/")
	plain = strings.TrimSuffix(plain, ".html")
	if last := plain[strings.LastIndexByte(plain, '/')+1:]; last != "" && !strings.ContainsAny(plain, ":?#{}% ") {
		p.Slug = last
	} else {
		p.warn("its address %s is no plain path: the name of the file is taken", address)
	}
}

func (p *Page) picture(f Fields, bundle bool) {
	p.Image = f.Text("image", "featured_image", "featuredimage", "feature_image", "cover.image", "cover", "images",
		"header.image", "thumbnail")
	p.ImageAlt = line(f.Text("image_alt", "featured_image_alt", "feature_image_alt", "cover.alt", "image.alt"))
	if p.Image == "" || strings.HasPrefix(p.Image, "/") || strings.Contains(p.Image, "://") {
		return
	}
	if bundle || strings.HasPrefix(p.Image, ".") {
		p.warn("its picture %s lies beside the text and is not carried over", p.Image)
		p.Image = ""
		return
	}
	p.Image = "/" + p.Image
}

func (p *Page) product(f Fields, tags, categories, sections []string) {
	p.Tags, p.Categories = nil, categories
	if len(tags) > 0 {
		p.warn("tags of products are not carried over")
	}
	if len(p.Categories) == 0 && len(sections) > 1 && shops[sections[0]] {
		for _, s := range sections[1:] {
			p.Categories = append(p.Categories, titleOf(s))
		}
	}
	p.Authors = nil
	p.Brand = line(f.Text("brand", "brands"))
	p.SKU, p.Price, p.VAT = f.Text("sku"), f.Text("price"), f.Text("vat", "vat_rate")
	p.Currency = strings.ToUpper(f.Text("currency"))
	p.Quantity, p.Unit = f.Text("quantity"), strings.ToLower(f.Text("unit"))
	// Hugo sorts by a number called weight; it is one of scales only with a unit.
	if _, number := f.get("weight").(Number); !number || p.Unit != "" {
		p.Weight = f.Text("weight")
	}
}

// words is a list; Jekyll's may be words with blanks between them.
func words(f Fields, name string, jekyll bool) []string {
	list := lines(f.List(name))
	if _, isText := f.get(name).(string); isText && jekyll && len(list) == 1 {
		return strings.Fields(list[0])
	}
	return list
}

// line is text in one line, without signs that are not printed.
func line(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}

func lines(texts []string) (list []string) {
	for _, t := range texts {
		if t = line(t); t != "" {
			list = append(list, t)
		}
	}
	return list
}

// titleOf makes a title of a name, as Jekyll does.
func titleOf(name string) string {
	text := line(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return ' '
		}
		return r
	}, name))
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

var (
	shortcode = regexp.MustCompile(`\{\{[<%]`)
	liquid    = regexp.MustCompile(`(^|[^{])\{%[-\s]*[a-z]`)
	// A tag without blanks would be read as one of HTML, and dropped.
	tightCode = regexp.MustCompile(`\{\{<([/A-Za-z])`)
)

// withoutCode reports what the old generator would have executed. It stays in the
// text as it is written.
func (p *Page) withoutCode(body string) string {
	if !strings.Contains(body, "{{") && !strings.Contains(body, "{%") {
		return body
	}
	if n := len(shortcode.FindAllStringIndex(body, -1)); n > 0 {
		p.warn("Hugo shortcodes are not executed; they stay as text")
		body = tightCode.ReplaceAllString(body, "{{< $1")
	}
	if liquid.MatchString(body) {
		p.warn("Liquid tags are not executed; they stay as text")
	}
	return body
}
