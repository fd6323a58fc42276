// HTML that would take minutes to read.

package safehtml

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

const (
	// smallEnough is a source of so many bytes that nothing in it takes long.
	smallEnough = 64 << 10
	// mostCopied is how many bytes may be copied for words that stand between the rows of
	// a table: some seconds.
	mostCopied = 4 << 30
)

// TooCostly tells whether reading source as a browser does would take longer than any
// document needs. Words between the rows and cells of a table belong before the table, and
// each of them has all that are there already copied.
func TooCostly(source string) bool {
	if len(source) <= smallEnough || !strings.Contains(source, "<") {
		return false
	}
	z := html.NewTokenizer(strings.NewReader(source))
	misplaced, between := 0, false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.TextToken:
			if between && len(bytes.TrimSpace(z.Raw())) > 0 {
				if misplaced++; misplaced > mostCopied/len(source) {
					return true
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			between = rowTags[string(name)]
		case html.EndTagToken:
			name, _ := z.TagName()
			between = rowTags[string(name)] || cellTags[string(name)]
		}
	}
}

// rowTags are those behind which there are no words, cellTags those whose ends are.
var (
	rowTags  = map[string]bool{"table": true, "thead": true, "tbody": true, "tfoot": true, "tr": true, "colgroup": true, "col": true}
	cellTags = map[string]bool{"td": true, "th": true, "caption": true}
)
