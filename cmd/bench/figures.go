// The arithmetic: medians, percentiles, and how they are written down.

package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// number is what figures are made of.
type number interface{ ~int64 | ~float64 }

// percentile is the smallest value that at least p percent of values do not
// exceed (nearest rank): one that was measured, never one in between. It is
// zero where there are none. values are sorted in place.
func percentile[N number](values []N, p float64) N {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	rank := int(math.Ceil(p / 100 * float64(len(values))))
	return values[min(max(rank, 1), len(values))-1]
}

// median is the middle value, or the mean of the two in the middle. values are
// sorted in place.
func median[N number](values []N) N {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	high := values[len(values)/2]
	if len(values)%2 == 1 {
		return high
	}
	low := values[len(values)/2-1]
	return low + (high-low)/2
}

// ratios divides ours by control pair by pair: a slow minute of the machine
// slows both of a pair.
func ratios(ours, control []float64) []float64 {
	list := make([]float64, min(len(ours), len(control)))
	for i := range list {
		list[i] = ours[i] / control[i]
	}
	return list
}

// ratioText is the median of ratios with the lowest and the highest.
func ratioText(ratios []float64) string { return ratioDigits(ratios, 2) }

// ratioDigits is ratioText with as many decimals; of one ratio there is no more to
// say.
func ratioDigits(ratios []float64, digits int) string {
	middle := median(ratios)
	if len(ratios) == 1 {
		return fmt.Sprintf("%.*f", digits, middle)
	}
	return fmt.Sprintf("%.*f (%.*f–%.*f)", digits, middle, digits, slices.Min(ratios), digits, slices.Max(ratios))
}

// millis writes a duration with as many digits as it is worth.
func millis(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 2, 64) + " ms"
	case ms < 100:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
}

func mebibytes(kib int64) string { return fmt.Sprintf("%.1f MiB", float64(kib)/1024) }

// verdict says whether a goal is reached.
func verdict(reached bool) string {
	if reached {
		return "reached"
	}
	return "**missed**"
}
