// Reading lists from rows in memory.

package paging

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Memory reads lists from rows, for a generator that has the API and no database.
// It does not change and may be used by several goroutines.
type Memory struct{ lists map[string]*kept }

var _ Reader = (*Memory)(nil)

// kept is a list in memory: its members by ordinal and by time, and by item the
// place in each.
type kept struct {
	List
	byOrdinal, byTime []Member
	ordinal, time     map[string]int
}

// NewMemory takes the rows as Stored's Lists and Ordinals give them, in any order.
// It fails where they contradict each other: a list named twice, with a size that
// is not positive, or sealed below zero; a member of no list; an item or an
// ordinal twice in a list; an ordinal below zero.
func NewMemory(lists []List, members []Member) (*Memory, error) {
	m := &Memory{lists: make(map[string]*kept, len(lists))}
	for _, l := range lists {
		if m.lists[l.Name] != nil || l.Size <= 0 || l.Sealed < 0 {
			return nil, fmt.Errorf("paging: the list %q is given twice, or its numbers are impossible", l.Name)
		}
		m.lists[l.Name] = &kept{List: l, ordinal: map[string]int{}, time: map[string]int{}}
	}
	for _, member := range members {
		l := m.lists[member.List]
		if l == nil || member.Ordinal < 0 {
			return nil, fmt.Errorf("paging: a member of the list %q, which is not given, or with an impossible ordinal", member.List)
		}
		member.At = micro(member.At)
		l.byOrdinal = append(l.byOrdinal, member)
	}
	for _, l := range m.lists {
		if err := l.sort(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (l *kept) sort() error {
	slices.SortFunc(l.byOrdinal, func(a, b Member) int { return cmp.Compare(a.Ordinal, b.Ordinal) })
	l.byTime = slices.Clone(l.byOrdinal)
	slices.SortFunc(l.byTime, newestFirst)
	for i, m := range l.byOrdinal {
		if _, twice := l.ordinal[m.Item]; twice || i > 0 && l.byOrdinal[i-1].Ordinal == m.Ordinal {
			return fmt.Errorf("paging: an item or an ordinal is twice in the list %q", l.Name)
		}
		l.ordinal[m.Item] = i
	}
	for i, m := range l.byTime {
		l.time[m.Item] = i
	}
	return nil
}

func newestFirst(a, b Member) int {
	return cmp.Or(b.At.Compare(a.At), strings.Compare(b.Item, a.Item))
}

// between are the members with ordinals from low until high, and where they begin
// and end among all.
func (l *kept) between(low, high int) (members []Member, from, to int) {
	from = l.from(low)
	to = max(from, l.from(high))
	return l.byOrdinal[from:to], from, to
}

// from is where the first member with that ordinal or a higher one is.
func (l *kept) from(ordinal int) int {
	i, _ := slices.BinarySearchFunc(l.byOrdinal, ordinal, func(m Member, o int) int { return cmp.Compare(m.Ordinal, o) })
	return i
}

func names(members []Member) []string {
	items := make([]string, len(members))
	for i, m := range members {
		items[i] = m.Item
	}
	return items
}

// Leaves implements Reader.
func (m *Memory) Leaves(_ context.Context, refs []Ref) ([]Leaf, error) {
	leaves := make([]Leaf, len(refs))
	for i, r := range refs {
		leaves[i] = Leaf{List: r.List, Page: r.Page, Newer: None, Older: None}
		if l := m.lists[r.List]; l != nil && r.Page >= 0 && r.Page <= l.Sealed {
			l.leaf(&leaves[i])
		}
	}
	return leaves, nil
}

func (l *kept) leaf(leaf *Leaf) {
	low, high := l.Size*(leaf.Page-1), l.Size*leaf.Page
	if leaf.Page == 0 {
		low, high = l.Size*l.Sealed, math.MaxInt
	}
	members, from, to := l.between(low, high)
	if len(members) == 0 {
		return
	}
	members = slices.Clone(members)
	slices.SortFunc(members, newestFirst)
	leaf.Items, leaf.Exists = names(members), true
	if from > 0 {
		leaf.Older = page(l.byOrdinal[from-1].Ordinal, l.Size, l.Sealed)
	}
	if to < len(l.byOrdinal) {
		leaf.Newer = page(l.byOrdinal[to].Ordinal, l.Size, l.Sealed)
	}
}

// Newest implements Reader.
func (m *Memory) Newest(_ context.Context, lists []string, n int) (map[string][]string, error) {
	newest := map[string][]string{}
	for _, name := range lists {
		if l := m.lists[name]; l != nil && len(l.byTime) > 0 && n > 0 {
			newest[name] = names(l.byTime[:min(n, len(l.byTime))])
		}
	}
	return newest, nil
}

// Around implements Reader.
func (m *Memory) Around(_ context.Context, list string, items []string) (map[string]Neighbours, error) {
	around := make(map[string]Neighbours, len(items))
	l := m.lists[list]
	if l == nil {
		return around, nil
	}
	for _, item := range items {
		i, in := l.time[item]
		if !in {
			continue
		}
		var n Neighbours
		if i > 0 {
			n.Newer = l.byTime[i-1].Item
		}
		if i+1 < len(l.byTime) {
			n.Older = l.byTime[i+1].Item
		}
		around[item] = n
	}
	return around, nil
}

// Near implements Reader.
func (m *Memory) Near(_ context.Context, refs []ItemRef, n int) (map[ItemRef][]string, error) {
	near := make(map[ItemRef][]string, len(refs))
	for _, ref := range refs {
		l := m.lists[ref.List]
		if l == nil {
			continue
		}
		i, in := l.ordinal[ref.Item]
		if !in {
			continue
		}
		before := names(l.byOrdinal[max(0, i-n):i])
		slices.Reverse(before)
		after := names(l.byOrdinal[i+1 : min(len(l.byOrdinal), i+1+n-len(before))])
		near[ref] = append(before, after...)
	}
	return near, nil
}

// Shards implements Reader.
func (m *Memory) Shards(_ context.Context, list string, size int) ([]int, error) {
	l := m.lists[list]
	if l == nil {
		return nil, nil
	}
	return blocksOf(l.byOrdinal, size, 0), nil
}

// blocksOf are the numbers of the blocks of ordinals that have members, each with
// first added.
func blocksOf(byOrdinal []Member, size, first int) (numbers []int) {
	for _, m := range byOrdinal {
		if n := m.Ordinal/size + first; len(numbers) == 0 || numbers[len(numbers)-1] != n {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// Shard implements Reader.
func (m *Memory) Shard(_ context.Context, refs []ShardRef, size int) (map[ShardRef][]string, error) {
	shards := make(map[ShardRef][]string, len(refs))
	for _, ref := range refs {
		if l := m.lists[ref.List]; l != nil {
			if members, _, _ := l.between(number(ref.Number)*size, (number(ref.Number)+1)*size); len(members) > 0 {
				shards[ref] = names(members)
			}
		}
	}
	return shards, nil
}

// Pages implements Reader.
func (m *Memory) Pages(context.Context) (map[string][]int, error) {
	pages := map[string][]int{}
	for name, l := range m.lists {
		if len(l.byOrdinal) > 0 {
			sealed, _, _ := l.between(0, l.Size*l.Sealed)
			pages[name] = blocksOf(sealed, l.Size, 1)
		}
	}
	return pages, nil
}
