package filetype_test

import (
	"testing"

	"rose-ash.com/roseash/api/shared/filetype"
)

func TestOf(t *testing.T) {
	for file, want := range map[string]string{
		"index.html":          "text/html; charset=utf-8",
		"rss.xml":             "application/rss+xml; charset=utf-8",
		"tag/rye/rss.xml":     "application/rss+xml; charset=utf-8",
		"sitemap.xml":         "application/xml; charset=utf-8",
		"_assets/site-1a.css": "text/css; charset=utf-8",
		"about.bin":           "application/octet-stream",
		"html":                "application/octet-stream",
		"":                    "application/octet-stream",
	} {
		if got := filetype.Of(file); got != want {
			t.Errorf("Of(%q) = %q, want %q", file, got, want)
		}
	}
}

func TestCaching(t *testing.T) {
	for file, want := range map[string]string{
		"index.html":          filetype.PageCaching,
		"_assets/site-1a.css": filetype.AssetCaching,
		"_assets":             filetype.PageCaching,
		"a/_assets/x.css":     filetype.PageCaching,
	} {
		if got := filetype.Caching(file); got != want {
			t.Errorf("Caching(%q) = %q, want %q", file, got, want)
		}
	}
}
