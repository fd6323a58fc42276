package linkcheck_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/ssg/linkcheck"
)

var update = flag.Bool("update", false, "write testdata/report.txt anew")

func sites(t testing.TB, own map[urls.App]string) urls.Sites {
	t.Helper()
	s, err := urls.New("http://coop.example", own)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func text(r linkcheck.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d files, %d links\n", r.Files, r.Links)
	for _, broken := range r.Broken {
		fmt.Fprintf(&b, "%s (%d): %s\n", broken.Target, broken.Count, broken.Reason)
		for _, p := range broken.Places {
			fmt.Fprintf(&b, "\t%s:%d\n", p.File, p.Line)
		}
	}
	return b.String()
}

// TestReport checks the site in testdata, whose pages have every kind of link there
// is, sound and broken, against testdata/report.txt.
func TestReport(t *testing.T) {
	o := linkcheck.Options{
		Dir: "testdata/site", Sites: sites(t, map[urls.App]string{urls.Market: "http://market.example"}),
		Media: func(path string) bool { return strings.HasPrefix(path, "/media/aa/") },
	}
	r, err := linkcheck.Check(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	got := text(r)
	if *update {
		if err := os.WriteFile("testdata/report.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/report.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the report is another one; -update writes it (-want +got)\n%s", diff)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if r, err := linkcheck.Check(t.Context(), o); err != nil || text(r) != got {
		t.Errorf("with one worker: %v\n%s", err, cmp.Diff(got, text(r)))
	}
	o.Media = nil
	if r, err := linkcheck.Check(t.Context(), o); err != nil || strings.Contains(text(r), "/media/") {
		t.Errorf("images are asked for where nobody knows them: %v\n%s", err, text(r))
	}
}

// TestManyPlaces: an address that is broken on every page is one line, with its
// first places.
func TestManyPlaces(t *testing.T) {
	dir := t.TempDir()
	for i := range 30 {
		file := filepath.Join(dir, "main", fmt.Sprintf("p%02d", i), "index.html")
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte("<p>\n<a href='/nope/'>x</a>"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := linkcheck.Check(t.Context(), linkcheck.Options{Dir: dir, Sites: sites(t, nil)})
	if err != nil || len(r.Broken) != 1 || r.Broken[0].Count != 30 || len(r.Broken[0].Places) != 10 {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, p := range r.Broken[0].Places {
		if want := (linkcheck.Place{File: fmt.Sprintf("main/p%02d/index.html", i), Line: 2}); p != want {
			t.Errorf("place %d is %v, want %v", i, p, want)
		}
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	if _, err := linkcheck.Check(t.Context(), linkcheck.Options{Dir: t.TempDir(), Sites: sites(t, nil)}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a directory without trees: %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := linkcheck.Check(stopped, linkcheck.Options{Dir: "testdata/site", Sites: sites(t, nil)}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// FuzzFiles: whatever stands in a file, checking ends, and names places in it.
func FuzzFiles(f *testing.F) {
	for _, name := range []string{"testdata/site/main/index.html", "testdata/site/main/rss.xml"} {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, filepath.Ext(name) == ".xml")
	}
	f.Add([]byte(`<a href="//[">`), false)
	f.Add([]byte("<img srcset=\",,, a 1x,,\n,b\">"), false)
	f.Add([]byte(`<link>x</a></link><content><![CDATA[<a href=y>`), true)
	f.Fuzz(func(t *testing.T, body []byte, feed bool) {
		dir := t.TempDir()
		name := map[bool]string{true: "a.xml", false: "a.html"}[feed]
		if err := errors.Join(os.Mkdir(filepath.Join(dir, "main"), 0o755), os.WriteFile(filepath.Join(dir, "main", name), body, 0o644)); err != nil {
			t.Fatal(err)
		}
		r, err := linkcheck.Check(t.Context(), linkcheck.Options{Dir: dir, Sites: sites(t, nil)})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range r.Broken {
			for _, p := range b.Places {
				if p.File != "main/"+name || p.Line < 1 || p.Line > strings.Count(string(body), "\n")+1 {
					t.Errorf("%q is said to be at %v of %q", b.Target, p, body)
				}
			}
		}
	})
}

// BenchmarkCheck is over 2,000 pages of 12 KB with 60 links each.
func BenchmarkCheck(b *testing.B) {
	dir := b.TempDir()
	const pages = 2000
	for i := range pages {
		var page strings.Builder
		page.WriteString("<!doctype html><title>A page</title><main id=content>")
		for n := range 60 {
			fmt.Fprintf(&page, "<p id=p%d>%s<a href=\"/p%d/#p%d\">on</a>\n", n, strings.Repeat("words of a post ", 9), (i*61+n)%pages, n)
		}
		file := filepath.Join(dir, "main", fmt.Sprintf("p%d", i), "index.html")
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(page.String()), 0o644)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		r, err := linkcheck.Check(b.Context(), linkcheck.Options{Dir: dir, Sites: sites(b, nil)})
		if err != nil || r.Links != pages*60 || len(r.Broken) > 0 {
			b.Fatalf("%d links, %d broken, %v", r.Links, len(r.Broken), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/pages, "µs/page")
}
