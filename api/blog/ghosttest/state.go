// What is true now, in a form that tests compare, and what of it not everybody may read.

package ghosttest

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// State is one version of everything: posts, pages and the rest by their ids, with their
// urls, and the address of the site in their texts.
type State struct {
	URL         string
	Permalink   string
	Posts       map[string]Post
	Tags        map[string]Tag
	Users       map[string]User
	Tiers       map[string]Tier
	Newsletters map[string]Newsletter
	Members     map[string]Member
	Settings    map[string]any
	Gated       []string // see Ghost.Gated
}

// State is the current truth. It is a copy.
func (g *Ghost) State() State {
	w := g.latest()
	s := State{
		URL: w.url, Permalink: w.permalink, Posts: map[string]Post{}, Tags: map[string]Tag{}, Users: map[string]User{},
		Tiers: map[string]Tier{}, Newsletters: map[string]Newsletter{}, Members: map[string]Member{},
		Settings: map[string]any{}, Gated: w.gated(),
	}
	for id, p := range w.posts {
		c := p.clone()
		c.URL = w.postURL(p)
		for _, field := range []*string{&c.Lexical, &c.Mobiledoc, &c.HTML, &c.Plaintext, &c.FeatureImage, &c.FeatureImageCaption,
			&c.CanonicalURL, &c.CodeinjectionHead, &c.CodeinjectionFoot} {
			*field = w.out(*field)
		}
		s.Posts[id] = *c
	}
	for id, t := range w.tags {
		c := t.clone()
		c.URL = w.tagURL(t)
		s.Tags[id] = *c
	}
	for id, u := range w.users {
		c := u.clone()
		c.URL = w.userURL(u)
		s.Users[id] = *c
	}
	for id, t := range w.tiers {
		s.Tiers[id] = *t.clone()
	}
	for id, n := range w.newsletters {
		s.Newsletters[id] = *n.clone()
	}
	for id, m := range w.members {
		s.Members[id] = *m.clone()
	}
	for key, value := range w.settings {
		s.Settings[key] = value
	}
	return s
}

// Post is a post as it is now, by its slug; ok is false where there is none.
func (g *Ghost) Post(slug string) (p Post, ok bool) {
	for _, p := range g.State().Posts {
		if p.Slug == slug {
			return p, true
		}
	}
	return Post{}, false
}

var (
	gatedBlock = regexp.MustCompile(`(?s)<!--kg-gated-block:begin nonMember:(true|false) memberSegment:"[^"]*" -->(.*?)<!--kg-gated-block:end-->`)
	markup     = regexp.MustCompile(`(?s)<!--.*?-->|<script.*?</script>|<style.*?</style>|<svg.*?</svg>|<[^>]*>`)
)

// parts are the HTML that everybody may read, and that which not everybody may.
func (p *Post) parts() (free, gated string) {
	free = p.HTML
	if p.Visibility != "public" {
		if before, after, found := strings.Cut(free, paywall); found {
			free, gated = before, after
		} else {
			free, gated = "", free
		}
	}
	free = gatedBlock.ReplaceAllStringFunc(free, func(block string) string {
		m := gatedBlock.FindStringSubmatch(block)
		if m[1] == "true" {
			return m[2]
		}
		gated += "\n" + m[2]
		return ""
	})
	return free, gated
}

// textsOf are the texts between the tags, with single spaces.
func textsOf(s string) (texts []string) {
	for _, t := range markup.Split(s, -1) {
		if t = strings.Join(strings.Fields(html.UnescapeString(t)), " "); t != "" {
			texts = append(texts, t)
		}
	}
	return texts
}

// shortest is how long a text must be to be told from others.
const shortest = 8

// pick are the texts of hidden, longer than a word, that do not stand in what is open.
func pick(hidden, open []string) []string {
	all := strings.Join(open, "\n")
	list := []string{}
	for _, t := range hidden {
		if utf8.RuneCountInString(t) >= shortest && !strings.Contains(all, t) {
			list = append(list, t)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// sides are all texts of published posts that everybody may read, those that not
// everybody may, and the texts of posts that are not published.
func (w *world) sides() (open, gated, unpublished []string) {
	for _, id := range sorted(w.posts) {
		p := w.posts[id]
		free, hidden := p.parts()
		about := []string{p.Title, p.CustomExcerpt, p.MetaTitle, p.MetaDescription, p.OGTitle, p.OGDescription,
			p.TwitterTitle, p.TwitterDescription, p.FeatureImageAlt}
		about = append(about, textsOf(p.FeatureImageCaption)...)
		gated = append(gated, textsOf(hidden)...)
		if p.Status == "published" && !bool(p.EmailOnly) {
			open = append(append(open, about...), textsOf(free)...)
		} else {
			unpublished = append(append(unpublished, about...), textsOf(p.HTML)...)
		}
	}
	for _, key := range sorted(w.settings) {
		if s, ok := w.settings[key].(string); ok {
			open = append(open, s)
		}
	}
	for _, t := range w.tags {
		open = append(open, t.Name, t.Description)
	}
	return open, gated, unpublished
}

func (w *world) gated() []string {
	open, gated, _ := w.sides()
	return pick(gated, open)
}

// Gated are the texts, of at least eight characters and without markup, that stand only
// in parts of posts that not everybody may read: behind a paywall, in a whole post
// without one, in a card for members. They are sorted.
func (g *Ghost) Gated() []string { return g.latest().gated() }

// Unpublished are the texts that stand only in posts that are drafts, scheduled or sent
// as e-mail, titles too.
func (g *Ghost) Unpublished() []string {
	open, _, unpublished := g.latest().sides()
	return pick(unpublished, open)
}
