package seed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
)

// uses lists every place of the demo that shows a picture.
func uses(d *Data) map[string][]Image {
	m := map[string][]Image{"site": {
		d.Site.Icon, d.Site.Cover, d.Site.SocialCard,
	}}
	inline := func(place, text string) {
		for _, f := range inlinePicture.FindAllStringSubmatch(text, -1) {
			m[place] = append(m[place], Image{Name: f[2], Alt: f[1]})
		}
	}
	for _, a := range d.Authors {
		m["author "+a.Slug] = []Image{a.Picture}
	}
	for _, p := range d.Posts {
		m["post "+p.Slug] = []Image{p.FeatureImage}
		inline("post "+p.Slug, p.Markdown)
	}
	for _, p := range d.Pages {
		m["page "+p.Slug] = []Image{p.FeatureImage}
		inline("page "+p.Slug, p.Markdown)
	}
	for _, c := range d.Categories {
		if c.Image.Name != "" {
			m["category "+c.Slug] = []Image{c.Image}
		}
	}
	for _, p := range d.Products {
		m["product "+p.Slug] = p.Images
	}
	for _, x := range slices.Concat(d.Brands, d.Producers, d.Labels) {
		if x.Image.Name != "" {
			m["term "+x.Slug] = append(m["term "+x.Slug], x.Image)
		}
	}
	for _, c := range d.Collections {
		m["collection "+c.Slug] = []Image{c.Image}
	}
	return m
}

func TestEveryPictureIsThereDescribedAndUsed(t *testing.T) {
	d := content(t)
	unused, bytesOf := map[string]bool{}, map[string]int{}
	for _, img := range d.Images {
		unused[img.Name] = true
		bytesOf[img.Name] = len(img.Bytes)
		if img.Alt == "" {
			t.Errorf("images/%s has no alternative text", img.Name)
		}
	}
	for place, shown := range uses(d) {
		for _, img := range shown {
			if bytesOf[img.Name] == 0 {
				t.Errorf("%s shows images/%s, which is not there", place, img.Name)
			}
			if strings.TrimSpace(img.Alt) == "" {
				t.Errorf("%s shows images/%s without alternative text", place, img.Name)
			}
			delete(unused, img.Name)
		}
	}
	for name := range unused {
		t.Errorf("images/%s is shown nowhere", name)
	}
}

// TestInlinePicturesHaveCaptions catches a picture that the pattern of the
// reader would overlook.
func TestInlinePicturesHaveCaptions(t *testing.T) {
	d := content(t)
	check := func(place, text string) {
		if got, want := len(inlinePicture.FindAllString(text, -1)), strings.Count(text, "!["); got != want {
			t.Errorf("%s: %d of %d pictures are readable", place, got, want)
		}
		for _, f := range inlinePicture.FindAllString(text, -1) {
			if !strings.Contains(f, ` "`) {
				t.Errorf("%s: %s has no caption", place, f)
			}
		}
	}
	for _, p := range d.Posts {
		check("post "+p.Slug, p.Markdown)
	}
	for _, p := range d.Pages {
		check("page "+p.Slug, p.Markdown)
	}
}

// drawn are the elements that the pictures are made of; none of them can run,
// fetch or need a font.
var drawn = []string{
	"svg", "defs", "g", "path", "rect", "ellipse", "clipPath",
	"linearGradient", "radialGradient", "stop", "pattern",
}

const maxSVG = 12 << 10

func TestSVG(t *testing.T) {
	d := content(t)
	checked := 0
	for _, img := range d.Images {
		if !strings.HasSuffix(img.Name, ".svg") {
			continue
		}
		checked++
		if len(img.Bytes) > maxSVG {
			t.Errorf("images/%s has %d bytes, want %d at most", img.Name, len(img.Bytes), maxSVG)
		}
		checkSVG(t, img)
	}
	if checked < 90 {
		t.Errorf("%d SVG files checked, want 90 or more", checked)
	}
}

func checkSVG(t *testing.T, img Image) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(img.Bytes))
	root, ids, refs := true, map[string]bool{}, []string{}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("images/%s: %v", img.Name, err)
		}
		switch tok := tok.(type) {
		case xml.ProcInst, xml.Directive:
			t.Errorf("images/%s holds %T", img.Name, tok)
		case xml.StartElement:
			if !slices.Contains(drawn, tok.Name.Local) || tok.Name.Space != "http://www.w3.org/2000/svg" {
				t.Errorf("images/%s holds the element %s", img.Name, tok.Name.Local)
			}
			has := map[string]bool{}
			for _, a := range tok.Attr {
				has[a.Name.Local] = true
				refs = append(refs, checkAttr(t, img.Name, a)...)
				if a.Name.Local == "id" {
					if ids[a.Value] {
						t.Errorf("images/%s: id %s twice", img.Name, a.Value)
					}
					ids[a.Value] = true
				}
			}
			if root && (!has["viewBox"] || !has["width"] || !has["height"]) {
				t.Errorf("images/%s does not state its size", img.Name)
			}
			root = false
		}
	}
	for _, ref := range refs {
		if !ids[ref] {
			t.Errorf("images/%s refers to #%s, which it does not hold", img.Name, ref)
		}
	}
}

// checkAttr refuses handlers, styles and addresses; it returns the ids that a
// fill, stroke or clip of the same file refers to.
func checkAttr(t *testing.T, name string, a xml.Attr) (refs []string) {
	t.Helper()
	key := strings.ToLower(a.Name.Local)
	if strings.HasPrefix(key, "on") || key == "href" || key == "style" || key == "class" {
		t.Errorf("images/%s has the attribute %s", name, key)
	}
	if key != "xmlns" && strings.Contains(a.Value, ":") {
		t.Errorf("images/%s: %s holds an address", name, key)
	}
	rest := a.Value
	for {
		_, after, found := strings.Cut(rest, "url(")
		if !found {
			return refs
		}
		ref, tail, _ := strings.Cut(after, ")")
		if !strings.HasPrefix(ref, "#") {
			t.Errorf("images/%s: %s refers outside", name, key)
		}
		refs = append(refs, strings.TrimPrefix(ref, "#"))
		rest = tail
	}
}

// svgSize reads width and height of the root element.
func svgSize(img Image) (size [2]string) {
	var root struct {
		Width  string `xml:"width,attr"`
		Height string `xml:"height,attr"`
	}
	if xml.Unmarshal(img.Bytes, &root) != nil {
		return size
	}
	return [2]string{root.Width, root.Height}
}

func TestSizes(t *testing.T) {
	d := content(t)
	want := func(place string, img Image, w, h string) {
		if got := svgSize(img); got != [2]string{w, h} {
			t.Errorf("%s: images/%s is %v, want %s by %s", place, img.Name, got, w, h)
		}
	}
	for _, p := range d.Posts {
		want("post "+p.Slug, p.FeatureImage, "1200", "800")
	}
	for _, p := range d.Products {
		for _, img := range p.Images {
			want("product "+p.Slug, img, "800", "800")
		}
	}
	for _, a := range d.Authors {
		want("author "+a.Slug, a.Picture, "800", "800")
	}
	want("site", d.Site.Cover, "1600", "900")
	for _, c := range []struct {
		img        Image
		w, h, most int
	}{{d.Site.SocialCard, 1200, 630, 120 << 10}} {
		cfg, err := png.DecodeConfig(bytes.NewReader(c.img.Bytes))
		if err != nil {
			t.Fatalf("images/%s: %v", c.img.Name, err)
		}
		if cfg.Width != c.w || cfg.Height != c.h || len(c.img.Bytes) > c.most {
			t.Errorf("images/%s is %d by %d with %d bytes, want %d by %d with %d at most", c.img.Name, cfg.Width, cfg.Height, len(c.img.Bytes), c.w, c.h, c.most)
		}
	}
}

// TestEveryProductHasAPictureOfItsOwn: what stands beside each other on a shelf
// must not look alike.
func TestEveryProductHasAPictureOfItsOwn(t *testing.T) {
	shown := map[string]string{}
	for _, p := range content(t).Products {
		for _, img := range p.Images {
			if other := shown[img.Name]; other != "" {
				t.Errorf("products %s and %s both show images/%s", other, p.Slug, img.Name)
			}
			shown[img.Name] = p.Slug
		}
	}
}
