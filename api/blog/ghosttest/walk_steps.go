// The actions that Walk chooses from, and how often.

package ghosttest

import "time"

// edit is a step that changes one post that meets a condition.
func edit(meets func(*Post) bool, change func(walker, *Post)) func(walker) []string {
	return func(w walker) []string {
		ids := w.one(meets)
		for _, id := range ids {
			w.EditPost(id, func(p *Post) { change(w, p) })
		}
		return ids
	}
}

// each is a step that does something to one post that meets a condition.
func each(meets func(*Post) bool, do func(walker, string)) func(walker) []string {
	return func(w walker) []string {
		ids := w.one(meets)
		for _, id := range ids {
			do(w, id)
		}
		return ids
	}
}

// several is a step that does something to up to three posts at once.
func several(meets func(*Post) bool, do func(walker, []string)) func(walker) []string {
	return func(w walker) []string {
		ids := w.some(1+w.rng.IntN(3), meets)
		if len(ids) > 0 {
			do(w, ids)
		}
		return ids
	}
}

func inStatus(status string) func(*Post) bool {
	return func(p *Post) bool { return p.Status == status }
}

// byKey is a step that does something to one of a map.
func byKey[T any](of func(*world) map[string]T, do func(walker, string)) func(walker) []string {
	return func(w walker) []string {
		ids := pickOf(w.rng, of(w.w))
		for _, id := range ids {
			do(w, id)
		}
		return ids
	}
}

func tagsOf(w *world) map[string]*Tag { return w.tags }

func membersOf(w *world) map[string]*Member { return w.members }

var steps = []step{
	{6, "create a draft", func(w walker) []string { return []string{w.CreatePost(w.post())} }},
	{12, "create as published", func(w walker) []string {
		p := w.post()
		p.Status = "published"
		return []string{w.CreatePost(p)}
	}},
	{10, "edit a title", edit(anyPost, func(w walker, p *Post) { p.Title = w.text("Title") })},
	{14, "edit a body", edit(anyPost, func(w walker, p *Post) { p.SetBody(w.body()...) })},
	{8, "edit a slug", edit(anyPost, func(w walker, p *Post) { p.Slug = w.text("slug") })},
	{3, "take another's slug", edit(anyPost, func(w walker, p *Post) {
		if other := w.one(anyPost); other != nil {
			p.Slug = w.w.posts[other[0]].Slug
		}
	})},
	{3, "edit an excerpt", edit(anyPost, func(w walker, p *Post) { p.CustomExcerpt = w.text("Excerpt") })},
	{3, "edit what others show", edit(anyPost, func(w walker, p *Post) {
		p.MetaTitle, p.OGTitle, p.TwitterDescription = w.text("Meta"), w.text("Card"), ""
	})},
	{7, "edit who may read", edit(anyPost, func(w walker, p *Post) {
		if p.Visibility = w.visibility(); p.Visibility == "tiers" {
			p.Tiers = pickOf(w.rng, w.w.tiers)
		}
	})},
	{3, "feature", edit(anyPost, func(_ walker, p *Post) { p.Featured = !p.Featured })},
	{3, "edit authors", edit(anyPost, func(w walker, p *Post) { p.Authors = pickOf(w.rng, w.w.users) })},
	{2, "edit the date", edit(published, func(w walker, p *Post) {
		p.PublishedAt = p.PublishedAt.Add(-time.Duration(1+w.rng.IntN(2000)) * time.Hour)
	})},
	{8, "set tags", each(anyPost, func(w walker, id string) { w.SetTags(id, w.tagNames()...) })},
	{8, "publish", each(inStatus("draft"), func(w walker, id string) { w.Publish(id) })},
	{6, "unpublish", each(published, func(w walker, id string) { w.Unpublish(id) })},
	{5, "delete", each(anyPost, func(w walker, id string) { w.Delete(id) })},
	{4, "schedule", each(inStatus("draft"), func(w walker, id string) {
		w.Schedule(id, w.Now().Add(time.Duration(1+w.rng.IntN(120))*time.Minute))
	})},
	{2, "schedule for another time", each(inStatus("scheduled"), func(w walker, id string) { w.Schedule(id, w.Now().Add(time.Hour)) })},
	{2, "unschedule", each(inStatus("scheduled"), func(w walker, id string) { w.Unschedule(id) })},
	{4, "a schedule fires", each(inStatus("scheduled"), func(w walker, id string) { w.Fire(id) })},
	{3, "save without a change", each(anyPost, func(w walker, id string) { w.SaveUnchanged(id) })},

	{4, "rename a tag", byKey(tagsOf, func(w walker, id string) { w.RenameTag(id, w.text("Tag")) })},
	{4, "re-slug a tag", byKey(tagsOf, func(w walker, id string) { w.ReSlugTag(id, w.text("tag")) })},
	{2, "describe a tag", byKey(tagsOf, func(w walker, id string) {
		w.EditTag(id, func(t *Tag) { t.Description, t.AccentColor = w.text("About"), "#336699" })
	})},
	{2, "delete a tag", byKey(tagsOf, func(w walker, id string) { w.DeleteTag(id) })},
	{2, "add a tag", func(w walker) []string { return []string{w.AddTag(Tag{Name: w.text("Tag")})} }},
	{3, "rename one of the staff", byKey(func(w *world) map[string]*User { return w.users }, func(w walker, id string) {
		w.RenameUser(id, w.text("Author"))
	})},
	{1, "re-slug one of the staff", byKey(func(w *world) map[string]*User { return w.users }, func(w walker, id string) {
		w.EditUser(id, func(u *User) { u.Slug = slugOf(w.text("author")) })
	})},
	{3, "edit settings", func(w walker) []string {
		w.EditSettings(map[string]any{"description": w.text("About the site")})
		return nil
	}},
	{2, "edit navigation", func(w walker) []string {
		w.SetNavigation([2]string{"Home", "/"}, [2]string{w.text("Link"), "/about/"})
		return nil
	}},
	{1, "change routes", func(w walker) []string {
		routes := []string{"/{slug}/", "/{year}/{month}/{slug}/", "/blog/{slug}/", "/{primary_tag}/{slug}/"}
		w.SetPermalink(routes[w.rng.IntN(len(routes))])
		return nil
	}},
	{1, "edit a newsletter", byKey(func(w *world) map[string]*Newsletter { return w.newsletters }, func(w walker, id string) {
		w.EditNewsletter(id, func(n *Newsletter) { n.Description = w.text("Letter") })
	})},
	{1, "edit a tier", byKey(func(w *world) map[string]*Tier { return w.tiers }, func(w walker, id string) {
		w.EditTier(id, func(t *Tier) { t.Description = w.text("Tier") })
	})},

	{4, "unpublish in bulk", several(published, func(w walker, ids []string) { w.BulkUnpublish(ids...) })},
	{3, "delete in bulk", several(anyPost, func(w walker, ids []string) { w.BulkDelete(ids...) })},
	{6, "change access in bulk", several(anyPost, func(w walker, ids []string) {
		visibility := w.visibility()
		w.BulkAccess(ids, visibility, sorted(w.w.tiers)[0])
	})},
	{2, "feature in bulk", several(anyPost, func(w walker, ids []string) { w.BulkFeature(ids, w.rng.IntN(2) == 0) })},
	{3, "add a tag in bulk", several(anyPost, func(w walker, ids []string) {
		if tag := pickOf(w.rng, w.w.tags); tag != nil && w.rng.IntN(2) == 0 {
			w.BulkAddTag(ids, w.w.tags[tag[0]].Name)
			return
		}
		w.BulkAddTag(ids, w.text("Tag"))
	})},
	{3, "import", func(w walker) []string {
		p := w.post()
		p.Status, p.CreatedAt = "published", w.Now().Add(-1000*time.Hour)
		return w.Import(p)
	}},

	{4, "add a member", func(w walker) []string {
		return []string{w.AddMember(Member{
			Email: slugOf(w.text("member")) + "@example.org", Name: w.text("Member"), Newsletters: pickOf(w.rng, w.w.newsletters),
		})}
	}},
	{3, "edit a member", byKey(membersOf, func(w walker, id string) {
		w.EditMember(id, func(m *Member) { m.Name, m.Newsletters = w.text("Member"), pickOf(w.rng, w.w.newsletters) })
	})},
	{2, "label a member", byKey(membersOf, func(w walker, id string) {
		w.EditMember(id, func(m *Member) {
			name := w.text("Label")
			m.Labels = append(m.Labels, Label{ID: m.ID[:18] + m.UUID[:6], Name: name, Slug: slugOf(name), CreatedAt: w.now})
		})
	})},
	{2, "delete a member", byKey(membersOf, func(w walker, id string) { w.DeleteMember(id) })},
}
