// What people type, as PostgreSQL takes it: a query that cannot fail to be read.

package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a query: those of its text stand in routes.go.
const (
	maxTerms = 32  // what comes after is not looked for
	maxWord  = 100 // letters of a term
	minTyped = 2   // letters from which a word may be the beginning of another
)

// query is what a text asks for. Whole, Others and Last are tsqueries of quoted terms
// that hold letters, digits and spaces only: whole is all of it; others and last are
// the same with the last word apart, where that may be still being typed.
type query struct {
	Whole, Others, Last string
	// Loose is whole without order within phrases, and without what shall not be there
	// in this order: all that answers whole answers it. It is whole where no phrase is.
	Loose string
	// Asked is the words that shall be there, as titles are compared.
	Asked string
	// Plain tells that it is words and nothing else: no quotes, no minus.
	Plain bool
}

// nothing tells that no document can answer: there is no word to look for.
func (q query) nothing() bool { return q.Whole == "" }

// term is a word or a phrase.
type term struct {
	words   string
	without bool // documents that have it are left out
	quoted  bool
}

// read understands a text as search engines do: every word must be there; words in
// quotes follow each other; a minus in front of either leaves out what has it; "or"
// stands between alternatives. Alternatives without any word that must be there are
// dropped. The last word may be the beginning of one, unless a space follows it.
func read(text string) query {
	groups, typed := alternatives(text)
	plain := true
	var whole, loose, asked []string
	var others, last string
	for i, terms := range groups {
		for _, t := range terms {
			plain = plain && !t.quoted && !t.without
			if !t.without {
				asked = append(asked, t.words)
			}
		}
		written := conjunction(terms, term.exact)
		if written == "" {
			typed = typed && i < len(groups)-1
			continue
		}
		whole, loose = append(whole, written), append(loose, conjunction(terms, term.loose))
		if i == len(groups)-1 && typed {
			n := len(terms) - 1
			others, last = every(terms[:n], term.exact), quoted(terms[n].words)+":*"
		}
	}
	return query{Whole: strings.Join(whole, " | "), Loose: strings.Join(loose, " | "), Others: others, Last: last, Asked: folded(strings.Join(asked, " ")), Plain: plain && len(asked) > 0}
}

// alternatives are the terms between the words "or". typed tells that the last one is
// a word that may go on.
func alternatives(text string) (groups [][]term, typed bool) {
	group, count := []term{}, 0
	letters := []rune(strings.ToValidUTF8(text, " "))
	for i := 0; i < len(letters) && count < maxTerms; {
		if unicode.IsSpace(letters[i]) {
			i++
			typed = false
			continue
		}
		without := letters[i] == '-'
		if without {
			i++
		}
		var end int
		isQuoted := i < len(letters) && isQuote(letters[i])
		if isQuoted {
			i++
			end = find(letters, i, isQuote)
		} else {
			end = find(letters, i, func(r rune) bool { return unicode.IsSpace(r) || isQuote(r) })
		}
		raw := string(letters[i:end])
		i = end
		if isQuoted {
			i++
		}
		if !isQuoted && !without && strings.EqualFold(raw, "or") && len(group) > 0 {
			groups, group, typed = append(groups, group), []term{}, false
			continue
		}
		t := term{words: words(raw), without: without, quoted: isQuoted}
		if t.words == "" {
			continue
		}
		if utf8.RuneCountInString(t.words) > maxWord {
			t.words = strings.TrimSpace(string([]rune(t.words)[:maxWord]))
		}
		group = append(group, t)
		count++
		typed = !isQuoted && !without && goesOn(t.words)
	}
	return append(groups, group), typed
}

// find is the first place from which a letter is, else the end.
func find(letters []rune, from int, is func(rune) bool) int {
	for i := from; i < len(letters); i++ {
		if is(letters[i]) {
			return i
		}
	}
	return max(from, len(letters))
}

func isQuote(r rune) bool { return strings.ContainsRune("\"“”„«»", r) }

// goesOn tells a word that is long enough to be the beginning of few others. Scripts
// other than Latin say more with fewer letters.
func goesOn(word string) bool {
	n := utf8.RuneCountInString(word)
	return n >= minTyped || n > 0 && word[0] >= utf8.RuneSelf
}

// conjunction asks for all terms of an alternative; empty where there is none that
// must be there.
func conjunction(terms []term, write func(term) string) string {
	for _, t := range terms {
		if !t.without {
			return every(terms, write)
		}
	}
	return ""
}

func every(terms []term, write func(term) string) string {
	var written []string
	for _, t := range terms {
		if w := write(t); w != "" {
			written = append(written, w)
		}
	}
	return strings.Join(written, " & ")
}

// exact asks for a term as it is.
func (t term) exact() string {
	if t.without {
		return "!" + quoted(t.words)
	}
	return quoted(t.words)
}

// loose asks for the words of a term in any order.
func (t term) loose() string {
	if !strings.Contains(t.words, " ") {
		return t.exact()
	}
	if t.without {
		return ""
	}
	list := strings.Fields(t.words)
	for i, w := range list {
		list[i] = quoted(w)
	}
	return strings.Join(list, " & ")
}

// quoted is a term; words has left nothing in it that would end the quotes.
func quoted(words string) string { return "'" + words + "'" }
