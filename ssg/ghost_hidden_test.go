// Looking for words that not everybody may read, in everything that is served or kept.

package ssg_test

import (
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

// published is everything that is served, and what is kept beside it that may be served
// one day: by a rollback, by a search, to a handler of an event.
func (f *follower) published() map[string]string {
	f.t.Helper()
	texts := map[string]string{}
	for name, body := range everyFile(f.t, f.dir) {
		if inside := plain(name, body); inside != "" {
			body = inside
		}
		texts[name] = body
	}
	for what, sql := range map[string]string{
		"the packs":            "SELECT convert_from(body, 'UTF8') FROM ssg.packs WHERE position('\\x00'::bytea IN body) = 0",
		"parts of builds":      "SELECT encode(result, 'escape') FROM ssg.work WHERE result IS NOT NULL",
		"the search":           "SELECT concat_ws(' ', title, folded, summary, beginning, image, path) FROM search.documents",
		"events":               "SELECT data::text FROM bus.domain_events",
		"jobs":                 "SELECT concat_ws(' ', args, metadata, array_to_string(errors, ' ')) FROM river.river_job",
		"the state of lanes":   "SELECT error FROM blog.ghost_lanes",
		"the posts' free part": "SELECT concat_ws(E'\\n', html, plaintext, CASE WHEN is_public THEN excerpt END) FROM blog.posts WHERE is_public",
	} {
		texts[what] = strings.Join(f.rows(sql), "\n")
	}
	texts["free parts of drafts"] = strings.Join(f.rows("SELECT concat_ws(E'\\n', html, plaintext, excerpt) FROM blog.posts WHERE NOT is_public"), "\n")
	texts["the log"] = f.said.String()
	return texts
}

// furnitureWords stand in templates and scripts as well as in some gated card; slugs of
// Ghost's are those of some posts of ours too.
var furnitureWords = []string{"Subscribe", "Sign up now", "Continue reading"}

// hidden fails where anything served or kept holds words that are gated or of what is not
// published, or of posts that are deleted.
func (f *follower) hidden(deleted ...string) {
	f.t.Helper()
	texts := f.published()
	drafts := texts["free parts of drafts"]
	delete(texts, "free parts of drafts")
	state := f.State()
	for name, text := range texts {
		text += "\n" + html.UnescapeString(text)
		old := strings.HasPrefix(name, ".kept")
		for kind, phrases := range map[string][]string{"gated": f.Gated(), "unpublished": f.Unpublished(), "deleted": deleted} {
			for _, phrase := range phrases {
				if old && kind == "gated" && holders(state, phrase) > 1 {
					continue // another post may have shown it to everybody
				}
				if strings.Contains(text, phrase) && !slices.Contains(furnitureWords, phrase) && !strings.Contains(strings.Join(fewSlugs, " "), phrase) {
					at := strings.Index(text, phrase)
					f.t.Errorf("%s holds %q, which is %s: …%s…", name, phrase, kind, text[max(0, at-100):min(len(text), at+len(phrase)+100)])
				}
			}
		}
	}
	for _, phrase := range f.Gated() {
		if strings.Contains(drafts, phrase) && holders(state, phrase) == 1 {
			f.t.Errorf("what everybody is to read of a draft holds %q, which is gated", phrase)
		}
	}
	f.private(texts)
	// The words of the index have no order. Walk numbers what it writes.
	for _, phrase := range slices.Concat(f.Gated(), f.Unpublished(), deleted) {
		if n := walked.FindStringSubmatch(phrase); n != nil {
			if found := f.rows("SELECT id || ' ' || title FROM search.documents WHERE words @@ $1::tsquery OR head @@ $1::tsquery", "'"+n[1]+"'"); len(found) > 0 && !f.openNumber(n[1]) {
				f.t.Errorf("the search finds %q by %q", found, phrase)
			}
		}
	}
}

// private fails where anything but the table of members holds who they are.
func (f *follower) private(texts map[string]string) {
	f.t.Helper()
	texts["webhooks"] = strings.Join(f.rows("SELECT to_jsonb(h)::text FROM blog.ghost_hooks h"), "\n")
	texts["what is noted of things"] = strings.Join(f.rows("SELECT data::text FROM blog.ghost_objects WHERE data IS NOT NULL"), "\n")
	members := f.State().Members
	for name, text := range texts {
		for _, m := range members {
			if strings.Contains(text, m.Email) || len(m.Name) >= 8 && strings.Contains(text, m.Name) {
				f.t.Errorf("%s tell of the member %s", name, m.Email)
			}
		}
	}
}

// holders are how many posts have some words: what is gated in one may be free in a draft.
func holders(s ghosttest.State, phrase string) (n int) {
	for _, p := range s.Posts {
		if strings.Contains(html.UnescapeString(p.HTML), phrase) {
			n++
		}
	}
	return n
}

// walked is a text of Walk's, which ends with its number.
var walked = regexp.MustCompile(`^[A-Z][a-z ]+ ([0-9]{2,})$`)

// openNumber tells that a number stands in something that everybody may read.
func (f *follower) openNumber(n string) bool {
	s := f.State()
	for _, p := range s.Posts {
		if p.Status == "published" && slices.Contains(strings.FieldsFunc(p.Title+" "+p.CustomExcerpt, func(r rune) bool { return r < '0' || r > '9' }), n) {
			return true
		}
	}
	for _, t := range s.Tags {
		if strings.HasSuffix(t.Name, " "+n) {
			return true
		}
	}
	for _, u := range s.Users {
		if strings.HasSuffix(u.Name, " "+n) {
			return true
		}
	}
	return false
}

// memory are the texts of all posts that there have been, by Ghost's id.
type memory map[string]map[string]bool

func (m memory) remember(s ghosttest.State) {
	for id, p := range s.Posts {
		if m[id] == nil {
			m[id] = map[string]bool{}
		}
		for _, text := range append(openWords.FindAllString(p.HTML, -1), p.Title, p.CustomExcerpt) {
			if len(text) >= 8 {
				m[id][text] = true
			}
		}
	}
}

// openWords are words that Walk lets everybody read.
var openWords = regexp.MustCompile(`(?:Open words|Raw words|Heading) [a-z]+ [a-z]+ [a-z]+ [0-9]+`)

// deleted are the texts that stand only in posts that are no more.
func (m memory) deleted(s ghosttest.State) []string {
	var all strings.Builder
	for _, p := range s.Posts {
		all.WriteString(p.Title + "\n" + p.HTML + "\n" + p.CustomExcerpt + "\n" + p.MetaTitle + "\n")
	}
	texts := map[string]bool{}
	for id, of := range m {
		if _, there := s.Posts[id]; there {
			continue
		}
		for text := range of {
			// A number at the end may be the beginning of another.
			if !strings.Contains(all.String(), text) && walked.MatchString(text) {
				texts[text] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(texts))
}
