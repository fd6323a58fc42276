// What is done to members. Hooks about them hold their particulars.

package ghosttest

// AddMember adds a member and returns their id. Hook: member.added.
func (g *Ghost) AddMember(m Member) (id string) {
	g.act(func(a *act) {
		n := m.clone()
		n.ID, n.UUID, n.CreatedAt, n.UpdatedAt = a.id(), a.uuid(), a.now, a.now
		if n.Status == "" {
			n.Status = "free"
		}
		a.w.members[n.ID] = n
		a.changed = true
		a.hook("member.added", "member", a.w.member(n, true), object{})
		id = n.ID
	})
	return id
}

// EditMember changes a member, their newsletters and labels too. Hook: member.edited,
// where something is otherwise.
func (g *Ghost) EditMember(id string, change func(*Member)) {
	g.act(func(a *act) {
		before := a.w.members[id]
		if before == nil {
			return
		}
		m := before.clone()
		change(m)
		m.ID, m.UUID, m.CreatedAt = before.ID, before.UUID, before.CreatedAt
		if equal(m, before) {
			return
		}
		m.UpdatedAt = a.now
		was := a.w.member(before, true)
		a.w.members[id] = m
		a.changed = true
		now := a.w.member(m, true)
		a.hook("member.edited", "member", now, changedFrom(was, now))
	})
}

// DeleteMember removes a member. Hook: member.deleted.
func (g *Ghost) DeleteMember(id string) {
	g.act(func(a *act) {
		m := a.w.members[id]
		if m == nil {
			return
		}
		previous := a.w.member(m, true)
		for _, key := range []string{"subscribed", "subscriptions", "avatar_image", "comped", "tiers", "current_subscription", "newsletters"} {
			delete(previous, key)
		}
		delete(a.w.members, id)
		a.changed = true
		a.hook("member.deleted", "member", object{}, previous)
	})
}
