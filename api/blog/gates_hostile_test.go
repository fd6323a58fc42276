// Documents that try to carry gated words out of their gates.

package blog

import (
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
)

// TestGatedDocuments: nothing of what strangers are given of any of those holds a gated word,
// whatever the document looks like, and what everybody may read is there.
func TestGatedDocuments(t *testing.T) {
	y := &Sync{Service: &Service{}, options: SyncOptions{URL: "https://ghost.example"}}
	for name, c := range ghosttest.GatedDocuments() {
		t.Run(name, func(t *testing.T) {
			of := strings.NewReplacer("__GHOST_URL__", y.options.URL)
			p := ghost.Post{ID: "1", Visibility: c.Visibility, HTML: of.Replace(c.HTML), Lexical: of.Replace(c.Lexical)}
			if p.Lexical == "" {
				p.Mobiledoc = "{}"
			}
			in := &addresses{options: y.options, host: "ghost.example", origin: "https://ghost.example", paths: map[string]string{}}
			row := blogdb.Post{}
			y.fillPost(&row, p, in)
			document, _ := y.rendered(&row, p)
			b, err := renderGhost(in.ours(localise(document, in.copies)), contract.Visibility(row.Visibility))
			if err != nil {
				t.Fatal(err)
			}
			b.into(&row)
			stranger, err := bodyFor(row, Reader{})
			if err != nil {
				t.Fatal(err)
			}
			shown := []string{row.Html, row.Plaintext, excerptOf("", row.Plaintext), stranger.html, stranger.plaintext}
			for i, text := range shown {
				if strings.Contains(strings.ToUpper(text), ghosttest.GatedWord) {
					t.Errorf("place %d shows what is gated: %q\nof %s", i, text, document)
					break
				}
			}
			for _, word := range c.Free {
				if !strings.Contains(row.Html, word) {
					t.Errorf("%s is hidden, which everybody may read: %q\nof %s", word, row.Html, document)
				}
			}
			editor, err := bodyFor(row, Reader{Everything: true})
			if err != nil || row.MembersHtml != nil && editor.html == row.Html {
				t.Errorf("an editor reads %q, %v", editor.html, err)
			}
		})
	}
}
