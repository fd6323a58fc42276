// What an editor does to one post or page.

package ghosttest

import (
	"slices"
	"strings"
	"time"
)

// CreatePost makes a post or page and returns its id. What the given one leaves out is
// as in Ghost: a draft for everybody, by the first user, with a slug of its title. Tags
// are ids. Hooks: added, tag.attached for each tag; published and site.changed or
// scheduled, where it is.
func (g *Ghost) CreatePost(p Post) (id string) {
	g.act(func(a *act) { id = a.create(&p).ID })
	return id
}

func (a *act) create(given *Post) *Post {
	p := a.add(given)
	a.hook(p.Type+".added", p.Type, a.current(p, true), object{})
	for range p.Tags {
		a.hook(p.Type+".tag.attached", p.Type, a.current(p, true), object{})
	}
	switch p.Status {
	case "published":
		a.hook(p.Type+".published", p.Type, a.current(p, true), object{})
		a.site()
	case "scheduled":
		a.hook(p.Type+".scheduled", p.Type, a.current(p, true), object{})
	}
	return p
}

// add makes a post without a hook.
func (a *act) add(given *Post) *Post {
	p := given.clone()
	p.ID, p.UUID = a.id(), a.uuid()
	p.CommentID, p.URL = p.ID, ""
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&p.Type, "post")
	fill(&p.Title, "(Untitled)")
	fill(&p.Status, "draft")
	fill(&p.Visibility, "public")
	fill(&p.EmailSegment, "all")
	fill(&p.Slug, p.Title)
	if p.Lexical == "" && p.Mobiledoc == "" {
		if p.HTML != "" {
			p.SetBody(blocksOf(p.HTML)...)
		} else {
			p.SetBody()
		}
	}
	p.Slug = a.w.freePostSlug(p.Slug, "")
	if len(p.Authors) == 0 {
		p.Authors = sorted(a.w.users)[:1]
	}
	p.CreatedAt, p.UpdatedAt = a.now, a.now
	if p.Status == "published" && p.PublishedAt.IsZero() {
		p.PublishedAt = a.now
	}
	p.PublishedAt = p.PublishedAt.UTC().Truncate(time.Second)
	a.w.posts[p.ID] = p
	a.changed = true
	return p
}

func (a *act) extra(n int) {
	author := sorted(a.w.users)[:1]
	for range n {
		text := words(a.g.texts.Add(1))
		p := &Post{Title: "Further post " + text, Status: "published", Authors: author}
		p.SetBody(Paragraph("Further text " + text))
		a.add(p)
	}
}

// EditPost changes a post or page as its save button does: where nothing is otherwise
// afterwards, nothing happens; else updated_at is now, and the hooks are those of what
// became of its status and tags. Ids of tags, tiers and authors must be Ghost's. A post
// that is not there is left. change must not use the Ghost: it is locked meanwhile.
func (g *Ghost) EditPost(id string, change func(*Post)) {
	g.act(func(a *act) { a.edit(id, change) })
}

func (a *act) edit(id string, change func(*Post)) *Post {
	before := a.w.posts[id]
	if before == nil {
		return nil
	}
	p := before.clone()
	change(p)
	p.ID, p.UUID, p.Type, p.CreatedAt, p.URL = before.ID, before.UUID, before.Type, before.CreatedAt, ""
	p.UpdatedAt = before.UpdatedAt
	p.PublishedAt = p.PublishedAt.UTC().Truncate(time.Second)
	if p.Status == "published" && p.PublishedAt.IsZero() {
		p.PublishedAt = a.now
	}
	if p.Slug != before.Slug {
		p.Slug = a.w.freePostSlug(p.Slug, id)
	}
	if equal(p, before) {
		return before
	}
	p.UpdatedAt = a.now
	was := a.current(before, false)
	a.w.posts[id] = p
	a.changed = true
	now := a.current(p, false)
	previous := changedFrom(was, now)
	a.tagHooks(before, p, now)
	hook := func(event string) { a.hook(p.Type+"."+event, p.Type, now, previous) }
	switch {
	case p.Status == "published" && before.Status == "published":
		hook("published.edited")
	case p.Status == "published":
		hook("published")
	case before.Status == "published":
		hook("unpublished")
	case p.Status == "scheduled" && before.Status != "scheduled":
		hook("scheduled")
	case p.Status == "scheduled" && !p.PublishedAt.Equal(before.PublishedAt):
		hook("rescheduled")
	case before.Status == "scheduled" && p.Status != "scheduled":
		hook("unscheduled")
	}
	hook("edited")
	if p.Status == "published" || before.Status == "published" {
		a.site()
	}
	return p
}

func (a *act) tagHooks(before, after *Post, now object) {
	was, _ := a.w.tagsOf(before)
	for _, id := range before.Tags {
		if !slices.Contains(after.Tags, id) {
			a.hook(after.Type+".tag.detached", after.Type, now, object{"tags": was})
		}
	}
	for _, id := range after.Tags {
		if !slices.Contains(before.Tags, id) {
			a.hook(after.Type+".tag.attached", after.Type, now, object{})
		}
	}
}

// Publish makes a post public now. Hooks: published, edited, site.changed.
func (g *Ghost) Publish(id string) { g.EditPost(id, func(p *Post) { p.Status = "published" }) }

// Unpublish makes a draft of a post. Hooks: unpublished, edited, site.changed.
func (g *Ghost) Unpublish(id string) { g.EditPost(id, func(p *Post) { p.Status = "draft" }) }

// Schedule has a post published at a time, by Fire. Hooks: scheduled or rescheduled, edited.
func (g *Ghost) Schedule(id string, at time.Time) {
	g.EditPost(id, func(p *Post) { p.Status, p.PublishedAt = "scheduled", at })
}

// Unschedule makes a draft of a scheduled post. Hooks: unscheduled, edited.
func (g *Ghost) Unschedule(id string) {
	g.EditPost(id, func(p *Post) {
		if p.Status == "scheduled" {
			p.Status = "draft"
		}
	})
}

// Fire publishes a scheduled post, as Ghost does by itself at the time: the clock goes
// there. Hooks: published, edited, site.changed.
func (g *Ghost) Fire(id string) {
	p, ok := g.latest().posts[id]
	if !ok || p.Status != "scheduled" {
		return
	}
	g.Advance(p.PublishedAt.Sub(g.Now()))
	g.Publish(id)
}

// Delete removes a post or page. Hooks: tag.detached for each tag, deleted; where it was
// published unpublished and site.changed too.
func (g *Ghost) Delete(id string) { g.act(func(a *act) { a.remove(id) }) }

func (a *act) remove(id string) bool {
	p := a.w.posts[id]
	if p == nil {
		return false
	}
	previous := gonePost(a.w, p)
	delete(a.w.posts, id)
	a.changed = true
	for range p.Tags {
		a.hook(p.Type+".tag.detached", p.Type, object{}, previous)
	}
	if p.Status == "published" {
		a.hook(p.Type+".unpublished", p.Type, object{}, previous)
	}
	a.hook(p.Type+".deleted", p.Type, object{}, previous)
	if p.Status == "published" {
		a.site()
	}
	return true
}

// SetTags gives a post tags by name, in order; those that there are not yet are made.
// Hooks: tag.added for each new one, those of EditPost with tag.detached and
// tag.attached.
func (g *Ghost) SetTags(id string, names ...string) {
	g.act(func(a *act) {
		if a.w.posts[id] == nil {
			return
		}
		tags := []string{}
		for _, name := range names {
			if tag := a.tagNamed(name); !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
		}
		a.edit(id, func(p *Post) { p.Tags = tags })
	})
}

// SaveUnchanged presses the save button without a change: nothing happens, no hook.
func (g *Ghost) SaveUnchanged(id string) { g.EditPost(id, func(*Post) {}) }

// tagNamed is the id of a tag by its name, which is made where there is none.
func (a *act) tagNamed(name string) string {
	for _, id := range sorted(a.w.tags) {
		if strings.EqualFold(a.w.tags[id].Name, name) {
			return id
		}
	}
	return a.addTag(&Tag{Name: name}).ID
}
