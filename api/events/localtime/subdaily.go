// Rules of hours, minutes and seconds. The API refuses them; they are here because RFC 5545 has
// them and files of others may. The days are those of a daily rule; its times are counted here,
// since the library's own count need not end (every 24 hours from 4, only at 5).

package localtime

import (
	"slices"
	"time"
)

// maxSteps is how many periods are looked at before a rule is given up as too many.
const maxSteps = 5_000_000

// followWithinDays calls yield with each wall time of the rule from start up to until, as long
// as it wants more. It fails with ErrTooMany where most periods have no date for too long.
func (r Rule) followWithinDays(start, until time.Time, yield func(time.Time) bool) error {
	unit := int64([]time.Duration{time.Hour, time.Minute, time.Second}[r.Freq-Hourly] / time.Second)
	first := floor(start.Unix(), unit)
	step := int64(r.Interval) * unit
	offsets := r.offsets(start)
	steps := 0
	var failed error
	days := Rule{Freq: Daily, Interval: 1, ByDay: r.ByDay, ByMonthDay: r.ByMonthDay, ByYearDay: r.ByYearDay, ByMonth: r.ByMonth}
	if len(offsets) == 0 {
		return nil
	}
	err := days.follow(midnight(start), until, func(day time.Time) bool {
		from := day.Unix()
		period := first
		if from > first {
			period = first + (from-first+step-1)/step*step
		}
		for ; period < from+24*60*60; period += step {
			if steps++; steps > maxSteps {
				failed = ErrTooMany
				return false
			}
			at := period - from
			if !within(r.ByHour, at/3600) {
				period += (3600 - at%3600 - 1) / step * step // to the last of this hour
				continue
			}
			if r.Freq >= Minutely && !within(r.ByMinute, at/60%60) {
				period += (60 - at%60 - 1) / step * step
				continue
			}
			if r.Freq == Secondly && !within(r.BySecond, at%60) {
				continue
			}
			for _, offset := range offsets {
				wall := time.Unix(period+offset, 0).UTC()
				if wall.Before(start) {
					continue
				}
				if !wall.Before(until) || !yield(wall) {
					return false
				}
			}
		}
		return true
	})
	if failed != nil {
		return failed
	}
	return err
}

// offsets are the seconds into a period at which it has dates: BYMINUTE and BYSECOND where they
// are finer than the period, and of these what BYSETPOS chooses.
func (r Rule) offsets(start time.Time) []int64 {
	minutes, seconds := []int{0}, []int{0}
	if r.Freq == Hourly {
		if minutes = r.ByMinute; len(minutes) == 0 {
			minutes = []int{start.Minute()}
		}
	}
	if r.Freq <= Minutely {
		if seconds = r.BySecond; len(seconds) == 0 {
			seconds = []int{start.Second()}
		}
	}
	var all []int64
	for _, m := range minutes {
		for _, s := range seconds {
			all = append(all, int64(m*60+s))
		}
	}
	if len(r.BySetPos) == 0 {
		return all
	}
	var chosen []int64
	for _, pos := range r.BySetPos {
		if pos > 0 {
			pos--
		} else {
			pos += len(all)
		}
		if pos >= 0 && pos < len(all) {
			chosen = append(chosen, all[pos])
		}
	}
	slices.Sort(chosen)
	return slices.Compact(chosen)
}

func within(list []int, n int64) bool { return len(list) == 0 || slices.Contains(list, int(n)) }

func floor(n, unit int64) int64 {
	rest := n % unit
	if rest < 0 {
		rest += unit
	}
	return n - rest
}
