package urls_test

import (
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/urls"
)

var hash = strings.Repeat("0f", 32)

func TestSrcset(t *testing.T) {
	own, cdn := "/media/"+hash+"/", "https://cdn.example/m/"+hash+"/"
	list := func(base string, candidates ...string) string {
		for i, c := range candidates {
			candidates[i] = base + c
		}
		return strings.Join(candidates, ", ")
	}
	for _, tt := range []struct {
		media   urls.Media
		address string
		width   int
		want    string
	}{
		{"", own + "loaf.jpg", 4000, list(own, "w400.webp 400w", "w800.webp 800w", "w1200.webp 1200w", "w1600.webp 1600w")},
		{"", own + "loaf.jpg", 1600, list(own, "w400.webp 400w", "w800.webp 800w", "w1200.webp 1200w", "w1600.webp 1600w")},
		{"", own + "loaf.png", 1000, list(own, "w400.webp 400w", "w800.webp 800w", "w1200.webp 1000w")},
		{"", own + "loaf.png", 800, list(own, "w400.webp 400w", "w800.webp 800w")},
		{"", own + "loaf.webp", 90, list(own, "w400.webp 90w")},
		{"", own + "loaf.jpg", 0, list(own, "w400.webp 400w", "w800.webp 800w", "w1200.webp 1200w", "w1600.webp 1600w")},
		{"", own + "loaf.svg", 4000, ""},
		{"", own + "loaf.gif", 4000, ""},
		{"", own + "loaf.jpg?x", 4000, ""},
		{"", own, 4000, ""},
		{"", own + "../loaf.jpg", 4000, ""},
		{"", own + "a/loaf.jpg", 4000, ""},
		{"", "/media/" + strings.ToUpper(hash) + "/loaf.jpg", 4000, ""},
		{"", "/media/" + hash[1:] + "/loaf.jpg", 4000, ""},
		{"", "https://elsewhere.example/media/" + hash + "/loaf.jpg", 4000, ""},
		{"", cdn + "loaf.jpg", 500, ""},
		{"https://cdn.example/m", cdn + "loaf.jpg", 300, list(cdn, "w400.webp 300w")},
		{"https://cdn.example/m/", cdn + "loaf.jpg", 300, list(cdn, "w400.webp 300w")},
		{"https://cdn.example/m", own + "loaf.jpg", 300, list(own, "w400.webp 300w")},
		{"https://cdn.example/m", "", 300, ""},
	} {
		if got := tt.media.Srcset(tt.address, tt.width); got != tt.want {
			t.Errorf("Media(%q).Srcset(%q, %d) = %q, want %q", tt.media, tt.address, tt.width, got, tt.want)
		}
	}
}

func TestResizedName(t *testing.T) {
	for _, width := range urls.ImageWidths() {
		if got, ok := urls.ResizedWidth(urls.ResizedName(width)); !ok || got != width {
			t.Errorf("ResizedWidth(%q) = %d, %v", urls.ResizedName(width), got, ok)
		}
	}
	for _, name := range []string{"", "w.webp", "w401.webp", "w0400.webp", "W400.webp", "w400.jpg", "w400.webp.webp", "w-400.webp", "w99999999999999999999.webp"} {
		if width, ok := urls.ResizedWidth(name); ok {
			t.Errorf("ResizedWidth(%q) = %d", name, width)
		}
	}
	urls.ImageWidths()[0] = 1
	if urls.ImageWidths()[0] != 400 {
		t.Error("one caller's change of the widths is everybody's")
	}
}

// FuzzKept: what is taken for a kept image is put together again as it was.
func FuzzKept(f *testing.F) {
	for _, s := range []string{"", "/media/", "/media/" + hash + "/a.png", "https://cdn.example/" + hash + "/a.png", "/media/" + hash + "/../a.png", "/media//" + hash + "/.png"} {
		f.Add("https://cdn.example", s)
	}
	f.Fuzz(func(t *testing.T, base, address string) {
		m := urls.Media(base)
		h, name, ok := m.Kept(address)
		if !ok {
			if m.Srcset(address, 1000) != "" {
				t.Errorf("%q is not kept and has sizes", address)
			}
			return
		}
		if !strings.HasSuffix(address, "/"+h+"/"+name) || len(h) != 64 || strings.ContainsAny(name, "/\\\"'<> ,") {
			t.Errorf("Kept(%q) = %q, %q", address, h, name)
		}
	})
}
