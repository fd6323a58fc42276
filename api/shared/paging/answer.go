// What an answer of the API says of a list and its items.

package paging

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
)

// Places returns the stable pages of a list, nil where nothing was ever in it, and
// where those of the items stand that are in it. It fails only as the database does.
func (s Stored) Places(ctx context.Context, list string, items []string) (pages *contract.ListPages, places map[string]contract.ListPlace, err error) {
	lists, err := s.Lists(ctx, []string{list})
	if err != nil || len(lists) == 0 {
		return nil, nil, err
	}
	ordinals, err := s.Ordinals(ctx, list, items)
	if err != nil {
		return nil, nil, err
	}
	places = make(map[string]contract.ListPlace, len(ordinals))
	for item, o := range ordinals {
		places[item] = contract.ListPlace{Ordinal: o.Ordinal, Page: o.Page}
	}
	return &contract.ListPages{Size: lists[0].Size, Sealed: lists[0].Sealed}, places, nil
}

// Page returns the stable page n of a list: its items, the newest first, and the
// numbers of the pages beside it. found is false where there is no such page; the
// open page 0 is always there. It fails only as the database does.
func (s Stored) Page(ctx context.Context, list string, n int) (items []string, pages *contract.ListPages, found bool, err error) {
	leaves, err := s.Leaves(ctx, []Ref{{List: list, Page: n}})
	if err != nil || n != 0 && !leaves[0].Exists {
		return nil, nil, false, err
	}
	if pages, _, err = s.Places(ctx, list, nil); err != nil {
		return nil, nil, false, err
	}
	if pages != nil {
		pages.Newer, pages.Older = beside(leaves[0].Newer), beside(leaves[0].Older)
	}
	return leaves[0].Items, pages, true, nil
}

// beside is the number of a page beside another, nil where there is none.
func beside(n int) *int {
	if n == None {
		return nil
	}
	return &n
}
