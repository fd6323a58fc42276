package markdown_test

import (
	_ "embed"
	"testing"

	"rose-ash.com/roseash/api/shared/markdown"
)

// post is a text of 560 words as a blog has them: headings, lists, code, a
// table, a picture and a quotation.
//
//go:embed testdata/post.md
var post string

// BenchmarkRender has a text without HTML, the same with one element of its own,
// and with code that is not coloured.
func BenchmarkRender(b *testing.B) {
	for name, c := range map[string]struct {
		source  string
		options markdown.Options
	}{
		"direct":  {post, markdown.Options{Highlight: true}},
		"foreign": {post + "\n\na<br>b", markdown.Options{Highlight: true}},
		"plain":   {post, markdown.Options{}},
	} {
		b.Run(name, func(b *testing.B) {
			markdown.Configure(c.options)
			defer markdown.Configure(markdown.Options{Highlight: true})
			b.SetBytes(int64(len(c.source)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := markdown.Render(c.source); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
