package ghost_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog/ghost"
)

func export(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("../testdata/ghost-export.json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// find is the document of an export with a slug.
func find[T interface {
	ghost.Post | ghost.Tag | ghost.Tier
}](t *testing.T, x ghost.Export, as func(ghost.Object) (T, error), is func(T) bool) T {
	t.Helper()
	for _, o := range x.Objects {
		if d, err := as(o); err == nil && is(d) {
			return d
		}
	}
	t.Fatal("the export has none")
	panic("unreachable")
}

func TestReadExport(t *testing.T) {
	x, err := ghost.ReadExport(bytes.NewReader(export(t)))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[ghost.Kind]int{}
	for _, o := range x.Objects {
		kinds[o.Kind]++
		if o.URL != "" || o.ID == "" {
			t.Errorf("%s %s has the URL %q", o.Kind, o.ID, o.URL)
		}
	}
	want := map[ghost.Kind]int{ghost.KindPost: 72, ghost.KindTag: 10, ghost.KindUser: 2, ghost.KindTier: 3, ghost.KindNewsletter: 2}
	if diff := cmp.Diff(want, kinds); diff != "" || x.Version != "6.65.0" || x.Settings["title"] != "Rose Ash Test" || x.Settings["portal_name"] != "true" {
		t.Errorf("version %q, settings %v, kinds (-want +got):\n%s", x.Version, x.Settings, diff)
	}
	p := find(t, x, ghost.As[ghost.Post], func(p ghost.Post) bool { return p.ID == "6b02897885cd1d3d64009a80" })
	if p.MetaTitle != "M" || p.OGTitle != "OG" || p.FeatureImageAlt != "alt" || p.FeatureImageCaption != "cap <b>b</b>" || p.EmailSubject != "ES" || len(p.Tags) != 3 || len(p.Authors) == 0 || p.Type != "post" {
		t.Errorf("joined: %+v", p)
	}
	if !bytes.Contains(export(t), []byte(ghost.Placeholder)) || !strings.Contains(x.Settings["cover_image"], "static.ghost.org") {
		t.Error("addresses were changed")
	}
	tier := find(t, x, ghost.As[ghost.Tier], func(d ghost.Tier) bool { return d.Slug == "supporter" })
	if strings.Join(tier.Benefits, " ") != "b1 b2" || tier.Currency != "GBP" || !bool(tier.Active) {
		t.Errorf("tier %+v", tier)
	}
}

func TestReadExportKeepsOrder(t *testing.T) {
	x, err := ghost.ReadExport(strings.NewReader(`{"db":[{"data":{"posts":[{"id":"p","visibility":"tiers","newsletter_id":"n","email_recipient_filter":"all"}],
		"posts_tags":[{"post_id":"p","tag_id":"b","sort_order":1},{"post_id":"p","tag_id":"a","sort_order":0},{"post_id":"p","tag_id":"a","sort_order":2}],
		"posts_products":[{"post_id":"p","product_id":"y"},{"post_id":"p","product_id":"x"}],
		"products":[{"id":"x","slug":"ex","active":0},{"id":"y","slug":"why","active":1}]}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := find(t, x, ghost.As[ghost.Post], func(ghost.Post) bool { return true })
	want := ghost.Post{
		ID: "p", Type: "post", Visibility: "tiers", Tags: []ghost.Ref{{ID: "a"}, {ID: "b"}},
		Tiers: []ghost.TierRef{{ID: "x", Slug: "ex"}, {ID: "y", Slug: "why"}}, Newsletter: &ghost.Ref{ID: "n"}, EmailSegment: "all",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadExportRefuses(t *testing.T) {
	whole := export(t)
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"truncated":    {whole[:len(whole)/2], "ends in the middle"},
		"empty":        {nil, "ends in the middle"},
		"not JSON":     {[]byte("title,slug\na,b"), "malformed at byte"},
		"other JSON":   {[]byte(`{"posts":[]}`), "no db[0].data.posts"},
		"list":         {[]byte(`[]`), "wrong type"},
		"deep":         {[]byte(strings.Repeat(`{"db":[`, 10_001)), "JSON"},
		"not UTF-8":    {[]byte("{\"db\":\"\xff\"}"), "not UTF-8"},
		"NUL":          {[]byte(`{"db":[{"data":{"posts":[{"id":"a","title":"\u0000"}]}}]}`), "NUL"},
		"no ids":       {[]byte(`{"db":[{"data":{"posts":[{"title":"a"}]}}]}`), "post 1 has no id of its own"},
		"twice":        {[]byte(`{"db":[{"data":{"posts":[{"id":"a"},{"id":"a"}]}}]}`), "post 2 has no id of its own"},
		"no tag's id":  {[]byte(`{"db":[{"data":{"posts":[],"tags":[{"name":"a"}]}}]}`), "tag 1 has no id"},
		"no user's id": {[]byte(`{"db":[{"data":{"posts":[],"users":[{"name":"a"}]}}]}`), "user 1 has no id"},
		"wrong switch": {[]byte(`{"db":[{"data":{"posts":[{"id":"a","featured":"maybe"}]}}]}`), "neither true nor false"},
		"wrong date":   {[]byte(`{"db":[{"data":{"posts":[{"id":"a","created_at":"soon"}]}}]}`), "a date cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ghost.ReadExport(bytes.NewReader(c.raw))
			if !errors.Is(err, ghost.ErrExport) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ReadExport: %v, want ErrExport with %q", err, c.want)
			}
		})
	}
}

func FuzzReadExport(f *testing.F) {
	f.Add([]byte(`{"db":[{"meta":{"version":"6.65.0"},"data":{"posts":[{"id":"a","title":"A","slug":"a","html":"<p>x</p>","type":"post","status":"published","visibility":"public"}],"posts_tags":[{"post_id":"a","tag_id":"b"}],"tags":[{"id":"b","name":"#b","slug":"hash-b"}]}}]}`))
	f.Add([]byte(`{"db":[{"data":{"posts":[{"id":"\u0000","title":"\u0000"}]}}]}`))
	f.Add([]byte(`{"db":[{"data":{"posts":[],"products":[{"id":"a","benefits":7}],"settings":[{"key":"title","value":{}}]}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, err := ghost.ReadExport(bytes.NewReader(raw))
		if err != nil && !errors.Is(err, ghost.ErrExport) {
			t.Fatalf("ReadExport(%q): %v", raw, err)
		}
		if err == nil {
			x.Placed()
			for _, o := range x.Objects {
				if o.ID == "" || bytes.Contains(bytes.ReplaceAll(o.Data, []byte(`\\`), nil), []byte(`\u0000`)) {
					t.Fatalf("%+v", o)
				}
			}
		}
	})
}
