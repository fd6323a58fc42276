package seed

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

// lastDay is the day before which everything in the demo is said to have happened.
var lastDay = time.Date(2026, time.November, 20, 0, 0, 0, 0, time.UTC)

// read once: no test changes what it is given, but TestContentIsFresh.
var once = sync.OnceValues(Content)

func content(t *testing.T) *Data {
	t.Helper()
	d, err := once()
	if err != nil {
		t.Fatalf("Content() = %v", err)
	}
	return d
}

func TestCounts(t *testing.T) {
	d := content(t)
	tops, gated, parted := 0, 0, 0
	for _, c := range d.Categories {
		if c.Parent == "" {
			tops++
		}
	}
	for _, p := range d.Posts {
		if p.Visibility != Members {
			continue
		}
		gated++
		if strings.Contains(p.Markdown, "\n"+MembersOnlyMarker+"\n") {
			parted++
		}
	}
	for _, c := range []struct {
		what           string
		got, low, high int
	}{
		{"posts", len(d.Posts), 12, 12},
		{"members' posts", gated, 2, 2},
		{"members' posts with a free part", parted, 1, 1},
		{"pages", len(d.Pages), 3, 3},
		{"authors", len(d.Authors), 4, 5},
		{"tags", len(d.Tags), 6, 8},
		{"categories", len(d.Categories), 28, 32},
		{"categories at the top", tops, 6, 6},
		{"products", len(d.Products), 60, 60},
		{"brands", len(d.Brands), 30, 35},
		{"producers", len(d.Producers), 18, 25},
		{"labels", len(d.Labels), 10, 14},
		{"collections", len(d.Collections), 5, 5},
	} {
		if c.got < c.low || c.got > c.high {
			t.Errorf("%d %s, want %d to %d", c.got, c.what, c.low, c.high)
		}
	}
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestSlugsAreUnique(t *testing.T) {
	d := content(t)
	seen := map[string]bool{}
	only := func(space, slug string) {
		if !slugForm.MatchString(slug) {
			t.Errorf("%s %q is not a slug", space, slug)
		}
		if seen[space+" "+slug] {
			t.Errorf("%s %q is used twice", space, slug)
		}
		seen[space+" "+slug] = true
	}
	for _, a := range d.Authors {
		only("author", a.Slug)
	}
	for _, x := range d.Tags {
		only("tag", x.Slug)
	}
	for _, p := range d.Posts {
		only("address", p.Slug)
	}
	for _, p := range d.Pages {
		only("address", p.Slug)
	}
	for _, c := range d.Categories {
		only("category", c.Slug)
	}
	for kind, terms := range map[string][]Term{"brand": d.Brands, "producer": d.Producers, "label": d.Labels} {
		for _, x := range terms {
			only(kind, x.Slug)
		}
	}
	for _, c := range d.Collections {
		only("collection", c.Slug)
	}
	for _, p := range d.Products {
		only("product", p.Slug)
		for _, v := range p.Variants {
			only("sku", strings.ToLower(v.SKU))
		}
	}
}

func TestReferences(t *testing.T) {
	d := content(t)
	unused := map[string]bool{}
	for _, a := range d.Authors {
		unused["author "+a.Slug] = true
	}
	for _, x := range d.Tags {
		unused["tag "+x.Slug] = true
	}
	known := map[string]bool{}
	for k := range unused {
		known[k] = true
	}
	refer := func(from, to string) {
		if !known[to] {
			t.Errorf("%s refers to %s, which is not there", from, to)
		}
		delete(unused, to)
	}
	for _, p := range d.Posts {
		if len(p.Authors) == 0 || len(p.Tags) == 0 {
			t.Errorf("post %s has %d authors and %d tags", p.Slug, len(p.Authors), len(p.Tags))
		}
		for _, a := range p.Authors {
			refer("post "+p.Slug, "author "+a)
		}
		for _, x := range p.Tags {
			refer("post "+p.Slug, "tag "+x)
		}
	}
	for k := range unused {
		t.Errorf("%s signs or groups no post", k)
	}
}

func TestPosts(t *testing.T) {
	d := content(t)
	for i, p := range d.Posts {
		if i > 0 && !p.PublishedAt.Before(d.Posts[i-1].PublishedAt) {
			t.Errorf("post %s is not older than the one before it", p.Slug)
		}
		if !p.PublishedAt.Before(lastDay) {
			t.Errorf("post %s was published on %v, want before %v", p.Slug, p.PublishedAt, lastDay)
		}
		if p.Visibility != Public && p.Visibility != Members {
			t.Errorf("post %s has visibility %q", p.Slug, p.Visibility)
		}
		if p.Visibility == Public && strings.Contains(p.Markdown, MembersOnlyMarker) {
			t.Errorf("post %s is public and has a members-only part", p.Slug)
		}
		if n := len(strings.Fields(p.Markdown)); n < 400 || n > 900 {
			t.Errorf("post %s has %d words, want 400 to 900", p.Slug, n)
		}
		if n := len(p.Excerpt); n < 60 || n > 200 {
			t.Errorf("post %s has an excerpt of %d bytes, want 60 to 200", p.Slug, n)
		}
		if p.FeatureImageCaption == "" || !strings.Contains(p.Markdown, "\n## ") {
			t.Errorf("post %s lacks a caption or a heading", p.Slug)
		}
		if n := len(inlinePicture.FindAllString(p.Markdown, -1)); n < 2 {
			t.Errorf("post %s shows %d pictures in its text, want 2 or more", p.Slug, n)
		}
	}
}

func TestFileNamesGiveTheDate(t *testing.T) {
	names, err := files.ReadDir("posts")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range names {
		r := &reader{fsys: files, images: map[string]int{}}
		if err := r.readImages(); err != nil {
			t.Fatal(err)
		}
		_, at, _, _, err := r.document(path.Join("posts", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if got := at.Format(time.DateOnly); !strings.HasPrefix(e.Name(), got+"-") {
			t.Errorf("posts/%s was published on %s", e.Name(), got)
		}
	}
}

var markdownLink = regexp.MustCompile(`[^!]\[[^\]]+\]\(([^)\s]+)\)`)

// markdownOf turns the links of an HTML line into Markdown's.
func markdownOf(line string) string {
	return regexp.MustCompile(`<a href="([^"]*)">([^<]*)</a>`).ReplaceAllString(line, " [$2]($1)")
}

// TestLinks follows every link of the site's own to a slug or a fixed path.
func TestLinks(t *testing.T) {
	d := content(t)
	there := map[string]bool{"/": true, "/market/": true, "/rss.xml": true}
	for _, p := range d.Posts {
		there["/"+p.Slug+"/"] = true
	}
	for _, p := range d.Pages {
		there["/"+p.Slug+"/"] = true
	}
	for _, x := range d.Tags {
		there["/tag/"+x.Slug+"/"] = true
	}
	for _, c := range d.Categories {
		there["/market/"+c.Slug+"/"] = true
	}
	for _, p := range d.Products {
		there["/market/products/"+p.Slug+"/"] = true
	}
	texts := map[string]string{"announcement": markdownOf(d.Site.Announcement)}
	for _, p := range d.Posts {
		texts["post "+p.Slug] = p.Markdown
	}
	for _, p := range d.Pages {
		texts["page "+p.Slug] = p.Markdown
	}
	for from, text := range texts {
		for _, m := range markdownLink.FindAllStringSubmatch(text, -1) {
			if !there[m[1]] {
				t.Errorf("%s links to %s, which is not there", from, m[1])
			}
		}
	}
	for _, l := range slices.Concat(d.Site.Navigation, d.Site.SecondaryNavigation) {
		if l.Label == "" || !there[l.URL] {
			t.Errorf("navigation entry %q leads to %q, which is not there", l.Label, l.URL)
		}
	}
}

func TestSite(t *testing.T) {
	d := content(t)
	if got, want := d.Site.Locale, "en-GB"; got != want {
		t.Errorf("locale = %q, want %q", got, want)
	}
	if _, err := zones.Load(d.Site.Timezone); err != nil {
		t.Errorf("timezone %q: %v", d.Site.Timezone, err)
	}
	color := regexp.MustCompile(`^#[0-9a-f]{6}$`)
	if !color.MatchString(d.Site.AccentColor) {
		t.Errorf("accent colour of the site = %q", d.Site.AccentColor)
	}
	for _, x := range d.Tags {
		if !color.MatchString(x.AccentColor) || x.Description == "" {
			t.Errorf("tag %s: accent colour %q, description %q", x.Slug, x.AccentColor, x.Description)
		}
	}
}
