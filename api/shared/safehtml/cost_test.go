package safehtml

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// TestCostly: five megabytes of anything are read or refused soon: what grows with the square of it takes hours.
func TestCostly(t *testing.T) {
	const size = 5 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, c := range map[string]struct {
		source string
		want   error
	}{
		"words between rows":  {"<table>" + fill("x<tr>"), ErrTooDeep},
		"words behind cells":  {"<table><tr>" + fill("<td>a</td>b"), ErrTooDeep},
		"words behind bodies": {"<table>" + fill("<tbody>x</tbody>y"), ErrTooDeep},
		"a large table":       {"<table>" + fill("<tr><td>Rye</td>\n<td>1.20</td></tr>\n") + "</table>", nil},
		"many tables":         {strings.Repeat("<table><tr><td>Rye</td></tr></table> and ", 500) + fill("<p>Words.</p>"), nil},
		"paragraphs":          {fill("<p>Words of a post.</p>"), nil},
	} {
		begin := time.Now()
		_, err := Clean(c.source)
		if took := time.Since(begin); !errors.Is(err, c.want) || took > 3*time.Minute {
			t.Errorf("%s: %v in %v, want %v", name, err, took, c.want)
		}
	}
}
