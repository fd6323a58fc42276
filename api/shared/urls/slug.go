// What a slug is, how one is made from a title, and which words are taken.

package urls

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxSlug is the longest slug in bytes; Ghost's limit, so that its slugs fit.
const MaxSlug = 191

// reserved are the first path segments that the server uses itself, on any
// origin. The addresses of problem documents and of the lists' further pages
// are among them.
var reserved = map[string]bool{}

func init() {
	for word := range strings.FieldsSeq(`v1 docs openapi oauth fragments hooks media market events
		cart checkout orders account login editor shop organise checkin ics ap nodeinfo social
		read search pages page tag author livez readyz metrics problems`) {
		reserved[word] = true
	}
}

// marketWords are the first segments of the market's own paths beside categories.
var marketWords = []string{"products", "brands", "producers", "labels", "collections"}

// archiveWord is beside calendars, and beside the entries of one, what has been.
const archiveWord = "archive"

// eventsWord tells the words that events uses where a calendar or an entry could be: those
// that ReservedIn adds there, and months.
func eventsWord(slug string) bool {
	_, err := time.Parse("2006-01", slug)
	return slug == archiveWord || err == nil
}

// Reserved tells whether a slug cannot be the first segment of a page's path,
// because the server answers there. Names with a dot or underscore in front,
// and every "openapi." file, are reserved too.
func Reserved(slug string) bool {
	slug = strings.ToLower(slug)
	return reserved[slug] || strings.HasPrefix(slug, "openapi.") ||
		strings.HasPrefix(slug, ".") || strings.HasPrefix(slug, "_")
}

// ReservedIn is Reserved for the top level of an app: it adds the words that
// the app's own paths use, such as "products" in the market and months in events.
func ReservedIn(app App, slug string) bool {
	return Reserved(slug) || app == Market && slices.Contains(marketWords, strings.ToLower(slug)) ||
		app == Events && eventsWord(slug)
}

// ReservedEntry tells whether a slug cannot be an entry's: its calendar has a page there.
func ReservedEntry(slug string) bool { return eventsWord(slug) }

// ValidSlug tells whether s is a slug of ours: 1 to MaxSlug bytes of a-z, 0-9
// and single or repeated inner dashes.
func ValidSlug(s string) bool {
	if s == "" || len(s) > MaxSlug || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// letters that Unicode does not decompose into a Latin letter and a mark.
var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th",
	'ł': "l", 'ħ': "h", 'ı': "i", 'ŋ': "ng", 'ŧ': "t", 'ſ': "s", 'ə': "e",
}

// Slug makes a slug from a title, as Ghost does: accents are dropped, letters
// such as ß are spelled out, apostrophes vanish and everything else becomes a
// dash. The result is a ValidSlug, or empty when the title has no letter or
// digit that can be written in a-z and 0-9; it may be Reserved.
func Slug(title string) string {
	var b strings.Builder
	dash := false
	put := func(r rune) {
		if dash && b.Len() > 0 {
			b.WriteByte('-')
		}
		dash = false
		b.WriteRune(r)
	}
	for _, r := range norm.NFKD.String(title) {
		// One byte beyond the limit tells cut that a word goes on.
		if b.Len() > MaxSlug {
			break
		}
		r = unicode.ToLower(r)
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			put(r)
		case spelled[r] != "":
			for _, letter := range spelled[r] {
				put(letter)
			}
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == '‘', r == '\u00ad':
		default:
			dash = true
		}
	}
	return cut(b.String())
}

// cut shortens a slug to MaxSlug, at the end of a word where there is one in
// its second half.
func cut(s string) string {
	if len(s) <= MaxSlug {
		return s
	}
	if at := strings.LastIndexByte(s[:MaxSlug+1], '-'); at > MaxSlug/2 {
		return s[:at]
	}
	return strings.Trim(s[:MaxSlug], "-")
}
