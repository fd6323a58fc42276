// What is wrong with a series, for whoever edits it.

package localtime

import "errors"

// Fault is what is wrong with a series: the Field ("rrule", "local_end", "timezone", "rdates",
// "exdates"), a stable Code and words for who edits. Codes: rule_invalid, rule_frequency,
// rule_part, rule_count_and_until, rule_empty, start_outside_rule, too_many_dates,
// end_before_start, too_long, unknown_timezone. Nothing of what was read is in it.
type Fault struct{ Field, Code, Detail string }

// Error is the code and the words.
func (f *Fault) Error() string { return f.Code + ": " + f.Detail }

// ErrTooMany is what Expand fails with where there are more than its limit.
var ErrTooMany = errors.New("localtime: too many dates")

// ruleFault is a fault of the rule.
func ruleFault(code, detail string) *Fault { return &Fault{Field: "rrule", Code: code, Detail: detail} }
