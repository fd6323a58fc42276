// The addresses that Ghost makes of its routes, and slugs.

package ghosttest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// ghostURL stands for the address of the site in what Ghost stores.
const ghostURL = "__GHOST_URL__"

// out is a stored text as the API shows it.
func (w *world) out(s string) string { return strings.ReplaceAll(s, ghostURL, w.url) }

// in is a text of the API as it is stored.
func (w *world) in(s string) string { return strings.ReplaceAll(s, w.url, ghostURL) }

// postURL is the address of a post: what is not published has one for looking at it
// before, what is sent only as e-mail another.
func (w *world) postURL(p *Post) string {
	switch {
	case bool(p.EmailOnly):
		return w.url + "/email/" + p.UUID + "/"
	case p.Status != "published":
		return w.url + "/p/" + p.UUID + "/"
	case p.Type == "page":
		return w.url + "/" + p.Slug + "/"
	}
	tag, author := "all", "all"
	if len(p.Tags) > 0 && w.tags[p.Tags[0]] != nil && w.tags[p.Tags[0]].Visibility == "public" {
		tag = w.tags[p.Tags[0]].Slug
	}
	if len(p.Authors) > 0 && w.users[p.Authors[0]] != nil {
		author = w.users[p.Authors[0]].Slug
	}
	at := p.PublishedAt.UTC()
	return w.url + strings.NewReplacer(
		"{slug}", p.Slug, "{id}", p.ID, "{primary_tag}", tag, "{primary_author}", author,
		"{year}", at.Format("2006"), "{month}", at.Format("01"), "{day}", at.Format("02"),
	).Replace(w.permalink)
}

func (w *world) tagURL(t *Tag) string {
	if t.Visibility != "public" {
		return w.url + "/404/"
	}
	return w.url + "/tag/" + t.Slug + "/"
}

func (w *world) userURL(u *User) string { return w.url + "/author/" + u.Slug + "/" }

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

var plain = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ä", "a", "ö", "o", "ü", "u", "ß", "ss",
	"ç", "c", "ñ", "n", "ø", "o", "å", "a")

// slugOf makes a slug of a name as Ghost does of most.
func slugOf(name string) string {
	prefix := ""
	if rest, ok := strings.CutPrefix(name, "#"); ok {
		name, prefix = rest, "hash-"
	}
	name = plain.Replace(strings.Map(unicode.ToLower, name))
	name = strings.NewReplacer("'", "", "’", "").Replace(name)
	slug := strings.Trim(notSlug.ReplaceAllString(name, "-"), "-")
	if slug == "" {
		slug = "untitled"
	}
	return prefix + slug
}

// free is the slug, numbered where it is taken.
func free(slug string, taken func(string) bool) string {
	if !taken(slug) {
		return slug
	}
	for n := 2; ; n++ {
		if numbered := fmt.Sprintf("%s-%d", slug, n); !taken(numbered) {
			return numbered
		}
	}
}

func (w *world) freePostSlug(slug, but string) string {
	return free(slugOf(slug), func(s string) bool {
		for id, p := range w.posts {
			if p.Slug == s && id != but {
				return true
			}
		}
		return false
	})
}

func (w *world) freeTagSlug(slug, but string) string {
	if rest, ok := strings.CutPrefix(slug, "hash-"); ok {
		slug = "#" + rest
	}
	return free(slugOf(slug), func(s string) bool {
		for id, t := range w.tags {
			if t.Slug == s && id != but {
				return true
			}
		}
		return false
	})
}
