// Words out of HTML, for what shows no markup.

package ssg

import (
	"strings"

	"golang.org/x/net/html"
)

// longestWords is how many bytes of a text other sites and search engines show.
const longestWords = 200

// firstWords are the words with which a sanitised text begins, whole ones.
func firstWords(body string) string {
	var text strings.Builder
	z := html.NewTokenizer(strings.NewReader(body))
	for text.Len() <= 4*longestWords {
		switch z.Next() {
		case html.ErrorToken:
			return shorten(text.String())
		case html.TextToken:
			text.Write(z.Text())
		default:
			text.WriteByte(' ')
		}
	}
	return shorten(text.String())
}

func shorten(text string) string {
	var short strings.Builder
	for _, word := range strings.Fields(html.UnescapeString(text)) {
		if short.Len()+len(word) >= longestWords {
			return short.String() + "…"
		}
		if short.Len() > 0 {
			short.WriteByte(' ')
		}
		short.WriteString(word)
	}
	return short.String()
}
