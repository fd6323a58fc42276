// Frames: which hosts a policy names, and which pages have the script.

package site

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/shared/safehtml"
)

// TestFrameOrigins: the policy allows what bodies may ask for, and nothing else.
func TestFrameOrigins(t *testing.T) {
	if want := safehtml.FrameOrigins(); !slices.Equal(frameOrigins, want) {
		t.Errorf("the policy allows frames of %v, bodies ask for %v", frameOrigins, want)
	}
	if want := "; frame-src " + strings.Join(safehtml.FrameOrigins(), " ") + ";"; !strings.Contains(ContentSecurityPolicy, want) {
		t.Errorf("the policy %q lacks %q", ContentSecurityPolicy, want)
	}
}

// TestPageNarrowsFrames: a page takes away the hosts that it does not show, before
// anything else in it counts, and has the script only where there is a frame.
func TestPageNarrowsFrames(t *testing.T) {
	const vimeo = `<iframe src="https://player.vimeo.com/video/1"></iframe>`
	for name, c := range map[string]struct {
		body, policy string
	}{
		"no frame":                {"<p>words</p>", "frame-src 'none'"},
		"one":                     {vimeo, "frame-src https://player.vimeo.com"},
		"two of three":            {vimeo + `<iframe src="https://youtu.be/abcdefgh"></iframe>` + vimeo, "frame-src https://www.youtube-nocookie.com https://player.vimeo.com"},
		"a host that is a link":   {`<iframe src="https://video.example/1"></iframe>`, "frame-src 'none'"},
		"words that look like it": {`<p> data-embed-src="https://player.vimeo.com/</p><p title=' data-embed-src="https://codepen.io/'>x</p>`, "frame-src 'none'"},
	} {
		body, err := safehtml.Clean(c.body)
		if err != nil {
			t.Fatal(err)
		}
		page := render(t, sample{name, Post(PostPage{Frame: Frame{Assets: sampleAssets(), SiteTitle: "Rose Ash"}, Title: "a", Body: body})})
		var metas []string
		scripts := 0
		walk(parse(t, page), 0, func(n *html.Node, _ int) {
			a := attributes(n.Attr)
			switch {
			case n.Data == "meta":
				metas = append(metas, a["http-equiv"]+": "+a["content"])
			case n.Data == "script" && a["src"] == sampleAssets().CardsJS:
				scripts++
			}
		})
		// Behind the character set only, and so before all that loads something.
		if want := "Content-Security-Policy: " + c.policy; len(metas) < 2 || metas[1] != want {
			t.Errorf("%s: the page says %q, want %q", name, metas, want)
		}
		if framed := c.policy != "frame-src 'none'"; (scripts == 1) != framed {
			t.Errorf("%s: %d scripts for cards", name, scripts)
		}
	}
}
