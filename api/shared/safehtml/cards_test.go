// Ghost's cards: what becomes of each, as it is and as somebody forged it.

package safehtml_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/shared/safehtml"
)

var update = flag.Bool("update", false, "write the golden files anew")

// clean is Clean, which must succeed and change nothing the second time.
func clean(t *testing.T, source string) string {
	t.Helper()
	got, err := safehtml.Clean(source)
	if err != nil {
		t.Fatalf("Clean(%.200q): %v", source, err)
	}
	if again, err := safehtml.Clean(got); err != nil || again != got {
		t.Errorf("Clean twice: %s, %v", cmp.Diff(got, again), err)
	}
	return got
}

// TestCards holds what becomes of each card, as Ghost 6.65 renders it, to a file.
func TestCards(t *testing.T) {
	files, err := filepath.Glob("testdata/cards/*.html")
	if err != nil || len(files) < 17 {
		t.Fatalf("%d cards, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(clean(t, string(source)), "><", ">\n<") + "\n"
			golden := filepath.Join("testdata", "clean", name+".html")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestCardsKeepWords: what Ghost's own controls said goes, and what an author wrote
// stays, at its length and in its order.
func TestCardsKeepWords(t *testing.T) {
	for file, want := range map[string]string{
		"toggle":         "Head Body l x",
		"audio":          "Song 1:05 With <thumb> 1:01:40",
		"video":          "vid",
		"file":           "A PDF cap & more a.pdf 121 KB",
		"product":        "Jam 4 of 5 stars Good jam Buy Bare",
		"bookmark":       "Title <b> & co Desc \"quoted\" Pub An Author cap",
		"signup":         "Join us Weekly Subscribe No spam",
		"call_to_action": "SPONSORED Buy this Learn more Imm",
		"header_v1":      "Head v1 Sub Click img",
		"header_v2":      "Head v2 Sub Click Split s",
		"callout":        "💡 Watch out",
	} {
		source, err := os.ReadFile(filepath.Join("testdata", "cards", file+".html"))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := safehtml.Text(clean(t, string(source))); got != want {
			t.Errorf("%s says %q, want %q", file, got, want)
		}
	}
}

// TestCardsHostile: what only looks like a card, or says more than Ghost would.
func TestCardsHostile(t *testing.T) {
	const frame = `<figure class="kg-card kg-embed-card" data-embed-src="%"><a class="kg-embed-link" href="/x">x</a></figure>`
	forged := func(src string) string { return strings.Replace(frame, "%", src, 1) }
	for name, c := range map[string]struct{ in, want string }{
		"another host":            {forged("https://evil.example/"), `<figure class="kg-card kg-embed-card"><a class="kg-embed-link" href="/x">x</a></figure>`},
		"a script's address":      {forged("javascript:alert(1)"), `<figure class="kg-card kg-embed-card"><a class="kg-embed-link" href="/x">x</a></figure>`},
		"a host that begins so":   {forged("https://www.youtube-nocookie.com.evil.example/embed/abcdefgh"), `<figure class="kg-card kg-embed-card"><a class="kg-embed-link" href="/x">x</a></figure>`},
		"somebody's name":         {forged("https://www.youtube-nocookie.com@evil.example/embed/abcdefgh"), `<figure class="kg-card kg-embed-card"><a class="kg-embed-link" href="/x">x</a></figure>`},
		"another page of a host":  {forged("https://www.youtube-nocookie.com/redirect?q=https://evil.example"), `<figure class="kg-card kg-embed-card"><a class="kg-embed-link" href="/x">x</a></figure>`},
		"another spelling":        {forged("https://www.youtube.com/embed/abcdefgh"), `<figure class="kg-card kg-embed-card"><a class="kg-embed-link" href="/x">x</a></figure>`},
		"ours":                    {forged("https://www.youtube-nocookie.com/embed/abcdefgh"), forged("https://www.youtube-nocookie.com/embed/abcdefgh")},
		"on another element":      {`<div data-embed-src="https://www.youtube-nocookie.com/embed/abcdefgh">x</div>`, `<div>x</div>`},
		"without a link":          {`<figure data-embed-src="https://www.youtube-nocookie.com/embed/abcdefgh"></figure>`, `<figure data-embed-src="https://www.youtube-nocookie.com/embed/abcdefgh"><a class="kg-embed-link" href="https://www.youtube.com/watch?v=abcdefgh" rel="noopener"><span class="kg-embed-title">Watch</span> <span class="kg-embed-host">on YouTube</span></a></figure>`},
		"a frame in a link":       {`<a href="/x"><iframe src="https://youtu.be/abcdefgh" title="T"></iframe></a>`, `<a href="/x">T</a>`},
		"a frame among words":     {`<p>See <iframe src="https://youtu.be/abcdefgh" title="T"></iframe> now</p>`, `<p>See <a href="https://www.youtube.com/watch?v=abcdefgh" rel="noopener">T</a> now</p>`},
		"data of others":          {`<p data-variant="x" data-price="1">x</p>`, `<p>x</p>`},
		"style":                   {`<div class="kg-card kg-header-card" style="position:fixed;background:url(javascript:x)"><h2 class="kg-header-card-header">x</h2></div>`, `<div class="kg-card kg-header-card kg-style-accent"><div class="kg-header-card-content"><div class="kg-header-card-text kg-align-center"><h2 class="kg-header-card-heading">x</h2></div></div></div>`},
		"a script as background":  {`<div class="kg-card kg-header-card kg-style-image" data-kg-background-image="javascript:x()"><h2 class="kg-header-card-header">x</h2></div>`, `<div class="kg-card kg-header-card kg-style-image"><div class="kg-header-card-content"><div class="kg-header-card-text kg-align-center"><h2 class="kg-header-card-heading">x</h2></div></div></div>`},
		"a script as poster":      {`<video src="/a.mp4" poster="javascript:x()" autoplay onplay="x()"></video>`, `<video src="/a.mp4" controls="" playsinline="" preload="metadata"></video>`},
		"a script to hear":        {`<div class="kg-card kg-audio-card"><audio src="data:text/html,x" onplay="x()"></audio></div>`, `<figure class="kg-card kg-audio-card"><audio controls="" preload="none"></audio></figure>`},
		"a form that goes":        {`<div class="kg-card kg-signup-card"><form class="kg-signup-card-form" action="https://evil.example/"><button class="kg-signup-card-button" formaction="javascript:x()"><span class="kg-signup-card-button-default">Go</span></button></form></div>`, `<div class="kg-card kg-signup-card kg-style-accent"><a class="kg-signup-card-button kg-style-accent" data-members-form="signup" href="/login/">Go</a></div>`},
		"a path as a file's name": {`<a href="/media/x" download="../../x">x</a>`, `<a href="/media/x">x</a>`},
		"an icon that runs":       {`<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="/a.pdf"><div class="kg-file-card-icon"><svg onload="x()"><script>x()</script></svg></div></a></div>`, `<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="/a.pdf"><div class="kg-file-card-icon"></div></a></div>`},
		"two of one name":         {`<p id="a">x</p><p id="a">y</p>`, `<p id="a">x</p><p>y</p>`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, clean(t, c.in)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestNestedCards: cards in cards do not cost more than what is in them, and the
// outcome is the same again.
func TestNestedCards(t *testing.T) {
	const open = `<div class="kg-card kg-toggle-card"><div class="kg-toggle-heading"><h4 class="kg-toggle-heading-text">x</h4></div><div class="kg-toggle-content">`
	got := clean(t, strings.Repeat(open, 60)+"the middle"+strings.Repeat("</div></div>", 60))
	if n := strings.Count(got, "<details"); n != 8 {
		t.Errorf("%d of 60 nested cards are dressed, want 8", n)
	}
	if !strings.Contains(got, "the middle") {
		t.Error("what is in them is lost")
	}
	for _, card := range []string{"kg-header-card", "kg-signup-card", "kg-cta-card", "kg-audio-card", "kg-product-card"} {
		if _, err := safehtml.Clean(strings.Repeat(`<div class="kg-card `+card+`">`, 190)); err != nil && err != safehtml.ErrTooDeep {
			t.Errorf("%s: %v", card, err)
		}
	}
}

// TestEmbeds: the address that a frame gets and the one that its link has.
func TestEmbeds(t *testing.T) {
	for in, want := range map[string][2]string{
		"https://www.youtube.com/embed/aqz-KE-bpKQ?feature=oembed&si=who":                                                    {"https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ", "https://www.youtube.com/watch?v=aqz-KE-bpKQ"},
		"//www.youtube-nocookie.com/embed/aqz-KE-bpKQ?start=90":                                                              {"https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?start=90", "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=90s"},
		"https://youtu.be/aqz-KE-bpKQ?t=90s":                                                                                 {"https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?start=90", "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=90s"},
		"https://www.youtube.com/embed/videoseries?list=PLabc_123":                                                           {"https://www.youtube-nocookie.com/embed/videoseries?list=PLabc_123", "https://www.youtube.com/playlist?list=PLabc_123"},
		"https://player.vimeo.com/video/76979871?app_id=122963&h=8272103":                                                    {"https://player.vimeo.com/video/76979871?dnt=1&h=8272103", "https://vimeo.com/76979871/8272103"},
		"https://w.soundcloud.com/player/?visual=true&url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F293&show_artwork=true": {"https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F293", "https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F293"},
		"https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/forss/flickermood":                                    {"https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fforss%2Fflickermood", "https://soundcloud.com/forss/flickermood"},
		"https://open.spotify.com/embed/track/4cOdK2wGLETKBW3PvgPWqT?utm_source=oembed":                                      {"https://open.spotify.com/embed/track/4cOdK2wGLETKBW3PvgPWqT", "https://open.spotify.com/track/4cOdK2wGLETKBW3PvgPWqT"},
		"https://codepen.io/someone/embed/preview/abcDEF?height=300":                                                         {"https://codepen.io/someone/embed/abcDEF?default-tab=result", "https://codepen.io/someone/pen/abcDEF"},
		"https://share.transistor.fm/e/4a3c2b1f":                                                                             {"https://share.transistor.fm/e/4a3c2b1f", "https://share.transistor.fm/s/4a3c2b1f"},
		"https://bandcamp.com/EmbeddedPlayer/album=123/size=large/tracklist=false/":                                          {"https://bandcamp.com/EmbeddedPlayer/album=123/size=large/tracklist=false/", "https://bandcamp.com/EmbeddedPlayer/album=123/size=large/tracklist=false/"},
		"https://archive.org/embed/BigBuckBunny_124":                                                                         {"https://archive.org/embed/BigBuckBunny_124", "https://archive.org/details/BigBuckBunny_124"},

		// Not those of others, however near.
		"https://www.youtube.com/redirect?q=x":                                         {},
		"https://evil.example/embed/aqz-KE-bpKQ":                                       {},
		"https://www.youtube.com:8443/embed/aqz-KE-bpKQ":                               {},
		"https://w.soundcloud.com/player/?url=https%3A%2F%2Fevil.example%2Ftracks%2F1": {},
		"https://player.vimeo.com/video/../../x":                                       {},
		"https://peertube.example/videos/embed/1":                                      {},
	} {
		got := clean(t, `<iframe src="`+html.EscapeString(in)+`"></iframe>`)
		if src := after(got, `data-embed-src="`); src != want[0] {
			t.Errorf("%s is framed as %q, want %q", in, src, want[0])
		}
		if page := after(got, `href="`); want[1] != "" && page != want[1] {
			t.Errorf("%s has a link to %q, want %q", in, page, want[1])
		} else if page == "" {
			t.Errorf("%s is lost: %s", in, got)
		}
	}
}

// after is the attribute value that follows the first mark.
func after(s, mark string) string {
	_, rest, _ := strings.Cut(s, mark)
	value, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(value)
}

// TestAnswerOfGhost passes what its APIs send of a post with all cards.
func TestAnswerOfGhost(t *testing.T) {
	raw, err := os.ReadFile("testdata/all-cards.json")
	if err != nil {
		t.Fatal(err)
	}
	var post struct{ HTML string }
	if err := json.Unmarshal(raw, &post); err != nil {
		t.Fatal(err)
	}
	got := clean(t, post.HTML)
	for _, not := range []string{"<button", "<svg", "<form", "<h1", "style=", "data-kg", "1×", "Expand toggle", "display: none"} {
		if strings.Contains(got, not) {
			t.Errorf("%q is left", not)
		}
	}
	for _, id := range []string{"everything", "h-one", "%C3%BCn%C3%AFcode-%E6%97%A5%E6%9C%AC-heading", "fnref1", "fn1", "head-v1", "head-v2", "split"} {
		if strings.Count(got, ` id="`+id+`"`) != 1 {
			t.Errorf("the id %q is lost, or there twice", id)
		}
	}
}
