// Which dates a rule has, as far as the writer must know.

package ical

import (
	"fmt"
	"time"

	"github.com/teambition/rrule-go"
)

// generator tells of a wall time whether a series has it by its rule or as its first date.
// Rules are evaluated on wall times, where days have 24 hours.
func generator(rule string, start time.Time) (func(wall time.Time) bool, error) {
	if rule == "" {
		return start.Equal, nil
	}
	if !spelledRule(rule) {
		return nil, fmt.Errorf("ical: a rule that is not spelled as one")
	}
	option, err := rrule.StrToROption(rule)
	if err != nil {
		return nil, fmt.Errorf("ical: rule: %w", err)
	}
	option.Dtstart = start
	r, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, fmt.Errorf("ical: rule: %w", err)
	}
	return func(wall time.Time) bool { return len(r.Between(wall, wall, true)) > 0 }, nil
}
