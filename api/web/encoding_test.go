package web

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPreferred(t *testing.T) {
	for accept, want := range map[string][]string{
		"":                              nil,
		"gzip, deflate, br, zstd":       {"br", "gzip"},
		"gzip":                          {"gzip"},
		"GZIP":                          {"gzip"},
		"x-gzip":                        {"gzip"},
		"br;q=0, gzip":                  {"gzip"},
		"br;q=0.5, gzip;q=0.8":          {"gzip", "br"},
		"br;q=0.8, gzip;q=0.8":          {"br", "gzip"},
		"*":                             {"br", "gzip"},
		"*;q=0":                         nil,
		"*;q=0, gzip":                   {"gzip"},
		"identity":                      nil,
		"identity, gzip":                {"gzip"},
		"identity;q=0.9, gzip;q=0.5":    nil,
		"identity;q=0.5, br;q=0.9":      {"br"},
		"gzip;q=0.5":                    {"gzip"},
		"gzip;q=2":                      nil,
		"gzip;q=-1":                     nil,
		"gzip;q=NaN":                    nil,
		"gzip;q=":                       nil,
		"gzip ; Q = 0.1":                {"gzip"},
		"br;level=4":                    {"br"},
		"deflate":                       nil,
		",,;q=1,":                       nil,
		"identity;q=0, *;q=0.1, br;q=0": {"gzip"},
		"brotli, gzipped":               nil,
	} {
		if got := preferred(accept); !slices.Equal(got, want) {
			t.Errorf("preferred(%q) = %v, want %v", accept, got, want)
		}
	}
}

// FuzzPreferred: what is preferred was named, and each once.
func FuzzPreferred(f *testing.F) {
	for _, s := range []string{"gzip, br", "*;q=0.5", "br;q=0.001, gzip;q=1e-9", ";;;===", "identity;q=0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		got := preferred(accept)
		for i, name := range got {
			low := strings.ToLower(accept)
			if !strings.Contains(low, name) && !strings.Contains(low, "*") {
				t.Errorf("preferred(%q) = %v", accept, got)
			}
			if slices.Contains(got[:i], name) {
				t.Errorf("preferred(%q) = %v", accept, got)
			}
		}
	})
}

func TestSiblings(t *testing.T) {
	s, public := built(t)
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(public, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("main/about/index.html.br", "brotli")
	put("main/about/index.html.gz", "gzip")
	put("main/rss.xml.gz", "feed")
	put("main/404.html.br", "no page, in brotli")
	const all = "gzip, deflate, br"
	for _, tt := range []struct {
		target, accept string
		status         int
		body, coding   string
	}{
		{"/about/", all, 200, "brotli", "br"},
		{"/about/", "gzip", 200, "gzip", "gzip"},
		{"/about/", "br;q=0.1, gzip", 200, "gzip", "gzip"},
		{"/about/", "", 200, "about", ""},
		{"/about/", "zstd", 200, "about", ""},
		{"/rss.xml", all, 200, "feed", "gzip"},
		{"/", all, 200, "home", ""},
		{"/never/", all, 404, "no page, in brotli", "br"},
		{"/never/", "gzip", 404, "no such page", ""},
		{"/about/index.html.br", all, 404, "no page, in brotli", "br"},
		{"/rss.xml.gz", "", 404, "no such page", ""},
		{"/about.gz", "", 404, "no such page", ""},
	} {
		tags := map[string]bool{}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			res, body := ask(s, method, tt.target, "Accept-Encoding", tt.accept)
			if method == http.MethodHead {
				if body != "" {
					t.Errorf("HEAD %s has a body", tt.target)
				}
				body = tt.body
			}
			h := res.Header
			if res.StatusCode != tt.status || body != tt.body || h.Get("Content-Encoding") != tt.coding || res.ContentLength != int64(len(tt.body)) {
				t.Errorf("%s %s for %q = %d %q of %d bytes in %q, want %d %q in %q", method, tt.target, tt.accept,
					res.StatusCode, body, res.ContentLength, h.Get("Content-Encoding"), tt.status, tt.body, tt.coding)
			}
			if !slices.Equal(h.Values("Vary"), []string{"Accept-Encoding"}) {
				t.Errorf("%s %s: Vary %v", method, tt.target, h.Values("Vary"))
			}
			if kind := h.Get("Content-Type"); tt.target != "/rss.xml" && kind != "text/html; charset=utf-8" {
				t.Errorf("%s %s has type %s", method, tt.target, kind)
			}
			if tag := h.Get("ETag"); (tag == "") == (tt.status == 200) {
				t.Errorf("%s %s for %q has ETag %q", method, tt.target, tt.accept, tag)
			} else {
				tags[tag] = true
			}
		}
		if len(tags) != 1 {
			t.Errorf("GET and HEAD of %s have the ETags %v", tt.target, tags)
		}
	}

	// Each form has a tag of its own, and is asked for again by it.
	seen := map[string]string{}
	for _, accept := range []string{"br", "gzip", ""} {
		res, _ := ask(s, http.MethodGet, "/about/", "Accept-Encoding", accept)
		tag := res.Header.Get("ETag")
		if other, twice := seen[tag]; twice {
			t.Errorf("%q and %q have the ETag %s", accept, other, tag)
		}
		seen[tag] = accept
		if res, body := ask(s, http.MethodGet, "/about/", "Accept-Encoding", accept, "If-None-Match", tag); res.StatusCode != 304 || body != "" || res.Header.Get("ETag") != tag {
			t.Errorf("the form for %q again = %d %q, ETag %s", accept, res.StatusCode, body, res.Header.Get("ETag"))
		}
	}

	// A part is a part of the file itself.
	res, body := ask(s, http.MethodGet, "/about/", "Accept-Encoding", all, "Range", "bytes=1-2")
	if res.StatusCode != 206 || body != "bo" || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("a range = %d %q in %q", res.StatusCode, body, res.Header.Get("Content-Encoding"))
	}

	// A sibling of the page before is no form of this one.
	old := time.Now().Add(-time.Hour)
	for _, ending := range []string{".br", ".gz"} {
		if err := os.Chtimes(filepath.Join(public, "main/about/index.html"+ending), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if _, body := ask(s, http.MethodGet, "/about/", "Accept-Encoding", all); body != "about" {
		t.Errorf("with old siblings the page is %q", body)
	}
	// Nor is a directory or a link that leads out of the trees.
	if err := os.Remove(filepath.Join(public, "main/rss.xml.gz")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../secret", filepath.Join(public, "main/rss.xml.br")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(public, "main/rss.xml.gz"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, body := ask(s, http.MethodGet, "/rss.xml", "Accept-Encoding", all); body != "<rss/>" {
		t.Errorf("with strange siblings the feed is %q", body)
	}
}
