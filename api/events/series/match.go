// Which date of a series has become which.

package series

import "time"

// Match says which new date each old one has become: its index in after, -1 where it has become
// none. Both are recurrences (wall times) in their order, each once. Matches never cross.
//
// Dates with the same recurrence match. They cut both lists into stretches: before the first
// such date, between two, after the last; the other dates have their partners in their own
// stretch or nowhere. Where a stretch has as many old dates as new ones they match in their
// order. Otherwise an old and a new date match that are each other's nearest (of two as near the
// earlier one is), and no further apart than the old date is from its own neighbours: who comes
// to one date of a weekly series is not taken along to a day months away.
func Match(before, after []time.Time) []int {
	became := make([]int, len(before))
	fromOld, fromNew := 0, 0
	stretch := func(toOld, toNew int) {
		if toOld-fromOld == toNew-fromNew {
			for i := fromOld; i < toOld; i++ {
				became[i] = fromNew + i - fromOld
			}
			return
		}
		for i := fromOld; i < toOld; i++ {
			became[i] = nearestEachOther(before, after[:toNew], i, fromOld, toOld, fromNew)
		}
	}
	index := 0
	for old, wall := range before {
		for index < len(after) && after[index].Before(wall) {
			index++
		}
		if index < len(after) && after[index].Equal(wall) {
			stretch(old, index)
			became[old] = index
			fromOld, fromNew = old+1, index+1
		}
	}
	stretch(len(before), len(after))
	return became
}

// nearestEachOther is the partner of the old date at i, in the stretches before[fromOld:toOld]
// and after[fromNew:], or -1.
func nearestEachOther(before, after []time.Time, i, fromOld, toOld, fromNew int) int {
	partner := nearest(after[fromNew:], before[i])
	if partner < 0 {
		return -1
	}
	partner += fromNew
	if fromOld+nearest(before[fromOld:toOld], after[partner]) != i {
		return -1
	}
	room := time.Duration(-1)
	if i > 0 {
		room = before[i].Sub(before[i-1])
	}
	if i+1 < len(before) {
		room = max(room, before[i+1].Sub(before[i]))
	}
	if room >= 0 && before[i].Sub(after[partner]).Abs() > room {
		return -1
	}
	return partner
}

// nearest is the index of the wall time that is nearest to another, the earlier of two; -1 of none.
func nearest(walls []time.Time, to time.Time) int {
	best := -1
	for i, wall := range walls {
		if best < 0 || wall.Sub(to).Abs() < walls[best].Sub(to).Abs() {
			best = i
		}
	}
	return best
}
