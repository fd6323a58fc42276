// A post with every card that Ghost has: a document as Ghost 6 stores it, through the
// gate that every body passes.

package site

import (
	_ "embed"
	"regexp"
	"strings"

	"rose-ash.com/roseash/api/shared/safehtml"
)

//go:embed testdata/cards.html
var sampleCards string

// kept is where pictures are once they were copied, each under the hash of its bytes.
var kept = regexp.MustCompile(`https?://(?:media\.example\.org/img|127\.0\.0\.1:2368/content/(?:images|media)/2026/01)/`)

func cardsPost() PostPage {
	hash := strings.Repeat("0f", 32)
	body, err := safehtml.Clean(kept.ReplaceAllString(sampleCards, "/media/"+hash+"/"))
	if err != nil {
		panic(err) // the file beside this one
	}
	p := samplePost()
	p.Frame = sampleFrame("blog", "/every-card/", "Every card")
	p.Title, p.Excerpt, p.Newer, p.Older = "Every card", "", nil, nil
	p.Body = safehtml.Pictures(body, "", func(string) (int, int) { return 1600, 900 })
	return p
}
