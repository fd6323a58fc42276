// The error of Load, and what two names have in common.

package config

import (
	"fmt"
	"strings"
)

// Faults is the error of Load: all that is wrong with a configuration, one line
// each, a setting's name or a position in the file first.
type Faults []string

// Error lists the faults under a heading.
func (f Faults) Error() string {
	noun := "faults"
	if len(f) == 1 {
		noun = "fault"
	}
	return fmt.Sprintf("the configuration has %d %s:\n  %s", len(f), noun, strings.Join(f, "\n  "))
}

func (f *Faults) add(where, what string) { *f = append(*f, where+": "+what) }

// nearest is the candidate that needs the fewest edits to become name, "" if
// that is more than a third of it.
func nearest(name string, candidates []string) string {
	best, fewest := "", max(2, len(name)/3)+1
	if len(name) > 64 {
		return ""
	}
	for _, c := range candidates {
		if d := edits(name, c); d < fewest {
			best, fewest = c, d
		}
	}
	return best
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func suggestion(name string, candidates []string) string {
	if near := nearest(name, candidates); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}
