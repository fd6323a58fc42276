// Comparing a site with the Ghost that it follows, field by field.

package ssg_test

import (
	"context"
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

type fields = map[string]any

// objects reads rows of an id and a JSON object.
func (f *follower) objects(sql string) map[string]fields {
	f.t.Helper()
	all := map[string]fields{}
	for _, row := range f.rows(sql) {
		id, text, _ := strings.Cut(row, " ")
		var o fields
		must(f.t, json.Unmarshal([]byte(text), &o))
		if _, twice := all[id]; twice {
			f.t.Errorf("%s is stored twice", id)
		}
		all[id] = o
	}
	return all
}

// sameObjects compares what is stored of a kind, by Ghost's ids.
func (f *follower) sameObjects(what string, want, got map[string]fields) {
	f.t.Helper()
	for id, o := range want { // numbers as JSON has them
		raw, err := json.Marshal(o)
		must(f.t, err)
		o = nil
		must(f.t, json.Unmarshal(raw, &o))
		want[id] = o
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("%s (-Ghost +here):\n%s", what, diff)
	}
}

const postsSQL = `SELECT p.origin_id || ' ' || jsonb_build_object('type', p.type, 'title', p.title, 'slug', p.slug, 'path', p.path, 'status', p.status,
	'email only', p.email_only, 'visibility', p.visibility, 'tiers', (SELECT coalesce(jsonb_agg(x ORDER BY x), '[]') FROM unnest(p.tiers) x),
	'featured', p.featured, 'published', coalesce(to_char(p.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), ''),
	'created', to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
	'tags', (SELECT coalesce(jsonb_agg(g.ghost_id ORDER BY l.sort_order), '[]') FROM blog.post_tags l LEFT JOIN blog.ghost_objects g ON g.kind = 'tag' AND g.object_id = l.tag_id WHERE l.post_id = p.id),
	'authors', (SELECT coalesce(jsonb_agg(g.ghost_id ORDER BY l.sort_order), '[]') FROM blog.post_authors l LEFT JOIN blog.ghost_objects g ON g.kind = 'user' AND g.object_id = l.author_id WHERE l.post_id = p.id),
	'excerpt', coalesce(p.custom_excerpt, ''), 'image', coalesce(p.feature_image ->> 'url', ''), 'alt', coalesce(p.feature_image ->> 'alt', ''),
	'meta', p.meta, 'show', p.show_title_and_feature_image, 'head', coalesce(p.codeinjection_head, ''), 'foot', coalesce(p.codeinjection_foot, ''),
	'template', coalesce(p.custom_template, ''), 'source', p.source, 'html', coalesce(p.ghost_html, ''),
	'aside', (SELECT coalesce(jsonb_agg(x), '[]') FROM unnest(p.flags) x WHERE x LIKE 'stands at %is taken'))::text
	FROM blog.posts p WHERE p.origin = 'ghost'`

// sameDatabase compares everything that is stored with the Ghost's truth.
func (f *follower) sameDatabase(s ghosttest.State) {
	f.t.Helper()
	want := map[string]fields{}
	for id, p := range s.Posts {
		want[id] = wantedPost(s, p)
	}
	got := f.objects(postsSQL)
	f.aside(want, got)
	f.sameObjects("posts", want, got)

	want = map[string]fields{}
	for id, t := range s.Tags {
		want[id] = fields{"slug": t.Slug, "name": t.Name, "description": t.Description, "internal": t.Visibility == "internal",
			"color": t.AccentColor, "image": t.FeatureImage, "meta": wantedMeta(t.Meta, t.CanonicalURL)}
	}
	for _, id := range f.rows("SELECT g.ghost_id FROM blog.ghost_objects g JOIN blog.tags t ON t.id = g.object_id WHERE g.kind = 'tag' AND t.origin <> 'ghost'") {
		delete(want, id) // ours, by the same slug
	}
	f.sameObjects("tags", want, f.objects(`SELECT origin_id || ' ' || jsonb_build_object('slug', slug, 'name', name, 'description', description,
		'internal', internal, 'color', coalesce(accent_color, ''), 'image', coalesce(feature_image ->> 'url', ''), 'meta', meta)::text FROM blog.tags WHERE origin = 'ghost'`))

	want = map[string]fields{}
	for id, u := range s.Users {
		want[id] = fields{"slug": u.Slug, "name": u.Name, "bio": u.Bio, "website": u.Website, "location": u.Location,
			"image": strings.ReplaceAll(u.ProfileImage, "__GHOST_URL__", s.URL), "cover": strings.ReplaceAll(u.CoverImage, "__GHOST_URL__", s.URL), "facebook": u.Facebook, "bluesky": u.Bluesky}
	}
	f.sameObjects("authors", want, f.objects(`SELECT origin_id || ' ' || jsonb_build_object('slug', slug, 'name', name, 'bio', bio, 'website', website, 'location', location,
		'image', coalesce(profile_image ->> 'url', ''), 'cover', coalesce(cover_image ->> 'url', ''), 'facebook', coalesce(social ->> 'facebook', ''), 'bluesky', coalesce(social ->> 'bluesky', ''))::text
		FROM blog.authors WHERE origin = 'ghost'`))
	f.sameReaders(s)
	f.sameSettings(s)
	f.sameRecords(s)
}

// aside has posts that stand aside for one of ours, or for one that does, pass for those
// that Ghost has where they want to be.
func (f *follower) aside(want, got map[string]fields) {
	if f.count("SELECT count(*) FROM blog.posts WHERE origin <> 'ghost'") == 0 {
		return
	}
	for id, w := range want {
		g := got[id]
		if g == nil {
			continue
		}
		for _, field := range []string{"slug", "path"} {
			wanted, has := strings.TrimSuffix(w[field].(string), "/"), strings.TrimSuffix(g[field].(string), "/")
			number, numbered := strings.CutPrefix(has, wanted+"-")
			if numbered && strings.Trim(number, "0123456789") == "" && f.count("SELECT count(*) FROM blog.posts WHERE "+field+" = $1 AND origin_id IS DISTINCT FROM $2", w[field], id) > 0 {
				g[field], g["aside"] = w[field], []any{}
			}
		}
	}
}

// sameReaders compares tiers, newsletters and members.
func (f *follower) sameReaders(s ghosttest.State) {
	f.t.Helper()
	want := map[string]fields{}
	for id, t := range s.Tiers {
		want[id] = fields{"slug": t.Slug, "name": t.Name, "description": t.Description, "type": t.Type, "active": bool(t.Active),
			"visibility": t.Visibility, "month": t.MonthlyPrice, "year": t.YearlyPrice, "benefits": append([]string{}, t.Benefits...)}
	}
	f.sameObjects("tiers", want, f.objects(`SELECT g.ghost_id || ' ' || jsonb_build_object('slug', slug, 'name', name, 'description', description, 'type', type, 'active', active,
		'visibility', visibility, 'month', monthly_minor, 'year', yearly_minor, 'benefits', to_jsonb(benefits))::text FROM blog.tiers t LEFT JOIN blog.ghost_objects g ON g.kind = 'tier' AND g.object_id = t.id`))

	want = map[string]fields{}
	for id, n := range s.Newsletters {
		want[id] = fields{"slug": n.Slug, "name": n.Name, "description": n.Description, "status": n.Status, "order": n.SortOrder}
	}
	f.sameObjects("newsletters", want, f.objects(`SELECT g.ghost_id || ' ' || jsonb_build_object('slug', slug, 'name', name, 'description', description, 'status', status, 'order', sort_order)::text
		FROM blog.newsletters n LEFT JOIN blog.ghost_objects g ON g.kind = 'newsletter' AND g.object_id = n.id`))

	want = map[string]fields{}
	for id, m := range s.Members {
		labels := []string{}
		for _, l := range m.Labels {
			labels = append(labels, l.Slug)
		}
		newsletters := append([]string{}, m.Newsletters...)
		slices.Sort(labels)
		slices.Sort(newsletters)
		want[id] = fields{"email": m.Email, "name": m.Name, "status": m.Status, "labels": labels, "newsletters": newsletters, "uuid": m.UUID}
	}
	f.sameObjects("members", want, f.objects(`SELECT g.ghost_id || ' ' || jsonb_build_object('email', email, 'name', name, 'status', status, 'uuid', ghost_uuid,
		'labels', (SELECT coalesce(jsonb_agg(x ORDER BY x), '[]') FROM unnest(labels) x), 'newsletters', (SELECT coalesce(jsonb_agg(x ORDER BY x), '[]') FROM unnest(newsletters) x))::text
		FROM blog.members m LEFT JOIN blog.ghost_objects g ON g.kind = 'member' AND g.object_id = m.id`))
}

func (f *follower) sameSettings(s ghosttest.State) {
	f.t.Helper()
	settings, _, err := f.blog.VersionedSettings(context.Background())
	must(f.t, err)
	var menu []contract.NavItem
	must(f.t, json.Unmarshal([]byte(s.Settings["navigation"].(string)), &menu))
	if settings.Title != s.Settings["title"] || settings.Description != s.Settings["description"] || cmp.Diff(menu, settings.Navigation) != "" {
		f.t.Errorf("the settings are %+v, Ghost has %v, %v, %v", settings, s.Settings["title"], s.Settings["description"], menu)
	}
}

// sameRecords compares what is noted of Ghost's things: each that there is once, with a row
// of ours and Ghost's address, and nothing else but what was deleted.
func (f *follower) sameRecords(s ghosttest.State) {
	f.t.Helper()
	want := []string{"settings settings"}
	add := func(kind, id, url string) { want = append(want, strings.TrimSpace(kind+" "+id+" "+url)) }
	for id, p := range s.Posts {
		add("post", id, p.URL)
	}
	for id, t := range s.Tags {
		add("tag", id, t.URL)
	}
	for id, u := range s.Users {
		add("user", id, u.URL)
	}
	for id := range s.Tiers {
		add("tier", id, "")
	}
	for id := range s.Newsletters {
		add("newsletter", id, "")
	}
	for id := range s.Members {
		add("member", id, "")
	}
	slices.Sort(want)
	got := f.rows("SELECT concat_ws(' ', kind, ghost_id, url) FROM blog.ghost_objects WHERE deleted_at IS NULL")
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("what is noted (-Ghost +here):\n%s", diff)
	}
	if n := f.count(`SELECT count(*) FROM blog.ghost_objects o WHERE kind <> 'settings' AND deleted_at IS NULL AND (object_id IS NULL
		OR NOT EXISTS (SELECT FROM blog.posts WHERE id = object_id UNION ALL SELECT FROM blog.tags WHERE id = object_id UNION ALL SELECT FROM blog.authors WHERE id = object_id
			UNION ALL SELECT FROM blog.tiers WHERE id = object_id UNION ALL SELECT FROM blog.newsletters WHERE id = object_id UNION ALL SELECT FROM blog.members WHERE id = object_id))`); n > 0 {
		f.t.Errorf("%d things that are noted are nothing here", n)
	}
	if n := f.count("SELECT count(*) FROM blog.ghost_conflicts") + f.count("SELECT count(*) FROM blog.posts WHERE origin = 'ghost' AND version <> origin_version"); n > 0 {
		f.t.Errorf("%d posts pass for changed here", n)
	}
}

func wantedMeta(m ghosttest.Meta, canonical string) fields {
	o := fields{}
	for key, value := range map[string]string{"meta_title": m.MetaTitle, "meta_description": m.MetaDescription, "canonical_url": canonical,
		"og_title": m.OGTitle, "og_description": m.OGDescription, "og_image": m.OGImage,
		"twitter_title": m.TwitterTitle, "twitter_description": m.TwitterDescription, "twitter_image": m.TwitterImage} {
		if value != "" {
			o[key] = value
		}
	}
	return o
}

var usablePath = regexp.MustCompile(`^(/[a-z0-9][a-z0-9_-]*)+/$`)

// wantedPath is where a post of Ghost's stands here.
func wantedPath(s ghosttest.State, p ghosttest.Post) string {
	path := "/" + p.Slug + "/"
	if p.Status == "published" && !bool(p.EmailOnly) {
		path = strings.TrimPrefix(p.URL, s.URL)
	}
	if first, _, _ := strings.Cut(path[1:], "/"); !usablePath.MatchString(path) || urls.Reserved(first) {
		return "/pages/" + p.Slug + "/"
	}
	return path
}

func wantedPost(s ghosttest.State, p ghosttest.Post) fields {
	status, mail := p.Status, bool(p.EmailOnly)
	if status == "sent" {
		status, mail = "published", true
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.DateTime)
	}
	tiers := []string{}
	if p.Visibility == "tiers" {
		for _, id := range p.Tiers {
			tiers = append(tiers, s.Tiers[id].Slug)
		}
	}
	slices.Sort(tiers)
	canonical := p.CanonicalURL
	if strings.HasPrefix(canonical, s.URL+"/") {
		canonical = ""
	}
	source := p.Lexical
	if source == "" {
		source = p.Mobiledoc
	}
	alt := p.FeatureImageAlt
	if p.FeatureImage == "" {
		alt = ""
	}
	return fields{"type": p.Type, "title": p.Title, "slug": p.Slug, "path": wantedPath(s, p), "status": status, "email only": mail,
		"visibility": p.Visibility, "tiers": tiers, "featured": bool(p.Featured), "published": at(p.PublishedAt), "created": at(p.CreatedAt),
		"tags": append([]string{}, p.Tags...), "authors": append([]string{}, p.Authors...), "excerpt": p.CustomExcerpt,
		"image": p.FeatureImage, "alt": alt, "meta": wantedMeta(p.Meta, canonical), "show": p.Type == "post" || bool(p.ShowTitle),
		"head": p.CodeinjectionHead, "foot": p.CodeinjectionFoot, "template": p.CustomTemplate, "source": source, "html": p.HTML, "aside": []string{}}
}

// samePages fails where the pages are not those of a full build, and where they are not
// those of Ghost's published posts, each with its title and its free words.
func (f *follower) samePages(s ghosttest.State) {
	f.t.Helper()
	must(f.t, f.build())
	files := everyFile(f.t, f.dir)
	pages, siblings := served(files)
	checkSiblings(f.t, pages, siblings)
	full, err := f.builder.FromScratch(context.Background())
	must(f.t, err)
	for name, body := range full {
		if pages[name] != body {
			f.t.Errorf("%s is not what a full build makes:\n%s", name, firstDifference(body, pages[name]))
		}
	}
	stands := map[string]string{}
	for _, row := range f.rows("SELECT origin_id || ' ' || path FROM blog.posts WHERE origin = 'ghost'") {
		id, path, _ := strings.Cut(row, " ")
		stands[id] = path
	}
	want := f.rows("SELECT 'main' || path || 'index.html' FROM blog.posts WHERE is_public AND origin <> 'ghost'")
	for id, p := range s.Posts {
		if p.Status != "published" || bool(p.EmailOnly) {
			continue
		}
		file := "main" + stands[id] + "index.html"
		want = append(want, file)
		if !strings.Contains(pages[file], html.EscapeString(p.Title)) {
			f.t.Errorf("%s has no title %q", file, p.Title)
		}
		free := p.HTML
		if p.Visibility != "public" {
			if before, _, gated := strings.Cut(free, "<!--members-only-->"); gated {
				free = before
			} else {
				free = ""
			}
		}
		for _, words := range openWords.FindAllString(free, -1) {
			if !strings.Contains(pages[file], words) {
				f.t.Errorf("%s does not show %q", file, words)
			}
		}
	}
	got := f.rows("SELECT tree || '/' || file FROM ssg.pages WHERE unit LIKE 'post/%'")
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("pages of posts (-Ghost +here):\n%s", diff)
	}
	for name := range pages {
		if _, ok := full[name]; !ok {
			f.t.Errorf("%s is left over", name)
		}
	}
}
