// Filters as the Admin API takes them (NQL), joined by +, and orders.

package ghosttest

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// row is one thing of a list, with what it may be filtered and ordered by.
type row struct {
	id     string
	fields map[string][]string
	whole  []byte // as JSON
}

// condition is one part of a filter: a field that is, or is not, one of the values, or
// lies on one side of one.
type condition struct {
	field  string
	not    bool
	op     string // "", >, >=, <, <=
	values []string
}

var errFilter = errors.New("ghosttest: a filter cannot be read")

// parseFilter reads conditions joined by +.
func parseFilter(s string) ([]condition, error) {
	var list []condition
	for _, part := range splitOutside(s, '+') {
		field, rest, ok := strings.Cut(part, ":")
		if !ok || field == "" || rest == "" {
			return nil, errFilter
		}
		c := condition{field: field}
		rest, c.not = strings.CutPrefix(rest, "-")
		for _, op := range []string{">=", "<=", ">", "<"} {
			if after, found := strings.CutPrefix(rest, op); found {
				c.op, rest = op, after
				break
			}
		}
		values := []string{rest}
		if inner, found := strings.CutPrefix(rest, "["); found {
			if inner, found = strings.CutSuffix(inner, "]"); !found || c.op != "" {
				return nil, errFilter
			}
			values = splitOutside(inner, ',')
		}
		for _, v := range values {
			if text, found := strings.CutPrefix(v, "'"); found {
				if text, found = strings.CutSuffix(text, "'"); !found {
					return nil, errFilter
				}
				v = strings.ReplaceAll(text, `\'`, "'")
			} else if v == "" || strings.ContainsAny(v, "'(),[]~ ") {
				return nil, errFilter
			}
			c.values = append(c.values, v)
		}
		list = append(list, c)
	}
	return list, nil
}

// splitOutside splits at a byte that is neither quoted nor in brackets.
func splitOutside(s string, at byte) []string {
	var parts []string
	quoted, depth, start := false, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' && (i == 0 || s[i-1] != '\\'):
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == at && depth == 0:
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}

// holds tells whether a row meets the condition; known, that it has such a field.
func (c condition) holds(r row) (holds, known bool) {
	have, known := r.fields[c.field]
	if !known {
		return false, false
	}
	met := slices.ContainsFunc(have, func(v string) bool {
		switch c.op {
		case ">":
			return v > c.values[0]
		case ">=":
			return v >= c.values[0]
		case "<":
			return v < c.values[0]
		case "<=":
			return v <= c.values[0]
		}
		return slices.Contains(c.values, v)
	})
	return met != c.not, true
}

// filterRows are the rows that meet all conditions; a field that there is not is an
// error, as it is for Ghost's database.
func filterRows(rows []row, filter string) ([]row, error) {
	if filter == "" {
		return rows, nil
	}
	conditions, err := parseFilter(filter)
	if err != nil {
		return nil, err
	}
	kept := []row{}
	for _, r := range rows {
		all := true
		for _, c := range conditions {
			met, known := c.holds(r)
			if !known {
				return nil, errFilter
			}
			all = all && met
		}
		if all {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// orderRows sorts by "field asc, field desc"; a field that there is not is left out, and
// with it the order that Ghost has of itself.
func orderRows(rows []row, order string) {
	type step struct {
		field string
		down  bool
	}
	var steps []step
	for part := range strings.SplitSeq(order, ",") {
		if words := strings.Fields(part); len(words) > 0 {
			steps = append(steps, step{words[0], len(words) > 1 && strings.EqualFold(words[1], "desc")})
		}
	}
	first := func(r row, field string) string {
		if v := r.fields[field]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		for _, s := range steps {
			if d := cmp.Compare(first(a, s.field), first(b, s.field)); d != 0 {
				if s.down {
					return -d
				}
				return d
			}
		}
		return cmp.Compare(a.id, b.id)
	})
}
