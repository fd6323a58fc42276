package frontmatter

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func ExampleParse() {
	d, _ := Parse([]byte("---\ntitle: Rye loaf\nprice: 3.50\n---\nDark and *sour*.\n"))
	fmt.Println(d.Format, d.Fields.Text("title"), d.Fields.Text("price"))
	fmt.Print(d.Body)
	// Output:
	// YAML Rye loaf 3.50
	// Dark and *sour*.
}

func TestParse(t *testing.T) {
	want := Fields{
		"title": "A: b", "draft": true, "price": Number("12.50"), "count": Number("7"), "date": "2020-01-02T03:04:05Z",
		"tags": []any{"c", "d e"}, "cover": Fields{"image": "/f.png", "more": Fields{"alt": "g"}},
	}
	for name, source := range map[string]string{
		"yaml": "---\ntitle: \"A: b\"\ndraft: true\nprice: 12.50 # pounds\ncount: 7\ndate: 2020-01-02T03:04:05Z\n" +
			"tags:\n  - c\n  - 'd e'\ncover: {image: /f.png, more: {alt: g}}\n---\n\nBody\n---\nmore\n",
		"yaml, dots": "---  \nTitle: \"A: b\"\nDraft: true\nprice: 12.50\ncount: 7\ndate: 2020-01-02T03:04:05Z\n" +
			"tags: [c, &x \"d e\"]\ncover:\n  image: /f.png\n  more: {alt: g}\n...\n\nBody\n---\nmore\n",
		"toml": "+++\ntitle = 'A: b'\ndraft = true\nprice = 12.50\ncount = 7\ndate = 2020-01-02T03:04:05Z\n" +
			"tags = [\"c\", \"d e\"]\n[cover]\nimage = '/f.png'\nmore.alt = 'g'\n+++\n\nBody\n---\nmore\n",
		"toml, inline": "+++\ncover = {image='/f.png', more={alt='g'}}\nTITLE = \"A: b\"\ndraft = true\nprice = 1_2.50\ncount = 7\n" +
			"date = 2020-01-02T03:04:05Z\ntags = [ # two\n'c',\n'd e',\n]\n+++\nBody\n---\nmore\n",
		"json": "{\n\"title\": \"A: b\", \"draft\": true, \"price\": 12.50, \"count\": 7, \"date\": \"2020-01-02T03:04:05Z\",\n" +
			"\"Tags\": [\"c\", \"d e\"], \"cover\": {\"image\": \"/f.png\", \"more\": {\"alt\": \"g\"}}}\n\nBody\n---\nmore\n",
	} {
		for ending, source := range map[string]string{"LF": source, "CRLF": strings.ReplaceAll(source, "\n", "\r\n"), "BOM": "\ufeff" + source} {
			t.Run(name+"/"+ending, func(t *testing.T) {
				d, err := Parse([]byte(source))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, d.Fields); diff != "" {
					t.Errorf("fields (-want +got):\n%s", diff)
				}
				if d.Body != "Body\n---\nmore\n" {
					t.Errorf("body %q", d.Body)
				}
			})
		}
	}
}

func TestParseMore(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		format Format
		fields Fields
		body   string
	}{
		"none":           {"# A\n\n---\n", None, nil, "# A\n\n---\n"},
		"shortcode":      {"{{< a >}}\n", None, nil, "{{< a >}}\n"},
		"liquid":         {"{% a %}\n", None, nil, "{% a %}\n"},
		"empty":          {"", None, nil, ""},
		"empty head":     {"---\n---\nA", YAML, Fields{}, "A"},
		"comments only":  {"---\n# a\n---\nA", YAML, Fields{}, "A"},
		"no text":        {"+++\na = 1\n+++", TOML, Fields{"a": Number("1")}, ""},
		"block scalars":  {"---\na: |\n  b\n  c\nd: >-\n  e\n  f\n---\n", YAML, Fields{"a": "b\nc\n", "d": "e f"}, ""},
		"anchors":        {"---\na: &x {b: c}\nd: *x\ne:\n  <<: *x\n  f: g\n---\n", YAML, Fields{"a": Fields{"b": "c"}, "d": Fields{"b": "c"}, "e": Fields{"b": "c", "f": "g"}}, ""},
		"null":           {"---\na:\nb: ~\n---\n", YAML, Fields{"a": nil, "b": nil}, ""},
		"numbers":        {"---\na: 0x1F\nb: 1.5e3\nc: -0.10\nd: 007\n---\n", YAML, Fields{"a": Number("0x1F"), "b": Number("1.5e3"), "c": Number("-0.10"), "d": Number("007")}, ""},
		"array tables":   {"+++\n[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n+++\n", TOML, Fields{"a": []any{Fields{"b": Number("1")}, Fields{"b": Number("2"), "c": Fields{"d": Number("3")}}}}, ""},
		"dates in TOML":  {"+++\na = 1979-05-27\nb = 1979-05-27 07:32:00\n+++\n", TOML, Fields{"a": "1979-05-27", "b": "1979-05-27 07:32:00"}, ""},
		"nothing in it":  {"{}\nA", JSON, Fields{}, "A"},
		"fence in quote": {"---\na: \"b --- c\"\n---\nA", YAML, Fields{"a": "b --- c"}, "A"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Parse([]byte(c.source))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(Document{c.format, c.fields, c.body}, d); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for source, want := range map[string]string{
		"---\na: b\n":                  "YAML front matter has no end",
		"+++\na = 1\n":                 "TOML front matter has no end",
		"---\na: [b\n---\n":            "YAML front matter is malformed in line 2",
		"---\na: b\na: c\n---\n":       "YAML front matter is malformed in line 3",
		"---\njust words\n---\n":       "no list of fields",
		"---\n- a\n---\n":              "no list of fields",
		"+++\na = \n+++\n":             "TOML front matter is malformed in line 2",
		"+++\na = 1\na = 2\n+++\n":     "gives a field twice",
		"+++\na = 1\n[a]\n+++\n":       "gives a field twice",
		"{\"a\": }\n":                  "JSON front matter is malformed",
		"a\xff":                        "not UTF-8",
		"a\x00":                        "NUL",
		strings.Repeat("a", MaxFile+1): "larger than 1 MiB",
		"---\n#" + strings.Repeat("a", 40<<10) + "\n---\n": "larger than 32 KiB",
	} {
		if _, err := Parse([]byte(source)); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%.40q): %v, want ErrMalformed with %q", source, err, want)
		}
	}
}

func TestTime(t *testing.T) {
	for text, want := range map[string]string{
		"2020-01-02":                "2020-01-02T00:00:00Z",
		"2020-01-02T03:04:05+02:00": "2020-01-02T01:04:05Z",
		"2020-01-02 03:04:05":       "2020-01-02T03:04:05Z",
		"2020-01-02 03:04:05 -0500": "2020-01-02T08:04:05Z",
		"2020-01-02 03:04":          "2020-01-02T03:04:00Z",
		"2020-1-2":                  "2020-01-02T00:00:00Z",
		"January 2, 2020":           "2020-01-02T00:00:00Z",
	} {
		got, err := (Fields{"date": text}).Time("date")
		if err != nil || got.Format("2006-01-02T15:04:05Z07:00") != want {
			t.Errorf("%q is %v, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"soon", "2020-13-01", "0000-01-01"} {
		if got, err := (Fields{"date": text}).Time("date"); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q is %v, %v, want ErrMalformed", text, got, err)
		}
	}
}

func TestFiles(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("a")}
	site := fstest.MapFS{
		"content/_index.md": file, "content/a.md": file, "content/b/_index.fr.md": file, "content/b/c.markdown": file,
		"content/b/d/index.md": file, "content/b/d/e.png": file, "content/index.md": file, "content/.git/f.md": file,
		"content/_x/g.md": file, "archetypes/default.md": file, "README.md": file,
	}
	jekyll := fstest.MapFS{
		"_config.yml": file, "_posts/2020-01-02-a.md": file, "_drafts/b.md": file, "_site/c.md": file, "d/_posts/e.md": file,
		"node_modules/f/README.md": file, "content/g.md": file, "_products/h.md": file,
	}
	for name, c := range map[string]struct {
		site    fstest.MapFS
		files   []string
		skipped []string
	}{
		"hugo":   {site, []string{"a.md", "b/c.markdown", "b/d/index.md"}, []string{"_index.md", "b/_index.fr.md", "index.md"}},
		"jekyll": {jekyll, []string{"_drafts/b.md", "_posts/2020-01-02-a.md", "_products/h.md", "content/g.md", "d/_posts/e.md"}, nil},
	} {
		content, err := Content(c.site)
		if err != nil {
			t.Fatal(err)
		}
		files, skipped, err := Files(content)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range skipped {
			names = append(names, s.File)
		}
		if diff := cmp.Diff(c.files, files) + cmp.Diff(c.skipped, names); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if raw, err := Read(content, files[0]); err != nil || string(raw) != "a" {
			t.Errorf("Read = %q, %v", raw, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("---\ntitle: A\nprice: 1.50\ntags: [a, b]\ncover: {image: b.png}\n---\nB {{<c>}}", "blog/2020-01-02-a.md")
	f.Add("+++\ntitle = 'A'\ndate = 2020-01-02\n[[a]]\nb.c = 1\n+++\nB", "_posts/2020-01-02-a.md")
	f.Add("{\"title\": \"A\", \"images\": [{\"src\": \"/b\"}]}\nB {% c %}", "market/a/index.md")
	f.Add("---\na: &x [*x, !!t b]\n<<: *x\n---\n", "index.md")
	f.Fuzz(func(t *testing.T, source, name string) {
		d, err := Parse([]byte(source))
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("Parse(%q): %v", source, err)
			}
			return
		}
		p, err := d.Page(name)
		if err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("Page(%q, %q): %v", source, name, err)
		}
		for _, text := range append(append(p.Tags, p.Categories...), p.Title, p.Excerpt, p.Brand) {
			if strings.ContainsAny(text, "\n\t\x00") {
				t.Fatalf("%q of %q is not one line", text, source)
			}
		}
	})
}
