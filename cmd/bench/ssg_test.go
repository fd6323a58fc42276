package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/ssg"
)

func TestParseSizes(t *testing.T) {
	got, err := parseSizes("1000x5,10000x3,50000")
	if want := []size{{1000, 5}, {10000, 3}, {50000, 1}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("parseSizes = %v, %v, want %v", got, err, want)
	}
	for _, text := range []string{"", "x", "0", "251", "1000x0", "1000x", "ten", "1000,", "-1"} {
		if got, err := parseSizes(text); err == nil {
			t.Errorf("parseSizes(%q) = %v, want an error", text, got)
		}
	}
}

func TestHugoCutsListsAsWeDo(t *testing.T) {
	raw, err := hugoSite.ReadFile("testdata/hugo/hugo.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("\nbaseURL = %q\n", siteURL+"/"),
		fmt.Sprintf("\nposts = %d ", ssg.DefaultPageSizes.Posts), fmt.Sprintf("\nproducts = %d\n", ssg.DefaultPageSizes.Products),
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("Hugo's configuration lacks %q", want)
		}
	}
}

func TestReadTree(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"index.html", "page/2/index.html", "tag/rye/index.html", "tag/rye/rss.xml", "tag/rye/page/2/index.html",
		"assets/site.css", "404.html", ".roseash", "rye/.new-1"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("four"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readTree(dir)
	if err != nil || got.files != 7 || got.bytes != 28 || len(got.pages) != 3 {
		t.Errorf("readTree = %+v, %v", got, err)
	}
	other := tree{pages: map[string]bool{"index.html": true, "tag/rye/index.html": true, "about/index.html": true}}
	if err := samePages(got, got); err != nil {
		t.Errorf("a site and itself: %v", err)
	}
	err = samePages(got, other)
	if err == nil || !strings.Contains(err.Error(), "our site lacks 1 pages of Hugo's, about/") || !strings.Contains(err.Error(), "lacks 1 pages of ours, tag/rye/rss.xml") {
		t.Errorf("two sites: %v", err)
	}
}

func TestSameBody(t *testing.T) {
	const code, marked = "<pre>func</pre>", `<pre tabindex="0"><code><span class="k">func</span></code></pre>`
	rest := strings.Repeat("<h2>", 5) + "<h3><table><blockquote><strong><img>" + strings.Repeat("<li>", 9) + "<span>"
	dir := t.TempDir()
	for _, tt := range []struct {
		page      string
		highlight bool
		ok        bool
	}{
		{rest + code, false, true},
		{rest + marked, true, true},
		{rest + code, true, false},
		{rest + marked, false, false},
		{strings.Replace(rest, "<table>", "", 1) + code, false, false},
		{rest, false, false},
	} {
		if err := os.MkdirAll(filepath.Join(dir, "loaf"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "loaf/index.html"), []byte(tt.page), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := sameBody(dir, "loaf", tt.highlight); (err == nil) != tt.ok {
			t.Errorf("sameBody of %q with highlight %v: %v", tt.page, tt.highlight, err)
		}
	}
}

func TestSSGTable(t *testing.T) {
	laps := func(user, wall time.Duration, peak int64, database time.Duration) []lap {
		return []lap{{spent: spent{User: user, System: 1, Wall: wall, Peak: peak}, database: database, tree: tree{files: 7, bytes: 2e6}}}
	}
	races := newRaces()
	for i := range races {
		races[i].ours = laps(time.Second, time.Second, 200<<10, 2*time.Second)
		races[i].hugo = laps(8*time.Second, 4*time.Second, 400<<10, 0)
	}
	races[rendered].ours = laps(2*time.Second, 2*time.Second, 301<<10, 0)
	got := ssgTable(races)
	if len(got) != 1+3*raceCount || got[1][8] != "2.00 s" || got[2][8] != "–" || got[1][6] != "7" || got[1][7] != "2" {
		t.Fatalf("the table is %q", got)
	}
	for row, want := range map[int][]string{
		3: {"0.125 reached", "0.25 reached", "0.50 reached"},
		9: {"0.250 **missed**", "0.50 **missed**", "0.75 **missed**"},
	} {
		if have := []string{got[row][2], got[row][4], got[row][5]}; !slices.Equal(have, want) {
			t.Errorf("row %d has %q, want %q", row, have, want)
		}
	}
}

func TestPublishReport(t *testing.T) {
	row := func(lists time.Duration) []filed {
		return []filed{{answered: time.Millisecond, page: lists / 2, lists: lists}}
	}
	var r publishReport
	r.add(1000, row(10*time.Millisecond), []time.Duration{time.Millisecond})
	r.add(50000, row(16*time.Millisecond), []time.Duration{time.Millisecond})
	var out strings.Builder
	r.write(&out)
	for _, want := range []string{"| 1000 posts ", "| 10.0 ms ", "50000 posts ÷ 1000 posts", " 1.60 ", "≤ 1.5 **missed**", "| reached "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
	if fmt.Sprint(r.table[1][8]) != "reached" {
		t.Errorf("10 ms are %s", r.table[1][8])
	}
}
