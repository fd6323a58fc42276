// The rules of the package said plainly, in Go, with loops over all there is.

package paging_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"time"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/paging"
)

type model struct{ lists map[string]*modelList }

type modelList struct {
	paging.List
	next    int
	members []paging.Member // by ordinal
}

// put does what Put says.
func (m *model) put(places []paging.Place, size func(string) int) {
	for i, p := range places {
		if slices.ContainsFunc(places[i+1:], func(o paging.Place) bool { return o.Item == p.Item }) {
			continue
		}
		for _, name := range p.Lists {
			if m.lists[name] == nil {
				m.lists[name] = &modelList{List: paging.List{Name: name, Size: size(name)}}
			}
		}
		for name, l := range m.lists {
			at := slices.IndexFunc(l.members, func(o paging.Member) bool { return o.Item == p.Item })
			switch in := slices.Contains(p.Lists, name); {
			case in && at < 0:
				l.members = append(l.members, paging.Member{List: name, Item: p.Item, At: p.At, Ordinal: -1})
			case in:
				l.members[at].At = p.At
			case at >= 0:
				l.members = slices.Delete(l.members, at, at+1)
			}
		}
	}
	for _, l := range m.lists {
		first := slices.IndexFunc(l.members, func(o paging.Member) bool { return o.Ordinal < 0 })
		if first >= 0 {
			l.number(l.members[first:])
		}
		l.seal()
	}
}

// number gives members the next ordinals in order of time.
func (l *modelList) number(members []paging.Member) {
	slices.SortFunc(members, func(a, b paging.Member) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Item, b.Item))
	})
	for i := range members {
		members[i].Ordinal = l.next
		l.next++
	}
}

func (l *modelList) seal() {
	live := func(from, to int) (n int) {
		for _, m := range l.members {
			if m.Ordinal >= from && m.Ordinal < to {
				n++
			}
		}
		return n
	}
	open := func() int { return live(l.Size*l.Sealed, l.next) }
	for open()-live(l.Size*l.Sealed, l.Size*(l.Sealed+1)) >= l.Size {
		l.Sealed++
	}
	for open() < (l.Size+1)/2 && l.Sealed > 0 {
		l.Sealed--
	}
}

func (m *model) repack(name string) {
	l := m.lists[name]
	l.next, l.Sealed = 0, 0
	l.number(l.members)
	l.seal()
}

// memory is the model as a Reader.
func (m *model) memory(t rapid.TB) *paging.Memory {
	var lists []paging.List
	var members []paging.Member
	for _, l := range m.lists {
		lists, members = append(lists, l.List), append(members, l.members...)
	}
	memory, err := paging.NewMemory(lists, members)
	if err != nil {
		t.Fatal(err)
	}
	return memory
}

// names of the model's lists, sorted.
func (m *model) names() []string { return slices.Sorted(maps.Keys(m.lists)) }

// item is a member of a list with its time.
func (m *model) items(list string) map[string]time.Time {
	items := map[string]time.Time{}
	if l := m.lists[list]; l != nil {
		for _, o := range l.members {
			items[o.Item] = o.At
		}
	}
	return items
}

// leaves are all pages that a list can have had, by number.
func leaves(t rapid.TB, r paging.Reader, list string, upTo int) []paging.Leaf {
	refs := make([]paging.Ref, upTo+1)
	for i := range refs {
		refs[i] = paging.Ref{List: list, Page: i}
	}
	all, err := r.Leaves(context.Background(), refs)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// clone is a copy to compare with later.
func (m *model) clone() *model {
	c := &model{lists: map[string]*modelList{}}
	for name, l := range m.lists {
		o := *l
		o.members = slices.Clone(l.members)
		c.lists[name] = &o
	}
	return c
}
