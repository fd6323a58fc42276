// Sanitised HTML as plain text.

package ical

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// breaks is how many line ends are around an element at least: two for a paragraph, one for what
// has a line of its own.
var breaks = map[atom.Atom]int{
	atom.P: 2, atom.Ul: 2, atom.Ol: 2, atom.Blockquote: 2, atom.Pre: 2, atom.Table: 2, atom.Figure: 2, atom.Hr: 2,
	atom.H1: 2, atom.H2: 2, atom.H3: 2, atom.H4: 2, atom.H5: 2, atom.H6: 2,
	atom.Br: 1, atom.Li: 1, atom.Tr: 1, atom.Div: 1, atom.Dt: 1, atom.Dd: 1,
}

// PlainText is sanitised HTML as plain text: blocks become paragraphs or lines, list items begin
// with a dash, and links name their address behind their words.
func PlainText(source string) string {
	if !strings.ContainsAny(source, "<&") {
		return strings.TrimSpace(source)
	}
	var b strings.Builder
	var links []string
	ends := 2 // how many line ends the text is after
	write := func(text string) {
		b.WriteString(text)
		ends = 0
	}
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return tidy(b.String())
		}
		token := z.Token()
		switch {
		case kind == html.TextToken:
			if text := oneLine(token.Data); text != " " || ends == 0 {
				write(text)
			}
			continue
		case token.DataAtom == atom.A && kind == html.StartTagToken:
			links = append(links, href(token))
		case token.DataAtom == atom.A && kind == html.EndTagToken && len(links) > 0:
			link := links[len(links)-1]
			links = links[:len(links)-1]
			if strings.HasPrefix(link, "http") && !strings.HasSuffix(b.String(), link) {
				write(" (" + link + ")")
			}
		}
		for ; ends < breaks[token.DataAtom]; ends++ {
			b.WriteByte('\n')
		}
		if token.DataAtom == atom.Li && kind == html.StartTagToken {
			write("- ")
		}
	}
}

func href(token html.Token) string {
	for _, a := range token.Attr {
		if a.Key == "href" {
			return a.Val
		}
	}
	return ""
}

// oneLine is text with every run of blanks as one.
func oneLine(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	if words == "" {
		return " "
	}
	if strings.TrimLeft(text[:1], " \t\r\n") == "" {
		words = " " + words
	}
	if strings.TrimLeft(text[len(text)-1:], " \t\r\n") == "" {
		words += " "
	}
	return words
}

// tidy takes away blanks around lines.
func tidy(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
