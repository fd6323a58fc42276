// What is done to many at once, which Ghost writes past its own hooks.

package ghosttest

import "slices"

// bulk changes posts in the database as it stands: no updated_at, no hook of a post.
// Ids that are not there are left out. It tells whether a published one was among them.
func (a *act) bulk(ids []string, change func(*Post) bool) (published bool) {
	for _, id := range ids {
		before := a.w.posts[id]
		if before == nil {
			continue
		}
		p := before.clone()
		if !change(p) || equal(p, before) {
			continue
		}
		a.w.posts[id] = p
		a.changed = true
		published = published || before.Status == "published"
	}
	return published
}

// BulkUnpublish makes drafts of those that are published. Hook: site.changed alone.
func (g *Ghost) BulkUnpublish(ids ...string) {
	g.act(func(a *act) {
		if a.bulk(ids, func(p *Post) bool {
			was := p.Status == "published"
			p.Status = "draft"
			return was
		}) {
			a.site()
		}
	})
}

// BulkDelete deletes posts. Hook: site.changed alone, where one was published.
func (g *Ghost) BulkDelete(ids ...string) {
	g.act(func(a *act) {
		published := false
		for _, id := range ids {
			if p := a.w.posts[id]; p != nil {
				published = published || p.Status == "published"
				delete(a.w.posts, id)
				a.changed = true
			}
		}
		if published {
			a.site()
		}
	})
}

// BulkAccess sets who may read: public, members, paid or tiers, with the ids of those.
// Hook: site.changed alone; updated_at stays.
func (g *Ghost) BulkAccess(ids []string, visibility string, tiers ...string) {
	g.act(func(a *act) {
		if a.bulk(ids, func(p *Post) bool {
			p.Visibility = visibility
			if visibility == "tiers" {
				p.Tiers = slices.Clone(tiers)
			}
			return true
		}) {
			a.site()
		}
	})
}

// BulkFeature features posts, or not. Hook: site.changed alone.
func (g *Ghost) BulkFeature(ids []string, featured bool) {
	g.act(func(a *act) {
		if a.bulk(ids, func(p *Post) bool { p.Featured = Flag(featured); return true }) {
			a.site()
		}
	})
}

// BulkAddTag gives posts a tag by name more, which is made where there is none. Ghost
// writes it with the place of the first tag; so it comes after what is first. Hooks:
// tag.added for a new one, site.changed.
func (g *Ghost) BulkAddTag(ids []string, name string) {
	g.act(func(a *act) {
		tag := a.tagNamed(name)
		if a.bulk(ids, func(p *Post) bool {
			if slices.Contains(p.Tags, tag) {
				return false
			}
			p.Tags = slices.Insert(p.Tags, min(1, len(p.Tags)), tag)
			return true
		}) {
			a.site()
		}
	})
}

// Import adds posts as an import of JSON does, with dates of their own, and returns their
// ids. There is no hook at all.
func (g *Ghost) Import(posts ...Post) (ids []string) {
	g.act(func(a *act) {
		for i := range posts {
			p := a.add(&posts[i])
			if !posts[i].CreatedAt.IsZero() {
				p.CreatedAt = posts[i].CreatedAt.UTC()
			}
			ids = append(ids, p.ID)
		}
	})
	return ids
}
