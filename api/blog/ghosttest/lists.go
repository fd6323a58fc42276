// Lists: what each collection holds, and pages of it.

package ghosttest

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// collection is what the Admin API lists under one address.
type collection struct {
	name, one, title string
	bySlug           bool
	order            string // that Ghost has of itself
}

var collections = map[string]collection{
	"posts":       {"posts", "post", "Post", true, "rank asc, moment desc, updated_at desc, id desc"},
	"pages":       {"pages", "page", "Page", true, "rank asc, moment desc, updated_at desc, id desc"},
	"tags":        {"tags", "tag", "Tag", true, "id asc"},
	"users":       {"users", "user", "User", true, "last_seen desc, name asc, created_at desc"},
	"tiers":       {"tiers", "tier", "Tier", false, "id asc"},
	"newsletters": {"newsletters", "newsletter", "Newsletter", false, "sort_order asc, created_at asc, id asc"},
	"members":     {"members", "member", "Member", false, "created_at desc, id desc"},
	"labels":      {"labels", "label", "Label", true, "name asc"},
}

func sqlDate(t time.Time) string { return t.UTC().Format(time.DateTime) }

func flagText(f Flag) string { return strconv.FormatBool(bool(f)) }

// formOf reads the parameters formats and include.
func formOf(q url.Values) form {
	f := form{lexical: true, mobiledoc: true, roles: true, count: true, tags: true, authors: true, tiers: true}
	if formats := q.Get("formats"); formats != "" {
		f.lexical, f.mobiledoc = false, false
		for name := range strings.SplitSeq(formats, ",") {
			switch strings.TrimSpace(name) {
			case "html":
				f.html = true
			case "lexical":
				f.lexical = true
			case "mobiledoc":
				f.mobiledoc = true
			case "plaintext":
				f.plaintext = true
			}
		}
	}
	if q.Has("include") {
		f.roles, f.count, f.tags, f.authors, f.tiers = false, false, false, false, false
		for name := range strings.SplitSeq(q.Get("include"), ",") {
			switch name = strings.TrimSpace(name); {
			case name == "tags":
				f.tags = true
			case name == "authors":
				f.authors = true
			case name == "authors.roles":
				f.authors, f.roles = true, true
			case name == "tiers":
				f.tiers = true
			case strings.HasPrefix(name, "count."):
				f.count = true
			}
		}
	}
	return f
}

// has tells whether a parameter lists a word.
func has(q url.Values, parameter, word string) bool {
	return slices.ContainsFunc(strings.Split(q.Get(parameter), ","), func(s string) bool { return strings.TrimSpace(s) == word })
}

// rows are all things of a collection, in no order that counts.
func (g *Ghost) rows(w *world, c collection, q url.Values) []row {
	var list []row
	add := func(id, slug, name, status string, created, updated time.Time, o object, more map[string]string) {
		r := row{id: id, fields: map[string][]string{
			"id": {id}, "slug": {slug}, "name": {name}, "status": {status},
			"created_at": {sqlDate(created)}, "updated_at": {sqlDate(updated)},
		}}
		for key, value := range more {
			r.fields[key] = []string{value}
		}
		if o != nil {
			r.whole = encode(o)
		}
		list = append(list, r)
	}
	switch c.name {
	case "posts", "pages":
		f := formOf(q)
		for _, p := range w.posts {
			if p.Type == c.one {
				r := w.postRow(p)
				r.whole = g.postJSON(w, p, f)
				list = append(list, r)
			}
		}
	case "tags":
		for _, t := range w.tags {
			o := w.tag(t)
			if has(q, "include", "count.posts") {
				o["count"] = object{"posts": w.postsWith(t.ID)}
			}
			add(t.ID, t.Slug, t.Name, "", t.CreatedAt, t.UpdatedAt, o, map[string]string{"visibility": t.Visibility})
		}
	case "users":
		for _, u := range w.users {
			o := w.user(u, !q.Has("include") || has(q, "include", "roles"))
			add(u.ID, u.Slug, u.Name, u.Status, u.CreatedAt, u.UpdatedAt, o, map[string]string{"email": u.Email, "last_seen": sqlDate(u.LastSeen)})
		}
	case "tiers":
		for _, t := range w.tiers {
			add(t.ID, t.Slug, t.Name, "", t.CreatedAt, t.UpdatedAt, w.tier(t), map[string]string{
				"type": t.Type, "visibility": t.Visibility, "active": flagText(t.Active)})
		}
	case "newsletters":
		for _, n := range w.newsletters {
			add(n.ID, n.Slug, n.Name, n.Status, n.CreatedAt, n.UpdatedAt, w.newsletter(n, true), map[string]string{
				"visibility": n.Visibility, "uuid": n.UUID, "sort_order": fmt.Sprintf("%06d", n.SortOrder)})
		}
	case "members":
		for _, m := range w.members {
			add(m.ID, "", m.Name, m.Status, m.CreatedAt, m.UpdatedAt, w.member(m, false), map[string]string{"email": m.Email, "uuid": m.UUID})
		}
	case "labels":
		seen := map[string]bool{}
		for _, id := range sorted(w.members) {
			for _, l := range w.members[id].Labels {
				if !seen[l.ID] {
					seen[l.ID] = true
					add(l.ID, l.Slug, l.Name, "", l.CreatedAt, l.CreatedAt, l.json(), nil)
				}
			}
		}
	}
	return list
}

func (w *world) postRow(p *Post) row {
	rank, moment := "3", sqlDate(p.PublishedAt)
	switch p.Status {
	case "scheduled":
		rank = "1"
	case "draft":
		rank, moment = "2", ""
	}
	r := row{id: p.ID, fields: map[string][]string{
		"id": {p.ID}, "uuid": {p.UUID}, "slug": {p.Slug}, "title": {p.Title}, "status": {p.Status}, "type": {p.Type},
		"visibility": {p.Visibility}, "featured": {flagText(p.Featured)}, "created_at": {sqlDate(p.CreatedAt)},
		"updated_at": {sqlDate(p.UpdatedAt)}, "published_at": {sqlDate(p.PublishedAt)}, "rank": {rank}, "moment": {moment},
	}}
	tags, authors := []string{}, []string{}
	for _, id := range p.Tags {
		if t := w.tags[id]; t != nil {
			tags = append(tags, t.Slug)
		}
	}
	for _, id := range p.Authors {
		if u := w.users[id]; u != nil {
			authors = append(authors, u.Slug)
		}
	}
	r.fields["tag"], r.fields["tags"], r.fields["author"], r.fields["authors"] = tags, tags, authors, authors
	r.fields["primary_tag"] = tags[:min(1, len(tags))]
	return r
}

// list is one page of a collection.
func (g *Ghost) list(w *world, c collection, q url.Values, f *Fault) answer {
	did := "list " + c.name
	limit, page := 15, 1
	if s := q.Get("limit"); s == "all" {
		limit = 100
	} else if s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return invalid(did, "Validation (isInt) failed for limit")
		}
		limit = min(n, 100)
	}
	if s := q.Get("page"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return invalid(did, "Validation (isInt) failed for page")
		}
		page = n
	}
	filter := q.Get("filter")
	if f.sameAgain() {
		filter, page = "", 1
	}
	rows, err := filterRows(g.rows(w, c, q), filter)
	if err != nil {
		return badRequest(did, "Error parsing filter")
	}
	orderRows(rows, cmp.Or(q.Get("order"), c.order))
	if c.name == "tiers" { // they come all at once
		limit, page = max(len(rows), 1), 1
	}
	total, start := len(rows), (page-1)*limit
	start = max(0, start+f.shift())
	shown := rows[min(start, total):min(start+limit, total)]
	pages := max(1, (total+limit-1)/limit)
	var next, prev any
	switch {
	case pages == 1:
	case page == 1:
		next = 2
	case page == pages:
		prev = page - 1
	default:
		next, prev = page+1, page-1
	}
	if f.endless() {
		shown, next, pages, total = g.endless(rows, filter, limit), page+1, page+1, total+page*limit
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"%s":[`, c.name)
	for i, r := range shown {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r.whole)
	}
	b.WriteString(`],"meta":`)
	b.Write(encode(object{"pagination": object{
		"page": page, "limit": limit, "pages": pages, "total": total, "next": next, "prev": prev,
	}}))
	b.WriteByte('}')
	return jsonAnswer(200, b.Bytes())
}

// endless fills a page with copies of one thing, under ids that go on and on.
func (g *Ghost) endless(rows []row, filter string, limit int) []row {
	if len(rows) == 0 && filter != "" {
		rows = g.rows(g.latest(), collections["posts"], url.Values{})
	}
	if len(rows) == 0 {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	list := make([]row, 0, limit)
	for range limit {
		g.made++
		id := fmt.Sprintf("f%07x85cd1d3d64%06x", g.made, g.made)
		list = append(list, row{id: id, whole: bytes.ReplaceAll(rows[0].whole, []byte(rows[0].id), []byte(id))})
	}
	return list
}
