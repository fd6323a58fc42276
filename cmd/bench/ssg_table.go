// The tables of ssg.

package main

import (
	"fmt"
	"slices"
	"time"
)

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// plural is a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// of is one figure of each lap.
func of(laps []lap, figure func(lap) time.Duration) []time.Duration {
	list := make([]time.Duration, len(laps))
	for i, l := range laps {
		list[i] = figure(l)
	}
	return list
}

func userTime(l lap) time.Duration     { return l.User }
func systemTime(l lap) time.Duration   { return l.System }
func wallTime(l lap) time.Duration     { return l.Wall }
func databaseTime(l lap) time.Duration { return l.database }

// peakOf is the highest of all laps: a peak that was reached once is one.
func peakOf(laps []lap) (peak int64) {
	for _, l := range laps {
		peak = max(peak, l.Peak)
	}
	return peak
}

// ssgGoals is what the words of the ratios' rows are about.
var ssgGoals = fmt.Sprintf("The goals: user CPU at most %.3f of Hugo's, wall at most %.2f, peak memory at most %d MiB.", userGoal, wallGoal, peakGoal>>10)

func ssgTable(all races) table {
	t := table{{"what", "", "user CPU", "system CPU", "wall", "peak memory", "files", "MB", "PostgreSQL CPU"}}
	for _, r := range all {
		t.addLaps(r.name, "ours", r.ours)
		t.addLaps("", "Hugo", r.hugo)
		user, wall := lapRatios(r, userTime), lapRatios(r, wallTime)
		peak := peakOf(r.ours)
		t.add("", "ours ÷ Hugo",
			ratioDigits(user, 3)+" "+verdict(median(slices.Clone(user)) <= userGoal), ratioText(lapRatios(r, systemTime)),
			ratioText(wall)+" "+verdict(median(slices.Clone(wall)) <= wallGoal),
			fmt.Sprintf("%.2f %s", float64(peak)/float64(peakOf(r.hugo)), verdict(peak <= peakGoal)), "", "", "")
	}
	return t
}

func (t *table) addLaps(what, side string, laps []lap) {
	database := "–"
	if d := median(of(laps, databaseTime)); d > 0 {
		database = seconds(d)
	}
	t.add(what, side, seconds(median(of(laps, userTime))), seconds(median(of(laps, systemTime))), seconds(median(of(laps, wallTime))),
		mebibytes(peakOf(laps)), fmt.Sprint(laps[0].tree.files), fmt.Sprintf("%.0f", float64(laps[0].tree.bytes)/1e6), database)
}

// lapRatios divides lap by lap.
func lapRatios(r race, figure func(lap) time.Duration) []float64 {
	asFloats := func(laps []lap) []float64 {
		list := make([]float64, len(laps))
		for i, l := range laps {
			list[i] = float64(figure(l))
		}
		return list
	}
	return ratios(asFloats(r.ours), asFloats(r.hugo))
}
