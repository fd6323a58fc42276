// The path of a post by routes.yaml: for exports, which do not say it. Where the Admin API
// can be asked, its url is the one that counts.

package ghost

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

// Placed is what decides where a post stands.
type Placed struct {
	Post    Post
	Tags    []Tag  // in order
	Authors []User // in order
	// PublishedAt is in the publication's time zone; the zero time is no date.
	PublishedAt time.Time
}

// Placed joins what decides where each post of an export stands, in their order.
func (x Export) Placed() []Placed {
	tags, users := map[string]Tag{}, map[string]User{}
	var posts []Placed
	zone, err := zones.Load(x.Settings["timezone"])
	if err != nil {
		zone = time.UTC
	}
	for _, o := range x.Objects {
		switch o.Kind {
		case KindTag:
			tags[o.ID], _ = As[Tag](o)
		case KindUser:
			users[o.ID], _ = As[User](o)
		case KindPost:
			p, err := As[Post](o)
			if err != nil {
				continue
			}
			placed := Placed{Post: p}
			if !p.PublishedAt.IsZero() {
				placed.PublishedAt = p.PublishedAt.In(zone)
			}
			for _, ref := range p.Tags {
				if t, ok := tags[ref.ID]; ok {
					placed.Tags = append(placed.Tags, t)
				}
			}
			for _, ref := range p.Authors {
				if u, ok := users[ref.ID]; ok {
					placed.Authors = append(placed.Authors, u)
				}
			}
			posts = append(posts, placed)
		}
	}
	return posts
}

// Place gives the published posts of an export the addresses below site that routes give
// them. Where they give none a post keeps none.
func (x *Export) Place(routes Routes, site string) {
	paths := map[string]string{}
	for _, p := range x.Placed() {
		if path, ok := routes.Permalink(p); ok && p.Post.Status == "published" {
			paths[p.Post.ID] = path
		}
	}
	for i, o := range x.Objects {
		if path, ok := paths[o.ID]; ok && o.Kind == KindPost {
			p, err := As[Post](o)
			if err != nil {
				continue
			}
			p.URL = site + path
			x.Objects[i] = NewObject(p)
		}
	}
}

// primaryTag is the slug of the first tag, where that is public, else all.
func (p Placed) primaryTag() string {
	if len(p.Tags) > 0 && p.Tags[0].Visibility != "internal" && !strings.HasPrefix(p.Tags[0].Name, "#") {
		return p.Tags[0].Slug
	}
	return "all"
}

func (p Placed) primaryAuthor() string {
	if len(p.Authors) > 0 {
		return p.Authors[0].Slug
	}
	return "all"
}

// Permalink is the path of a post: that of the first collection whose filter takes it. A
// page stands at its slug. ok is false where that cannot be told: no collection takes it,
// one before has a filter that is not understood, or the permalink needs a date.
func (r Routes) Permalink(p Placed) (path string, ok bool) {
	if p.Post.Type == "page" {
		return "/" + p.Post.Slug + "/", p.Post.Slug != ""
	}
	for _, c := range r.Collections {
		if c.filter == nil {
			return "", false
		}
		if !c.filter.takes(p) {
			continue
		}
		if p.PublishedAt.IsZero() && dated.MatchString(c.Permalink) {
			return "", false
		}
		return permalink(c.Permalink, p)
	}
	return "", false
}

var (
	variable = regexp.MustCompile(`\{[^{}/]*\}`)
	dated    = regexp.MustCompile(`\{(year|month|day)\}`)
)

// permalink fills in a permalink's names. It fails on one that Ghost does not have.
func permalink(pattern string, p Placed) (path string, ok bool) {
	ok = true
	path = variable.ReplaceAllStringFunc(pattern, func(name string) string {
		switch name {
		case "{slug}":
			return p.Post.Slug
		case "{id}":
			return p.Post.ID
		case "{year}":
			return p.PublishedAt.Format("2006")
		case "{month}":
			return p.PublishedAt.Format("01")
		case "{day}":
			return p.PublishedAt.Format("02")
		case "{primary_tag}":
			return p.primaryTag()
		case "{primary_author}", "{author}":
			return p.primaryAuthor()
		}
		ok = false
		return ""
	})
	return path, ok && !strings.ContainsAny(path, "{}:")
}

// filter is a filter in NQL of the kind that collections have: terms that must all hold.
// One without terms takes everything, nil is one that is not understood.
type filter []term

type term struct {
	key    string
	not    bool
	values []string
}

var termShape = regexp.MustCompile(`^(tags?|primary_tag|authors?|primary_author|featured):(-?)(?:([a-z0-9_-]+)|'([a-z0-9_-]+)'|\[([a-z0-9_', -]+)\])$`)

// readFilter reads terms such as tag:bread, primary_tag:-news, author:[ann,olive] or
// featured:true, joined by +. Anything else is not understood.
func readFilter(text string) (filter, bool) {
	f := filter{}
	if text == "" {
		return f, true
	}
	for part := range strings.SplitSeq(text, "+") {
		m := termShape.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return nil, false
		}
		t := term{key: strings.TrimSuffix(m[1], "s"), not: m[2] == "-", values: []string{m[3] + m[4]}}
		if m[5] != "" {
			t.values = nil
			for v := range strings.SplitSeq(m[5], ",") {
				t.values = append(t.values, strings.Trim(strings.TrimSpace(v), "'"))
			}
		}
		if t.key == "featured" && (len(t.values) != 1 || t.values[0] != "true" && t.values[0] != "false") {
			return nil, false
		}
		f = append(f, t)
	}
	return f, true
}

func (f filter) takes(p Placed) bool {
	return !slices.ContainsFunc(f, func(t term) bool { return t.holds(p) == t.not })
}

// holds tells whether any of a term's values is one of the post's.
func (t term) holds(p Placed) bool {
	var has []string
	switch t.key {
	case "featured":
		has = []string{"false"}
		if p.Post.Featured {
			has = []string{"true"}
		}
	case "primary_tag":
		if slug := p.primaryTag(); slug != "all" {
			has = []string{slug}
		}
	case "primary_author":
		has = []string{p.primaryAuthor()}
	case "author":
		for _, u := range p.Authors {
			has = append(has, u.Slug)
		}
	case "tag":
		for _, tag := range p.Tags {
			has = append(has, tag.Slug)
		}
	}
	return slices.ContainsFunc(t.values, func(v string) bool { return slices.Contains(has, v) })
}
