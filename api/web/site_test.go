package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/filetype"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// built makes a directory of two trees, a secret beside them, and serves it.
func built(t testing.TB) (*Site, string) {
	t.Helper()
	dir := t.TempDir()
	public := filepath.Join(dir, "public")
	for name, text := range map[string]string{
		"main/index.html":               "home",
		"main/about/index.html":         "about",
		"main/rss.xml":                  "<rss/>",
		"main/sitemap.xml":              "<urlset/>",
		"main/404.html":                 "no such page",
		"main/_assets/site-abc.css":     "body{}",
		"main/.hidden/index.html":       "hidden",
		"main/.env":                     "hidden",
		"main/dir/.hidden":              "hidden",
		"main/odd name/index.html":      "odd",
		"market/index.html":             "market",
		"market/products/rye/404.html":  "not for anybody",
		"market/products/rye/about.bin": "\x00\x01",
		"../secret":                     "secret",
	} {
		at := filepath.Join(public, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(public, "main/leak.txt")); err != nil {
		t.Fatal(err)
	}
	sites, err := urls.New("https://coop.example", map[urls.App]string{urls.Market: "https://shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenSite(public, sites)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, public
}

func ask(s http.Handler, method, target string, header ...string) (*http.Response, string) {
	r := httptest.NewRequest(method, "https://coop.example/", nil)
	host, at, _ := strings.Cut(target, "/")
	if host != "" {
		r.Host = host
	}
	at, r.URL.RawQuery, _ = strings.Cut("/"+at, "?")
	r.URL.Path = at
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return w.Result(), string(body)
}

func TestSite(t *testing.T) {
	s, _ := built(t)
	tests := []struct {
		target   string
		status   int
		body     string
		kind     string // Content-Type
		location string
	}{
		{"/", 200, "home", "text/html; charset=utf-8", ""},
		{"/about/", 200, "about", "text/html; charset=utf-8", ""},
		{"/about", 308, "", "", "/about/"},
		{"/about?page=2&x=%2F", 308, "", "", "/about/?page=2&x=%2F"},
		{"/about/index.html", 308, "", "", "/about/"},
		{"/index.html", 308, "", "", "/"},
		{"/odd name", 308, "", "", "/odd%20name/"},
		{"/rss.xml", 200, "<rss/>", "application/rss+xml; charset=utf-8", ""},
		{"/sitemap.xml", 200, "<urlset/>", "application/xml; charset=utf-8", ""},
		{"/_assets/site-abc.css", 200, "body{}", "text/css; charset=utf-8", ""},
		{"/_assets/site-old.css", 404, "no such page", "text/html; charset=utf-8", ""},
		{"/_assets", 404, "no such page", "", ""},
		{"/_assets/", 404, "no such page", "", ""},
		{"/rss.xml/", 404, "no such page", "", ""},
		{"/missing/", 404, "no such page", "text/html; charset=utf-8", ""},
		{"/404.html", 404, "no such page", "", ""},
		{"//about/", 404, "no such page", "", ""},
		{"/about//", 404, "no such page", "", ""},
		{"/./about/", 404, "no such page", "", ""},
		{"/about/../", 404, "no such page", "", ""},
		{"/../secret", 404, "no such page", "", ""},
		{"/../market/", 404, "no such page", "", ""},
		{"/leak.txt", 404, "no such page", "", ""},
		{"/.env", 404, "no such page", "", ""},
		{"/.hidden/", 404, "no such page", "", ""},
		{"/.hidden", 404, "no such page", "", ""},
		{"/dir/.hidden", 404, "no such page", "", ""},
		{"/about\\", 404, "no such page", "", ""},
		{"/about\x00", 404, "no such page", "", ""},
		{"shop.example/", 200, "market", "text/html; charset=utf-8", ""},
		{"shop.example/products/rye/about.bin", 200, "\x00\x01", "application/octet-stream", ""},
		{"shop.example/missing/", 404, "", "application/problem+json", ""},
		{"127.0.0.1:8080/about/", 200, "about", "", ""},
	}
	for _, tt := range tests {
		res, body := ask(s, http.MethodGet, tt.target)
		if res.StatusCode != tt.status {
			t.Errorf("GET %q = %d, want %d", tt.target, res.StatusCode, tt.status)
		}
		if tt.body != "" && body != tt.body {
			t.Errorf("GET %q answers %q, want %q", tt.target, body, tt.body)
		}
		if got := res.Header.Get("Content-Type"); tt.kind != "" && got != tt.kind {
			t.Errorf("GET %q has type %q, want %q", tt.target, got, tt.kind)
		}
		if got := res.Header.Get("Location"); got != tt.location {
			t.Errorf("GET %q leads to %q, want %q", tt.target, got, tt.location)
		}
	}
}

func TestSiteMethods(t *testing.T) {
	s, _ := built(t)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "PURGE"} {
		res, _ := ask(s, method, "/about/")
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s = %d, Allow %q", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	res, body := ask(s, http.MethodHead, "/about/")
	if res.StatusCode != 200 || res.ContentLength != 5 || body != "" {
		t.Errorf("HEAD = %d, length %d, body %q", res.StatusCode, res.ContentLength, body)
	}
}

func TestSiteCaching(t *testing.T) {
	s, public := built(t)
	page, _ := ask(s, http.MethodGet, "/about/")
	tag := page.Header.Get("ETag")
	if got := page.Header.Get("Cache-Control"); got != "public, max-age=0, must-revalidate" || tag == "" || page.Header.Get("Last-Modified") == "" {
		t.Errorf("a page has %v", page.Header)
	}
	if site.AssetPrefix != "/"+filetype.Assets {
		t.Errorf("assets are below %q, and %q is cached", site.AssetPrefix, filetype.Assets)
	}
	asset, _ := ask(s, http.MethodGet, "/_assets/site-abc.css")
	if got := asset.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("an asset has Cache-Control %q", got)
	}
	if res, _ := ask(s, http.MethodGet, "/about/", "If-None-Match", tag); res.StatusCode != http.StatusNotModified {
		t.Errorf("the same page again = %d, want 304", res.StatusCode)
	}
	missing, body := ask(s, http.MethodGet, "/missing/", "If-None-Match", "*", "Range", "bytes=0-1")
	if missing.StatusCode != 404 || body != "no such page" || missing.Header.Get("ETag") != "" {
		t.Errorf("a missing page under conditions = %d %q, ETag %q", missing.StatusCode, body, missing.Header.Get("ETag"))
	}
	if res, body := ask(s, http.MethodGet, "/about/", "Range", "bytes=1-2"); res.StatusCode != http.StatusPartialContent || body != "bo" {
		t.Errorf("a range = %d %q", res.StatusCode, body)
	}
	// The generator replaces the file; one as long as the old has another tag.
	next := filepath.Join(public, "main/about/.new")
	if err := os.WriteFile(next, []byte("ABOUT"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(public, "main/about/index.html")); err != nil {
		t.Fatal(err)
	}
	if res, body := ask(s, http.MethodGet, "/about/", "If-None-Match", tag); res.StatusCode != 200 || body != "ABOUT" || res.Header.Get("ETag") == tag {
		t.Errorf("the changed page = %d %q, ETag %q", res.StatusCode, body, res.Header.Get("ETag"))
	}
}

// FuzzSite: whatever the address, nothing comes out but what lies in a tree and
// is not hidden.
func FuzzSite(f *testing.F) {
	for _, seed := range []string{"/", "/about", "/../secret", "/%2e%2e/secret", "//secret", "/leak.txt", "/.env", "/a\\..\\b", "/about/./"} {
		f.Add(seed)
	}
	s, _ := built(f)
	f.Fuzz(func(t *testing.T, at string) {
		r := httptest.NewRequest(http.MethodGet, "https://coop.example/", nil)
		r.URL.Path = at
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch body := w.Body.String(); {
		case body == "secret", body == "hidden", body == "not for anybody":
			t.Errorf("GET %q answers %q", at, body)
		case w.Code != 200 && w.Code != 308 && w.Code != 404:
			t.Errorf("GET %q = %d", at, w.Code)
		}
	})
}
