// Cells that a spreadsheet would run.

package sheet

import "strings"

// formulas are what a formula begins with (OWASP, CSV injection), in full width too.
const formulas = "=+-@\t\r\n＝＋－＠"

// runs tells that a spreadsheet could take a text for a formula, or would after it
// took the quotation marks away.
func runs(s string) bool {
	s = strings.TrimLeft(s, "'")
	if s == "" {
		return false
	}
	for _, r := range s {
		return strings.ContainsRune(formulas, r)
	}
	return false
}

// disarm writes a text so that it stays text; arm is its opposite.
func disarm(s string) string {
	if runs(s) {
		return "'" + s
	}
	return s
}

// arm takes away the quotation mark that disarm wrote, and no other.
func arm(s string) string {
	if strings.HasPrefix(s, "'") && runs(s) {
		return s[1:]
	}
	return s
}
