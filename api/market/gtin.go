// GTINs: the numbers under bar codes.

package market

import "strings"

// ValidGTIN tells whether s is a GTIN-8, -12, -13 or -14 with the right check digit
// (GS1 General Specifications, section 7.9).
func ValidGTIN(s string) bool {
	switch len(s) {
	case 8, 12, 13, 14:
	default:
		return false
	}
	sum := 0
	for i, c := range []byte(gtin14(s)) {
		if c < '0' || c > '9' {
			return false
		}
		weight := 1
		if i%2 == 0 {
			weight = 3
		}
		sum += int(c-'0') * weight
	}
	return sum%10 == 0
}

// gtin14 writes a GTIN with 14 digits, by which those of all lengths are compared.
func gtin14(s string) string { return strings.Repeat("0", max(14-len(s), 0)) + s }
