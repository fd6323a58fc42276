// What an editor does to tags, staff, newsletters, tiers, settings and routes.

package ghosttest

import (
	"encoding/json"
	"slices"
	"strings"
)

// AddTag makes a tag and returns its id. Hook: tag.added.
func (g *Ghost) AddTag(t Tag) (id string) {
	g.act(func(a *act) { id = a.addTag(&t).ID })
	return id
}

func (a *act) addTag(given *Tag) *Tag {
	t := given.clone()
	t.ID, t.URL, t.CreatedAt, t.UpdatedAt = a.id(), "", a.now, a.now
	t.Visibility = visibilityOf(t.Name)
	if t.Slug == "" {
		t.Slug = t.Name
	}
	t.Slug = a.w.freeTagSlug(t.Slug, "")
	a.w.tags[t.ID] = t
	a.shown()
	a.hook("tag.added", "tag", a.w.tag(t), object{})
	return t
}

func visibilityOf(name string) string {
	if strings.HasPrefix(name, "#") {
		return "internal"
	}
	return "public"
}

// EditTag changes a tag. Its posts show it at once, have no hook, and keep their
// updated_at. Hooks: tag.edited, site.changed; none where nothing is otherwise.
func (g *Ghost) EditTag(id string, change func(*Tag)) {
	g.act(func(a *act) {
		before := a.w.tags[id]
		if before == nil {
			return
		}
		t := before.clone()
		change(t)
		t.ID, t.URL, t.CreatedAt, t.UpdatedAt = before.ID, "", before.CreatedAt, before.UpdatedAt
		t.Visibility = visibilityOf(t.Name)
		if t.Slug != before.Slug {
			t.Slug = a.w.freeTagSlug(t.Slug, id)
		}
		if equal(t, before) {
			return
		}
		t.UpdatedAt = a.now
		was := a.w.tag(before)
		a.w.tags[id] = t
		a.shown()
		now := a.w.tag(t)
		a.hook("tag.edited", "tag", now, changedFrom(was, now))
		a.site()
	})
}

// RenameTag gives a tag another name and keeps its slug; see EditTag.
func (g *Ghost) RenameTag(id, name string) { g.EditTag(id, func(t *Tag) { t.Name = name }) }

// ReSlugTag gives a tag another slug, and so another address; see EditTag.
func (g *Ghost) ReSlugTag(id, slug string) { g.EditTag(id, func(t *Tag) { t.Slug = slug }) }

// DeleteTag removes a tag, from its posts too, which keep their updated_at. Hooks:
// tag.deleted, site.changed.
func (g *Ghost) DeleteTag(id string) {
	g.act(func(a *act) {
		t := a.w.tags[id]
		if t == nil {
			return
		}
		previous := a.w.tag(t)
		delete(previous, "url")
		delete(a.w.tags, id)
		for _, post := range sorted(a.w.posts) {
			if slices.Contains(a.w.posts[post].Tags, id) {
				p := a.w.posts[post].clone()
				p.Tags = slices.DeleteFunc(p.Tags, func(tag string) bool { return tag == id })
				a.w.posts[post] = p
			}
		}
		a.shown()
		a.hook("tag.deleted", "tag", object{}, previous)
		a.site()
	})
}

// EditUser changes one of the staff. Hook: site.changed alone; there is none about
// authors.
func (g *Ghost) EditUser(id string, change func(*User)) {
	g.act(func(a *act) {
		before := a.w.users[id]
		if before == nil {
			return
		}
		u := before.clone()
		change(u)
		u.ID, u.URL, u.CreatedAt = before.ID, "", before.CreatedAt
		if equal(u, before) {
			return
		}
		u.UpdatedAt = a.now
		a.w.users[id] = u
		a.shown()
		a.site()
	})
}

// RenameUser gives one of the staff another name; see EditUser.
func (g *Ghost) RenameUser(id, name string) { g.EditUser(id, func(u *User) { u.Name = name }) }

// EditSettings changes settings by their keys; navigation is a text of JSON. Hook:
// site.changed, where one is otherwise.
func (g *Ghost) EditSettings(values map[string]any) {
	g.act(func(a *act) {
		for key, value := range values {
			if string(encode(a.w.settings[key])) != string(encode(value)) {
				a.w.settings[key] = value
				a.changed = true
			}
		}
		if a.changed {
			a.site()
		}
	})
}

// SetNavigation sets the links of the site's head, as pairs of a label and an address.
func (g *Ghost) SetNavigation(pairs ...[2]string) {
	list := []json.RawMessage{}
	for _, p := range pairs {
		list = append(list, encode(map[string]string{"label": p[0], "url": p[1]}))
	}
	g.EditSettings(map[string]any{"navigation": string(encode(list))})
}

// SetPermalink changes the addresses of all posts, as an upload of routes.yaml does; it
// may have {slug}, {id}, {year}, {month}, {day}, {primary_tag} and {primary_author}.
// Hook: one site.changed.
func (g *Ghost) SetPermalink(permalink string) {
	g.act(func(a *act) {
		if a.w.permalink == permalink {
			return
		}
		a.w.permalink = permalink
		a.shown()
		a.site()
	})
}

// EditNewsletter changes a newsletter. There is no hook of it.
func (g *Ghost) EditNewsletter(id string, change func(*Newsletter)) {
	g.act(func(a *act) {
		before := a.w.newsletters[id]
		if before == nil {
			return
		}
		n := before.clone()
		change(n)
		n.ID, n.UUID = before.ID, before.UUID
		if equal(n, before) {
			return
		}
		n.UpdatedAt = a.now
		a.w.newsletters[id] = n
		a.shown()
	})
}

// EditTier changes a tier. There is no hook of it.
func (g *Ghost) EditTier(id string, change func(*Tier)) {
	g.act(func(a *act) {
		before := a.w.tiers[id]
		if before == nil {
			return
		}
		t := before.clone()
		change(t)
		t.ID = before.ID
		if equal(t, before) {
			return
		}
		t.UpdatedAt = a.now
		a.w.tiers[id] = t
		a.shown()
	})
}
