package ghost_test

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog/ghost"
)

func TestReadRedirects(t *testing.T) {
	_, downloaded, _ := bytes.Cut(read(t, "admin-api", "redirects-download.txt"), []byte("\n")) // its first line is the type
	for name, c := range map[string]struct {
		file string
		want []ghost.Redirect
	}{
		"as captured": {string(downloaded), []ghost.Redirect{
			{302, `^/tmp/(\d+)/?$`, "/vis-public/"}, {301, `^/old-path/?$`, "/all-cards/"},
		}},
		"forms": {"301:\n  /plain/: /new/\n  /Case/i: https://example.org/$1\n  '^/a/(.*)$': /b/$1?x=$1\n302: {}\n", []ghost.Redirect{
			{301, "/plain/?$", "/new/"}, {301, "(?i)Case/?$", "https://example.org/$1"}, {301, "^/a/(.*)$", "/b/$1?x=$1"},
		}},
		"none":        {"301:\n302:\n", []ghost.Redirect{}},
		"JSON":        {"[\n {\"from\": \"^/old\", \"to\": \"/new\", \"permanent\": true},\n {\"from\": \"/x/i\", \"to\": \"/y\"}]\n", []ghost.Redirect{{301, "^/old/?$", "/new"}, {302, "(?i)x/?$", "/y"}}},
		"JSON, none":  {"[]", []ghost.Redirect{}},
		"with a mark": {"\ufeff[]", []ghost.Redirect{}},
	} {
		got, err := ghost.ReadRedirects(strings.NewReader(c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadRedirectsRefuses(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"look-ahead":       {"301:\n  /a: /b\n  '^/(?!x)': /y\n", "line 3: the pattern is no RE2 expression: invalid or unsupported Perl syntax"},
		"back reference":   {"302:\n  '^/(a)\\1$': /y\n", "line 2: the pattern is no RE2 expression: invalid escape sequence"},
		"open group":       {"302:\n  '^/(a': /y\n", "line 2: the pattern is no RE2"},
		"everything":       {"301:\n  /: /y\n", "line 2: the pattern matches every address"},
		"script":           {"301:\n  /a: javascript:alert(1)\n", "line 2: it must lead to"},
		"no scheme":        {"301:\n  /a: //evil.example\n", "line 2: it must lead to"},
		"visitor's host":   {"301:\n  ^/(.*)$: https://$1/\n", "line 2: it must lead to"},
		"backslash":        {"301:\n  /a: '/\\evil.example'\n", "line 2: it must lead to"},
		"number":           {"301:\n  /a: 7\n", "line 2: what it leads to must be text"},
		"other status":     {"303:\n  /a: /b\n", "line 1: only 301 and 302"},
		"list":             {"- a\n", "must be one mapping"},
		"text":             {"redirects\n", "must be one mapping"},
		"section of text":  {"301: /a\n", "line 1: it must hold"},
		"empty":            {"", "one YAML document"},
		"no mapping":       {"{}\n", "neither 301 nor 302"},
		"broken":           {"301:\n  /a: [\n", "YAML that can be read"},
		"anchors":          {"301:\n  /a: &a /b\n  /c: *a\n", "line 2: it uses anchors"},
		"not UTF-8":        {"301:\n  /a: /\xff\n", "not UTF-8"},
		"large":            {"301:\n" + strings.Repeat("#", 1<<20), "larger than 1 MiB"},
		"long":             {"301:\n  /" + strings.Repeat("a", 1000) + ": /b\n", "line 2: the rule is too long"},
		"many":             {"301:\n" + strings.Repeat("  /a: /b\n", 2001), ""},
		"JSON, look-ahead": {"[{\"from\": \"^/a\", \"to\": \"/b\"},\n{\"from\": \"^/(?=x)\", \"to\": \"/b\"}]", "line 2: the pattern"},
		"JSON, cut":        {"[{\"from\": \"^/a\",", "line 1: it is no JSON"},
		"JSON, open":       {"[{\"from\": \"^/a\", \"to\": \"/b\"}", "ends in the middle"},
		"JSON, two":        {"[] []", "something follows"},
		"JSON, texts":      {"[\n\"/a\"]", "line 2: it is no JSON"},
	} {
		got, err := ghost.ReadRedirects(strings.NewReader(c.file))
		if !errors.Is(err, ghost.ErrFile) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v, want ErrFile with %q", name, got, err, c.want)
		}
	}
}

func FuzzReadRedirects(f *testing.F) {
	f.Add([]byte("301:\n  ^/old-path/?$: /all-cards/\n302:\n  ^/tmp/(\\d+)/?$: /vis-public/\n"))
	f.Add([]byte(`[{"from":"/a/i","to":"/b","permanent":true}]`))
	f.Add([]byte("301: {/a: /b, ? [x] : y}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		rules, err := ghost.ReadRedirects(bytes.NewReader(raw))
		if err != nil && !errors.Is(err, ghost.ErrFile) {
			t.Fatalf("%v", err)
		}
		for _, r := range rules {
			if re, err := regexp.Compile(r.Pattern); err != nil || re.MatchString("") || r.Status != 301 && r.Status != 302 || r.Target == "" {
				t.Fatalf("%+v", r)
			}
		}
	})
}

const routesFile = `
routes:
  /features/: features
  /podcast/rss/:
    template: podcast
    content_type: text/xml
  /team/:
    controller: channel
    filter: tag:team
    data: page.team
collections:
  /news/:
    permalink: /news/{year}/{month}/{day}/{slug}/
    filter: primary_tag:news+featured:true
    template: [news, index]
    rss: false
  /bread/:
    permalink: /{primary_tag}/{slug}/
    filter: tag:[bread, 'cake']+author:-ann
  /:
    permalink: /{primary_author}/{id}/
    template: index
taxonomies:
  tag: /topics/{slug}/
  author: /by/{slug}/
`

func TestReadRoutes(t *testing.T) {
	r, err := ghost.ReadRoutes(strings.NewReader(routesFile))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"line 3: a page of its own, with a template of the theme",
		"line 4: a page of its own, with a template of the theme",
		"line 4: a content type of its own (feeds, machine-readable lists)",
		"line 7: a page of its own, with a template of the theme",
		"line 7: data that the page shows",
		"line 7: a list of posts of its own",
		"line 15: a template of the theme",
		"line 16: a collection's rss",
	}
	if diff := cmp.Diff(want, r.Notes()); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if r.Taxonomies["tag"] != "/topics/{slug}/" || r.Taxonomies["author"] != "/by/{slug}/" || len(r.Static) != 3 || len(r.Collections) != 3 {
		t.Errorf("%+v", r)
	}
	at := time.Date(2026, 3, 9, 23, 0, 0, 0, time.UTC)
	news, bread, internal := ghost.Tag{Name: "News", Slug: "news"}, ghost.Tag{Name: "Bread", Slug: "bread"}, ghost.Tag{Name: "#x", Slug: "hash-x", Visibility: "internal"}
	ann, olive := []ghost.User{{Slug: "ann"}}, []ghost.User{{Slug: "olive"}}
	for name, c := range map[string]struct {
		post ghost.Placed
		want string
	}{
		"first":          {ghost.Placed{Post: ghost.Post{Slug: "s", Featured: true}, Tags: []ghost.Tag{news}, PublishedAt: at}, "/news/2026/03/09/s/"},
		"not featured":   {ghost.Placed{Post: ghost.Post{ID: "i", Slug: "s"}, Tags: []ghost.Tag{news}, Authors: ann}, "/ann/i/"},
		"any tag":        {ghost.Placed{Post: ghost.Post{Slug: "s"}, Tags: []ghost.Tag{internal, bread}, Authors: olive}, "/all/s/"},
		"not by ann":     {ghost.Placed{Post: ghost.Post{ID: "i", Slug: "s"}, Tags: []ghost.Tag{bread}, Authors: ann}, "/ann/i/"},
		"nobody's":       {ghost.Placed{Post: ghost.Post{ID: "i"}}, "/all/i/"},
		"a page":         {ghost.Placed{Post: ghost.Post{Slug: "s", Type: "page"}, Tags: []ghost.Tag{bread}}, "/s/"},
		"without a date": {ghost.Placed{Post: ghost.Post{Slug: "s", Featured: true}, Tags: []ghost.Tag{news}}, ""},
	} {
		if got, ok := r.Permalink(c.post); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: Permalink = %q, %v, want %q", name, got, ok, c.want)
		}
	}
}

func TestPermalinkStopsAtWhatItDoesNotUnderstand(t *testing.T) {
	r, err := ghost.ReadRoutes(strings.NewReader("collections:\n  /a/:\n    permalink: /a/{slug}/\n    filter: tag:x,tag:y\n  /:\n    permalink: /{slug}/\n"))
	if err != nil {
		t.Fatal(err)
	}
	if path, ok := r.Permalink(ghost.Placed{Post: ghost.Post{Slug: "s"}}); ok {
		t.Errorf("Permalink = %q behind a filter that is not understood", path)
	}
	if len(r.Notes()) != 1 || !strings.HasPrefix(r.Notes()[0], "line 4: a filter") {
		t.Errorf("notes %q", r.Notes())
	}
	for _, filter := range []string{"featured:maybe", "visibility:public", "tag:x+", "published_at:>'2020'", "tag:"} {
		r, err := ghost.ReadRoutes(strings.NewReader("collections:\n  /:\n    permalink: /{slug}/\n    filter: \"" + filter + "\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := r.Permalink(ghost.Placed{Post: ghost.Post{Slug: "s"}}); ok || len(r.Notes()) != 1 {
			t.Errorf("%s: Permalink is sure, notes %q", filter, r.Notes())
		}
	}
}

// TestPermalinksOfExport: Ghost's own routes.yaml gives the paths that the Ghost of the
// captures had.
func TestPermalinksOfExport(t *testing.T) {
	routes, err := ghost.ReadRoutes(bytes.NewReader(read(t, "admin-api", "routes.yaml")))
	if err != nil || len(routes.Notes()) != 0 {
		t.Fatal(routes.Notes(), err)
	}
	x, err := ghost.ReadExport(bytes.NewReader(export(t)))
	if err != nil {
		t.Fatal(err)
	}
	placed := x.Placed()
	if len(placed) != 72 {
		t.Fatalf("%d posts placed", len(placed))
	}
	for _, p := range placed {
		if path, ok := routes.Permalink(p); !ok || path != "/"+p.Post.Slug+"/" {
			t.Errorf("Permalink(%s) = %q, %v", p.Post.Slug, path, ok)
		}
	}
}

func TestReadRoutesRefuses(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"other section": {"routs:\n  /a/: b\n", "line 1: only routes"},
		"no slash":      {"routes:\n  /a: b\n", "line 2: an address must have a slash"},
		"no template":   {"routes:\n  /a/:\n", "line 2: a route needs a template"},
		"no permalink":  {"collections:\n  /:\n    template: index\n", "line 2: a collection must have a permalink"},
		"text":          {"collections:\n  /: index\n", "line 2: a collection must have a permalink"},
		"taxonomy":      {"taxonomies:\n  tag: tag\n", "line 2: a taxonomy must"},
		"section":       {"routes: a\n", "line 1: it must hold addresses"},
		"broken":        {"routes: [\n", "YAML that can be read"},
		"deep":          {"routes:\n  /a/: " + strings.Repeat("[", 20) + strings.Repeat("]", 20) + "\n", "too deep"},
	} {
		r, err := ghost.ReadRoutes(strings.NewReader(c.file))
		if !errors.Is(err, ghost.ErrFile) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v, want ErrFile with %q", name, r, err, c.want)
		}
	}
}

func FuzzReadRoutes(f *testing.F) {
	f.Add([]byte(routesFile))
	f.Add(read(f, "admin-api", "routes.yaml"))
	f.Add([]byte("collections:\n  /:\n    permalink: /{slug}/{nothing}/\n    filter: tag:-[a,b]\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := ghost.ReadRoutes(bytes.NewReader(raw))
		if err != nil && !errors.Is(err, ghost.ErrFile) {
			t.Fatalf("%v", err)
		}
		path, ok := r.Permalink(ghost.Placed{Post: ghost.Post{ID: "i", Slug: "s"}, PublishedAt: noon})
		if ok && (!strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/") || strings.ContainsAny(path, "{}")) {
			t.Fatalf("Permalink = %q", path)
		}
	})
}
